//! Comments and figures.

use std::collections::BTreeMap;

use domain::platform::Platform;
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::time;
use crate::graph::{Answer, Asked, Refusal, need, select};
use crate::meta::Meta;
use crate::meta::people;
use crate::oauth::Grant;
use crate::world::Shown;

const COMMENT_MAX: usize = 8000;
const METRICS: &[&str] = &[
    "post_media_view",
    "post_total_media_view_unique",
    "post_clicks",
    "post_reactions_by_type_total",
    "blue_reels_play_count",
    "post_video_avg_time_watched",
    "post_video_view_time",
];

#[derive(Debug)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) page: String,
    pub(super) parent: String,
    message: String,
    at: Timestamp,
}

/// `/{post or video}/comments`.
pub(super) fn comments(meta: &Meta, asked: &Asked, grant: &Grant, parent: &str) -> Answer {
    if asked.method == Method::POST {
        return create(meta, asked, grant, parent);
    }
    need(grant, "pages_read_user_content")?;
    asked.only(&["filter", "order", "summary"])?;
    let shelf = meta.facebook();
    let data: Result<Vec<Value>, Refusal> = shelf
        .comments
        .iter()
        .rev()
        .filter(|comment| comment.parent == parent)
        .map(|comment| {
            let name = people::page(&comment.page).map_or("", |page| page.name);
            let node = json!({
                "id": comment.id,
                "message": comment.message,
                "from": {"id": comment.page, "name": name},
                "created_time": time(comment.at),
            });
            select("Comment", &node, &["id", "message", "from", "created_time"], asked.field("fields"))
        })
        .collect();
    Ok(json!({ "data": data? }))
}

fn create(meta: &Meta, asked: &Asked, grant: &Grant, parent: &str) -> Answer {
    need(grant, "pages_manage_engagement")?;
    asked.only(&["message", "attachment_url", "attachment_id"])?;
    let message = asked.require("message")?.trim().to_owned();
    if message.encode_utf16().count() > COMMENT_MAX {
        return Err(Refusal::parameter("The comment is too long"));
    }
    let (at, id) =
        (meta.world.now(), format!("{}_{}", parent.split('_').next_back().unwrap_or(parent), meta.world.number()));
    let comment =
        Comment { id: id.clone(), page: grant.user.clone(), parent: parent.to_owned(), message: message.clone(), at };
    meta.facebook().comments.push(comment);
    meta.world.show(Shown {
        platform: Platform::Facebook,
        account: grant.user.clone(),
        id: id.clone(),
        kind: "comment",
        parent: Some(parent.to_owned()),
        text: message,
        media: Vec::new(),
        notes: BTreeMap::new(),
        at,
    });
    Ok(json!({ "id": id }))
}

/// `/{post}/insights` and `/{video}/video_insights`.
pub(super) fn insights(asked: &Asked, grant: &Grant) -> Answer {
    need(grant, "read_insights")?;
    asked.only(&["metric", "period"])?;
    let metrics: Vec<&str> = asked.require("metric")?.split(',').collect();
    if metrics.iter().any(|metric| !METRICS.contains(metric)) {
        return Err(Refusal::parameter("The value must be a valid insights metric"));
    }
    let data: Vec<Value> = metrics
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"name": name, "period": "lifetime", "values": [{"value": 10 * (index + 1)}]}))
        .collect();
    Ok(json!({ "data": data }))
}
