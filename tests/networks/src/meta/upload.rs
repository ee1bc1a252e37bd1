//! The upload host that Facebook's reels and stories and Instagram's containers share.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::Meta;
use super::login::NETWORK;
use crate::graph::{bearer, text};
use crate::oauth::Grant;

/// What is kept of a film's beginning.
const HEAD: usize = 32;

/// A film, as far as it has arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Film {
    size: Option<u64>,
    received: u64,
    head: Bytes,
}

/// A request with bytes.
pub(crate) struct Sending {
    /// Whom it acts for.
    pub(crate) grant: Grant,
    offset: u64,
    size: u64,
    body: axum::body::Body,
}

/// Bytes that came in.
pub(crate) struct Sent {
    offset: u64,
    size: u64,
    length: u64,
    head: Bytes,
}

impl Sending {
    /// Reads the headers of a request.
    pub(crate) fn read(meta: &Meta, request: Request) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let token = bearer(&parts.headers).unwrap_or_default();
        let now = meta.world.now();
        let grant = meta.world.grants(|grants| grants.find(&token, now)).filter(|grant| grant.network == NETWORK);
        let Some(grant) = grant.filter(|grant| grant.kind == "page" && is_oauth(&parts.headers)) else {
            return Err(trouble(StatusCode::UNAUTHORIZED, false, "NotAuthorizedError", "The token is not valid."));
        };
        let number = |name: &str| text(&parts.headers, name).and_then(|value| value.parse::<u64>().ok());
        let (Some(offset), Some(size)) = (number("offset"), number("file_size")) else {
            return Err(invalid("HeaderMissingError", "offset and file_size are required."));
        };
        Ok(Self { grant, offset, size, body })
    }

    /// Its bytes, of which only the beginning is kept.
    pub(crate) async fn drain(self) -> Sent {
        let Self { offset, size, mut body, .. } = self;
        let (mut head, mut length) = (BytesMut::new(), 0);
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                length += data.len() as u64;
                let wanted = HEAD.saturating_sub(head.len()).min(data.len());
                head.extend_from_slice(&data[..wanted]);
            }
        }
        Sent { offset, size, length, head: head.freeze() }
    }
}

/// The upload host takes no `Bearer`.
fn is_oauth(headers: &HeaderMap) -> bool {
    text(headers, "authorization").is_some_and(|value| value.starts_with("OAuth "))
}

impl Film {
    /// One that is there as a whole.
    pub(crate) fn whole(length: u64, head: Bytes) -> Self {
        Self { size: Some(length), received: length, head }
    }

    pub(crate) fn is_video(&self) -> bool {
        self.head.get(4..8) == Some(b"ftyp")
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.size == Some(self.received)
    }

    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// `uploading_phase`, with the number of bytes under the name that the network gives it.
    pub(crate) fn phase(&self, bytes: &str) -> Value {
        let status = match (self.is_whole(), self.received) {
            (true, _) => "complete",
            (false, 0) => "not_started",
            (false, _) => "in_progress",
        };
        json!({"status": status, bytes: self.received})
    }

    /// Whether bytes go on where it stopped, as part of a file of the same size.
    pub(crate) fn expects(&self, sending: &Sending) -> Result<(), Response> {
        self.fits(sending.offset, sending.size)
    }

    fn fits(&self, offset: u64, size: u64) -> Result<(), Response> {
        if self.is_whole() || offset != self.received {
            return Err(invalid("OffsetInvalidError", &format!("The offset must be {}.", self.received)));
        }
        if self.size.is_some_and(|known| known != size) {
            return Err(invalid("FileSizeInvalidError", "file_size is not that of the bytes before."));
        }
        Ok(())
    }

    /// Takes bytes in; those of a broken connection as well.
    pub(crate) fn take(&mut self, sent: Sent) -> Response {
        // Others may have come meanwhile.
        if let Err(refused) = self.fits(sent.offset, sent.size) {
            return refused;
        }
        if sent.offset + sent.length > sent.size {
            return invalid("FileSizeInvalidError", "The body is longer than file_size says.");
        }
        self.size = Some(sent.size);
        self.received += sent.length;
        if sent.offset == 0 {
            self.head = sent.head;
        }
        if self.is_whole() {
            return axum::Json(json!({"success": true, "message": "Upload successful."})).into_response();
        }
        let message = "The body is shorter than file_size says.";
        trouble(StatusCode::BAD_REQUEST, true, "PartialRequestError", message)
    }
}

/// There is no such upload.
pub(crate) fn missing() -> Response {
    trouble(StatusCode::NOT_FOUND, false, "NotFoundError", "There is no such upload.")
}

/// The request will never be taken.
pub(crate) fn invalid(kind: &str, message: &str) -> Response {
    trouble(StatusCode::BAD_REQUEST, false, kind, message)
}

fn trouble(status: StatusCode, retriable: bool, kind: &str, message: &str) -> Response {
    let info = json!({"debug_info": {"retriable": retriable, "type": kind, "message": message}});
    (status, axum::Json(info)).into_response()
}
