//! Videos (Videos API): announced with their size, sent in parts whose tags are kept, put together, and waited for.

use domain::delivery::Failure;
use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::api::{encoded, is_code, posting, rejected, versioned};
use super::media::{Sent, ends, record};
use super::{Access, Budget, Linkedin};
use crate::http::{Body, Effect, Request};
use crate::network::{Attachment, MediaSource, Steps};

/// Longest time for a part of four mebibytes.
const PART_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(25);
/// Largest part that is taken into memory; LinkedIn's are 4,194,304 bytes.
const PART_MAX: u64 = 16 * 1024 * 1024;
/// After so many parts the state is recorded: a part that is sent twice does no harm, and the state is long.
const RECORD_EVERY: usize = 8;
const LONGEST_PAUSE: u64 = 5;

/// How far the upload of a video has come, as recorded.
#[derive(Serialize, Deserialize)]
struct Upload {
    urn: String,
    token: String,
    until: Timestamp,
    /// What is still needed to send them, until all are sent.
    parts: Vec<Part>,
    /// Of the parts that are sent, in order.
    tags: Vec<String>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Sending,
    /// Put together; LinkedIn works on it.
    Whole,
    /// Known to be usable.
    Ready,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    upload_url: Url,
    first_byte: u64,
    last_byte: u64,
}

#[derive(Deserialize)]
struct Initialized {
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    video: String,
    #[serde(default)]
    upload_token: String,
    upload_urls_expire_at: Option<i64>,
    upload_instructions: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    status: String,
    processing_failure_reason: Option<String>,
}

impl Linkedin {
    /// The URN of a video, going on where an earlier attempt stopped. Once more from the start when that cannot be gone on
    /// with.
    pub(super) async fn upload_video(
        &self,
        attachment: &Attachment,
        access: Access<'_>,
        step: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<String, Failure> {
        let recorded = steps.get(step).and_then(|known| serde_json::from_str::<Upload>(known).ok());
        let now = self.tools.clock.now();
        let mut known = recorded.filter(|upload| upload.stage != Stage::Sending || upload.until > now);
        let mut renewed = false;
        loop {
            let mut upload = match known.take() {
                Some(upload) => upload,
                None => {
                    budget.check("there was no time for the video yet")?;
                    let upload = self.announce_video(attachment, access).await?;
                    record(step, &upload, steps).await?;
                    upload
                }
            };
            let whole = self.complete(&mut upload, attachment, access, step, steps, media, budget).await;
            match whole {
                Err(Failure::Rejected { .. }) if !renewed && upload.stage == Stage::Sending => {
                    renewed = true;
                    continue;
                }
                other => other?,
            }
            if upload.stage == Stage::Whole && access.is_organization() {
                self.await_video(&upload.urn, access, budget).await?;
                upload.stage = Stage::Ready;
                record(step, &upload, steps).await?;
            }
            return Ok(upload.urn);
        }
    }

    async fn announce_video(&self, attachment: &Attachment, access: Access<'_>) -> Result<Upload, Failure> {
        let body = json!({"initializeUploadRequest": {
            "owner": access.author,
            "fileSizeBytes": attachment.bytes,
            "uploadCaptions": false,
            "uploadThumbnail": false,
        }});
        let request = posting("/rest/videos?action=initializeUpload", "/rest/videos", access, body);
        let Initialized { value } = self.call(request, Effect::None).await?;
        let mut next = 0;
        let seamless = value.upload_instructions.iter().all(|part| {
            let fits = part.first_byte == next && part.last_byte >= next && part.last_byte - next < PART_MAX;
            next = part.last_byte.saturating_add(1);
            fits
        });
        if !seamless || next != attachment.bytes {
            return Err(Failure::Transient { message: "LinkedIn gave unusable instructions for an upload".to_owned() });
        }
        Ok(Upload {
            urn: value.video,
            token: value.upload_token,
            until: ends(value.upload_urls_expire_at, self.tools.clock.now()),
            parts: value.upload_instructions,
            tags: Vec::new(),
            stage: Stage::Sending,
        })
    }

    /// Sends the parts that are missing and has all of them put together.
    #[expect(clippy::too_many_arguments, reason = "one upload in its surroundings")]
    async fn complete(
        &self,
        upload: &mut Upload,
        attachment: &Attachment,
        access: Access<'_>,
        step: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<(), Failure> {
        if upload.stage != Stage::Sending {
            return Ok(());
        }
        while let Some(part) = upload.parts.get(upload.tags.len()) {
            if let Err(late) = budget.check("the video is still being sent") {
                record(step, upload, steps).await?;
                return Err(late);
            }
            let tag = self.send_part(part, attachment, media).await?;
            upload.tags.push(tag);
            if upload.tags.len().is_multiple_of(RECORD_EVERY) || upload.tags.len() == upload.parts.len() {
                record(step, upload, steps).await?;
            }
        }
        let body = json!({"finalizeUploadRequest": {
            "video": upload.urn,
            "uploadToken": upload.token,
            "uploadedPartIds": upload.tags,
        }});
        let request = posting("/rest/videos?action=finalizeUpload", "/rest/videos", access, body);
        self.send(request, Effect::None).await?;
        upload.stage = Stage::Whole;
        upload.parts.clear();
        upload.tags.clear();
        record(step, upload, steps).await
    }

    /// Sends one part; the address itself is the right to. Its tag names it when all are put together.
    async fn send_part(
        &self,
        part: &Part,
        attachment: &Attachment,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let length = part.last_byte - part.first_byte + 1;
        let bytes = media.range(&attachment.file_id, part.first_byte, length).await?;
        let body = Body::Raw { mime: "application/octet-stream".to_owned(), bytes };
        let request = Request::new(Method::PUT, part.upload_url.clone(), "/dms-uploads");
        match self.put(Request { body, timeout: PART_TIMEOUT, ..request }).await? {
            Sent::Taken(response) => {
                let tag = response.header("etag").map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
                tag.ok_or_else(|| Failure::Transient { message: "LinkedIn did not confirm a part of the video".into() })
            }
            Sent::Refused(response) => {
                let failure = self.classify(&response, Effect::None);
                let advice = "Try again; if it stays, save the video in another format.";
                Err(rejected("upload-refused", failure.message(), advice))
            }
        }
    }

    /// Waits until a video can be posted. Only organizations may ask; for members the post itself tells.
    async fn await_video(&self, urn: &str, access: Access<'_>, budget: Budget<'_>) -> Result<(), Failure> {
        let path = format!("/rest/videos/{}", encoded(urn));
        for poll in 1.. {
            let request = versioned(Method::GET, &path, "/rest/videos/{urn}", access);
            let status = self.call::<Status>(request, Effect::None).await.map_err(|failure| {
                let gone = is_code(&failure, "not-found");
                if gone { Failure::Transient { message: failure.message().to_owned() } } else { failure }
            })?;
            match status.status.as_str() {
                "AVAILABLE" => return Ok(()),
                "PROCESSING_FAILED" => {
                    let reason = status.processing_failure_reason.unwrap_or_else(|| "no reason given".to_owned());
                    let advice = "LinkedIn cannot use the video: save it in another format and try again.";
                    return Err(rejected("MEDIA_ASSET_PROCESSING_FAILED", reason, advice));
                }
                _ => budget.check("LinkedIn is still processing the video")?,
            }
            budget.pause(LONGEST_PAUSE.min(poll)).await;
        }
        Ok(())
    }
}
