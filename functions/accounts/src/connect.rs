//! Connecting an account: at once, or by sending the user to the network first.

use api::{Answer, ApiError, ApiResult, Json, Tenant, can};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::org::Organization;
use domain::platform::Platform;
use http::{HeaderValue, header};
use platforms::{Connected, Credentials};
use serde::{Deserialize, Serialize};
use store::OrgKey;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::pending::{self, Pending};
use crate::save::save;
use crate::trouble::refused;
use crate::view::AccountView;

/// Connecting the page takes nothing: send `{}`.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectPage {}

/// Connect the organization's own public page.
#[utoipa::path(
    post, path = "/api/accounts/connect/page", tag = "accounts",
    responses((status = 201, body = AccountView))
)]
pub(crate) async fn connect_page(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Json(ConnectPage {}): Json<ConnectPage>,
) -> ApiResult<Answer> {
    let org: Organization = tenant.store.get(&OrgKey::Org).await?.ok_or_else(ApiError::not_found)?;
    let connected = Connected { profile: desk.page.profile(&org), credentials: Credentials::Page };
    let account = save(&desk, &tenant.store, &tenant.caller, connected).await?;
    Answer::created(&AccountView::from(account))
}

/// What connecting a Bluesky account takes. The password is used once and not kept.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ConnectBluesky {
    /// Handle, DID or e-mail address.
    #[schema(example = "ada.bsky.social")]
    identifier: String,
    /// An app password from the network's settings.
    #[schema(format = Password)]
    app_password: String,
    /// The server's address, where it cannot be found by the handle.
    service: Option<String>,
}

/// Connect a Bluesky account with an app password.
#[utoipa::path(
    post, path = "/api/accounts/connect/bluesky", tag = "accounts",
    responses((status = 201, body = AccountView))
)]
pub(crate) async fn connect_bluesky(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Json(input): Json<ConnectBluesky>,
) -> ApiResult<Answer> {
    let service = input.service.as_deref();
    let connected = desk.networks.bluesky().connect(&input.identifier, &input.app_password, service).await;
    let connected = connected.map_err(|failure| refused(failure, "/identifier", tenant.now()))?;
    let account = save(&desk, &tenant.store, &tenant.caller, connected).await?;
    Answer::created(&AccountView::from(account))
}

/// What connecting a Mastodon account takes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectMastodon {
    /// The server: a host, an address, or a whole handle.
    #[schema(example = "mastodon.social")]
    instance: String,
}

/// Where to send the user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Authorize {
    /// Open it in the same browser: a cookie set with this answer must come back.
    authorize_url: String,
}

/// Begin to connect a Mastodon account.
///
/// The user allows it on their server, which sends them to the callback; it ends on the accounts page.
#[utoipa::path(
    post, path = "/api/accounts/connect/mastodon", tag = "accounts",
    responses((status = 200, body = Authorize))
)]
pub(crate) async fn connect_mastodon(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Json(input): Json<ConnectMastodon>,
) -> ApiResult<Response> {
    let mastodon = desk.networks.mastodon();
    let callback = desk.callback_url(Platform::Mastodon);
    let app = mastodon.register(&input.instance, &callback).await;
    let app = app.map_err(|failure| refused(failure, "/instance", tenant.now()))?;
    let (pending, started) = Pending::start(&desk, &tenant.store, &tenant.caller, app).await?;
    let url = mastodon.authorize_url(&pending.app, &callback, &started.state, &pending.challenge());
    let mut response = Answer::ok(&Authorize { authorize_url: url.into() })?.into_response();
    let cookie = pending::cookie(&started.browser_secret, &tenant.cloud.config.base_url);
    let cookie = HeaderValue::from_str(&cookie).map_err(ApiError::internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
