//! What an operator does with what failed for good, on a running Atelier.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use cloud::WakeUp;
use domain::ids::{OrgId, PostId, Ulid};
use local::{Options, Running};
use serde_json::{Value, json};
use tests::process::Scratch;
use tokio::sync::mpsc;

const SECRET: &str = "Nobody but the author knows this yet";

async fn operator(data: &Path, line: &str) -> anyhow::Result<String> {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let data = data.display().to_string();
    let mut out = Vec::new();
    operator::run(&arguments, |name| (name == "DATA_DIR").then(|| data.clone()), &mut out).await?;
    let out = String::from_utf8(out)?;
    assert!(!out.contains(SECRET), "it prints what posts say: {out}");
    Ok(out)
}

/// Leaves a dead letter of releases, and yields its id.
async fn bury(running: &Running, body: &Value) -> String {
    let mut sqs = aws_sdk_sqs::config::Builder::from(running.cloud.sdk());
    sqs.set_endpoint_url(running.cloud.config.endpoints.sqs.clone());
    let send = aws_sdk_sqs::Client::from_conf(sqs.build()).send_message();
    let send = send.queue_url(&running.cloud.config.dead_letter_urls[0]).message_body(body.to_string());
    send.send().await.expect("sent").message_id.expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_replayed_and_removed() {
    let data = Scratch::new("operator").expect("a folder");
    let (report, mut calls) = mpsc::unbounded_channel();
    let running = local::start_with(Options::new(data.path()), |functions| {
        functions.register("publish", move |event| {
            drop(report.send(event));
            async { Ok(json!({})) }
        });
    })
    .await
    .expect("the stack");
    let mode = std::fs::metadata(data.path().join("operator.json")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(operator(data.path(), "dead-letters list").await.expect("a list"), "No dead letters.\n");

    let post = PostId::new(Ulid::from(2));
    let wake_up = WakeUp { org: OrgId::new(Ulid::from(1)), post, revision: 3 };
    let good = bury(&running, &serde_json::to_value(wake_up).expect("JSON")).await;
    let bad = bury(&running, &json!({ "text": SECRET })).await;
    let listed = operator(data.path(), "dead-letters list").await.expect("a list");
    assert!(listed.contains(&good) && listed.contains(&format!("{post} at revision 3")), "{listed}");
    assert!(listed.contains(&bad) && listed.contains("release-dead-letters"), "{listed}");
    let shown = operator(data.path(), &format!("dead-letters show {good}")).await.expect("one");
    assert!(shown.contains(&wake_up.org.to_string()), "{shown}");
    assert!(calls.try_recv().is_err(), "looking sends nothing");

    let said = operator(data.path(), "dead-letters replay --all").await.expect("a replay");
    assert!(said.contains("1 sent again."), "{said}");
    let event = tokio::time::timeout(Duration::from_secs(10), calls.recv()).await.expect("a call").expect("an event");
    let body = event["Records"][0]["body"].as_str().expect("a message");
    assert_eq!(serde_json::from_str::<WakeUp>(body).expect("a wake-up"), wake_up);

    let refused = operator(data.path(), &format!("dead-letters replay {bad}")).await.expect_err("no wake-up");
    assert!(refused.to_string().contains("cannot be sent again"), "{refused}");
    operator(data.path(), &format!("dead-letters purge {bad}")).await.expect("removed");
    assert_eq!(operator(data.path(), "dead-letters list").await.expect("a list"), "No dead letters.\n");
    let unknown = operator(data.path(), &format!("dead-letters show {bad}")).await.expect_err("it is gone");
    assert!(unknown.to_string().contains("there is no dead letter"), "{unknown}");

    running.shutdown().await;
    let nobody = operator(data.path(), "dead-letters list").await.expect_err("nothing runs");
    assert!(nobody.to_string().contains("no Atelier runs"), "{nobody}");
}
