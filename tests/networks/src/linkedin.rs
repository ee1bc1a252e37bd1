//! LinkedIn, version 202609, from its documents: Authorization Code Flow, Refresh Tokens with OAuth 2.0, Sign In with
//! LinkedIn using OpenID Connect, LinkedIn API Versioning, API Error Handling, API Rate Limiting, Organization Access
//! Control by Role, Posts API, Images API, Videos API, Documents API, MultiImage API, Polls API, little Text Format,
//! Comments API, Share Statistics.
//!
//! Two people and three organizations: Ada administers one, may post for another and only reads the third's figures;
//! Ben has none. The app `sandbox-linkedin-organization` gets refresh tokens, as an approved partner's does; the app
//! `sandbox-linkedin` gets none.

mod api;
mod content;
mod little;
mod media;
mod oauth;
mod people;
mod posts;
mod social;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;

use crate::world::World;

/// The name of its grants.
pub const NAME: &str = "linkedin";
/// Calls a member may make through one app in a day.
pub const CALLS_A_DAY: u32 = 150;

/// LinkedIn in a world.
#[derive(Clone)]
pub(crate) struct Sim {
    world: World,
    state: Arc<Mutex<State>>,
}

/// What only LinkedIn knows.
#[derive(Default)]
struct State {
    /// Every access token ever given, with app, member and scopes.
    issued: BTreeMap<String, Issued>,
    /// Calls by member, app and day.
    calls: BTreeMap<(String, String, String), u32>,
    /// Pictures, videos and documents by URN.
    assets: BTreeMap<String, media::Asset>,
    /// Posts by URN, the deleted ones too: they count as first of a repeat.
    posts: Vec<posts::Post>,
}

struct Issued {
    client_id: String,
    user: String,
    scopes: Vec<String>,
}

impl Sim {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Its endpoints.
pub fn routes(world: &World) -> Router {
    let sim = Sim { world: world.clone(), state: Arc::default() };
    let routes = oauth::routes().merge(people::routes()).merge(media::routes());
    let routes = routes.merge(posts::routes()).merge(social::routes());
    routes.layer(DefaultBodyLimit::disable()).with_state(sim)
}
