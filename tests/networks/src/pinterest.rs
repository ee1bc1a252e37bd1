//! Pinterest, API v5, simulated from its documents: the API v5 OpenAPI description, Set up authentication and
//! authorization, Create Pins, Register media upload, Rate limits.
//!
//! There are two people: Ada, with a business account, and Ben. A video is processed for [`PROCESSING`]; one that
//! does not begin like an MP4 fails.

mod figures;
mod media;
mod oauth;
mod pins;
mod source;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answers::{self, Refused, bearer, with_headers};
use crate::oauth::Grant;
use crate::world::World;

/// The name under which it keeps its tokens.
pub(crate) const NETWORK: &str = "pinterest";
/// How long a video is processed.
pub const PROCESSING: SignedDuration = SignedDuration::from_secs(6);
/// Where videos are uploaded to.
const STORAGE: &str = "pinterest-media-upload.s3-accelerate.amazonaws.com";

/// Who may be chosen: id, username, kind of account, and boards by id, name and privacy.
type Person = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);
const PEOPLE: &[Person] = &[
    (
        "549755885175",
        "ada",
        "BUSINESS",
        &[
            ("549755885001", "Furniture", "PUBLIC"),
            ("549755885002", "Workshop", "PUBLIC"),
            ("549755885003", "Drafts", "PROTECTED"),
        ],
    ),
    ("549755885176", "ben", "PINNER", &[("549755886001", "Bikes", "PUBLIC")]),
];

fn person(username: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.1 == username)
}

/// Simulated Pinterest.
#[derive(Clone)]
struct Pinterest {
    world: World,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    /// Oldest first.
    pins: Vec<pins::Pin>,
    media: BTreeMap<String, media::Media>,
    /// When each user was served, by user and category.
    served: BTreeMap<(String, &'static str), Vec<Timestamp>>,
}

/// A category of calls: its name, and how many a minute.
#[derive(Clone, Copy)]
struct Category(&'static str, usize);

const READ: Category = Category("org_read", 1000);
const WRITE: Category = Category("org_write", 100);
const ANALYTICS: Category = Category("org_analytics", 60);

/// Mounts it.
pub fn routes(world: &World) -> Router {
    let pinterest = Pinterest { world: world.clone(), held: Arc::default() };
    Router::new()
        .route("/www.pinterest.com/oauth/", get(oauth::ask).post(oauth::decide))
        .route("/api.pinterest.com/v5/oauth/token", post(oauth::token))
        .route("/api.pinterest.com/v5/user_account", get(user_account))
        .route("/api.pinterest.com/v5/boards", get(pins::boards))
        .route("/api.pinterest.com/v5/boards/{board}/pins", get(pins::of_board))
        .route("/api.pinterest.com/v5/pins", post(pins::create).get(pins::of_user))
        .route("/api.pinterest.com/v5/pins/{pin}", get(pins::show).delete(pins::delete))
        .route("/api.pinterest.com/v5/pins/{pin}/analytics", get(figures::of_pin))
        .route("/api.pinterest.com/v5/media", post(media::register))
        .route("/api.pinterest.com/v5/media/{media}", get(media::show))
        .route(&format!("/{STORAGE}/"), post(media::upload))
        // A pin carries its pictures.
        .layer(DefaultBodyLimit::disable())
        .with_state(pinterest)
}

impl Pinterest {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who calls, if the token allows `scopes` and the minute's calls are not used up.
    fn caller(&self, headers: &HeaderMap, scopes: &[&str], category: Category) -> Result<Caller, Refused> {
        let unknown = || refuse(401, 2, "Authentication failed.");
        let token = bearer(headers).ok_or_else(unknown)?;
        let now = self.world.now();
        let grant = self.world.grants(|grants| grants.find(token, now));
        let grant = grant.filter(|grant| grant.network == NETWORK && grant.kind == "access").ok_or_else(unknown)?;
        if let Some(missing) = scopes.iter().find(|scope| !grant.scopes.iter().any(|name| name == *scope)) {
            let message = format!("Your access token does not have the required scope: ['{missing}']");
            return Err(refuse(403, 3, &message));
        }
        let left = self.serve(&grant, category)?;
        let person = person(&grant.user).ok_or_else(unknown)?;
        Ok(Caller { person, category, left })
    }

    fn serve(&self, grant: &Grant, Category(name, limit): Category) -> Result<usize, Refused> {
        let now = self.world.now();
        let mut held = self.held();
        let served = held.served.entry((grant.user.clone(), name)).or_default();
        served.retain(|at| now.duration_since(*at) < SignedDuration::from_secs(60));
        if let Some(oldest) = served.first().filter(|_| served.len() >= limit) {
            let wait = 60 - now.duration_since(*oldest).as_secs();
            let refusal = refuse(429, 8, "You have exceeded your rate limit. Try again later.").into_response();
            return Err(limits(refusal, limit, 0, wait).into());
        }
        served.push(now);
        Ok(limit - served.len())
    }
}

/// Who calls, and what is left to them.
struct Caller {
    person: &'static Person,
    category: Category,
    left: usize,
}

impl Caller {
    fn answer(&self, status: u16, body: &Value) -> Response {
        limits(answers::json(status, body), self.category.1, self.left, 60)
    }
}

fn limits(response: Response, limit: usize, left: usize, reset: i64) -> Response {
    let pairs = [
        ("x-ratelimit-limit", format!("{limit}, {limit};w=60")),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", reset.to_string()),
    ];
    with_headers(response, &pairs)
}

fn refuse(status: u16, code: i32, message: &str) -> Refused {
    answers::json(status, &json!({"code": code, "message": message})).into()
}

async fn user_account(State(pinterest): State<Pinterest>, headers: HeaderMap) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["user_accounts:read"], READ)?;
    let (id, username, kind, boards) = caller.person;
    let pins = pinterest.held().pins.iter().filter(|pin| pin.owner == *username).count();
    Ok(caller.answer(
        200,
        &json!({
            "id": id, "username": username, "account_type": kind,
            "business_name": (*kind == "BUSINESS").then_some("Ada's Workshop"),
            "profile_image": format!("https://i.pinimg.com/600x600_R/{username}.jpg"),
            "website_url": "", "follower_count": 12, "following_count": 7, "board_count": boards.len(),
            "pin_count": pins, "monthly_views": 1234,
        }),
    ))
}
