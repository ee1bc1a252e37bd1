//! The event source mapping: hands what is visible in a queue to a function, at once and at least once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::model::record;
use super::store::{Message, Queue};
use super::{LONGEST_SLEEP, Queues};
use crate::invoke::Invoker;

/// The most messages that one call is given, as in `template.yaml`.
const BATCH: usize = 10;
/// How many calls run at the same time.
const AT_ONCE: u32 = 32;
/// How long a shutdown waits for calls that run. What it cuts off is handed out again at the next start.
const GRACE: Duration = Duration::from_secs(10);

/// Between one queue and one function.
#[derive(Clone)]
pub(crate) struct Mapping {
    queues: Queues,
    queue: &'static str,
    function: &'static str,
    invoker: Invoker,
    places: Arc<Semaphore>,
}

impl Mapping {
    /// From a queue to a function, which is not called before [`run`](Self::run).
    pub(crate) fn new(queues: Queues, queue: &'static str, function: &'static str, invoker: Invoker) -> Self {
        Self { queues, queue, function, invoker, places: Arc::new(Semaphore::new(AT_ONCE as usize)) }
    }

    /// Runs until `stop` turns true, then lets running calls finish.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        // One process has the data folder: whoever received something and did not delete it is gone.
        if let Err(error) = self.queues.store.show_all(self.queue, self.queues.clock.now()).await {
            tracing::error!(%error, queue = self.queue, "what was under way comes back later");
        }
        loop {
            tokio::select! {
                () = self.turn() => {}
                _ = stop.wait_for(|stopped| *stopped) => break,
            }
        }
        drop(tokio::time::timeout(GRACE, self.places.acquire_many(AT_ONCE)).await);
    }

    /// Hands out what is visible, or waits until something is.
    async fn turn(&self) {
        let Ok(mut place) = Arc::clone(&self.places).acquire_many_owned(1).await else { return };
        // All that is free is filled by one receipt: a thousand releases of the same second cost few disk syncs.
        while let Ok(another) = Arc::clone(&self.places).try_acquire_owned() {
            place.merge(another);
        }
        let messages = match self.receive(place.num_permits() * BATCH).await {
            Ok(messages) => messages,
            Err(error) => {
                tracing::error!(%error, queue = self.queue, "a queue cannot be read");
                drop(place);
                tokio::time::sleep(Duration::from_secs(1)).await;
                return;
            }
        };
        for batch in messages.chunks(BATCH) {
            let Some(own) = place.split(1) else { return };
            let (mapping, batch) = (self.clone(), batch.to_vec());
            tokio::spawn(async move {
                mapping.hand_over(batch).await;
                drop(own);
            });
        }
    }

    async fn receive(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        let queue = self.queues.store.queue(self.queue).await?;
        let queue: Queue = queue.ok_or_else(|| anyhow::anyhow!("there is no queue named {}", self.queue))?;
        Ok(self.queues.next(&queue, limit, queue.visibility, LONGEST_SLEEP).await?)
    }

    /// Deletes what the function did not name as failed. The rest comes back when its visibility timeout
    /// ends, like after a call that failed altogether.
    async fn hand_over(&self, batch: Vec<Message>) {
        let records: Vec<Value> = batch.iter().map(|message| record(self.queue, message)).collect();
        let answer = self.invoker.invoke(self.function, json!({ "Records": records })).await;
        let failed = answer.and_then(|answer| failures(&answer, &batch));
        let failed = match failed {
            Ok(failed) => failed,
            Err(error) => {
                tracing::warn!(queue = self.queue, messages = batch.len(), %error, "a batch comes again");
                return;
            }
        };
        let done = batch.into_iter().filter(|message| !failed.contains(&message.message_id));
        let receipts = done.map(|message| message.receipt).collect();
        if let Err(error) = self.queues.store.delete(self.queue, receipts).await {
            // They come again: at least once.
            tracing::error!(%error, queue = self.queue, "the end of a batch could not be recorded");
        }
    }
}

/// The ids that a function names in `batchItemFailures`.
///
/// # Errors
/// When it names what was not in the batch: like at AWS, all of it has failed then.
fn failures(answer: &Value, batch: &[Message]) -> Result<Vec<String>, String> {
    let named = answer["batchItemFailures"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = |item: &Value| {
        let id = item["itemIdentifier"].as_str().unwrap_or_default();
        let known = batch.iter().any(|message| message.message_id == id);
        if known { Ok(id.to_owned()) } else { Err(format!("the function names an unknown message: {item}")) }
    };
    named.iter().map(own).collect()
}
