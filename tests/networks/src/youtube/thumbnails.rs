//! The picture that stands for a video.

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use domain::platform::Platform;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::{FORCE_SSL, Refused, UPLOAD, Youtube, answer, refuse};
use crate::intake::Fields;

const COST: u32 = 50;
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// `thumbnails.set`.
pub(super) async fn set(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(take(&youtube, &query, &headers, &body))
}

fn take(youtube: &Youtube, query: &Fields, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[UPLOAD, FORCE_SSL])?;
    youtube.spend(&grant, COST)?;
    let id = query.get("videoId").map_or("", String::as_str);
    let of = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !["image/jpeg", "image/png", "application/octet-stream"].contains(&of) {
        return Err(refuse(400, "global", "badContent", &format!("Media type '{of}' is not supported.")));
    }
    if body.is_empty() {
        return Err(refuse(400, "youtube.thumbnail", "mediaBodyRequired", "The request does not include the image."));
    }
    let kind = match body {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        _ => "",
    };
    if kind.is_empty() || body.len() > BYTES_MAX {
        return Err(refuse(400, "youtube.thumbnail", "invalidImage", "The provided image content is invalid."));
    }
    let Some(video) = youtube.state().videos.get(id).cloned() else {
        return Err(refuse(404, "youtube.thumbnail", "videoNotFound", "The video cannot be found."));
    };
    if video.channel.id != grant.user {
        return Err(refuse(
            403,
            "youtube.thumbnail",
            "forbidden",
            "The thumbnail can't be set for the specified video.",
        ));
    }
    // Verifying a channel by phone allows both: long videos, and pictures of one's own.
    if video.channel.long_uploads != "allowed" {
        let message = "The authenticated user doesn't have permissions to upload and set custom video thumbnails.";
        return Err(refuse(403, "youtube.thumbnail", "forbidden", message));
    }
    if let Some(mut shown) = youtube.world.find(Platform::Youtube, id) {
        youtube.world.hide(Platform::Youtube, id);
        shown.notes.insert("cover".to_owned(), format!("{kind} {} bytes", body.len()));
        youtube.world.show(shown);
    }
    let address = format!("https://i.ytimg.com/vi/{id}/default.jpg");
    let items = json!([{"default": {"url": address, "width": 120, "height": 90}}]);
    Ok(json!({"kind": "youtube#thumbnailSetResponse", "items": items}))
}
