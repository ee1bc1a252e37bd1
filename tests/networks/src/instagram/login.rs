//! Business Login for Instagram: the dialog, codes, tokens of an hour and of 60 days.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::graph::{Answer, Asked, Refusal, respond, secret_of};
use crate::meta::login::Dialog;
use crate::meta::{Meta, people};
use crate::oauth::Grant;
use crate::world::World;

/// What grants of this login are kept under.
pub(super) const NETWORK: &str = "instagram";
const APP: &str = "sandbox-instagram";
const CODE_LIVES: SignedDuration = SignedDuration::from_hours(1);
const SHORT_SECONDS: i64 = 3600;
const LONG_SECONDS: i64 = 5_183_944;
const YOUNGEST: SignedDuration = SignedDuration::from_hours(24);

const PERMISSIONS: &[&str] = &[
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_insights",
    "instagram_business_manage_messages",
];

/// `www.instagram.com/oauth/authorize`.
pub(super) async fn dialog(State(meta): State<Meta>, request: Request) -> Response {
    let users = people::professionals().map(|account| (account.id.to_owned(), account.name.to_owned()));
    let dialog = Dialog {
        network: "Instagram",
        action: "/www.instagram.com/oauth/authorize",
        app: APP,
        permissions: PERMISSIONS,
        users: users.collect(),
        code_lives: CODE_LIVES,
        tail: "_",
    };
    dialog.answer(&meta.world, request).await
}

/// `api.instagram.com/oauth/access_token`: a code for a token of an hour. It refuses in an envelope of its own.
pub(super) async fn short(State(meta): State<Meta>, request: Request) -> Response {
    let asked = match Asked::read_unversioned(request).await {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    match for_code(&meta.world, &asked) {
        Ok(answer) => Json(answer).into_response(),
        Err(message) => {
            let body = json!({"error_type": "OAuthException", "code": 400, "error_message": message});
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn for_code(world: &World, asked: &Asked) -> Result<Value, &'static str> {
    let field = |name: &str| asked.field(name).unwrap_or_default();
    if asked.method != Method::POST {
        return Err("This endpoint takes POST");
    }
    if field("client_id") != APP || field("client_secret") != secret_of(APP) {
        return Err("Invalid platform app");
    }
    if field("grant_type") != "authorization_code" {
        return Err("Invalid grant_type");
    }
    let now = world.now();
    let about = world.grants(|grants| grants.take_code(field("code"), now));
    let about = about.ok_or("Matching code was not found or was already used")?;
    if about.redirect_uri != field("redirect_uri") || about.client_id != APP {
        return Err("Error validating verification code. Please make sure your redirect_uri is identical");
    }
    let account = people::professional(&about.user).ok_or("No such account")?;
    let scopes = about.scopes.clone();
    let grant = Grant {
        network: NETWORK,
        client_id: about.client_id,
        scopes: about.scopes,
        user: about.user,
        kind: "short",
        until: None,
        since: now,
    };
    let token = issue(world, grant, SHORT_SECONDS);
    let login: u64 = account.login.parse().unwrap_or_default();
    let answer = json!({"access_token": token, "user_id": login, "permissions": scopes});
    // Both shapes occur; the first account gets the one, every other the other.
    let first = people::professionals().next().is_some_and(|first| first.id == account.id);
    Ok(if first { json!({ "data": [answer] }) } else { answer })
}

/// `graph.instagram.com/access_token`: that one for one of 60 days.
pub(super) async fn long(State(meta): State<Meta>, request: Request) -> Response {
    respond(exchange(&meta.world, request).await)
}

async fn exchange(world: &World, request: Request) -> Answer {
    let asked = Asked::read_unversioned(request).await?;
    if asked.field("grant_type") != Some("ig_exchange_token") {
        return Err(Refusal::parameter("grant_type must be ig_exchange_token"));
    }
    let grant = asked.grant(world, NETWORK, false)?;
    if asked.require("client_secret")? != secret_of(&grant.client_id) {
        return Err(Refusal::new(1, 0, "Error validating client secret."));
    }
    if grant.kind != "short" {
        return Err(Refusal::new(
            452,
            0,
            "Session key invalid. This could be because the session key is not short-lived.",
        ));
    }
    Ok(bought(world, grant))
}

/// `graph.instagram.com/refresh_access_token`: another 60 days, for a token that is a day old and still works.
pub(super) async fn refresh(State(meta): State<Meta>, request: Request) -> Response {
    respond(renew(&meta.world, request).await)
}

async fn renew(world: &World, request: Request) -> Answer {
    let asked = Asked::read_unversioned(request).await?;
    if asked.field("grant_type") != Some("ig_refresh_token") {
        return Err(Refusal::parameter("grant_type must be ig_refresh_token"));
    }
    let grant = asked.grant(world, NETWORK, false)?;
    if grant.kind != "access" || grant.since + YOUNGEST > world.now() {
        return Err(Refusal::parameter("The token must be long-lived and at least 24 hours old"));
    }
    Ok(bought(world, grant))
}

fn bought(world: &World, grant: Grant) -> Value {
    let token = issue(world, Grant { kind: "access", ..grant }, LONG_SECONDS);
    json!({"access_token": token, "token_type": "bearer", "expires_in": LONG_SECONDS})
}

fn issue(world: &World, grant: Grant, seconds: i64) -> String {
    let now = world.now();
    let token = format!("IGAA{}", world.number());
    let until = Some(now + SignedDuration::from_secs(seconds));
    world.grants(|grants| grants.keep(token.clone(), Grant { until, since: now, ..grant }));
    token
}
