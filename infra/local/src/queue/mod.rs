//! The stand-in for the Simple Queue Service: its JSON protocol, durable messages, and the event source
//! mapping that hands them to in-process functions.
//!
//! Unlike the service it forgets nothing: messages have no age at which they vanish.

mod mapping;
mod model;
mod store;

use std::path::Path;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use domain::delivery::INVOCATION_TIMEOUT;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

pub(crate) use mapping::Mapping;
pub(crate) use model::arn;

use crate::SharedClock;
use crate::aws::{ACCOUNT, AwsError, json_answer, operation};
use crate::services::paths;
use crate::sqlite::StorageError;
use model::{Request, in_range, queue_attributes, received, seconds};
use store::{Letter, Message, Queue, Redrive, Store};

/// Wakes `publish` at the second.
pub(crate) const RELEASES: &str = "releases";
/// Releases that failed for good.
pub(crate) const RELEASE_DEAD_LETTERS: &str = "release-dead-letters";
/// Scheduled calls that failed for good.
pub(crate) const SCHEDULE_DEAD_LETTERS: &str = "schedule-dead-letters";

/// As in `template.yaml`: six times the function's timeout, and how often a release is tried.
const RELEASE_VISIBILITY: SignedDuration = SignedDuration::from_secs(6 * INVOCATION_TIMEOUT.as_secs());
const RELEASE_RECEIPTS: i64 = 5;

/// How long a receiver that waits sleeps at most, so that a change of the machine's clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

/// A handle to the queues.
#[derive(Clone)]
pub(crate) struct Queues {
    store: Store,
    clock: SharedClock,
    /// Rings when a message was sent, or is visible earlier than it was.
    changed: watch::Sender<()>,
}

/// A queue's address, below the service's.
pub(crate) fn url(endpoint: &str, name: &str) -> String {
    format!("{endpoint}{}/{ACCOUNT}/{name}", paths::SQS)
}

impl Queues {
    /// Opens the queues and makes those that every installation has.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub(crate) async fn open(path: &Path, clock: SharedClock) -> anyhow::Result<Self> {
        let this = Self { store: Store::open(path)?, clock, changed: watch::Sender::new(()) };
        let plain = |name: &str| Queue { name: name.into(), visibility: SignedDuration::from_secs(30), redrive: None };
        let redrive = Some(Redrive { to: RELEASE_DEAD_LETTERS.into(), after: RELEASE_RECEIPTS });
        let releases = Queue { name: RELEASES.into(), visibility: RELEASE_VISIBILITY, redrive };
        for queue in [plain(RELEASE_DEAD_LETTERS), plain(SCHEDULE_DEAD_LETTERS), releases] {
            this.store.set_queue(queue, this.clock.now()).await?;
        }
        Ok(this)
    }

    /// Puts what failed for good into the queue with this ARN, with notes on why. A queue that is not there
    /// takes nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) async fn bury(&self, arn: &str, body: String, notes: &[(&str, String)]) -> Result<(), StorageError> {
        let note = |(name, value): &(&str, String)| {
            ((*name).to_owned(), json!({ "DataType": "String", "StringValue": value }))
        };
        let attributes = Value::Object(notes.iter().map(note).collect()).to_string();
        let now = self.clock.now();
        let sent = self.store.send(model::name_in(arn), Letter { body, attributes }, now, now).await?;
        if sent.is_none() {
            tracing::error!(queue = arn, "there is no such queue: what failed for good is lost");
        }
        self.changed.send_replace(());
        Ok(())
    }

    /// Answers one request of the protocol.
    pub(crate) async fn answer(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        match self.try_answer(headers, body).await {
            Ok(answer) => json_answer("application/x-amz-json-1.0", &answer),
            Err(error) => {
                // Clients know some errors by the names of the service's older protocol.
                let older = HeaderValue::from_static(older_code(error.code()));
                let mut answer = error.into_response();
                answer.headers_mut().insert(HeaderName::from_static("x-amzn-query-error"), older);
                answer
            }
        }
    }

    async fn try_answer(&self, headers: &HeaderMap, body: &[u8]) -> Result<Value, AwsError> {
        let request: Request = serde_json::from_slice(body)
            .map_err(|error| AwsError::bad_request("InvalidParameterValue", error.to_string()))?;
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let url = |name: &str| url(&format!("http://{host}"), name);
        match operation(headers, "AmazonSQS") {
            Some("CreateQueue") => {
                let queue = request.new_queue()?;
                let name = queue.name.clone();
                self.store.set_queue(queue, self.clock.now()).await?;
                Ok(json!({ "QueueUrl": url(&name) }))
            }
            Some("ListQueues") => {
                let names = self.store.queue_names(&request.queue_name_prefix).await?;
                Ok(json!({ "QueueUrls": names.iter().map(|name| url(name)).collect::<Vec<_>>() }))
            }
            Some("GetQueueUrl") => Ok(json!({ "QueueUrl": url(&self.find(&request).await?.name) })),
            Some("GetQueueAttributes") => {
                let queue = self.find(&request).await?;
                let counts = self.store.counts(&queue.name, self.clock.now()).await?;
                Ok(json!({ "Attributes": queue_attributes(&queue, counts, &request.attribute_names) }))
            }
            Some("SendMessage") => self.send(&request).await,
            Some("ReceiveMessage") => self.receive(&request).await,
            Some("DeleteMessage") => {
                let queue = self.find(&request).await?;
                self.store.delete(&queue.name, vec![receipt(&request)?]).await?;
                Ok(json!({}))
            }
            Some("ChangeMessageVisibility") => self.change_visibility(&request).await,
            _ => Err(AwsError::bad_request("UnsupportedOperation", "this operation is not offered here")),
        }
    }

    async fn send(&self, request: &Request) -> Result<Value, AwsError> {
        let body = request.checked_body()?;
        let delay = seconds("DelaySeconds", request.delay_seconds, 900)?;
        let digest = model::md5(&body);
        let attributes = Value::Object(request.message_attributes.clone()).to_string();
        let now = self.clock.now();
        let sent = self.store.send(request.queue(), Letter { body, attributes }, now, now + delay).await?;
        let id = sent.ok_or_else(no_queue)?;
        self.changed.send_replace(());
        Ok(json!({ "MessageId": id, "MD5OfMessageBody": digest }))
    }

    async fn receive(&self, request: &Request) -> Result<Value, AwsError> {
        let queue = self.find(request).await?;
        let limit = in_range("MaxNumberOfMessages", request.max_number_of_messages.unwrap_or(1), 1, 10)?;
        let visibility = match request.visibility_timeout {
            Some(visibility) => seconds("VisibilityTimeout", visibility, 43_200)?,
            None => queue.visibility,
        };
        let wait = Duration::try_from(seconds("WaitTimeSeconds", request.wait_time_seconds, 20)?).unwrap_or_default();
        let messages = self.next(&queue, usize::try_from(limit).unwrap_or(1), visibility, wait).await?;
        let messages: Vec<Value> = messages.iter().map(|message| received(message, request)).collect();
        Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
    }

    /// Up to `limit` messages, as soon as there is one; none when there is none for as long as `wait`.
    async fn next(
        &self,
        queue: &Queue,
        limit: usize,
        visibility: SignedDuration,
        wait: Duration,
    ) -> Result<Vec<Message>, StorageError> {
        let deadline = Instant::now() + wait;
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let now = self.clock.now();
            let (messages, next) = self.store.receive(queue, limit, visibility, now).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            if !messages.is_empty() || left.is_zero() {
                return Ok(messages);
            }
            let ahead = |next: Timestamp| Duration::try_from(next.duration_since(now)).unwrap_or_default();
            let until = next.map_or(left, ahead).min(left).min(LONGEST_SLEEP);
            // Either way it is time to look again. Only this may be cut short: what a receipt hid must be handed out.
            drop(tokio::time::timeout(until, changed.changed()).await);
        }
    }

    async fn change_visibility(&self, request: &Request) -> Result<Value, AwsError> {
        let queue = self.find(request).await?;
        let visibility = seconds("VisibilityTimeout", request.visibility_timeout.unwrap_or(30), 43_200)?;
        let now = self.clock.now();
        if !self.store.show_at(&queue.name, receipt(request)?, now, now + visibility).await? {
            return Err(AwsError::bad_request("MessageNotInflight", "The message is not in flight."));
        }
        self.changed.send_replace(());
        Ok(json!({}))
    }

    async fn find(&self, request: &Request) -> Result<Queue, AwsError> {
        self.store.queue(request.queue()).await?.ok_or_else(no_queue)
    }
}

fn receipt(request: &Request) -> Result<String, AwsError> {
    let receipt = request.receipt_handle.clone();
    let invalid = || AwsError::bad_request("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
    if store::is_receipt(&receipt) { Ok(receipt) } else { Err(invalid()) }
}

fn no_queue() -> AwsError {
    AwsError::bad_request("QueueDoesNotExist", "The specified queue does not exist.")
}

fn older_code(code: &str) -> &'static str {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue;Sender",
        "MessageNotInflight" => "AWS.SimpleQueueService.MessageNotInflight;Sender",
        "UnsupportedOperation" => "AWS.SimpleQueueService.UnsupportedOperation;Sender",
        "ReceiptHandleIsInvalid" => "ReceiptHandleIsInvalid;Sender",
        "MissingParameter" => "MissingParameter;Sender",
        "InvalidAttributeName" => "InvalidAttributeName;Sender",
        "InvalidAttributeValue" => "InvalidAttributeValue;Sender",
        "InternalServerException" => "InternalFailure;Receiver",
        _ => "InvalidParameterValue;Sender",
    }
}
