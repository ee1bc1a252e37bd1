//! Files, named by their content.

use axum::response::Response;
use cloud::crypto::sha256;
use http::header;
use serde_json::json;

use super::{Bluesky, Call, invalid, refuse};
use crate::answers::{Refused, header as header_of, json as answer};

/// Largest file that a server takes by default, in bytes.
const MAX_BYTES: usize = 50 * 1024 * 1024;

/// A file.
pub(super) struct Blob {
    pub(super) mime: String,
    pub(super) bytes: u64,
}

pub(super) async fn upload(bluesky: &Bluesky, call: Call) -> Result<Response, Refused> {
    let did = bluesky.caller(&call)?;
    let mime = header_of(&call.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_owned();
    if !mime.contains('/') || mime.starts_with("multipart/") {
        return Err(invalid("Request encoding (Content-Type) required but not provided"));
    }
    let too_large = |_| refuse(413, "BlobTooLarge", "This file is too large for the server");
    let bytes = axum::body::to_bytes(call.body, MAX_BYTES).await.map_err(too_large)?;
    let cid = cid("bafkrei", &bytes);
    let blob = Blob { mime: mime.clone(), bytes: bytes.len() as u64 };
    bluesky.held().blobs.insert((did, cid.clone()), blob);
    let blob = json!({"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": bytes.len()});
    Ok(answer(200, &json!({"blob": blob})))
}

/// A name made of a content, in the alphabet of the protocol's own.
pub(super) fn cid(prefix: &str, content: &[u8]) -> String {
    let hash = sha256(content);
    let letters = hash.bytes().map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(byte % 32)]));
    format!("{prefix}{}", letters.collect::<String>())
}
