//! Attachments: uploaded one by one, then waited for until the instance has processed them.

use std::time::Duration;

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use http::StatusCode;
use serde::Deserialize;

use super::api::{at, is_absent, rejected};
use super::status::Entry;
use super::{Access, Mastodon};
use crate::http::{Body, Effect, Part, Request};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Steps};

/// How often to ask, with pauses of 1, 2, 3 and then 4 seconds: together under a minute, so that
/// the delivery's time suffices. What takes longer is resumed by the next attempt.
const POLLS: u64 = 15;
const LONGEST_PAUSE: u64 = 4;
/// Marks a recorded upload whose processing was not yet seen to end.
const PROCESSING: char = '?';

#[derive(Deserialize)]
struct Uploaded {
    id: String,
}

impl Mastodon {
    /// The ids of a part's attachments, uploading what is not yet there. With `verify`, recorded
    /// ones are looked up first: instances drop what no post uses after about a day.
    pub(super) async fn attach_entry(
        &self,
        job: &Job,
        entry: Entry<'_>,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        verify: bool,
    ) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::with_capacity(entry.media.len());
        for (index, attachment) in entry.media.iter().enumerate() {
            let step = entry.step(&format!("media-{index}"));
            let known = steps.get(&step).map(str::to_owned);
            let ready = match known.as_deref() {
                Some(id) if !verify && !id.ends_with(PROCESSING) => Some(id.to_owned()),
                Some(id) => self.await_ready(id.trim_end_matches(PROCESSING), access).await?,
                None => None,
            };
            let id = match ready {
                Some(id) => id,
                None => self.upload(job, attachment, access, &step, steps, media).await?,
            };
            if steps.get(&step) != Some(&id) {
                steps.record(&step, id.clone()).await?;
            }
            ids.push(id);
        }
        Ok(ids)
    }

    async fn upload(
        &self,
        job: &Job,
        attachment: &Attachment,
        access: Access<'_>,
        step: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        const PATH: &str = "/api/v2/media";
        let mut parts = vec![file_part(job, attachment, media).await?];
        if let Some(picture) = job.cover_picture().filter(|_| is_covered(job, attachment)) {
            parts.push(cover_part(job, picture, media).await?);
        }
        if !attachment.alt.is_empty() {
            parts.push(Part::Text { name: "description".to_owned(), value: attachment.alt.clone() });
        }
        let request = Request::post(at(access.instance, PATH), PATH, Body::Multipart(parts)).bearer(access.token);
        let response = self.send(request, Effect::None).await?;
        let uploaded: Uploaded = response.json().ok_or_else(|| Failure::Transient {
            message: "the server's answer to an upload is unreadable".to_owned(),
        })?;
        if response.status != StatusCode::ACCEPTED {
            return Ok(uploaded.id);
        }
        steps.record(step, format!("{}{PROCESSING}", uploaded.id)).await?;
        self.await_ready(&uploaded.id, access)
            .await?
            .ok_or_else(|| Failure::Transient { message: "the server lost an upload".to_owned() })
    }

    /// Waits until an attachment is processed; `None` when the instance no longer has it.
    async fn await_ready(&self, id: &str, access: Access<'_>) -> Result<Option<String>, Failure> {
        let path = format!("/api/v1/media/{id}");
        for poll in 1..=POLLS {
            let request = Request::get(at(access.instance, &path), "/api/v1/media/{id}").bearer(access.token);
            match self.send(request, Effect::None).await {
                Ok(answer) if answer.status != StatusCode::PARTIAL_CONTENT => return Ok(Some(id.to_owned())),
                Ok(_) => self.sleep.sleep(Duration::from_secs(poll.min(LONGEST_PAUSE))).await,
                Err(failure) if is_absent(&failure) => return Ok(None),
                Err(Failure::Rejected { message, .. }) => {
                    let advice = "The server could not process the file: save it in another format and try again.";
                    return Err(rejected("processing-failed", message, advice));
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Transient { message: "the server is still processing an upload".to_owned() })
    }
}

/// Whether a file is the film that the post's cover stands for.
fn is_covered(job: &Job, attachment: &Attachment) -> bool {
    attachment.mime.starts_with("video/")
        && matches!(job.media.as_slice(), [only] if only.file_id == attachment.file_id)
}

/// The picture that stands for the film until it plays, which goes with it.
async fn cover_part(job: &Job, picture: &Attachment, media: &dyn MediaSource) -> Result<Part, Failure> {
    let rule = rule(Platform::Mastodon).with(&job.profile.limits.clone().unwrap_or_default());
    let file = images::cover(&rule, picture, media).await?;
    Ok(Part::File { name: "thumbnail", file_name: named(&file.mime), mime: file.mime, bytes: file.bytes })
}

fn named(mime: &str) -> String {
    format!("media.{}", mime.rsplit('/').next().unwrap_or("bin"))
}

/// A video as it is, read while it is sent; a picture cleaned and made to fit.
async fn file_part(job: &Job, attachment: &Attachment, media: &dyn MediaSource) -> Result<Part, Failure> {
    if attachment.mime.starts_with("video/") {
        return Ok(Part::Stream {
            name: "file",
            file_name: named(&attachment.mime),
            mime: attachment.mime.clone(),
            length: attachment.bytes,
            chunks: media.stream(&attachment.file_id, attachment.bytes),
        });
    }
    let bytes = media.bytes(&attachment.file_id).await?;
    let rule = rule(Platform::Mastodon).with(&job.profile.limits.clone().unwrap_or_default());
    let file = images::prepare(&attachment.mime, bytes, rule.image_max_bytes, rule.image_max_pixels).await?;
    Ok(Part::File { name: "file", file_name: named(&file.mime), mime: file.mime, bytes: file.bytes })
}
