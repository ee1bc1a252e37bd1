//! Releases and dead letters, as product code and operators send, receive and replay them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use cloud::{Cloud, Config, WakeUp};
use serde_json::json;

use super::backend::Backend;
use super::on_both;

on_both!(
    a_release_waits_for_its_delay,
    what_is_not_deleted_comes_back,
    what_failed_for_good_can_be_replayed,
    what_is_no_wake_up_can_only_be_removed,
    a_missing_queue_is_said_to_be_missing,
);

/// A release queue of a test's own, which gives a message up after some receipts, and its dead letters.
struct Queues {
    cloud: Arc<Cloud>,
    client: Client,
    wake_up: WakeUp,
}

impl Queues {
    async fn new(backend: &Backend, receipts: u32) -> Self {
        let client = client(&backend.cloud);
        let number = Backend::number() >> 64;
        let dead = client.create_queue().queue_name(format!("dead-{number}")).send().await.expect("a queue");
        let dead = dead.queue_url.expect("its address");
        let ask = client.get_queue_attributes().queue_url(&dead).attribute_names(QueueAttributeName::QueueArn);
        let arn =
            ask.send().await.expect("attributes").attributes.expect("some")[&QueueAttributeName::QueueArn].clone();
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": receipts }).to_string();
        let create = client.create_queue().queue_name(format!("releases-{number}"));
        let create = create.attributes(QueueAttributeName::RedrivePolicy, policy);
        let releases = create.attributes(QueueAttributeName::VisibilityTimeout, "30").send().await.expect("a queue");
        let config = Config {
            release_queue_url: releases.queue_url.expect("its address"),
            dead_letter_urls: vec![dead],
            ..backend.cloud.config.clone()
        };
        let wake_up = WakeUp { org: backend.org().org(), post: Backend::post(0), revision: 3 };
        Self { cloud: Cloud::connect(config).await, client, wake_up }
    }

    async fn release(&self, delay: Duration) {
        self.cloud.releases().send(self.wake_up, delay).await.expect("sent");
    }

    /// At most one message, hidden for `hidden` seconds.
    async fn receive(&self, wait: i32, hidden: i32) -> Option<Message> {
        let receive = self.client.receive_message().queue_url(&self.cloud.config.release_queue_url);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let received = receive.wait_time_seconds(wait).visibility_timeout(hidden).send().await.expect("an answer");
        received.messages.unwrap_or_default().pop()
    }

    /// Visible, in flight, delayed.
    async fn counts(&self) -> [String; 3] {
        let ask = self.client.get_queue_attributes().queue_url(&self.cloud.config.release_queue_url);
        let attributes = ask.attribute_names(QueueAttributeName::All).send().await.expect("attributes");
        let attributes = attributes.attributes.expect("some");
        [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ]
        .map(|name| attributes[&name].clone())
    }

    fn is_ours(&self, message: &Message) -> bool {
        serde_json::from_str::<WakeUp>(message.body().expect("a body")).expect("a wake-up") == self.wake_up
    }
}

pub(super) fn client(cloud: &Cloud) -> Client {
    let mut builder = aws_sdk_sqs::config::Builder::from(cloud.sdk());
    builder.set_endpoint_url(cloud.config.endpoints.sqs.clone());
    Client::from_conf(builder.build())
}

fn receipts(message: &Message) -> &str {
    &message.attributes().expect("attributes")[&MessageSystemAttributeName::ApproximateReceiveCount]
}

async fn a_release_waits_for_its_delay(backend: Backend) {
    let queues = Queues::new(&backend, 5).await;
    let sent = Instant::now();
    queues.release(Duration::from_millis(1_500)).await;
    assert!(queues.receive(0, 30).await.is_none());
    assert_eq!(queues.counts().await, ["0", "0", "1"]);
    let message = queues.receive(10, 30).await.expect("a message");
    let waited = sent.elapsed();
    assert!(waited >= Duration::from_millis(1_900) && waited < Duration::from_secs(6), "{waited:?}");
    assert!(queues.is_ours(&message));
    assert_eq!(receipts(&message), "1");
}

async fn what_is_not_deleted_comes_back(backend: Backend) {
    let queues = Queues::new(&backend, 5).await;
    queues.release(Duration::ZERO).await;
    let url = &queues.cloud.config.release_queue_url;
    let message = queues.receive(5, 30).await.expect("a message");
    assert!(queues.receive(0, 30).await.is_none());
    assert_eq!(queues.counts().await, ["0", "1", "0"]);
    let change = queues.client.change_message_visibility().queue_url(url).visibility_timeout(0);
    change.receipt_handle(message.receipt_handle().expect("a handle")).send().await.expect("changed");
    let again = queues.receive(5, 30).await.expect("the message");
    assert_eq!((again.message_id(), receipts(&again)), (message.message_id(), "2"));
    let delete = queues.client.delete_message().queue_url(url);
    delete.receipt_handle(again.receipt_handle().expect("a handle")).send().await.expect("deleted");
    assert_eq!(queues.counts().await, ["0", "0", "0"]);
}

async fn what_failed_for_good_can_be_replayed(backend: Backend) {
    let queues = Queues::new(&backend, 1).await;
    let letters = queues.cloud.dead_letters();
    queues.release(Duration::ZERO).await;
    let message = queues.receive(5, 0).await.expect("a message");
    assert!(queues.receive(0, 0).await.is_none(), "it was received often enough");
    for _ in 0..2 {
        let found = letters.list().await.expect("a list");
        assert_eq!(found.len(), 1, "looking takes nothing away");
        assert_eq!((Some(found[0].id.as_str()), found[0].wake_up), (message.message_id(), Some(queues.wake_up)));
        assert!(found[0].sent.is_some() && found[0].queue.starts_with("dead-"), "{found:?}");
    }
    assert!(letters.replay(|_| false).await.expect("an answer").is_empty());
    assert_eq!(letters.replay(|_| true).await.expect("an answer").len(), 1);
    assert!(letters.list().await.expect("a list").is_empty());
    assert!(queues.is_ours(&queues.receive(5, 30).await.expect("it is back")));
}

async fn what_is_no_wake_up_can_only_be_removed(backend: Backend) {
    let queues = Queues::new(&backend, 1).await;
    let letters = queues.cloud.dead_letters();
    let send = queues.client.send_message().queue_url(&queues.cloud.config.dead_letter_urls[0]);
    send.message_body(r#"{"sweep":true}"#).send().await.expect("sent");
    assert!(letters.replay(|_| true).await.expect("an answer").is_empty());
    let found = letters.list().await.expect("a list");
    assert_eq!((found.len(), found[0].wake_up), (1, None));
    assert_eq!(letters.purge(|letter| letter.id == found[0].id).await.expect("an answer").len(), 1);
    assert!(letters.list().await.expect("a list").is_empty());
}

async fn a_missing_queue_is_said_to_be_missing(backend: Backend) {
    let url = backend.cloud.config.release_queue_url.replace("/releases", "/nothing");
    let config = Config { release_queue_url: url.clone(), ..backend.cloud.config.clone() };
    let cloud = Cloud::connect(config).await;
    let wake_up = WakeUp { org: backend.org().org(), post: Backend::post(0), revision: 1 };
    cloud.releases().send(wake_up, Duration::ZERO).await.expect_err("nobody takes it");
    let refused = client(&cloud).receive_message().queue_url(url).send().await.expect_err("nothing is there");
    assert!(refused.into_service_error().is_queue_does_not_exist());
}
