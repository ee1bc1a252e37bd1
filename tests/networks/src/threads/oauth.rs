//! From a code to a token of an hour, and from that to one of sixty days, which can be renewed once it is a day old.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, Fields, GraphError, NETWORK, PEOPLE, Threads, error, field, fields, invalid, person};
use crate::oauth::{Ask, Code, Grant, consent_page};

const CLIENT: &str = "sandbox-threads";
const SECRET: &str = "sandbox-secret-of-threads";
const CODE_LIVES: SignedDuration = SignedDuration::from_hours(1);
const SHORT_LIVES: SignedDuration = SignedDuration::from_hours(1);
const LONG_LIVES: SignedDuration = SignedDuration::from_hours(24 * 60);
const YOUNGEST_RENEWED: SignedDuration = SignedDuration::from_hours(24);

fn fault(query: &Fields) -> Option<&'static str> {
    let address = Url::parse(field(query, "redirect_uri")).ok();
    // The real one refuses this machine; somebody who tries things out has no other address.
    let here = |url: &Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let fits = address.is_some_and(|url| url.scheme() == "https" || here(&url));
    match () {
        () if field(query, "response_type") != "code" => Some("response_type must be code"),
        () if field(query, "client_id") != CLIENT => Some("invalid client_id"),
        () if !fits => Some("invalid redirect_uri: it must be https"),
        () if !field(query, "scope").split(',').any(|scope| scope == "threads_basic") => {
            Some("scope must contain threads_basic")
        }
        () => None,
    }
}

fn scopes(query: &Fields) -> Vec<String> {
    field(query, "scope").split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

pub(super) async fn ask(State(threads): State<Threads>, RawQuery(query): RawQuery) -> Response {
    let query = fields(query, "");
    if let Some(fault) = fault(&query) {
        return (StatusCode::BAD_REQUEST, format!("Sorry, something went wrong: {fault}.")).into_response();
    }
    let users: Vec<_> = PEOPLE.iter().map(|person| (person.id.to_owned(), person.name.to_owned())).collect();
    let asked: Vec<_> = query.clone().into_iter().collect();
    let ask = Ask {
        network: "Threads",
        action: &format!("{}/oauth/authorize", threads.world.at("threads.net")),
        fields: &asked,
        scopes: &scopes(&query),
        users: &users,
    };
    consent_page(&ask).into_response()
}

pub(super) async fn decide(State(threads): State<Threads>, body: String) -> Response {
    let form = fields(None, &body);
    if let Some(fault) = fault(&form) {
        return (StatusCode::BAD_REQUEST, format!("Sorry, something went wrong: {fault}.")).into_response();
    }
    let Ok(mut back) = Url::parse(field(&form, "redirect_uri")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let state = field(&form, "state");
    if field(&form, "decision") != "allow" {
        back.query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_reason", "user_denied")
            .append_pair("error_description", "The user denied your request.")
            .append_pair("state", state);
        return Redirect::to(back.as_str()).into_response();
    }
    let asked = scopes(&form);
    let pairs = url::form_urlencoded::parse(body.as_bytes()).into_owned();
    let granted = pairs.filter(|(name, scope)| name == "granted" && asked.contains(scope));
    let code = Code {
        client_id: CLIENT.to_owned(),
        redirect_uri: field(&form, "redirect_uri").to_owned(),
        scopes: granted.map(|(_, scope)| scope).collect(),
        challenge: None,
        user: person(field(&form, "user")).unwrap_or(&PEOPLE[0]).id.to_owned(),
        until: threads.world.now() + CODE_LIVES,
    };
    let text = format!("AQthreads{}", threads.world.number());
    threads.world.grants(|grants| grants.keep_code(text.clone(), code));
    back.query_pairs_mut().append_pair("code", &text).append_pair("state", state);
    // What it really appends to the address.
    back.set_fragment(Some("_"));
    Redirect::to(back.as_str()).into_response()
}

/// The token endpoint's errors are flat.
fn refused(message: &str) -> Response {
    let body = json!({"error_type": "OAuthException", "code": 400, "error_message": message});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

pub(super) async fn exchange(State(threads): State<Threads>, body: String) -> Response {
    let form = fields(None, &body);
    if field(&form, "client_id") != CLIENT || field(&form, "client_secret") != SECRET {
        return refused("Error validating client secret.");
    }
    if field(&form, "grant_type") != "authorization_code" {
        return refused("Invalid grant_type");
    }
    let now = threads.world.now();
    let code = threads.world.grants(|grants| grants.take_code(field(&form, "code"), now));
    let Some(code) = code.filter(|code| code.redirect_uri == field(&form, "redirect_uri")) else {
        return refused("Matching code was not found or was already used");
    };
    let token = threads.issue(&code.user, code.scopes, "short", SHORT_LIVES);
    let user: Value = code.user.parse::<u64>().map_or(Value::Null, |id| json!(id));
    Json(json!({"access_token": token, "user_id": user})).into_response()
}

impl Threads {
    fn issue(&self, user: &str, scopes: Vec<String>, kind: &'static str, lives: SignedDuration) -> String {
        let now = self.world.now();
        let grant = Grant {
            network: NETWORK,
            client_id: CLIENT.to_owned(),
            scopes,
            user: user.to_owned(),
            kind,
            until: Some(now + lives),
            since: now,
        };
        let token = format!("THAA{kind}{}", self.world.number());
        self.world.grants(|grants| grants.keep(token.clone(), grant));
        token
    }

    fn lasting(&self, grant: Grant) -> Answer {
        let token = self.issue(&grant.user, grant.scopes, "long", LONG_LIVES);
        Ok(Json(json!({"access_token": token, "token_type": "bearer", "expires_in": LONG_LIVES.as_secs()})))
    }
}

pub(super) async fn lengthen(State(threads): State<Threads>, RawQuery(query): RawQuery) -> Answer {
    let query = fields(query, "");
    if field(&query, "grant_type") != "th_exchange_token" || field(&query, "client_secret") != SECRET {
        return Err(error(400, 1, 0, "Error validating application."));
    }
    let grant = threads.caller(&HeaderMap::new(), &query, &[])?;
    if grant.kind != "short" {
        return Err(invalid("Session key invalid. This could be because the session is long-lived already."));
    }
    threads.lasting(grant)
}

pub(super) async fn refresh(State(threads): State<Threads>, RawQuery(query): RawQuery) -> Answer {
    let query = fields(query, "");
    if field(&query, "grant_type") != "th_refresh_token" {
        return Err(invalid("Invalid grant_type"));
    }
    let grant = threads.caller(&HeaderMap::new(), &query, &["threads_basic"])?;
    let age = threads.world.now().duration_since(grant.since);
    if grant.kind != "long" || age < YOUNGEST_RENEWED {
        return Err(invalid("The token must be long-lived and at least 24 hours old to be refreshed."));
    }
    threads.lasting(grant)
}

pub(super) async fn inspect(
    State(threads): State<Threads>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, GraphError> {
    let query = fields(query, "");
    threads.caller(&headers, &query, &[])?;
    let now = threads.world.now();
    let Some(grant) = threads.world.grants(|grants| grants.find(field(&query, "input_token"), now)) else {
        return Ok(Json(json!({"data": {"is_valid": false, "scopes": []}})));
    };
    let data = json!({
        "type": "USER",
        "application": "Atelier",
        "is_valid": true,
        "issued_at": grant.since.as_second(),
        "expires_at": grant.until.map(jiff::Timestamp::as_second),
        "scopes": grant.scopes,
        "user_id": grant.user,
    });
    Ok(Json(json!({"data": data})))
}
