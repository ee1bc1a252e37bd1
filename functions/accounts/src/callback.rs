//! Where a network sends the user back to.

use api::{ApiError, ApiResult, Path, Query};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::ids::AccountId;
use domain::org::Member;
use domain::platform::Platform;
use domain::role::Action;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::OrgKey;
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::desk::Desk;
use crate::pending::{self, Pending};
use crate::save::save;
use crate::trouble::told;

/// What the network says.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Returned {
    /// To be exchanged for access.
    code: Option<String>,
    /// What was sent along.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// How a callback ends.
enum End {
    Connected(AccountId),
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
/// Always ends on the accounts page: with `connected`, or with `error` and `detail`.
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
    if Platform::parse(&platform) != Some(Platform::Mastodon) {
        return Err(ApiError::not_found());
    }
    let end = finish(&desk, returned, &headers).await.unwrap_or_else(|error| {
        // The user is in the middle of a navigation: a page serves them better than a JSON problem.
        tracing::error!(?error, "an account could not be connected");
        End::Failed("unavailable", "Something we need cannot be reached right now. Connect again.".to_owned())
    });
    redirect(&end)
}

async fn finish(desk: &Desk, returned: Returned, headers: &HeaderMap) -> ApiResult<End> {
    let Some(state) = returned.state else { return Ok(End::stale()) };
    let Some((store, pending)) = Pending::take(desk, &state, headers).await? else { return Ok(End::stale()) };
    let Some(code) = returned.code else { return Ok(declined(returned.error.as_deref())) };
    let member: Option<Member> = store.get(&OrgKey::Member(pending.user)).await?;
    if !member.is_some_and(|member| member.role.may(Action::ManageAccounts)) {
        return Ok(End::Failed("forbidden", "You may no longer manage this organization's accounts.".to_owned()));
    }
    let callback = desk.callback_url(Platform::Mastodon);
    let mastodon = desk.networks.mastodon();
    match mastodon.exchange(&pending.app, &callback, &code, pending.verifier.expose()).await {
        Ok(connected) => Ok(End::Connected(save(desk, &store, &pending.caller(), connected).await?.id)),
        Err(failure) => {
            let (slug, detail) = told(&failure);
            Ok(End::Failed(slug, detail))
        }
    }
}

fn declined(error: Option<&str>) -> End {
    match error {
        Some("access_denied") => End::Failed("declined", "You did not allow access. Nothing was connected.".to_owned()),
        _ => End::Failed("refused", "The server did not give access. Connect again.".to_owned()),
    }
}

fn redirect(end: &End) -> ApiResult<Response> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match end {
        End::Connected(account) => query.append_pair("connected", &account.to_string()),
        End::Failed(slug, detail) => query.append_pair("error", slug).append_pair("detail", detail),
    };
    let location = format!("/accounts?{}", query.finish());
    let location = HeaderValue::from_str(&location).map_err(ApiError::internal)?;
    let cookie = HeaderValue::from_str(&pending::spent_cookie()).map_err(ApiError::internal)?;
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie)];
    Ok((StatusCode::FOUND, headers).into_response())
}

#[cfg(test)]
mod tests {
    use domain::ids::Ulid;

    use super::*;

    fn location(end: &End) -> String {
        let response = redirect(end).unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn every_end_is_the_accounts_page() {
        let id = AccountId::new(Ulid::from(7_u128));
        assert_eq!(location(&End::Connected(id)), format!("/accounts?connected={id}"));
        let hostile = End::Failed("refused", "a&connected=x\r\nü".to_owned());
        assert_eq!(location(&hostile), "/accounts?error=refused&detail=a%26connected%3Dx%0D%0A%C3%BC");
        assert!(location(&declined(Some("access_denied"))).contains("error=declined"));
        assert!(location(&declined(None)).contains("error=refused"));
    }
}
