//! Messages of a queue: each is an event of its own, and only those that failed come again.

use futures::future::join_all;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{PublishError, Publisher};

/// A message as the queue hands it over.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    /// The queue's id of it.
    #[serde(rename = "messageId")]
    message_id: String,
    /// The event, as JSON.
    body: String,
}

/// Handles all side by side, and names those that are to come again.
pub(crate) async fn handle(publisher: &Publisher, records: &[Record], ends_at: Timestamp) -> Value {
    let outcomes = join_all(records.iter().map(|record| one(publisher, record, ends_at))).await;
    let failed = records.iter().zip(outcomes).filter_map(|(record, outcome)| {
        let error = outcome.err()?;
        tracing::error!(message_id = record.message_id, %error, "a message comes again");
        Some(json!({ "itemIdentifier": record.message_id }))
    });
    json!({ "batchItemFailures": failed.collect::<Vec<_>>() })
}

async fn one(publisher: &Publisher, record: &Record, ends_at: Timestamp) -> Result<(), PublishError> {
    publisher.act(serde_json::from_str(&record.body)?, ends_at).await.map(drop)
}
