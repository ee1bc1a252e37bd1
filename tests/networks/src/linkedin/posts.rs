//! Posts: made with 201 and an id in a header, refused when the same again, found by their author.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use domain::platform::Platform;
use http::{HeaderMap, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{denied, error, header};
use super::content::{Draft, unreadable};
use super::{Sim, little};
use crate::world::Shown;

/// How long the same post again is refused.
const SAME_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// A post as it is kept.
pub(super) struct Post {
    pub(super) urn: String,
    pub(super) author: String,
    commentary: String,
    content: Option<Value>,
    visibility: String,
    at: Timestamp,
    pub(super) deleted: bool,
}

impl Post {
    fn view(&self) -> Value {
        let mut view = json!({
            "id": self.urn,
            "author": self.author,
            "commentary": self.commentary,
            "visibility": self.visibility,
            "lifecycleState": "PUBLISHED",
            "createdAt": self.at.as_millisecond(),
            "publishedAt": self.at.as_millisecond(),
            "lastModifiedAt": self.at.as_millisecond(),
        });
        if let Some(content) = &self.content {
            view["content"] = content.clone();
        }
        view
    }
}

pub(super) fn routes() -> Router<Sim> {
    Router::new()
        .route("/api.linkedin.com/rest/posts", post(create).get(find))
        .route("/api.linkedin.com/rest/posts/{urn}", get(read).delete(delete))
}

async fn create(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, body: Bytes) -> Response {
    made(&sim, &headers, &uri, &body).unwrap_or_else(|refused| refused)
}

fn made(sim: &Sim, headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Result<Response, Response> {
    let grant = sim.admit(headers, uri, &["w_member_social", "w_organization_social"], "posts.CREATE")?;
    if !header(headers, "content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(error(415, 0, "UNSUPPORTED_MEDIA_TYPE", "JSON is expected"));
    }
    let draft: Draft = serde_json::from_slice(body).map_err(|problem| unreadable(&problem))?;
    draft.check()?;
    let author = draft.author.clone().unwrap_or_default();
    sim.acts_as(&grant, &author, "posts.CREATE")?;
    let now = sim.world.now();
    let mut state = sim.state();
    let commentary = draft.commentary.clone().unwrap_or_default();
    let same = |post: &&Post| {
        post.author == author
            && post.commentary == commentary
            && post.content == draft.content
            && now.duration_since(post.at) < SAME_AGAIN
    };
    if let Some(first) = state.posts.iter().find(same) {
        return Err(repeated(&first.urn));
    }
    let carried = draft.carried(&state, now)?;
    let kind = if carried.is_share { "share" } else { "ugcPost" };
    let urn = format!("urn:li:{kind}:7{}", sim.world.number());
    let rendered = little::render(&commentary);
    let visibility = draft.visibility.clone().unwrap_or_default();
    let mut notes: BTreeMap<String, String> =
        carried.notes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    notes.insert("visibility".to_owned(), visibility.clone());
    for (name, values) in [("hashtags", rendered.hashtags), ("mentions", rendered.mentions)] {
        if !values.is_empty() {
            notes.insert(name.to_owned(), values.join(", "));
        }
    }
    if draft.is_reshare_disabled_by_author == Some(true) {
        notes.insert("resharing".to_owned(), "disabled".to_owned());
    }
    sim.world.show(Shown {
        platform: Platform::Linkedin,
        account: author.clone(),
        id: urn.clone(),
        kind: "post",
        parent: None,
        text: rendered.text,
        media: carried.media,
        notes,
        at: now,
    });
    let content = draft.content;
    state.posts.push(Post { urn: urn.clone(), author, commentary, content, visibility, at: now, deleted: false });
    Ok((StatusCode::CREATED, [("x-restli-id", urn)]).into_response())
}

fn repeated(urn: &str) -> Response {
    let message =
        format!("com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {urn}");
    let body = json!({
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": message,
        "errorDetails": {
            "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}],
        },
        "status": 422,
    });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

#[derive(Deserialize)]
struct Find {
    q: Option<String>,
    author: Option<String>,
    start: Option<usize>,
    count: Option<usize>,
    #[serde(rename = "sortBy")]
    sort_by: Option<String>,
}

async fn find(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, Query(query): Query<Find>) -> Response {
    let author = query.author.clone().unwrap_or_default();
    if let Err(refused) = may_read(&sim, &headers, &uri, &author, "posts.FINDER-author") {
        return refused;
    }
    let (start, count) = (query.start.unwrap_or(0), query.count.unwrap_or(10));
    let sorted = matches!(query.sort_by.as_deref(), None | Some("CREATED" | "LAST_MODIFIED"));
    if query.q.as_deref() != Some("author") || count > 100 || !sorted {
        return error(400, 0, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request");
    }
    let state = sim.state();
    let theirs = state.posts.iter().rev().filter(|post| post.author == author && !post.deleted);
    let elements: Vec<Value> = theirs.skip(start).take(count).map(Post::view).collect();
    Json(json!({"elements": elements, "paging": {"start": start, "count": count, "links": []}})).into_response()
}

/// Organizations' posts can be read with a vetted scope; members' with one that nobody gets.
fn may_read(sim: &Sim, headers: &HeaderMap, uri: &Uri, author: &str, what: &str) -> Result<(), Response> {
    let grant = sim.admit(headers, uri, &["r_organization_social"], what)?;
    if author.starts_with("urn:li:organization:") {
        return sim.acts_as(&grant, author, what);
    }
    Err(denied(what))
}

async fn read(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, Path(urn): Path<String>) -> Response {
    let author = sim.state().posts.iter().find(|post| post.urn == urn).map(|post| post.author.clone());
    let author = author.unwrap_or_else(|| "urn:li:organization:0".to_owned());
    match may_read(&sim, &headers, &uri, &author, "posts.GET") {
        Err(refused) if author != "urn:li:organization:0" => return refused,
        _ => {}
    }
    let state = sim.state();
    match state.posts.iter().find(|post| post.urn == urn && !post.deleted) {
        Some(post) => Json(post.view()).into_response(),
        None => error(404, 0, "NOT_FOUND", "Could not find entity"),
    }
}

async fn delete(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, Path(urn): Path<String>) -> Response {
    let scopes = ["w_member_social", "w_organization_social"];
    let grant = match sim.admit(&headers, &uri, &scopes, "posts.DELETE") {
        Ok(grant) => grant,
        Err(refused) => return refused,
    };
    if header(&headers, "x-restli-method") != Some("DELETE") {
        return error(400, 0, "ILLEGAL_ARGUMENT", "X-RestLi-Method is needed");
    }
    let author = sim.state().posts.iter().find(|post| post.urn == urn).map(|post| post.author.clone());
    if let Some(author) = author {
        if let Err(refused) = sim.acts_as(&grant, &author, "posts.DELETE") {
            return refused;
        }
        for post in sim.state().posts.iter_mut().filter(|post| post.urn == urn) {
            post.deleted = true;
        }
        sim.world.hide(Platform::Linkedin, &urn);
    }
    // Deleting again is as good.
    StatusCode::NO_CONTENT.into_response()
}
