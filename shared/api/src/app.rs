//! What every handler's state holds.

use std::sync::Arc;

use cloud::Cloud;
use domain::ids::Ulid;
use jiff::Timestamp;
use store::Table;

use crate::limit::Limiter;

/// What every handler's state holds. A group that needs more has a state of its own from which this
/// can be taken (`axum::extract::FromRef`).
#[derive(Debug, Clone)]
pub struct App {
    /// Everything outside the program.
    pub cloud: Arc<Cloud>,
    /// The table.
    pub table: Table,
    pub(crate) limiter: Arc<Limiter>,
}

impl App {
    /// The state for a process.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        Self::over(cloud, Table::new(cloud))
    }

    /// The same over a given table.
    #[must_use]
    pub fn over(cloud: &Arc<Cloud>, table: Table) -> Self {
        Self { cloud: Arc::clone(cloud), table, limiter: Arc::new(Limiter::new(cloud.config.rate_limit)) }
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.cloud.clock.now()
    }

    /// A fresh ULID.
    #[must_use]
    pub fn ulid(&self) -> Ulid {
        self.cloud.random.ulid(self.now())
    }
}
