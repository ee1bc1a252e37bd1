//! What wakes `publish` for a post, and what it does when it comes early.
//!
//! A schedule of EventBridge Scheduler may be a minute late, so it is set ahead of the time. Whoever
//! is woken ahead prepares (tokens, uploads) and sends a release: a message that the queue keeps back
//! and that returns just before the time. ARCHITECTURE.md, "On the second", has the cost.

use jiff::{SignedDuration, Timestamp};

/// The longest that a queue keeps a message back.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(15);
/// How long before its time a post's schedule is set: its precision of a minute, and time to prepare.
pub const LEAD: SignedDuration = SignedDuration::from_secs(75);
/// How long before its time a post's first message comes back: time to prepare.
pub const PREPARATION: SignedDuration = SignedDuration::from_secs(20);
/// The longest that an invocation waits for the time itself.
const LAST_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// How long before the time a release comes back: what handing it over takes.
const EARLY: SignedDuration = SignedDuration::from_millis(250);

/// What is to wake `publish`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A message that the queue keeps back this long: whole seconds, at most [`LONGEST_DELAY`].
    Release(SignedDuration),
    /// A schedule for this instant; a queue cannot keep a message that long.
    Schedule(Timestamp),
}

/// When the schedule of a post is set that is due at `due`.
#[must_use]
pub fn scheduled_at(due: Timestamp) -> Timestamp {
    due - LEAD
}

/// Chooses for a post that is due at `due`. What is due already is released at once.
#[must_use]
pub fn wake(due: Timestamp, now: Timestamp) -> Wake {
    let ahead = due.duration_since(now);
    if ahead > LONGEST_DELAY {
        return Wake::Schedule(scheduled_at(due));
    }
    Wake::Release(SignedDuration::from_secs((ahead - PREPARATION).as_secs().max(0)))
}

/// What whoever is woken does about a delivery that is due at `due`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approach {
    /// Its time has come, or comes within this: wait, then publish.
    Wait(SignedDuration),
    /// It is too far ahead: its own wake-up will come.
    Leave,
    /// Prepare it; then wait the first, which is less than a second, and send a release that is kept
    /// back the second, in whole seconds. It returns just before the time.
    Release(SignedDuration, SignedDuration),
}

/// Chooses how to approach the time.
#[must_use]
pub fn approach(due: Timestamp, now: Timestamp) -> Approach {
    let ahead = due.duration_since(now).max(SignedDuration::ZERO);
    if ahead <= LAST_WAIT {
        return Approach::Wait(ahead);
    }
    if ahead > LEAD + PREPARATION {
        return Approach::Leave;
    }
    let kept = SignedDuration::from_secs((ahead - EARLY).as_secs());
    Approach::Release(ahead - EARLY - kept, kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn what_is_due_or_nearly_is_released_at_once() {
        for now in [0, 5_000, -20_000] {
            assert_eq!(wake(at(0), at(now)), Wake::Release(SignedDuration::ZERO));
        }
    }

    #[test]
    fn a_quarter_of_an_hour_is_the_border() {
        assert_eq!(wake(at(900_000), at(0)), Wake::Release(LONGEST_DELAY - PREPARATION));
        assert_eq!(wake(at(900_001), at(0)), Wake::Schedule(at(825_001)));
    }

    proptest! {
        #[test]
        fn a_first_wake_up_leaves_time_to_prepare(due in 0_i64..2_000_000, now in 0_i64..2_000_000) {
            match wake(at(due), at(now)) {
                // The scheduler is up to a minute late.
                Wake::Schedule(instant) => prop_assert!(instant + SignedDuration::from_secs(60) < at(due) && instant > at(now)),
                Wake::Release(delay) => {
                    prop_assert!((SignedDuration::ZERO..=LONGEST_DELAY).contains(&delay) && delay.subsec_nanos() == 0);
                    prop_assert!(delay.is_zero() || at(due).duration_since(at(now) + delay) >= PREPARATION);
                }
            }
        }

        #[test]
        fn a_release_returns_just_before_the_time(due in 0_i64..200_000, now in 0_i64..200_000) {
            match approach(at(due), at(now)) {
                Approach::Wait(wait) => prop_assert_eq!(at(now) + wait, at(due).max(at(now))),
                Approach::Leave => prop_assert!(at(due).duration_since(at(now)) > LEAD),
                Approach::Release(wait, kept) => {
                    prop_assert!(wait < SignedDuration::from_secs(1) && kept.subsec_nanos() == 0 && kept <= LONGEST_DELAY);
                    prop_assert_eq!(at(due).duration_since(at(now) + wait + kept), EARLY);
                }
            }
        }
    }
}
