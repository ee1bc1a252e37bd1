//! The scheduler through the AWS SDK: protocol, firing, retries, durability.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{folder, start};
use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::operation::create_schedule::builders::CreateScheduleFluentBuilder;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target,
};
use jiff::{SignedDuration, Timestamp};
use local::{Invoker, Running};
use serde_json::{Value, json};
use tokio::sync::mpsc;

fn client(running: &Running) -> Client {
    let config = aws_sdk_scheduler::config::Builder::from(running.cloud.sdk());
    let endpoint = running.cloud.config.endpoints.scheduler.clone().unwrap();
    Client::from_conf(config.endpoint_url(endpoint).build())
}

fn create(client: &Client, running: &Running, name: &str, at: Timestamp) -> CreateScheduleFluentBuilder {
    let retry = RetryPolicy::builder().maximum_retry_attempts(1).maximum_event_age_in_seconds(60).build();
    let target = Target::builder()
        .arn(&running.cloud.config.publish_arn)
        .role_arn(&running.cloud.config.scheduler_role_arn)
        .input(json!({ "name": name }).to_string())
        .retry_policy(retry)
        .dead_letter_config(DeadLetterConfig::builder().set_arn(running.cloud.config.dead_letter_arn.clone()).build())
        .build()
        .unwrap();
    client
        .create_schedule()
        .name(name)
        .group_name("atelier")
        .schedule_expression(format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S")))
        .flexible_time_window(FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap())
        .action_after_completion(ActionAfterCompletion::Delete)
        .target(target)
}

/// A `publish` that reports every call.
fn reporting(functions: &Invoker) -> mpsc::UnboundedReceiver<(Value, Timestamp)> {
    let (report, calls) = mpsc::unbounded_channel();
    functions.register("publish", move |event| {
        let report = report.clone();
        async move {
            report.send((event, now())).unwrap();
            Ok(json!({}))
        }
    });
    calls
}

fn now() -> Timestamp {
    use cloud::Clock;
    cloud::SystemClock.now()
}

#[tokio::test]
async fn the_sdk_sees_the_service_it_knows() {
    let running = start(&folder("protocol"), |_| {}).await;
    let client = client(&running);
    let at = now() + SignedDuration::from_hours(1);
    let token = "same-token";
    create(&client, &running, "one", at).client_token(token).send().await.unwrap();
    create(&client, &running, "one", at)
        .client_token(token)
        .send()
        .await
        .expect("a repeated request is answered again");
    let error = create(&client, &running, "one", at).send().await.unwrap_err().into_service_error();
    assert!(error.is_conflict_exception(), "{error:?}");
    let error = create(&client, &running, "two", at).group_name("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    let error = create(&client, &running, "two", at).schedule_expression("soon").send().await.unwrap_err();
    assert!(error.into_service_error().is_validation_exception());

    let found = client.get_schedule().group_name("atelier").name("one").send().await.unwrap();
    assert_eq!(found.target().unwrap().input(), Some(r#"{"name":"one"}"#));
    assert_eq!(found.action_after_completion(), Some(&ActionAfterCompletion::Delete));
    assert!(found.creation_date().is_some());
    create(&client, &running, "three", at).send().await.unwrap();
    let page = client.list_schedules().group_name("atelier").max_results(1).send().await.unwrap();
    assert_eq!(page.schedules()[0].name(), Some("one"));
    let rest = client.list_schedules().group_name("atelier").set_next_token(page.next_token).send().await.unwrap();
    assert_eq!(rest.schedules().iter().filter_map(|s| s.name()).collect::<Vec<_>>(), ["three"]);
    client.delete_schedule().group_name("atelier").name("one").send().await.unwrap();
    let error = client.get_schedule().group_name("atelier").name("one").send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    running.shutdown().await;
}

#[tokio::test]
async fn a_schedule_fires_once_on_time_and_is_gone() {
    let mut calls = None;
    let running = start(&folder("firing"), |functions| calls = Some(reporting(functions))).await;
    let mut calls = calls.unwrap();
    let client = client(&running);
    let at = Timestamp::from_second(now().as_second() + 2).unwrap();
    create(&client, &running, "soon", at).send().await.unwrap();
    let (event, called) = tokio::time::timeout(Duration::from_secs(5), calls.recv()).await.unwrap().unwrap();
    assert_eq!(event, json!({ "name": "soon" }));
    let late = called.duration_since(at);
    assert!(late >= SignedDuration::ZERO && late < SignedDuration::from_millis(500), "{late:?}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(calls.try_recv().is_err(), "once");
    assert!(client.get_schedule().group_name("atelier").name("soon").send().await.is_err(), "gone");
    running.shutdown().await;
}

#[tokio::test]
async fn what_fell_due_while_the_process_was_off_fires_at_its_next_start() {
    let data = folder("restart");
    let running = start(&data, |_| {}).await;
    let client = client(&running);
    for n in 0..3 {
        let at = now() + SignedDuration::from_secs(2);
        create(&client, &running, &format!("n{n}"), at).send().await.unwrap();
    }
    let canceled = now() + SignedDuration::from_secs(2);
    create(&client, &running, "canceled", canceled).send().await.unwrap();
    client.delete_schedule().group_name("atelier").name("canceled").send().await.unwrap();
    running.shutdown().await;
    tokio::time::sleep(Duration::from_millis(2200)).await;
    let mut calls = None;
    let running = start(&data, |functions| calls = Some(reporting(functions))).await;
    let mut calls = calls.unwrap();
    let mut names = Vec::new();
    for _ in 0..3 {
        let (event, _) = tokio::time::timeout(Duration::from_secs(2), calls.recv()).await.unwrap().unwrap();
        names.push(event["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["n0", "n1", "n2"]);
    running.shutdown().await;
}

#[tokio::test]
async fn a_failing_call_is_repeated_and_then_kept_as_a_dead_letter() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let failing = move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Err("refused".to_owned()) }
    };
    let running = start(&folder("dead"), |functions| functions.register("publish", failing)).await;
    create(&client(&running), &running, "bad", now()).send().await.unwrap();
    let mut letters = Vec::new();
    for _ in 0..10 {
        // Looking waits for a second.
        letters = running.cloud.dead_letters().list().await.unwrap();
        if !letters.is_empty() {
            break;
        }
    }
    assert_eq!((letters.len(), attempts.load(Ordering::SeqCst)), (1, 2));
    assert!(letters[0].notes["SCHEDULE_ARN"].ends_with("/atelier/bad"), "{:?}", letters[0]);
    assert_eq!((letters[0].queue.as_str(), letters[0].wake_up), ("schedule-dead-letters", None));
    assert!(!format!("{:?}", letters[0].notes).contains("refused"), "the error's words stay inside");
    running.shutdown().await;
}

#[tokio::test]
async fn a_thousand_at_once_fire_quickly_and_once_each() {
    let mut calls = None;
    let running = start(&folder("burst"), |functions| calls = Some(reporting(functions))).await;
    let mut calls = calls.unwrap();
    let client = client(&running);
    let at = Timestamp::from_second(now().as_second() + 6).unwrap();
    let creates = (0..1000).map(|n| create(&client, &running, &format!("n{n}"), at).send());
    for created in futures::future::join_all(creates).await {
        created.unwrap();
    }
    assert!(now() < at, "creating took too long to measure");
    let mut names = std::collections::HashSet::new();
    for _ in 0..1000 {
        let (event, _) = tokio::time::timeout(Duration::from_secs(10), calls.recv()).await.unwrap().unwrap();
        assert!(names.insert(event["name"].as_str().unwrap().to_owned()));
    }
    println!("1000 schedules fired within {:?}", now().duration_since(at));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(calls.try_recv().is_err());
    running.shutdown().await;
}
