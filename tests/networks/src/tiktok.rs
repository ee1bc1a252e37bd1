//! TikTok: Content Posting API v2 and Login Kit v2.
//!
//! Written from: Login Kit for Web; Manage User Access Tokens; Query Creator Info; Direct Post; Photo Post; Media Transfer
//! Guide; Get Post Status; API v2 Error Handling; API v2 Rate Limits; List Videos; Query Videos; Get User Info.
//!
//! An app whose name ends in `-unaudited` has not passed TikTok's audit: it may post for nobody's eyes but the author's.

mod api;
mod oauth;
mod posting;
mod transfer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::oauth::Grant;
use crate::world::World;

/// The network's name among the grants.
const NAME: &str = "tiktok";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Posts of one creator in 24 hours, over all apps.
const POSTS_A_DAY: usize = 15;

/// Every path, by host.
pub fn routes(world: &World) -> Router {
    let tiktok = Tiktok { world: world.clone(), state: Arc::default() };
    let api = |path: &str| format!("/open.tiktokapis.com/v2/{path}");
    Router::new()
        .route("/www.tiktok.com/v2/auth/authorize/", get(oauth::ask).post(oauth::decide))
        .route(&api("oauth/token/"), post(oauth::token))
        .route(&api("oauth/revoke/"), post(oauth::revoke))
        .route(&api("user/info/"), get(api::user_info))
        .route(&api("video/list/"), post(api::list))
        .route(&api("video/query/"), post(api::query))
        .route(&api("post/publish/creator_info/query/"), post(posting::creator_info))
        .route(&api("post/publish/video/init/"), post(posting::init_video))
        .route(&api("post/publish/content/init/"), post(posting::init_photos))
        .route(&api("post/publish/status/fetch/"), post(posting::status))
        .route("/open-upload.tiktokapis.com/video/", put(transfer::take))
        .with_state(tiktok)
}

/// An account.
struct Creator {
    open_id: &'static str,
    username: &'static str,
    nickname: &'static str,
    privacy: [&'static str; 3],
    comment_disabled: bool,
    duet_disabled: bool,
    stitch_disabled: bool,
    longest_seconds: u64,
}

const CREATORS: [Creator; 2] = [
    Creator {
        open_id: "-000harbour-studio",
        username: "harbourstudio",
        nickname: "Harbour Studio",
        privacy: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        comment_disabled: false,
        duet_disabled: false,
        stitch_disabled: false,
        longest_seconds: 600,
    },
    // A private account: no public posts, and nobody may make anything out of them.
    Creator {
        open_id: "-000night-kitchen",
        username: "nightkitchen",
        nickname: "Night Kitchen",
        privacy: ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        comment_disabled: true,
        duet_disabled: true,
        stitch_disabled: true,
        longest_seconds: 180,
    },
];

#[derive(Clone)]
struct Tiktok {
    world: World,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    posts: BTreeMap<String, posting::Post>,
    /// When requests of a kind came with a token, within the last minute.
    requests: BTreeMap<(&'static str, String), Vec<Timestamp>>,
}

/// An answer that ends a request early.
type Refused = Box<Response>;

impl Tiktok {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom a request acts for, if its token works and has `scope`.
    fn who(&self, headers: &HeaderMap, scope: &str) -> Result<(Grant, &'static Creator), Refused> {
        let now = self.world.now();
        let grant = self.world.grants(|grants| grants.find(bearer(headers), now));
        let grant = grant.filter(|grant| grant.network == NAME && grant.kind == "access");
        let creator = grant.as_ref().and_then(|grant| CREATORS.iter().find(|known| known.open_id == grant.user));
        let Some((grant, creator)) = grant.zip(creator) else {
            let message = "The access token is invalid or not found in the request.";
            return Err(refuse(401, "access_token_invalid", message));
        };
        if grant.scopes.iter().any(|granted| granted == scope) {
            return Ok((grant, creator));
        }
        let message = "The user did not authorize the scope required for completing this request.";
        Err(refuse(401, "scope_not_authorized", message))
    }

    /// Counts a request of a kind against its sliding minute.
    fn count(&self, kind: &'static str, headers: &HeaderMap, most: usize) -> Result<(), Refused> {
        let now = self.world.now();
        let mut state = self.state();
        let came = state.requests.entry((kind, bearer(headers).to_owned())).or_default();
        came.retain(|at| now.duration_since(*at) < MINUTE);
        if came.len() >= most {
            return Err(refuse(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later."));
        }
        came.push(now);
        Ok(())
    }
}

fn bearer(headers: &HeaderMap) -> &str {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

/// The envelope of every error.
fn refuse(status: u16, code: &str, message: &str) -> Refused {
    let error = json!({"code": code, "message": message, "log_id": "20261121-simulated"});
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Box::new((status, axum::Json(json!({"data": {}, "error": error}))).into_response())
}

/// What a handler answers.
fn answer(result: Result<Value, Refused>) -> Response {
    match result {
        Ok(data) => {
            let error = json!({"code": "ok", "message": "", "log_id": "20261121-simulated"});
            axum::Json(json!({"data": data, "error": error})).into_response()
        }
        Err(refused) => *refused,
    }
}

fn invalid(message: &str) -> Refused {
    refuse(400, "invalid_params", message)
}

/// The body of a request, which must be announced as JSON.
fn json_body<T: serde::de::DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refused> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(invalid("The content type must be application/json."));
    }
    serde_json::from_slice(body).map_err(|error| invalid(&format!("The request body is malformed: {error}")))
}
