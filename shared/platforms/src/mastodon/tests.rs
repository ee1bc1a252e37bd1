use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::http::{Body, Part, SendError};
use crate::network::Secret;
use crate::testing::{CLAIMED_AT, MemorySteps, NoSleep, OneFile, Script, clock, field, job, json_body, png};

const STATUSES: &str = "/api/v1/statuses";
const MEDIA: &str = "/api/v2/media";
const POLL: &str = "/api/v1/media/m1";
const OWN: &str = "/api/v1/accounts/42/statuses";
const VERIFY: &str = "/api/v1/accounts/verify_credentials";
const CALLBACK: &str = "https://atelier.test/api/accounts/callback/mastodon";

fn mastodon_after(script: &Script, age: SignedDuration) -> (Mastodon, Arc<Mutex<Duration>>) {
    let sleep = NoSleep::default();
    let slept = Arc::clone(&sleep.0);
    (Mastodon::new(script.http(), clock(age), Arc::new(sleep)), slept)
}

fn mastodon(script: &Script) -> Mastodon {
    mastodon_after(script, SignedDuration::ZERO).0
}

fn credentials() -> Credentials {
    Credentials::Mastodon {
        instance: Url::parse("https://m.example/").unwrap(),
        access_token: Secret::new("token"),
        client_id: "client".into(),
        client_secret: Secret::new("hush"),
    }
}

fn status(id: &str, content: &str, media: &[&str]) -> Value {
    let media: Vec<_> = media.iter().map(|id| json!({"id": id})).collect();
    json!({"id": id, "url": format!("https://m.example/@me/{id}"), "uri": "https://m.example/x", "created_at": CLAIMED_AT, "content": content, "media_attachments": media})
}

async fn publish(client: &Mastodon, job: &Job, steps: &mut MemorySteps) -> Result<Published, Failure> {
    client.publish(job, &credentials(), steps, &OneFile(png())).await
}

#[tokio::test]
async fn a_text_is_posted_under_the_jobs_key() {
    let script = Script::new();
    script.on("POST", STATUSES).answer(200, status("7", "", &[]));
    let job = job("hello", 0);
    let published = publish(&mastodon(&script), &job, &mut MemorySteps::default()).await.unwrap();
    assert_eq!((published.remote_id.as_str(), published.permalink.as_str()), ("7", "https://m.example/@me/7"));
    let sent = &script.sent()[0];
    assert_eq!(sent.headers["idempotency-key"], job.key.as_str());
    assert_eq!(sent.headers["authorization"], "Bearer token");
    assert_eq!(json_body(sent), &json!({"status": "hello", "media_ids": []}));
}

#[tokio::test]
async fn a_picture_goes_first_with_its_description_and_is_recorded() {
    let script = Script::new();
    script.on("POST", MEDIA).answer(200, json!({"id": "m1", "url": "x"}));
    script.on("POST", STATUSES).answer(200, status("7", "", &["m1"]));
    let mut steps = MemorySteps::default();
    publish(&mastodon(&script), &job("one", 1), &mut steps).await.unwrap();
    assert_eq!(steps.values["media-0"], "m1");
    let upload = &script.sent_to(MEDIA)[0];
    assert_eq!(field(upload, "description").as_deref(), Some("A bench"));
    let Body::Multipart(parts) = &upload.body else { panic!("not multipart") };
    assert!(matches!(&parts[0], Part::File { name: "file", mime, .. } if mime == "image/png"));
    assert_eq!(json_body(&script.sent_to(STATUSES)[0])["media_ids"], json!(["m1"]));
}

#[tokio::test]
async fn processing_is_waited_for() {
    let script = Script::new();
    script.on("POST", MEDIA).answer(202, json!({"id": "m1"}));
    for _ in 0..3 {
        script.once("GET", POLL).answer(206, "{}");
    }
    script.on("GET", POLL).answer(200, "{}");
    script.on("POST", STATUSES).answer(200, status("7", "", &["m1"]));
    let (client, slept) = mastodon_after(&script, SignedDuration::ZERO);
    publish(&client, &job("one", 1), &mut MemorySteps::default()).await.unwrap();
    assert_eq!(*slept.lock().unwrap(), Duration::from_secs(1 + 2 + 3));
}

#[tokio::test]
async fn endless_processing_is_left_to_the_next_attempt_which_resumes() {
    let script = Script::new();
    script.on("POST", MEDIA).answer(202, json!({"id": "m1"}));
    script.on("GET", POLL).answer(206, "{}");
    script.on("POST", STATUSES).answer(200, status("7", "", &["m1"]));
    let (client, slept) = mastodon_after(&script, SignedDuration::ZERO);
    let (job, mut steps) = (job("one", 1), MemorySteps::default());
    assert!(matches!(publish(&client, &job, &mut steps).await, Err(Failure::Transient { .. })));
    assert!(*slept.lock().unwrap() < Duration::from_secs(60));
    assert!(script.sent_to(STATUSES).is_empty());
    script.on("GET", POLL).answer(200, "{}");
    publish(&client, &job, &mut steps).await.unwrap();
    assert_eq!(script.sent_to(MEDIA).len(), 1, "uploaded once");
    assert_eq!(steps.values["media-0"], "m1");
}

#[tokio::test]
async fn failed_processing_is_final_and_a_lost_upload_is_repeated() {
    let script = Script::new();
    script.on("POST", MEDIA).answer(202, json!({"id": "m1"}));
    script.once("GET", POLL).answer(422, json!({"error": "bad file"}));
    script.once("GET", POLL).answer(404, json!({"error": "gone"}));
    script.on("GET", POLL).answer(200, "{}");
    script.on("POST", STATUSES).answer(200, status("7", "", &["m1"]));
    let client = mastodon(&script);
    let (job, mut steps) = (job("one", 1), MemorySteps::default());
    let failed = publish(&client, &job, &mut steps).await;
    assert!(matches!(failed, Err(Failure::Rejected { code, .. }) if code == "processing-failed"));
    publish(&client, &job, &mut steps).await.unwrap();
    assert_eq!(script.sent_to(MEDIA).len(), 2);
}

#[tokio::test]
async fn a_lost_claim_stops_before_anything_is_visible() {
    let script = Script::new();
    script.on("POST", MEDIA).answer(200, json!({"id": "m1"}));
    let mut steps = MemorySteps { lost: true, ..MemorySteps::default() };
    assert_eq!(publish(&mastodon(&script), &job("one", 1), &mut steps).await, Err(Failure::ClaimLost));
    assert!(script.sent_to(STATUSES).is_empty());
}

#[tokio::test]
async fn a_fresh_key_is_simply_sent_again() {
    let script = Script::new();
    script.once("POST", STATUSES).fail(SendError::MaybeSent("timeout".into()));
    script.on("POST", STATUSES).answer(200, status("7", "", &[]));
    let (client, _) = mastodon_after(&script, SignedDuration::from_mins(54));
    let (job, mut steps) = (job("hello", 0), MemorySteps::default());
    assert!(matches!(publish(&client, &job, &mut steps).await, Err(Failure::Ambiguous { .. })));
    publish(&client, &job, &mut steps).await.unwrap();
    let sent = script.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].headers["idempotency-key"], sent[1].headers["idempotency-key"]);
}

#[tokio::test]
async fn an_old_key_is_looked_up_before_anything_is_sent() {
    let script = Script::new();
    script
        .once("GET", OWN)
        .answer(200, json!([status("9", "<p>other</p>", &[]), status("8", "<p>hello<br>you</p>", &[])]));
    script.once("GET", OWN).answer(200, "[]");
    script.once("GET", OWN).answer(503, "<html>");
    script.on("GET", "/api/v1/statuses/8/source").answer(200, json!({"text": "hello\nyou"}));
    script.on("POST", STATUSES).answer(200, status("10", "", &[]));
    let (client, _) = mastodon_after(&script, SignedDuration::from_mins(56));
    let (job, mut steps) = (job("hello\nyou", 0), MemorySteps::default());
    assert_eq!(publish(&client, &job, &mut steps).await.unwrap().remote_id, "8");
    assert!(script.sent_to(STATUSES).is_empty());
    assert_eq!(publish(&client, &job, &mut steps).await.unwrap().remote_id, "10");
    assert!(matches!(publish(&client, &job, &mut steps).await, Err(Failure::Transient { .. })));
    assert_eq!(script.sent_to(STATUSES).len(), 1);
}

#[tokio::test]
async fn a_post_with_files_is_known_by_them() {
    let script = Script::new();
    script
        .on("GET", OWN)
        .answer(200, json!([status("8", "<p>same</p>", &["other"]), status("7", "<p>same</p>", &["m1"])]));
    let mut steps = MemorySteps::default();
    let client = mastodon(&script);
    let job = job("same", 1);
    assert_eq!(client.read_back(&job, &credentials(), &steps).await, Ok(Holding::Nothing));
    steps.values.insert("media-0".into(), "m1".into());
    let Ok(Holding::All(found)) = client.read_back(&job, &credentials(), &steps).await else { panic!("it is there") };
    assert_eq!(found.remote_id, "7");
}

#[tokio::test]
async fn old_posts_and_different_sources_are_not_ours() {
    let script = Script::new();
    let mut old = status("1", "<p>hello</p>", &[]);
    old["created_at"] = json!("2026-11-21T09:00:00Z");
    script.on("GET", OWN).answer(200, json!([status("8", "<p>hello</p>", &[]), old]));
    script.once("GET", "/api/v1/statuses/8/source").answer(200, json!({"text": "hello, edited"}));
    script.once("GET", "/api/v1/statuses/8/source").answer(404, "");
    let client = mastodon(&script);
    let read = || async { client.read_back(&job("hello", 0), &credentials(), &MemorySteps::default()).await };
    assert_eq!(read().await, Ok(Holding::Nothing));
    let Ok(Holding::All(found)) = read().await else { panic!("servers without sources go by what they show") };
    assert_eq!(found.remote_id, "8");
}

#[tokio::test]
async fn looking_back_is_bounded() {
    let script = Script::new();
    let page: Vec<_> = (0..40).map(|id| status(&id.to_string(), "<p>other</p>", &[])).collect();
    script.on("GET", OWN).answer(200, json!(page));
    let found = mastodon(&script).read_back(&job("hello", 0), &credentials(), &MemorySteps::default()).await;
    assert_eq!(found, Ok(Holding::Nothing));
    let sent = script.sent_to(OWN);
    assert_eq!(sent.len(), 5);
    assert!(sent[1].url.query().unwrap().contains("max_id=39"));
}

async fn publish_against(status: u16, body: impl ToString) -> Failure {
    let script = Script::new();
    script.on("POST", STATUSES).answer(status, body);
    publish(&mastodon(&script), &job("hello", 0), &mut MemorySteps::default()).await.unwrap_err()
}

#[tokio::test]
async fn every_error_of_a_write_has_its_class() {
    let body = json!({"error": "the server's words"});
    assert!(
        matches!(publish_against(401, &body).await, Failure::Revoked { message } if message == "the server's words")
    );
    assert!(matches!(publish_against(403, &body).await, Failure::Revoked { .. }));
    assert!(matches!(publish_against(403, "<html>").await, Failure::Rejected { .. }));
    for (status, name) in
        [(404, "not-found"), (410, "not-found"), (413, "too-large"), (422, "validation-failed"), (400, "400")]
    {
        assert!(
            matches!(publish_against(status, "<html>").await, Failure::Rejected { code, .. } if code == name),
            "{status}"
        );
    }
    for status in [408, 500, 502, 503, 504, 520] {
        assert!(
            matches!(publish_against(status, "<html>").await, Failure::Ambiguous { message } if message.contains("m.example")),
            "{status}"
        );
    }
    assert!(matches!(publish_against(200, "<html>").await, Failure::Ambiguous { .. }));
}

#[tokio::test]
async fn errors_before_the_post_are_never_ambiguous() {
    for answer in [500, 503] {
        let script = Script::new();
        script.on("POST", MEDIA).answer(answer, "");
        let failure = publish(&mastodon(&script), &job("one", 1), &mut MemorySteps::default()).await.unwrap_err();
        assert!(matches!(failure, Failure::Transient { .. }));
    }
    let script = Script::new();
    script.once("POST", STATUSES).fail(SendError::NotSent("refused".into()));
    script.once("POST", STATUSES).fail(SendError::Refused("private".into()));
    let client = mastodon(&script);
    assert!(matches!(
        publish(&client, &job("a", 0), &mut MemorySteps::default()).await,
        Err(Failure::Transient { .. })
    ));
    assert!(matches!(publish(&client, &job("a", 0), &mut MemorySteps::default()).await, Err(Failure::Rejected { .. })));
}

#[tokio::test]
async fn a_rate_limit_says_when_it_ends() {
    let script = Script::new();
    script.once("POST", STATUSES).answer(429, "").with_header("x-ratelimit-reset", "2026-11-21T10:05:00.123456Z");
    script.once("POST", STATUSES).answer(429, "").with_header("retry-after", "60");
    script.once("POST", STATUSES).answer(429, "").with_header("x-ratelimit-reset", "soon");
    let client = mastodon(&script);
    let mut seen = Vec::new();
    for _ in 0..3 {
        match publish(&client, &job("a", 0), &mut MemorySteps::default()).await {
            Err(Failure::RateLimited { retry_at, .. }) => seen.push(retry_at.map(|time| time.to_string())),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, [Some("2026-11-21T10:05:00.123456Z".into()), Some("2026-11-21T10:01:00.5Z".into()), None]);
}

#[tokio::test]
async fn registering_and_authorizing_use_the_same_scopes_and_address() {
    let script = Script::new();
    script.on("POST", "/api/v1/apps").answer(200, json!({"client_id": "client", "client_secret": "hush"}));
    let client = mastodon(&script);
    let app = client.register("@ada@m.example", CALLBACK).await.unwrap();
    assert!(!format!("{app:?}").contains("hush"));
    let registered = json_body(&script.sent()[0]).clone();
    assert_eq!(registered["redirect_uris"], CALLBACK);
    assert_eq!(registered["website"], "https://atelier.test");
    let url = client.authorize_url(&app, CALLBACK, "the-state", "the-challenge");
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["scope"], registered["scopes"].as_str().unwrap());
    assert_eq!(query["redirect_uri"], CALLBACK);
    assert_eq!(query["state"], "the-state");
    assert_eq!((query["code_challenge"].as_str(), query["code_challenge_method"].as_str()), ("the-challenge", "S256"));
}

#[tokio::test]
async fn a_server_that_is_no_instance_is_named_as_such() {
    for (status, body) in [(404, "<html>"), (405, ""), (422, "{}")] {
        let script = Script::new();
        script.on("POST", "/api/v1/apps").answer(status, body);
        let failure = mastodon(&script).register("m.example", CALLBACK).await.unwrap_err();
        assert!(matches!(failure, Failure::Rejected { code, .. } if code == "no-instance"), "{status}");
    }
    let failure = mastodon(&Script::new()).register("https://127.0.0.1", CALLBACK).await.unwrap_err();
    assert!(matches!(failure, Failure::Rejected { code, .. } if code == "address-refused"));
}

fn app() -> App {
    App {
        instance: Url::parse("https://m.example/").unwrap(),
        client_id: "client".into(),
        client_secret: Secret::new("hush"),
    }
}

#[tokio::test]
async fn a_code_becomes_an_account_with_its_instances_limits() {
    let script = Script::new();
    script.on("POST", "/oauth/token").answer(200, json!({"access_token": "token"}));
    script.on("GET", VERIFY).answer(200, json!({"id": "42", "username": "ada", "display_name": "", "avatar": "https://m.example/a.png", "url": "https://m.example/@ada"}));
    script.on("GET", "/api/v2/instance").answer(404, "");
    script.on("GET", "/api/v1/instance").answer(200, json!({"max_toot_chars": 777}));
    let connected = mastodon(&script).exchange(&app(), CALLBACK, "the-code", "the-verifier").await.unwrap();
    assert_eq!((connected.profile.name.as_str(), connected.profile.handle.as_str()), ("ada", "ada@m.example"));
    assert_eq!(connected.profile.limits.unwrap().text_max, Some(777));
    assert_eq!(connected.credentials, credentials());
    let sent = &script.sent_to("/oauth/token")[0];
    assert_eq!(field(sent, "code_verifier").as_deref(), Some("the-verifier"));
    assert_eq!(field(sent, "redirect_uri").as_deref(), Some(CALLBACK));
}

#[tokio::test]
async fn a_refused_code_starts_over() {
    let script = Script::new();
    script.once("POST", "/oauth/token").answer(400, json!({"error": "invalid_grant", "error_description": "spent"}));
    script.once("POST", "/oauth/token").answer(401, json!({"error": "invalid_client"}));
    script.once("POST", "/oauth/token").answer(503, "");
    let client = mastodon(&script);
    for _ in 0..2 {
        let failure = client.exchange(&app(), CALLBACK, "c", "v").await.unwrap_err();
        assert!(matches!(failure, Failure::Rejected { code, .. } if code == "code-refused"));
    }
    assert!(matches!(client.exchange(&app(), CALLBACK, "c", "v").await, Err(Failure::Transient { .. })));
}

#[tokio::test]
async fn tokens_are_checked_kept_and_given_up() {
    let script = Script::new();
    script.on("GET", VERIFY).answer(401, json!({"error": "The access token was revoked"}));
    script.once("POST", "/oauth/revoke").answer(200, "{}");
    script.once("POST", "/oauth/revoke").answer(403, json!({"error": "unauthorized_client"}));
    script.once("POST", "/oauth/revoke").answer(502, "");
    let client = mastodon(&script);
    assert!(matches!(client.check(&credentials()).await, Err(Failure::Revoked { .. })));
    assert_eq!(client.refresh(&credentials()).await.unwrap(), credentials());
    assert_eq!(client.revoke(&credentials()).await, Ok(()));
    assert_eq!(client.revoke(&credentials()).await, Ok(()));
    assert!(matches!(client.revoke(&credentials()).await, Err(Failure::Transient { .. })));
    assert!(matches!(client.revoke(&Credentials::Page).await, Err(Failure::Rejected { .. })));
}
