//! Facebook and Instagram together, as they are: one login and one Graph API host serve both.

pub mod login;
pub mod people;
pub(crate) mod upload;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::Method;
use serde_json::{Value, json};

use crate::graph::{Answer, Asked, Refusal, need, respond, select};
use crate::oauth::Grant;
use crate::world::World;
use crate::{facebook, instagram};
use people::Page;

/// What both are made of. Cheap to clone.
#[derive(Clone)]
pub struct Meta {
    pub(crate) world: World,
    facebook: Arc<Mutex<facebook::Shelf>>,
    instagram: Arc<Mutex<instagram::Shelf>>,
}

impl std::fmt::Debug for Meta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meta")
    }
}

impl Meta {
    pub(crate) fn facebook(&self) -> MutexGuard<'_, facebook::Shelf> {
        self.facebook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn instagram(&self) -> MutexGuard<'_, instagram::Shelf> {
        self.instagram.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every host of both networks.
pub fn routes(world: &World) -> Router {
    let meta = Meta { world: world.clone(), facebook: Arc::default(), instagram: Arc::default() };
    Router::new()
        .route("/www.facebook.com/{version}/dialog/oauth", any(login::dialog))
        .route("/graph.facebook.com/{*path}", any(graph))
        .route("/rupload.facebook.com/video-upload/{version}/{video}", any(facebook::upload))
        .route("/rupload.facebook.com/ig-api-upload/{version}/{container}", any(instagram::upload))
        .with_state(meta.clone())
        .merge(instagram::routes(meta))
}

async fn graph(State(meta): State<Meta>, request: Request) -> Response {
    respond(answer(&meta, request).await)
}

async fn answer(meta: &Meta, request: Request) -> Answer {
    let asked = Asked::read(request).await?;
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    if path == ["oauth", "access_token"] {
        return login::access_token(&meta.world, &asked);
    }
    let grant = asked.grant(&meta.world, login::NETWORK, true)?;
    match (asked.method.as_str(), path.as_slice()) {
        ("GET", ["me"]) => me(&asked, &grant),
        ("GET", ["me", "permissions"]) => Ok(login::permissions(&grant)),
        ("GET", ["me", "accounts"]) => {
            need(&grant, "pages_show_list")?;
            let mine = |page: &&Page| page.business.is_none();
            list_pages(&meta.world, &asked, &grant, people::pages_of(&grant.user).filter(mine))
        }
        ("GET", ["me", "businesses"]) => {
            need(&grant, "business_management")?;
            let held: Vec<Value> =
                people::pages_of(&grant.user).filter_map(|page| page.business).map(|id| json!({ "id": id })).collect();
            Ok(json!({ "data": held }))
        }
        ("GET", [business, edge @ ("owned_pages" | "client_pages")]) => {
            need(&grant, "business_management")?;
            let held = |page: &&Page| page.business == Some(*business) && *edge == "owned_pages";
            list_pages(&meta.world, &asked, &grant, people::pages_of(&grant.user).filter(held))
        }
        ("DELETE", [user, "permissions"]) if *user == grant.user || *user == "me" => {
            meta.world.grants(|grants| grants.revoke_user(login::NETWORK, &grant.user));
            Ok(json!({ "success": true }))
        }
        (_, [id, ..]) if instagram::knows(meta, id) => instagram::answer(meta, &asked, &grant).await,
        (_, [_, ..]) => facebook::answer(meta, &asked, &grant).await,
        _ => Err(Refusal::missing(&asked.path.join("/"))),
    }
}

/// The user, or with a page's token the page.
fn me(asked: &Asked, grant: &Grant) -> Answer {
    let name = people::page(&grant.user).map_or_else(|| people::name_of(&grant.user), |page| page.name);
    select("User", &json!({"id": grant.user, "name": name}), &["id", "name"], asked.field("fields"))
}

/// Most pages in one answer, so that whoever asks has to ask again.
const PER_ANSWER: usize = 2;

fn list_pages<'a>(world: &World, asked: &Asked, grant: &Grant, pages: impl Iterator<Item = &'a Page>) -> Answer {
    let start: usize = asked.field("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let pages: Vec<&Page> = pages.collect();
    let mut data = Vec::new();
    for page in pages.iter().skip(start).take(PER_ANSWER) {
        let mut node = page_node(page, grant);
        node["access_token"] = json!(login::page_token(world, grant, page));
        node["tasks"] = json!(page.tasks);
        data.push(select("Page", &node, PAGE_FIELDS, asked.field("fields"))?);
    }
    let end = start + data.len();
    let mut paging = json!({"cursors": {"before": start.to_string(), "after": end.to_string()}});
    if end < pages.len() {
        paging["next"] = json!("https://graph.facebook.com/v25.0/me/accounts?after=");
    }
    Ok(json!({"data": data, "paging": paging}))
}

/// Fields that a page can be asked for.
pub(crate) const PAGE_FIELDS: &[&str] = &[
    "id",
    "name",
    "username",
    "link",
    "picture",
    "category",
    "access_token",
    "tasks",
    "instagram_business_account",
    "followers_count",
    "fan_count",
];

/// A page as its token sees it.
pub(crate) fn page_node(page: &Page, grant: &Grant) -> Value {
    let mut node = json!({
        "id": page.id,
        "name": page.name,
        "username": page.username,
        "link": format!("https://www.facebook.com/{}", page.username),
        "picture": {"data": {"url": format!("https://scontent.example/{}.jpg", page.id), "is_silhouette": false}},
        "category": "Local business",
        "followers_count": 321,
        "fan_count": 300,
    });
    if let Some(professional) = page.instagram.as_ref().filter(|_| need(grant, "instagram_basic").is_ok()) {
        node["instagram_business_account"] = people::professional_node(professional);
    }
    node
}

/// Only this method is known here.
pub(crate) fn method(asked: &Asked, wanted: &Method) -> Result<(), Refusal> {
    if asked.method == *wanted {
        return Ok(());
    }
    Err(Refusal::new(100, 33, format!("Unsupported {} request.", asked.method.as_str().to_lowercase())))
}
