//! How much one sweep takes on, and how the due index is spread: what `publish` does, and what the capacity model
//! reckons with.

use jiff::{SignedDuration, Timestamp};

use crate::ids::Ulid;

/// How many partitions each part of the due index is spread over: one takes 1,000 write units a second.
pub const DUE_SHARDS: u8 = 16;
/// Deliveries that one sweep looks at per shard, at most; the next one goes on behind them.
pub const PER_SHARD: i32 = 1_000;
/// How far ahead it reads: as far as a retry is put off unless a network says more. What is tried again and again
/// shows as overdue between its tries.
pub const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Posts that a sweep publishes side by side.
pub const SIDE_BY_SIDE: usize = 16;
/// After this long a sweep begins with no other post: what it has begun must come to an end in its invocation.
pub const BEGIN_WITHIN: SignedDuration = SignedDuration::from_secs(45);
/// Posts that a sweep publishes itself. The rest it hands to the queue, from which as many processes take as Lambda
/// gives.
pub const BY_ITSELF: usize = 200;
/// Only what is this late is handed over: what is later than that lost its own wake-up, or waits in a queue so long
/// that another message adds little.
pub const HAND_OVER_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// The partition of the due index that holds what has this id.
#[must_use]
pub fn shard(id: Ulid) -> u8 {
    let byte = u128::from(id).to_be_bytes()[15];
    byte % DUE_SHARDS
}

/// Divides what is due, each with the time of its look: what the sweep publishes itself, the longest overdue first,
/// and what it hands over. What is in neither is left to its own wake-up or to the next sweep.
#[must_use]
pub fn divide<T>(mut due: Vec<(Timestamp, T)>, now: Timestamp) -> (Vec<T>, Vec<T>) {
    due.sort_by_key(|(wake_at, _)| *wake_at);
    let rest = due.split_off(due.len().min(BY_ITSELF));
    let late = |(wake_at, _): &(Timestamp, T)| now.duration_since(*wake_at) >= HAND_OVER_AFTER;
    let bare = |(_, what): (Timestamp, T)| what;
    (due.into_iter().map(bare).collect(), rest.into_iter().filter(late).map(bare).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::delivery::INVOCATION_TIMEOUT;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn what_a_sweep_begins_with_has_time_to_end() {
        // Longest call to a network is a minute (`platforms::http::MEDIA_TIMEOUT`), and the conclusion takes its time.
        assert!(INVOCATION_TIMEOUT - BEGIN_WITHIN >= SignedDuration::from_secs(75));
    }

    #[test]
    fn shards_fill_evenly() {
        let mut filled = [0_u32; 256];
        (0..2_560_u128).for_each(|id| filled[usize::from(shard(Ulid::from(id)))] += 1);
        assert!(filled[..usize::from(DUE_SHARDS)].iter().all(|count| *count == 2_560 / u32::from(DUE_SHARDS)));
    }

    proptest! {
        #[test]
        fn nothing_is_published_and_handed_over_and_the_longest_overdue_goes_first(ages in proptest::collection::vec(0_i64..7_200, 0..1_000)) {
            let due = ages.iter().enumerate().map(|(number, age)| (at(-age), number)).collect();
            let (own, handed) = divide(due, at(0));
            prop_assert!(own.len() == ages.len().min(BY_ITSELF));
            prop_assert!(own.iter().all(|number| !handed.contains(number)));
            prop_assert!(handed.iter().all(|number| ages[*number] >= HAND_OVER_AFTER.as_secs()));
            let late = ages.iter().filter(|age| **age >= HAND_OVER_AFTER.as_secs()).count();
            let seen = own.iter().chain(&handed).filter(|number| ages[**number] >= HAND_OVER_AFTER.as_secs()).count();
            prop_assert_eq!(seen, late, "nothing that is late is passed over");
            let youngest = own.iter().map(|number| ages[*number]).min().unwrap_or(0);
            prop_assert!(handed.iter().all(|number| ages[*number] <= youngest));
        }
    }
}
