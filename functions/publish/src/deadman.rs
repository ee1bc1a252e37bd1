//! The dead man's check: whatever should have ended long ago is told of, whoever or whatever failed.
//!
//! It looks only at the due index, so it sees what no handler ever got hold of. That it still runs is
//! told by its figures: `template.yaml` has an alarm for when they are missing.

use cloud::telemetry::{Figures, Unit};
use domain::delivery::OVERDUE_AFTER;
use jiff::{SignedDuration, Timestamp};
use store::DueDelivery;

/// Overdue deliveries named per sweep: enough to begin with, and no flood when a network is down.
const NAMED: usize = 20;

/// What is past its time and has no end.
#[derive(Debug, PartialEq, Eq)]
struct Overdue<'a> {
    /// How long the oldest waits; zero when nothing does.
    oldest: SignedDuration,
    /// How many are overdue.
    count: usize,
    /// The oldest of them.
    named: Vec<&'a DueDelivery>,
}

impl<'a> Overdue<'a> {
    fn among(unfinished: &'a [DueDelivery], now: Timestamp) -> Self {
        let waits = |due: &DueDelivery| now.duration_since(due.wanted_at);
        let mut named: Vec<&DueDelivery> = unfinished.iter().filter(|due| waits(due) > OVERDUE_AFTER).collect();
        named.sort_unstable_by_key(|due| (due.wanted_at, due.post, due.account));
        let count = named.len();
        named.truncate(NAMED);
        let oldest = unfinished.iter().map(waits).max().unwrap_or_default();
        Self { oldest: oldest.max(SignedDuration::ZERO), count, named }
    }
}

/// Tells of what is overdue among the unfinished deliveries of all organizations: figures, always, and a line
/// for each of the oldest.
pub(crate) fn report(unfinished: &[DueDelivery], now: Timestamp) {
    let overdue = Overdue::among(unfinished, now);
    for due in &overdue.named {
        tracing::warn!(
            org = %due.org,
            post = %due.post,
            account = %due.account,
            waits_seconds = now.duration_since(due.wanted_at).as_secs(),
            next_look = %due.wake_at,
            "overdue"
        );
    }
    let count = i64::try_from(overdue.count).unwrap_or(i64::MAX);
    Figures::new(now)
        .figure("OldestUnfinishedSeconds", Unit::Seconds, overdue.oldest.as_secs())
        .figure("OverdueDeliveries", Unit::Count, count)
        .write();
}

#[cfg(test)]
mod tests {
    use domain::ids::{AccountId, OrgId, PostId, Ulid};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn due(number: u128, wanted: i64, wake: i64) -> DueDelivery {
        DueDelivery {
            org: OrgId::new(Ulid::from(1)),
            post: PostId::new(Ulid::from(number)),
            account: AccountId::new(Ulid::from(2)),
            wake_at: at(wake),
            wanted_at: at(wanted),
        }
    }

    #[test]
    fn overdue_counts_from_when_it_was_wanted_not_from_the_next_look() {
        let all = [due(1, 0, 4_000), due(2, 700, 1_000), due(3, 699, 1_000), due(4, 5_000, 5_000)];
        let overdue = Overdue::among(&all, at(1_000));
        assert_eq!(overdue.named, [&all[0], &all[2]], "five minutes are not yet more than five minutes");
        assert_eq!((overdue.count, overdue.oldest), (2, SignedDuration::from_secs(1_000)));
    }

    #[test]
    fn nothing_overdue_is_told_as_zero() {
        let ahead = [due(1, 60, 60)];
        for unfinished in [&[][..], &ahead] {
            let overdue = Overdue::among(unfinished, at(0));
            assert_eq!((overdue.count, overdue.oldest), (0, SignedDuration::ZERO));
        }
    }

    #[test]
    fn the_oldest_are_named_and_all_are_counted() {
        let many: Vec<DueDelivery> = (0_u8..100).rev().map(|number| due(number.into(), number.into(), 900)).collect();
        let overdue = Overdue::among(&many, at(1_000));
        assert_eq!((overdue.count, overdue.named.len()), (100, NAMED));
        assert!(overdue.named.iter().all(|due| due.wanted_at < at(20)));
    }
}
