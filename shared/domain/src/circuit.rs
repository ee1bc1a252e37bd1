//! When a whole network is left alone for a while: because it fails for one account after the other, or because it
//! told our app as a whole to slow down.
//!
//! ```text
//!            five accounts in a row fail          its time is over, one caller tries
//!   closed ───────────────────────────→ open ───────────────────────────────→ trying
//!     ↑        or: slow down until …     ↑  └── every other delivery waits       │ │
//!     │                                  └───────────── it fails ────────────────┘ │
//!     └────────────────────────────────────────── it answers ──────────────────────┘
//! ```
//!
//! A delivery's own retries look after one account. This looks after what many share, so that a network in trouble
//! is asked once every while instead of by every post. Each transition is a pure function from one stored value to
//! the next; the caller stores it under the condition that the version is the one it read, so that of any number
//! of processes one opens it and one tries.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::delivery::{AttemptOutcome, Failure, GIVE_UP_AFTER, INVOCATION_TIMEOUT};
use crate::ids::AccountId;

/// So many accounts in a row, none of which got an answer, and the network is in trouble. One account alone never
/// opens it: what one organization sends may be the reason.
pub const ACCOUNTS_IN_A_ROW: usize = 5;
/// Failures longer ago than this say nothing of now.
const STREAK_LASTS: SignedDuration = SignedDuration::from_mins(5);
/// How long a network is left alone at first; twice as long each time it fails again.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest that a network is left alone because it fails.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// How long others wait while one caller tries: a try takes a second as a rule.
const TRYING: SignedDuration = SignedDuration::from_secs(20);
/// Those that were held back return over as long as they were held back, and at least over this: then they at
/// most double what the network gets anyway.
const LEAST_SPREAD: SignedDuration = SignedDuration::from_secs(20);
/// And at most over this.
const LONGEST_SPREAD: SignedDuration = SignedDuration::from_mins(15);

/// Why a network is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It does not answer, or with errors of its own.
    Failing,
    /// It told our app to slow down.
    Throttled,
}

/// What is known of a network, as stored; a network that nothing is stored of is fine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circuit {
    /// Why it is left alone; absent = it is not.
    pub cause: Option<Cause>,
    /// When that began.
    pub since: Option<Timestamp>,
    /// Until when nothing is sent to it.
    pub until: Option<Timestamp>,
    /// How often in a row it failed when it was tried.
    pub tries: u32,
    /// Until when one caller tries it.
    pub trying_until: Option<Timestamp>,
    /// Counts changes.
    pub version: u64,
    /// When the table may drop this, in seconds since 1970.
    pub expires: i64,
}

/// Whether a delivery may go to a network now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// It may.
    Free,
    /// One may, to see how the network is: whoever stores this value first.
    Try(Circuit),
    /// It waits.
    Held(Hold),
}

/// How long a delivery waits for its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub cause: Cause,
    /// Until then at least.
    pub until: Timestamp,
    /// And up to this much longer, so that not all return at once.
    pub spread: SignedDuration,
}

impl Circuit {
    /// Whether a delivery that somebody wanted out at `wanted_at` may go now. What was held back for a day goes by
    /// its own rules again, so that it comes to an end.
    #[must_use]
    pub fn passage(&self, now: Timestamp, wanted_at: Timestamp) -> Passage {
        let (Some(cause), Some(until)) = (self.cause, self.until) else { return Passage::Free };
        if now.duration_since(wanted_at) > GIVE_UP_AFTER {
            return Passage::Free;
        }
        let spread = until.duration_since(self.since.unwrap_or(until)).clamp(LEAST_SPREAD, LONGEST_SPREAD);
        if until > now {
            return Passage::Held(Hold { cause, until, spread });
        }
        match self.trying_until {
            Some(trying_until) if trying_until > now => {
                Passage::Held(Hold { cause, until: (now + TRYING).min(trying_until), spread })
            }
            _ => Passage::Try(self.next(now, |next| next.trying_until = Some(now + INVOCATION_TIMEOUT))),
        }
    }

    /// After so many accounts failed in a row, or after the one that tried: left alone for a while. Nothing when
    /// somebody else has said so already.
    #[must_use]
    pub fn failed(&self, now: Timestamp) -> Option<Self> {
        if self.is_open(now) {
            return None;
        }
        Some(self.next(now, |next| {
            next.tries = self.tries.saturating_add(1);
            let doublings = next.tries.saturating_sub(1).min(8);
            let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
            next.open(Cause::Failing, now, now + pause);
        }))
    }

    /// After the network told our app as a whole to wait until `until`: never longer than a delivery is tried.
    /// Nothing when that is known.
    #[must_use]
    pub fn throttled(&self, now: Timestamp, until: Timestamp) -> Option<Self> {
        let until = until.min(now + GIVE_UP_AFTER);
        if until <= now || (self.is_open(now) && self.until >= Some(until)) {
            return None;
        }
        Some(self.next(now, |next| next.open(Cause::Throttled, now, until)))
    }

    /// After an attempt that began at `began` got an answer of whatever kind. Nothing when there is nothing to
    /// change: an answer to what was sent before it was left alone says nothing.
    #[must_use]
    pub fn answered(&self, now: Timestamp, began: Timestamp) -> Option<Self> {
        let over = self.until.is_none_or(|until| began >= until);
        (self.cause.is_some() && over).then(|| {
            self.next(now, |next| {
                *next = Self { version: next.version, expires: next.expires, ..Self::default() };
            })
        })
    }

    /// After an attempt that began at `began` ended for a reason of our own: if it was the one that tried, another may.
    /// Nothing when there is nothing to change.
    #[must_use]
    pub fn untried(&self, now: Timestamp, began: Timestamp) -> Option<Self> {
        let tried = self.trying_until.is_some() && self.until.is_some_and(|until| began >= until);
        tried.then(|| self.next(now, |next| next.trying_until = None))
    }

    /// Whether nothing is sent to the network now, by anybody.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.cause.is_some() && self.until.is_some_and(|until| until > now)
    }

    fn open(&mut self, cause: Cause, now: Timestamp, until: Timestamp) {
        self.cause = Some(cause);
        self.since = Some(self.since.unwrap_or(now));
        self.until = Some(until);
        self.trying_until = None;
    }

    fn next(&self, now: Timestamp, change: impl FnOnce(&mut Self)) -> Self {
        let kept = now + GIVE_UP_AFTER + GIVE_UP_AFTER;
        let mut next = Self { version: self.version + 1, expires: kept.as_second(), ..self.clone() };
        change(&mut next);
        next
    }
}

/// What an attempt says of its network as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It answers, be it with a refusal.
    Answers,
    /// It does not, or with an error of its own.
    Fails,
    /// Our app as a whole is to wait until then.
    Throttles(Timestamp),
    /// Nothing: the attempt ended for a reason of our own, or before anything was asked.
    Nothing,
}

/// What a failure says of the network; `heard`: it answered while the attempt ran. Without an answer a refusal is our
/// own, such as of a file that is gone, a setting that is missing or credentials that cannot be opened.
#[must_use]
pub const fn sign(failure: &Failure, heard: bool) -> Sign {
    match failure {
        Failure::Throttled { until, .. } => Sign::Throttles(*until),
        Failure::Transient { .. } | Failure::Ambiguous { .. } => Sign::Fails,
        Failure::Internal { .. } | Failure::ClaimLost => Sign::Nothing,
        Failure::RateLimited { .. }
        | Failure::TokenExpired { .. }
        | Failure::Revoked { .. }
        | Failure::Rejected { .. } => {
            if heard {
                Sign::Answers
            } else {
                Sign::Nothing
            }
        }
    }
}

/// The failures in a row that one process saw of one network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streak {
    accounts: BTreeSet<AccountId>,
    last: Option<Timestamp>,
}

impl Streak {
    /// One more; whether the network is in trouble by that.
    pub fn failed(&mut self, account: AccountId, now: Timestamp) -> bool {
        if self.last.is_some_and(|last| now.duration_since(last) > STREAK_LASTS) {
            self.accounts.clear();
        }
        self.last = Some(now);
        self.accounts.insert(account);
        self.accounts.len() >= ACCOUNTS_IN_A_ROW
    }

    /// The network answered.
    pub fn answered(&mut self) {
        self.accounts.clear();
    }
}

impl Cause {
    /// As what the wait shows on a delivery.
    #[must_use]
    pub const fn outcome(self) -> AttemptOutcome {
        match self {
            Self::Failing => AttemptOutcome::Transient,
            Self::Throttled => AttemptOutcome::RateLimited,
        }
    }

    /// What people read of it; `network` is its name.
    #[must_use]
    pub fn words(self, network: &str) -> String {
        match self {
            Self::Failing => format!("{network} is having trouble: it does not answer, for other accounts neither."),
            Self::Throttled => format!("{network} asks this installation to slow down, for all accounts together."),
        }
    }
}

#[cfg(test)]
#[path = "circuit_tests.rs"]
mod tests;
