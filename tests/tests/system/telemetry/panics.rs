//! A panic is an answer with a request id and a line with its place, never a lost invocation; the process goes on.

use serde_json::{Value, json};
use tests::gateway_event::{REQUEST_ID, request};
use tests::log::{Log, figures, saying};
use tests::person::Person;
use tests::process::Scratch;
use tests::runtime_api::{Function, Outcome};

use super::{give, outcome};

async fn faulty(kind: &str) -> (Function, Log, Scratch) {
    let folder = Scratch::new(&format!("telemetry-panics-{kind}")).expect("a folder");
    let path = folder.path().join("log");
    let setting = |name, value: &str| (name, value.to_owned());
    let settings = [
        setting("FAULTY", kind),
        setting("ATELIER_TABLE", "none"),
        setting("AWS_ACCESS_KEY_ID", "none"),
        setting("AWS_SECRET_ACCESS_KEY", "none"),
    ];
    let function = Function::logged("faulty", &settings, &path).await.expect("a function");
    (function, Log::new(path), folder)
}

fn asked(path: &str) -> Value {
    request(&Person::anonymous("http://atelier.test"), "GET", path, None).expect("an event")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_route_is_a_500_with_a_request_id() {
    let (function, mut log, _folder) = faulty("routes").await;
    let answer = give(&function, &asked("/api/broken/7")).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["x-request-id"]), (&json!(500), &json!(REQUEST_ID)));
    let body: Value = serde_json::from_str(answer["body"].as_str().expect("a body")).expect("a problem");
    assert_eq!(body["type"], "urn:atelier:problem:internal");
    assert!(!answer.to_string().contains("assumption"), "the cause is for the log");
    let lines = log.more();
    assert_eq!(figures(&lines, "Panics", None), [1], "{lines:?}");
    let panicked = saying(&lines, "panicked");
    assert_eq!(
        (&panicked[0]["panic"], &panicked[0]["request_id"]),
        (&json!("a broken assumption"), &json!(REQUEST_ID))
    );
    assert!(panicked[0]["place"].as_str().is_some_and(|place| place.contains("faulty.rs:")), "{panicked:?}");
    let answered = saying(&lines, "answered");
    assert_eq!((&answered[0]["status"], &answered[0]["route"]), (&json!(500), &json!("/api/broken/{id}")));

    // The same process answers the next, whatever is asked for.
    assert_eq!(give(&function, &asked("/api/sound")).await["body"], "sound");
    let nowhere = give(&function, &asked("/api/nowhere")).await;
    assert_eq!((&nowhere["statusCode"], &nowhere["headers"]["x-request-id"]), (&json!(404), &json!(REQUEST_ID)));
    let lines = log.more();
    let statuses: Vec<&Value> = saying(&lines, "answered").iter().map(|line| &line["status"]).collect();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_over_an_event_is_an_error_that_the_runtime_is_told() {
    let (function, mut log, _folder) = faulty("events").await;
    let failed = outcome(&function, &json!({ "poison": true })).await;
    let Outcome::Failed(error) = failed else { panic!("{failed:?}") };
    assert!(error["errorMessage"].as_str().is_some_and(|text| text.contains("a broken assumption")), "{error}");
    let lines = log.more();
    assert_eq!(figures(&lines, "Panics", None), [1], "{lines:?}");
    let (panicked, handled) = (saying(&lines, "panicked"), saying(&lines, "handled"));
    assert_eq!((panicked.len(), handled.len()), (1, 1), "{lines:?}");
    assert_eq!(panicked[0]["request_id"], handled[0]["request_id"]);
    assert_eq!(handled[0]["status"], "failed");
    assert_eq!(give(&function, &json!({ "poison": false })).await, json!({ "poison": false }), "the process goes on");
}

/// Without unwinding there is nothing to catch, and a panic would take the process and its invocation along.
#[test]
fn every_profile_unwinds() {
    let manifest =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).expect("the manifest");
    let settings: Vec<&str> = manifest.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(settings.contains(&"[profile.release]") && !settings.iter().any(|line| line.contains("abort")));
}
