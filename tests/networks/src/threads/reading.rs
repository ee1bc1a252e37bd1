//! What can be read: oneself, containers, one's posts and replies, quotas and how a post does.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use domain::platform::Platform;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::posts::{DELETES_A_DAY, POSTS_A_DAY, Post, REPLIES_A_DAY};
use super::{Answer, DAY, Fields, Threads, field, fields, invalid, missing, person};

fn wanted(fields: &Fields) -> Vec<&str> {
    field(fields, "fields").split(',').filter(|name| !name.is_empty()).collect()
}

/// The fields asked for, and the id.
fn picked(all: &Value, wanted: &[&str]) -> Value {
    let mut answer = json!({"id": all["id"]});
    for name in wanted {
        if let Some(value) = all.get(*name).filter(|value| !value.is_null()) {
            answer[*name] = value.clone();
        }
    }
    answer
}

fn view(post: &Post) -> Value {
    let who = person(&post.author).map_or("", |person| person.username);
    json!({
        "id": post.id,
        "media_product_type": "THREADS",
        "media_type": post.kind,
        "permalink": format!("https://www.threads.com/@{who}/post/{}", post.shortcode),
        "shortcode": post.shortcode,
        "username": who,
        "text": if post.text.is_empty() { Value::Null } else { json!(post.text) },
        "timestamp": post.at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string(),
        "is_quote_post": false,
        "is_reply": post.parent.is_some(),
        "replied_to": post.parent.as_ref().map(|id| json!({"id": id})),
    })
}

/// Oneself, a container or a post.
pub(super) async fn read(
    State(threads): State<Threads>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let query = fields(query, "");
    let grant = threads.caller(&headers, &query, &["threads_basic"])?;
    let wanted = wanted(&query);
    if id == "me" || id == grant.user {
        let Some(person) = person(&grant.user) else { return Err(missing(&id)) };
        let all = json!({
            "id": person.id,
            "username": person.username,
            "name": person.name,
            "threads_profile_picture_url": format!("{}/{}.jpg", threads.world.at("scontent.cdninstagram.com"), person.id),
            "threads_biography": "Made up.",
        });
        return Ok(Json(picked(&all, &wanted)));
    }
    let state = threads.state();
    if let Some(container) = state.containers.get(&id).filter(|container| container.owner == grant.user) {
        let now = threads.world.now();
        let status = container.status(now);
        let error = container.error.filter(|_| status == "ERROR");
        return Ok(Json(picked(&json!({"id": id, "status": status, "error_message": error}), &wanted)));
    }
    let post = state.posts.iter().find(|post| post.id == id && threads.world.find(Platform::Threads, &id).is_some());
    post.map(|post| Json(picked(&view(post), &wanted))).ok_or_else(|| missing(&id))
}

impl Threads {
    fn listed(&self, user: &str, query: &Fields, headers: &HeaderMap, replies: bool) -> Answer {
        let scopes: &[&str] = if replies { &["threads_basic", "threads_read_replies"] } else { &["threads_basic"] };
        let grant = self.caller(headers, query, scopes)?;
        Self::is_own(user, &grant)?;
        let bound = |name: &str| match query.get(name).map(|time| time.parse().map(Timestamp::from_second)) {
            None => Ok(None),
            Some(Ok(Ok(time))) => Ok(Some(time)),
            Some(_) => Err(invalid(&format!("Param {name} must be a Unix timestamp"))),
        };
        let (since, until) = (bound("since")?.unwrap_or(Timestamp::MIN), bound("until")?.unwrap_or(Timestamp::MAX));
        let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).min(100);
        let wanted = wanted(query);
        let state = self.state();
        let own = state
            .posts
            .iter()
            .rev()
            .filter(|post| post.author == grant.user && post.parent.is_some() == replies)
            .filter(|post| (since..=until).contains(&post.at));
        let there = own.filter(|post| self.world.find(Platform::Threads, &post.id).is_some());
        let data: Vec<Value> = there.take(limit).map(|post| picked(&view(post), &wanted)).collect();
        Ok(Json(json!({"data": data, "paging": {"cursors": {"before": "b", "after": "a"}}})))
    }
}

pub(super) async fn own_threads(
    State(threads): State<Threads>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    threads.listed(&user, &fields(query, ""), &headers, false)
}

pub(super) async fn own_replies(
    State(threads): State<Threads>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    threads.listed(&user, &fields(query, ""), &headers, true)
}

pub(super) async fn quota(
    State(threads): State<Threads>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let query = fields(query, "");
    let grant = threads.caller(&headers, &query, &["threads_basic", "threads_content_publish"])?;
    Threads::is_own(&user, &grant)?;
    let (posts, replies, deletes) = threads.state().used(&grant.user, threads.world.now());
    let config = |total: usize| json!({"quota_total": total, "quota_duration": DAY.as_secs()});
    let all = json!({
        "quota_usage": posts, "config": config(POSTS_A_DAY),
        "reply_quota_usage": replies, "reply_config": config(REPLIES_A_DAY),
        "delete_quota_usage": deletes, "delete_config": config(DELETES_A_DAY),
    });
    let mut entry = json!({});
    for name in wanted(&query) {
        entry[name] = all[name].clone();
    }
    Ok(Json(json!({"data": [entry]})))
}

pub(super) async fn insights(
    State(threads): State<Threads>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let query = fields(query, "");
    threads.caller(&headers, &query, &["threads_basic", "threads_manage_insights"])?;
    if threads.world.find(Platform::Threads, &id).is_none() {
        return Err(missing(&id));
    }
    let figures = [("views", 90), ("likes", 8), ("replies", 2), ("reposts", 1), ("quotes", 1), ("shares", 3)];
    let mut data = Vec::new();
    for metric in field(&query, "metric").split(',') {
        let Some((name, value)) = figures.iter().find(|(name, _)| *name == metric) else {
            return Err(invalid("Param metric has a value that is not known"));
        };
        data.push(json!({"name": name, "period": "lifetime", "values": [{"value": value}], "id": format!("{id}/insights/{name}/lifetime")}));
    }
    Ok(Json(json!({"data": data})))
}
