//! What is stored: each type's index entries.

use domain::account::Account;
use domain::audit::AuditEntry;
use domain::delivery::{Delivery, DeliveryState};
use domain::groups::AccountGroups;
use domain::ids::{AccountId, FileId, OrgId, PostId, UserId};
use domain::listed::Listed;
use domain::media::{File, MediaUse};
use domain::offers::KnownChoices;
use domain::org::{Invitation, Member, Organization, User};
use domain::post::Post;
use domain::series::Series;
use domain::slots::{SlotPlan, SlotReservation};
use domain::when::sortable;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::due;

/// Something the table stores.
pub trait Entity: Serialize + DeserializeOwned {
    /// The index entries of this value.
    fn indexes(&self) -> Indexes {
        Indexes::default()
    }

    /// What the calendar's lists show of this value, as JSON.
    fn listed(&self) -> Option<String> {
        None
    }
}

/// Index entries of one item; absent ones leave the item out of that index.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Indexes {
    /// Sort key within the organization's calendar.
    pub(crate) calendar: Option<String>,
    /// Partition of the due index, and the sort key there, which begins with the instant of the next look.
    pub(crate) due: Option<(String, String)>,
    /// The person whose memberships it belongs to.
    pub(crate) user: Option<UserId>,
}

impl Entity for Organization {}
impl Entity for User {}
impl Entity for Invitation {}
impl Entity for File {}
impl Entity for AuditEntry {}
impl Entity for AccountGroups {}
impl Entity for SlotPlan {}
impl Entity for KnownChoices {}
impl Entity for SlotReservation {}

impl Entity for Member {
    fn indexes(&self) -> Indexes {
        Indexes { user: Some(self.user_id), ..Indexes::default() }
    }
}

impl Entity for Post {
    /// By due time; drafts, which have none, behind all of them by creation.
    fn indexes(&self) -> Indexes {
        let calendar = match &self.schedule {
            Some(schedule) => format!("{}#{}", sortable(schedule.at), self.id),
            None => format!("{DRAFT_PREFIX}{}", self.id),
        };
        Indexes { calendar: Some(calendar), ..Indexes::default() }
    }

    fn listed(&self) -> Option<String> {
        serde_json::to_string(&Listed::from(self)).ok()
    }
}

/// Sorts behind every instant.
pub(crate) const DRAFT_PREFIX: &str = "draft#";

impl Entity for Delivery {
    /// Present only while something is left to do. The index has keys only, so the key also tells what is
    /// overdue. A claim leaves it where it is, since moving it would double what a claim costs and more: whoever
    /// looks while it is being published reads the delivery and finds the lease.
    fn indexes(&self) -> Indexes {
        let wanted_at = self.wanted_at();
        let look = |wake_at| if self.state == DeliveryState::Publishing { wanted_at } else { wake_at };
        let due = self.wake_at.map(|wake_at| (due::work(self.post_id.ulid()), due::key(look(wake_at), wanted_at)));
        Indexes { due, ..Indexes::default() }
    }
}

impl Entity for Series {
    /// Present only while a next post is to be made.
    fn indexes(&self) -> Indexes {
        let due = self.upcoming.as_ref().map(|upcoming| (due::work(self.id.ulid()), sortable(upcoming.at)));
        Indexes { due, ..Indexes::default() }
    }
}

impl Entity for Account {
    /// Present only while it is to be looked after, apart from what is to be published.
    fn indexes(&self) -> Indexes {
        Indexes { due: self.check_at.map(|at| due::check(self.id, at)), ..Indexes::default() }
    }
}

/// Who holds a public address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SlugReservation {
    /// The organization.
    pub org_id: OrgId,
}

impl Entity for SlugReservation {}

/// Which of our accounts a remote account is connected as.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoteReservation {
    /// The account.
    pub account_id: AccountId,
}

impl Entity for RemoteReservation {}

/// A post on the public page, under the key of the delivery that put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEntry {
    /// The delivery key: sorts by publication.
    pub id: String,
    /// The post it came from.
    pub post_id: PostId,
    /// Its text.
    pub text: String,
    /// Its media.
    pub media: Vec<MediaUse>,
    /// When it went out.
    pub published_at: Timestamp,
}

impl Entity for PageEntry {}

/// A file that the public page shows, and so may be read by anybody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageFile {
    /// The file.
    pub file_id: FileId,
    /// Its MIME type, which names the stored object.
    pub mime: String,
    /// Whether a thumbnail object exists.
    pub thumb: bool,
}

impl Entity for PageFile {}

/// The answer to a creating request, kept a day under the caller's `Idempotency-Key`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// SHA-256 of route and payload.
    pub request_hash: String,
    /// Status of the answer.
    pub status: u16,
    /// `ETag` of the answer, if it had one.
    pub etag: Option<String>,
    /// Body of the answer, JSON.
    pub body: String,
    /// When it may go, as seconds since 1970.
    pub expires: i64,
}

impl Entity for IdempotencyRecord {}

#[cfg(test)]
mod tests {
    use domain::ids::Ulid;
    use domain::platform::Platform;
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_claim_moves_nothing_in_the_due_index() {
        let due: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let (post, account) = (PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)));
        let waiting = Delivery::new(post, account, Platform::Page, 1, due);
        let late = due + SignedDuration::from_secs(30);
        let claimed = waiting.claim(1, late, Ulid::from(3)).unwrap();
        assert_ne!(claimed.wake_at, waiting.wake_at, "the lease is the delivery's own");
        assert_eq!(claimed.indexes(), waiting.indexes());
        let put_off = waiting.put_off(late, 0.0);
        assert_ne!(put_off.indexes(), waiting.indexes(), "what waits longer is looked at later");
    }
}
