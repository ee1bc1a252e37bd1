//! What failed for good, as an operator looks at it, sends it again or throws it away.
//!
//! Looking is receiving: a message that is looked at is invisible to others meanwhile, and comes back
//! by itself should the looker die.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
use aws_types::SdkConfig;
use futures::future::{join_all, try_join_all};
use jiff::Timestamp;
use serde_json::Value;

use super::{QueueError, client};
use crate::config::Config;
use crate::schedules::WakeUp;

/// Seconds for which others do not see a message that is looked at.
const HELD: i32 = 60;
/// The most messages of a queue that are looked at in one go.
const MOST: usize = 1000;
/// What the scheduler notes on a dead letter and may be shown. Its error's words may not: they can
/// quote what was sent.
const NOTES: [&str; 6] =
    ["ERROR_CODE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS", "SCHEDULED_TIME", "SCHEDULE_ARN", "TARGET_ARN"];

/// A message that failed for good. Its body stays inside: only what is known to hold no text and no
/// secret can be read.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// The service's id of the message.
    pub id: String,
    /// Name of the queue it lies in.
    pub queue: String,
    /// When it was sent at first.
    pub sent: Option<Timestamp>,
    /// What it was to wake. Absent when it is no wake-up; such a message cannot be replayed.
    pub wake_up: Option<WakeUp>,
    /// Length of its body in bytes.
    pub bytes: usize,
    /// What the service that gave it up says about that, by the service's own names.
    pub notes: BTreeMap<String, String>,
    url: String,
    receipt: String,
}

/// The queues of what failed for good.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: Client,
    urls: Vec<String>,
    releases: String,
}

impl DeadLetters {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        Self {
            client: client(sdk, config),
            urls: config.dead_letter_urls.clone(),
            releases: config.release_queue_url.clone(),
        }
    }

    /// All that lies there, the oldest first, at most a thousand of each queue. It stays there.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn list(&self) -> Result<Vec<DeadLetter>, QueueError> {
        let letters = self.hold().await?;
        self.put_back(&letters).await;
        Ok(letters)
    }

    /// Sends what is `wanted` to the release queue and removes it here; yields what was sent. What is no
    /// wake-up stays. Publishing never relies on a message being unique, so replaying twice, or what has
    /// been published long since, does nothing.
    ///
    /// # Errors
    /// [`QueueError`]; what was not removed is here again within a minute, even if it was sent.
    pub async fn replay(&self, wanted: impl Fn(&DeadLetter) -> bool) -> Result<Vec<DeadLetter>, QueueError> {
        let (chosen, rest) = self.choose(|letter| letter.wake_up.is_some() && wanted(letter)).await?;
        for letter in &chosen {
            let body = serde_json::to_string(&letter.wake_up).map_err(|error| QueueError(error.to_string()))?;
            let send = self.client.send_message().queue_url(&self.releases).message_body(body).send();
            send.await.map_err(|error| QueueError::from_sdk(&error))?;
            self.remove(letter).await?;
        }
        self.put_back(&rest).await;
        Ok(chosen)
    }

    /// Removes what is `wanted` for good; yields what it was.
    ///
    /// # Errors
    /// [`QueueError`]; what was not removed is here again within a minute.
    pub async fn purge(&self, wanted: impl Fn(&DeadLetter) -> bool) -> Result<Vec<DeadLetter>, QueueError> {
        let (chosen, rest) = self.choose(wanted).await?;
        for letter in &chosen {
            self.remove(letter).await?;
        }
        self.put_back(&rest).await;
        Ok(chosen)
    }

    async fn choose(
        &self,
        wanted: impl Fn(&DeadLetter) -> bool,
    ) -> Result<(Vec<DeadLetter>, Vec<DeadLetter>), QueueError> {
        Ok(self.hold().await?.into_iter().partition(wanted))
    }

    async fn hold(&self) -> Result<Vec<DeadLetter>, QueueError> {
        let queues = try_join_all(self.urls.iter().map(|url| self.hold_queue(url))).await?;
        let mut letters: Vec<_> = queues.into_iter().flatten().collect();
        letters.sort_by(|one, other| (one.sent, &one.id).cmp(&(other.sent, &other.id)));
        Ok(letters)
    }

    async fn hold_queue(&self, url: &str) -> Result<Vec<DeadLetter>, QueueError> {
        let mut letters = HashMap::new();
        while letters.len() < MOST {
            // Waiting, if only for a second, asks all of the service's machines instead of some.
            let receive = self.client.receive_message().queue_url(url).max_number_of_messages(10);
            let receive = receive.visibility_timeout(HELD).wait_time_seconds(1).message_attribute_names("All");
            let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All).send();
            let received = receive.await.map_err(|error| QueueError::from_sdk(&error))?;
            let messages = received.messages.unwrap_or_default();
            if messages.is_empty() {
                break;
            }
            letters.extend(messages.into_iter().filter_map(|message| letter(url, message)));
        }
        Ok(letters.into_values().collect())
    }

    /// Shows them to others again at once. Should that fail, they come back by themselves.
    async fn put_back(&self, letters: &[DeadLetter]) {
        let show = |letter: &DeadLetter| {
            let change = self.client.change_message_visibility().queue_url(&letter.url).receipt_handle(&letter.receipt);
            change.visibility_timeout(0).send()
        };
        for shown in join_all(letters.iter().map(show)).await {
            if let Err(error) = shown {
                tracing::debug!(error = %QueueError::from_sdk(&error), "a dead letter is shown again in a minute only");
            }
        }
    }

    async fn remove(&self, letter: &DeadLetter) -> Result<(), QueueError> {
        let delete = self.client.delete_message().queue_url(&letter.url).receipt_handle(&letter.receipt);
        delete.send().await.map(drop).map_err(|error| QueueError::from_sdk(&error))
    }
}

fn letter(url: &str, message: Message) -> Option<(String, DeadLetter)> {
    let body = message.body.unwrap_or_default();
    let record: Value = serde_json::from_str(&body).unwrap_or_default();
    let system = message.attributes.unwrap_or_default();
    let sent = system.get(&MessageSystemAttributeName::SentTimestamp).and_then(|sent| sent.parse().ok());
    let id = message.message_id?;
    let letter = DeadLetter {
        id: id.clone(),
        queue: url.rsplit('/').next().unwrap_or(url).to_owned(),
        sent: sent.and_then(|sent| Timestamp::from_millisecond(sent).ok()),
        wake_up: wake_up_in(&record),
        bytes: body.len(),
        notes: notes(&record, &message.message_attributes.unwrap_or_default()),
        url: url.to_owned(),
        receipt: message.receipt_handle?,
    };
    Some((id, letter))
}

/// The wake-up in what became a dead letter: the message itself, the scheduler's call, or the record that
/// Lambda writes of an invocation.
fn wake_up_in(record: &Value) -> Option<WakeUp> {
    let quoted = |field: &Value| serde_json::from_str(field.as_str()?).ok();
    let plain = |field: &Value| serde_json::from_value(field.clone()).ok();
    [record, &record["requestPayload"], &record["Payload"]]
        .into_iter()
        .find_map(|field| plain(field).or_else(|| quoted(field)))
}

fn notes(record: &Value, attributes: &HashMap<String, MessageAttributeValue>) -> BTreeMap<String, String> {
    let noted = NOTES.into_iter().filter_map(|name| {
        let value = attributes.get(name)?.string_value()?;
        Some((name.to_owned(), value.to_owned()))
    });
    let context = ["condition", "approximateInvokeCount"].into_iter().filter_map(|name| {
        let value = match &record["requestContext"][name] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some((name.to_owned(), value))
    });
    noted.chain(context).collect()
}

#[cfg(test)]
mod tests {
    use domain::ids::{OrgId, PostId, Ulid};
    use serde_json::json;

    use super::*;

    fn wake_up() -> WakeUp {
        WakeUp { org: OrgId::new(Ulid::from(1)), post: PostId::new(Ulid::from(2)), revision: 3 }
    }

    #[test]
    fn wake_ups_are_found_in_all_their_wrappings() {
        let plain = serde_json::to_value(wake_up()).unwrap();
        let wrapped = [
            plain.clone(),
            json!({ "version": "1.0", "requestPayload": plain, "responsePayload": { "errorMessage": "x" } }),
            json!({ "FunctionName": "publish", "Payload": plain.to_string() }),
        ];
        for record in wrapped {
            assert_eq!(wake_up_in(&record), Some(wake_up()), "{record}");
        }
        for other in [Value::Null, json!({ "sweep": true }), json!({ "Payload": "{" }), json!("text")] {
            assert_eq!(wake_up_in(&other), None, "{other}");
        }
    }

    #[test]
    fn notes_say_why_and_quote_nothing() {
        let text =
            |value: &str| MessageAttributeValue::builder().data_type("String").string_value(value).build().unwrap();
        let attributes = HashMap::from([
            ("ERROR_CODE".to_owned(), text("Lambda.Unknown")),
            ("ERROR_MESSAGE".to_owned(), text("it said: a secret")),
        ]);
        let record = json!({ "requestContext": { "condition": "RetriesExhausted", "approximateInvokeCount": 3 },
            "requestPayload": { "text": "a secret" }, "responsePayload": { "errorMessage": "a secret" } });
        let notes = notes(&record, &attributes);
        assert_eq!(notes["condition"], "RetriesExhausted");
        assert_eq!((notes["ERROR_CODE"].as_str(), notes["approximateInvokeCount"].as_str()), ("Lambda.Unknown", "3"));
        assert!(!format!("{notes:?}").contains("secret"));
    }
}
