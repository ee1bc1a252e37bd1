//! What is published: media, their comments and figures.

use std::collections::BTreeMap;

use domain::platform::Platform;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::container::{Container, Kind, names, or_absent};
use super::{login, may, time};
use crate::graph::{Answer, Asked, Refusal, need, select};
use crate::meta::Meta;
use crate::meta::people::{self, Professional};
use crate::oauth::Grant;
use crate::world::{Shown, World};

const STORY_LIVES: SignedDuration = SignedDuration::from_hours(24);
const COMMENT_MAX: usize = 2200;
const FIELDS: &[&str] = &[
    "id",
    "caption",
    "timestamp",
    "permalink",
    "shortcode",
    "media_type",
    "media_product_type",
    "like_count",
    "comments_count",
    "is_comment_enabled",
    "username",
];
const METRICS: &[&str] = &["views", "reach", "likes", "comments", "saved", "shares", "total_interactions"];
const STORY_METRICS: &[&str] = &[
    "views",
    "reach",
    "replies",
    "shares",
    "navigation",
    "follows",
    "profile_visits",
    "total_interactions",
    "link_clicks",
];

#[derive(Debug)]
pub(super) struct Media {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) at: Timestamp,
    kind: Kind,
    caption: String,
    media: Vec<String>,
    notes: BTreeMap<String, String>,
    /// Whether nobody can comment.
    closed: bool,
}

#[derive(Debug)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) account: String,
    parent: String,
    text: String,
    at: Timestamp,
}

impl Media {
    pub(super) fn of(container: &Container, id: String, at: Timestamp) -> Self {
        let Container { account, kind, caption, media, notes, .. } = container.clone();
        Self { id, account, at, kind, caption, media, notes, closed: false }
    }

    fn node(&self, comments: usize) -> Value {
        let (media_type, product) = names(self.kind, &self.media);
        let part = match self.kind {
            Kind::Reel => "reel",
            Kind::Story => "stories",
            _ => "p",
        };
        let mut node = json!({
            "id": self.id,
            "timestamp": time(self.at),
            "permalink": format!("https://www.instagram.com/{part}/C{}/", self.id),
            "shortcode": format!("C{}", self.id),
            "media_type": media_type,
            "media_product_type": product,
            "like_count": 7,
            "comments_count": comments,
            "is_comment_enabled": !self.closed,
            "username": people::professional(&self.account).map(|account| account.username),
        });
        let caption = or_absent(&self.caption);
        if !caption.is_null() {
            node["caption"] = caption;
        }
        node
    }
}

/// Lets people see it.
pub(super) fn show(world: &World, media: &Media) {
    let kind = match media.kind {
        Kind::Story => "story",
        Kind::Reel => "reel",
        _ => "post",
    };
    world.show(Shown {
        platform: Platform::Instagram,
        account: media.account.clone(),
        id: media.id.clone(),
        kind,
        parent: None,
        text: media.caption.clone(),
        media: media.media.clone(),
        notes: media.notes.clone(),
        at: media.at,
    });
}

/// `GET /{media}`.
pub(super) fn node(meta: &Meta, asked: &Asked, id: &str) -> Answer {
    let shelf = meta.instagram();
    let media = shelf.media.iter().find(|media| media.id == id).ok_or_else(|| Refusal::missing(id))?;
    let comments = shelf.comments.iter().filter(|comment| comment.parent == id).count();
    select("IGMedia", &media.node(comments), FIELDS, asked.field("fields"))
}

/// `POST /{media}`: switches comments off and on.
pub(super) fn change(meta: &Meta, asked: &Asked, grant: &Grant, id: &str) -> Answer {
    may(grant, "manage_comments")?;
    asked.only(&["comment_enabled"])?;
    let closed = match asked.require("comment_enabled")? {
        "true" => false,
        "false" => true,
        _ => return Err(Refusal::parameter("comment_enabled must be a boolean")),
    };
    let mut shelf = meta.instagram();
    let media = shelf.media.iter_mut().find(|media| media.id == id && media.kind != Kind::Story);
    media.ok_or_else(|| Refusal::missing(id))?.closed = closed;
    drop(shelf);
    meta.world.note_on(Platform::Instagram, id, "comments", if closed { "off" } else { "on" });
    Ok(json!({ "success": true }))
}

/// `GET /{account}/media` and `/{account}/stories`, newest first.
pub(super) fn list(meta: &Meta, asked: &Asked, account: &Professional, stories: bool) -> Answer {
    let limit = asked.field("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25);
    let now = meta.world.now();
    let shelf = meta.instagram();
    let mine = shelf.media.iter().rev().filter(|media| media.account == account.id);
    let wanted = mine.filter(|media| {
        let story = media.kind == Kind::Story;
        story == stories && (!story || media.at + STORY_LIVES > now)
    });
    let data: Result<Vec<Value>, Refusal> =
        wanted.take(limit).map(|media| select("IGMedia", &media.node(0), FIELDS, asked.field("fields"))).collect();
    Ok(json!({ "data": data? }))
}

/// `DELETE /{media}`: only by way of Facebook, with a permission of its own.
pub(super) fn delete(meta: &Meta, grant: &Grant, id: &str) -> Answer {
    if grant.network == login::NETWORK {
        return Err(Refusal::missing(id));
    }
    need(grant, "instagram_manage_contents")?;
    let mut shelf = meta.instagram();
    shelf.media.retain(|media| media.id != id);
    shelf.comments.retain(|comment| comment.id != id);
    drop(shelf);
    meta.world.hide(Platform::Instagram, id);
    Ok(json!({ "success": true }))
}

/// `/{media}/comments`.
pub(super) fn comments(meta: &Meta, asked: &Asked, grant: &Grant, id: &str) -> Answer {
    may(grant, "manage_comments")?;
    if asked.method == Method::GET {
        let shelf = meta.instagram();
        let mine = shelf.comments.iter().filter(|comment| comment.parent == id);
        let username = |account: &str| people::professional(account).map(|account| account.username);
        let data: Vec<Value> = mine
            .map(|comment| {
                json!({
                    "id": comment.id,
                    "text": comment.text,
                    "username": username(&comment.account),
                    "timestamp": time(comment.at),
                })
            })
            .collect();
        return Ok(json!({ "data": data }));
    }
    asked.only(&["message"])?;
    let text = asked.require("message")?.trim().to_owned();
    if text.encode_utf16().count() > COMMENT_MAX {
        return Err(Refusal::parameter("The comment is too long"));
    }
    let at = meta.world.now();
    let mut shelf = meta.instagram();
    let media = shelf.media.iter().find(|media| media.id == id).filter(|media| media.kind != Kind::Story);
    if media.is_some_and(|media| media.closed) {
        return Err(Refusal::new(10, 0, "Comments are switched off for this media."));
    }
    let account = media.map(|media| media.account.clone()).ok_or_else(|| Refusal::missing(id))?;
    let comment = Comment {
        id: format!("178{}", meta.world.number()),
        account: account.clone(),
        parent: id.to_owned(),
        text: text.clone(),
        at,
    };
    let name = comment.id.clone();
    shelf.comments.push(comment);
    drop(shelf);
    meta.world.show(Shown {
        platform: Platform::Instagram,
        account,
        id: name.clone(),
        kind: "comment",
        parent: Some(id.to_owned()),
        text,
        media: Vec::new(),
        notes: BTreeMap::new(),
        at,
    });
    Ok(json!({ "id": name }))
}

/// `GET /{media}/insights`.
pub(super) fn insights(meta: &Meta, asked: &Asked, grant: &Grant, id: &str) -> Answer {
    may(grant, "manage_insights")?;
    asked.only(&["metric", "period"])?;
    let shelf = meta.instagram();
    let media = shelf.media.iter().find(|media| media.id == id).ok_or_else(|| Refusal::missing(id))?;
    let known = if media.kind == Kind::Story { STORY_METRICS } else { METRICS };
    let metrics: Vec<&str> = asked.require("metric")?.split(',').collect();
    if let Some(unknown) = metrics.iter().find(|metric| !known.contains(metric)) {
        return Err(Refusal::parameter(format!("metric {unknown} is not supported for this media")));
    }
    let data: Vec<Value> = metrics
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"name": name, "period": "lifetime", "values": [{"value": 100 + index}]}))
        .collect();
    Ok(json!({ "data": data }))
}
