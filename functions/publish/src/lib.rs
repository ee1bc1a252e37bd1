//! Publishing: never twice, never silently lost.
//!
//! A wake-up or the sweep leads to a delivery; [`deliver`] claims it, acts in recorded steps, and
//! concludes it. Each of the three is one conditional write on the delivery, so of any number of
//! callers one goes on; see `domain::delivery` for the rules and ARCHITECTURE.md for a walk through.

mod batch;
mod circuits;
mod content;
mod deadman;
mod deliver;
mod figures;
mod prepare;
mod series;
mod steps;
mod sweep;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, WakeUp};
use domain::delivery::{Delivery, DeliveryState, INVOCATION_TIMEOUT};
use domain::ids::{OrgId, PostId};
use domain::platform::Platform;
use domain::post::Post;
use domain::tenancy::OrgScope;
use domain::wake::{self, Approach};
use futures::future::{join_all, select};
use jiff::{SignedDuration, Timestamp};
use platforms::network::Timer;
use platforms::{Clients, Network, Networks, Page, Sleep, Tools, Vault};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{OrgStore, StoreError, Table};
use tracing::{Instrument as _, Span};

use crate::circuits::Circuits;
use crate::deliver::Delivering;

/// How long preparing a post may hold up its release: [`wake::PREPARATION`] less what the rest takes.
const LONGEST_PREPARATION: Duration = Duration::from_secs(15);

/// What the function is invoked with.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Event {
    /// A post's time has come, or a retry's.
    WakeUp(WakeUp),
    /// Look for what was left behind.
    Sweep {
        /// Always `true`.
        #[serde(rename = "sweep")]
        _sweep: bool,
    },
    /// Messages of a queue, each with one of the other events as its body.
    Batch {
        /// The messages.
        #[serde(rename = "Records")]
        records: Vec<batch::Record>,
    },
}

/// What woke the function, for the log.
#[must_use]
pub fn woken_by(event: &Value) -> String {
    let kinds = [("sweep", "sweep"), ("Records", "releases"), ("post", "schedule")];
    let kind = kinds.iter().find(|(field, _)| event.get(field).is_some());
    kind.map_or("other", |(_, kind)| kind).to_owned()
}

/// What all lines about a post say.
fn about(org: OrgId, post: PostId) -> Span {
    tracing::error_span!("post", %org, %post)
}

/// Why an invocation failed; the scheduler repeats it, and the sweep comes each minute in any case.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Not an event of ours.
    #[error("the event is not one of ours: {0}")]
    Event(#[from] serde_json::Error),
    /// A message that holds messages.
    #[error("a message holds messages instead of an event")]
    Nested,
    /// The table was out of reach.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes what is due. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Publisher {
    cloud: Arc<Cloud>,
    table: Table,
    clients: Arc<Clients>,
    vault: Vault,
    sleep: Arc<dyn Sleep>,
    circuits: Arc<Circuits>,
}

impl Publisher {
    /// A publisher over the real networks.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let networks = Networks::new(&Tools::new(cloud));
        Self::with(cloud, Table::new(cloud), networks.clients(), Arc::new(Timer))
    }

    /// A publisher over the given table and outside networks, waiting by `sleep`.
    #[must_use]
    pub fn with(cloud: &Arc<Cloud>, table: Table, mut clients: Clients, sleep: Arc<dyn Sleep>) -> Self {
        let page = Page::new(table.clone(), &cloud.config.base_url, Arc::clone(&cloud.clock));
        clients.insert(Platform::Page, Arc::new(page));
        Self {
            vault: Vault::new(cloud, Arc::clone(&sleep)),
            clients: Arc::new(clients),
            cloud: Arc::clone(cloud),
            table,
            sleep,
            circuits: Arc::default(),
        }
    }

    /// The same, as a process that has just started: it knows nothing of what the networks answered before.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self { circuits: Arc::default(), ..self.clone() }
    }

    /// Handles one invocation.
    ///
    /// # Errors
    /// [`PublishError`] when it should be repeated.
    pub async fn handle(&self, event: Value) -> Result<Value, PublishError> {
        let ends_at = self.cloud.clock.now() + INVOCATION_TIMEOUT;
        match serde_json::from_value(event)? {
            Event::Batch { records } => Ok(batch::handle(self, &records, ends_at).await),
            event => self.act(event, ends_at).await,
        }
    }

    /// Acts upon one event, in an invocation that its platform ends at `ends_at`.
    async fn act(&self, event: Event, ends_at: Timestamp) -> Result<Value, PublishError> {
        match event {
            Event::WakeUp(wake_up) => {
                let tried = self.wake(wake_up, ends_at).instrument(about(wake_up.org, wake_up.post)).await?;
                Ok(json!({ "tried": tried }))
            }
            Event::Sweep { .. } => Ok(json!({ "tried": sweep::sweep(self, ends_at).await? })),
            Event::Batch { .. } => Err(PublishError::Nested),
        }
    }

    /// Publishes a post's deliveries of the revision that the wake-up was made for. One that comes ahead
    /// of the time prepares them, and comes back at the time.
    async fn wake(&self, wake_up: WakeUp, ends_at: Timestamp) -> Result<usize, StoreError> {
        let store = self.table.org(OrgScope::from_own_wakeup(wake_up.org));
        let Some((post, deliveries)) = store.post(wake_up.post).await? else { return Ok(0) };
        let mine = |delivery: &&Delivery| wake_up.revision == WakeUp::PRESENT || delivery.revision == wake_up.revision;
        let deliveries: Vec<Delivery> = deliveries.iter().filter(mine).cloned().collect();
        let now = self.cloud.clock.now();
        let ahead = |delivery: &&Delivery| !delivery.state.is_end() && delivery.lease_until.is_none();
        let next = deliveries.iter().filter(ahead).filter_map(|delivery| delivery.wake_at).min();
        match next.map(|at| (at, wake::approach(at, now))) {
            Some((_, Approach::Leave)) => Ok(0),
            Some((at, Approach::Release(..))) => {
                self.release(&store, &post, &deliveries, wake_up, (at, ends_at)).await;
                Ok(0)
            }
            Some((_, Approach::Wait(wait))) if wait > SignedDuration::ZERO => {
                self.sleep.sleep(wait.unsigned_abs()).await;
                self.publish_due(&store, &post, deliveries, ends_at).await
            }
            _ => self.publish_due(&store, &post, deliveries, ends_at).await,
        }
    }

    /// Prepares what is due at `at`, and arranges to come back then.
    async fn release(
        &self,
        store: &OrgStore,
        post: &Post,
        deliveries: &[Delivery],
        wake_up: WakeUp,
        (at, ends_at): (Timestamp, Timestamp),
    ) {
        let delivering = Delivering { publisher: self, store, post, ends_at };
        let waiting = deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Pending);
        let preparing = join_all(waiting.map(|delivery| delivering.prepare(delivery)));
        // Whatever preparing takes, the message must be on its way before the time.
        select(pin!(preparing), self.sleep.sleep(LONGEST_PREPARATION)).await;
        let (wait, kept) = match wake::approach(at, self.cloud.clock.now()) {
            Approach::Release(wait, kept) => (wait, kept),
            Approach::Wait(_) | Approach::Leave => (SignedDuration::ZERO, SignedDuration::ZERO),
        };
        self.sleep.sleep(wait.unsigned_abs()).await;
        if let Err(error) = self.cloud.release(wake_up, kept.unsigned_abs()).await {
            tracing::warn!(post = %post.id, error, "no release: the sweep will publish");
        }
    }

    /// Tries the deliveries of a post that are due, side by side: one network's trouble touches no other.
    async fn publish_post(&self, store: &OrgStore, post: PostId, ends_at: Timestamp) -> Result<usize, StoreError> {
        let Some((post, deliveries)) = store.post(post).await? else { return Ok(0) };
        self.publish_due(store, &post, deliveries, ends_at).await
    }

    async fn publish_due(
        &self,
        store: &OrgStore,
        post: &Post,
        deliveries: Vec<Delivery>,
        ends_at: Timestamp,
    ) -> Result<usize, StoreError> {
        let deliveries = series::without_lapsed(self, store, post, deliveries).await?;
        let now = self.cloud.clock.now();
        let due = |delivery: &Delivery| delivery.wake_at.is_some_and(|wake_at| wake_at <= now);
        let due: Vec<Delivery> = deliveries.into_iter().filter(due).collect();
        let delivering = Delivering { publisher: self, store, post, ends_at };
        let publishing = join_all(due.iter().map(|delivery| delivering.run(delivery)));
        let (outcomes, ()) = tokio::join!(publishing, series::follow(self, store, post));
        let tried = outcomes.len();
        outcomes.into_iter().collect::<Result<(), _>>()?;
        Ok(tried)
    }

    fn network(&self, platform: Platform) -> Option<&dyn Network> {
        self.clients.get(&platform).map(|client| &**client)
    }
}
