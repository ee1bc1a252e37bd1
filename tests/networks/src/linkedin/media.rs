//! Uploads: pictures and documents in one piece, videos in parts of 4,194,304 bytes that are put together at the end.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use bytes::Bytes;
use domain::media::{DOC, DOCX, PPT, PPTX, compound};
use http::{HeaderMap, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sim;
use super::api::{bad_field, denied, error, header};

/// The size of each part of a video but the last.
const PART: u64 = 4_194_304;
const VIDEO_BYTES: std::ops::RangeInclusive<u64> = 75_000..=500_000_000;
const UPLOAD_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long a video is worked on once it is whole.
const PROCESSING: SignedDuration = SignedDuration::from_secs(6);

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Image,
    Document,
    Video,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "images" => Some(Self::Image),
            "documents" => Some(Self::Document),
            "videos" => Some(Self::Video),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Document => "document",
            Self::Video => "video",
        }
    }
}

/// A file that was announced, and what came of it.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) kind: Kind,
    pub(super) owner: String,
    /// What it turned out to be.
    mime: Option<&'static str>,
    bytes: u64,
    /// Part of its upload address.
    upload: String,
    until: Timestamp,
    token: String,
    /// Sizes and tags of a video's parts.
    parts: BTreeMap<u64, (u64, String)>,
    failed: bool,
    /// When it can be used.
    ready: Option<Timestamp>,
}

impl Asset {
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.ready {
            _ if self.failed => "PROCESSING_FAILED",
            None => "WAITING_UPLOAD",
            Some(ready) if ready > now => "PROCESSING",
            Some(_) => "AVAILABLE",
        }
    }

    pub(super) fn line(&self) -> String {
        format!("{} {} {} bytes", self.kind.word(), self.mime.unwrap_or("unknown"), self.bytes)
    }
}

/// What a file is, by its beginning.
fn sniffed(kind: Kind, content: &[u8]) -> Option<&'static str> {
    match kind {
        Kind::Image if content.starts_with(b"\xff\xd8\xff") => Some("image/jpeg"),
        Kind::Image if content.starts_with(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        Kind::Image if content.starts_with(b"GIF8") => Some("image/gif"),
        Kind::Document if content.starts_with(b"%PDF-") => Some("application/pdf"),
        Kind::Document if content.starts_with(b"PK\x03\x04") => {
            let holds = |part: &[u8]| content.windows(part.len()).any(|window| window == part);
            let slides = holds(b"ppt/presentation.xml").then_some(PPTX);
            slides.or_else(|| holds(b"word/document.xml").then_some(DOCX))
        }
        Kind::Document if content.starts_with(&compound::MARK) => {
            let holds = |stream: &str| {
                let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
                content.windows(name.len()).any(|window| window == name)
            };
            let slides = holds("PowerPoint Document").then_some(PPT);
            slides.or_else(|| holds("WordDocument").then_some(DOC))
        }
        Kind::Video if content.get(4..8) == Some(b"ftyp") => Some("video/mp4"),
        _ => None,
    }
}

pub(super) fn routes() -> Router<Sim> {
    let action = |kind: &'static str| {
        post(move |state: State<Sim>, headers: HeaderMap, uri: Uri, query: Query<Action>, body: Bytes| async move {
            act(&state.0, kind, &headers, &uri, &query, &body).unwrap_or_else(|refused| refused)
        })
    };
    let status = |kind: &'static str| {
        get(move |state: State<Sim>, headers: HeaderMap, uri: Uri, Path(urn): Path<String>| async move {
            status_of(&state.0, kind, &headers, &uri, &urn).unwrap_or_else(|refused| refused)
        })
    };
    Router::new()
        .route("/api.linkedin.com/rest/images", action("images"))
        .route("/api.linkedin.com/rest/documents", action("documents"))
        .route("/api.linkedin.com/rest/videos", action("videos"))
        .route("/api.linkedin.com/rest/images/{urn}", status("images"))
        .route("/api.linkedin.com/rest/documents/{urn}", status("documents"))
        .route("/api.linkedin.com/rest/videos/{urn}", status("videos"))
        .route("/www.linkedin.com/dms-uploads/{upload}/{part}", put(take))
}

#[derive(Deserialize)]
struct Action {
    action: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Initialize {
    initialize_upload_request: InitializeRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct InitializeRequest {
    owner: String,
    file_size_bytes: Option<u64>,
    upload_captions: Option<bool>,
    upload_thumbnail: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Finalize {
    finalize_upload_request: FinalizeRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FinalizeRequest {
    video: String,
    upload_token: String,
    uploaded_part_ids: Vec<String>,
}

fn unreadable(problem: &serde_json::Error) -> Response {
    error(400, 0, "ILLEGAL_ARGUMENT", &format!("Unpermitted or missing fields in REQUEST_BODY: {problem}"))
}

fn act(
    sim: &Sim,
    name: &str,
    headers: &HeaderMap,
    uri: &Uri,
    query: &Action,
    body: &[u8],
) -> Result<Response, Response> {
    let scopes = ["w_member_social", "w_organization_social"];
    let grant = sim.admit(headers, uri, &scopes, &format!("{name}.ACTION"))?;
    let kind = Kind::named(name).ok_or_else(|| denied(name))?;
    match query.action.as_deref() {
        Some("initializeUpload") => {
            let Initialize { initialize_upload_request: asked } =
                serde_json::from_slice(body).map_err(|problem| unreadable(&problem))?;
            sim.acts_as(&grant, &asked.owner, &format!("{name}.ACTION-initializeUpload"))?;
            initialize(sim, kind, asked)
        }
        Some("finalizeUpload") if kind == Kind::Video => {
            let Finalize { finalize_upload_request: asked } =
                serde_json::from_slice(body).map_err(|problem| unreadable(&problem))?;
            finalize(sim, &asked)
        }
        _ => Err(error(400, 0, "ILLEGAL_ARGUMENT", "Unknown action")),
    }
}

fn initialize(sim: &Sim, kind: Kind, asked: InitializeRequest) -> Result<Response, Response> {
    let bytes = match (kind, asked.file_size_bytes, asked.upload_captions, asked.upload_thumbnail) {
        (Kind::Video, Some(bytes), Some(_), Some(_)) if VIDEO_BYTES.contains(&bytes) => bytes,
        (Kind::Video, Some(_), Some(_), Some(_)) => {
            return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/initializeUploadRequest/fileSizeBytes"));
        }
        (Kind::Video, ..) => return Err(bad_field("MISSING_FIELD", "/initializeUploadRequest/fileSizeBytes")),
        (_, None, None, None) => 0,
        _ => return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/initializeUploadRequest")),
    };
    let (number, now) = (sim.world.number(), sim.world.now());
    let urn = format!("urn:li:{}:C4D{number}", kind.word());
    let upload = format!("C4D{number}-u");
    let until = now + UPLOAD_LIFE;
    let address = |part: u64| sim.world.at(&format!("www.linkedin.com/dms-uploads/{upload}/{part}"));
    let token = format!("token-{number}");
    let value = if kind == Kind::Video {
        let instructions: Vec<Value> = (0..bytes.div_ceil(PART))
            .map(|part| {
                let (first, last) = (part * PART, ((part + 1) * PART).min(bytes) - 1);
                json!({"uploadUrl": address(part), "firstByte": first, "lastByte": last})
            })
            .collect();
        json!({
            "video": urn,
            "uploadToken": token,
            "uploadUrlsExpireAt": until.as_millisecond(),
            "uploadInstructions": instructions,
        })
    } else {
        let mut value = json!({"uploadUrl": address(0), "uploadUrlExpiresAt": until.as_millisecond()});
        value[kind.word()] = json!(urn);
        value
    };
    let asset = Asset {
        kind,
        owner: asked.owner,
        mime: None,
        bytes,
        upload,
        until,
        token,
        parts: BTreeMap::new(),
        failed: false,
        ready: None,
    };
    sim.state().assets.insert(urn, asset);
    Ok(Json(json!({"value": value})).into_response())
}

fn finalize(sim: &Sim, asked: &FinalizeRequest) -> Result<Response, Response> {
    let now = sim.world.now();
    let mut state = sim.state();
    let asset = state.assets.get_mut(&asked.video).ok_or_else(|| bad_field("INVALID_VIDEO_ID", &asked.video))?;
    let whole = asset.parts.values().map(|(bytes, _)| bytes).sum::<u64>() == asset.bytes;
    let tags: Vec<&String> = asset.parts.values().map(|(_, tag)| tag).collect();
    if asset.token != asked.upload_token || !whole || tags != asked.uploaded_part_ids.iter().collect::<Vec<_>>() {
        return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/finalizeUploadRequest/uploadedPartIds"));
    }
    asset.failed = asset.mime.is_none();
    asset.ready.get_or_insert(now + PROCESSING);
    Ok(StatusCode::OK.into_response())
}

async fn take(
    State(sim): State<Sim>,
    Path((upload, part)): Path<(String, u64)>,
    headers: HeaderMap,
    content: Bytes,
) -> Response {
    let now = sim.world.now();
    let caller = sim.caller(&headers);
    let mut state = sim.state();
    let Some(asset) = state.assets.values_mut().find(|asset| asset.upload == upload) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if asset.until <= now {
        return error(400, 0, "EXPIRED_UPLOAD_URL", "The upload URL has expired");
    }
    if asset.kind != Kind::Video {
        if let Err(refused) = caller {
            return refused;
        }
        asset.mime = sniffed(asset.kind, &content);
        asset.failed = asset.mime.is_none();
        asset.bytes = content.len() as u64;
        asset.ready = Some(now);
        return StatusCode::CREATED.into_response();
    }
    let binary = header(&headers, "content-type") == Some("application/octet-stream");
    // The address itself is the right to upload; a token beside it is refused by what stores the parts.
    if headers.contains_key("authorization") || !binary {
        return (StatusCode::BAD_REQUEST, "Only one auth mechanism allowed").into_response();
    }
    let expected = asset.bytes.saturating_sub(part * PART).min(PART);
    if content.len() as u64 != expected {
        return (StatusCode::BAD_REQUEST, "Not the announced bytes").into_response();
    }
    if part == 0 {
        asset.mime = sniffed(Kind::Video, &content);
    }
    let tag = format!("/ambry-video/signedId/{upload}-{part}");
    asset.parts.insert(part, (expected, tag.clone()));
    (StatusCode::OK, [("etag", format!("\"{tag}\""))]).into_response()
}

fn status_of(sim: &Sim, name: &str, headers: &HeaderMap, uri: &Uri, urn: &str) -> Result<Response, Response> {
    // Whoever may only post for themselves cannot read their files' state.
    let grant = sim.admit(headers, uri, &["w_organization_social"], &format!("{name}.GET"))?;
    let now = sim.world.now();
    let state = sim.state();
    let asset = state.assets.get(urn).filter(|asset| Some(asset.kind) == Kind::named(name));
    let asset = asset.ok_or_else(|| error(404, 0, "NOT_FOUND", "No such asset"))?;
    sim.acts_as(&grant, &asset.owner, &format!("{name}.GET"))?;
    let mut body = json!({"id": urn, "owner": asset.owner, "status": asset.status(now)});
    if asset.failed {
        body["processingFailureReason"] = json!("MEDIA_FORMAT_NOT_SUPPORTED");
    }
    Ok(Json(body).into_response())
}
