//! The transitions of a delivery: each a pure function from one stored value to the next.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    Attempt, AttemptOutcome, Delivery, DeliveryError, DeliveryKey, DeliveryState, Failure, GIVE_UP_AFTER, LATE_AFTER,
    LATE_LANDING, LEASE, Receipt,
};
use crate::circuit::Hold;
use crate::ids::{AccountId, PostId, Ulid};
use crate::platform::{Class, Platform};

/// The step that is recorded before a request to a blind network is sent.
pub const SENT: &str = "sent";

/// What the names of steps begin with that people can see, such as a part of a thread.
pub const OUT: &str = "out.";

const PARTLY: &str = "Part of it is out. Send it again to go on where it stopped, or say that it is there.";
const OURS: &str = "It was tried for a day. The fault lies with this installation: tell its operator, then retry.";
pub(super) const LOOK: &str = "Look at the network: if the post is there, say so; if not, send it again.";
/// Over how long deliveries are spread that wait for the same account.
const SPREAD: SignedDuration = SignedDuration::from_secs(10);
const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_secs(10);
pub(super) const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(1);

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
            settled: 0,
            answered: 0,
            attempts: Vec::new(),
            receipt: None,
            asked_at: None,
            decision: None,
            taken_down: None,
            error: None,
        }
    }

    /// The same delivery opened again for a new revision or time. Ledger and fence go on.
    #[must_use]
    pub fn reopened(&self, revision: u64, due_at: Timestamp) -> Self {
        let fresh = Self::new(self.post_id, self.account_id, self.platform, revision, due_at);
        let settled = u32::try_from(self.attempts.len()).unwrap_or(u32::MAX);
        Self { fence: self.fence, attempts: self.attempts.clone(), settled, ..fresh }
    }

    /// The same delivery taken back before it started.
    #[must_use]
    pub fn canceled(&self) -> Self {
        Self { state: DeliveryState::Canceled, wake_at: None, lease_until: None, ..self.clone() }
    }

    /// The same delivery put off because its account must wait until `until`. It counts as no attempt.
    /// `jitter`, drawn from `0.0..1.0`, spreads what waits for the same moment.
    #[must_use]
    pub fn put_off(&self, until: Timestamp, jitter: f64) -> Self {
        Self { wake_at: Some(until + SPREAD.mul_f64(jitter.clamp(0.0, 1.0))), ..self.clone() }
    }

    /// The same delivery put off because its network as a whole is left alone. It counts as no attempt, and what was
    /// not begun may still be changed or taken back. `network` is its name for people, `jitter` from `0.0..1.0`.
    #[must_use]
    pub fn held(&self, hold: &Hold, network: &str, jitter: f64) -> Self {
        let message = self.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
        let advice = format!("{} It will be tried again by itself.", hold.cause.words(network));
        let wake_at = hold.until + hold.spread.mul_f64(jitter.clamp(0.0, 1.0));
        let error = Some(DeliveryError { class: hold.cause.outcome(), message, advice });
        Self { wake_at: Some(wake_at), error, ..self.clone() }
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

    /// Whether an earlier attempt may have had its effect. On a blind network one that died before it
    /// recorded [`SENT`] has had none.
    #[must_use]
    pub fn may_have_landed(&self, class: Class) -> bool {
        self.is_open_after(self.settled, class)
    }

    /// Whether a person must say how to go on: an attempt may have landed where nobody can look, and
    /// nobody has answered for it.
    #[must_use]
    pub fn needs_answer(&self, class: Class) -> bool {
        class == Class::Blind && self.is_open_after(self.settled.max(self.answered), class)
    }

    fn is_open_after(&self, attempts: u32, class: Class) -> bool {
        let silent = class == Class::Blind && !self.steps.contains_key(SENT);
        let earlier = usize::try_from(attempts).unwrap_or(usize::MAX);
        self.attempts.iter().skip(earlier).any(|attempt| match attempt.outcome {
            Some(AttemptOutcome::Ambiguous) => true,
            Some(AttemptOutcome::Interrupted) => !silent,
            _ => false,
        })
    }

    /// Whether a part of it is at the network.
    #[must_use]
    pub fn is_partly_out(&self) -> bool {
        self.steps.keys().any(|name| name.starts_with(OUT))
    }

    /// The same claimed delivery, once somebody looked at the network and found nothing there: no
    /// attempt before the running one had an effect.
    #[must_use]
    pub fn settled(&self) -> Self {
        let before = u32::try_from(self.attempts.len()).unwrap_or(u32::MAX).saturating_sub(1);
        Self { settled: before, ..self.clone() }
    }

    /// What follows from how the claimed attempt ended. `jitter` is drawn from `0.0..1.0`.
    #[must_use]
    pub fn conclude(&self, now: Timestamp, result: Result<Receipt, Failure>, class: Class, jitter: f64) -> Self {
        let mut next = self.clone();
        next.lease_until = None;
        let (outcome, detail) = match &result {
            Ok(_) => (AttemptOutcome::Published, None),
            Err(failure) => (failure.outcome(), Some(failure.message().to_owned())),
        };
        if let Some(last) = next.attempts.last_mut() {
            last.ended_at = Some(now);
            last.outcome = Some(outcome);
            last.detail.clone_from(&detail);
        }
        next.error = detail.map(|message| DeliveryError { class: outcome, message, advice: String::new() });
        let unsettled = self.may_have_landed(class) || self.is_partly_out();
        if outcome != AttemptOutcome::Ambiguous && !unsettled {
            next.steps.remove(SENT);
        }
        match result {
            Ok(receipt) => {
                next.receipt = Some(receipt);
                next.end(DeliveryState::Published, "");
            }
            // A refusal says nothing about an earlier attempt whose answer was lost, nor about what is out.
            Err(Failure::Rejected { .. } | Failure::Revoked { .. } | Failure::TokenExpired { .. }) if unsettled => {
                next.end(DeliveryState::Unknown, if self.is_partly_out() { PARTLY } else { LOOK });
            }
            Err(Failure::Rejected { advice, .. }) => next.end(DeliveryState::Failed, &advice),
            Err(Failure::Revoked { .. } | Failure::TokenExpired { .. }) => {
                next.end(DeliveryState::Failed, "Connect the account again, then retry.");
            }
            Err(failure) if class == Class::Blind && (failure.is_ambiguous() || failure == Failure::ClaimLost) => {
                next.end(DeliveryState::Unknown, LOOK);
            }
            // Whoever looks sooner may find nothing, send again, and then both are there.
            Err(failure) if class == Class::Searchable && failure.is_ambiguous() => {
                next.retry_later(now, Some(now + LATE_LANDING), jitter, class);
            }
            Err(Failure::Throttled { until, .. }) => next.retry_later(now, Some(until), jitter, class),
            Err(Failure::RateLimited { retry_at, .. }) => next.retry_later(now, retry_at, jitter, class),
            Err(failure) => {
                next.retry_later(now, None, jitter, class);
                if matches!(failure, Failure::Internal { .. }) && next.state.is_end() {
                    next.end(next.state, OURS);
                }
            }
        }
        next
    }

    /// The same delivery made ready to go out at once, because a person asked for it. What is `failed`
    /// surely had no effect and gets a new key. What is `unknown` keeps key and steps, so that a network
    /// which knows keys, or can be searched, still shows it once.
    ///
    /// # Errors
    /// [`Refusal::Finished`] unless it is `failed` or `unknown`.
    pub fn retried(&self, revision: u64, now: Timestamp) -> Result<Self, Refusal> {
        if !matches!(self.state, DeliveryState::Failed | DeliveryState::Unknown) {
            return Err(Refusal::Finished);
        }
        let mut again = Self { due_at: self.due_at, error: self.error.clone(), ..self.reopened(revision, now) };
        if self.state == DeliveryState::Unknown {
            again.key.clone_from(&self.key);
            again.steps.clone_from(&self.steps);
            again.answered = again.settled;
            again.settled = self.settled;
        }
        Ok(again)
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

    fn retry_later(&mut self, now: Timestamp, retry_at: Option<Timestamp>, jitter: f64, class: Class) {
        let first = self.key.as_ref().map_or(now, |key| key.created_at);
        if now.duration_since(first) > GIVE_UP_AFTER {
            let state = if self.may_have_landed(class) || self.is_partly_out() {
                DeliveryState::Unknown
            } else {
                DeliveryState::Failed
            };
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
pub(super) fn back_off(attempts: usize, jitter: f64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1).min(16)).unwrap_or(16);
    let longest = FIRST_BACK_OFF.saturating_mul(1 << doublings).min(LONGEST_BACK_OFF);
    longest.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}
