//! Subtitles of a video: `captions.insert` and `captions.list`.

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use domain::media::subtitles;
use domain::platform::Platform;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FORCE_SSL, Refused, Youtube, answer, refuse};
use crate::intake::Fields;

const INSERT: u32 = 400;
const LIST: u32 = 50;
const BYTES_MAX: usize = 100 * 1024 * 1024;
const NAME_MAX_CHARS: usize = 150;
const DOMAIN: &str = "youtube.caption";

/// A track.
pub(super) struct Track {
    id: String,
    video: String,
    language: String,
    name: String,
}

#[derive(Deserialize)]
struct Wanted {
    snippet: Snippet,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Snippet {
    video_id: String,
    language: String,
    name: String,
    #[serde(default)]
    is_draft: bool,
}

/// `captions.insert`.
pub(super) async fn insert(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(take(&youtube, &query, &headers, &body))
}

fn take(youtube: &Youtube, query: &Fields, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[FORCE_SSL])?;
    youtube.spend(&grant, INSERT)?;
    part(query)?;
    if query.get("uploadType").map(String::as_str) != Some("multipart") {
        return Err(refuse(400, "global", "badRequest", "Unsupported uploadType."));
    }
    let of = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some([about, file]) = related(of, body) else {
        return Err(refuse(400, "global", "badContent", &format!("Media type '{of}' is not supported.")));
    };
    let invalid = || {
        refuse(
            400,
            DOMAIN,
            "invalidMetadata",
            "The request contains invalid metadata values. The track cannot be made.",
        )
    };
    let Wanted { snippet } = serde_json::from_slice(about).map_err(|_| invalid())?;
    if snippet.is_draft || snippet.language.is_empty() || snippet.language.contains('_') {
        return Err(invalid());
    }
    if snippet.name.chars().count() > NAME_MAX_CHARS {
        return Err(refuse(400, DOMAIN, "nameTooLong", "The snippet.name specified in the request is too long."));
    }
    if file.is_empty() || file.len() > BYTES_MAX || subtitles::text(file).is_err() {
        return Err(refuse(400, DOMAIN, "contentRequired", "The request does not contain the caption track contents."));
    }
    let mut state = youtube.state();
    let Some(video) = state.videos.get(&snippet.video_id) else {
        return Err(refuse(404, DOMAIN, "videoNotFound", "The video identified by videoId could not be found."));
    };
    if video.channel.id != grant.user {
        let message = "The permissions associated with the request are not sufficient to upload the caption track.";
        return Err(refuse(403, DOMAIN, "forbidden", message));
    }
    let same = |track: &Track| {
        track.video == snippet.video_id
            && track.language.eq_ignore_ascii_case(&snippet.language)
            && track.name == snippet.name
    };
    if state.tracks.iter().any(same) {
        let message = "The video already has a caption track with the given snippet.language and snippet.name.";
        return Err(refuse(409, DOMAIN, "captionExists", message));
    }
    let Snippet { video_id: video, language, name, .. } = snippet;
    let track = Track { id: format!("AUieDa-{}", state.tracks.len()), video, language, name };
    let resource = resource(&track);
    let note = (format!("captions {}", track.language), format!("{} bytes", file.len()));
    let id = track.video.clone();
    state.tracks.push(track);
    drop(state);
    if let Some(mut shown) = youtube.world.find(Platform::Youtube, &id) {
        youtube.world.hide(Platform::Youtube, &id);
        shown.notes.extend([note]);
        youtube.world.show(shown);
    }
    Ok(resource)
}

/// `captions.list` of a video.
pub(super) async fn list(State(youtube): State<Youtube>, Query(query): Query<Fields>, headers: HeaderMap) -> Response {
    answer(tracks(&youtube, &query, &headers))
}

fn tracks(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[FORCE_SSL])?;
    youtube.spend(&grant, LIST)?;
    part(query)?;
    let id = query.get("videoId").map_or("", String::as_str);
    let state = youtube.state();
    if !state.videos.contains_key(id) {
        return Err(refuse(404, DOMAIN, "videoNotFound", "The video identified by videoId could not be found."));
    }
    // What YouTube hears in the sound is listed beside what was uploaded.
    let heard = Track { id: "asr".into(), video: id.into(), language: "en".into(), name: String::new() };
    let mut heard = resource(&heard);
    heard["snippet"]["trackKind"] = "ASR".into();
    let tracks = state.tracks.iter().filter(|track| track.video == id).map(resource);
    let items: Vec<Value> = std::iter::once(heard).chain(tracks).collect();
    Ok(json!({"kind": "youtube#captionListResponse", "items": items}))
}

fn part(query: &Fields) -> Result<(), Refused> {
    if query.get("part").is_some_and(|part| part == "snippet") {
        return Ok(());
    }
    Err(refuse(400, "global", "missingRequiredParameter", "No filter selected or part is missing."))
}

fn resource(track: &Track) -> Value {
    let Track { id, video, language, name } = track;
    let snippet = json!({
        "videoId": video, "language": language, "name": name, "trackKind": "standard", "isDraft": false, "status": "serving",
    });
    json!({"kind": "youtube#caption", "id": id, "snippet": snippet})
}

/// The two parts of a body of type `multipart/related`: what it is to be, as JSON, and the file.
fn related<'a>(content_type: &str, body: &'a [u8]) -> Option<[&'a [u8]; 2]> {
    let boundary = content_type.strip_prefix("multipart/related; boundary=")?;
    let rest = body.strip_prefix(format!("--{boundary}\r\n").as_bytes())?;
    let delimiter = format!("\r\n--{boundary}");
    let (about, rest) = split(rest, delimiter.as_bytes())?;
    let (file, end) = split(rest.strip_prefix(b"\r\n")?, delimiter.as_bytes())?;
    let (about_head, about) = split(about, b"\r\n\r\n")?;
    let (_, file) = split(file, b"\r\n\r\n")?;
    let json = String::from_utf8_lossy(about_head).to_ascii_lowercase().contains("application/json");
    (json && end.starts_with(b"--")).then_some([about, file])
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..start], &bytes[start + at.len()..]))
}
