//! The life of one delivery: one post to one account, at most once.
//!
//! ```text
//! pending ─claim→ publishing ─conclude→ published | failed | unknown
//!    ↑                │  └────────────→ retrying ─claim→ publishing …
//!    └── retry ───────┘ (from failed or unknown, by a person)
//! unknown ─confirm→ published (by a person's word)
//! published ─take down→ published, and noted that it is there no more
//! pending ─unschedule→ canceled
//! ```
//!
//! Every transition is a pure function from one stored value to the next. The caller stores the
//! result under the condition that fence, state and revision are still those it started from, so of
//! any number of racing callers exactly one goes on.

mod beside;
mod decision;
mod failure;
mod life;
mod restored;
mod take_down;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PostId};
use crate::platform::Platform;

pub use beside::{BEGUN, Beside, CLOSED, COMMENT, COVER, FAILED, PLAYLIST, SUBTITLES, Shortfall};
pub use decision::{Choice, Decider, Decision, MAX_ADDRESS, OVERDUE_AFTER, web_address};
pub use failure::{AttemptOutcome, Failure};
pub use life::{OUT, Refusal, SENT};
pub use take_down::{GATES, Missing, PART, TakenDown};

/// Hard timeout of one `publish` invocation, as set in `template.yaml`.
pub const INVOCATION_TIMEOUT: SignedDuration = SignedDuration::from_secs(120);
/// How long after its caller is gone a request may still take effect at a network.
pub const LATE_LANDING: SignedDuration = SignedDuration::from_secs(60);
/// How long a claim excludes others: until its holder is surely dead and its last request settled.
pub const LEASE: SignedDuration = SignedDuration::from_secs(185);
/// Later than this after the due time, a publication is marked late: what the embedded default promises.
pub const LATE_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// How long transient failures are retried before a person is asked.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its time.
    Pending,
    /// Claimed; its lease runs.
    Publishing,
    /// At the network: with evidence, or by a person's word.
    Published,
    /// Will be tried again by itself.
    Retrying,
    /// Surely not at the network, and will not be tried again by itself.
    Failed,
    /// Perhaps at the network; a person decides.
    Unknown,
    /// Taken back before it started.
    Canceled,
}

impl DeliveryState {
    /// The name used in the API and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Published | Self::Failed | Self::Unknown | Self::Canceled)
    }
}

/// An entry of the ledger that the user reads as a receipt. Only the last one ever changes, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// When it was claimed.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub ended_at: Option<Timestamp>,
    /// How it ended; absent while it runs.
    #[schema(required)]
    pub outcome: Option<AttemptOutcome>,
    /// The network's words, when it failed.
    #[schema(required)]
    pub detail: Option<String>,
}

/// Why a delivery is not published, for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryError {
    /// The class of error.
    pub class: AttemptOutcome,
    /// The network's words; empty when it was not asked.
    pub message: String,
    /// What to do.
    pub advice: String,
}

/// Evidence that the network has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its id at the network.
    pub remote_id: String,
    /// Its address at the network.
    pub permalink: String,
    /// When the network confirmed it.
    pub published_at: Timestamp,
}

/// What makes a repeat recognizable to the network: drawn at the first claim of a revision and kept
/// for every further attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryKey {
    /// 26 characters of a ULID.
    pub id: String,
    /// When it was drawn: the `createdAt` that the network sees.
    pub created_at: Timestamp,
}

/// A delivery, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The post.
    pub post_id: PostId,
    /// The account.
    pub account_id: AccountId,
    /// The account's network.
    pub platform: Platform,
    /// Where it stands.
    pub state: DeliveryState,
    /// The post's revision it publishes.
    pub revision: u64,
    /// Grows with every claim: whoever holds an older number has lost.
    pub fence: u64,
    /// When the user wants it out.
    pub due_at: Timestamp,
    /// When to look at it again; absent in an end state. The due index is keyed by it.
    pub wake_at: Option<Timestamp>,
    /// Until when the claim excludes others.
    pub lease_until: Option<Timestamp>,
    /// Idempotency key of this revision.
    pub key: Option<DeliveryKey>,
    /// Remote ids recorded on the way, by step.
    #[serde(default)]
    pub steps: BTreeMap<String, String>,
    /// How many of the first attempts surely had no effect, whatever the ledger says of them: somebody
    /// looked at the network later, and nothing was there.
    #[serde(default)]
    pub settled: u32,
    /// How many of the first attempts a person answered for, by choosing to send it again.
    #[serde(default)]
    pub answered: u32,
    /// The ledger.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Evidence, once published; none when a person's word stands for it.
    pub receipt: Option<Receipt>,
    /// When a person last asked for it to go out again.
    #[serde(default)]
    pub asked_at: Option<Timestamp>,
    /// What a person last decided while nobody knew its outcome.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// That a person took it down at the network after it was published, for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_down: Option<TakenDown>,
    /// The last error, until it is published.
    pub error: Option<DeliveryError>,
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
