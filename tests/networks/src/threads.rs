//! Threads, simulated from the Threads API v1.0 reference: Get Access Tokens, Long-Lived Tokens, Posts, Publishing,
//! Reply Management, Delete Posts, Insights, Troubleshooting.
//!
//! Two people live here. A post becomes known to those who want to answer it a few seconds after it is published.

mod containers;
mod oauth;
mod posts;
mod reading;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::oauth::Grant;
use crate::world::World;

/// The name under which tokens are kept.
const NETWORK: &str = "threads";
/// Both answer alike.
const HOSTS: [&str; 2] = ["graph.threads.net", "graph.threads.com"];
/// Window of the quotas.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Somebody who has an account; ids are beyond what a double can hold.
struct Person {
    id: &'static str,
    username: &'static str,
    name: &'static str,
}

const PEOPLE: [Person; 2] = [
    Person { id: "26180000000000001", username: "ada.example", name: "Ada Example" },
    Person { id: "26180000000000003", username: "grace.example", name: "Grace Example" },
];

fn person(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}

#[derive(Clone)]
struct Threads {
    world: World,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    containers: BTreeMap<String, containers::Container>,
    posts: Vec<posts::Post>,
    /// When each person deleted something.
    deleted: Vec<(String, Timestamp)>,
}

/// Fields of a request, from its query and its form.
type Fields = BTreeMap<String, String>;

/// An error in the Graph API's envelope.
struct GraphError {
    status: u16,
    code: u32,
    subcode: u32,
    message: String,
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let body = json!({"error": {
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "error_subcode": self.subcode,
            "is_transient": self.code == 2,
            "fbtrace_id": "A0simulated",
        }});
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
        (status, kind, body.to_string()).into_response()
    }
}

type Answer = Result<axum::Json<Value>, GraphError>;

fn error(status: u16, code: u32, subcode: u32, message: &str) -> GraphError {
    GraphError { status, code, subcode, message: message.to_owned() }
}

/// Code 100: a parameter is wrong.
fn invalid(message: &str) -> GraphError {
    error(400, 100, 0, message)
}

fn missing(id: &str) -> GraphError {
    let message = format!("Unsupported request. Object with ID '{id}' does not exist, or cannot be loaded.");
    error(400, 100, 33, &message)
}

/// The fields of a request: those of its query, and those of a form.
fn fields(query: Option<String>, body: &str) -> Fields {
    let query = query.unwrap_or_default();
    let of_query = form_urlencoded::parse(query.as_bytes()).into_owned();
    of_query.chain(form_urlencoded::parse(body.as_bytes()).into_owned()).collect()
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

impl Threads {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who calls, if the token works and has the scopes. It comes in a header or a field.
    fn caller(&self, headers: &HeaderMap, fields: &Fields, scopes: &[&str]) -> Result<Grant, GraphError> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = bearer.unwrap_or_else(|| field(fields, "access_token"));
        if token.is_empty() {
            return Err(error(401, 190, 0, "An access token is required to request this resource."));
        }
        let now = self.world.now();
        let grant = match self.world.grants(|grants| (grants.find(token, now), grants.find_expired(token))) {
            (Some(grant), _) if grant.network == NETWORK => grant,
            (None, Some(_)) => return Err(error(401, 190, 463, "Error validating access token: Session has expired.")),
            _ => return Err(error(401, 190, 0, "Invalid OAuth access token - Cannot parse access token")),
        };
        match scopes.iter().find(|scope| !grant.scopes.iter().any(|held| held == *scope)) {
            Some(scope) => {
                let message = format!("Application does not have permission for this action: {scope}");
                Err(error(403, 10, 0, &message))
            }
            None => Ok(grant),
        }
    }

    /// Whether a path's user is the caller.
    fn is_own(user: &str, grant: &Grant) -> Result<(), GraphError> {
        if user == "me" || user == grant.user { Ok(()) } else { Err(missing(user)) }
    }
}

/// Threads over `world`.
pub fn routes(world: &World) -> Router {
    let threads = Threads { world: world.clone(), state: Arc::default() };
    let mut router = Router::new();
    for host in ["threads.net", "www.threads.com"] {
        router = router.route(&format!("/{host}/oauth/authorize"), get(oauth::ask).post(oauth::decide));
    }
    for host in HOSTS {
        let plain = |path: &str| format!("/{host}/{path}");
        let of_version = |path: &str| format!("/{host}/v1.0/{path}");
        router = router
            .route(&plain("oauth/access_token"), post(oauth::exchange))
            .route(&plain("access_token"), get(oauth::lengthen))
            .route(&plain("refresh_access_token"), get(oauth::refresh))
            .route(&of_version("debug_token"), get(oauth::inspect))
            .route(&of_version("{id}"), get(reading::read).delete(posts::remove))
            .route(&of_version("{user}/threads"), get(reading::own_threads).post(containers::create))
            .route(&of_version("{user}/threads_publish"), post(posts::publish))
            .route(&of_version("{user}/threads_publishing_limit"), get(reading::quota))
            .route(&of_version("{user}/replies"), get(reading::own_replies))
            .route(&of_version("{id}/insights"), get(reading::insights));
    }
    router.layer(DefaultBodyLimit::disable()).with_state(threads)
}
