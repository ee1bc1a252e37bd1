use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::http::{Body, SendError};
use crate::network::Secret;
use crate::testing::{MemorySteps, OneFile, Script, clock, job, json_body, png};

const PUT: &str = "/xrpc/com.atproto.repo.putRecord";
const GET: &str = "/xrpc/com.atproto.repo.getRecord";
const UPLOAD: &str = "/xrpc/com.atproto.repo.uploadBlob";
const RESOLVE: &str = "/xrpc/com.atproto.identity.resolveHandle";
const CREATE: &str = "/xrpc/com.atproto.server.createSession";
const REFRESH: &str = "/xrpc/com.atproto.server.refreshSession";
const SESSION: &str = "/xrpc/com.atproto.server.getSession";
const DELETE: &str = "/xrpc/com.atproto.server.deleteSession";

fn bluesky(script: &Script) -> Bluesky {
    Bluesky::new(script.http(), clock(SignedDuration::ZERO))
}

fn credentials() -> Credentials {
    Credentials::Bluesky {
        service: Url::parse("https://pds.example/").unwrap(),
        did: "did:plc:me".into(),
        access_jwt: Secret::new("access"),
        refresh_jwt: Secret::new("refresh"),
    }
}

fn put_answer() -> Value {
    json!({"uri": "at://did:plc:me/app.bsky.feed.post/x", "cid": "bafy"})
}

fn error(name: &str) -> Value {
    json!({"error": name, "message": "the server's words"})
}

async fn publish(script: &Script, job: &Job, steps: &mut MemorySteps) -> Result<Published, Failure> {
    bluesky(script).publish(job, &credentials(), steps, &OneFile(png())).await
}

/// Publishes a plain text against one answer to the write.
async fn publish_against(status: u16, body: impl ToString) -> Failure {
    let script = Script::new();
    script.on("POST", PUT).answer(status, body);
    publish(&script, &job("hello", 0), &mut MemorySteps::default()).await.unwrap_err()
}

#[tokio::test]
async fn a_text_becomes_a_record_that_must_not_exist_yet() {
    let script = Script::new();
    script.on("POST", PUT).answer(200, put_answer());
    script.on("GET", RESOLVE).answer(200, json!({"did": "did:plc:ada"}));
    let job = job("Hi @ada.test, #art at https://example.com", 0);
    let published = publish(&script, &job, &mut MemorySteps::default()).await.unwrap();
    let sent = &script.sent_to(PUT)[0];
    assert_eq!(sent.headers["authorization"], "Bearer access");
    let body = json_body(sent);
    assert_eq!(body["repo"], "did:plc:me");
    assert!(body.as_object().unwrap()["swapRecord"].is_null());
    assert_eq!(body["record"]["createdAt"], "2026-11-21T10:00:00.500Z");
    assert_eq!(body["record"]["text"], job.text.as_str());
    assert_eq!(body["record"]["facets"].as_array().unwrap().len(), 3);
    assert_eq!(body["record"]["facets"][0]["features"][0]["did"], "did:plc:ada");
    assert!(body["record"].get("embed").is_none());
    let rkey = body["rkey"].as_str().unwrap();
    assert_eq!(published.permalink, format!("https://bsky.app/profile/did:plc:me/post/{rkey}"));
}

#[tokio::test]
async fn every_attempt_sends_the_same_record() {
    let script = Script::new();
    script.once("POST", PUT).fail(SendError::MaybeSent("timeout".into()));
    script.on("POST", PUT).answer(200, put_answer());
    script.on("POST", UPLOAD).answer(200, json!({"blob": {"ref": {"$link": "baf"}}}));
    script.once("GET", RESOLVE).answer(400, error("InvalidRequest"));
    let (job, mut steps) = (job("Hi @ada.test", 2), MemorySteps::default());
    let lost = publish(&script, &job, &mut steps).await.unwrap_err();
    assert!(matches!(lost, Failure::Ambiguous { .. }));
    publish(&script, &job, &mut steps).await.unwrap();
    let puts = script.sent_to(PUT);
    assert_eq!(json_body(&puts[0]), json_body(&puts[1]));
    assert_eq!(script.sent_to(UPLOAD).len(), 2, "nothing is uploaded again");
    assert_eq!(script.sent_to(RESOLVE).len(), 1, "nothing is resolved again");
}

#[tokio::test]
async fn pictures_are_embedded_with_description_and_ratio() {
    let script = Script::new();
    script.on("POST", PUT).answer(200, put_answer());
    script.on("POST", UPLOAD).answer(200, json!({"blob": {"ref": {"$link": "baf"}}}));
    publish(&script, &job("two", 2), &mut MemorySteps::default()).await.unwrap();
    let embed = json_body(&script.sent_to(PUT)[0])["record"]["embed"].clone();
    assert_eq!(embed["$type"], "app.bsky.embed.images");
    let image = json!({"image": {"ref": {"$link": "baf"}}, "alt": "A bench", "aspectRatio": {"width": 3, "height": 2}});
    assert_eq!(embed["images"], json!([image, image]));
    assert!(matches!(&script.sent_to(UPLOAD)[0].body, Body::Raw { mime, .. } if mime == "image/png"));
}

#[tokio::test]
async fn a_video_is_embedded_as_one() {
    let script = Script::new();
    script.on("POST", PUT).answer(200, put_answer());
    script.on("POST", UPLOAD).answer(200, json!({"blob": {"ref": {"$link": "vid"}}}));
    let mut job = job("film", 1);
    job.media[0].mime = "video/mp4".into();
    publish(&script, &job, &mut MemorySteps::default()).await.unwrap();
    let embed = json_body(&script.sent_to(PUT)[0])["record"]["embed"].clone();
    assert_eq!(
        (embed["$type"].as_str(), embed["aspectRatio"]["width"].as_u64()),
        (Some("app.bsky.embed.video"), Some(3))
    );
}

#[tokio::test]
async fn a_crash_between_uploads_resumes_at_the_next_file() {
    let script = Script::new();
    script.on("POST", PUT).answer(200, put_answer());
    script.on("POST", UPLOAD).answer(200, json!({"blob": {"ref": {"$link": "second"}}}));
    let mut steps = MemorySteps::default();
    steps.values.insert("blob-0".into(), json!({"blob": "first", "width": 1, "height": 1}).to_string());
    publish(&script, &job("two", 2), &mut steps).await.unwrap();
    assert_eq!(script.sent_to(UPLOAD).len(), 1);
    let images = json_body(&script.sent_to(PUT)[0])["record"]["embed"]["images"].clone();
    assert_eq!(images[0]["image"], "first");
    assert_eq!(images[1]["image"]["ref"]["$link"], "second");
}

#[tokio::test]
async fn files_that_the_server_has_dropped_are_uploaded_again_once() {
    for body in [error("BlobNotFound"), json!({"error": "InvalidRequest", "message": "Could not find blob: baf"})] {
        let script = Script::new();
        script.once("POST", PUT).answer(400, &body);
        script.on("POST", PUT).answer(200, put_answer());
        script.on("POST", UPLOAD).answer(200, json!({"blob": "again"}));
        let mut steps = MemorySteps::default();
        steps.values.insert("blob-0".into(), json!({"blob": "old"}).to_string());
        publish(&script, &job("one", 1), &mut steps).await.unwrap();
        assert_eq!(script.sent_to(UPLOAD).len(), 1);
        script.on("POST", PUT).answer(400, &body);
        let failure = publish(&script, &job("one", 1), &mut steps).await.unwrap_err();
        assert!(matches!(failure, Failure::Rejected { .. }));
    }
}

#[tokio::test]
async fn a_lost_claim_stops_before_anything_is_visible() {
    let script = Script::new();
    script.on("POST", UPLOAD).answer(200, json!({"blob": "x"}));
    let mut steps = MemorySteps { lost: true, ..MemorySteps::default() };
    let failure = publish(&script, &job("one", 1), &mut steps).await.unwrap_err();
    assert_eq!(failure, Failure::ClaimLost);
    assert!(script.sent_to(PUT).is_empty());
}

#[tokio::test]
async fn a_taken_key_is_success_only_if_the_record_is_ours() {
    let script = Script::new();
    script.on("POST", PUT).answer(400, error("InvalidSwap"));
    let ours = json!({"uri": "at://x", "value": {"text": "hello", "createdAt": "2026-11-21T10:00:00.500Z"}});
    script.once("GET", GET).answer(200, ours);
    let other = json!({"uri": "at://x", "value": {"text": "other", "createdAt": "2026-11-21T10:00:00.500Z"}});
    script.once("GET", GET).answer(200, other);
    script.once("GET", GET).answer(502, "<html>");
    let (job, mut steps) = (job("hello", 0), MemorySteps::default());
    assert_eq!(publish(&script, &job, &mut steps).await.unwrap().remote_id, "at://x");
    assert!(
        matches!(publish(&script, &job, &mut steps).await, Err(Failure::Rejected { code, .. }) if code == "InvalidSwap")
    );
    assert!(matches!(publish(&script, &job, &mut steps).await, Err(Failure::Transient { .. })));
}

#[tokio::test]
async fn reading_back_tells_absence_from_trouble() {
    let script = Script::new();
    script.once("GET", GET).answer(400, error("RecordNotFound"));
    script.once("GET", GET).answer(404, "");
    script.once("GET", GET).fail(SendError::MaybeSent("timeout".into()));
    let (client, job) = (bluesky(&script), job("hello", 0));
    let read = || async { client.read_back(&job, &credentials(), &MemorySteps::default()).await };
    assert_eq!(read().await, Ok(Holding::Nothing));
    assert_eq!(read().await, Ok(Holding::Nothing));
    assert!(matches!(read().await, Err(Failure::Transient { .. })));
}

#[tokio::test]
async fn every_error_of_a_write_has_its_class() {
    for name in ["ExpiredToken"] {
        assert!(
            matches!(publish_against(400, error(name)).await, Failure::TokenExpired { message } if message == "the server's words")
        );
        assert!(matches!(publish_against(401, error(name)).await, Failure::TokenExpired { .. }));
    }
    for name in ["InvalidToken", "AuthMissing", "AuthenticationRequired"] {
        assert!(matches!(publish_against(400, error(name)).await, Failure::Revoked { .. }), "{name}");
    }
    assert!(matches!(publish_against(401, "").await, Failure::Revoked { .. }));
    for name in [
        "InvalidRequest",
        "InvalidRecord",
        "InvalidMimeType",
        "AccountTakedown",
        "AccountDeactivated",
        "AccountSuspended",
        "AuthFactorTokenRequired",
    ] {
        assert!(matches!(publish_against(400, error(name)).await, Failure::Rejected { code, .. } if code == name));
    }
    assert!(matches!(publish_against(413, "<html>").await, Failure::Rejected { code, .. } if code == "BlobTooLarge"));
    assert!(matches!(publish_against(404, "<html>").await, Failure::Rejected { code, .. } if code == "404"));
    for status in [500, 502, 503, 504, 408] {
        assert!(matches!(publish_against(status, "<html>").await, Failure::Ambiguous { .. }), "{status}");
    }
    assert!(matches!(publish_against(200, "<html>").await, Failure::Ambiguous { .. }));
}

#[tokio::test]
async fn a_request_that_was_not_sent_has_no_effect() {
    let script = Script::new();
    script.once("POST", PUT).fail(SendError::NotSent("refused".into()));
    script.once("POST", PUT).fail(SendError::Refused("private".into()));
    let mut steps = MemorySteps::default();
    assert!(matches!(publish(&script, &job("a", 0), &mut steps).await, Err(Failure::Transient { .. })));
    assert!(matches!(publish(&script, &job("a", 0), &mut steps).await, Err(Failure::Rejected { .. })));
}

#[tokio::test]
async fn an_upload_that_fails_is_never_ambiguous() {
    for status in [500, 503] {
        let script = Script::new();
        script.on("POST", UPLOAD).answer(status, "");
        let failure = publish(&script, &job("one", 1), &mut MemorySteps::default()).await.unwrap_err();
        assert!(matches!(failure, Failure::Transient { .. }));
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_it_ends() {
    let script = Script::new();
    script.once("POST", PUT).answer(429, error("RateLimitExceeded")).with_header("ratelimit-reset", "1800000000");
    script.once("POST", PUT).answer(429, "").with_header("retry-after", "30");
    script.once("POST", PUT).answer(429, "");
    let mut seen = Vec::new();
    for _ in 0..3 {
        match publish(&script, &job("a", 0), &mut MemorySteps::default()).await {
            Err(Failure::RateLimited { retry_at, .. }) => seen.push(retry_at.map(|time| time.to_string())),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, [Some("2027-01-15T08:00:00Z".into()), Some("2026-11-21T10:00:30.5Z".into()), None]);
}

fn tokens(did: &str) -> Value {
    json!({"did": did, "handle": "me.test", "accessJwt": "a2", "refreshJwt": "r2"})
}

fn alive(script: &Script) {
    script.on("GET", SESSION).answer(200, json!({"did": "did:plc:me", "handle": "me.test", "active": true}));
    script
        .on("GET", GET)
        .answer(200, json!({"uri": "at://x", "value": {"displayName": "Me", "avatar": {"ref": {"$link": "pic"}}}}));
}

#[tokio::test]
async fn connecting_finds_the_accounts_own_server() {
    let script = Script::new();
    alive(&script);
    script.on("GET", RESOLVE).answer(200, json!({"did": "did:plc:me"}));
    let document = json!({"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://pds.example"}]});
    script.on("GET", "/did:plc:me").answer(200, document);
    script.on("POST", CREATE).answer(200, tokens("did:plc:me"));
    let connected = bluesky(&script).connect("@me.test", "pass-word", None).await.unwrap();
    assert_eq!(connected.profile.name, "Me");
    assert_eq!(connected.profile.handle, "me.test");
    assert_eq!(connected.profile.instance.as_deref(), Some("pds.example"));
    assert!(connected.profile.avatar_url.unwrap().ends_with("/did:plc:me/pic@jpeg"));
    let session = &script.sent_to(CREATE)[0];
    assert_eq!(session.url.as_str(), "https://pds.example/xrpc/com.atproto.server.createSession");
    assert!(!format!("{:?} {session:?}", connected.credentials).contains("a2"));
}

#[tokio::test]
async fn a_given_server_is_used_directly() {
    let script = Script::new();
    alive(&script);
    script.on("POST", CREATE).answer(200, tokens("did:plc:me"));
    bluesky(&script).connect("me.test", "p", Some("my.pds.example")).await.unwrap();
    assert!(script.sent().iter().all(|request| request.url.host_str() == Some("my.pds.example")));
    let refused = bluesky(&script).connect("me.test", "p", Some("https://10.0.0.1")).await;
    assert!(matches!(refused, Err(Failure::Rejected { code, .. }) if code == "address-refused"));
}

#[tokio::test]
async fn connecting_explains_what_was_wrong() {
    let connect = |status: u16, body: Value| async move {
        let script = Script::new();
        script.on("POST", CREATE).answer(status, body);
        bluesky(&script).connect("me.test", "p", Some("pds.example")).await.unwrap_err()
    };
    for (name, advice) in [
        ("AuthenticationRequired", "app password"),
        ("AuthFactorTokenRequired", "app password"),
        ("AccountTakedown", "switched"),
    ] {
        match connect(401, error(name)).await {
            Failure::Rejected { code, advice: said, message } => {
                assert_eq!(code, name);
                assert!(said.contains(advice) || said.contains("what it says"), "{said}");
                assert!(!message.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(connect(503, json!({})).await, Failure::Transient { .. }));
}

#[tokio::test]
async fn an_unknown_handle_is_not_connected() {
    let script = Script::new();
    script.on("GET", RESOLVE).answer(400, error("InvalidRequest"));
    script.on("GET", "/.well-known/atproto-did").answer(404, "");
    let failure = bluesky(&script).connect("nobody.test", "p", None).await.unwrap_err();
    assert!(matches!(failure, Failure::Rejected { code, .. } if code == "HandleNotFound"));
    let script = Script::new();
    script.on("GET", RESOLVE).answer(502, "");
    let failure = bluesky(&script).connect("nobody.test", "p", None).await.unwrap_err();
    assert!(matches!(failure, Failure::Transient { .. }));
}

#[tokio::test]
async fn an_impostor_server_is_noticed() {
    let script = Script::new();
    script.on("GET", RESOLVE).answer(400, error("InvalidRequest"));
    script.on("GET", "/.well-known/atproto-did").answer(200, "did:web:me.test\n");
    script.on("GET", "/.well-known/did.json").answer(
        200,
        json!({"service": [{"id": "did:web:me.test#atproto_pds", "serviceEndpoint": "https://pds.example"}]}),
    );
    script.on("POST", CREATE).answer(200, tokens("did:plc:other"));
    let failure = bluesky(&script).connect("me.test", "p", None).await.unwrap_err();
    assert!(matches!(failure, Failure::Rejected { code, .. } if code == "WrongAccount"));
}

#[tokio::test]
async fn a_session_is_renewed_or_spent_for_good() {
    let script = Script::new();
    script.once("POST", REFRESH).answer(200, tokens("did:plc:me"));
    for name in ["ExpiredToken", "InvalidToken"] {
        script.once("POST", REFRESH).answer(400, error(name));
    }
    script.once("POST", REFRESH).answer(503, "");
    script.once("POST", REFRESH).answer(200, tokens("did:plc:other"));
    let client = bluesky(&script);
    let Credentials::Bluesky { access_jwt, refresh_jwt, .. } = client.refresh(&credentials()).await.unwrap() else {
        panic!("another network's credentials");
    };
    assert_eq!((access_jwt.expose(), refresh_jwt.expose()), ("a2", "r2"));
    assert_eq!(script.sent_to(REFRESH)[0].headers["authorization"], "Bearer refresh");
    for _ in 0..2 {
        assert!(matches!(client.refresh(&credentials()).await, Err(Failure::Revoked { .. })));
    }
    assert!(matches!(client.refresh(&credentials()).await, Err(Failure::Transient { .. })));
    assert!(matches!(client.refresh(&credentials()).await, Err(Failure::Revoked { .. })));
}

#[tokio::test]
async fn a_check_reports_the_account_as_it_is() {
    let script = Script::new();
    script
        .once("GET", SESSION)
        .answer(200, json!({"did": "did:plc:me", "handle": "me.test", "active": false, "status": "deactivated"}));
    script.once("GET", SESSION).answer(400, error("ExpiredToken"));
    script.once("GET", SESSION).answer(200, json!({"did": "did:plc:me", "handle": "me.test"}));
    script.on("GET", GET).answer(400, error("RecordNotFound"));
    let client = bluesky(&script);
    assert!(
        matches!(client.check(&credentials()).await, Err(Failure::Rejected { code, .. }) if code == "AccountInactive")
    );
    assert!(matches!(client.check(&credentials()).await, Err(Failure::TokenExpired { .. })));
    let profile = client.check(&credentials()).await.unwrap();
    assert_eq!((profile.name.as_str(), profile.avatar_url), ("me.test", None));
    assert!(matches!(client.check(&Credentials::Page).await, Err(Failure::Rejected { .. })));
}

#[tokio::test]
async fn signing_out_twice_is_fine() {
    let script = Script::new();
    script.once("POST", DELETE).answer(200, "");
    script.once("POST", DELETE).answer(400, error("ExpiredToken"));
    script.once("POST", DELETE).answer(502, "");
    let client = bluesky(&script);
    assert_eq!(client.revoke(&credentials()).await, Ok(()));
    assert_eq!(client.revoke(&credentials()).await, Ok(()));
    assert!(matches!(client.revoke(&credentials()).await, Err(Failure::Transient { .. })));
}
