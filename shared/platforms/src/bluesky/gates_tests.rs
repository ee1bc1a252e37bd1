use domain::target::Setting;
use jiff::SignedDuration;

use super::*;
use crate::http::SendError;
use crate::network::{Credentials, Network as _, Published, Secret};
use crate::testing::{MemorySteps, OneFile, Script, clock, job, json_body, png};

const APPLY: &str = "/xrpc/com.atproto.repo.applyWrites";
const PUT: &str = "/xrpc/com.atproto.repo.putRecord";
const GET: &str = "/xrpc/com.atproto.repo.getRecord";
const DELETE: &str = "/xrpc/com.atproto.repo.deleteRecord";

fn credentials() -> Credentials {
    Credentials::Bluesky {
        service: "https://pds.example/".parse().unwrap(),
        did: "did:plc:me".into(),
        access_jwt: Secret::new("access"),
        refresh_jwt: Secret::new("refresh"),
    }
}

fn gated(who: &str) -> Job {
    let mut job = job("hello", 0);
    job.settings.insert("reply_control".into(), Setting::Text(who.into()));
    job
}

fn made() -> Value {
    json!({"results": [{"uri": "at://did:plc:me/app.bsky.feed.post/x", "cid": "bafy"}, {"uri": "at://g", "cid": "g"}]})
}

/// What is there under the post's key.
fn there(job: &Job) -> Value {
    json!({"uri": "at://found", "cid": "bafy", "value": {"text": job.text, "createdAt": "2026-11-21T10:00:00.500Z"}})
}

fn absent() -> Value {
    json!({"error": "RecordNotFound", "message": "no"})
}

async fn publish(script: &Script, job: &Job, steps: &mut MemorySteps) -> Result<Published, Failure> {
    let bluesky = Bluesky::new(script.http(), clock(SignedDuration::ZERO));
    bluesky.publish(job, &credentials(), steps, &OneFile(png())).await
}

#[tokio::test]
async fn gates_go_with_the_post_in_one_commit() {
    for (who, rules) in [
        ("mentioned", json!([{"$type": "app.bsky.feed.threadgate#mentionRule"}])),
        ("following", json!([{"$type": "app.bsky.feed.threadgate#followingRule"}])),
        ("followers", json!([{"$type": "app.bsky.feed.threadgate#followerRule"}])),
        ("nobody", json!([])),
    ] {
        let script = Script::new();
        script.on("POST", APPLY).answer(200, made());
        let (mut job, mut steps) = (gated(who), MemorySteps::default());
        job.settings.insert("no_quotes".into(), Setting::Flag(true));
        let published = publish(&script, &job, &mut steps).await.unwrap();
        assert_eq!((script.sent().len(), published.remote_id.as_str()), (1, "at://did:plc:me/app.bsky.feed.post/x"));
        let body = json_body(&script.sent()[0]).clone();
        let writes = body["writes"].as_array().unwrap();
        let collections: Vec<_> = writes.iter().map(|write| write["collection"].as_str().unwrap()).collect();
        assert_eq!(collections, [COLLECTION, REPLIES, QUOTES]);
        let key = writes[0]["rkey"].as_str().unwrap();
        let post = format!("at://did:plc:me/{COLLECTION}/{key}");
        for write in writes {
            assert_eq!((write["rkey"].as_str(), &write["value"]["$type"]), (Some(key), &write["collection"]));
            assert_eq!(write["value"]["createdAt"], "2026-11-21T10:00:00.500Z");
        }
        assert_eq!((&writes[1]["value"]["post"], &writes[2]["value"]["post"]), (&json!(post), &json!(post)));
        assert_eq!(writes[1]["value"]["allow"], rules, "{who}");
        let disabled = json!([{"$type": "app.bsky.feed.postgate#disableRule"}]);
        assert_eq!(writes[2]["value"]["embeddingRules"], disabled);
        let noted = format!("at://did:plc:me/{REPLIES}/{key} at://did:plc:me/{QUOTES}/{key}");
        assert_eq!(steps.values[GATES], noted);
    }
}

#[tokio::test]
async fn without_gates_nothing_changes() {
    let script = Script::new();
    script.on("POST", PUT).answer(200, json!({"uri": "at://x", "cid": "bafy"}));
    let mut steps = MemorySteps::default();
    publish(&script, &gated("everyone"), &mut steps).await.unwrap();
    assert_eq!((script.sent().len(), script.sent_to(PUT).len()), (1, 1));
    assert!(steps.values.is_empty());
}

#[tokio::test]
async fn what_an_earlier_attempt_put_is_found_and_not_put_again() {
    let script = Script::new();
    script.once("POST", APPLY).fail(SendError::MaybeSent("timeout".into()));
    let (job, mut steps) = (gated("nobody"), MemorySteps::default());
    assert!(matches!(publish(&script, &job, &mut steps).await, Err(Failure::Ambiguous { .. })));
    script.once("GET", GET).answer(200, there(&job));
    assert_eq!(publish(&script, &job, &mut steps).await.unwrap().remote_id, "at://found");
    assert_eq!(script.sent_to(APPLY).len(), 1);
}

#[tokio::test]
async fn what_lands_between_looking_and_putting_is_found_too() {
    let script = Script::new();
    let (job, mut steps) = (gated("nobody"), MemorySteps::default());
    script.once("POST", APPLY).fail(SendError::MaybeSent("timeout".into()));
    publish(&script, &job, &mut steps).await.unwrap_err();
    script.once("GET", GET).answer(400, absent());
    script.once("POST", APPLY).answer(400, json!({"error": "InvalidRequest", "message": "already exists"}));
    script.once("GET", GET).answer(200, there(&job));
    assert_eq!(publish(&script, &job, &mut steps).await.unwrap().remote_id, "at://found");
}

#[tokio::test]
async fn a_server_that_names_nothing_is_asked_what_it_made() {
    let script = Script::new();
    let job = gated("nobody");
    script.on("POST", APPLY).answer(200, json!({"commit": {}}));
    script.once("GET", GET).answer(200, there(&job));
    assert_eq!(publish(&script, &job, &mut MemorySteps::default()).await.unwrap().remote_id, "at://found");
    script.once("GET", GET).answer(503, "");
    let unknown = publish(&script, &job, &mut MemorySteps::default()).await;
    assert!(matches!(unknown, Err(Failure::Ambiguous { .. })), "{unknown:?}");
}

#[tokio::test]
async fn gates_are_deleted_as_posts_are() {
    let script = Script::new();
    script.on("POST", DELETE).answer(200, "");
    let bluesky = Bluesky::new(script.http(), clock(SignedDuration::ZERO));
    for collection in [REPLIES, QUOTES] {
        bluesky.delete(&format!("at://did:plc:me/{collection}/3k"), &credentials()).await.unwrap();
        let sent = script.sent();
        let body = json_body(sent.last().unwrap());
        assert_eq!((body["collection"].as_str(), body["rkey"].as_str()), (Some(collection), Some("3k")));
    }
    let foreign = bluesky.delete("at://did:plc:me/app.bsky.graph.follow/3k", &credentials()).await;
    assert!(matches!(foreign, Err(Failure::Rejected { .. })));
}
