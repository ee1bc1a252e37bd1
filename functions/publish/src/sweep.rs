//! The sweep: each minute, what a lost wake-up or a dead process left behind, and a word on what is overdue.

use std::collections::BTreeMap;
use std::time::Duration;

use cloud::WakeUp;
use domain::delivery::INVOCATION_TIMEOUT;
use domain::ids::{OrgId, PostId};
use domain::sweep::{BEGIN_WITHIN, DUE_SHARDS, LOOK_AHEAD, PER_SHARD, SIDE_BY_SIDE, divide};
use domain::tenancy::OrgScope;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;
use store::{Due, DueDelivery, StoreError};
use tracing::Instrument as _;

use crate::{Publisher, about, deadman, series};

/// Messages that are sent side by side.
const SENT_AT_ONCE: usize = 64;

/// Tries every delivery whose time to look has come; of many, it hands the rest to the queue. A post that cannot be
/// read is tried again in a minute and keeps nobody else waiting.
pub(crate) async fn sweep(publisher: &Publisher, ends_at: Timestamp) -> Result<usize, StoreError> {
    let now = publisher.cloud.clock.now();
    let until = now + LOOK_AHEAD;
    let shards = try_join_all((0..DUE_SHARDS).map(|shard| publisher.table.due(shard, until, PER_SHARD))).await?;
    let found: Vec<Due> = shards.into_iter().flatten().collect();
    let unfinished: Vec<DueDelivery> = found.iter().filter_map(|found| found.delivery()).collect();
    deadman::report(&unfinished, now);
    let (own, handed) = divide(posts(&unfinished, now), now);
    let publishing = stream::iter(own)
        .map(|post| publish(publisher, post, ends_at))
        .buffer_unordered(SIDE_BY_SIDE)
        .fold(0, async |sum, tried| sum + tried);
    let (tried, ()) = tokio::join!(publishing, hand_over(publisher, handed));
    let series = found.iter().filter_map(|found| found.series()).filter(|series| series.wake_at <= now);
    series::sweep(publisher, series).await;
    if tried > 0 {
        tracing::info!(tried, "swept");
    }
    Ok(tried)
}

/// The posts that are due, each with its earliest look.
fn posts(unfinished: &[DueDelivery], now: Timestamp) -> Vec<(Timestamp, (OrgId, PostId))> {
    let mut posts = BTreeMap::new();
    for due in unfinished.iter().filter(|due| due.wake_at <= now) {
        let earliest = posts.entry((due.org, due.post)).or_insert(due.wake_at);
        *earliest = due.wake_at.min(*earliest);
    }
    posts.into_iter().map(|(post, wake_at)| (wake_at, post)).collect()
}

async fn publish(publisher: &Publisher, (org, post): (OrgId, PostId), ends_at: Timestamp) -> usize {
    let now = publisher.cloud.clock.now();
    if now > ends_at - INVOCATION_TIMEOUT + BEGIN_WITHIN {
        return 0;
    }
    let store = publisher.table.org(OrgScope::from_own_wakeup(org));
    match publisher.publish_post(&store, post, ends_at).instrument(about(org, post)).await {
        Ok(tried) => tried,
        Err(error) => {
            tracing::error!(%org, %post, %error, "a post could not be swept");
            0
        }
    }
}

/// Sends a release at once for each: other processes publish them. One that fails is found by the next sweep.
async fn hand_over(publisher: &Publisher, posts: Vec<(OrgId, PostId)>) {
    if posts.is_empty() {
        return;
    }
    let count = posts.len();
    let release = |(org, post)| async move {
        let wake_up = WakeUp { org, post, revision: WakeUp::PRESENT };
        publisher.cloud.releases().send(wake_up, Duration::ZERO).await.is_ok()
    };
    let sent = stream::iter(posts).map(release).buffer_unordered(SENT_AT_ONCE);
    let sent = sent.fold(0_usize, async |sum, sent| sum + usize::from(sent)).await;
    tracing::warn!(count, sent, "more is overdue than one sweep publishes: the rest is handed to the queue");
}
