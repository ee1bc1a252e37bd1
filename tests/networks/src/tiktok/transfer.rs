//! Chunks of a video (document Media Transfer Guide).

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::Tiktok;
use super::posting::Post;
use crate::intake::{Fields, Range, is_video, swallow};

const TYPES: [&str; 3] = ["video/mp4", "video/quicktime", "video/webm"];

/// Takes a chunk: in order, each but the last of the announced size.
pub(super) async fn take(
    State(tiktok): State<Tiktok>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let id = query.get("upload_id").map_or("", String::as_str);
    let token = query.get("upload_token").map_or("", String::as_str);
    let (first, length) = match expected(&tiktok, id, token, &headers) {
        Ok(range) => range,
        Err(answer) => return *answer,
    };
    let arrived = swallow(body).await;
    let mut state = tiktok.state();
    let Some(post) = state.posts.get_mut(id) else { return StatusCode::NOT_FOUND.into_response() };
    // Another request may have brought it meanwhile; one that broke off leaves nothing.
    if post.held != first || post.done_at.is_some() {
        return mismatch(post);
    }
    if arrived.bytes != length {
        return StatusCode::BAD_REQUEST.into_response();
    }
    if first == 0 && !is_video(&arrived.head) {
        post.failure = Some("file_format_check_failed");
    }
    post.held += length;
    let status = if post.held == post.total {
        let failure = post.failure;
        post.complete(id, &tiktok, failure);
        StatusCode::CREATED
    } else {
        StatusCode::PARTIAL_CONTENT
    };
    with_range(status, post)
}

fn expected(tiktok: &Tiktok, id: &str, token: &str, headers: &HeaderMap) -> Result<(u64, u64), Box<Response>> {
    let refuse = |status: StatusCode| Err(Box::new(status.into_response()));
    let now = tiktok.world.now();
    let state = tiktok.state();
    let Some(post) = state.posts.get(id).filter(|post| !post.photos) else { return refuse(StatusCode::NOT_FOUND) };
    if now >= post.until || !id.ends_with(token.trim_start_matches("token-")) || token.is_empty() {
        return refuse(StatusCode::FORBIDDEN);
    }
    let of = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    if !TYPES.contains(&of(header::CONTENT_TYPE)) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Some(Range::Bytes { first, last, total }) = Range::read(of(header::CONTENT_RANGE)) else {
        return refuse(StatusCode::BAD_REQUEST);
    };
    let length = last - first + 1;
    if total != post.total || of(header::CONTENT_LENGTH).parse() != Ok(length) {
        return refuse(StatusCode::BAD_REQUEST);
    }
    if first != post.held || post.done_at.is_some() {
        return Err(Box::new(mismatch(post)));
    }
    let is_last = first == post.chunk * (post.count - 1);
    let wanted = if is_last { post.total - first } else { post.chunk };
    if length == wanted { Ok((first, length)) } else { refuse(StatusCode::BAD_REQUEST) }
}

/// 416: says what is held.
fn mismatch(post: &Post) -> Response {
    with_range(StatusCode::RANGE_NOT_SATISFIABLE, post)
}

fn with_range(status: StatusCode, post: &Post) -> Response {
    let range = match post.held {
        0 => format!("bytes */{}", post.total),
        held => format!("bytes 0-{}/{}", held - 1, post.total),
    };
    (status, [(header::CONTENT_RANGE, range)]).into_response()
}
