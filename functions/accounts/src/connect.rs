//! Connecting an account: at once, or by sending the user to the network first.

use api::{Answer, ApiError, ApiResult, Json, Path, Tenant, can};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::org::Organization;
use domain::platform::Platform;
use domain::problem::Problem;
use http::{HeaderValue, StatusCode, header};
use platforms::{Attempt, Connected, Consent, Credentials, Way};
use serde::{Deserialize, Serialize};
use store::OrgKey;
use url::Url;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::networks;
use crate::pending::{self, Begun, Pending, Started};
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
    let begun = Begun::Instance(app.clone());
    let (pending, started) = Pending::start(&desk, &tenant.store, &tenant.caller, Platform::Mastodon, begun).await?;
    let url = mastodon.authorize_url(&app, &callback, &started.state, &pending.challenge());
    authorize(&desk, url, &started)
}

/// What connecting an account of a network takes whose users allow it there.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectNetwork {
    /// One of the network's ways, as `GET /api/networks` names them; absent = the usual one.
    #[schema(example = "person")]
    way: Option<String>,
}

/// Begin to connect an account of a network whose users allow it at the network's own site.
///
/// The network sends the user to the callback; it ends on the accounts page.
#[utoipa::path(
    post, path = "/api/accounts/connect/{platform}", tag = "accounts",
    params(("platform" = String, Path)),
    responses((status = 200, body = Authorize))
)]
pub(crate) async fn connect_network(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Path(platform): Path<String>,
    Json(input): Json<ConnectNetwork>,
) -> ApiResult<Response> {
    let platform = Platform::parse(&platform).ok_or_else(ApiError::not_found)?;
    let consent = desk.network(platform).consent().ok_or_else(ApiError::not_found)?;
    let way = way(consent, input.way.as_deref())?;
    let app = networks::find(&desk, &way).await?.ok_or_else(|| not_configured(&desk, platform, &way))?;
    let begun = Begun::Way(way.name.to_owned());
    let (pending, started) = Pending::start(&desk, &tenant.store, &tenant.caller, platform, begun).await?;
    let attempt = Attempt {
        way,
        app,
        redirect_uri: desk.callback_url(platform),
        state: started.state.clone(),
        verifier: pending.verifier,
    };
    authorize(&desk, consent.authorize_url(&attempt), &started)
}

/// The way of this name, or the usual one.
fn way(consent: &dyn Consent, name: Option<&str>) -> ApiResult<Way> {
    let ways = consent.ways();
    let found = ways.iter().find(|way| name.is_none_or(|name| name == way.name));
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = ways.iter().map(|way| way.name).collect();
        let fix = format!("Send one of: {}.", names.join(", "));
        let detail = "The network has no such way of allowing access.";
        ApiError::rule_broken(vec![Problem::error("/way", "way-unknown", detail, fix)])
    })
}

fn not_configured(desk: &Desk, platform: Platform, way: &Way) -> ApiError {
    let detail = format!(
        "This installation has no app at {label} yet. Its operator registers one there, with {callback} as the address \
         to return to, and stores its id and secret as {prefix}/{secret}. docs/networks/{name}.md says how.",
        label = domain::rules::rule(platform).label,
        callback = desk.callback_url(platform),
        prefix = desk.app.cloud.config.secrets_prefix,
        secret = networks::secret(way),
        name = platform.as_str(),
    );
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "not-configured", "Not set up here", detail)
}

/// Sends the user to the network, and binds the attempt to this browser.
fn authorize(desk: &Desk, url: Url, started: &Started) -> ApiResult<Response> {
    let url = desk.tools.http.place(url);
    let mut response = Answer::ok(&Authorize { authorize_url: url.into() })?.into_response();
    let cookie = pending::cookie(&started.browser_secret, &desk.app.cloud.config.base_url);
    let cookie = HeaderValue::from_str(&cookie).map_err(ApiError::internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
