//! The messages of the Simple Queue Service protocol, and what they must satisfy.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::store::{Counts, Message, Queue, Redrive};
use crate::aws::{ACCOUNT, AwsError, REGION};

/// The most bytes that a message's body has.
const LARGEST_BODY: usize = 1024 * 1024;

/// The body of every request that is answered here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub(super) queue_url: String,
    pub(super) queue_name: String,
    pub(super) queue_name_prefix: String,
    pub(super) message_body: String,
    pub(super) message_attributes: Map<String, Value>,
    pub(super) delay_seconds: i64,
    pub(super) receipt_handle: String,
    pub(super) visibility_timeout: Option<i64>,
    pub(super) wait_time_seconds: i64,
    pub(super) max_number_of_messages: Option<i64>,
    pub(super) attribute_names: Vec<String>,
    pub(super) message_system_attribute_names: Vec<String>,
    pub(super) message_attribute_names: Vec<String>,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Request {
    /// The queue that it names, which is the last part of an address or an ARN.
    pub(super) fn queue(&self) -> &str {
        if self.queue_url.is_empty() { &self.queue_name } else { name_in(&self.queue_url) }
    }

    /// # Errors
    /// `MissingParameter` without a body, `InvalidParameterValue` with too long a one.
    pub(super) fn checked_body(&self) -> Result<String, AwsError> {
        if self.message_body.is_empty() {
            let message = "The request must contain the parameter MessageBody.";
            return Err(AwsError::bad_request("MissingParameter", message));
        }
        if self.message_body.len() > LARGEST_BODY {
            let message = format!("Message must be shorter than {LARGEST_BODY} bytes.");
            return Err(AwsError::bad_request("InvalidParameterValue", message));
        }
        Ok(self.message_body.clone())
    }

    /// The settings of the queue that it makes.
    ///
    /// # Errors
    /// `InvalidAttributeValue` with the first that is wrong, `InvalidAttributeName` for what is not offered.
    pub(super) fn new_queue(&self) -> Result<Queue, AwsError> {
        let fits = (1..=80).contains(&self.queue_name.len())
            && self.queue_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !fits {
            return Err(AwsError::bad_request("InvalidParameterValue", "A queue's name is 1 to 80 of [0-9a-zA-Z-_]."));
        }
        let mut queue =
            Queue { name: self.queue_name.clone(), visibility: SignedDuration::from_secs(30), redrive: None };
        for (name, value) in &self.attributes {
            let invalid =
                || AwsError::bad_request("InvalidAttributeValue", format!("Invalid value for the parameter {name}."));
            match name.as_str() {
                "VisibilityTimeout" => {
                    let visibility = value.parse().map_err(|_| invalid())?;
                    queue.visibility = seconds("VisibilityTimeout", visibility, 43_200)?;
                }
                "RedrivePolicy" => queue.redrive = Some(redrive(value).ok_or_else(invalid)?),
                _ => {
                    let message = format!("The attribute {name} is not offered here.");
                    return Err(AwsError::bad_request("InvalidAttributeName", message));
                }
            }
        }
        Ok(queue)
    }
}

/// Reads a number of seconds.
///
/// # Errors
/// `InvalidParameterValue` unless it is from 0 to `most`.
pub(super) fn seconds(name: &str, value: i64, most: i64) -> Result<SignedDuration, AwsError> {
    in_range(name, value, 0, most).map(SignedDuration::from_secs)
}

/// # Errors
/// `InvalidParameterValue` unless it is from `least` to `most`.
pub(super) fn in_range(name: &str, value: i64, least: i64, most: i64) -> Result<i64, AwsError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let message = format!("Value {value} for parameter {name} is invalid: from {least} to {most}.");
    Err(AwsError::bad_request("InvalidParameterValue", message))
}

/// `{"deadLetterTargetArn": …, "maxReceiveCount": …}`, the count as a number or quoted.
fn redrive(policy: &str) -> Option<Redrive> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    let after = &policy["maxReceiveCount"];
    let after = after.as_i64().or_else(|| after.as_str()?.parse().ok()).filter(|after| (1..=1000).contains(after))?;
    Some(Redrive { to: name_in(policy["deadLetterTargetArn"].as_str()?).to_owned(), after })
}

/// A queue's name in its address or its ARN.
pub(super) fn name_in(text: &str) -> &str {
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// A queue's ARN.
pub(crate) fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The attributes of a queue that are asked for by name, or `All`.
pub(super) fn queue_attributes(queue: &Queue, counts: Counts, names: &[String]) -> Value {
    let mut all = vec![
        ("QueueArn", arn(&queue.name)),
        ("VisibilityTimeout", queue.visibility.as_secs().to_string()),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
    ];
    if let Some(Redrive { to, after }) = &queue.redrive {
        let policy = json!({ "deadLetterTargetArn": arn(to), "maxReceiveCount": after });
        all.push(("RedrivePolicy", policy.to_string()));
    }
    let asked = all.into_iter().filter(|(name, _)| wanted(names, name));
    Value::Object(asked.map(|(name, value)| (name.to_owned(), value.into())).collect())
}

/// A message as its receiver gets it.
pub(super) fn received(message: &Message, request: &Request) -> Value {
    let names = [&request.attribute_names[..], &request.message_system_attribute_names].concat();
    let mut answer = json!({
        "MessageId": message.message_id, "ReceiptHandle": message.receipt, "Body": message.body,
        "MD5OfBody": md5(&message.body),
    });
    let attributes: Map<String, Value> =
        system_attributes(message).into_iter().filter(|(name, _)| wanted(&names, name)).collect();
    if !attributes.is_empty() {
        answer["Attributes"] = attributes.into();
    }
    let mut own = own_attributes(message);
    own.retain(|name, _| wanted(&request.message_attribute_names, name));
    if !own.is_empty() {
        answer["MessageAttributes"] = own.into();
    }
    answer
}

/// A message as a function gets it.
pub(super) fn record(queue: &str, message: &Message) -> Value {
    json!({
        "messageId": message.message_id, "receiptHandle": message.receipt, "body": message.body,
        "md5OfBody": md5(&message.body), "attributes": system_attributes(message), "messageAttributes": {},
        "eventSource": "aws:sqs", "eventSourceARN": arn(queue), "awsRegion": REGION,
    })
}

fn system_attributes(message: &Message) -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, value: String| all.insert(name.to_owned(), value.into());
    add("SenderId", ACCOUNT.to_owned());
    add("SentTimestamp", message.sent.to_string());
    add("ApproximateReceiveCount", message.receives.to_string());
    add("ApproximateFirstReceiveTimestamp", message.first_received.to_string());
    if let Some(source) = &message.source {
        add("DeadLetterQueueSourceArn", arn(source));
    }
    all
}

fn own_attributes(message: &Message) -> Map<String, Value> {
    serde_json::from_str(&message.attributes).unwrap_or_default()
}

fn wanted(names: &[String], name: &str) -> bool {
    names.iter().any(|asked| asked == "All" || asked == ".*" || asked == name)
}

/// The digest by which clients check that a body arrived whole.
pub(super) fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_named_by_address_and_by_arn() {
        assert_eq!(name_in("http://127.0.0.1:1/_aws/sqs/000000000000/releases"), "releases");
        assert_eq!(name_in(&arn("releases")), "releases");
        assert_eq!(md5("hello"), "5d41402abc4b2a76b9719d911017c592");
    }

    #[test]
    fn redrive_policies_are_read_and_written_back() {
        let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": "3" }).to_string();
        let attributes = BTreeMap::from([("RedrivePolicy".to_owned(), policy)]);
        let queue = Request { queue_name: "jobs".to_owned(), attributes, ..Request::default() }.new_queue().unwrap();
        assert_eq!(queue.redrive, Some(Redrive { to: "dead".to_owned(), after: 3 }));
        let shown = queue_attributes(&queue, Counts::default(), &["RedrivePolicy".to_owned()]);
        assert_eq!(redrive(shown["RedrivePolicy"].as_str().unwrap()), queue.redrive);
        assert_eq!(shown.as_object().unwrap().len(), 1);
        assert_eq!(redrive(r#"{"maxReceiveCount":0,"deadLetterTargetArn":"x"}"#), None);
    }
}
