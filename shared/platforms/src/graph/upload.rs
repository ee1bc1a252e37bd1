//! The upload host: bytes of a video from an offset on, and the phases that tell how far it is.
//!
//! Facebook's reels and stories ("Reels Publishing API") and Instagram's containers ("Upload Video to Meta Servers")
//! are sent to it in the same manner.

use domain::delivery::Failure;
use futures::StreamExt as _;
use http::HeaderName;
use serde::Deserialize;
use serde_json::Value;

use super::{Access, Graph, at};
use crate::http::{Body, Chunks, Effect, Request};
use crate::network::{Attachment, MediaSource};

const OFFSET: HeaderName = HeaderName::from_static("offset");
const FILE_SIZE: HeaderName = HeaderName::from_static("file_size");

/// What of a network's is uploaded: where its bytes go, and that path for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    base: &'static str,
    route: &'static str,
}

/// Videos of a Facebook page.
pub(crate) const PAGE_VIDEO: Kind =
    Kind { base: "https://rupload.facebook.com/video-upload/v25.0/", route: "/video-upload/{video}" };
/// Containers of an Instagram account.
pub(crate) const CONTAINER: Kind =
    Kind { base: "https://rupload.facebook.com/ig-api-upload/v25.0/", route: "/ig-api-upload/{container}" };

/// A phase of a video's way: uploading, processing, publishing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Phase {
    pub(crate) status: String,
    /// Of the first phase. Facebook writes it with one r.
    #[serde(alias = "bytes_transfered")]
    bytes_transferred: Value,
    /// Of Facebook's last phase: that it was told to publish.
    pub(crate) publish_status: Option<String>,
    error: Option<Trouble>,
    errors: Vec<Trouble>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Trouble {
    message: String,
}

impl Phase {
    /// How many bytes of `size` arrived; some answers write the number as text, and none is told of a whole file.
    pub(crate) fn received(&self, size: u64) -> u64 {
        if self.status == "complete" {
            return size;
        }
        let bytes = &self.bytes_transferred;
        bytes.as_u64().or_else(|| bytes.as_str()?.parse().ok()).unwrap_or(0).min(size)
    }

    /// Why it ended, in the network's words.
    pub(crate) fn trouble(&self) -> Option<String> {
        let told = self.error.as_ref().or_else(|| self.errors.first())?;
        Some(told.message.clone()).filter(|message| !message.is_empty())
    }
}

impl Graph {
    /// Sends a file from byte `offset` on, read while it is sent. Nobody sees it until it is published.
    ///
    /// # Errors
    /// A classified [`Failure`]: transient where the host says that it can be tried again.
    pub(crate) async fn send_bytes(
        &self,
        kind: Kind,
        id: &str,
        (file, offset): (&Attachment, u64),
        access: &Access<'_>,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let chunks = behind(media.stream(&file.file_id, file.bytes), offset);
        let length = file.bytes.saturating_sub(offset);
        let body = Body::Stream { mime: "application/octet-stream".to_owned(), length, chunks };
        let request = Request::post(at(kind.base, id), kind.route, body)
            .header(OFFSET, &offset.to_string())
            .header(FILE_SIZE, &file.bytes.to_string())
            .header(http::header::AUTHORIZATION, &format!("OAuth {}", access.token.expose()));
        let answer: Value = self.call(request, access, Effect::None).await?;
        if answer.get("success") == Some(&Value::Bool(false)) {
            return Err(Failure::Transient { message: "the upload was not taken".to_owned() });
        }
        Ok(())
    }
}

/// A content without its first bytes. They are read and dropped: sources offer only whole streams that live on their
/// own, and a broken upload is rare.
fn behind(chunks: Chunks, offset: u64) -> Chunks {
    if offset == 0 {
        return chunks;
    }
    Chunks::new(move || {
        let mut left = offset;
        let pieces = chunks.pieces().map(move |piece| {
            piece.map(|piece| {
                let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
                left -= skipped as u64;
                piece.slice(skipped..)
            })
        });
        Box::pin(pieces)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn received(phase: Value) -> u64 {
        serde_json::from_value::<Phase>(phase).unwrap().received(60_000)
    }

    #[test]
    fn bytes_are_counted_in_either_spelling_and_notation() {
        for name in ["bytes_transfered", "bytes_transferred"] {
            let of = |bytes: Value| received(json!({"status": "in_progress", name: bytes}));
            assert_eq!((of(json!(50_002)), of(json!("50002")), of(Value::Null)), (50_002, 50_002, 0), "{name}");
            assert_eq!(of(json!(70_000)), 60_000, "no more than there is");
        }
        assert_eq!((received(json!({"status": "complete"})), received(json!({}))), (60_000, 0));
    }

    #[test]
    fn a_phase_that_failed_says_why() {
        let trouble = |phase: Value| serde_json::from_value::<Phase>(phase).unwrap().trouble();
        assert_eq!(trouble(json!({"error": {"message": "too short"}})), Some("too short".to_owned()));
        assert_eq!(trouble(json!({"errors": [{"message": "too long"}]})), Some("too long".to_owned()));
        assert_eq!((trouble(json!({"error": {"message": ""}})), trouble(json!({}))), (None, None));
    }
}
