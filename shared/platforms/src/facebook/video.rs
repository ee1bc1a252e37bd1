//! Videos: of the feed, read by Facebook from an address; reels and stories, uploaded in phases.
//!
//! A video's id is published once: whatever happened to an answer, its state says whether it is out.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use domain::target::Format;
use serde::Deserialize;
use serde_json::Value;

use super::feed::{POST, story_address};
use super::upload::{VIDEO, edge};
use super::{Facebook, Id, is_duplicate};
use crate::graph::upload::Phase;
use crate::graph::{Access, Fields, Patience, asked, from_note, noted, rejected};
use crate::http::{Effect, Part};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Published, Steps, shown};
use crate::token::Token;

/// Step that is recorded once Facebook took the order to publish.
const FINISHED: &str = "finished";
const ADVICE: &str = "Save the video as MP4 (H.264, AAC), check its length and size, then try again.";

/// A video's state.
#[derive(Deserialize)]
pub(super) struct State {
    #[serde(default)]
    status: Status,
    post_id: Option<String>,
    permalink_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    video_status: String,
    uploading_phase: Phase,
    processing_phase: Phase,
    publishing_phase: Option<Phase>,
}

/// How far a video is.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    /// Not told to be published, as far as can be seen.
    Idle,
    /// Told, and being processed.
    Working,
    /// People see it.
    Out,
    /// It never will be.
    Failed(String),
}

impl State {
    /// How many bytes of `size` arrived.
    pub(super) fn received(&self, size: u64) -> u64 {
        self.status.uploading_phase.received(size)
    }

    fn stage(&self) -> Stage {
        let Status { video_status, uploading_phase, processing_phase, publishing_phase } = &self.status;
        let phases = [Some(uploading_phase), Some(processing_phase), publishing_phase.as_ref()];
        let broken = phases.into_iter().flatten().find(|phase| phase.status == "error");
        if broken.is_some() || matches!(video_status.as_str(), "error" | "expired") {
            let told = broken.and_then(Phase::trouble);
            return Stage::Failed(told.unwrap_or_else(|| "Facebook could not process the video".to_owned()));
        }
        match publishing_phase {
            Some(phase) if phase.status == "complete" => Stage::Out,
            Some(phase) if phase.status == "in_progress" || phase.publish_status.is_some() => Stage::Working,
            Some(_) => Stage::Idle,
            None if video_status == "ready" => Stage::Out,
            None => Stage::Working,
        }
    }
}

impl Facebook {
    /// A video of the feed.
    pub(super) async fn publish_video(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let id = asked(steps, VIDEO, self.make_video(job, access, token, media)).await?;
        let out = async { self.await_out(job, &id, access, token).await.map_err(unsure) };
        shown(steps, POST, out).await.map(|note| from_note(&note))
    }

    async fn make_video(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        if job.unsettled
            && let Some(found) = self.find_video(job, access, token).await?
        {
            return Ok(found);
        }
        let Some(file) = job.media.first() else { return Err(rejected("no-video", "there is no video", ADVICE)) };
        let mut fields: Fields = vec![("file_url", media.url(&file.file_id).await?.to_string())];
        fields.extend(words(job));
        let path = format!("{}/videos", token.subject);
        let made: Id = self.graph.write(access, &path, "/{page}/videos", fields, Effect::Visible).await?;
        Ok(made.id)
    }

    /// A reel, or a story of a video.
    pub(super) async fn publish_upload(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let id = self.upload(job, access, token, steps, media).await?;
        asked(steps, FINISHED, self.finish(job, &id, access, token)).await?;
        let out = async { self.await_out(job, &id, access, token).await.map_err(unsure) };
        shown(steps, POST, out).await.map(|note| from_note(&note))
    }

    /// Tells Facebook to publish an upload, unless it was told already.
    async fn finish(&self, job: &Job, id: &str, access: &Access<'_>, token: &Token) -> Result<String, Failure> {
        if job.unsettled && self.state(id, access).await?.stage() != Stage::Idle {
            return Ok(id.to_owned());
        }
        let mut fields: Fields = vec![("upload_phase", "finish".to_owned()), ("video_id", id.to_owned())];
        if job.format == Format::Reel {
            fields.push(("video_state", "PUBLISHED".to_owned()));
            fields.extend(words(job));
        }
        let (edge, route) = edge(job.format);
        let path = format!("{}/{edge}", token.subject);
        match self.graph.write::<Value>(access, &path, route, fields, Effect::Visible).await {
            Ok(answer) if answer.get("success") == Some(&Value::Bool(true)) => Ok(id.to_owned()),
            Ok(_) => Err(Failure::Ambiguous { message: "Facebook does not say whether it publishes the video".into() }),
            Err(failure) if is_duplicate(&failure) => Ok(id.to_owned()),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a picture the one that stands for a video ("Video Thumbnails").
    pub(super) async fn set_cover(
        &self,
        video: &str,
        picture: &Attachment,
        access: &Access<'_>,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let picture = images::cover(rule(Platform::Facebook), picture, media).await?;
        let extension = picture.mime.rsplit('/').next().unwrap_or("bin");
        let file = Part::File {
            name: "source",
            file_name: format!("cover.{extension}"),
            mime: picture.mime.clone(),
            bytes: picture.bytes,
        };
        let preferred = Part::Text { name: "is_preferred".to_owned(), value: "true".to_owned() };
        let request = access.upload(&format!("{video}/thumbnails"), "/{video}/thumbnails", vec![file, preferred]);
        self.graph.call::<Value>(request, access, Effect::None).await?;
        Ok("set".to_owned())
    }

    pub(super) async fn state(&self, id: &str, access: &Access<'_>) -> Result<State, Failure> {
        let fields = vec![("fields", "status,post_id,permalink_url".to_owned())];
        self.graph.read(access, id, "/{video}", fields).await
    }

    /// Waits until people see a video that is to be published, and notes what they see.
    async fn await_out(&self, job: &Job, id: &str, access: &Access<'_>, token: &Token) -> Result<String, Failure> {
        let mut patience = Patience::new(self.graph.tools());
        loop {
            let state = self.state(id, access).await?;
            match state.stage() {
                Stage::Out => return Ok(noted(&self.published(job, id, state, access, token).await?)),
                Stage::Failed(message) => return Err(rejected("video-unusable", message, ADVICE)),
                Stage::Idle | Stage::Working => {}
            }
            patience.wait("the video").await?;
        }
    }

    /// What became of a video that may have been told to be published.
    pub(super) async fn settled_video(
        &self,
        job: &Job,
        id: &str,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Option<Published>, Failure> {
        let state = self.state(id, access).await?;
        match state.stage() {
            Stage::Out => self.published(job, id, state, access, token).await.map(Some),
            Stage::Working => Err(Failure::Transient { message: "the video is still being processed".to_owned() }),
            Stage::Idle | Stage::Failed(_) => Ok(None),
        }
    }

    async fn published(
        &self,
        job: &Job,
        id: &str,
        state: State,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Published, Failure> {
        if job.format == Format::Story {
            // A story is named by its post, which the list tells where the video's state does not.
            let told = state.post_id.map(|post| {
                let permalink = story_address(&token.subject, &post);
                Published { remote_id: post, permalink }
            });
            let listed = match told {
                Some(told) => Some(told),
                None => self.find_story(id, access, token).await?,
            };
            let unnamed = || Published { remote_id: id.to_owned(), permalink: story_address(&token.subject, id) };
            return Ok(listed.unwrap_or_else(unnamed));
        }
        let permalink = match (job.format, state.permalink_url) {
            (Format::Reel, _) => format!("https://www.facebook.com/reel/{id}"),
            // Relative for videos.
            (_, Some(path)) if path.starts_with('/') => format!("https://www.facebook.com{path}"),
            (_, Some(address)) => address,
            (_, None) => format!("https://www.facebook.com/{}/videos/{id}", token.subject),
        };
        Ok(Published { remote_id: id.to_owned(), permalink })
    }
}

/// What is said of a video.
fn words(job: &Job) -> Fields {
    let text = Some(job.text.as_str()).filter(|text| !text.is_empty());
    let named = [("title", job.text_setting("video_title")), ("description", text)];
    named.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect()
}

/// The video was told to be published and may be seen at any time from now on, whatever keeps us from looking.
fn unsure(failure: Failure) -> Failure {
    match failure {
        Failure::Transient { message } | Failure::TokenExpired { message } | Failure::Revoked { message } => {
            Failure::Ambiguous { message }
        }
        ours @ Failure::Internal { .. } => ours.in_doubt(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stage(status: &Value) -> Stage {
        serde_json::from_value::<State>(json!({ "status": status })).unwrap().stage()
    }

    #[test]
    fn the_phases_tell_how_far_a_video_is() {
        let phases = |processing: Value, publishing: Value| {
            stage(
                &json!({"video_status": "processing", "processing_phase": processing, "publishing_phase": publishing}),
            )
        };
        assert_eq!(phases(json!({"status": "not_started"}), json!({"status": "not_started"})), Stage::Idle);
        assert_eq!(phases(json!({"status": "in_progress"}), json!({"status": "not_started"})), Stage::Idle);
        let told = json!({"status": "not_started", "publish_status": "published"});
        assert_eq!(phases(json!({"status": "in_progress"}), told), Stage::Working);
        assert_eq!(phases(json!({"status": "complete"}), json!({"status": "complete"})), Stage::Out);
        let error = json!({"status": "error", "error": {"message": "too short"}});
        assert_eq!(phases(error, json!({"status": "not_started"})), Stage::Failed("too short".to_owned()));
        assert_eq!(stage(&json!({"video_status": "ready"})), Stage::Out);
        assert_eq!(stage(&json!({"video_status": "processing"})), Stage::Working);
        assert!(matches!(stage(&json!({"video_status": "expired"})), Stage::Failed(_)));
    }
}
