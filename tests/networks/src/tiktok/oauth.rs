//! Login Kit: authorize page, tokens, rotation, revocation.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{CREATORS, NAME, Tiktok};
use crate::intake::Form;
use crate::oauth::{Ask, Code, Grant, consent_page};

const ACTION: &str = "/www.tiktok.com/v2/auth/authorize/";
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const ACCESS_SECONDS: i64 = 86_400;
const REFRESH_SECONDS: i64 = 31_536_000;
const SCOPES: [&str; 6] =
    ["user.info.basic", "user.info.profile", "user.info.stats", "video.publish", "video.upload", "video.list"];

/// The page that asks the user.
pub(super) async fn ask(RawQuery(query): RawQuery) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    if let Some(problem) = problem(&form) {
        return (StatusCode::BAD_REQUEST, format!("Something went wrong: {problem}")).into_response();
    }
    let users: Vec<(String, String)> =
        CREATORS.iter().map(|creator| (creator.open_id.to_owned(), creator.nickname.to_owned())).collect();
    let scopes: Vec<String> = form.get("scope").split(',').map(str::to_owned).collect();
    consent_page(&Ask { network: "TikTok", action: ACTION, fields: &form.pairs, scopes: &scopes, users: &users })
        .into_response()
}

/// Sends the user back with a code, or without.
pub(super) async fn decide(State(tiktok): State<Tiktok>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let back = form.get("redirect_uri").parse::<url::Url>();
    let (None, Ok(mut back)) = (problem(&form), back) else {
        return (StatusCode::BAD_REQUEST, "Something went wrong: redirect_uri").into_response();
    };
    let asked: Vec<&str> = form.get("scope").split(',').collect();
    let scopes: Vec<String> = form.all("granted").into_iter().filter(|scope| asked.contains(&scope.as_str())).collect();
    if form.get("decision") != "allow" {
        back.query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "User denied the authorization request")
            .append_pair("state", form.get("state"));
        return Redirect::to(back.as_str()).into_response();
    }
    let code = format!("code*{}!0", tiktok.world.number());
    let user = Some(form.get("user")).filter(|user| !user.is_empty()).unwrap_or(CREATORS[0].open_id);
    let about = Code {
        client_id: form.get("client_key").to_owned(),
        redirect_uri: form.get("redirect_uri").to_owned(),
        scopes: scopes.clone(),
        challenge: None,
        user: user.to_owned(),
        until: tiktok.world.now() + CODE_LIFETIME,
    };
    tiktok.world.grants(|grants| grants.keep_code(code.clone(), about));
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("scopes", &scopes.join(","))
        .append_pair("state", form.get("state"));
    Redirect::to(back.as_str()).into_response()
}

/// What is wrong with an authorization request. The redirect address must be https, static, without query and fragment.
fn problem(form: &Form) -> Option<&'static str> {
    let redirect = form.get("redirect_uri");
    match () {
        () if !form.get("client_key").starts_with("sandbox-") => Some("client_key"),
        () if form.get("response_type") != "code" => Some("response_type"),
        () if !redirect.starts_with("http") || redirect.len() >= 512 || redirect.contains(['?', '#']) => {
            Some("redirect_uri")
        }
        () if !form.get("scope").split(',').all(|scope| SCOPES.contains(&scope)) => Some("scope"),
        () => None,
    }
}

/// Codes and refresh tokens against tokens. Refresh tokens change with each use.
pub(super) async fn token(State(tiktok): State<Tiktok>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let client = form.get("client_key").to_owned();
    if !is_ours(&form) {
        return oauth_error("invalid_client", "Client key or secret is incorrect.");
    }
    let now = tiktok.world.now();
    match form.get("grant_type") {
        "authorization_code" => {
            let known = tiktok.world.grants(|grants| grants.take_code(form.get("code"), now));
            match known {
                Some(known) if known.client_id == client && known.redirect_uri == form.get("redirect_uri") => {
                    give(&tiktok, &client, &known.scopes, &known.user)
                }
                _ => oauth_error("invalid_grant", "Authorization code is expired."),
            }
        }
        "refresh_token" => {
            let old = form.get("refresh_token");
            let known = tiktok.world.grants(|grants| {
                let known = grants.find(old, now);
                let known = known.filter(|known| known.network == NAME && known.kind == "refresh");
                if known.is_some() {
                    grants.revoke(old);
                }
                known
            });
            match known {
                Some(known) => give(&tiktok, &client, &known.scopes, &known.user),
                None => oauth_error("invalid_grant", "Refresh token is invalid or expired."),
            }
        }
        _ => oauth_error("unsupported_grant_type", "The grant type is not supported."),
    }
}

fn is_ours(form: &Form) -> bool {
    let app = form.get("client_key").strip_prefix("sandbox-");
    app.is_some_and(|app| form.get("client_secret") == format!("sandbox-secret-of-{app}"))
}

fn give(tiktok: &Tiktok, client: &str, scopes: &[String], user: &str) -> Response {
    let (now, number) = (tiktok.world.now(), tiktok.world.number());
    let (access, refresh) = (format!("act.{number}"), format!("rft.{number}"));
    let grant = |kind, seconds| Grant {
        network: NAME,
        client_id: client.to_owned(),
        scopes: scopes.to_vec(),
        user: user.to_owned(),
        kind,
        until: Some(now + SignedDuration::from_secs(seconds)),
        since: now,
    };
    tiktok.world.grants(|grants| {
        grants.keep(access.clone(), grant("access", ACCESS_SECONDS));
        grants.keep(refresh.clone(), grant("refresh", REFRESH_SECONDS));
    });
    axum::Json(json!({
        "open_id": user,
        "scope": scopes.join(","),
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": refresh,
        "refresh_expires_in": REFRESH_SECONDS,
        "token_type": "Bearer",
    }))
    .into_response()
}

/// Takes back all that the token's user allowed; a success is answered with nothing.
pub(super) async fn revoke(State(tiktok): State<Tiktok>, body: Bytes) -> Response {
    let form = Form::read(&body);
    if !is_ours(&form) {
        return oauth_error("invalid_client", "Client key or secret is incorrect.");
    }
    let known = tiktok.world.grants(|grants| grants.find_expired(form.get("token")));
    let Some(known) = known.filter(|known| known.network == NAME) else {
        return oauth_error("invalid_request", "The access token is invalid.");
    };
    tiktok.world.grants(|grants| grants.revoke_user(NAME, &known.user));
    StatusCode::OK.into_response()
}

/// Errors come with status 200 as well; what counts is the body.
fn oauth_error(error: &str, description: &str) -> Response {
    let body = json!({"error": error, "error_description": description, "log_id": "20261121-simulated"});
    (StatusCode::OK, axum::Json(body)).into_response()
}
