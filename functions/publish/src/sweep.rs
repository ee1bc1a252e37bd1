//! The sweep: each minute, what a lost wake-up or a dead process left behind, and a word on what is overdue.

use std::collections::BTreeSet;

use domain::ids::{OrgId, PostId};
use domain::tenancy::OrgScope;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _};
use jiff::SignedDuration;
use store::{DUE_SHARDS, Due, DueDelivery, StoreError};
use tracing::Instrument as _;

use crate::{Publisher, about, deadman, series};

/// Deliveries looked at per shard and sweep; the next sweep goes on behind them.
const PER_SHARD: i32 = 500;
/// How far ahead it reads: as far as a retry is put off unless a network says more. What is tried again and
/// again shows as overdue between its tries.
const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Posts published side by side.
const SIDE_BY_SIDE: usize = 16;

/// Tries every delivery whose time to look has come. A post that cannot be read is tried again in a
/// minute and keeps nobody else waiting.
pub(crate) async fn sweep(publisher: &Publisher) -> Result<usize, StoreError> {
    let now = publisher.cloud.clock.now();
    let until = now + LOOK_AHEAD;
    let shards = try_join_all((0..DUE_SHARDS).map(|shard| publisher.table.due(shard, until, PER_SHARD))).await?;
    let found: Vec<Due> = shards.into_iter().flatten().collect();
    let unfinished: Vec<DueDelivery> = found.iter().filter_map(|found| found.delivery()).collect();
    deadman::report(&unfinished, now);
    let due = unfinished.iter().filter(|delivery| delivery.wake_at <= now);
    let posts: BTreeSet<(OrgId, PostId)> = due.map(|delivery| (delivery.org, delivery.post)).collect();
    let tried = stream::iter(posts)
        .map(|(org, post)| async move {
            let store = publisher.table.org(OrgScope::from_own_wakeup(org));
            match publisher.publish_post(&store, post).instrument(about(org, post)).await {
                Ok(tried) => tried,
                Err(error) => {
                    tracing::error!(%org, %post, %error, "a post could not be swept");
                    0
                }
            }
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .fold(0, async |sum, tried| sum + tried)
        .await;
    let series = found.iter().filter_map(|found| found.series()).filter(|series| series.wake_at <= now);
    series::sweep(publisher, series).await;
    if tried > 0 {
        tracing::info!(tried, "swept");
    }
    Ok(tried)
}
