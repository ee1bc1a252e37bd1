//! OAuth 2.0 Authorization Code Flow with PKCE, for a confidential client.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud::crypto::sha256;
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::{NETWORK, PEOPLE, X, person, status};
use crate::oauth::{Ask, Code, Grant, consent_page};

const CLIENT: &str = "sandbox-x";
const SECRET: &str = "sandbox-secret-of-x";
const CODE_LIVES: SignedDuration = SignedDuration::from_secs(30);
const ACCESS_LIVES: SignedDuration = SignedDuration::from_hours(2);
const REFRESH_LIVES: SignedDuration = SignedDuration::from_hours(24 * 180);
const STATE_MAX: usize = 500;

type Pairs = Vec<(String, String)>;

fn pairs(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text).into_owned().collect()
}

fn value<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// What is wrong with an authorize request. The real one also refuses `localhost`, where the sandbox is.
fn fault(query: &Pairs) -> Option<&'static str> {
    let address = Url::parse(value(query, "redirect_uri"));
    match () {
        () if value(query, "response_type") != "code" => Some("response_type must be code"),
        () if value(query, "client_id") != CLIENT => Some("unknown client_id"),
        () if address.is_err() => Some("redirect_uri is not registered"),
        () if value(query, "scope").is_empty() => Some("scope is missing"),
        () if value(query, "state").is_empty() || value(query, "state").len() > STATE_MAX => Some("state is missing"),
        () if value(query, "code_challenge").is_empty() => Some("code_challenge is missing"),
        () if !matches!(value(query, "code_challenge_method"), "S256" | "plain") => Some("code_challenge_method"),
        () => None,
    }
}

fn scopes(query: &Pairs) -> Vec<String> {
    value(query, "scope").split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

pub(super) async fn ask(State(x): State<X>, RawQuery(query): RawQuery) -> Response {
    let query = pairs(query.unwrap_or_default().as_bytes());
    if let Some(fault) = fault(&query) {
        return (StatusCode::BAD_REQUEST, format!("Something went wrong: {fault}.")).into_response();
    }
    let users: Pairs = PEOPLE.iter().map(|person| (person.id.to_owned(), person.name.to_owned())).collect();
    let ask = Ask {
        network: "X",
        action: &format!("{}/i/oauth2/authorize", x.world.at("x.com")),
        fields: &query,
        scopes: &scopes(&query),
        users: &users,
    };
    consent_page(&ask).into_response()
}

pub(super) async fn decide(State(x): State<X>, body: String) -> Response {
    let form = pairs(body.as_bytes());
    if let Some(fault) = fault(&form) {
        return (StatusCode::BAD_REQUEST, format!("Something went wrong: {fault}.")).into_response();
    }
    let Ok(mut back) = Url::parse(value(&form, "redirect_uri")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let state = value(&form, "state").to_owned();
    if value(&form, "decision") != "allow" {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("state", &state);
        return Redirect::to(back.as_str()).into_response();
    }
    let user = person(value(&form, "user")).unwrap_or(&PEOPLE[0]);
    let asked = scopes(&form);
    let granted = form.iter().filter(|(name, scope)| name == "granted" && asked.contains(scope));
    let plain = value(&form, "code_challenge_method") == "plain";
    let challenge = value(&form, "code_challenge").to_owned();
    let code = Code {
        client_id: CLIENT.to_owned(),
        redirect_uri: value(&form, "redirect_uri").to_owned(),
        scopes: granted.map(|(_, scope)| scope.clone()).collect(),
        challenge: Some(if plain { sha256(challenge.as_bytes()) } else { challenge }),
        user: user.id.to_owned(),
        until: x.world.now() + CODE_LIVES,
    };
    let text = format!("x-code-{}", x.world.number());
    x.world.grants(|grants| grants.keep_code(text.clone(), code));
    back.query_pairs_mut().append_pair("state", &state).append_pair("code", &text);
    Redirect::to(back.as_str()).into_response()
}

fn refused(code: u16, error: &str, description: &str) -> Response {
    (status(code), Json(json!({"error": error, "error_description": description}))).into_response()
}

/// Whether the app proves itself with HTTP Basic, as confidential clients must.
fn is_app(headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    headers.get(header::AUTHORIZATION).is_some_and(|value| value.as_bytes() == expected.as_bytes())
}

pub(super) async fn token(State(x): State<X>, headers: HeaderMap, body: String) -> Response {
    if !is_app(&headers) {
        return refused(401, "unauthorized_client", "Missing valid authorization header");
    }
    let form = pairs(body.as_bytes());
    let now = x.world.now();
    match value(&form, "grant_type") {
        "authorization_code" => {
            let Some(code) = x.world.grants(|grants| grants.take_code(value(&form, "code"), now)) else {
                return refused(400, "invalid_request", "Value passed for the authorization code was invalid.");
            };
            if code.redirect_uri != value(&form, "redirect_uri") {
                return refused(400, "invalid_request", "Value passed for the redirect uri did not match.");
            }
            if code.challenge != Some(sha256(value(&form, "code_verifier").as_bytes())) {
                return refused(400, "invalid_request", "Value passed for the code verifier did not match.");
            }
            issue(&x, &code.user, &code.scopes)
        }
        "refresh_token" => {
            let token = value(&form, "refresh_token");
            let known = x
                .world
                .grants(|grants| grants.find(token, now))
                .filter(|grant| grant.network == NETWORK && grant.kind == "refresh" && grant.client_id == CLIENT);
            let Some(known) = known else {
                return refused(400, "invalid_request", "Value passed for the token was invalid.");
            };
            // Each works once.
            x.world.grants(|grants| grants.revoke(token));
            issue(&x, &known.user, &known.scopes)
        }
        _ => refused(400, "unsupported_grant_type", "Value passed for the grant type was invalid."),
    }
}

fn issue(x: &X, user: &str, scopes: &[String]) -> Response {
    let now = x.world.now();
    let grant = |kind, lives| Grant {
        network: NETWORK,
        client_id: CLIENT.to_owned(),
        scopes: scopes.to_vec(),
        user: user.to_owned(),
        kind,
        until: Some(now + lives),
        since: now,
    };
    let access = format!("x-access-{}", x.world.number());
    let mut answer = json!({
        "token_type": "bearer",
        "expires_in": ACCESS_LIVES.as_secs(),
        "access_token": access,
        "scope": scopes.join(" "),
    });
    x.world.grants(|grants| grants.keep(access, grant("access", ACCESS_LIVES)));
    if scopes.iter().any(|scope| scope == "offline.access") {
        let refresh = format!("x-refresh-{}", x.world.number());
        answer["refresh_token"] = json!(refresh);
        x.world.grants(|grants| grants.keep(refresh, grant("refresh", REFRESH_LIVES)));
    }
    Json(answer).into_response()
}

pub(super) async fn revoke(State(x): State<X>, headers: HeaderMap, body: String) -> Response {
    if !is_app(&headers) {
        return refused(401, "unauthorized_client", "Missing valid authorization header");
    }
    let form = pairs(body.as_bytes());
    if value(&form, "token").is_empty() {
        return refused(400, "invalid_request", "Missing required parameter [token].");
    }
    x.world.grants(|grants| grants.revoke(value(&form, "token")));
    Json(json!({"revoked": true})).into_response()
}
