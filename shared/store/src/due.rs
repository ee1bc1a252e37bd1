//! What the due index leads to.

use domain::ids::{AccountId, OrgId, PostId, SeriesId};

/// Something whose time to be looked at has come.
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
}

/// A series that the due index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSeries {
    /// The tenant.
    pub org: OrgId,
    /// The series.
    pub series: SeriesId,
}
