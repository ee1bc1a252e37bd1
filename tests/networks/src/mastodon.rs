//! Mastodon 4.5, simulated from its documents: apps, oauth, media, statuses, accounts and instance API methods, OAuth
//! Scopes, Rate limits, Posting to your profile.
//!
//! Every host that no other network owns is an instance of its own, such as `mastodon.example`. Each has two people,
//! `ada` and `ben`. A video is processed for [`PROCESSING`]; one that does not begin like an MP4 fails. What it does
//! not know in a body it ignores, as the real one does; bodies are JSON only.

mod content;
mod media;
mod oauth;
mod statuses;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answers::{self, Refused, bearer, with_headers};
use crate::oauth::Grant;
use crate::world::World;

/// The name under which it keeps its tokens.
pub(crate) const NETWORK: &str = "mastodon";
/// How long a video is processed.
pub const PROCESSING: SignedDuration = SignedDuration::from_secs(3);
/// An instance for tests.
pub const INSTANCE: &str = "mastodon.example";
/// A token that ada of [`INSTANCE`] has given from the start.
pub const TOKEN: &str = "given-token-of-ada";
/// The app it was given to.
pub const CLIENT_ID: &str = "given-app";
/// That app's secret.
pub const CLIENT_SECRET: &str = "given-secret";
/// Most media of a status.
const MEDIA_MAX: usize = 4;

/// Who there is on each instance: id and name.
pub const PEOPLE: [(&str, &str); 2] = [("109348000000000001", "ada"), ("109348000000000002", "ben")];

/// Simulated instances.
#[derive(Clone)]
struct Mastodon {
    world: World,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    apps: BTreeMap<String, oauth::App>,
    /// Oldest first.
    statuses: Vec<statuses::Status>,
    media: BTreeMap<String, media::Media>,
    /// The status that a user's key made, and when.
    keys: BTreeMap<(String, String), (String, Timestamp)>,
    /// When each user was served, by user and kind of call.
    served: BTreeMap<(String, &'static str), Vec<Timestamp>>,
}

/// Calls that are counted together: how many within how many minutes.
#[derive(Clone, Copy)]
struct Limit(&'static str, usize, i64);

const ANY: Limit = Limit("any", 300, 5);
const MEDIA: Limit = Limit("media", 30, 30);
const POSTING: Limit = Limit("posting", 300, 180);
const DELETING: Limit = Limit("deleting", 30, 30);

/// Mounts it under every host.
pub fn routes(world: &World) -> Router {
    let mastodon = Mastodon { world: world.clone(), held: Arc::default() };
    mastodon.give_access();
    Router::new()
        .route("/{host}/api/v1/apps", post(oauth::register))
        .route("/{host}/oauth/authorize", get(oauth::ask).post(oauth::decide))
        .route("/{host}/oauth/token", post(oauth::token))
        .route("/{host}/oauth/revoke", post(oauth::revoke))
        .route("/{host}/api/v2/instance", get(instance))
        .route("/{host}/api/v1/accounts/verify_credentials", get(oauth::account))
        .route("/{host}/api/v1/accounts/{account}/statuses", get(statuses::of_account))
        .route("/{host}/api/v2/media", post(media::upload))
        .route("/{host}/api/v1/media/{media}", get(media::show))
        .route("/{host}/api/v1/statuses", post(statuses::create))
        .route("/{host}/api/v1/statuses/{status}", get(statuses::show).delete(statuses::delete))
        .route("/{host}/api/v1/statuses/{status}/source", get(statuses::source))
        .layer(DefaultBodyLimit::disable())
        .with_state(mastodon)
}

impl Mastodon {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_access(&self) {
        let scopes = ["read:accounts", "read:statuses", "write:statuses", "write:media"].map(str::to_owned).to_vec();
        let grant = Grant {
            network: NETWORK,
            client_id: CLIENT_ID.to_owned(),
            scopes: scopes.clone(),
            user: format!("ada@{INSTANCE}"),
            kind: "access",
            until: None,
            since: self.world.now(),
        };
        self.world.grants(|grants| grants.keep(TOKEN.to_owned(), grant));
        let app = oauth::App {
            host: INSTANCE.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
            redirect_uris: Vec::new(),
            scopes,
        };
        self.held().apps.insert(CLIENT_ID.to_owned(), app);
    }

    /// Who calls this instance, if the token allows `scope` and the calls are not used up.
    fn caller(&self, host: &str, headers: &HeaderMap, scope: &str, limit: Limit) -> Result<Caller, Refused> {
        let token = bearer(headers).ok_or_else(|| refuse(401, "The access token is invalid"))?;
        let now = self.world.now();
        let grant = self.world.grants(|grants| grants.find(token, now));
        let grant = grant.filter(|grant| grant.network == NETWORK && grant.user.ends_with(&format!("@{host}")));
        let grant = grant.ok_or_else(|| refuse(401, "The access token is invalid"))?;
        let broad = scope.split(':').next().unwrap_or_default();
        if !grant.scopes.iter().any(|held| held == scope || held == broad) {
            return Err(refuse(403, "This action is outside the authorized scopes"));
        }
        let state = self.serve(&grant.user, limit)?;
        let name = grant.user.split('@').next().unwrap_or_default();
        let id = PEOPLE.iter().find(|person| person.1 == name).map_or("", |person| person.0);
        Ok(Caller { id, user: grant.user, state })
    }

    /// Counts a call; what its answer's headers say.
    fn serve(&self, user: &str, limit: Limit) -> Result<Headers, Refused> {
        let Limit(kind, most, minutes) = limit;
        let (now, window) = (self.world.now(), SignedDuration::from_mins(minutes));
        let mut held = self.held();
        let served = held.served.entry((user.to_owned(), kind)).or_default();
        served.retain(|at| now.duration_since(*at) < window);
        let reset = served.first().map_or(now, |first| *first) + window;
        let state = |left: usize| {
            [
                ("x-ratelimit-limit", most.to_string()),
                ("x-ratelimit-remaining", left.to_string()),
                ("x-ratelimit-reset", reset.to_string()),
            ]
        };
        if served.len() >= most {
            return Err(with_headers(refuse(429, "Too many requests").into_response(), &state(0)).into());
        }
        served.push(now);
        Ok(state(most - served.len()))
    }
}

type Headers = [(&'static str, String); 3];

/// Who calls.
struct Caller {
    /// The account's id.
    id: &'static str,
    /// Name and instance.
    user: String,
    state: Headers,
}

impl Caller {
    fn answer(&self, status: u16, body: &Value) -> Response {
        with_headers(answers::json(status, body), &self.state)
    }
}

fn refuse(status: u16, message: &str) -> Refused {
    answers::json(status, &json!({"error": message})).into()
}

fn invalid(what: &str) -> Refused {
    refuse(422, &format!("Validation failed: {what}"))
}

async fn instance(State(_): State<Mastodon>, Path(host): Path<String>) -> Response {
    answers::json(
        200,
        &json!({
            "domain": host, "title": "Mastodon (simulated)", "version": "4.5.0",
            "configuration": {
                "statuses": {
                    "max_characters": content::TEXT_MAX, "max_media_attachments": MEDIA_MAX,
                    "characters_reserved_per_url": content::URL_COUNTS_AS,
                },
                "media_attachments": {
                    "supported_mime_types": media::TYPES, "description_limit": media::DESCRIPTION_MAX,
                    "image_size_limit": media::IMAGE_MAX_BYTES, "image_matrix_limit": 33_177_600,
                    "video_size_limit": media::VIDEO_MAX_BYTES, "video_frame_rate_limit": 120,
                    "video_matrix_limit": 8_294_400,
                },
                "polls": {
                    "max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746,
                },
            },
        }),
    )
}
