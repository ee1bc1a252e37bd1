//! Where a network sends the user back to.

use api::{ApiError, ApiResult, Path, Query};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::delivery::Failure;
use domain::ids::AccountId;
use domain::org::Member;
use domain::platform::Platform;
use domain::role::Action;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use platforms::{Attempt, Granted, Scope};
use serde::Deserialize;
use store::{OrgKey, OrgStore};
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::choices::Choice;
use crate::desk::Desk;
use crate::pending::{self, Begun, Pending};
use crate::refusal;
use crate::save::save;
use crate::trouble::told;

/// What the network says.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Returned {
    /// To be exchanged for access.
    pub(crate) code: Option<String>,
    /// What was sent along.
    pub(crate) state: Option<String>,
    /// Why there is no code.
    pub(crate) error: Option<String>,
    /// The same, where the network is more precise.
    pub(crate) error_reason: Option<String>,
    /// The same in words.
    pub(crate) error_description: Option<String>,
}

/// How a callback ends.
pub(crate) enum End {
    /// One account is connected; the names of what the user left out.
    Connected(AccountId, Vec<&'static str>),
    /// The user chooses among several.
    Choose(String, Vec<&'static str>),
    /// Nothing is connected: a stable word, and a sentence that says what to do.
    Failed(&'static str, String),
}

impl End {
    fn stale() -> Self {
        let detail = "This attempt was used, is too old, or was begun in another browser. Connect again.";
        Self::Failed("stale", detail.to_owned())
    }
}

/// Finish connecting an account.
///
/// Always ends on the accounts page: with `connected`, with `choose` where access was given to several
/// accounts, or with `error` and `detail`; `missing` names optional permissions that were left out.
#[utoipa::path(
    get, path = "/api/accounts/callback/{platform}", tag = "accounts",
    params(("platform" = String, Path), Returned),
    responses((status = 302))
)]
pub(crate) async fn finish_connecting(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let platform = Platform::parse(&platform).ok_or_else(ApiError::not_found)?;
    if platform != Platform::Mastodon && desk.network(platform).consent().is_none() {
        return Err(ApiError::not_found());
    }
    let end = finish(&desk, platform, returned, &headers).await.unwrap_or_else(|error| {
        // The user is in the middle of a navigation: a page serves them better than a JSON problem.
        tracing::error!(?error, "an account could not be connected");
        End::Failed("unavailable", "Something we need cannot be reached right now. Connect again.".to_owned())
    });
    redirect(&end, &desk.app.cloud.config.base_url)
}

async fn finish(desk: &Desk, platform: Platform, returned: Returned, headers: &HeaderMap) -> ApiResult<End> {
    let Some(state) = &returned.state else { return Ok(End::stale()) };
    // Taken out before the code is sent anywhere: a code is used once, whatever comes of it.
    let Some((store, pending)) = Pending::take(desk, platform, state, headers).await? else {
        return Ok(End::stale());
    };
    let Some(code) = &returned.code else { return Ok(refusal::declined(platform, &returned)) };
    let member: Option<Member> = store.get(&OrgKey::Member(pending.user)).await?;
    if !member.is_some_and(|member| member.role.may(Action::ManageAccounts)) {
        return Ok(End::Failed("forbidden", "You may no longer manage this organization's accounts.".to_owned()));
    }
    match exchange(desk, &pending, code).await {
        Ok(granted) => accept(desk, &store, &pending, granted).await,
        Err(failure) => {
            let (slug, detail) = told(&failure);
            Ok(End::Failed(slug, detail))
        }
    }
}

/// Turns the code into accounts.
async fn exchange(desk: &Desk, pending: &Pending, code: &str) -> Result<Granted, Failure> {
    let redirect_uri = desk.callback_url(pending.platform);
    let name = match &pending.begun {
        Begun::Instance(app) => {
            let verifier = pending.verifier.expose();
            let connected = desk.networks.mastodon().exchange(app, &redirect_uri, code, verifier).await?;
            return Ok(Granted { accounts: vec![connected], missing: Vec::new() });
        }
        Begun::Way(name) => name,
    };
    let consent = desk.network(pending.platform).consent();
    let way = consent.and_then(|consent| consent.ways().iter().find(|way| way.name == name));
    let (Some(consent), Some(way)) = (consent, way) else {
        return Err(Failure::Transient { message: "the way of allowing access changed in between".to_owned() });
    };
    let attempt = Attempt {
        way: *way,
        app: desk.tools.apps.get(way.app).await?,
        redirect_uri,
        state: String::new(),
        verifier: pending.verifier.clone(),
    };
    consent.exchange(&attempt, code).await
}

/// Connects the one account that access was given to, or lets the user choose.
async fn accept(desk: &Desk, store: &OrgStore, pending: &Pending, mut granted: Granted) -> ApiResult<End> {
    if let Some(end) = refusal::lacking(pending.platform, &granted.missing) {
        give_back(desk, &granted).await;
        return Ok(end);
    }
    let missing = granted.missing.iter().map(|scope: &Scope| scope.name).collect();
    let only = (granted.accounts.len() == 1).then(|| granted.accounts.pop()).flatten();
    if let Some(connected) = only {
        return Ok(End::Connected(save(desk, store, &pending.caller(), connected).await?.id, missing));
    }
    if granted.accounts.is_empty() {
        return Ok(refusal::no_account(pending.platform));
    }
    Ok(End::Choose(Choice::keep(desk, store, pending, granted).await?, missing))
}

/// Gives up access that is of no use. Without it nothing is lost: it is stored nowhere.
async fn give_back(desk: &Desk, granted: &Granted) {
    for connected in &granted.accounts {
        let credentials = &connected.credentials;
        if let Err(failure) = desk.network(credentials.platform()).revoke(credentials).await {
            tracing::warn!(%failure, network = credentials.platform().as_str(), "unusable access was not given back");
        }
    }
}

fn redirect(end: &End, base_url: &str) -> ApiResult<Response> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let missing = match end {
        End::Connected(account, missing) => {
            query.append_pair("connected", &account.to_string());
            missing.as_slice()
        }
        End::Choose(choice, missing) => {
            query.append_pair("choose", choice);
            missing
        }
        End::Failed(slug, detail) => {
            query.append_pair("error", slug).append_pair("detail", detail);
            &[]
        }
    };
    if !missing.is_empty() {
        query.append_pair("missing", &missing.join(","));
    }
    let location = format!("/accounts?{}", query.finish());
    let location = HeaderValue::from_str(&location).map_err(ApiError::internal)?;
    let cookie = HeaderValue::from_str(&pending::spent_cookie(base_url)).map_err(ApiError::internal)?;
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie)];
    Ok((StatusCode::FOUND, headers).into_response())
}

#[cfg(test)]
mod tests {
    use domain::ids::Ulid;

    use super::*;

    fn location(end: &End) -> String {
        let response = redirect(end, "http://localhost").unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn every_end_is_the_accounts_page() {
        let id = AccountId::new(Ulid::from(7_u128));
        assert_eq!(location(&End::Connected(id, Vec::new())), format!("/accounts?connected={id}"));
        let partly = End::Connected(id, vec!["a.read", "b"]);
        assert_eq!(location(&partly), format!("/accounts?connected={id}&missing=a.read%2Cb"));
        assert_eq!(location(&End::Choose("x_1".into(), vec!["b"])), "/accounts?choose=x_1&missing=b");
        let hostile = End::Failed("refused", "a&connected=x\r\nü".to_owned());
        assert_eq!(location(&hostile), "/accounts?error=refused&detail=a%26connected%3Dx%0D%0A%C3%BC");
    }
}
