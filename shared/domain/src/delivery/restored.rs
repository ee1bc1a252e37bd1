//! What becomes of a delivery that comes back from a backup.
//!
//! A backup is older than the moment it is restored at, and whatever went out in between is unknown to it: such a
//! delivery would go out a second time. So nothing that was due in between goes out by itself; a person looks.

use jiff::Timestamp;

use super::life::LOOK;
use super::{Attempt, AttemptOutcome, Delivery, DeliveryError, DeliveryKey, DeliveryState};
use crate::ids::Ulid;

impl Delivery {
    /// Whether it may have gone out after the backup that it was read from was made, when nothing was published
    /// any more from `until` on.
    #[must_use]
    pub fn is_in_doubt(&self, until: Timestamp) -> bool {
        let was_looked_at = self.wake_at.is_none_or(|wake_at| wake_at <= until);
        !self.state.is_end() && (self.state == DeliveryState::Publishing || was_looked_at)
    }

    /// The same delivery from a backup of the instant `backup`, left to a person to decide because it may have gone
    /// out until `until`. Whoever sends it again goes by a key of that time, so that a network which can be searched
    /// is looked at first. What has ended stays as it is.
    #[must_use]
    pub fn doubted(&self, backup: Timestamp, until: Timestamp, fresh_key: Ulid) -> Self {
        let mut next = self.clone();
        if next.state.is_end() {
            return next;
        }
        let message = format!("Atelier was restored from a backup of {backup:.0}; this may have gone out since.");
        if let Some(last) = next.attempts.last_mut().filter(|last| last.outcome.is_none()) {
            last.outcome = Some(AttemptOutcome::Interrupted);
            last.ended_at = Some(backup);
        }
        let since = self.wanted_at().max(backup).min(until);
        next.attempts.push(Attempt {
            number: u32::try_from(next.attempts.len()).unwrap_or(u32::MAX).saturating_add(1),
            started_at: since,
            ended_at: Some(until),
            outcome: Some(AttemptOutcome::Ambiguous),
            detail: Some(message.clone()),
        });
        next.key.get_or_insert(DeliveryKey { id: fresh_key.to_string(), created_at: since });
        next.fence += 1;
        next.state = DeliveryState::Unknown;
        (next.wake_at, next.lease_until) = (None, None);
        next.error = Some(DeliveryError { class: AttemptOutcome::Ambiguous, message, advice: LOOK.to_owned() });
        next
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::delivery::Refusal;
    use crate::ids::{AccountId, PostId};
    use crate::platform::{Class, Platform};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn pending(due: i64) -> Delivery {
        let (post, account) = (PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)));
        Delivery::new(post, account, Platform::Mastodon, 3, at(due))
    }

    #[test]
    fn what_was_due_before_the_restore_is_in_doubt_and_what_comes_after_is_not() {
        assert!(pending(100).is_in_doubt(at(100)));
        assert!(!pending(101).is_in_doubt(at(100)));
        let publishing = pending(90).claim(3, at(90), Ulid::from(7)).unwrap();
        assert!(publishing.is_in_doubt(at(91)), "however long its lease runs");
        assert!(!pending(90).canceled().is_in_doubt(at(100)));
    }

    #[test]
    fn what_is_held_is_looked_for_before_it_is_sent_again() {
        let held = pending(50).doubted(at(0), at(100), Ulid::from(7));
        let again = held.retried(3, at(200)).unwrap();
        assert!(again.may_have_landed(Class::Searchable));
        assert!(!again.needs_answer(Class::Blind), "a person has answered");
        assert_eq!(again.key.as_ref().unwrap().created_at, at(50), "searched from when it was due");
    }

    proptest! {
        #[test]
        fn nothing_that_may_be_out_goes_out_by_itself(
            due in 0_i64..1_000, until in 0_i64..2_000, later in 0_i64..100_000, claimed in any::<bool>(),
        ) {
            let backup = at(0);
            let stored = match claimed {
                true => pending(due).claim(3, at(due), Ulid::from(7)).unwrap(),
                false => pending(due),
            };
            let restored = match stored.is_in_doubt(at(until)) {
                true => stored.doubted(backup, at(until), Ulid::from(8)),
                false => stored,
            };
            let claim = restored.claim(3, at(until) + SignedDuration::from_secs(later), Ulid::from(9));
            // Only what nobody had begun, and what was due when nothing was published any more, is claimed.
            prop_assert_eq!(claim.is_ok(), !claimed && due > until && due <= until + later);
            if due <= until || claimed {
                prop_assert_eq!(claim, Err(Refusal::Finished));
            }
        }

        #[test]
        fn what_has_ended_stays(until in 0_i64..2_000) {
            let ended = pending(10).canceled();
            prop_assert_eq!(ended.doubted(at(0), at(until), Ulid::from(8)), ended);
        }
    }
}
