//! The life of one delivery: one post to one account, at most once.
//!
//! ```text
//! pending ─claim→ publishing ─conclude→ published | failed | unknown
//!    ↑                │  └────────────→ retrying ─claim→ publishing …
//!    └── retry ───────┘ (from failed or unknown, by a person)
//! pending ─unschedule→ canceled
//! ```
//!
//! Every transition is a pure function from one stored value to the next. The caller stores the
//! result under the condition that fence, state and revision are still those it started from, so of
//! any number of racing callers exactly one goes on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PostId, Ulid};
use crate::platform::{Class, Platform};

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

const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_secs(10);
const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(1);

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its time.
    Pending,
    /// Claimed; its lease runs.
    Publishing,
    /// At the network, with evidence.
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

/// One classified error of a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Too many requests: certainly no effect.
    #[error("rate limited: {message}")]
    RateLimited {
        /// When the network allows another try, if it says so.
        retry_at: Option<Timestamp>,
        /// The network's words.
        message: String,
    },
    /// The access token ran out: refresh once, then try again at once. Certainly no effect.
    #[error("token expired: {message}")]
    TokenExpired {
        /// The network's words.
        message: String,
    },
    /// The network no longer accepts the credentials. Certainly no effect.
    #[error("access revoked: {message}")]
    Revoked {
        /// The network's words.
        message: String,
    },
    /// Refused for good. Certainly no effect.
    #[error("rejected ({code}): {message}")]
    Rejected {
        /// The network's name for it, or ours.
        code: String,
        /// The network's words.
        message: String,
        /// What the user can do.
        advice: String,
    },
    /// May pass by itself. Certainly no effect.
    #[error("transient: {message}")]
    Transient {
        /// What happened.
        message: String,
    },
    /// May or may not have had its effect: a timeout after sending, a lost answer, a server error.
    #[error("ambiguous: {message}")]
    Ambiguous {
        /// What happened.
        message: String,
    },
    /// The claim was lost to another caller: store nothing, stop at once.
    #[error("claim lost")]
    ClaimLost,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The network has it.
    Published,
    /// Told to slow down.
    RateLimited,
    /// Credentials ran out and could not be renewed.
    TokenExpired,
    /// Credentials refused.
    Revoked,
    /// Content refused.
    Rejected,
    /// No effect, may pass.
    Transient,
    /// The answer was lost.
    Ambiguous,
    /// The process ended before it could say.
    Interrupted,
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
    /// The network's words.
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
    /// The ledger.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Evidence, once published.
    pub receipt: Option<Receipt>,
    /// The last error, until it is published.
    pub error: Option<DeliveryError>,
}

/// Why a claim is refused. None of them is an error: somebody else did or will do the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// In an end state.
    Finished,
    /// The post was edited or moved since the wake-up was made.
    Stale,
    /// Another caller's lease runs.
    Leased,
    /// Its time has not come.
    NotDue,
}

impl Delivery {
    /// A delivery that waits for `due_at`.
    #[must_use]
    pub fn new(post_id: PostId, account_id: AccountId, platform: Platform, revision: u64, due_at: Timestamp) -> Self {
        Self {
            post_id,
            account_id,
            platform,
            state: DeliveryState::Pending,
            revision,
            fence: 0,
            due_at,
            wake_at: Some(due_at),
            lease_until: None,
            key: None,
            steps: BTreeMap::new(),
            attempts: Vec::new(),
            receipt: None,
            error: None,
        }
    }

    /// The same delivery opened again for a new revision or time. Ledger and fence go on.
    #[must_use]
    pub fn reopened(&self, revision: u64, due_at: Timestamp) -> Self {
        let fresh = Self::new(self.post_id, self.account_id, self.platform, revision, due_at);
        Self { fence: self.fence, attempts: self.attempts.clone(), ..fresh }
    }

    /// The same delivery taken back before it started.
    #[must_use]
    pub fn canceled(&self) -> Self {
        Self { state: DeliveryState::Canceled, wake_at: None, lease_until: None, ..self.clone() }
    }

    /// Claims it for one caller.
    ///
    /// # Errors
    /// A [`Refusal`] when it is not this caller's to publish now.
    pub fn claim(&self, revision: u64, now: Timestamp, fresh_key: Ulid) -> Result<Self, Refusal> {
        if self.state.is_end() {
            return Err(Refusal::Finished);
        }
        if self.revision != revision {
            return Err(Refusal::Stale);
        }
        if self.wake_at.is_some_and(|wake_at| wake_at > now) {
            let leased = self.state == DeliveryState::Publishing;
            return Err(if leased { Refusal::Leased } else { Refusal::NotDue });
        }
        let mut next = self.clone();
        if let Some(last) = next.attempts.last_mut().filter(|last| last.outcome.is_none()) {
            last.outcome = Some(AttemptOutcome::Interrupted);
            last.ended_at = Some(now);
        }
        let number = u32::try_from(next.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
        next.attempts.push(Attempt { number, started_at: now, ended_at: None, outcome: None, detail: None });
        next.state = DeliveryState::Publishing;
        next.fence += 1;
        next.lease_until = Some(now + LEASE);
        next.wake_at = next.lease_until;
        next.key.get_or_insert(DeliveryKey { id: fresh_key.to_string(), created_at: now });
        Ok(next)
    }

    /// Whether an earlier attempt with the present key may have had its effect.
    #[must_use]
    pub fn may_have_landed(&self) -> bool {
        let Some(key) = &self.key else { return false };
        self.attempts.iter().any(|attempt| {
            attempt.started_at >= key.created_at
                && matches!(attempt.outcome, Some(AttemptOutcome::Ambiguous | AttemptOutcome::Interrupted))
        })
    }

    /// What follows from how the claimed attempt ended. `jitter` is drawn from `0.0..1.0`.
    #[must_use]
    pub fn conclude(&self, now: Timestamp, result: Result<Receipt, Failure>, class: Class, jitter: f64) -> Self {
        let mut next = self.clone();
        next.lease_until = None;
        let (outcome, detail) = match &result {
            Ok(_) => (AttemptOutcome::Published, None),
            Err(failure) => (outcome_of(failure), Some(message_of(failure).to_owned())),
        };
        if let Some(last) = next.attempts.last_mut() {
            last.ended_at = Some(now);
            last.outcome = Some(outcome);
            last.detail.clone_from(&detail);
        }
        next.error = detail.map(|message| DeliveryError { class: outcome, message, advice: String::new() });
        match result {
            Ok(receipt) => {
                next.receipt = Some(receipt);
                next.end(DeliveryState::Published, "");
            }
            Err(Failure::Rejected { advice, .. }) => next.end(DeliveryState::Failed, &advice),
            Err(Failure::Revoked { .. } | Failure::TokenExpired { .. }) => {
                next.end(DeliveryState::Failed, "Connect the account again, then retry.");
            }
            Err(Failure::Ambiguous { .. } | Failure::ClaimLost) if class == Class::Blind => {
                next.end(DeliveryState::Unknown, "Look at the network: if the post is not there, send it again.");
            }
            Err(Failure::RateLimited { retry_at, .. }) => next.retry_later(now, retry_at, jitter),
            Err(_) => next.retry_later(now, None, jitter),
        }
        next
    }

    /// The same delivery made ready to go out at once, because a person asked for it. A new key is
    /// drawn: `failed` is certain to have had no effect, and on `unknown` the person decided.
    ///
    /// # Errors
    /// [`Refusal::Finished`] unless it is `failed` or `unknown`.
    pub fn retried(&self, revision: u64, now: Timestamp) -> Result<Self, Refusal> {
        if !matches!(self.state, DeliveryState::Failed | DeliveryState::Unknown) {
            return Err(Refusal::Finished);
        }
        Ok(Self { due_at: self.due_at, error: self.error.clone(), ..self.reopened(revision, now) })
    }

    /// Milliseconds from due to published.
    #[must_use]
    pub fn late_ms(&self) -> Option<i64> {
        let receipt = self.receipt.as_ref()?;
        i64::try_from(receipt.published_at.duration_since(self.due_at).as_millis()).ok().map(|ms| ms.max(0))
    }

    /// Whether it went out noticeably after its time.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late_ms().is_some_and(|ms| i128::from(ms) > LATE_AFTER.as_millis())
    }

    fn end(&mut self, state: DeliveryState, advice: &str) {
        self.state = state;
        self.wake_at = None;
        if let Some(error) = &mut self.error {
            error.advice = advice.to_owned();
        }
    }

    fn retry_later(&mut self, now: Timestamp, retry_at: Option<Timestamp>, jitter: f64) {
        let first = self.key.as_ref().map_or(now, |key| key.created_at);
        if now.duration_since(first) > GIVE_UP_AFTER {
            let ambiguous = self.may_have_landed();
            let state = if ambiguous { DeliveryState::Unknown } else { DeliveryState::Failed };
            return self.end(state, "It was tried for a day. Check the network's status, then retry.");
        }
        self.state = DeliveryState::Retrying;
        let pause = now + back_off(self.attempts.len(), jitter);
        self.wake_at = Some(retry_at.map_or(pause, |at| at.max(now)).min(now + GIVE_UP_AFTER));
        if let Some(error) = &mut self.error {
            "It will be tried again by itself.".clone_into(&mut error.advice);
        }
    }
}

/// Exponential, from ten seconds to an hour, spread over half of each step by `jitter`.
fn back_off(attempts: usize, jitter: f64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1).min(16)).unwrap_or(16);
    let longest = FIRST_BACK_OFF.saturating_mul(1 << doublings).min(LONGEST_BACK_OFF);
    longest.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

const fn outcome_of(failure: &Failure) -> AttemptOutcome {
    match failure {
        Failure::RateLimited { .. } => AttemptOutcome::RateLimited,
        Failure::TokenExpired { .. } => AttemptOutcome::TokenExpired,
        Failure::Revoked { .. } => AttemptOutcome::Revoked,
        Failure::Rejected { .. } => AttemptOutcome::Rejected,
        Failure::Transient { .. } => AttemptOutcome::Transient,
        Failure::Ambiguous { .. } => AttemptOutcome::Ambiguous,
        Failure::ClaimLost => AttemptOutcome::Interrupted,
    }
}

fn message_of(failure: &Failure) -> &str {
    match failure {
        Failure::RateLimited { message, .. }
        | Failure::TokenExpired { message }
        | Failure::Revoked { message }
        | Failure::Rejected { message, .. }
        | Failure::Transient { message }
        | Failure::Ambiguous { message } => message,
        Failure::ClaimLost => "another worker took over",
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
