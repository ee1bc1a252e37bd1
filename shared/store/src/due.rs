//! What the due index leads to.

use domain::ids::{AccountId, OrgId, PostId, SeriesId, Ulid};
use domain::sweep::shard;
use domain::when::sortable;
use jiff::Timestamp;

/// Something that is to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// A delivery.
    Delivery(DueDelivery),
    /// A series.
    Series(DueSeries),
}

impl Due {
    /// The delivery, if it is one.
    #[must_use]
    pub const fn delivery(self) -> Option<DueDelivery> {
        match self {
            Self::Delivery(delivery) => Some(delivery),
            Self::Series(_) => None,
        }
    }

    /// The series, if it is one.
    #[must_use]
    pub const fn series(self) -> Option<DueSeries> {
        match self {
            Self::Series(series) => Some(series),
            Self::Delivery(_) => None,
        }
    }
}

/// A delivery that the due index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDelivery {
    /// The tenant.
    pub org: OrgId,
    /// The post.
    pub post: PostId,
    /// The account.
    pub account: AccountId,
    /// When to look at it, in milliseconds.
    pub wake_at: Timestamp,
    /// When somebody wanted it out, in milliseconds.
    pub wanted_at: Timestamp,
}

/// A series that the due index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSeries {
    /// The tenant.
    pub org: OrgId,
    /// The series.
    pub series: SeriesId,
    /// When its next post is to be made, in milliseconds.
    pub wake_at: Timestamp,
}

/// An account that is to be looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueCheck {
    /// The tenant.
    pub org: OrgId,
    /// The account.
    pub account: AccountId,
    /// When, in milliseconds.
    pub check_at: Timestamp,
}

/// The partition of what is to be published, by the id of the post or series.
pub(crate) fn work(id: Ulid) -> String {
    format!("DUE#{}", shard(id))
}

/// The partition and sort key of an account that is to be looked after.
pub(crate) fn check(account: AccountId, at: Timestamp) -> (String, String) {
    (format!("CHECK#{}", shard(account.ulid())), sortable(at))
}

/// The sort key of a delivery: by the next look.
pub(crate) fn key(wake_at: Timestamp, wanted_at: Timestamp) -> String {
    format!("{}#{}", sortable(wake_at), sortable(wanted_at))
}

/// Sorts behind the keys of an instant, and before those of the next.
pub(crate) fn up_to(instant: Timestamp) -> String {
    format!("{}#~", sortable(instant))
}

/// The instants of a key: the next look, and when it was wanted, which is the same where the key does not
/// tell. One that cannot be read counts as long past, so that nothing is passed over.
pub(crate) fn instants(key: &str) -> (Timestamp, Timestamp) {
    let (wake_at, wanted_at) = key.split_once('#').unwrap_or((key, key));
    let instant = |text: &str| text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    (instant(wake_at), instant(wanted_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_sorts_by_the_next_look_and_tells_both_instants() {
        let (wake, wanted) = (at("2026-03-01T09:00:00.250Z"), at("2026-03-01T08:00:00Z"));
        let own = key(wake, wanted);
        assert_eq!(instants(&own), (wake, wanted));
        let earlier = at("2026-03-01T09:00:00.249Z");
        assert!(up_to(earlier) < own && own <= up_to(wake));
        assert!(key(earlier, at("9000-01-01T00:00:00Z")) < own, "however late it was wanted");
        assert!(up_to(earlier) < sortable(wake) && sortable(wake) <= up_to(wake), "a series' key is the instant alone");
    }

    #[test]
    fn a_key_that_tells_less_is_not_passed_over() {
        let wake = at("2026-03-01T09:00:00Z");
        assert_eq!(instants("2026-03-01T09:00:00.000Z"), (wake, wake));
        assert_eq!(instants("?").0, Timestamp::UNIX_EPOCH);
    }
}
