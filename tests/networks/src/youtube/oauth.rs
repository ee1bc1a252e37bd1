//! Google's OAuth 2.0 for web servers: authorize page, tokens with PKCE, revocation.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{CHANNELS, NAME, VISITOR, Youtube};
use crate::intake::Form;
use crate::oauth::{Ask, Code, Grant, consent_page};

const ACTION: &str = "/accounts.google.com/o/oauth2/v2/auth";
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const OFFLINE: &str = "offline";
const ACCESS_SECONDS: i64 = 3599;

/// The page that asks the user.
pub(super) async fn ask(RawQuery(query): RawQuery) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    if let Some(problem) = problem(&form) {
        return (StatusCode::BAD_REQUEST, format!("Error 400: {problem}")).into_response();
    }
    let mut users: Vec<(String, String)> =
        CHANNELS.iter().map(|channel| (channel.id.to_owned(), channel.title.to_owned())).collect();
    users.push((VISITOR.to_owned(), "somebody without a channel".to_owned()));
    let scopes: Vec<String> = form.get("scope").split(' ').map(str::to_owned).collect();
    consent_page(&Ask { network: "YouTube", action: ACTION, fields: &form.pairs, scopes: &scopes, users: &users })
        .into_response()
}

/// Sends the user back with a code, or without.
pub(super) async fn decide(State(youtube): State<Youtube>, body: Bytes) -> Response {
    let form = Form::read(&body);
    if let Some(problem) = problem(&form) {
        return (StatusCode::BAD_REQUEST, format!("Error 400: {problem}")).into_response();
    }
    let Ok(mut back) = form.get("redirect_uri").parse::<url::Url>() else {
        return (StatusCode::BAD_REQUEST, "Error 400: redirect_uri_mismatch").into_response();
    };
    back.query_pairs_mut().append_pair("state", form.get("state"));
    let asked: Vec<&str> = form.get("scope").split(' ').collect();
    let scopes: Vec<String> = form.all("granted").into_iter().filter(|scope| asked.contains(&scope.as_str())).collect();
    if form.get("decision") != "allow" || scopes.is_empty() {
        back.query_pairs_mut().append_pair("error", "access_denied");
        return Redirect::to(back.as_str()).into_response();
    }
    // Whether a refresh token was asked for is part of the code.
    let kind = if form.get("access_type") == "offline" { OFFLINE } else { "online" };
    let code = format!("4/0A{kind}-{}", youtube.world.number());
    let user = Some(form.get("user")).filter(|user| !user.is_empty()).unwrap_or(CHANNELS[0].id);
    let about = Code {
        client_id: form.get("client_id").to_owned(),
        redirect_uri: form.get("redirect_uri").to_owned(),
        scopes: scopes.clone(),
        challenge: Some(form.get("code_challenge").to_owned()).filter(|challenge| !challenge.is_empty()),
        user: user.to_owned(),
        until: youtube.world.now() + CODE_LIFETIME,
    };
    youtube.world.grants(|grants| grants.keep_code(code.clone(), about));
    back.query_pairs_mut().append_pair("code", &code).append_pair("scope", &scopes.join(" "));
    Redirect::to(back.as_str()).into_response()
}

/// What is wrong with an authorization request.
fn problem(form: &Form) -> Option<&'static str> {
    let known = ["youtube.upload", "youtube.readonly", "youtube.force-ssl", "yt-analytics.readonly"];
    let is_known = |scope: &str| known.iter().any(|name| scope == format!("https://www.googleapis.com/auth/{name}"));
    match () {
        () if !form.get("client_id").starts_with("sandbox-") => Some("invalid_client"),
        () if form.get("response_type") != "code" => Some("unsupported_response_type"),
        () if !form.get("redirect_uri").starts_with("http") => Some("redirect_uri_mismatch"),
        () if !form.get("scope").split(' ').all(is_known) => Some("invalid_scope"),
        () if !["", "S256", "plain"].contains(&form.get("code_challenge_method")) => Some("invalid_request"),
        () => None,
    }
}

/// Codes and refresh tokens against access tokens.
pub(super) async fn token(State(youtube): State<Youtube>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let client = form.get("client_id").to_owned();
    let secret = client.strip_prefix("sandbox-").map(|app| format!("sandbox-secret-of-{app}"));
    if secret.as_deref() != Some(form.get("client_secret")) {
        return oauth_error(401, "invalid_client", "The OAuth client was not found.");
    }
    match form.get("grant_type") {
        "authorization_code" => by_code(&youtube, &form, &client),
        "refresh_token" => by_refresh(&youtube, &form, &client),
        _ => oauth_error(400, "unsupported_grant_type", "Invalid grant_type"),
    }
}

fn by_code(youtube: &Youtube, form: &Form, client: &str) -> Response {
    let now = youtube.world.now();
    let code = form.get("code");
    let Some(about) = youtube.world.grants(|grants| grants.take_code(code, now)) else {
        return oauth_error(400, "invalid_grant", "Malformed auth code.");
    };
    if about.client_id != client {
        return oauth_error(400, "invalid_grant", "Bad Request");
    }
    if about.redirect_uri != form.get("redirect_uri") {
        return oauth_error(400, "redirect_uri_mismatch", "Bad Request");
    }
    let proven = cloud::crypto::sha256(form.get("code_verifier").as_bytes());
    if about.challenge.is_some_and(|challenge| challenge != proven) {
        return oauth_error(400, "invalid_grant", "Missing code verifier.");
    }
    let grant = grant(client, &about.scopes, &about.user, "access", youtube);
    let refresh = code.contains(OFFLINE).then(|| {
        let refresh = format!("1//refresh-{}", youtube.world.number());
        let kept = Grant { kind: "refresh", until: None, ..grant.clone() };
        youtube.world.grants(|grants| grants.keep(refresh.clone(), kept));
        refresh
    });
    give(youtube, grant, refresh)
}

fn by_refresh(youtube: &Youtube, form: &Form, client: &str) -> Response {
    let now = youtube.world.now();
    let known = youtube.world.grants(|grants| grants.find(form.get("refresh_token"), now));
    match known.filter(|known| known.network == NAME && known.kind == "refresh" && known.client_id == client) {
        Some(known) => give(youtube, grant(client, &known.scopes, &known.user, "access", youtube), None),
        None => oauth_error(400, "invalid_grant", "Token has been expired or revoked."),
    }
}

fn grant(client: &str, scopes: &[String], user: &str, kind: &'static str, youtube: &Youtube) -> Grant {
    let since = youtube.world.now();
    let until = Some(since + SignedDuration::from_secs(ACCESS_SECONDS));
    Grant {
        network: NAME,
        client_id: client.to_owned(),
        scopes: scopes.to_vec(),
        user: user.to_owned(),
        kind,
        until,
        since,
    }
}

fn give(youtube: &Youtube, grant: Grant, refresh: Option<String>) -> Response {
    let access = format!("ya29.access-{}", youtube.world.number());
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "scope": grant.scopes.join(" "),
        "token_type": "Bearer",
    });
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
    }
    youtube.world.grants(|grants| grants.keep(access, grant));
    axum::Json(body).into_response()
}

/// Takes back all that the token's user allowed.
pub(super) async fn revoke(State(youtube): State<Youtube>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let known = youtube.world.grants(|grants| grants.find_expired(form.get("token")));
    let Some(known) = known.filter(|known| known.network == NAME) else {
        return oauth_error(400, "invalid_token", "Token expired or revoked");
    };
    youtube.world.grants(|grants| grants.revoke_user(NAME, &known.user));
    axum::Json(json!({})).into_response()
}

fn oauth_error(status: u16, error: &str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(json!({"error": error, "error_description": description}))).into_response()
}
