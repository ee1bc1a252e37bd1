//! Uploads of reels and stories in phases: start, bytes, finish ("Reels Publishing API").

use domain::delivery::Failure;
use domain::target::Format;
use futures::StreamExt as _;
use serde::Deserialize;

use super::Facebook;
use crate::graph::{Access, FILE_SIZE, OFFSET, at, oauth, rejected};
use crate::http::{Body, Chunks, Effect, Request};
use crate::network::{Attachment, Job, MediaSource, Steps};
use crate::token::Token;

const UPLOADS: &str = "https://rupload.facebook.com/video-upload/v25.0/";
/// Step of the video's id, which is recorded before anything can be seen of it.
pub(super) const VIDEO: &str = "video";
/// Step that is recorded once every byte is there.
const UPLOADED: &str = "uploaded";

#[derive(Deserialize)]
struct Started {
    video_id: String,
}

/// The edge that takes the phases.
pub(super) const fn edge(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Story => ("video_stories", "/{page}/video_stories"),
        _ => ("video_reels", "/{page}/video_reels"),
    }
}

impl Facebook {
    /// The id of the uploaded video, going on where an earlier attempt stopped.
    pub(super) async fn upload(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let Some(file) = job.media.first() else {
            return Err(rejected("no-video", "there is no video", "Attach an MP4 video."));
        };
        let known = steps.get(VIDEO).filter(|id| !id.is_empty()).map(str::to_owned);
        let (id, offset) = match known {
            Some(id) if steps.get(UPLOADED) == Some(&id) => return Ok(id),
            Some(id) => {
                let offset = self.state(&id, access).await?.received(file.bytes);
                (id, offset)
            }
            None => {
                let (edge, route) = edge(job.format);
                let path = format!("{}/{edge}", token.subject);
                let fields = vec![("upload_phase", "start".to_owned())];
                let started: Started = self.graph.write(access, &path, route, fields, Effect::None).await?;
                steps.record(VIDEO, started.video_id.clone()).await?;
                (started.video_id, 0)
            }
        };
        if offset < file.bytes {
            self.send_bytes(&id, file, offset, access, media).await?;
        }
        steps.record(UPLOADED, id.clone()).await?;
        Ok(id)
    }

    /// Sends what is missing, read while it is sent.
    async fn send_bytes(
        &self,
        id: &str,
        file: &Attachment,
        offset: u64,
        access: &Access<'_>,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let chunks = behind(media.stream(&file.file_id, file.bytes), offset);
        let length = file.bytes - offset;
        let body = Body::Stream { mime: "application/octet-stream".to_owned(), length, chunks };
        let request = Request::post(at(UPLOADS, id), "/video-upload/{video}", body)
            .header(OFFSET, &offset.to_string())
            .header(FILE_SIZE, &file.bytes.to_string());
        self.graph.call::<serde_json::Value>(oauth(request, access.token), access, Effect::None).await.map(drop)
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
