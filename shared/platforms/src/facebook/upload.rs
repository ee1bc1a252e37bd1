//! Uploads of reels and stories in phases: start, bytes, finish ("Reels Publishing API").

use domain::delivery::Failure;
use domain::target::Format;
use serde::Deserialize;

use super::Facebook;
use crate::graph::upload::PAGE_VIDEO;
use crate::graph::{Access, rejected};
use crate::http::Effect;
use crate::network::{Job, MediaSource, Steps};
use crate::token::Token;

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
            self.graph.send_bytes(PAGE_VIDEO, &id, (file, offset), access, media).await?;
        }
        steps.record(UPLOADED, id.clone()).await?;
        Ok(id)
    }
}
