//! Looks after connections: asks each network once a day whether it still gives access, renews access ahead of
//! its end, and tells by mail what only people can mend.
//!
//! Accounts come from the due index, a part of it that is theirs alone. Each is taken for an hour before anything
//! is done, so that of two invocations one goes on, and one that dies is made up for by the next.

mod letter;
mod visit;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloud::Cloud;
use domain::platform::Platform;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _};
use platforms::network::Timer;
use platforms::{Clients, Network, Networks, Sleep, Tools, Vault};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{DUE_SHARDS, DueCheck, StoreError, Table};

/// Accounts looked after per shard and invocation; the next one goes on behind them.
const PER_SHARD: i32 = 500;
/// Accounts looked after side by side.
const SIDE_BY_SIDE: usize = 16;
/// After this long no other account is begun with: what is left is due at the next invocation.
const BEGIN_WITHIN: Duration = Duration::from_secs(50);

/// What the function is invoked with.
#[derive(Debug, Deserialize)]
struct Event {
    /// Always `true`.
    #[serde(rename = "check")]
    _check: bool,
}

/// What woke the function, for the log.
#[must_use]
pub fn woken_by(event: &Value) -> String {
    if event["check"] == true { "schedule" } else { "other" }.to_owned()
}

/// Why an invocation failed; the next one comes in an hour.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// Not an event of ours.
    #[error("the event is not one of ours: {0}")]
    Event(#[from] serde_json::Error),
    /// The table was out of reach.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks after connections. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Keeper {
    cloud: Arc<Cloud>,
    table: Table,
    clients: Arc<Clients>,
    vault: Vault,
}

/// How a visit to an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Visit {
    /// Somebody else has it, or it is gone.
    Passed,
    /// It was looked after.
    Done,
    /// And people were told something.
    Told,
}

impl Keeper {
    /// A keeper over the real networks.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let networks = Networks::new(&Tools::new(cloud));
        Self::with(cloud, Table::new(cloud), networks.clients(), Arc::new(Timer))
    }

    /// A keeper over the given table and networks, waiting by `sleep`.
    #[must_use]
    pub fn with(cloud: &Arc<Cloud>, table: Table, clients: Clients, sleep: Arc<dyn Sleep>) -> Self {
        Self { vault: Vault::new(cloud, sleep), clients: Arc::new(clients), cloud: Arc::clone(cloud), table }
    }

    /// Looks after every account that is due.
    ///
    /// # Errors
    /// [`HealthError`] when the due ones cannot be read.
    pub async fn handle(&self, event: Value) -> Result<Value, HealthError> {
        let Event { .. } = serde_json::from_value(event)?;
        let now = self.cloud.clock.now();
        let shards = (0..DUE_SHARDS).map(|shard| self.table.due_checks(shard, now, PER_SHARD));
        let due: Vec<DueCheck> = try_join_all(shards).await?.into_iter().flatten().collect();
        let begun = Instant::now();
        let visits = stream::iter(due).map(|due| self.attend(due, begun)).buffer_unordered(SIDE_BY_SIDE);
        let counted = visits.fold(BTreeMap::new(), async |mut counted, visit| {
            *counted.entry(visit).or_insert(0_usize) += 1;
            counted
        });
        let counted = counted.await;
        let count = |visit| counted.get(&visit).copied().unwrap_or_default();
        let (checked, told) = (count(Visit::Done) + count(Visit::Told), count(Visit::Told));
        tracing::info!(checked, told, "looked after connections");
        Ok(json!({ "checked": checked, "told": told }))
    }

    /// One account's trouble keeps no other waiting.
    async fn attend(&self, due: DueCheck, begun: Instant) -> Visit {
        if begun.elapsed() > BEGIN_WITHIN {
            return Visit::Passed;
        }
        self.visit(due).await.unwrap_or_else(|error| {
            tracing::error!(org = %due.org, account = %due.account, %error, "an account could not be looked after");
            Visit::Passed
        })
    }

    fn network(&self, platform: Platform) -> Option<&dyn Network> {
        self.clients.get(&platform).map(|client| &**client)
    }
}
