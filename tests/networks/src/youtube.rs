//! YouTube: Data API v3 with resumable uploads, and Google's OAuth 2.0.
//!
//! Written from: Using OAuth 2.0 for Web Server Applications; Videos: insert; Resumable Uploads; Thumbnails: set;
//! Captions: insert and list; Videos resource; Channels: list; Playlists: list; `PlaylistItems`: list and insert;
//! `CommentThreads`: insert; Errors; Quota Calculator.
//!
//! An app whose name ends in `-unaudited` has not passed the compliance audit: what it uploads stays private.

mod api;
mod captions;
mod metadata;
mod oauth;
mod thumbnails;
mod upload;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::oauth::Grant;
use crate::world::World;

/// The network's name among the grants.
const NAME: &str = "youtube";
const UPLOAD: &str = "https://www.googleapis.com/auth/youtube.upload";
const READ: &str = "https://www.googleapis.com/auth/youtube.readonly";
const FORCE_SSL: &str = "https://www.googleapis.com/auth/youtube.force-ssl";
/// Units of the API that a project may spend in a day, uploads aside.
const UNITS_A_DAY: u32 = 10_000;

/// Every path, by host.
pub fn routes(world: &World) -> Router {
    let youtube = Youtube { world: world.clone(), state: Arc::default() };
    Router::new()
        .route("/accounts.google.com/o/oauth2/v2/auth", get(oauth::ask).post(oauth::decide))
        .route("/oauth2.googleapis.com/token", post(oauth::token))
        .route("/oauth2.googleapis.com/revoke", post(oauth::revoke))
        .route("/www.googleapis.com/upload/youtube/v3/videos", post(upload::start).put(upload::take))
        .route("/www.googleapis.com/upload/youtube/v3/thumbnails/set", post(thumbnails::set))
        .route("/www.googleapis.com/upload/youtube/v3/captions", post(captions::insert))
        .route("/www.googleapis.com/youtube/v3/captions", get(captions::list))
        .route("/www.googleapis.com/youtube/v3/videos", get(api::videos).delete(api::delete_video))
        .route("/www.googleapis.com/youtube/v3/channels", get(api::channels))
        .route("/www.googleapis.com/youtube/v3/playlists", get(api::playlists))
        .route("/www.googleapis.com/youtube/v3/playlistItems", get(api::playlist_items).post(api::add_to_playlist))
        .route("/www.googleapis.com/youtube/v3/commentThreads", post(api::comment))
        .with_state(youtube)
}

/// A channel. The user picks one when allowing access; the token then acts for it alone.
struct Channel {
    id: &'static str,
    title: &'static str,
    handle: &'static str,
    uploads: &'static str,
    long_uploads: &'static str,
    playlists: [(&'static str, &'static str); 2],
}

const CHANNELS: [Channel; 2] = [
    Channel {
        id: "UCharbour-studio-sandbox",
        title: "Harbour Studio",
        handle: "@harbourstudio",
        uploads: "UUharbour-studio-sandbox",
        long_uploads: "allowed",
        playlists: [("PLharbour-films", "Films"), ("PLharbour-talks", "Talks")],
    },
    Channel {
        id: "UCnight-kitchen--sandbox",
        title: "Night Kitchen",
        handle: "@nightkitchen",
        uploads: "UUnight-kitchen--sandbox",
        long_uploads: "eligible",
        playlists: [("PLkitchen-soups", "Soups"), ("PLkitchen-bread", "Bread")],
    },
];
/// A Google account that never opened a channel.
const VISITOR: &str = "visitor";

fn channel(user: &str) -> Option<&'static Channel> {
    CHANNELS.iter().find(|channel| channel.id == user)
}

#[derive(Clone)]
struct Youtube {
    world: World,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    sessions: BTreeMap<String, upload::Session>,
    videos: BTreeMap<String, Video>,
    tracks: Vec<captions::Track>,
    /// Units spent, by project and day.
    units: BTreeMap<(String, Date), u32>,
    /// Videos begun, by project and day.
    inserts: BTreeMap<(String, Date), u32>,
}

/// A video that is completely there.
#[derive(Clone)]
struct Video {
    channel: &'static Channel,
    metadata: metadata::Metadata,
    /// What people and the owner may see of it now; an unaudited project's is always `private`.
    privacy: String,
    mime: String,
    bytes: u64,
    at: Timestamp,
    processed_at: Timestamp,
    /// Why it cannot be processed.
    failure: Option<&'static str>,
}

/// An answer that ends a request early.
type Refused = Box<Response>;

impl Youtube {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom a request acts for, if its token works and has one of `scopes`.
    fn who(&self, headers: &HeaderMap, scopes: &[&str]) -> Result<Grant, Refused> {
        let now = self.world.now();
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let grant = self.world.grants(|grants| grants.find(token, now));
        let grant = grant.filter(|grant| grant.network == NAME && grant.kind == "access").ok_or_else(|| {
            let message = "Request had invalid authentication credentials. Expected OAuth 2 access token.";
            refuse(401, "global", "authError", message)
        })?;
        if scopes.iter().any(|scope| grant.scopes.iter().any(|granted| granted == scope)) {
            return Ok(grant);
        }
        Err(refuse(403, "global", "insufficientPermissions", "Request had insufficient authentication scopes."))
    }

    /// Takes `cost` units off the project's day.
    fn spend(&self, grant: &Grant, cost: u32) -> Result<(), Refused> {
        let day = self.day();
        let mut state = self.state();
        let spent = state.units.entry((grant.client_id.clone(), day)).or_default();
        if *spent + cost > UNITS_A_DAY {
            return Err(quota_exceeded());
        }
        *spent += cost;
        Ok(())
    }

    /// The day by which quotas are counted: it begins at midnight Pacific time.
    fn day(&self) -> Date {
        let now = self.world.now();
        now.in_tz("America/Los_Angeles").map_or_else(|_| Date::constant(2026, 1, 1), |now| now.date())
    }
}

fn quota_exceeded() -> Refused {
    let message = "The request cannot be completed because you have exceeded your quota.";
    refuse(403, "youtube.quota", "quotaExceeded", message)
}

fn signup_required() -> Refused {
    refuse(401, "youtube.header", "youtubeSignupRequired", "Unauthorized")
}

/// The envelope of every error.
fn refuse(code: u16, domain: &str, reason: &str, message: &str) -> Refused {
    let errors = json!([{"message": message, "domain": domain, "reason": reason}]);
    let body = json!({"error": {"code": code, "message": message, "errors": errors}});
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    Box::new((status, axum::Json(body)).into_response())
}

/// What a handler answers.
fn answer(result: Result<Value, Refused>) -> Response {
    match result {
        Ok(value) => axum::Json(value).into_response(),
        Err(refused) => *refused,
    }
}
