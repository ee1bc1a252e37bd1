//! Uploads: in one call for pictures, in chunks for GIF and video, whose processing takes a moment.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Limit, X, invalid, only, problem};
use crate::multipart::{self, Field};

/// How long an upload can be used.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const PROCESSING: SignedDuration = SignedDuration::from_secs(5);
const CHUNK_MAX: usize = 5 * 1024 * 1024;
const SEGMENTS_MAX: u32 = 999;
const IMAGE_MAX: u64 = 5 * 1024 * 1024;
const GIF_MAX: u64 = 15 * 1024 * 1024;
const VIDEO_MAX: u64 = 512 * 1024 * 1024;
const ALT_MAX: usize = 1000;
const SCOPES: [&str; 1] = ["media.write"];

/// An upload.
pub(super) struct Media {
    pub(super) owner: String,
    pub(super) category: String,
    pub(super) mime: String,
    pub(super) total: u64,
    pub(super) alt: Option<String>,
    /// Until when it can be used.
    pub(super) until: Timestamp,
    /// Length of each segment that came.
    segments: BTreeMap<u32, u64>,
    /// The first bytes, which tell what it is.
    head: Bytes,
    /// When processing ends; absent until it is finalized.
    ready: Option<Timestamp>,
}

impl Media {
    /// Whether a post may use it now.
    pub(super) fn is_usable(&self, now: Timestamp) -> bool {
        self.until > now && self.ready.is_some_and(|ready| ready <= now) && self.is_sound()
    }

    fn is_sound(&self) -> bool {
        kind(&self.head)
            .is_some_and(|kind| kind == self.mime || (kind == "video/mp4" && self.mime.starts_with("video/")))
    }

    fn processing(&self, now: Timestamp) -> Option<Value> {
        let ready = self.ready.filter(|_| self.category != "tweet_image")?;
        let left = ready.duration_since(now).as_secs();
        Some(match () {
            () if ready > now => {
                json!({"state": "in_progress", "check_after_secs": left.clamp(1, 2), "progress_percent": 40})
            }
            () if self.is_sound() => json!({"state": "succeeded", "progress_percent": 100}),
            () => json!({"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "InvalidContent"}}),
        })
    }
}

/// What a file is, by its first bytes.
fn kind(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("video/mp4"),
        _ => None,
    }
}

fn head(content: &Bytes) -> Bytes {
    content.slice(..content.len().min(64))
}

fn field<'a>(form: &'a [Field], name: &str) -> Option<&'a Bytes> {
    form.iter().find(|field| field.name == name).map(|field| &field.bytes)
}

/// The fields of a multipart body; absent when it is none.
fn fields(headers: &HeaderMap, body: &Bytes) -> Option<Vec<Field>> {
    multipart::parse(headers.get(header::CONTENT_TYPE)?.to_str().ok()?, body)
}

fn unknown_field<'a>(form: &'a [Field], known: &[&str]) -> Option<&'a str> {
    form.iter().map(|field| field.name.as_str()).find(|name| !known.contains(name))
}

/// A picture in one call.
pub(super) async fn upload(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("media", 500), &SCOPES)?;
    let Some(form) = fields(&headers, &body) else {
        return Err(invalid("media", "the body is not multipart/form-data"));
    };
    if let Some(name) = unknown_field(&form, &["media", "media_category"]) {
        return Err(invalid(name, &format!("[$.{name}] is not defined in the schema")));
    }
    let category = field(&form, "media_category").map(|value| String::from_utf8_lossy(value).into_owned());
    let (Some(content), Some(category)) = (field(&form, "media"), category) else {
        return Err(invalid("media", "media and media_category are required"));
    };
    let Some(mime) = kind(content).filter(|kind| kind.starts_with("image/")) else {
        return Err(invalid("media", "media type unrecognized."));
    };
    if category != "tweet_image" || content.len() as u64 > IMAGE_MAX {
        return Err(invalid("media", "File size exceeds 5242880 bytes."));
    }
    let id = (7_000_000_000_000_000_000 + x.world.number()).to_string();
    let now = x.world.now();
    let media = Media {
        owner: grant.user,
        category,
        mime: mime.to_owned(),
        total: content.len() as u64,
        alt: None,
        until: now + KEPT,
        segments: BTreeMap::new(),
        head: head(content),
        ready: Some(now),
    };
    x.state().media.insert(id.clone(), media);
    let data = json!({"id": id, "media_key": format!("3_{id}"), "expires_after_secs": KEPT.as_secs()});
    Ok((told, Json(json!({"data": data}))).into_response())
}

pub(super) async fn initialize(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("initialize", 1875), &SCOPES)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    only(&body, "body", &["media_type", "total_bytes", "media_category", "additional_owners", "shared"])?;
    let (Some(mime), Some(total)) = (body["media_type"].as_str(), body["total_bytes"].as_u64()) else {
        return Err(invalid("total_bytes", "media_type and total_bytes are required"));
    };
    let category = body["media_category"].as_str().unwrap_or_default();
    let most = match (category, mime) {
        ("tweet_video" | "amplify_video", "video/mp4" | "video/quicktime") => VIDEO_MAX,
        ("tweet_gif", "image/gif") => GIF_MAX,
        ("tweet_image", "image/jpeg" | "image/png" | "image/webp") => IMAGE_MAX,
        _ => return Err(invalid("media_category", "The media category does not fit the media type.")),
    };
    if total == 0 || total > most {
        return Err(invalid("total_bytes", &format!("File size exceeds {most} bytes.")));
    }
    let id = (7_000_000_000_000_000_000 + x.world.number()).to_string();
    let media = Media {
        owner: grant.user,
        category: category.to_owned(),
        mime: mime.to_owned(),
        total,
        alt: None,
        until: x.world.now() + KEPT,
        segments: BTreeMap::new(),
        head: Bytes::new(),
        ready: None,
    };
    x.state().media.insert(id.clone(), media);
    let data = json!({"id": id, "media_key": format!("13_{id}"), "expires_after_secs": KEPT.as_secs()});
    Ok((told, Json(json!({"data": data}))).into_response())
}

pub(super) async fn append(State(x): State<X>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("append", 1875), &SCOPES)?;
    let Some(form) = fields(&headers, &body) else {
        return Err(invalid("media", "the body is not multipart/form-data"));
    };
    if let Some(name) = unknown_field(&form, &["media", "segment_index"]) {
        return Err(invalid(name, &format!("[$.{name}] is not defined in the schema")));
    }
    let index = field(&form, "segment_index").and_then(|value| std::str::from_utf8(value).ok()?.parse::<u32>().ok());
    let (Some(content), Some(index)) = (field(&form, "media"), index.filter(|index| *index <= SEGMENTS_MAX)) else {
        return Err(invalid("segment_index", "media and segment_index (0 to 999) are required"));
    };
    if content.is_empty() || content.len() > CHUNK_MAX {
        return Err(problem(413, "about:blank", "Payload Too Large", "The chunk is larger than 5 MB."));
    }
    let now = x.world.now();
    let mut state = x.state();
    let media = state.media.get_mut(&id).filter(|media| media.owner == grant.user && media.until > now);
    let Some(media) = media.filter(|media| media.ready.is_none()) else {
        return Err(invalid("id", "Invalid media id or the upload is finalized."));
    };
    if index == 0 {
        media.head = head(content);
    }
    media.segments.insert(index, content.len() as u64);
    Ok((told, Json(json!({"data": {"expires_at": media.until.as_second()}}))).into_response())
}

pub(super) async fn finalize(State(x): State<X>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("finalize", 1875), &SCOPES)?;
    let now = x.world.now();
    let mut state = x.state();
    let media = state.media.get_mut(&id).filter(|media| media.owner == grant.user && media.until > now);
    let Some(media) = media else {
        return Err(invalid("id", "Invalid media id."));
    };
    let contiguous = media.segments.keys().zip(0_u32..).all(|(index, expected)| *index == expected);
    if !contiguous || media.segments.values().sum::<u64>() != media.total {
        return Err(invalid("id", "Segments do not add up to provided total file size."));
    }
    let ready = now + if media.category == "tweet_image" { SignedDuration::ZERO } else { PROCESSING };
    media.ready.get_or_insert(ready);
    let mut data = json!({
        "id": id,
        "media_key": format!("13_{id}"),
        "size": media.total,
        "expires_after_secs": media.until.duration_since(now).as_secs(),
    });
    if media.processing(now).is_some() {
        data["processing_info"] = json!({"state": "pending", "check_after_secs": 1});
    }
    Ok((told, Json(json!({"data": data}))).into_response())
}

#[derive(Deserialize)]
pub(super) struct Asked {
    command: Option<String>,
    media_id: Option<String>,
}

pub(super) async fn state_of(State(x): State<X>, Query(asked): Query<Asked>, headers: HeaderMap) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("media status", 1000), &SCOPES)?;
    if asked.command.as_deref() != Some("STATUS") {
        return Err(invalid("command", "command must be STATUS"));
    }
    let (id, now) = (asked.media_id.unwrap_or_default(), x.world.now());
    let state = x.state();
    let Some(media) = state.media.get(&id).filter(|media| media.owner == grant.user && media.until > now) else {
        return Err(problem(404, "resource-not-found", "Not Found Error", "Could not find media."));
    };
    let mut data = json!({"id": id, "expires_after_secs": media.until.duration_since(now).as_secs()});
    if let Some(processing) = media.processing(now) {
        data["processing_info"] = processing;
    }
    Ok((told, Json(json!({"data": data}))).into_response())
}

pub(super) async fn describe(State(x): State<X>, headers: HeaderMap, body: Bytes) -> Answer {
    let (grant, told) = x.caller(&headers, Limit("metadata", 500), &SCOPES)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    only(&body, "body", &["id", "metadata"])?;
    only(&body["metadata"], "metadata", &["alt_text"])?;
    only(&body["metadata"]["alt_text"], "alt_text", &["text"])?;
    let alt = body["metadata"]["alt_text"]["text"].as_str().unwrap_or_default();
    if alt.is_empty() || alt.chars().count() > ALT_MAX {
        return Err(invalid("metadata.alt_text.text", "must have 1 to 1000 characters"));
    }
    let id = body["id"].as_str().unwrap_or_default();
    let mut state = x.state();
    let Some(media) = state.media.get_mut(id).filter(|media| media.owner == grant.user) else {
        return Err(invalid("id", "Invalid media id."));
    };
    media.alt = Some(alt.to_owned());
    let data = json!({"id": id, "associated_metadata": {"alt_text": {"text": alt}}});
    Ok((told, Json(json!({"data": data}))).into_response())
}
