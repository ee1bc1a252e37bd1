//! The table that is read, and the one that is written.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use cloud::Cloud;
use cloud::dynamodb::Client;
use cloud::dynamodb::error::SdkError;
use cloud::dynamodb::types::{DeleteRequest, PointInTimeRecoverySpecification, PutRequest, WriteRequest};
use cloud::reach::{self, Across, Reach};
use futures::future::{BoxFuture, try_join_all};
use futures::stream::{FuturesUnordered, StreamExt as _};
use store::Item;

/// Parts that are read side by side.
const SEGMENTS: i32 = 4;
/// Writes that one request takes.
const BATCH: usize = 25;
/// Requests that are under way side by side.
const SIDE_BY_SIDE: usize = 8;
/// Tries of a request that is throttled: the last pause is about half a minute.
const TRIES: u32 = 12;
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Sends a request that concerns all organizations.
async fn everybodys<F: Future>(request: F) -> F::Output {
    reach::within(Reach::across(Across::WholeTable), request).await
}

/// One table.
#[derive(Clone, Copy)]
pub(crate) struct TableIn<'a> {
    cloud: &'a Cloud,
    name: &'a str,
}

impl<'a> TableIn<'a> {
    pub(crate) fn new(cloud: &'a Cloud, name: &'a str) -> Self {
        Self { cloud, name }
    }

    fn client(&self) -> &'a Client {
        self.cloud.dynamodb()
    }

    /// Calls `take` with every item, in any order.
    ///
    /// # Errors
    /// When the table cannot be read, or `take` fails.
    pub(crate) async fn scan(&self, mut take: impl FnMut(Item) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut starts: Vec<(i32, Option<Item>)> = (0..SEGMENTS).map(|segment| (segment, None)).collect();
        while !starts.is_empty() {
            let pages = starts.drain(..).map(|(segment, start)| self.page(segment, start));
            for (segment, items, last) in try_join_all(pages).await? {
                items.into_iter().try_for_each(&mut take)?;
                starts.extend(last.map(|last| (segment, Some(last))));
            }
        }
        Ok(())
    }

    async fn page(&self, segment: i32, start: Option<Item>) -> anyhow::Result<(i32, Vec<Item>, Option<Item>)> {
        let request = self.client().scan().table_name(self.name).consistent_read(true);
        let request = request.segment(segment).total_segments(SEGMENTS).set_exclusive_start_key(start);
        let answer = everybodys(request.send()).await.map_err(SdkError::into_service_error);
        let answer = answer.with_context(|| format!("cannot read the table {}", self.name))?;
        Ok((segment, answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }

    /// Makes it.
    ///
    /// # Errors
    /// When it is there already: a restore never writes over anything.
    pub(crate) async fn create(&self) -> anyhow::Result<()> {
        let made = store::create_table(self.client(), self.name).await?;
        ensure!(made, "the table {} is there already: a restore goes into a new one", self.name);
        Ok(())
    }

    /// Gives it what the deployment's own has beside keys and indexes.
    ///
    /// # Errors
    /// When the service refuses.
    pub(crate) async fn protect(&self) -> anyhow::Result<()> {
        store::expire_items(self.client(), self.name).await?;
        if self.cloud.config.static_credentials.is_some() {
            // The embedded default knows neither; its file is copied as a whole.
            return Ok(());
        }
        let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build()?;
        let request = self.client().update_continuous_backups().table_name(self.name);
        let request = request.point_in_time_recovery_specification(recovery);
        everybodys(request.send()).await.context("point-in-time recovery is off")?;
        let request = self.client().update_table().table_name(self.name).deletion_protection_enabled(true);
        everybodys(request.send()).await.context("deletion protection is off")?;
        Ok(())
    }

    /// Takes writes, many at once.
    pub(crate) fn batch(&self) -> Batch<'a> {
        Batch { table: *self, waiting: Vec::new(), under_way: FuturesUnordered::new() }
    }

    /// Sends until all is written; what is throttled again, after a pause that doubles.
    async fn write(self, mut writes: Vec<WriteRequest>) -> anyhow::Result<()> {
        for attempt in 0..TRIES {
            let request = self.client().batch_write_item().request_items(self.name, writes.clone());
            match everybodys(request.send()).await.map_err(SdkError::into_service_error) {
                Ok(answer) => {
                    let left = answer.unprocessed_items.and_then(|mut tables| tables.remove(self.name));
                    writes = left.unwrap_or_default();
                    if writes.is_empty() {
                        return Ok(());
                    }
                }
                Err(error) if error.is_provisioned_throughput_exceeded_exception() => {}
                Err(error) => return Err(error).with_context(|| format!("cannot write the table {}", self.name)),
            }
            let longest = FIRST_PAUSE * (1 << attempt);
            tokio::time::sleep(longest.mul_f64(0.5 + self.cloud.random.fraction() / 2.0)).await;
        }
        bail!("the table {} takes no more writes: try again later", self.name)
    }
}

/// Writes on their way.
pub(crate) struct Batch<'a> {
    table: TableIn<'a>,
    waiting: Vec<WriteRequest>,
    under_way: FuturesUnordered<BoxFuture<'a, anyhow::Result<()>>>,
}

impl Batch<'_> {
    /// Puts an item.
    ///
    /// # Errors
    /// When an earlier write failed for good.
    pub(crate) async fn put(&mut self, item: Item) -> anyhow::Result<()> {
        let put = PutRequest::builder().set_item(Some(item)).build()?;
        self.add(WriteRequest::builder().put_request(put).build()).await
    }

    /// Deletes an item.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub(crate) async fn delete(&mut self, item: &Item) -> anyhow::Result<()> {
        let key = ["PK", "SK"].into_iter().filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
        let delete = DeleteRequest::builder().set_key(Some(key.collect())).build()?;
        self.add(WriteRequest::builder().delete_request(delete).build()).await
    }

    async fn add(&mut self, write: WriteRequest) -> anyhow::Result<()> {
        self.waiting.push(write);
        if self.waiting.len() < BATCH {
            return Ok(());
        }
        self.send();
        while self.under_way.len() >= SIDE_BY_SIDE {
            self.under_way.next().await.transpose()?;
        }
        Ok(())
    }

    fn send(&mut self) {
        let writes = std::mem::take(&mut self.waiting);
        if !writes.is_empty() {
            self.under_way.push(Box::pin(self.table.write(writes)));
        }
    }

    /// Waits for all.
    ///
    /// # Errors
    /// When one failed for good.
    pub(crate) async fn finish(mut self) -> anyhow::Result<()> {
        self.send();
        while let Some(written) = self.under_way.next().await {
            written?;
        }
        Ok(())
    }
}
