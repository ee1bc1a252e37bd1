//! Signing in with an app password, and sessions whose refresh tokens change with each use.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::identity::did_document;
use super::{Bluesky, Call, NETWORK, PEOPLE, invalid, limited, refuse};
use crate::answers::{Refused, bearer, json as answer};
use crate::oauth::Grant;

const ACCESS: SignedDuration = SignedDuration::from_hours(2);
const REFRESH: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How long a spent refresh token still yields the same successor.
const GRACE: SignedDuration = SignedDuration::from_hours(2);
/// Sign-ins within five minutes.
const SIGN_INS: usize = 30;

/// An access token and its refresh token.
#[derive(Clone)]
pub(super) struct Pair {
    access: String,
    refresh: String,
}

pub(super) async fn create(bluesky: &Bluesky, call: Call) -> Result<Response, Refused> {
    let body = call.json().await?;
    let (Some(identifier), Some(password)) = (body["identifier"].as_str(), body["password"].as_str()) else {
        return Err(invalid("Input must have the properties \"identifier\" and \"password\""));
    };
    let wrong = || refuse(401, "AuthenticationRequired", "Invalid identifier or password");
    let person = PEOPLE.iter().find(|person| person.0 == identifier || person.1 == identifier).ok_or_else(wrong)?;
    let now = bluesky.world.now();
    {
        let mut held = bluesky.held();
        let signed_in = held.signed_in.entry(person.0.to_owned()).or_default();
        signed_in.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(5));
        if signed_in.len() >= SIGN_INS {
            return Err(limited(signed_in[0] + SignedDuration::from_mins(5)));
        }
        signed_in.push(now);
    }
    if !is_app_password(password) {
        return Err(wrong());
    }
    Ok(answer(200, &view(&pair(bluesky, person.0), person.0)))
}

/// Four groups of four, as the settings show them.
fn is_app_password(text: &str) -> bool {
    let group = |group: &str| group.len() == 4 && group.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.split('-').count() == 4 && text.split('-').all(group)
}

fn pair(bluesky: &Bluesky, did: &str) -> Pair {
    let name = |kind: &str| format!("{kind}-jwt-{}", bluesky.world.number());
    let pair = Pair { access: name("access"), refresh: name("refresh") };
    keep(bluesky, did, &pair);
    pair
}

/// The session that the first account has from the start.
pub(super) fn give(bluesky: &Bluesky) {
    keep(bluesky, PEOPLE[0].0, &Pair { access: super::ACCESS.to_owned(), refresh: super::REFRESH.to_owned() });
}

fn keep(bluesky: &Bluesky, did: &str, pair: &Pair) {
    let now = bluesky.world.now();
    for (token, kind, lifetime) in [(&pair.access, "access", ACCESS), (&pair.refresh, "refresh", REFRESH)] {
        let grant = Grant {
            network: NETWORK,
            client_id: String::new(),
            scopes: vec!["com.atproto.appPass".to_owned()],
            user: did.to_owned(),
            kind,
            until: Some(now + lifetime),
            since: now,
        };
        bluesky.world.grants(|grants| grants.keep(token.clone(), grant));
    }
}

fn view(pair: &Pair, did: &str) -> Value {
    let handle = PEOPLE.iter().find(|person| person.0 == did).map_or("handle.invalid", |person| person.1);
    json!({
        "accessJwt": pair.access, "refreshJwt": pair.refresh, "did": did, "handle": handle,
        "didDoc": did_document(did, handle), "active": true,
    })
}

/// Whom a token acts for, if it is of this kind and works.
pub(super) fn holder(bluesky: &Bluesky, token: &str, kind: &str) -> Result<String, Refused> {
    let now = bluesky.world.now();
    let (grant, ever) = bluesky.world.grants(|grants| (grants.find(token, now), grants.find_expired(token)));
    match (grant.filter(|grant| grant.network == NETWORK && grant.kind == kind), ever) {
        (Some(grant), _) => Ok(grant.user),
        (None, Some(ever)) if ever.kind == kind => Err(refuse(400, "ExpiredToken", "Token has expired")),
        _ => Err(refuse(400, "InvalidToken", "Token could not be verified")),
    }
}

pub(super) fn refresh(bluesky: &Bluesky, call: &Call) -> Result<Response, Refused> {
    let token = bearer(&call.headers).ok_or_else(|| refuse(401, "AuthMissing", "Authentication Required"))?;
    let now = bluesky.world.now();
    let spent = bluesky.held().successors.get(token).cloned();
    let known = spent.map(|(successor, since)| (successor, now.duration_since(since) < GRACE));
    match known {
        Some((_, false)) => Err(refuse(400, "ExpiredToken", "Token has been revoked")),
        Some((successor, true)) => Ok(answer(200, &view(&successor, &holder(bluesky, token, "refresh")?))),
        None => {
            let did = holder(bluesky, token, "refresh")?;
            let next = pair(bluesky, &did);
            bluesky.held().successors.insert(token.to_owned(), (next.clone(), now));
            Ok(answer(200, &view(&next, &did)))
        }
    }
}

pub(super) fn delete(bluesky: &Bluesky, call: &Call) -> Result<Response, Refused> {
    let token = bearer(&call.headers).ok_or_else(|| refuse(401, "AuthMissing", "Authentication Required"))?;
    holder(bluesky, token, "refresh")?;
    bluesky.world.grants(|grants| grants.revoke(token));
    Ok(StatusCode::OK.into_response())
}

pub(super) fn get(bluesky: &Bluesky, call: &Call) -> Result<Response, Refused> {
    let did = bluesky.caller(call)?;
    let handle = PEOPLE.iter().find(|person| person.0 == did).map_or("handle.invalid", |person| person.1);
    Ok(answer(200, &json!({"did": did, "handle": handle, "active": true, "didDoc": did_document(&did, handle)})))
}
