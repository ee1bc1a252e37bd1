//! Sign-up and sign-in for API clients: a thin wrapper around the user pool. The page itself uses the
//! pool's hosted login.

mod me;
mod pool;
mod session;
mod sign_up;

use std::sync::Arc;

use api::{App, Routes, routes};
use axum::Router;
use axum::extract::FromRef;
use cloud::Cloud;

use crate::pool::Pool;

/// What this group's handlers need.
#[derive(Debug, Clone)]
pub struct State {
    app: App,
    pool: Arc<Pool>,
}

impl FromRef<State> for App {
    fn from_ref(state: &State) -> Self {
        state.app.clone()
    }
}

impl FromRef<State> for Arc<Pool> {
    fn from_ref(state: &State) -> Self {
        Self::clone(&state.pool)
    }
}

/// The group's routes, with their part of the OpenAPI document.
#[must_use]
pub fn router() -> Routes<State> {
    Routes::new()
        .routes(routes!(sign_up::register))
        .routes(routes!(sign_up::confirm))
        .routes(routes!(session::login))
        .routes(routes!(session::refresh))
        .routes(routes!(session::logout))
        .routes(routes!(sign_up::forgot))
        .routes(routes!(sign_up::reset))
        .routes(routes!(me::get_me))
}

/// The group's routes, ready to answer.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), State { app: api::state(cloud), pool: Arc::new(Pool::new(cloud)) })
}
