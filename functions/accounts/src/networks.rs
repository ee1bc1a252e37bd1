//! The networks that accounts can be on, and what connecting to each takes here.

use api::{Answer, ApiError, ApiResult, Tenant, can};
use axum::extract::State;
use domain::platform::Platform;
use platforms::{ClientApp, Consent, Scope, Way};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Desk;

/// What may be connected here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Networks)]
pub(crate) struct NetworksView {
    /// Whether all networks are simulated, so that nothing leaves this machine.
    sandbox: bool,
    /// Each network.
    networks: Vec<NetworkView>,
}

/// A network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Network)]
pub(crate) struct NetworkView {
    platform: Platform,
    connect: Connecting,
    /// The ways of allowing access at the network's own site, the usual one first; empty for the others.
    ways: Vec<WayView>,
}

/// What connecting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Connecting {
    /// Nothing.
    Page,
    /// An app password.
    Password,
    /// The name of a server, where access is then allowed.
    Instance,
    /// Allowing access at the network's own site.
    Consent,
}

/// A way of allowing access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NetworkWay)]
pub(crate) struct WayView {
    /// Its name, for connecting.
    #[schema(example = "organization")]
    name: &'static str,
    /// Whether the operator registered an app for it.
    configured: bool,
    /// The secret that holds the registration.
    #[schema(example = "network/linkedin")]
    secret: String,
    scopes: Vec<ScopeView>,
}

/// A permission that a network grants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NetworkScope)]
pub(crate) struct ScopeView {
    name: &'static str,
    /// What it is for, as in "publish posts".
    purpose: &'static str,
    /// Whether nothing can be published without it.
    required: bool,
}

impl From<Scope> for ScopeView {
    fn from(Scope { name, purpose, required }: Scope) -> Self {
        Self { name, purpose, required }
    }
}

/// List the networks, and what connecting to each takes here.
#[utoipa::path(get, path = "/api/networks", tag = "accounts", responses((status = 200, body = NetworksView)))]
pub(crate) async fn list_networks(State(desk): State<Desk>, _tenant: Tenant<can::Read>) -> ApiResult<Answer> {
    let mut networks = Vec::new();
    for platform in Platform::ALL {
        let Some(connect) = connecting(&desk, platform) else { continue };
        let mut ways = Vec::new();
        for way in desk.network(platform).consent().map_or(&[][..], Consent::ways) {
            ways.push(view(&desk, way).await?);
        }
        networks.push(NetworkView { platform, connect, ways });
    }
    Answer::ok(&NetworksView { sandbox: desk.app.cloud.config.sandbox.is_some(), networks })
}

/// What connecting takes; absent for a network that this version cannot talk to.
fn connecting(desk: &Desk, platform: Platform) -> Option<Connecting> {
    match platform {
        Platform::Page => Some(Connecting::Page),
        Platform::Bluesky => Some(Connecting::Password),
        Platform::Mastodon => Some(Connecting::Instance),
        other => desk.network(other).consent().map(|_| Connecting::Consent),
    }
}

async fn view(desk: &Desk, way: &Way) -> ApiResult<WayView> {
    Ok(WayView {
        name: way.name,
        configured: find(desk, way).await?.is_some(),
        secret: secret(way),
        scopes: way.scopes.iter().copied().map(ScopeView::from).collect(),
    })
}

/// The registration of a way; absent when the operator made none.
pub(crate) async fn find(desk: &Desk, way: &Way) -> ApiResult<Option<ClientApp>> {
    desk.tools.apps.find(way.app).await.map_err(ApiError::unavailable)
}

/// The name of the secret that holds a way's registration, below the deployment's prefix.
pub(crate) fn secret(way: &Way) -> String {
    format!("network/{}", way.app)
}
