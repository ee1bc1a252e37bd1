//! What one post costs in write units: computed from the items as the product stores them.

use std::collections::BTreeMap;

use domain::delivery::Delivery;
use domain::ids::{AccountId, PostId, Ulid, UserId};
use domain::listed::Listed;
use domain::platform::{Class, Platform};
use domain::post::{Post, Target};
use domain::when::Schedule;
use jiff::Timestamp;

/// Characters of the text that a usual post has.
const TEXT: usize = 280;
/// Keys and attribute names that the table adds to what is counted here.
const KEYS: usize = 220;
/// Bytes of one write unit.
const UNIT: usize = 1024;

/// Write units of one post to one account, by step and by partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Of a delivery's item.
    pub delivery_bytes: usize,
    /// Of a post's item.
    pub post_bytes: usize,
    /// The claim, in the organization's partition.
    pub claim: u32,
    /// The claim, in the due index: it leaves the key where it is.
    pub claim_index: u32,
    /// The conclusion, in the organization's partition: two items in a transaction, which costs double.
    pub conclude: u32,
    /// The conclusion, in the due index: a removal.
    pub conclude_index: u32,
    /// The conclusion, in the organization's partition of the calendar.
    pub conclude_calendar: u32,
}

impl Cost {
    /// Of a usual post: one account, a text, no recorded steps.
    ///
    /// # Panics
    /// Never: the sample is well formed.
    #[must_use]
    pub fn usual() -> Self {
        let (post, delivery) = sample();
        let bytes = |text: String| text.len() + KEYS;
        let listed = bytes(serde_json::to_string(&Listed::from(&post)).expect("it can be written"));
        let post_bytes = bytes(serde_json::to_string(&post).expect("it can be written")) + listed;
        let delivery_bytes = bytes(serde_json::to_string(&delivery).expect("it can be written"));
        Self {
            delivery_bytes,
            post_bytes,
            claim: units(delivery_bytes),
            claim_index: 0,
            conclude: 2 * (units(delivery_bytes) + units(post_bytes)),
            conclude_index: 1,
            conclude_calendar: units(listed),
        }
    }

    /// What one post takes of its organization's partition.
    #[must_use]
    pub const fn of_org(&self) -> u32 {
        self.claim + self.conclude
    }

    /// What one post takes of its shard of the due index.
    #[must_use]
    pub const fn of_shard(&self) -> u32 {
        self.claim_index + self.conclude_index
    }

    /// What one post takes of the table with its indexes.
    #[must_use]
    pub const fn of_all(&self) -> u32 {
        self.of_org() + self.of_shard() + self.conclude_calendar
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// A usual post and its delivery, once published.
fn sample() -> (Post, Delivery) {
    let at = Timestamp::from_second(1_800_000_000).expect("a time");
    let id = |number: u128| Ulid::from(u128::MAX / 3 + number);
    let (post_id, account_id) = (PostId::new(id(1)), AccountId::new(id(2)));
    let waiting = Delivery::new(post_id, account_id, Platform::Mastodon, 1, at);
    let claimed = waiting.claim(1, at, id(3)).expect("it is due");
    let receipt = domain::delivery::Receipt {
        remote_id: "113509287465023187".to_owned(),
        permalink: "https://mastodon.example/@studio/113509287465023187".to_owned(),
        published_at: at,
    };
    let delivery = claimed.conclude(at, Ok(receipt), Class::Keyed, 0.5);
    let post = Post {
        id: post_id,
        version: 3,
        revision: 1,
        text: "x".repeat(TEXT),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: vec![Target::new(account_id, Platform::Mastodon)],
        schedule: Some(Schedule { local: "2027-01-15T09:00".to_owned(), zone: "Europe/Berlin".to_owned(), at }),
        outcomes: BTreeMap::new(),
        series: None,
        slot: None,
        created_by: UserId::new(id(4)),
        created_at: at,
        updated_at: at,
    };
    (post, delivery)
}
