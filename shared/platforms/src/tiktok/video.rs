//! One video as one post.

use domain::delivery::Failure;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::Tiktok;
use super::api::rejected;
use super::posted::{State, published};
use super::upload::{Cut, Extent, Sending, Upload, forget, is_closing, record, recorded};
use crate::http::Effect;
use crate::network::{Attachment, Holding, Job, MediaSource, Published, Steps};
use crate::token::Token;

#[derive(Deserialize)]
struct Begun {
    publish_id: String,
    upload_url: Url,
}

impl Tiktok {
    /// Sends all but the last chunk.
    pub(super) async fn send_ahead(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        if is_closing(steps) {
            return Ok(());
        }
        let (access, file) = (token.access_token.expose(), file_of(job)?);
        let upload = match recorded(steps).filter(|upload| self.is_fresh(upload)) {
            Some(upload) => upload,
            None => self.begin(job, access, steps).await?,
        };
        self.send_chunks((&upload, file, access), steps, media, None, Extent::AllButLast).await.map(drop)
    }

    pub(super) async fn publish_video(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let (access, file) = (token.access_token.expose(), file_of(job)?);
        let known = recorded(steps);
        let from = match &known {
            Some(upload) if is_closing(steps) => {
                let status = self.status(&upload.publish_id, access).await?;
                match status.state() {
                    State::Posted => return Ok(published(job, &upload.publish_id, &status)),
                    State::Failed(_) => return self.settled(job, upload, access, steps).await,
                    State::Processing(held) => held.filter(|held| *held < file.bytes),
                }
            }
            _ => None,
        };
        if let Some(upload) = known {
            let all_there = is_closing(steps) && from.is_none();
            let sending = if all_there {
                Sending::Complete
            } else if self.is_fresh(&upload) {
                self.send_chunks((&upload, file, access), steps, media, from, Extent::All).await?
            } else {
                Sending::Gone
            };
            if !matches!(sending, Sending::Gone) {
                return self.settled(job, &upload, access, steps).await;
            }
            forget(steps).await?;
        }
        let upload = self.begin(job, access, steps).await?;
        match self.send_chunks((&upload, file, access), steps, media, None, Extent::All).await? {
            Sending::Gone => Err(Failure::Transient { message: "TikTok dropped the upload".to_owned() }),
            _ => self.settled(job, &upload, access, steps).await,
        }
    }

    /// Waits for the end. When TikTok says that it failed, the upload is given up, so that another attempt may begin anew.
    async fn settled(
        &self,
        job: &Job,
        upload: &Upload,
        access: &str,
        steps: &mut dyn Steps,
    ) -> Result<Published, Failure> {
        match self.await_posted(job, &upload.publish_id, access).await {
            Err(failure @ (Failure::Ambiguous { .. } | Failure::TokenExpired { .. } | Failure::ClaimLost)) => {
                Err(failure)
            }
            Err(failure) => {
                forget(steps).await?;
                Err(failure)
            }
            Ok(published) => Ok(published),
        }
    }

    /// Begins an upload and records it. Nothing is visible, and one that is never filled is forgotten.
    async fn begin(&self, job: &Job, access: &str, steps: &mut dyn Steps) -> Result<Upload, Failure> {
        let creator = self.creator(access).await?;
        let mut info = creator.post_info(job)?;
        let (disable_duet, disable_stitch) = creator.duet_and_stitch(job);
        info["title"] = json!(job.text);
        info["disable_duet"] = json!(disable_duet);
        info["disable_stitch"] = json!(disable_stitch);
        info["is_aigc"] = json!(job.flag("ai_generated"));
        if let Some(at_ms) = job.cover_at_ms() {
            info["video_cover_timestamp_ms"] = json!(at_ms);
        }
        let Cut { total, chunk, count } = Cut::of(file_of(job)?.bytes);
        let source = json!({
            "source": "FILE_UPLOAD",
            "video_size": total,
            "chunk_size": chunk,
            "total_chunk_count": count,
        });
        let body = json!({"post_info": info, "source_info": source});
        let begun: Begun = self.ask("post/publish/video/init/", "", body, access, Effect::None).await?;
        forget(steps).await?;
        record(steps, begun.publish_id, begun.upload_url, self.clock.now()).await
    }

    /// What became of the video: before the last chunk nothing; then what the status says.
    pub(super) async fn find_video(&self, job: &Job, token: &Token, steps: &dyn Steps) -> Result<Holding, Failure> {
        let Some(upload) = recorded(steps).filter(|_| is_closing(steps)) else { return Ok(Holding::Nothing) };
        let status = self.status(&upload.publish_id, token.access_token.expose()).await?;
        let total = file_of(job)?.bytes;
        match status.state() {
            State::Posted => Ok(Holding::All(published(job, &upload.publish_id, &status))),
            State::Failed(_) => Ok(Holding::Nothing),
            State::Processing(Some(held)) if held < total => Ok(Holding::Nothing),
            State::Processing(_) => Err(Failure::Transient { message: "TikTok is still processing it".to_owned() }),
        }
    }
}

fn file_of(job: &Job) -> Result<&Attachment, Failure> {
    let video = job.media.iter().find(|file| file.mime.starts_with("video/"));
    video.ok_or_else(|| rejected("video-missing", "the post has no video", "Attach one video."))
}
