//! Instagram's professional accounts, Graph API v25.0, on both of its hosts: that of Instagram Login and that of Facebook.
//!
//! From "Content Publishing", "Upload Video to Meta Servers", "IG User Media", "IG User Media Publish", "IG Container",
//! "Content Publishing Limit", "Business Login for Instagram", "Error Codes", "Insights".

mod container;
mod login;
mod media;
mod tags;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::graph::{Answer, Asked, Refusal, need, respond, select};
use crate::meta::people::{self, Professional};
use crate::meta::{Meta, method};
use crate::oauth::Grant;

pub(crate) use container::upload;

/// Posts that an account may publish within a day; the guide says so, and the API is what counts.
const QUOTA: usize = 100;

/// What Instagram holds.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    containers: BTreeMap<String, container::Container>,
    media: Vec<media::Media>,
    comments: Vec<media::Comment>,
}

/// The hosts that are Instagram's own.
pub(crate) fn routes(meta: Meta) -> Router {
    Router::new()
        .route("/www.instagram.com/oauth/authorize", any(login::dialog))
        .route("/api.instagram.com/oauth/access_token", any(login::short))
        .route("/graph.instagram.com/access_token", any(login::long))
        .route("/graph.instagram.com/refresh_access_token", any(login::refresh))
        .route("/graph.instagram.com/{*path}", any(graph))
        .with_state(meta)
}

async fn graph(State(meta): State<Meta>, request: Request) -> Response {
    respond(direct(&meta, request).await)
}

/// A call at Instagram's own host.
async fn direct(meta: &Meta, request: Request) -> Answer {
    let asked = Asked::read(request).await?;
    let grant = asked.grant(&meta.world, login::NETWORK, false)?;
    if grant.kind == "short" && asked.path.first().is_none_or(|id| id != "me") {
        return Err(Refusal::new(190, 0, "Use a long-lived token here."));
    }
    answer(meta, &asked, &grant).await
}

/// Whether a node is one of Instagram's.
pub(crate) fn knows(meta: &Meta, id: &str) -> bool {
    let shelf = meta.instagram();
    people::professional(id).is_some()
        || shelf.containers.contains_key(id)
        || shelf.media.iter().any(|media| media.id == id)
        || shelf.comments.iter().any(|comment| comment.id == id)
}

/// Everything behind a node of Instagram's.
pub(crate) async fn answer(meta: &Meta, asked: &Asked, grant: &Grant) -> Answer {
    let id = asked.path.first().map(String::as_str).unwrap_or_default();
    let id = if id == "me" { grant.user.as_str() } else { id };
    let edge = asked.path.get(1).map(String::as_str);
    if let Some(professional) = people::professional(id) {
        as_account(grant, professional.id)?;
        return of_account(meta, asked, grant, professional, edge).await;
    }
    let owner = owner_of(meta, id).ok_or_else(|| Refusal::missing(id))?;
    as_account(grant, &owner)?;
    if edge.is_none() && meta.instagram().containers.contains_key(id) {
        method(asked, &Method::GET)?;
        return container::node(meta, asked, id);
    }
    match edge {
        None if asked.method == Method::DELETE => media::delete(meta, grant, id),
        None if asked.method == Method::POST => media::change(meta, asked, grant, id),
        None => media::node(meta, asked, id),
        Some("comments") => media::comments(meta, asked, grant, id),
        Some("insights") => media::insights(meta, asked, grant, id),
        Some(_) => Err(Refusal::missing(id)),
    }
}

async fn of_account(
    meta: &Meta,
    asked: &Asked,
    grant: &Grant,
    account: &'static Professional,
    edge: Option<&str>,
) -> Answer {
    may(grant, "basic")?;
    match (asked.method.as_str(), edge) {
        ("GET", None) => {
            let mut node = people::professional_node(account);
            if grant.network == login::NETWORK {
                node["user_id"] = json!(account.id);
                node["id"] = json!(account.login);
                node["account_type"] = json!("Business");
            }
            select("IGUser", &node, ACCOUNT_FIELDS, asked.field("fields"))
        }
        ("POST", Some("media")) => {
            may(grant, "content_publish")?;
            container::create(meta, asked, grant, account).await
        }
        ("POST", Some("media_publish")) => {
            may(grant, "content_publish")?;
            container::publish(meta, asked, account)
        }
        ("GET", Some("content_publishing_limit")) => {
            let usage = used(meta, account.id);
            let node = json!({
                "quota_usage": usage,
                "config": {"quota_total": QUOTA, "quota_duration": 86_400},
            });
            Ok(json!({"data": [select("Limit", &node, &["quota_usage", "config"], asked.field("fields"))?]}))
        }
        ("GET", Some(list @ ("media" | "stories"))) => media::list(meta, asked, account, list == "stories"),
        _ => Err(Refusal::missing(account.id)),
    }
}

const ACCOUNT_FIELDS: &[&str] =
    &["id", "user_id", "username", "name", "account_type", "profile_picture_url", "followers_count", "media_count"];

/// Posts that an account published within the last day.
fn used(meta: &Meta, account: &str) -> usize {
    let since = meta.world.now() - SignedDuration::from_hours(24);
    meta.instagram().media.iter().filter(|media| media.account == account && media.at > since).count()
}

/// A permission, whose name depends on the login.
fn may(grant: &Grant, what: &str) -> Result<(), Refusal> {
    let prefix = if grant.network == login::NETWORK { "instagram_business" } else { "instagram" };
    need(grant, &format!("{prefix}_{what}"))
}

/// Whom a token acts for: its account, or that of its page.
fn as_account(grant: &Grant, account: &str) -> Result<(), Refusal> {
    let linked = people::page(&grant.user).and_then(|page| page.instagram.as_ref());
    let mine = grant.user == account || linked.is_some_and(|linked| linked.id == account);
    if mine { Ok(()) } else { Err(Refusal::missing(account)) }
}

fn owner_of(meta: &Meta, id: &str) -> Option<String> {
    let shelf = meta.instagram();
    let container = shelf.containers.get(id).map(|container| container.account.clone());
    let media = || shelf.media.iter().find(|media| media.id == id).map(|media| media.account.clone());
    let comment = || shelf.comments.iter().find(|comment| comment.id == id).map(|comment| comment.account.clone());
    container.or_else(media).or_else(comment)
}

/// A time as this API writes it.
fn time(at: Timestamp) -> Value {
    json!(crate::facebook::time(at))
}
