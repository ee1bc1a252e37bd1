//! Videos: registered here, uploaded to a storage that checks a signed form, then processed.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{PROCESSING, Pinterest, READ, STORAGE, WRITE, refuse};
use crate::answers::Refused;
use crate::multipart;

/// Largest video, in bytes.
const MAX_BYTES: usize = 2_000_000_000;
/// How long a form for the upload works.
const FORM_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A registered video.
pub(super) struct Media {
    pub(super) owner: String,
    policy: String,
    until: Timestamp,
    /// Size, whether it looks like an MP4, and when it arrived.
    uploaded: Option<(usize, bool, Timestamp)>,
}

impl Media {
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.uploaded {
            None => "registered",
            Some((_, _, at)) if now.duration_since(at) < PROCESSING => "processing",
            Some((_, true, _)) => "succeeded",
            Some((_, false, _)) => "failed",
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.uploaded.map_or(0, |(bytes, _, _)| bytes)
    }
}

pub(super) async fn register(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["pins:read", "pins:write"], WRITE)?;
    if body != json!({"media_type": "video"}) {
        return Err(refuse(400, 1, "media_type must be video"));
    }
    let (world, id) = (&pinterest.world, pinterest.world.number().to_string());
    let policy = format!("policy-{}", world.number());
    let until = world.now() + FORM_LIFETIME;
    let media = Media { owner: caller.person.1.to_owned(), policy: policy.clone(), until, uploaded: None };
    pinterest.held().media.insert(id.clone(), media);
    Ok(caller.answer(
        201,
        &json!({
            "media_id": id, "media_type": "video", "upload_url": format!("{}/", world.at(STORAGE)),
            "upload_parameters": {
                "Content-Type": "multipart/form-data", "key": format!("uploads/{id}:video:0"), "policy": policy,
                "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-signature": "fcd6309a48aabbc6b0d8e11d2e7d9a3c",
            },
        }),
    ))
}

pub(super) async fn show(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["pins:read"], READ)?;
    let now = pinterest.world.now();
    let held = pinterest.held();
    let media = held.media.get(&id).filter(|media| media.owner == caller.person.1);
    let media = media.ok_or_else(|| refuse(404, 50, "Media not found."))?;
    Ok(caller.answer(200, &json!({"media_id": id, "media_type": "video", "status": media.status(now)})))
}

/// The storage: it takes a form whose fields it signed itself, and the file as the last of them.
pub(super) async fn upload(State(pinterest): State<Pinterest>, headers: HeaderMap, body: Body) -> Response {
    let refuse = |status: StatusCode, code: &str| {
        let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
        (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return refuse(StatusCode::BAD_REQUEST, "InvalidArgument");
    }
    let Ok(body) = axum::body::to_bytes(body, MAX_BYTES).await else {
        return refuse(StatusCode::BAD_REQUEST, "EntityTooLarge");
    };
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(mut fields) = multipart::parse(kind, &body) else {
        return refuse(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
    };
    let Some(file) = fields.pop().filter(|field| field.name == "file") else {
        return refuse(StatusCode::BAD_REQUEST, "InvalidArgument");
    };
    let value = |wanted: &str| fields.iter().find(|field| field.name == wanted).map(multipart::Field::text);
    let complete = ["Content-Type", "key", "policy", "x-amz-algorithm", "x-amz-signature"];
    let (key, now) = (value("key").unwrap_or_default(), pinterest.world.now());
    let id = key.trim_start_matches("uploads/").trim_end_matches(":video:0").to_owned();
    let mut held = pinterest.held();
    let media =
        held.media.get_mut(&id).filter(|media| media.until > now && Some(&media.policy) == value("policy").as_ref());
    let Some(media) = media.filter(|_| complete.iter().all(|name| value(name).is_some())) else {
        return refuse(StatusCode::FORBIDDEN, "AccessDenied");
    };
    media.uploaded = Some((file.bytes.len(), file.bytes.get(4..8) == Some(b"ftyp"), now));
    StatusCode::NO_CONTENT.into_response()
}
