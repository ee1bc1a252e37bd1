//! Bluesky, simulated from its documents: the lexicons `com.atproto.*` and `app.bsky.*`, the reference server, Rate
//! Limits, Account Lifecycle.
//!
//! There are two people: `ada.bsky.social` and `ben.bsky.social`. Any app password of the documented shape,
//! `xxxx-xxxx-xxxx-xxxx`, signs either in. Both live on one server, which answers under every host.

mod blobs;
mod commits;
mod identity;
mod records;
mod session;
mod validate;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{HeaderMap, Method, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answers::{self, Fields, Refused, bearer, form, header, with_headers};
use crate::world::World;

/// The name under which it keeps its tokens.
pub(crate) const NETWORK: &str = "bluesky";
/// The server that both accounts live on.
pub const PDS: &str = "https://amanita.us-east.host.bsky.network";
/// A session that ada has from the start: its access token.
pub const ACCESS: &str = "given-access-jwt-of-ada";
/// Its refresh token.
pub const REFRESH: &str = "given-refresh-jwt-of-ada";
/// Answers what the public may see, without signing in.
const PUBLIC: &str = "public.api.bsky.app";

/// Who there is: identity, handle and display name.
pub const PEOPLE: [(&str, &str, &str); 2] = [
    ("did:plc:ada2pv5fvzgrf4ukq7tzcs4b", "ada.bsky.social", "Ada"),
    ("did:plc:ben6wyt3wd2mlt3gcckhrj7x", "ben.bsky.social", "Ben"),
];

/// Simulated Bluesky.
#[derive(Clone)]
struct Bluesky {
    world: World,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    /// By identity, collection and key.
    records: BTreeMap<(String, String, String), records::Record>,
    /// By identity and content.
    blobs: BTreeMap<(String, String), blobs::Blob>,
    /// Successors of spent refresh tokens, and since when.
    successors: BTreeMap<String, (session::Pair, Timestamp)>,
    /// When each account signed in.
    signed_in: BTreeMap<String, Vec<Timestamp>>,
    /// What each account's writes cost, and when.
    points: BTreeMap<String, Vec<(Timestamp, u32)>>,
}

/// Mounts it, under every host: an account may name any server as its own.
pub fn routes(world: &World) -> Router {
    let bluesky = Bluesky { world: world.clone(), held: Arc::default() };
    session::give(&bluesky);
    Router::new()
        .route("/{host}/xrpc/{nsid}", get(call).post(call))
        .route("/plc.directory/{did}", get(identity::document))
        .route("/{host}/.well-known/atproto-did", get(identity::of_host))
        .with_state(bluesky)
}

/// A call of a method.
struct Call {
    host: String,
    query: Fields,
    headers: HeaderMap,
    body: Body,
}

impl Call {
    /// The body as JSON.
    async fn json(self) -> Result<Value, Refused> {
        let kind = header(&self.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Err(refuse(
                400,
                "InvalidRequest",
                "Wrong request encoding (Content-Type): must be application/json",
            ));
        }
        let bytes = axum::body::to_bytes(self.body, 1_000_000).await;
        let bytes = bytes.map_err(|_| refuse(413, "PayloadTooLarge", "request entity too large"))?;
        serde_json::from_slice(&bytes).map_err(|_| refuse(400, "InvalidRequest", "The body is not JSON"))
    }
}

async fn call(
    State(bluesky): State<Bluesky>,
    Path((host, nsid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let query = form(query.unwrap_or_default().as_bytes());
    let call = Call { host, query, headers, body };
    let answered = match (method.as_str(), nsid.as_str()) {
        ("GET", "com.atproto.identity.resolveHandle") => identity::resolve(&call),
        ("POST", "com.atproto.server.createSession") => session::create(&bluesky, call).await,
        ("POST", "com.atproto.server.refreshSession") => session::refresh(&bluesky, &call),
        ("POST", "com.atproto.server.deleteSession") => session::delete(&bluesky, &call),
        ("GET", "com.atproto.server.getSession") => session::get(&bluesky, &call),
        ("POST", "com.atproto.repo.uploadBlob") => blobs::upload(&bluesky, call).await,
        ("POST", "com.atproto.repo.putRecord") => records::put(&bluesky, call).await,
        ("POST", "com.atproto.repo.applyWrites") => commits::apply(&bluesky, call).await,
        ("GET", "com.atproto.repo.getRecord") => records::get(&bluesky, &call),
        ("POST", "com.atproto.repo.deleteRecord") => records::delete(&bluesky, call).await,
        ("GET", "app.bsky.feed.getPosts") => records::posts(&bluesky, &call),
        _ => Err(refuse(501, "MethodNotImplemented", "Method Not Implemented")),
    };
    answered.unwrap_or_else(axum::response::IntoResponse::into_response)
}

fn refuse(status: u16, name: &str, message: &str) -> Refused {
    answers::json(status, &json!({"error": name, "message": message})).into()
}

fn invalid(message: &str) -> Refused {
    refuse(400, "InvalidRequest", message)
}

/// Points of writes within an hour: three for a creation, two for a change, one for a deletion.
const POINTS_AN_HOUR: u32 = 5000;

impl Bluesky {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose access token a call carries.
    fn caller(&self, call: &Call) -> Result<String, Refused> {
        let token = bearer(&call.headers).ok_or_else(|| refuse(401, "AuthMissing", "Authentication Required"))?;
        session::holder(self, token, "access")
    }

    /// Takes the price of a write, or refuses it.
    fn pay(&self, did: &str, price: u32) -> Result<(), Refused> {
        let now = self.world.now();
        let mut held = self.held();
        let paid = held.points.entry(did.to_owned()).or_default();
        paid.retain(|(at, _)| now.duration_since(*at) < SignedDuration::from_hours(1));
        if paid.iter().map(|(_, points)| points).sum::<u32>() + price > POINTS_AN_HOUR {
            let renewed = paid.first().map_or(now, |(at, _)| *at + SignedDuration::from_hours(1));
            return Err(limited(renewed));
        }
        paid.push((now, price));
        Ok(())
    }
}

fn limited(until: Timestamp) -> Refused {
    let refusal = refuse(429, "RateLimitExceeded", "Rate Limit Exceeded").into_response();
    let headers = [
        ("ratelimit-limit", POINTS_AN_HOUR.to_string()),
        ("ratelimit-remaining", "0".to_owned()),
        ("ratelimit-reset", until.as_second().to_string()),
        ("ratelimit-policy", format!("{POINTS_AN_HOUR};w=3600")),
    ];
    with_headers(refusal, &headers).into()
}
