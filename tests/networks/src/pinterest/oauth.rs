//! Allowing access, and tokens whose refresh tokens change with each use.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde_json::json;
use url::Url;

use super::{NETWORK, PEOPLE, Pinterest, person};
use crate::answers::{Fields, Refused, field, form, header, json as json_answer};
use crate::oauth::{Ask, Code, Grant, consent_page};

const CLIENT_ID: &str = "sandbox-pinterest";
const CLIENT_SECRET: &str = "sandbox-secret-of-pinterest";
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const ACCESS_SECONDS: i64 = 2_592_000;
const REFRESH_SECONDS: i64 = 5_184_000;
const SCOPES: [&str; 9] = [
    "user_accounts:read",
    "boards:read",
    "boards:write",
    "pins:read",
    "pins:write",
    "boards:read_secret",
    "boards:write_secret",
    "pins:read_secret",
    "pins:write_secret",
];

/// The scopes asked for, if the request is in order.
fn asked(fields: &Fields) -> Result<Vec<String>, Refused> {
    let refuse = |message: &str| Refused::from((StatusCode::BAD_REQUEST, message.to_owned()).into_response());
    if field(fields, "client_id") != CLIENT_ID {
        return Err(refuse("Unknown client_id"));
    }
    if field(fields, "response_type") != "code" || !field(fields, "redirect_uri").starts_with("http") {
        return Err(refuse("response_type must be code, and redirect_uri a registered address"));
    }
    let scopes: Vec<String> = field(fields, "scope").split(',').map(str::to_owned).collect();
    if scopes.iter().all(|scope| SCOPES.contains(&scope.as_str())) {
        Ok(scopes)
    } else {
        Err(refuse("Unknown scope; scopes are separated by commas"))
    }
}

pub(super) async fn ask(RawQuery(query): RawQuery) -> Result<Response, Refused> {
    let fields = form(query.unwrap_or_default().as_bytes());
    let scopes = asked(&fields)?;
    let users: Fields = PEOPLE.iter().map(|person| (person.1.to_owned(), person.1.to_owned())).collect();
    let action = "/www.pinterest.com/oauth/";
    Ok(consent_page(&Ask { network: "Pinterest", action, fields: &fields, scopes: &scopes, users: &users })
        .into_response())
}

pub(super) async fn decide(State(pinterest): State<Pinterest>, body: Bytes) -> Result<Response, Refused> {
    let fields = form(&body);
    let scopes = asked(&fields)?;
    let redirect_uri = field(&fields, "redirect_uri").to_owned();
    let back = Url::parse(&redirect_uri);
    let mut back = back.map_err(|_| Refused::from((StatusCode::BAD_REQUEST, "bad redirect_uri").into_response()))?;
    if field(&fields, "decision") == "allow" {
        let chosen = Some(field(&fields, "user")).filter(|user| !user.is_empty()).unwrap_or(PEOPLE[0].1);
        let granted = |scope: &String| fields.iter().any(|(name, value)| name == "granted" && value == scope);
        let code = format!("code{}", pinterest.world.number());
        let about = Code {
            client_id: CLIENT_ID.to_owned(),
            redirect_uri,
            scopes: scopes.into_iter().filter(granted).collect(),
            challenge: None,
            user: chosen.to_owned(),
            until: pinterest.world.now() + CODE_LIFETIME,
        };
        pinterest.world.grants(|grants| grants.keep_code(code.clone(), about));
        back.query_pairs_mut().append_pair("code", &code);
    } else {
        back.query_pairs_mut().append_pair("error", "access_denied");
    }
    back.query_pairs_mut().append_pair("state", field(&fields, "state"));
    Ok((StatusCode::FOUND, [(LOCATION, back.to_string())]).into_response())
}

pub(super) async fn token(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let fields = form(&body);
    let refuse = |status, error: &str, description: &str| {
        Refused::from(json_answer(status, &json!({"error": error, "error_description": description})))
    };
    let wanted = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    if header(&headers, "authorization") != Some(&wanted) {
        return Err(refuse(401, "invalid_client", "The client's credentials are not valid."));
    }
    let (world, now) = (&pinterest.world, pinterest.world.now());
    let (user, scopes) = match field(&fields, "grant_type") {
        "authorization_code" => {
            let code = world.grants(|grants| grants.take_code(field(&fields, "code"), now));
            let code = code.filter(|code| code.client_id == CLIENT_ID && person(&code.user).is_some());
            let code = code.filter(|code| code.redirect_uri == field(&fields, "redirect_uri"));
            let code = code.ok_or_else(|| refuse(400, "invalid_grant", "The code is not valid."))?;
            (code.user, code.scopes)
        }
        "refresh_token" => {
            let old = field(&fields, "refresh_token");
            let grant = world.grants(|grants| grants.find(old, now));
            let grant = grant.filter(|grant| grant.network == NETWORK && grant.kind == "refresh");
            let grant = grant.ok_or_else(|| refuse(400, "invalid_grant", "The refresh token is not valid."))?;
            world.grants(|grants| grants.revoke(old));
            (grant.user, grant.scopes)
        }
        _ => return Err(refuse(400, "unsupported_grant_type", "The grant type is not supported.")),
    };
    let keep = |prefix: &str, kind: &'static str, seconds: i64| {
        let token = format!("{prefix}_{}", world.number());
        let until = Some(now + SignedDuration::from_secs(seconds));
        let grant = Grant {
            network: NETWORK,
            client_id: CLIENT_ID.to_owned(),
            scopes: scopes.clone(),
            user: user.clone(),
            kind,
            until,
            since: now,
        };
        world.grants(|grants| grants.keep(token.clone(), grant));
        token
    };
    let (access, refresh) = (keep("pina", "access", ACCESS_SECONDS), keep("pinr", "refresh", REFRESH_SECONDS));
    Ok(json_answer(
        200,
        &json!({
            "response_type": field(&fields, "grant_type"), "token_type": "bearer",
            "access_token": access, "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh, "refresh_token_expires_in": REFRESH_SECONDS,
            "refresh_token_expires_at": now.as_second() + REFRESH_SECONDS,
            "scope": scopes.join(" "),
        }),
    ))
}
