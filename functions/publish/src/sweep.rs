//! The sweep: each minute, what a lost wake-up or a dead process left behind.

use std::collections::BTreeSet;

use domain::ids::{OrgId, PostId};
use domain::tenancy::OrgScope;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _};
use store::{DUE_SHARDS, StoreError};

use crate::{Publisher, series};

/// Deliveries looked at per shard and sweep; the next sweep goes on behind them.
const PER_SHARD: i32 = 500;
/// Posts published side by side.
const SIDE_BY_SIDE: usize = 16;

/// Tries every delivery whose time to look has come. A post that cannot be read is tried again in a
/// minute and keeps nobody else waiting.
pub(crate) async fn sweep(publisher: &Publisher) -> Result<usize, StoreError> {
    let now = publisher.cloud.clock.now();
    let shards = try_join_all((0..DUE_SHARDS).map(|shard| publisher.table.due(shard, now, PER_SHARD))).await?;
    let due = || shards.iter().flatten();
    let posts = due().filter_map(|due| due.delivery()).map(|due| (due.org, due.post));
    let posts: BTreeSet<(OrgId, PostId)> = posts.collect();
    let tried = stream::iter(posts)
        .map(|(org, post)| async move {
            let store = publisher.table.org(OrgScope::from_own_wakeup(org));
            match publisher.publish_post(&store, post).await {
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
    series::sweep(publisher, due().filter_map(|due| due.series())).await;
    if tried > 0 {
        tracing::info!(tried, "swept");
    }
    Ok(tried)
}
