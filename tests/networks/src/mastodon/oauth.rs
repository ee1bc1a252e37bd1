//! Registering an app with an instance, allowing access, and the account behind a token.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use cloud::crypto::sha256;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use super::{ANY, Mastodon, NETWORK, PEOPLE, invalid, refuse};
use crate::answers::{Fields, Refused, field, form, json as answer};
use crate::oauth::{Ask, Code, Grant, consent_page};

const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const SCOPES: [&str; 7] =
    ["read", "write", "profile", "read:accounts", "read:statuses", "write:statuses", "write:media"];

/// An app, registered with one instance.
pub(super) struct App {
    pub(super) host: String,
    pub(super) secret: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scopes: Vec<String>,
}

pub(super) async fn register(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Refused> {
    let redirect_uris: Vec<String> = match &body["redirect_uris"] {
        Value::String(uris) => uris.lines().map(str::to_owned).collect(),
        Value::Array(uris) => uris.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let name = body["client_name"].as_str().unwrap_or_default();
    if name.is_empty() || redirect_uris.is_empty() || redirect_uris.iter().any(|uri| Url::parse(uri).is_err()) {
        return Err(invalid("Name can't be blank, Redirect URI must be an absolute URI."));
    }
    let scopes = words(body["scopes"].as_str().unwrap_or("read"));
    if scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
        return Err(invalid("Scopes doesn't match configured on the server."));
    }
    let number = mastodon.world.number();
    let (id, secret) = (format!("app-{number}"), format!("app-secret-{number}"));
    let view = json!({
        "id": number.to_string(), "name": name, "client_id": id, "client_secret": secret,
        "redirect_uris": redirect_uris, "scopes": scopes,
    });
    mastodon.held().apps.insert(id, App { host, secret, redirect_uris, scopes });
    Ok(answer(200, &view))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The scopes asked for, if the request is in order.
fn asked(mastodon: &Mastodon, host: &str, fields: &Fields) -> Result<Vec<String>, Refused> {
    let held = mastodon.held();
    let app = held.apps.get(field(fields, "client_id")).filter(|app| app.host == host);
    let wrong = |what: &str| Refused::from((StatusCode::BAD_REQUEST, what.to_owned()).into_response());
    let app = app.ok_or_else(|| wrong("Client authentication failed due to unknown client"))?;
    if !app.redirect_uris.iter().any(|uri| uri == field(fields, "redirect_uri")) {
        return Err(wrong("The redirect uri included is not valid."));
    }
    let scopes = words(field(fields, "scope"));
    if field(fields, "response_type") != "code" || scopes.iter().any(|scope| !app.scopes.contains(scope)) {
        return Err(wrong("The requested scope is invalid, unknown, or malformed."));
    }
    let method = field(fields, "code_challenge_method");
    if !field(fields, "code_challenge").is_empty() && method != "S256" {
        return Err(wrong("The code_challenge_method must be S256."));
    }
    Ok(scopes)
}

pub(super) async fn ask(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let fields = form(query.unwrap_or_default().as_bytes());
    let scopes = asked(&mastodon, &host, &fields)?;
    let users: Fields = PEOPLE.iter().map(|(_, name)| ((*name).to_owned(), format!("{name}@{host}"))).collect();
    let action = format!("/{host}/oauth/authorize");
    let ask = Ask { network: "Mastodon", action: &action, fields: &fields, scopes: &scopes, users: &users };
    Ok(consent_page(&ask).into_response())
}

pub(super) async fn decide(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let fields = form(&body);
    let scopes = asked(&mastodon, &host, &fields)?;
    let redirect_uri = field(&fields, "redirect_uri").to_owned();
    let mut back: Url = redirect_uri.parse().map_err(|_| refuse(400, "The redirect uri included is not valid."))?;
    if field(&fields, "decision") == "allow" {
        let name = Some(field(&fields, "user")).filter(|name| !name.is_empty()).unwrap_or(PEOPLE[0].1);
        let granted = |scope: &String| fields.iter().any(|(name, value)| name == "granted" && value == scope);
        let code = format!("code-{}", mastodon.world.number());
        let about = Code {
            client_id: field(&fields, "client_id").to_owned(),
            redirect_uri,
            scopes: scopes.into_iter().filter(granted).collect(),
            challenge: Some(field(&fields, "code_challenge").to_owned()).filter(|text| !text.is_empty()),
            user: format!("{name}@{host}"),
            until: mastodon.world.now() + CODE_LIFETIME,
        };
        mastodon.world.grants(|grants| grants.keep_code(code.clone(), about));
        back.query_pairs_mut().append_pair("code", &code);
    } else {
        let words = "The resource owner or authorization server denied the request.";
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("error_description", words);
    }
    back.query_pairs_mut().append_pair("state", field(&fields, "state"));
    Ok((StatusCode::FOUND, [(LOCATION, back.to_string())]).into_response())
}

/// The app that a form names with its secret.
fn is_app(mastodon: &Mastodon, host: &str, fields: &Fields) -> bool {
    let held = mastodon.held();
    let app = held.apps.get(field(fields, "client_id")).filter(|app| app.host == host);
    app.is_some_and(|app| app.secret == field(fields, "client_secret"))
}

pub(super) async fn token(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let fields = form(&body);
    let wrong = |status, error: &str| {
        let description = "The provided authorization grant is invalid, expired or revoked.";
        Refused::from(answer(status, &json!({"error": error, "error_description": description})))
    };
    if !is_app(&mastodon, &host, &fields) {
        return Err(wrong(401, "invalid_client"));
    }
    if field(&fields, "grant_type") != "authorization_code" {
        return Err(wrong(400, "unsupported_grant_type"));
    }
    let now = mastodon.world.now();
    let code = mastodon.world.grants(|grants| grants.take_code(field(&fields, "code"), now));
    let code = code.filter(|code| {
        let proven =
            code.challenge.as_ref().is_none_or(|known| *known == sha256(field(&fields, "code_verifier").as_bytes()));
        proven && code.client_id == field(&fields, "client_id") && code.redirect_uri == field(&fields, "redirect_uri")
    });
    let code = code.ok_or_else(|| wrong(400, "invalid_grant"))?;
    let token = format!("token-{}", mastodon.world.number());
    let view = json!({
        "access_token": token, "token_type": "Bearer", "scope": code.scopes.join(" "), "created_at": now.as_second(),
    });
    let grant = Grant {
        network: NETWORK,
        client_id: code.client_id,
        scopes: code.scopes,
        user: code.user,
        kind: "access",
        until: None,
        since: now,
    };
    mastodon.world.grants(|grants| grants.keep(token, grant));
    Ok(answer(200, &view))
}

pub(super) async fn revoke(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let fields = form(&body);
    let token = field(&fields, "token");
    let given = mastodon.world.grants(|grants| grants.find_expired(token));
    let theirs = given.is_none_or(|grant| grant.client_id == field(&fields, "client_id"));
    if !is_app(&mastodon, &host, &fields) || !theirs {
        let words = "You are not authorized to revoke this token";
        return Err(answer(403, &json!({"error": "unauthorized_client", "error_description": words})).into());
    }
    mastodon.world.grants(|grants| grants.revoke(token));
    Ok(answer(200, &json!({})))
}

pub(super) async fn account(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "read:accounts", ANY)?;
    let name = caller.user.split('@').next().unwrap_or_default();
    let statuses = mastodon.held().statuses.iter().filter(|status| status.user == caller.user).count();
    Ok(caller.answer(
        200,
        &json!({
            "id": caller.id, "username": name, "acct": name, "display_name": format!("{name} (simulated)"),
            "avatar": format!("https://{host}/avatars/{name}.png"), "url": format!("https://{host}/@{name}"),
            "followers_count": 12, "following_count": 7, "statuses_count": statuses,
            "source": {"privacy": "public", "sensitive": false, "language": "en"},
        }),
    ))
}
