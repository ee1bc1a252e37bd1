//! Resumable uploads: a session takes the file in ranges, answers for what it holds, and becomes the video with its last byte.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};

use super::metadata::Metadata;
use super::{
    Channel, FORCE_SSL, Refused, UPLOAD, Video, Youtube, api, channel, metadata, quota_exceeded, refuse,
    signup_required,
};
use crate::intake::{Arrived, Fields, Range, is_video, swallow};
use crate::world::Shown;

/// How long a session lives.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Ranges other than the last are multiples of this, and so is what is kept of one that breaks off.
const GRAIN: u64 = 256 * 1024;
/// Videos that a project may begin in a day.
const INSERTS_A_DAY: u32 = 100;
/// Videos that a channel may begin in 24 hours.
const UPLOADS_A_CHANNEL: usize = 50;
const BYTES_MAX: u64 = 256 * 1024 * 1024 * 1024;

/// An upload under way, or done.
pub(super) struct Session {
    channel: &'static Channel,
    client_id: String,
    metadata: Metadata,
    notify: bool,
    mime: String,
    total: u64,
    held: u64,
    head: Bytes,
    at: Timestamp,
    video: Option<String>,
}

/// Begins an upload.
pub(super) async fn start(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match begin(&youtube, &query, &headers, &body) {
        Ok(location) => (StatusCode::OK, [(header::LOCATION, location)]).into_response(),
        Err(refused) => *refused,
    }
}

fn begin(youtube: &Youtube, query: &Fields, headers: &HeaderMap, body: &[u8]) -> Result<String, Refused> {
    let grant = youtube.who(headers, &[UPLOAD, FORCE_SSL])?;
    let Some(channel) = channel(&grant.user) else { return Err(signup_required()) };
    if query.get("uploadType").map(String::as_str) != Some("resumable") {
        return Err(refuse(
            400,
            "youtube.video",
            "mediaBodyRequired",
            "The request does not include the video content.",
        ));
    }
    if query.get("part").map(String::as_str) != Some("snippet,status") {
        return Err(refuse(400, "youtube.part", "unexpectedPart", "The parts do not match the resource."));
    }
    let metadata = metadata::read(body)?;
    let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mime = of("x-upload-content-type").to_owned();
    if !mime.starts_with("video/") && mime != "application/octet-stream" {
        let message =
            format!("Media type '{mime}' is not supported. Valid media types: [video/*, application/octet-stream]");
        return Err(refuse(400, "global", "badContent", &message));
    }
    let total = of("x-upload-content-length").parse().ok().filter(|total| (1..=BYTES_MAX).contains(total));
    let Some(total) = total else {
        return Err(refuse(
            400,
            "youtube.video",
            "mediaBodyRequired",
            "The request does not include the video content.",
        ));
    };
    let (now, day) = (youtube.world.now(), youtube.day());
    let mut state = youtube.state();
    let lately = |session: &&Session| {
        session.channel.id == channel.id && now.duration_since(session.at) < SignedDuration::from_hours(24)
    };
    if state.sessions.values().filter(lately).count() >= UPLOADS_A_CHANNEL {
        let message = "The user has exceeded the number of videos they may upload.";
        return Err(refuse(400, "youtube.video", "uploadLimitExceeded", message));
    }
    let begun = state.inserts.entry((grant.client_id.clone(), day)).or_default();
    if *begun >= INSERTS_A_DAY {
        return Err(quota_exceeded());
    }
    *begun += 1;
    let id = format!("session-{}", youtube.world.number());
    let notify = query.get("notifySubscribers").is_none_or(|value| value != "false");
    let (held, head, video) = (0, Bytes::new(), None);
    let session =
        Session { channel, client_id: grant.client_id, metadata, notify, mime, total, held, head, at: now, video };
    state.sessions.insert(id.clone(), session);
    let place = youtube.world.at("www.googleapis.com");
    Ok(format!("{place}/upload/youtube/v3/videos?uploadType=resumable&upload_id={id}"))
}

/// Takes a range, or tells what is held.
pub(super) async fn take(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let id = query.get("upload_id").map_or("", String::as_str);
    if headers.contains_key(header::AUTHORIZATION)
        && let Err(refused) = youtube.who(&headers, &[UPLOAD, FORCE_SSL])
    {
        return *refused;
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let range = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let range = match expected(&youtube, id, range, announced) {
        Ok(range) => range,
        Err(answer) => return *answer,
    };
    let arrived = swallow(body).await;
    keep(&youtube, id, range, &arrived)
}

/// The range that is about to arrive; anything that needs no body is answered at once.
fn expected(youtube: &Youtube, id: &str, range: Option<&str>, length: Option<u64>) -> Result<(u64, u64), Refused> {
    let now = youtube.world.now();
    let state = youtube.state();
    let live = state.sessions.get(id).filter(|session| now.duration_since(session.at) < LIFETIME);
    let Some(session) = live else { return Err(Box::new(StatusCode::NOT_FOUND.into_response())) };
    if let Some(video) = &session.video {
        return Err(Box::new(axum::Json(api::resource(video, &state.videos[video], now)).into_response()));
    }
    let Some(range) = range else { return Ok((0, session.total)) };
    match Range::read(range) {
        Some(Range::Asks) => Err(Box::new(incomplete(session))),
        Some(Range::Bytes { first, last, total }) => {
            let size = last - first + 1;
            let whole = last + 1 == session.total || size % GRAIN == 0;
            if total != session.total || !whole || length.is_some_and(|length| length != size) {
                return Err(refuse(400, "global", "badRequest", "Failed to parse Content-Range header."));
            }
            if first == session.held { Ok((first, size)) } else { Err(Box::new(incomplete(session))) }
        }
        None => Err(refuse(400, "global", "badRequest", "Failed to parse Content-Range header.")),
    }
}

fn keep(youtube: &Youtube, id: &str, (first, size): (u64, u64), arrived: &Arrived) -> Response {
    let mut state = youtube.state();
    let Some(session) = state.sessions.get_mut(id) else { return StatusCode::NOT_FOUND.into_response() };
    // Another request may have brought the same range meanwhile.
    if session.held != first || session.video.is_some() {
        return incomplete(session);
    }
    if first == 0 {
        session.head.clone_from(&arrived.head);
    }
    let kept = if arrived.bytes >= size { size } else { arrived.bytes / GRAIN * GRAIN };
    session.held += kept;
    if session.held < session.total {
        return incomplete(session);
    }
    let video = finish(youtube, session);
    let video_id = format!("vid{:08}", youtube.world.number());
    session.video = Some(video_id.clone());
    if video.failure.is_none() {
        youtube.world.show(shown(&video_id, &video, session));
    }
    let resource = api::resource(&video_id, &video, youtube.world.now());
    state.videos.insert(video_id, video);
    (StatusCode::CREATED, axum::Json(resource)).into_response()
}

/// 308: more is expected.
fn incomplete(session: &Session) -> Response {
    let mut answer = StatusCode::PERMANENT_REDIRECT.into_response();
    if session.held > 0
        && let Ok(range) = format!("bytes=0-{}", session.held - 1).parse()
    {
        answer.headers_mut().insert(header::RANGE, range);
    }
    answer
}

fn finish(youtube: &Youtube, session: &Session) -> Video {
    let at = youtube.world.now();
    let seconds = 20 + i64::try_from(session.total / 20_000_000).unwrap_or(i64::MAX / 2);
    let audited = !session.client_id.ends_with("-unaudited");
    let asked = &session.metadata.status.privacy_status;
    Video {
        channel: session.channel,
        metadata: session.metadata.clone(),
        privacy: if audited { asked.clone() } else { "private".to_owned() },
        mime: session.mime.clone(),
        bytes: session.total,
        at,
        processed_at: at + SignedDuration::from_secs(seconds),
        failure: (!is_video(&session.head)).then_some("invalidFile"),
    }
}

fn shown(id: &str, video: &Video, session: &Session) -> Shown {
    let Metadata { snippet, status } = &video.metadata;
    let note = |name: &str, value: String| (name.to_owned(), value);
    let mut notes = BTreeMap::from([
        note("title", snippet.title.clone()),
        note("privacy", video.privacy.clone()),
        note("tags", snippet.tags.join(",")),
        note("category", snippet.category_id.clone().unwrap_or_default()),
        note("made for kids", status.self_declared_made_for_kids.to_string()),
        note("synthetic media", status.contains_synthetic_media.to_string()),
        note("notifies", session.notify.to_string()),
    ]);
    let told = [
        ("language", snippet.default_language.clone()),
        ("spoken language", snippet.default_audio_language.clone()),
        ("license", status.license.clone()),
        ("embeddable", status.embeddable.map(|embeddable| embeddable.to_string())),
    ];
    notes.extend(told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Shown {
        platform: domain::platform::Platform::Youtube,
        account: video.channel.id.to_owned(),
        id: id.to_owned(),
        kind: "post",
        parent: None,
        text: snippet.description.clone(),
        media: vec![format!("video {} {} bytes", video.mime, video.bytes)],
        notes,
        at: video.at,
    }
}
