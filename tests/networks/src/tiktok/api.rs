//! The account and its public posts.

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::posting::Post;
use super::{Creator, Refused, Tiktok, answer, invalid, json_body};
use crate::intake::Fields;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    #[serde(default, rename = "cursor")]
    _cursor: Option<i64>,
    max_count: Option<usize>,
}

#[derive(Deserialize)]
struct VideoQuery {
    filters: Filters,
}

#[derive(Deserialize)]
struct Filters {
    video_ids: Vec<String>,
}

/// The account: each field needs its scope.
pub(super) async fn user_info(
    State(tiktok): State<Tiktok>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    answer(own_info(&tiktok, &query, &headers))
}

fn own_info(tiktok: &Tiktok, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let (_, creator) = tiktok.who(headers, "user.info.basic")?;
    tiktok.count("user", headers, 600)?;
    let fields = fields(query)?;
    if fields.iter().any(|field| field == "username") {
        tiktok.who(headers, "user.info.profile")?;
    }
    let user = json!({
        "open_id": creator.open_id,
        "display_name": creator.nickname,
        "avatar_url": "https://p16.tiktokcdn.com/picture.webp",
        "username": creator.username,
    });
    Ok(json!({"user": only(user, &fields)}))
}

/// The account's public posts, newest first.
pub(super) async fn list(
    State(tiktok): State<Tiktok>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(own_posts(&tiktok, &query, &headers, &body))
}

fn own_posts(tiktok: &Tiktok, query: &Fields, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let (_, creator) = tiktok.who(headers, "video.list")?;
    tiktok.count("list", headers, 600)?;
    let fields = fields(query)?;
    let ListQuery { max_count, .. } = json_body(headers, body)?;
    let most = max_count.unwrap_or(10);
    if !(1..=20).contains(&most) {
        return Err(invalid("max_count must be between 1 and 20."));
    }
    let mut posts = public(tiktok, creator);
    posts.reverse();
    posts.truncate(most);
    let posts: Vec<Value> = posts.into_iter().map(|post| only(post, &fields)).collect();
    Ok(json!({"videos": posts, "cursor": 0, "has_more": false}))
}

/// Some of the account's public posts, by id.
pub(super) async fn query(
    State(tiktok): State<Tiktok>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(posts_by_id(&tiktok, &query, &headers, &body))
}

fn posts_by_id(tiktok: &Tiktok, query: &Fields, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let (_, creator) = tiktok.who(headers, "video.list")?;
    tiktok.count("query", headers, 600)?;
    let fields = fields(query)?;
    let VideoQuery { filters } = json_body(headers, body)?;
    if !(1..=20).contains(&filters.video_ids.len()) {
        return Err(invalid("1 to 20 video ids are allowed."));
    }
    let wanted = |post: &Value| post["id"].as_str().is_some_and(|id| filters.video_ids.iter().any(|want| want == id));
    let posts = public(tiktok, creator).into_iter().filter(wanted).map(|post| only(post, &fields));
    Ok(json!({"videos": posts.collect::<Vec<_>>()}))
}

fn public(tiktok: &Tiktok, creator: &Creator) -> Vec<Value> {
    let now = tiktok.world.now();
    let state = tiktok.state();
    let mut posts: Vec<(&Post, u64)> = state
        .posts
        .values()
        .filter(|post| post.creator.open_id == creator.open_id)
        .filter_map(|post| Some((post, post.public_id(now)?)))
        .collect();
    posts.sort_by_key(|(post, _)| post.at);
    posts.into_iter().map(|(post, id)| resource(post, id)).collect()
}

fn resource(post: &Post, id: u64) -> Value {
    let (title, description) = post.title();
    let kind = if post.photos { "photo" } else { "video" };
    json!({
        "id": id.to_string(),
        "title": title,
        "video_description": if post.photos { description } else { title },
        "create_time": post.done_at.unwrap_or(post.at).as_second(),
        "share_url": format!("https://www.tiktok.com/@{}/{kind}/{id}", post.creator.username),
        "duration": 10,
        "view_count": 12,
        "like_count": 3,
        "comment_count": 1,
        "share_count": 2,
    })
}

/// Fields must be named, and no others come.
fn fields(query: &Fields) -> Result<Vec<String>, Refused> {
    let fields = query.get("fields").filter(|fields| !fields.is_empty());
    let fields = fields.ok_or_else(|| invalid("The request is missing the required field: fields."))?;
    Ok(fields.split(',').map(str::to_owned).collect())
}

fn only(mut resource: Value, fields: &[String]) -> Value {
    if let Some(known) = resource.as_object_mut() {
        known.retain(|name, _| fields.contains(name));
    }
    resource
}
