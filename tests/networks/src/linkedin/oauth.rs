//! Authorization: consent is all or nothing, a code works once within half an hour, a token for sixty days.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::api::header as text;
use super::people::users;
use super::{Issued, NAME, Sim};
use crate::oauth::{Ask, Code, Grant, consent_page};

const ACCESS_SECONDS: i64 = 5_184_000;
const REFRESH_SECONDS: i64 = 31_536_000;
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Apps with their products' scopes, and whether they were approved for refresh tokens.
const APPS: [(&str, &[&str], bool); 2] = [
    ("linkedin", &["openid", "profile", "email", "w_member_social"], false),
    (
        "linkedin-organization",
        &["w_organization_social", "r_organization_social", "rw_organization_admin", "r_organization_admin"],
        true,
    ),
];

pub(super) fn routes() -> Router<Sim> {
    Router::new()
        .route("/www.linkedin.com/oauth/v2/authorization", get(ask).post(decide))
        .route("/www.linkedin.com/oauth/v2/accessToken", post(token))
        .route("/www.linkedin.com/oauth/v2/revoke", post(revoke))
}

type Fields = Vec<(String, String)>;

fn parse(form: &[u8]) -> Fields {
    form_urlencoded::parse(form).into_owned().collect()
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

fn app(client_id: &str) -> Option<(&'static str, &'static [&'static str], bool)> {
    APPS.into_iter().find(|(name, _, _)| client_id == format!("sandbox-{name}"))
}

/// What is asked for, checked as the authorization page does: errors that the app's owner must see are shown, not sent back.
fn asked(fields: &Fields) -> Result<(Url, Vec<String>), Response> {
    let shown = |message: &str| (StatusCode::BAD_REQUEST, message.to_owned()).into_response();
    let Some((_, known, _)) = app(field(fields, "client_id")) else {
        return Err(shown("The passed in client_id is invalid"));
    };
    let redirect: Url = field(fields, "redirect_uri").parse().map_err(|_| shown("The redirect_uri does not match"))?;
    if field(fields, "response_type") != "code" || field(fields, "state").is_empty() {
        return Err(back(&redirect, fields, "invalid_request", "response_type and state are needed"));
    }
    let scopes: Vec<String> = field(fields, "scope").split_whitespace().map(str::to_owned).collect();
    if let Some(scope) = scopes.iter().find(|scope| !known.contains(&scope.as_str())) {
        let message = format!("Scope \"{scope}\" is not authorized for your application");
        return Err(back(&redirect, fields, "unauthorized_scope_error", &message));
    }
    Ok((redirect, scopes))
}

fn back(redirect: &Url, fields: &Fields, error: &str, description: &str) -> Response {
    let pairs = [("error", error), ("error_description", description), ("state", field(fields, "state"))];
    redirected(redirect, &pairs)
}

fn redirected(redirect: &Url, pairs: &[(&str, &str)]) -> Response {
    let mut to = redirect.clone();
    to.query_pairs_mut().extend_pairs(pairs);
    (StatusCode::FOUND, [(header::LOCATION, to.to_string())]).into_response()
}

async fn ask(RawQuery(query): RawQuery) -> Response {
    let fields = parse(query.unwrap_or_default().as_bytes());
    match asked(&fields) {
        Err(refused) => refused,
        Ok((_, scopes)) => {
            let action = "";
            let ask = Ask { network: "LinkedIn", action, fields: &fields, scopes: &scopes, users: &users() };
            consent_page(&ask).into_response()
        }
    }
}

async fn decide(State(sim): State<Sim>, RawQuery(query): RawQuery, form: Bytes) -> Response {
    let mut fields = parse(&form);
    fields.extend(parse(query.unwrap_or_default().as_bytes()));
    let (redirect, scopes) = match asked(&fields) {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    let granted: Vec<&str> =
        fields.iter().filter(|(name, _)| name == "granted").map(|(_, value)| value.as_str()).collect();
    let whole = scopes.iter().all(|scope| granted.contains(&scope.as_str()));
    if field(&fields, "decision") != "allow" || !whole {
        return back(&redirect, &fields, "user_cancelled_authorize", "The user cancelled the authorization");
    }
    let known = users();
    let user = known.iter().find(|(login, _)| login == field(&fields, "user")).unwrap_or(&known[0]).0.clone();
    let code = format!("code-{}", sim.world.number());
    let about = Code {
        client_id: field(&fields, "client_id").to_owned(),
        redirect_uri: field(&fields, "redirect_uri").to_owned(),
        scopes,
        challenge: None,
        user,
        until: sim.world.now() + CODE_LIFE,
    };
    sim.world.grants(|grants| grants.keep_code(code.clone(), about));
    redirected(&redirect, &[("code", &code), ("state", field(&fields, "state"))])
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}

/// The form of a call by an app that proves itself.
fn from_app(headers: &HeaderMap, form: &[u8]) -> Result<Fields, Response> {
    if !text(headers, "content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(refused(StatusCode::BAD_REQUEST, "invalid_request", "A form is expected"));
    }
    let fields = parse(form);
    let secret = app(field(&fields, "client_id")).map(|(name, _, _)| format!("sandbox-secret-of-{name}"));
    if secret.as_deref() == Some(field(&fields, "client_secret")) {
        Ok(fields)
    } else {
        Err(refused(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed"))
    }
}

async fn token(State(sim): State<Sim>, headers: HeaderMap, form: Bytes) -> Response {
    let fields = match from_app(&headers, &form) {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    let answer = match field(&fields, "grant_type") {
        "authorization_code" => by_code(&sim, &fields),
        "refresh_token" => by_refresh(&sim, &fields),
        _ => Err("A required parameter \"grant_type\" is missing"),
    };
    match answer {
        Ok(body) => Json(body).into_response(),
        Err(description) => refused(StatusCode::BAD_REQUEST, "invalid_request", description),
    }
}

fn by_code(sim: &Sim, fields: &Fields) -> Result<Value, &'static str> {
    let now = sim.world.now();
    let code = sim.world.grants(|grants| grants.take_code(field(fields, "code"), now));
    let fits = |code: &Code| {
        code.client_id == field(fields, "client_id") && code.redirect_uri == field(fields, "redirect_uri")
    };
    let code = code.filter(fits).ok_or(
        "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. \
         Or authorization code expired.",
    )?;
    let mut body = issue(sim, &code.client_id, &code.user, &code.scopes);
    if app(&code.client_id).is_some_and(|(_, _, renews)| renews) {
        let refresh = format!("AQR-{}", sim.world.number());
        let until = Some(now + SignedDuration::from_secs(REFRESH_SECONDS));
        let Code { client_id, scopes, user, .. } = code;
        let grant = Grant { network: NAME, client_id, scopes, user, kind: "refresh", until, since: now };
        sim.world.grants(|grants| grants.keep(refresh.clone(), grant));
        body["refresh_token"] = json!(refresh);
        body["refresh_token_expires_in"] = json!(REFRESH_SECONDS);
    }
    Ok(body)
}

/// A refresh token stays the same, and its end too: a year after the member's consent.
fn by_refresh(sim: &Sim, fields: &Fields) -> Result<Value, &'static str> {
    let (token, now) = (field(fields, "refresh_token"), sim.world.now());
    let grant = sim.world.grants(|grants| grants.find(token, now));
    let grant = grant
        .filter(|grant| grant.kind == "refresh" && grant.client_id == field(fields, "client_id"))
        .ok_or("The provided refresh token is invalid, expired or revoked")?;
    let mut body = issue(sim, &grant.client_id, &grant.user, &grant.scopes);
    body["refresh_token"] = json!(token);
    body["refresh_token_expires_in"] = json!(grant.until.map_or(0, |until| until.duration_since(now).as_secs()));
    Ok(body)
}

/// A new access token. Ones for other scopes stop working.
fn issue(sim: &Sim, client_id: &str, user: &str, scopes: &[String]) -> Value {
    let now = sim.world.now();
    // As long as real ones, which are longer than usual.
    let token = format!("AQX{}-{}", "x".repeat(500), sim.world.number());
    let grant = Grant {
        network: NAME,
        client_id: client_id.to_owned(),
        scopes: scopes.to_vec(),
        user: user.to_owned(),
        kind: "access",
        until: Some(now + SignedDuration::from_secs(ACCESS_SECONDS)),
        since: now,
    };
    let mut state = sim.state();
    let stale = state
        .issued
        .iter()
        .filter(|(_, known)| known.client_id == client_id && known.user == user && known.scopes != scopes);
    let stale: Vec<String> = stale.map(|(token, _)| token.clone()).collect();
    let issued = Issued { client_id: client_id.to_owned(), user: user.to_owned(), scopes: scopes.to_vec() };
    state.issued.insert(token.clone(), issued);
    drop(state);
    sim.world.grants(|grants| {
        for token in &stale {
            grants.revoke(token);
        }
        grants.keep(token.clone(), grant);
    });
    json!({"access_token": token, "expires_in": ACCESS_SECONDS, "scope": scopes.join(","), "token_type": "Bearer"})
}

async fn revoke(State(sim): State<Sim>, headers: HeaderMap, form: Bytes) -> Response {
    let fields = match from_app(&headers, &form) {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    if sim.world.grants(|grants| grants.revoke(field(&fields, "token"))) {
        Json(json!({})).into_response()
    } else {
        refused(StatusCode::BAD_REQUEST, "invalid_request", "The token is unknown")
    }
}
