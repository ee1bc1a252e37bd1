//! The queues through the AWS SDK: protocol, the event source mapping, dead letters.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{folder, start};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};
use local::Running;
use serde_json::{Value, json};
use tokio::sync::mpsc;

fn client(running: &Running) -> Client {
    let config = aws_sdk_sqs::config::Builder::from(running.cloud.sdk());
    let endpoint = running.cloud.config.endpoints.sqs.clone().unwrap();
    Client::from_conf(config.endpoint_url(endpoint).build())
}

async fn send(client: &Client, running: &Running, body: &str, delay: i32) -> String {
    let send = client.send_message().queue_url(&running.cloud.config.release_queue_url).message_body(body);
    send.delay_seconds(delay).send().await.unwrap().message_id.unwrap()
}

/// What the release queue holds: visible, in flight, delayed.
async fn counts(client: &Client, running: &Running) -> [u64; 3] {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let ask = client.get_queue_attributes().queue_url(&running.cloud.config.release_queue_url);
    let answer = ask.attribute_names(QueueAttributeName::All).send().await.unwrap();
    names.map(|name| answer.attributes().unwrap()[&name].parse().unwrap())
}

async fn until_counts(client: &Client, running: &Running, expected: [u64; 3]) {
    let reached = async {
        while counts(client, running).await != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reached).await.expect("the queue's counts");
}

fn bodies(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().into_iter().flatten();
    records.map(|record| record["body"].as_str().unwrap().to_owned()).collect()
}

async fn next(calls: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    tokio::time::timeout(Duration::from_secs(10), calls.recv()).await.expect("a call").unwrap()
}

#[tokio::test]
async fn the_sdk_sees_the_service_it_knows() {
    let running = start(&folder("sqs-protocol"), |_| {}).await;
    let client = client(&running);
    let dead = client.create_queue().queue_name("dead").send().await.unwrap().queue_url.unwrap();
    assert_eq!(client.get_queue_url().queue_name("dead").send().await.unwrap().queue_url(), Some(dead.as_str()));
    let listed = client.list_queues().queue_name_prefix("dea").send().await.unwrap();
    assert_eq!(listed.queue_urls(), [dead.as_str()]);
    let error = client.get_queue_url().queue_name("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    let error = client.send_message().queue_url(&dead).message_body("x").delay_seconds(901).send().await.unwrap_err();
    assert!(error.to_string().contains("service error"), "{error:?}");

    let sent = client.send_message().queue_url(&dead).message_body("hello").send().await.unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("5d41402abc4b2a76b9719d911017c592"));
    let receive = || client.receive_message().queue_url(&dead).visibility_timeout(30);
    let received = receive()
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap()
        .messages
        .unwrap();
    assert_eq!((received[0].body(), received[0].message_id()), (Some("hello"), sent.message_id()));
    assert_eq!(received[0].attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    assert!(receive().send().await.unwrap().messages.is_none(), "invisible");
    let receipt = received[0].receipt_handle().unwrap();
    client
        .change_message_visibility()
        .queue_url(&dead)
        .receipt_handle(receipt)
        .visibility_timeout(0)
        .send()
        .await
        .unwrap();
    let again = receive().send().await.unwrap().messages.unwrap();
    let receipt = again[0].receipt_handle().unwrap();
    client.delete_message().queue_url(&dead).receipt_handle(receipt).send().await.unwrap();
    let error = client.delete_message().queue_url(&dead).receipt_handle("x").send().await.unwrap_err();
    assert!(error.into_service_error().is_receipt_handle_is_invalid());
    running.shutdown().await;
}

#[tokio::test]
async fn a_receiver_that_waits_gets_a_message_as_soon_as_it_is_sent() {
    let running = start(&folder("sqs-wait"), |_| {}).await;
    let client = client(&running);
    let url = client.create_queue().queue_name("q").send().await.unwrap().queue_url.unwrap();
    let waiting = client.receive_message().queue_url(&url).wait_time_seconds(20).send();
    let sending = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.send_message().queue_url(&url).message_body("now").send().await.unwrap();
    };
    let both = async { tokio::join!(waiting, sending).0 };
    let received = tokio::time::timeout(Duration::from_secs(5), both).await.expect("long before 20 s").unwrap();
    assert_eq!(received.messages()[0].body(), Some("now"));
    running.shutdown().await;
}

#[tokio::test]
async fn unsigned_requests_are_refused() {
    let running = start(&folder("sqs-unsigned"), |_| {}).await;
    let endpoint = running.cloud.config.endpoints.sqs.clone().unwrap();
    let request = reqwest::Client::new().post(endpoint).header("x-amz-target", "AmazonSQS.ListQueues").body("{}");
    assert_eq!(request.send().await.unwrap().status(), 403);
    running.shutdown().await;
}

#[tokio::test]
async fn releases_reach_the_function_when_they_are_due_and_are_gone() {
    let (report, mut calls) = mpsc::unbounded_channel();
    let running = start(&folder("sqs-mapping"), |functions| {
        functions.register("publish", move |event| {
            drop(report.send(event));
            async { Ok(json!({ "batchItemFailures": [] })) }
        });
    })
    .await;
    let client = client(&running);
    let started = std::time::Instant::now();
    let id = send(&client, &running, "later", 2).await;
    send(&client, &running, "now", 0).await;
    assert_eq!(bodies(&next(&mut calls).await), ["now"]);
    assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
    let event = next(&mut calls).await;
    assert_eq!(bodies(&event), ["later"]);
    let late = started.elapsed().checked_sub(Duration::from_secs(2)).expect("not early");
    assert!(late < Duration::from_millis(700), "{late:?} late");
    let record = &event["Records"][0];
    assert_eq!((record["messageId"].as_str(), record["eventSource"].as_str()), (Some(id.as_str()), Some("aws:sqs")));
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    until_counts(&client, &running, [0, 0, 0]).await;
    running.shutdown().await;
}

#[tokio::test]
async fn only_what_failed_stays_in_the_queue() {
    let running = start(&folder("sqs-partial"), |functions| {
        functions.register("publish", |event: Value| async move {
            let records = event["Records"].as_array().cloned().unwrap_or_default();
            let bad = records.iter().filter(|record| record["body"] == "bad");
            Ok(json!({ "batchItemFailures":
                bad.map(|record| json!({ "itemIdentifier": record["messageId"] })).collect::<Vec<_>>() }))
        });
    })
    .await;
    let client = client(&running);
    for body in ["good", "bad", "good"] {
        send(&client, &running, body, 0).await;
    }
    until_counts(&client, &running, [0, 1, 0]).await;
    running.shutdown().await;
}

#[tokio::test]
async fn publish_itself_names_what_it_cannot_handle() {
    let running = start(&folder("sqs-publish"), |_| {}).await;
    let client = client(&running);
    let (org, post) = ("org_00000000000000000000000001", "pst_00000000000000000000000002");
    let stale = json!({ "org": org, "post": post, "revision": 1 }).to_string();
    let nested = json!({ "Records": [{ "messageId": "x", "body": stale }] }).to_string();
    for body in [&stale, r#"{"sweep":true}"#, "nonsense", &nested] {
        send(&client, &running, body, 0).await;
    }
    until_counts(&client, &running, [0, 2, 0]).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_release_that_was_under_way_at_the_end_is_handed_out_at_the_next_start() {
    let data = folder("sqs-restart");
    let (report, mut calls) = mpsc::unbounded_channel();
    let running = start(&data, |functions| {
        functions.register("publish", move |event| {
            drop(report.send(event));
            async { Err("the process is dying".to_owned()) }
        });
    })
    .await;
    let sqs = client(&running);
    send(&sqs, &running, "under way", 0).await;
    send(&sqs, &running, "delayed", 3).await;
    assert_eq!(bodies(&next(&mut calls).await), ["under way"]);
    running.shutdown().await;

    let seen = Arc::new(Mutex::new(HashMap::<String, u32>::new()));
    let counted = Arc::clone(&seen);
    let running = start(&data, |functions| {
        functions.register("publish", move |event: Value| {
            for body in bodies(&event) {
                *counted.lock().unwrap().entry(body).or_default() += 1;
            }
            async { Ok(json!({})) }
        });
    })
    .await;
    until_counts(&client(&running), &running, [0, 0, 0]).await;
    let expected = HashMap::from([("under way".to_owned(), 1), ("delayed".to_owned(), 1)]);
    assert_eq!(*seen.lock().unwrap(), expected);
    running.shutdown().await;
}

#[tokio::test]
async fn a_thousand_releases_of_one_second_arrive_quickly_and_once_each() {
    let (report, mut calls) = mpsc::unbounded_channel();
    let running = start(&folder("sqs-burst"), |functions| {
        functions.register("publish", move |event| {
            drop(report.send(event));
            async { Ok(json!({})) }
        });
    })
    .await;
    let client = client(&running);
    let bodies_sent: Vec<String> = (0..1000).map(|n| format!("n{n}")).collect();
    let sends = bodies_sent.iter().map(|body| send(&client, &running, body, 4));
    futures::future::join_all(sends).await;
    let mut seen = std::collections::HashSet::new();
    let started = std::time::Instant::now();
    while seen.len() < 1000 {
        let event = next(&mut calls).await;
        assert!(event["Records"].as_array().unwrap().len() <= 10, "the mapping's batch size");
        for body in bodies(&event) {
            assert!(seen.insert(body.clone()), "{body} came twice");
        }
    }
    println!("1000 releases arrived within {:?}, up to 4 s of it their delay", started.elapsed());
    until_counts(&client, &running, [0, 0, 0]).await;
    running.shutdown().await;
}
