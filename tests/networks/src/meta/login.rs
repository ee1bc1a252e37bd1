//! Facebook Login: the dialog, codes, short and long tokens, and the tokens of pages.

use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::Meta;
use super::people::{PEOPLE, Page};
use crate::graph::{Answer, Asked, Refusal, secret_of};
use crate::oauth::{Ask, Code, Grant, consent_page};
use crate::world::World;

/// What grants of this login are kept under.
pub const NETWORK: &str = "facebook";
const APP: &str = "sandbox-facebook";
const CODE_LIVES: SignedDuration = SignedDuration::from_mins(10);
const SHORT_SECONDS: i64 = 5400;
const LONG_SECONDS: i64 = 5_183_944;

/// Every permission that the dialog knows.
const PERMISSIONS: &[&str] = &[
    "public_profile",
    "business_management",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_contents",
    "instagram_manage_insights",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_show_list",
    "publish_video",
    "read_insights",
];

/// A consent dialog: what differs between the logins of Meta.
pub(crate) struct Dialog<'a> {
    pub(crate) network: &'a str,
    pub(crate) action: &'a str,
    pub(crate) app: &'a str,
    pub(crate) permissions: &'a [&'a str],
    pub(crate) users: Vec<(String, String)>,
    pub(crate) code_lives: SignedDuration,
    /// What the login appends to the address it sends back to.
    pub(crate) tail: &'a str,
}

/// `GET` shows the dialog, `POST` decides.
pub(crate) async fn dialog(State(meta): State<Meta>, request: Request) -> Response {
    let dialog = Dialog {
        network: "Facebook",
        action: "/www.facebook.com/v25.0/dialog/oauth",
        app: APP,
        permissions: PERMISSIONS,
        users: PEOPLE.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect(),
        code_lives: CODE_LIVES,
        tail: "_=_",
    };
    if !request.uri().path().starts_with("/www.facebook.com/v25.0/") {
        return wrong("This version is not answered.");
    }
    dialog.answer(&meta.world, request).await
}

impl Dialog<'_> {
    pub(crate) async fn answer(&self, world: &World, request: Request) -> Response {
        let posted = request.method() == Method::POST;
        let mut fields: Vec<(String, String)> = pairs(request.uri().query().unwrap_or_default().as_bytes());
        if posted {
            let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
            fields.extend(pairs(&body.unwrap_or_default()));
        }
        let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if field("client_id") != Some(self.app) {
            return wrong("Invalid App ID: the provided app ID does not look like a valid app ID.");
        }
        let Some(mut back) = field("redirect_uri").and_then(|uri| uri.parse::<Url>().ok()) else {
            return wrong("The redirect_uri is missing or not absolute.");
        };
        if field("response_type") != Some("code") {
            return wrong("response_type must be code.");
        }
        let scopes: Vec<String> =
            field("scope").unwrap_or_default().split(',').map(|scope| scope.trim().to_owned()).collect();
        if let Some(unknown) = scopes.iter().find(|scope| !self.permissions.contains(&scope.as_str())) {
            return wrong(&format!("Invalid Scopes: {unknown}."));
        }
        if !posted {
            let ask = Ask {
                network: self.network,
                action: self.action,
                fields: &fields,
                scopes: &scopes,
                users: &self.users,
            };
            return consent_page(&ask).into_response();
        }
        if field("decision") == Some("allow") {
            let chosen = field("user").filter(|user| self.users.iter().any(|(id, _)| id == user));
            let user = chosen.map_or_else(|| self.users[0].0.clone(), str::to_owned);
            let granted = fields.iter().filter(|(name, _)| name == "granted").map(|(_, scope)| scope.clone());
            let about = Code {
                client_id: self.app.to_owned(),
                redirect_uri: back.to_string(),
                scopes: granted.filter(|scope| scopes.contains(scope)).collect(),
                challenge: None,
                user,
                until: world.now() + self.code_lives,
            };
            let code = format!("AQ{}", world.number());
            world.grants(|grants| grants.keep_code(code.clone(), about));
            back.query_pairs_mut().append_pair("code", &code);
        } else {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_code", "200")
                .append_pair("error_description", "Permissions error")
                .append_pair("error_reason", "user_denied");
        }
        if let Some(state) = field("state") {
            back.query_pairs_mut().append_pair("state", state);
        }
        back.set_fragment(Some(self.tail));
        Redirect::to(back.as_str()).into_response()
    }
}

fn wrong(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, Html(format!("<!doctype html><title>Error</title><p>{text}"))).into_response()
}

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// `oauth/access_token`: a code for a short token, or that one for a long one.
pub(super) fn access_token(world: &World, asked: &Asked) -> Answer {
    let client = asked.require("client_id")?;
    if client != APP {
        return Err(Refusal::new(101, 0, "Error validating application. Cannot get application info."));
    }
    if asked.require("client_secret")? != secret_of(client) {
        return Err(Refusal::new(1, 0, "Error validating client secret."));
    }
    let now = world.now();
    if asked.field("grant_type") == Some("fb_exchange_token") {
        let short = asked.require("fb_exchange_token")?;
        let grant = world.grants(|grants| grants.find(short, now)).filter(|grant| grant.network == NETWORK);
        let grant =
            grant.ok_or_else(|| Refusal::new(190, 463, "Error validating access token: Session has expired."))?;
        return Ok(issue(world, Grant { kind: "access", ..grant }, LONG_SECONDS));
    }
    let (code, redirect) = (asked.require("code")?, asked.require("redirect_uri")?);
    let about = world.grants(|grants| grants.take_code(code, now));
    let about = about.ok_or_else(|| Refusal::new(100, 36_009, "This authorization code has been used."))?;
    if about.client_id != client || about.redirect_uri != redirect {
        let message = "Error validating verification code. Please make sure your redirect_uri is identical to the one \
                       you used in the OAuth dialog request";
        return Err(Refusal::new(100, 36_008, message));
    }
    let grant = Grant {
        network: NETWORK,
        client_id: about.client_id,
        scopes: about.scopes,
        user: about.user,
        kind: "short",
        until: None,
        since: now,
    };
    Ok(issue(world, grant, SHORT_SECONDS))
}

fn issue(world: &World, grant: Grant, seconds: i64) -> Value {
    let now = world.now();
    let token = format!("EAA{}", world.number());
    let until = Some(now + SignedDuration::from_secs(seconds));
    world.grants(|grants| grants.keep(token.clone(), Grant { until, since: now, ..grant }));
    json!({"access_token": token, "token_type": "bearer", "expires_in": seconds})
}

/// The token of a page: without an end when it comes from a long token.
pub(super) fn page_token(world: &World, grant: &Grant, page: &Page) -> String {
    let token = format!("EAAP{}", world.number());
    let until = if grant.kind == "short" { grant.until } else { None };
    let user = page.id.to_owned();
    let of_page = Grant { kind: "page", user, until, since: world.now(), ..grant.clone() };
    world.grants(|grants| grants.keep(token.clone(), of_page));
    token
}

/// `me/permissions`.
pub(super) fn permissions(grant: &Grant) -> Value {
    let status = |name: &str| if grant.scopes.iter().any(|scope| scope == name) { "granted" } else { "declined" };
    let list: Vec<Value> = PERMISSIONS.iter().map(|name| json!({"permission": name, "status": status(name)})).collect();
    json!({ "data": list })
}
