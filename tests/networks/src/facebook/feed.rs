//! Posts of a page: text, a link, or staged photos.

use std::collections::BTreeMap;

use domain::platform::Platform;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Shelf, time};
use crate::graph::{Answer, Asked, Refusal, select};
use crate::meta::Meta;
use crate::meta::people::Page;
use crate::world::Shown;

const MESSAGE_MAX: usize = 63_206;
const PHOTOS_MAX: usize = 10;
const LIST_MAX: usize = 100;

/// Fields that a post can be asked for.
pub(super) const FIELDS: &[&str] = &[
    "id",
    "message",
    "created_time",
    "permalink_url",
    "attachments",
    "shares",
    "comments",
    "reactions",
    "is_published",
];

#[derive(Debug)]
pub(super) struct Post {
    pub(super) id: String,
    pub(super) page: String,
    pub(super) message: String,
    pub(super) link: Option<String>,
    /// Photos or the video.
    pub(super) targets: Vec<String>,
    pub(super) created: Timestamp,
    /// The id of what people see of it.
    pub(super) shown: String,
    /// Since when it is among the published ones.
    pub(super) listed: Timestamp,
}

impl Post {
    pub(super) fn permalink(&self) -> String {
        let number = self.id.split('_').next_back().unwrap_or_default();
        format!("https://www.facebook.com/{}/posts/{number}", self.page)
    }

    pub(super) fn node(&self, shelf: &Shelf) -> Value {
        let comments = shelf.comments.iter().filter(|comment| comment.parent == self.id).count();
        let mut node = json!({
            "id": self.id,
            "created_time": time(self.created),
            "permalink_url": self.permalink(),
            "is_published": true,
            "shares": {"count": 2},
            "comments": {"data": [], "summary": {"total_count": comments}},
            "reactions": {"data": [], "summary": {"total_count": 5}},
        });
        if !self.message.is_empty() {
            node["message"] = json!(self.message);
        }
        let photo = |id: &String| json!({"type": "photo", "target": {"id": id, "url": format!("https://www.facebook.com/photo?fbid={id}")}});
        let attachment = match (self.targets.as_slice(), &self.link) {
            ([], None) => return node,
            ([], Some(link)) => json!({
                "type": "share",
                "target": {"url": format!("https://l.facebook.com/l.php?u={link}")},
                "unshimmed_url": link,
            }),
            ([one], _) => photo(one),
            (several, _) => json!({
                "type": "album",
                "target": {"id": format!("9{}", self.shown)},
                "subattachments": {"data": several.iter().map(photo).collect::<Vec<_>>()},
            }),
        };
        node["attachments"] = json!({ "data": [attachment] });
        node
    }
}

/// `POST /{page}/feed`.
pub(super) fn create(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    let photos = attached(asked)?;
    // What Facebook keeps: line breaks of one kind, nothing around.
    let message = asked.field("message").unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
    let link = asked.field("link").map(str::to_owned);
    if message.is_empty() && link.is_none() && photos.is_empty() {
        return Err(Refusal::parameter("Provide a message, a link or media").says("Empty post", "The post is empty."));
    }
    if message.encode_utf16().count() > MESSAGE_MAX {
        return Err(Refusal::parameter("The message is too long").says("Too long", "The text is too long."));
    }
    if let Some(link) = &link {
        let good = link.parse::<url::Url>().is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !good {
            return Err(Refusal::new(100, 1_609_005, "(#100) Links must be absolute")
                .says("Couldn't scrape link", "The link could not be read."));
        }
    }
    if photos.len() > PHOTOS_MAX {
        return Err(Refusal::parameter("Too many photos"));
    }
    let now = meta.world.now();
    let mut shelf = meta.facebook();
    let latest = shelf.posts.iter().rev().find(|post| post.page == page.id);
    if latest.is_some_and(|post| {
        photos.is_empty() && post.targets.is_empty() && post.message == message && post.link == link
    }) {
        return Err(Refusal::new(506, 1_366_051, "Duplicate status message")
            .says("Duplicate Status Update", "This status update is identical to the last one you posted."));
    }
    let mut media = Vec::new();
    let mut notes = BTreeMap::new();
    for (index, id) in photos.iter().enumerate() {
        let photo = shelf.photos.get_mut(id).filter(|photo| photo.page == page.id && !photo.used);
        let photo =
            photo.ok_or_else(|| Refusal::new(100, 33, format!("Photo {id} does not exist or is posted already")))?;
        photo.used = true;
        media.push(format!("image {} {} bytes", photo.mime, photo.length));
        if !photo.alt.is_empty() {
            notes.insert(format!("alt {}", index + 1), photo.alt.clone());
        }
    }
    notes.extend(link.clone().map(|link| ("link".to_owned(), link)));
    let id = format!("{}_{}", page.id, meta.world.number());
    let post = Post {
        id: id.clone(),
        page: page.id.to_owned(),
        message: message.clone(),
        link,
        targets: photos,
        created: now,
        shown: id.clone(),
        listed: now,
    };
    let node = post.node(&shelf);
    shelf.posts.push(post);
    drop(shelf);
    meta.world.show(Shown {
        platform: Platform::Facebook,
        account: page.id.to_owned(),
        id,
        kind: "post",
        parent: None,
        text: message,
        media,
        notes,
        at: now,
    });
    select("Post", &node, FIELDS, asked.field("fields"))
}

/// Photos in `attached_media[0]`, `attached_media[1]`… or as one array.
fn attached(asked: &Asked) -> Result<Vec<String>, Refusal> {
    let known = ["message", "link", "published", "attached_media", "place", "tags", "targeting", "feed_targeting"];
    let bad = || Refusal::parameter("attached_media must name media_fbid");
    let mut found: Vec<(usize, Value)> = Vec::new();
    for (name, value) in &asked.fields {
        if let Some(index) = name.strip_prefix("attached_media[").and_then(|rest| rest.strip_suffix(']')) {
            let value = serde_json::from_str(value).map_err(|_| bad())?;
            found.push((index.parse().map_err(|_| bad())?, value));
        }
    }
    if let Some(list) = asked.field("attached_media") {
        let list: Vec<Value> = serde_json::from_str(list).map_err(|_| bad())?;
        found.extend(list.into_iter().enumerate());
    }
    let plain: Vec<&str> = asked.fields.keys().map(String::as_str).collect();
    let numbered: Vec<&str> = plain.into_iter().filter(|name| name.starts_with("attached_media[")).collect();
    asked.only(&[&known[..], &numbered[..]].concat())?;
    found.sort_by_key(|(index, _)| *index);
    let id = |value: &Value| value.get("media_fbid").and_then(Value::as_str).map(str::to_owned);
    found.iter().map(|(_, value)| id(value).ok_or_else(bad)).collect()
}

/// `GET /{page}/published_posts`, newest first.
pub(super) fn list(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    asked.only(&["since", "until"])?;
    let since = asked.field("since").and_then(|since| since.parse().ok()).unwrap_or(0);
    let limit = asked.field("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25).min(LIST_MAX);
    let now = meta.world.now();
    let shelf = meta.facebook();
    let mine = shelf.posts.iter().rev().filter(|post| post.page == page.id && post.listed <= now);
    let recent = mine.filter(|post| post.created.as_second() >= since).take(limit);
    let data: Result<Vec<Value>, Refusal> =
        recent.map(|post| select("Post", &post.node(&shelf), FIELDS, asked.field("fields"))).collect();
    Ok(json!({ "data": data? }))
}
