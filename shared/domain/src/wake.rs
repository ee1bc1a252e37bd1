//! What wakes `publish` for a post: a message that comes back at the second, or a schedule.

use jiff::{SignedDuration, Timestamp};

/// The longest that a queue keeps a message back.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// What is to wake `publish`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A message that the queue keeps back this long: whole seconds, at most [`LONGEST_DELAY`].
    Release(SignedDuration),
    /// A schedule for this instant; a queue cannot keep a message that long.
    Schedule(Timestamp),
}

/// Chooses for a post that is due at `due`. What is due already is released at once. A message never
/// comes before the post is due, and less than a second after: a queue counts whole seconds.
#[must_use]
pub fn wake(due: Timestamp, now: Timestamp) -> Wake {
    let ahead = due.duration_since(now).max(SignedDuration::ZERO);
    if ahead > LONGEST_DELAY {
        return Wake::Schedule(due);
    }
    let begun = i64::from(ahead.subsec_nanos() > 0);
    Wake::Release(SignedDuration::from_secs(ahead.as_secs() + begun))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn what_is_due_is_released_at_once() {
        assert_eq!(wake(at(0), at(0)), Wake::Release(SignedDuration::ZERO));
        assert_eq!(wake(at(0), at(5_000)), Wake::Release(SignedDuration::ZERO));
    }

    #[test]
    fn a_quarter_of_an_hour_is_the_border() {
        assert_eq!(wake(at(900_000), at(0)), Wake::Release(LONGEST_DELAY));
        assert_eq!(wake(at(900_001), at(0)), Wake::Schedule(at(900_001)));
    }

    proptest! {
        #[test]
        fn a_release_is_never_early_and_less_than_a_second_late(due in 0_i64..2_000_000, now in 0_i64..2_000_000) {
            match wake(at(due), at(now)) {
                Wake::Schedule(instant) => {
                    prop_assert_eq!(instant, at(due));
                    prop_assert!(at(due).duration_since(at(now)) > LONGEST_DELAY);
                }
                Wake::Release(delay) => {
                    prop_assert!((SignedDuration::ZERO..=LONGEST_DELAY).contains(&delay) && delay.subsec_nanos() == 0);
                    let late = (at(now) + delay).duration_since(at(due).max(at(now)));
                    prop_assert!((SignedDuration::ZERO..SignedDuration::from_secs(1)).contains(&late), "{}", late);
                }
            }
        }
    }
}
