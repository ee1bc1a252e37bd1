//! X, simulated from the API v2 reference: OAuth 2.0 with PKCE, Create Post, Chunked Media Upload, Rate Limits,
//! Response Codes and Errors, Counting Characters, Metrics.
//!
//! Two people live here: one without a subscription and one with Premium, who may write long posts.

mod media;
mod oauth;
mod posts;
mod reading;
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::oauth::Grant;
use crate::world::World;

/// The name under which tokens are kept.
const NETWORK: &str = "x";
/// Window of the rate limits.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Somebody who has an account.
struct Person {
    id: &'static str,
    username: &'static str,
    name: &'static str,
    subscription: &'static str,
}

const PEOPLE: [Person; 2] = [
    Person { id: "2244994945", username: "ada_example", name: "Ada Example", subscription: "None" },
    Person { id: "2244994946", username: "grace_example", name: "Grace Example", subscription: "Premium" },
];

fn person(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}

#[derive(Clone)]
struct X {
    world: World,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    posts: Vec<posts::Post>,
    media: BTreeMap<String, media::Media>,
    /// Requests of the running window by person and endpoint, with its end.
    windows: BTreeMap<(String, &'static str), (Timestamp, u32)>,
}

impl X {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who calls, if the token works, has the scopes and is below the endpoint's limit, as answer headers.
    fn caller(&self, headers: &HeaderMap, limit: Limit, scopes: &[&str]) -> Result<(Grant, HeaderMap), Refusal> {
        let now = self.world.now();
        let token = bearer(headers).ok_or_else(unauthorized)?;
        let grant = self.world.grants(|grants| grants.find(token, now)).ok_or_else(unauthorized)?;
        if grant.network != NETWORK || grant.kind != "access" {
            return Err(unauthorized());
        }
        if !scopes.iter().all(|scope| grant.scopes.iter().any(|held| held == scope)) {
            return Err(problem(403, "about:blank", "Forbidden", "Forbidden"));
        }
        let mut state = self.state();
        let window = state.windows.entry((grant.user.clone(), limit.0)).or_insert((now + WINDOW, 0));
        if window.0 <= now {
            *window = (now + WINDOW, 0);
        }
        window.1 += 1;
        let left = limit.1.saturating_sub(window.1);
        let told = [
            ("x-rate-limit-limit", limit.1.to_string()),
            ("x-rate-limit-remaining", left.to_string()),
            ("x-rate-limit-reset", window.0.as_second().to_string()),
        ];
        let told: HeaderMap = told
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?)))
            .collect();
        if window.1 > limit.1 {
            let refusal = problem(429, "rate-limit-exceeded", "Too Many Requests", "Too Many Requests");
            return Err(Refusal::from((told, refusal).into_response()));
        }
        Ok((grant, told))
    }
}

/// An endpoint and how often one person may call it within the window.
#[derive(Clone, Copy)]
struct Limit(&'static str, u32);

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What is answered instead.
struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a handler answers.
type Answer = Result<Response, Refusal>;

fn problem_json(code: u16, body: &Value) -> Refusal {
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    Refusal::from((status(code), kind, body.to_string()).into_response())
}

/// An error as `application/problem+json`; `kind` is the last segment of its type.
fn problem(code: u16, kind: &str, title: &str, detail: &str) -> Refusal {
    let kind = if kind == "about:blank" { kind.to_owned() } else { format!("https://api.x.com/2/problems/{kind}") };
    problem_json(code, &json!({"type": kind, "title": title, "detail": detail, "status": code}))
}

fn unauthorized() -> Refusal {
    problem(401, "about:blank", "Unauthorized", "Unauthorized")
}

/// A parameter that is wrong.
fn invalid(parameter: &str, message: &str) -> Refusal {
    let body = json!({
        "type": "https://api.x.com/2/problems/invalid-request",
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "status": 400,
        "errors": [{"parameters": {parameter: []}, "message": message}],
    });
    problem_json(400, &body)
}

/// Refuses properties that the schema does not have.
fn only(value: &Value, path: &str, known: &[&str]) -> Result<(), Refusal> {
    let object = value.as_object().ok_or_else(|| invalid(path, "must be an object"))?;
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(invalid(path, &format!("[$.{name}] is not defined in the schema"))),
        None => Ok(()),
    }
}

/// X over `world`.
pub fn routes(world: &World) -> Router {
    let x = X { world: world.clone(), state: Arc::default() };
    Router::new()
        .route("/x.com/i/oauth2/authorize", get(oauth::ask).post(oauth::decide))
        .route("/api.x.com/2/oauth2/token", post(oauth::token))
        .route("/api.x.com/2/oauth2/revoke", post(oauth::revoke))
        .route("/api.x.com/2/users/me", get(reading::me))
        .route("/api.x.com/2/users/{id}/tweets", get(reading::timeline))
        .route("/api.x.com/2/tweets", get(reading::lookup).post(posts::create))
        .route("/api.x.com/2/tweets/{id}", delete(posts::remove))
        .route("/api.x.com/2/media/upload", get(media::state_of).post(media::upload))
        .route("/api.x.com/2/media/upload/initialize", post(media::initialize))
        .route("/api.x.com/2/media/upload/{id}/append", post(media::append))
        .route("/api.x.com/2/media/upload/{id}/finalize", post(media::finalize))
        .route("/api.x.com/2/media/metadata", post(media::describe))
        .layer(DefaultBodyLimit::disable())
        .with_state(x)
}
