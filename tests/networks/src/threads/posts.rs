//! Publishing a container, once, and deleting what was published.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use domain::platform::Platform;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::json;

use super::containers::Container;
use super::{Answer, DAY, State as Kept, Threads, error, field, fields, invalid, missing};
use crate::world::Shown;

pub(super) const POSTS_A_DAY: usize = 250;
pub(super) const REPLIES_A_DAY: usize = 1000;
pub(super) const DELETES_A_DAY: usize = 100;

/// A post.
pub(super) struct Post {
    pub(super) id: String,
    pub(super) author: String,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) parent: Option<String>,
    pub(super) shortcode: String,
    pub(super) at: Timestamp,
}

impl Kept {
    /// How much somebody published within a day: posts, replies and deletions.
    pub(super) fn used(&self, user: &str, now: Timestamp) -> (usize, usize, usize) {
        let recent = |at: Timestamp| now.duration_since(at) < DAY;
        let own = || self.posts.iter().filter(|post| post.author == user && recent(post.at));
        let replies = own().filter(|post| post.parent.is_some()).count();
        let deleted = self.deleted.iter().filter(|(who, at)| who == user && recent(*at)).count();
        (own().count() - replies, replies, deleted)
    }
}

pub(super) async fn publish(
    State(threads): State<Threads>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Answer {
    let fields = fields(query, &body);
    let grant = threads.caller(&headers, &fields, &["threads_basic", "threads_content_publish"])?;
    Threads::is_own(&user, &grant)?;
    let (now, number) = (threads.world.now(), threads.world.number());
    let mut state = threads.state();
    let id = field(&fields, "creation_id");
    let Some(container) =
        state.containers.get(id).filter(|known| known.owner == grant.user && !known.is_item()).cloned()
    else {
        return Err(error(400, 24, 2_207_006, "The requested resource does not exist"));
    };
    match container.status(now) {
        "FINISHED" => {}
        "IN_PROGRESS" => return Err(error(400, 24, 2_207_008, "The media is not ready to be published")),
        "EXPIRED" => return Err(error(400, 24, 2_207_008, "The media container has expired")),
        "PUBLISHED" => return Err(invalid("The media container has been published already")),
        _ => return Err(invalid("The media container has an error")),
    }
    let parent = container.fields.get("reply_to_id").cloned();
    let (posts, replies, _) = state.used(&grant.user, now);
    if if parent.is_some() { replies >= REPLIES_A_DAY } else { posts >= POSTS_A_DAY } {
        let message = "You have reached the maximum number of posts that may be published within 24 hours.";
        return Err(error(403, 4, 2_207_042, message));
    }
    if let Some(kept) = state.containers.get_mut(id) {
        kept.published = true;
    }
    let id = (18_000_000_000_000_000 + number).to_string();
    let text = field(&container.fields, "text").trim().to_owned();
    threads.world.show(shown(&container, &id, &text, parent.clone(), now));
    let kind = match field(&container.fields, "media_type") {
        "TEXT" => "TEXT_POST".to_owned(),
        "CAROUSEL" => "CAROUSEL_ALBUM".to_owned(),
        other => other.to_owned(),
    };
    let shortcode = format!("D{number}");
    state.posts.push(Post { id: id.clone(), author: grant.user, kind, text, parent, shortcode, at: now });
    Ok(Json(json!({"id": id})))
}

fn shown(container: &Container, id: &str, text: &str, parent: Option<String>, at: Timestamp) -> Shown {
    let told = ["link_attachment", "topic_tag", "reply_control", "poll_attachment", "alt_text", "is_spoiler_media"];
    let notes = told.into_iter().filter_map(|name| Some((name.to_owned(), container.fields.get(name)?.clone())));
    let mut notes: BTreeMap<String, String> = notes.collect();
    // The first tag of the text is the topic unless one was given.
    let tag = text.split_whitespace().find_map(|word| word.strip_prefix('#').filter(|tag| !tag.is_empty()));
    if let Some(tag) = tag {
        notes.entry("topic_tag".to_owned()).or_insert_with(|| tag.to_owned());
    }
    Shown {
        platform: Platform::Threads,
        account: container.owner.clone(),
        id: id.to_owned(),
        kind: if parent.is_some() { "reply" } else { "post" },
        parent,
        text: text.to_owned(),
        media: container.media.clone(),
        notes,
        at,
    }
}

pub(super) async fn remove(
    State(threads): State<Threads>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let grant = threads.caller(&headers, &fields(query, ""), &["threads_basic", "threads_delete"])?;
    let now = threads.world.now();
    let mut state = threads.state();
    if state.used(&grant.user, now).2 >= DELETES_A_DAY {
        return Err(error(403, 4, 2_207_042, "You have reached the maximum number of deletions within 24 hours."));
    }
    let own = threads.world.find(Platform::Threads, &id).is_some_and(|shown| shown.account == grant.user);
    if !own || !threads.world.hide(Platform::Threads, &id) {
        return Err(missing(&id));
    }
    state.deleted.push((grant.user, now));
    Ok(Json(json!({"success": true, "deleted_id": id})))
}
