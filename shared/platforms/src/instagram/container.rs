//! Containers: built from addresses or bytes, waited for, published once, void after a day.

use domain::delivery::Failure;
use domain::media::is_still;
use domain::platform::Platform;
use domain::rules::rule;
use domain::target::Format;
use serde::Deserialize;
use serde_json::json;

use super::errors::of_subcode;
use super::upload::{Built, RESUMABLE, lack, lacks_bytes};
use super::{BY_FACEBOOK, Id, Instagram, is_video, people};
use crate::graph::upload::Phase;
use crate::graph::{Access, Fields, Patience, Verdict, noted, rejected};
use crate::http::Effect;
use crate::network::{Attachment, Cover, Job, MediaSource, Published, Steps};
use crate::token::Token;

/// Step of the container, recorded before it is published.
const CONTAINER: &str = "container";
/// Step that is recorded once it can be published.
const READY: &str = "ready";

/// A container's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Working,
    Ready,
    Published,
    Expired,
    Broken,
}

/// What a container says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct State {
    status_code: String,
    pub(super) status: String,
    pub(super) video_status: VideoStatus,
}

/// How far the bytes of one are.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct VideoStatus {
    pub(super) uploading_phase: Phase,
    pub(super) processing_phase: Phase,
}

impl State {
    pub(super) fn code(&self) -> Status {
        match self.status_code.as_str() {
            "FINISHED" => Status::Ready,
            "PUBLISHED" => Status::Published,
            "EXPIRED" => Status::Expired,
            "ERROR" => Status::Broken,
            _ => Status::Working,
        }
    }
}

/// Step of a carousel's item.
fn item_step(index: usize) -> String {
    format!("item.{index}")
}

fn known(steps: &dyn Steps, step: &str) -> Option<String> {
    steps.get(step).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The container that may have been published: one that lacks bytes was not.
pub(super) fn complete(steps: &dyn Steps) -> Option<&str> {
    steps.get(CONTAINER).filter(|id| !id.is_empty() && !lacks_bytes(steps, CONTAINER))
}

/// Drops every container that was recorded.
pub(super) async fn forget(job: &Job, steps: &mut dyn Steps) -> Result<(), Failure> {
    let items = (0..job.media.len()).map(item_step);
    for step in items.chain([CONTAINER.to_owned(), READY.to_owned()]) {
        if steps.get(&step).is_some_and(|id| !id.is_empty()) {
            steps.record(&step, String::new()).await?;
        }
    }
    Ok(())
}

impl Instagram {
    /// A container that can be published, going on where an earlier attempt stopped.
    pub(super) async fn ready_container(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        patience: &mut Patience<'_>,
    ) -> Result<String, Failure> {
        let (id, fresh) = match known(steps, CONTAINER) {
            Some(id) if steps.get(READY) == Some(&id) => return Ok(id),
            Some(id) => (id, false),
            None => {
                let fields = self.fields(job, access, token, steps, media, patience).await?;
                (self.build(CONTAINER, fields, access, token, steps).await?, true)
            }
        };
        if let Some(file) = job.media.first() {
            self.fill(job, &Built { step: CONTAINER, id: &id, file, fresh }, access, steps, media).await?;
        }
        self.await_ready(job, &id, access, steps, patience).await?;
        steps.record(READY, id.clone()).await?;
        Ok(id)
    }

    /// Builds a container and records it as `step`.
    async fn build(
        &self,
        step: &str,
        fields: Fields,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
    ) -> Result<String, Failure> {
        let path = format!("{}/media", token.subject);
        let waits = fields.iter().any(|(name, _)| *name == RESUMABLE.0);
        let Id { id } = self.graph.write(access, &path, "/{account}/media", fields, Effect::None).await?;
        if waits {
            // Recorded first: a container that is known is never waited for without its bytes.
            steps.record(&lack(step), id.clone()).await?;
        }
        steps.record(step, id.clone()).await?;
        Ok(id)
    }

    /// What the container is made of; a carousel's items are built first.
    async fn fields(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        patience: &mut Patience<'_>,
    ) -> Result<Fields, Failure> {
        let Some(first) = job.media.first() else {
            return Err(rejected("no-media", "Instagram takes no post without a picture or video", "Attach one."));
        };
        let mut fields = match (job.format, is_video(&first.mime)) {
            (Format::Story, _) => {
                let mut fields = vec![("media_type", "STORIES".to_owned())];
                fields.push(source(first, token, media).await?);
                return Ok(fields);
            }
            (Format::Reel, false) => return Err(rejected("no-video", "a reel is a video", "Attach an MP4 video.")),
            (Format::Post, _) if job.media.len() > 1 => {
                let items = self.items(job, access, token, steps, media, patience).await?;
                vec![("media_type", "CAROUSEL".to_owned()), ("children", items.join(","))]
            }
            (_, true) => {
                let share = !job.flag("hide_from_feed");
                let mut fields = vec![
                    ("media_type", "REELS".to_owned()),
                    source(first, token, media).await?,
                    ("share_to_feed", share.to_string()),
                ];
                fields.extend(cover(job, media).await?);
                fields.extend(people::tags(job, 0));
                fields
            }
            (Format::Post, false) => {
                let mut fields = picture(first, token, media).await?;
                fields.extend(people::tags(job, 0));
                fields
            }
        };
        if !job.text.is_empty() {
            fields.push(("caption", job.text.clone()));
        }
        let collaborators = job.list_setting("collaborators");
        if !collaborators.is_empty() {
            let names: Vec<&str> = collaborators.iter().map(|name| name.trim().trim_start_matches('@')).collect();
            fields.push(("collaborators", json!(names).to_string()));
        }
        for (setting, field) in [("ai_generated", "is_ai_generated"), ("paid_partnership", "is_paid_partnership")] {
            if job.flag(setting) {
                fields.push((field, "true".to_owned()));
            }
        }
        Ok(fields)
    }

    /// The containers of a carousel's items, all ready.
    async fn items(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        patience: &mut Patience<'_>,
    ) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::with_capacity(job.media.len());
        for (index, file) in job.media.iter().enumerate() {
            let step = item_step(index);
            let (id, fresh) = match known(steps, &step) {
                Some(id) => (id, false),
                None => {
                    let mut fields = if is_video(&file.mime) {
                        vec![("media_type", "VIDEO".to_owned()), source(file, token, media).await?]
                    } else {
                        picture(file, token, media).await?
                    };
                    fields.extend(people::tags(job, index));
                    fields.push(("is_carousel_item", "true".to_owned()));
                    (self.build(&step, fields, access, token, steps).await?, true)
                }
            };
            self.fill(job, &Built { step: &step, id: &id, file, fresh }, access, steps, media).await?;
            ids.push(id);
        }
        // All are processed at the same time, so they are waited for after the last is begun.
        for id in &ids {
            self.await_ready(job, id, access, steps, patience).await?;
        }
        Ok(ids)
    }

    /// A container's state, and what it says of it.
    pub(super) async fn status(&self, id: &str, access: &Access<'_>) -> Result<(Status, String), Failure> {
        let state = self.state(id, access, "status_code,status").await?;
        Ok((state.code(), state.status))
    }

    /// What a container says of itself, by these fields.
    pub(super) async fn state(&self, id: &str, access: &Access<'_>, fields: &str) -> Result<State, Failure> {
        self.graph.read(access, id, "/{container}", vec![("fields", fields.to_owned())]).await
    }

    async fn await_ready(
        &self,
        job: &Job,
        id: &str,
        access: &Access<'_>,
        steps: &mut dyn Steps,
        patience: &mut Patience<'_>,
    ) -> Result<(), Failure> {
        loop {
            match self.status(id, access).await? {
                (Status::Ready | Status::Published, _) => return Ok(()),
                (Status::Expired, _) => {
                    forget(job, steps).await?;
                    return Err(Failure::Transient { message: "the container expired: it is built anew".to_owned() });
                }
                (Status::Broken, text) => {
                    forget(job, steps).await?;
                    return Err(broken(&text));
                }
                (Status::Working, _) => patience.wait("the media").await?,
            }
        }
    }

    /// Publishes a container; one that was published already is found instead.
    pub(super) async fn put_out(
        &self,
        job: &Job,
        container: &str,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<String, Failure> {
        if job.unsettled
            && let Some(found) = self.outcome(job, container, access, token).await?
        {
            return Ok(noted(&found));
        }
        let path = format!("{}/media_publish", token.subject);
        let fields = vec![("creation_id", container.to_owned())];
        let sent = self.graph.write(access, &path, "/{account}/media_publish", fields, Effect::Visible).await;
        match sent {
            Ok(Id { id }) => {
                let permalink = self.permalink(&id, access, job).await;
                Ok(noted(&Published { remote_id: id, permalink }))
            }
            // A container is published once, so a refusal can mean that it was.
            Err(failure @ Failure::Rejected { .. }) => {
                let found = self.outcome(job, container, access, token).await?;
                found.map(|found| noted(&found)).ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Why a container failed, in the words of its state, which names the subcode.
fn broken(text: &str) -> Failure {
    let number = |word: &str| word.trim_matches(|character: char| !character.is_ascii_digit()).parse::<i64>().ok();
    let subcode = text.split_whitespace().filter_map(number).find(|number| (2_207_000..2_208_000).contains(number));
    let message = if text.is_empty() { "Instagram could not process the file".to_owned() } else { text.to_owned() };
    match subcode.and_then(of_subcode) {
        Some(Verdict::Refused(advice)) => rejected(&subcode.unwrap_or_default().to_string(), message, advice),
        Some(_) => Failure::Transient { message },
        None => rejected("media-unusable", message, "Save the file anew as JPEG or MP4, then try again."),
    }
}

/// Where Instagram gets a file: from an address, or, a video of an account that is connected through Facebook, from us.
async fn source(file: &Attachment, token: &Token, media: &dyn MediaSource) -> Result<(&'static str, String), Failure> {
    if is_video(&file.mime) {
        if token.way == BY_FACEBOOK {
            return Ok((RESUMABLE.0, RESUMABLE.1.to_owned()));
        }
        return Ok(("video_url", media.url(&file.file_id).await?.to_string()));
    }
    if !is_still(&file.mime) {
        let message = format!("Instagram takes no {}", file.mime);
        return Err(rejected("not-jpeg", message, "Save the picture as JPEG."));
    }
    let fit = rule(Platform::Instagram).image_bounds();
    Ok(("image_url", media.fitted_url(file, fit).await?.to_string()))
}

/// A reel's cover: a picture at an address, or a moment of the film.
async fn cover(job: &Job, media: &dyn MediaSource) -> Result<Option<(&'static str, String)>, Failure> {
    Ok(match &job.cover {
        None => None,
        Some(Cover::Frame { at_ms }) => Some(("thumb_offset", at_ms.to_string())),
        Some(Cover::Picture(picture)) => {
            let fit = rule(Platform::Instagram).image_bounds();
            Some(("cover_url", media.fitted_url(picture, fit).await?.to_string()))
        }
    })
}

async fn picture(file: &Attachment, token: &Token, media: &dyn MediaSource) -> Result<Fields, Failure> {
    let mut fields = vec![source(file, token, media).await?];
    if !file.alt.is_empty() {
        fields.push(("alt_text", file.alt.clone()));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_container_is_judged_by_the_subcode_that_it_names() {
        let format = "Error: Media upload has failed with error code 2207026";
        assert!(matches!(broken(format), Failure::Rejected { code, .. } if code == "2207026"));
        assert!(matches!(broken("Error: 2207053."), Failure::Transient { .. }));
        assert!(matches!(broken("Error"), Failure::Rejected { code, .. } if code == "media-unusable"));
        assert!(!broken("").message().is_empty());
    }
}
