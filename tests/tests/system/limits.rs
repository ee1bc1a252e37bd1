//! How much and how fast one may ask, over HTTP; and that whoever waits for a service can still answer.

use std::path::PathBuf;
use std::time::Duration;

use cloud::Patience;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tests::contract::{Operation, operations};
use tests::person::Team;
use tests::stack::stack;
use tests::template::Template;

/// An installation of its own, where one person may make so many requests a second; a bucket holds four seconds of
/// them.
async fn limited(name: &str, rate: u32) -> local::Running {
    let work = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".work");
    let data = work.join(format!("{}-limits-{name}", std::process::id()));
    let options = local::Options { rate_limit: Some(rate), ..local::Options::new(data) };
    local::start(options).await.expect("it starts")
}

/// That an answer is a 429 that says when to come back.
async fn is_too_fast(answer: Response) {
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    let wait: u32 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!(kind.starts_with("application/problem+json") && (1..=60).contains(&wait), "{kind} {wait}");
    assert!(answer.headers().contains_key("x-request-id"));
    let problem: Value = answer.json().await.expect("a problem");
    assert!(problem["type"].as_str().is_some_and(|kind| kind.ends_with("too-many-requests")), "{problem}");
}

/// Asks at once until refused; how many passed, and the refusal.
async fn until_refused(most: usize, ask: impl AsyncFn() -> Response) -> (usize, Option<Response>) {
    for passed in 0..most {
        let answer = ask().await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return (passed, Some(answer));
        }
    }
    (most, None)
}

#[tokio::test]
async fn a_person_who_asks_too_fast_is_told_when_to_come_back_and_others_go_on() {
    let running = limited("people", 50).await;
    let team = Team::new(&running.base_url).await;
    let stranger = Team::new(&running.base_url).await;
    let ask = async || team.owner.request(Method::GET, "/auth/me").send().await.expect("an answer");
    let (passed, refusal) = until_refused(2_000, ask).await;
    assert!(passed >= 150, "a burst passes: {passed}");
    is_too_fast(refusal.expect("a limit")).await;
    stranger.owner.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn passwords_are_not_guessed_fast_and_every_public_route_has_a_limit() {
    let running = limited("strangers", 10).await;
    let client = Client::new();
    let guess = json!({ "email": "ada@example.test", "password": "a guess of mine" });
    let login = format!("{}/api/auth/login", running.base_url);
    let from = |address: &'static str| {
        let request = client.post(&login).header("x-forwarded-for", format!("{address}, 70.132.1.1")).json(&guess);
        async move || request.try_clone().expect("a request").send().await.expect("an answer")
    };
    let (passed, refusal) = until_refused(50, from("203.0.113.7")).await;
    assert!(passed <= 8, "{passed} guesses at once");
    is_too_fast(refusal.expect("a limit")).await;
    // Another address guesses on its own account.
    assert_ne!(from("203.0.113.8")().await.status(), StatusCode::TOO_MANY_REQUESTS);
    let public = operations().into_iter().filter(|operation| operation.public && operation.path != "/api/auth/login");
    let mut seen = 0;
    for (operation, address) in public.zip(20_u8..) {
        let ask = async || {
            let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
            let url = format!("{}{}", running.base_url, filled(&operation));
            let request =
                client.request(method, url).header("x-forwarded-for", format!("203.0.113.{address}, 70.132.1.1"));
            request.json(&json!({})).send().await.expect("an answer")
        };
        let (passed, refusal) = until_refused(400, ask).await;
        assert!(refusal.is_some(), "{} {}: {passed} passed", operation.method, operation.path);
        is_too_fast(refusal.expect("a limit")).await;
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} public routes");
}

#[tokio::test]
async fn whoever_claims_ever_new_addresses_is_bound_as_a_neighbour() {
    let running = limited("neighbours", 10).await;
    let client = Client::new();
    let url = format!("{}/api/health", running.base_url);
    let mut refused = None;
    for number in 0..3_000_u32 {
        let claimed = format!("198.51.{}.{}, 70.132.1.1", number / 250, number % 250);
        let answer = client.get(&url).header("x-forwarded-for", claimed).send().await.expect("an answer");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    is_too_fast(refused.expect("a limit")).await;
}

/// The path with ids that are well formed.
fn filled(operation: &Operation) -> String {
    let own = match operation.group {
        "orgs" => "org",
        "accounts" => "acc",
        "posts" if operation.path.starts_with("/api/series") => "ser",
        "posts" => "pst",
        _ => "fil",
    };
    let id = |prefix: &str| format!("{prefix}_01ZZZZZZZZZZZZZZZZZZZZZZZZ");
    let path = operation.path.replace("{id}", &id(own)).replace("{user_id}", &id("usr"));
    let path = path.replace("{invitation_id}", &id("inv")).replace("{account_id}", &id("acc"));
    let path = path.replace("{platform}", "facebook").replace("{way}", "facebook");
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_operation_reads_a_body_that_is_too_large() {
    let team = Team::new(&stack().origin).await;
    let large = format!("{{\"text\":\"{}\"}}", "x".repeat(api::BODY_LIMIT));
    let mut seen = 0;
    for operation in operations().into_iter().filter(|operation| operation.has_body) {
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let path = filled(&operation);
        let request = team.owner.request(method, path.trim_start_matches("/api")).header("if-match", "\"1\"");
        let request = request.header("content-type", content_type(&operation)).body(large.clone());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{} {}", operation.method, operation.path);
        let problem: Value = answer.json().await.expect("a problem");
        assert!(problem["type"].as_str().is_some_and(|kind| kind.ends_with("too-large")), "{problem}");
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} operations take a body");
}

/// The networks' notices are forms.
fn content_type(operation: &Operation) -> &'static str {
    let form = ["deauthorized", "deletion"].iter().any(|part| operation.path.contains(part));
    if form { "application/x-www-form-urlencoded" } else { "application/json" }
}

/// The `Timeout` of each function, which is the globals' where it has none of its own.
fn time_limits() -> Vec<(String, Duration)> {
    let template = Template::read().expect("the template");
    let seconds = |block: &str| {
        let (_, rest) = block.split_once("Timeout: ")?;
        rest.lines().next()?.trim().parse().ok().map(Duration::from_secs)
    };
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")).expect("the template");
    let (_, globals) = text.split_once("Globals:").expect("globals");
    let usual = seconds(globals).expect("a time limit for all");
    template
        .functions()
        .into_iter()
        .map(|name| {
            let title = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            let block = template.block(&title).expect("its block");
            (name, seconds(&block).unwrap_or(usual))
        })
        .collect()
}

#[test]
fn whoever_waits_for_a_service_can_still_answer() {
    let limits = time_limits();
    assert!(limits.len() >= 9, "{limits:?}");
    for (name, limit) in limits {
        let mut longest = match name.as_str() {
            "identity" => vec![Patience::TRIGGER.call],
            _ => vec![Patience::ORDINARY.call],
        };
        // Whoever moves files, and whoever asks networks. The other groups only sign addresses of files.
        if ["media", "publish"].contains(&name.as_str()) {
            longest.push(Patience::FILES.call);
        }
        if ["accounts", "publish", "health"].contains(&name.as_str()) {
            longest.push(platforms::http::CALL_TIMEOUT);
        }
        if name == "publish" {
            longest.push(platforms::http::MEDIA_TIMEOUT);
        }
        assert!(longest.iter().all(|call| *call < limit), "{name}: {longest:?} within {limit:?}");
    }
    for patience in [Patience::ORDINARY, Patience::TRIGGER, Patience::FILES] {
        assert!(patience.connect < patience.read && patience.read < patience.call, "{patience:?}");
    }
}
