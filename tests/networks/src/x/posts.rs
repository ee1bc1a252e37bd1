//! `POST /2/tweets` and `DELETE /2/tweets/{id}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use bytes::Bytes;
use domain::platform::Platform;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::text::{cashtags, composed, returned, weight};
use super::{Answer, Limit, Refusal, State as Kept, X, invalid, only, person, problem};
use crate::world::Shown;

const SCOPES: [&str; 3] = ["tweet.read", "tweet.write", "users.read"];
/// The schema of a post.
const FIELDS: [&str; 16] = [
    "text",
    "media",
    "reply",
    "quote_tweet_id",
    "poll",
    "reply_settings",
    "community_id",
    "share_with_followers",
    "for_super_followers_only",
    "nullcast",
    "card_uri",
    "direct_message_deep_link",
    "geo",
    "edit_options",
    "made_with_ai",
    "paid_partnership",
];
const TEXT_MAX: usize = 280;
const LONG_TEXT_MAX: usize = 25_000;
/// How long an identical text is refused.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// A post.
pub(super) struct Post {
    pub(super) id: String,
    pub(super) author: String,
    pub(super) parent: Option<String>,
    /// As it was written, composed.
    pub(super) written: String,
    /// As the API returns it.
    pub(super) returned: String,
    /// The links in it.
    pub(super) urls: Value,
    pub(super) at: Timestamp,
}

/// What is wrong with a post, or what it carries.
fn checked<'a>(body: &'a Value, user: &str, kept: &'a Kept, now: Timestamp) -> Result<Vec<&'a str>, Refusal> {
    only(body, "body", &FIELDS)?;
    let text = body.get("text").map_or(Some(""), Value::as_str).ok_or_else(|| invalid("text", "must be a string"))?;
    let long = person(user).is_some_and(|person| person.subscription != "None");
    let fits = if long { text.chars().count() <= LONG_TEXT_MAX } else { weight(text) <= TEXT_MAX };
    if !fits {
        return Err(invalid("text", "Your Tweet text is too long. For more information see the character limits."));
    }
    if cashtags(text) > 1 {
        return Err(problem(403, "about:blank", "Forbidden", "You may use at most one cashtag."));
    }
    let media = attached(body, user, kept, now)?;
    if text.trim().is_empty() && media.is_empty() {
        return Err(invalid("text", "text is required unless media is present"));
    }
    if body.get("poll").is_some() {
        poll(&body["poll"])?;
    }
    let exclusive = ["media", "poll", "quote_tweet_id", "card_uri"].iter().filter(|name| body.get(**name).is_some());
    if exclusive.count() > 1 {
        return Err(invalid("poll", "media, poll, quote_tweet_id and card_uri exclude each other"));
    }
    if let Some(who) = body.get("reply_settings")
        && !["following", "mentionedUsers", "subscribers", "verified"].contains(&who.as_str().unwrap_or_default())
    {
        return Err(invalid("reply_settings", "must be one of [following,mentionedUsers,subscribers,verified]"));
    }
    for flag in ["made_with_ai", "paid_partnership", "nullcast", "for_super_followers_only", "share_with_followers"] {
        if body.get(flag).is_some_and(|value| !value.is_boolean()) {
            return Err(invalid(flag, "must be a boolean"));
        }
    }
    Ok(media)
}

fn attached<'a>(body: &'a Value, user: &str, kept: &Kept, now: Timestamp) -> Result<Vec<&'a str>, Refusal> {
    let Some(media) = body.get("media") else { return Ok(Vec::new()) };
    only(media, "media", &["media_ids", "tagged_user_ids", "title", "description", "preview_media_id", "embeddable"])?;
    let ids: Vec<&str> = media["media_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !(1..=4).contains(&ids.len()) {
        return Err(invalid("media.media_ids", "must have 1 to 4 ids"));
    }
    let known: Vec<_> = ids.iter().filter_map(|id| kept.media.get(*id)).collect();
    let usable = known.len() == ids.len() && known.iter().all(|media| media.owner == user && media.is_usable(now));
    if !usable {
        return Err(invalid("media.media_ids", "Your media IDs are invalid."));
    }
    if ids.len() > 1 && known.iter().any(|media| media.category != "tweet_image") {
        return Err(invalid("media.media_ids", "Use four pictures, or one GIF, or one video."));
    }
    Ok(ids)
}

fn poll(poll: &Value) -> Result<(), Refusal> {
    only(poll, "poll", &["options", "duration_minutes", "reply_settings"])?;
    let options: Vec<&str> = poll["options"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fits = |option: &&str| (1..=25).contains(&option.chars().count());
    if !(2..=4).contains(&options.len()) || !options.iter().all(fits) {
        return Err(invalid("poll.options", "must have 2 to 4 options of 1 to 25 characters"));
    }
    if !poll["duration_minutes"].as_u64().is_some_and(|minutes| (5..=10_080).contains(&minutes)) {
        return Err(invalid("poll.duration_minutes", "must be between 5 and 10080"));
    }
    Ok(())
}

pub(super) async fn create(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("create", 100), &SCOPES)?;
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return Err(invalid("body", "The request body is not JSON."));
    };
    let (now, number) = (x.world.now(), x.world.number());
    let mut state = x.state();
    let media = checked(&body, &grant.user, &state, now)?;
    let media: Vec<String> = media.into_iter().map(str::to_owned).collect();
    let parent = answered(&body, &grant.user, &x)?;
    let written = composed(body["text"].as_str().unwrap_or_default());
    let again = |post: &Post| {
        let recent = now.duration_since(post.at) < REMEMBERED && x.world.find(Platform::X, &post.id).is_some();
        recent && post.author == grant.user && post.written == written && !written.is_empty()
    };
    if state.posts.iter().any(again) {
        let detail = "You are not allowed to create a Tweet with duplicate content.";
        return Err(problem(403, "about:blank", "Forbidden", detail));
    }
    let id = (1_900_000_000_000_000_000 + number).to_string();
    let who = person(&grant.user).map_or("i", |person| person.username);
    let address = (!media.is_empty()).then(|| format!("https://x.com/{who}/status/{id}/photo/1"));
    let (text, urls) = returned(&written, address.as_deref(), number);
    x.world.show(shown(&state, &body, &grant.user, &id, parent.clone(), &media, now));
    let answer = json!({"data": {"id": id, "text": text}});
    state.posts.push(Post { id, author: grant.user, parent, written, returned: text, urls, at: now });
    Ok((StatusCode::CREATED, told, Json(answer)).into_response())
}

/// What a post answers to: one's own post, since nobody else here summons the account.
fn answered(body: &Value, user: &str, x: &X) -> Result<Option<String>, Refusal> {
    let Some(reply) = body.get("reply") else { return Ok(None) };
    only(reply, "reply", &["in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"])?;
    let parent = reply["in_reply_to_tweet_id"].as_str().unwrap_or_default();
    if parent.is_empty() || parent.len() > 19 || !parent.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("reply.in_reply_to_tweet_id", "must be an id of 1 to 19 digits"));
    }
    match x.world.find(Platform::X, parent) {
        Some(shown) if shown.account == user => Ok(Some(parent.to_owned())),
        Some(_) => Err(problem(403, "about:blank", "Forbidden", "You are not permitted to perform this action.")),
        None => {
            let gone = "You attempted to reply to a Tweet that is deleted or not visible to you.";
            Err(problem(403, "about:blank", "Forbidden", gone))
        }
    }
}

fn shown(
    kept: &Kept,
    body: &Value,
    user: &str,
    id: &str,
    parent: Option<String>,
    media: &[String],
    at: Timestamp,
) -> Shown {
    let mut notes = BTreeMap::new();
    for name in ["reply_settings", "made_with_ai", "paid_partnership"] {
        if let Some(value) = body.get(name) {
            notes.insert(name.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    if let Some(poll) = body.get("poll") {
        let options = poll["options"].as_array().into_iter().flatten().filter_map(Value::as_str);
        notes.insert("poll".to_owned(), options.collect::<Vec<_>>().join(" | "));
        notes.insert("poll_minutes".to_owned(), poll["duration_minutes"].to_string());
    }
    let files = media.iter().filter_map(|id| kept.media.get(id));
    for (number, alt) in files.clone().zip(1..).filter_map(|(file, number)| Some((number, file.alt.as_ref()?))) {
        notes.insert(format!("alt_{number}"), alt.clone());
    }
    let kind = |file: &super::media::Media| match file.category.as_str() {
        "tweet_video" | "amplify_video" => "video",
        "tweet_gif" => "gif",
        _ => "image",
    };
    Shown {
        platform: Platform::X,
        account: user.to_owned(),
        id: id.to_owned(),
        kind: if parent.is_some() { "reply" } else { "post" },
        parent,
        text: body["text"].as_str().unwrap_or_default().to_owned(),
        media: files.map(|file| format!("{} {} {} bytes", kind(file), file.mime, file.total)).collect(),
        notes,
        at,
    }
}

pub(super) async fn remove(State(x): State<X>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("delete", 50), &SCOPES)?;
    match x.world.find(Platform::X, &id) {
        None => Err(problem(404, "resource-not-found", "Not Found Error", "Could not find tweet.")),
        Some(shown) if shown.account != grant.user => {
            Err(problem(403, "about:blank", "Forbidden", "You are not authorized to delete this Tweet."))
        }
        Some(_) => {
            x.world.hide(Platform::X, &id);
            Ok((told, Json(json!({"data": {"deleted": true}}))).into_response())
        }
    }
}
