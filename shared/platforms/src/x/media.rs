//! Uploads ("Media", "Chunked Media Upload"): pictures in one call, GIF and video in chunks, whose progress is recorded
//! chunk by chunk, so that whoever comes after goes on where the last one stopped.

use std::time::Duration;

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::X;
use super::api::{at, is_absent, rejected, without_answer};
use super::post::parts;
use crate::http::{Body, Effect, Part, Request};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Steps};
use crate::token::Token;

/// Size of a chunk in bytes: up to 5 MB are allowed, up to 4 are proven.
const CHUNK: u64 = 4 * 1024 * 1024;
/// How long an upload can be used when X does not say.
const KEPT: i64 = 24 * 3600;
/// One that can be used for less is made anew.
const SAFE: SignedDuration = SignedDuration::from_mins(10);
/// How long one attempt waits for processing, over all files, in seconds. What takes longer is resumed by the next.
const PATIENCE: u64 = 55;
/// Longest pause between two looks, in seconds.
const LONGEST_PAUSE: u64 = 5;
/// Longest description, in characters.
const ALT_MAX: usize = 1000;
/// Code of a [`Failure::Rejected`] for a file that X could not process.
const UNPROCESSED: &str = "media-unusable";

/// How far an upload has come; what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Upload {
    id: String,
    stage: Stage,
    until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Chunks up to this one are there.
    Sending(u64),
    /// All is there; it may still be processed, and has no description.
    Sent,
    /// Ready to be used.
    Ready,
}

impl Upload {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (id, until, stage) = (words.next()?, words.next()?, words.next()?);
        let stage = match stage {
            "sent" => Stage::Sent,
            "ready" => Stage::Ready,
            chunks => Stage::Sending(chunks.parse().ok()?),
        };
        Some(Self { id: id.to_owned(), stage, until: Timestamp::from_second(until.parse().ok()?).ok()? })
    }

    fn text(&self) -> String {
        let stage = match self.stage {
            Stage::Sending(chunks) => chunks.to_string(),
            Stage::Sent => "sent".to_owned(),
            Stage::Ready => "ready".to_owned(),
        };
        format!("{} {} {stage}", self.id, self.until.as_second())
    }
}

#[derive(Deserialize)]
struct Uploaded {
    id: Option<String>,
    expires_after_secs: Option<i64>,
    processing_info: Option<Processing>,
}

#[derive(Deserialize)]
struct Processing {
    state: String,
    check_after_secs: Option<u64>,
    error: Option<ProcessingError>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProcessingError {
    name: String,
    message: String,
}

/// One attempt's uploads.
struct Uploads<'a> {
    x: &'a X,
    token: &'a Token,
    steps: &'a mut dyn Steps,
    media: &'a dyn MediaSource,
    /// Seconds that it still waits for processing.
    patience: u64,
}

impl X {
    /// The ids of the files of each part, uploading what is not there yet.
    pub(super) async fn upload_all(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Vec<Vec<String>>, Failure> {
        let mut uploads = Uploads { x: self, token, steps, media, patience: PATIENCE };
        let mut ids = Vec::new();
        for (number, part) in parts(job).iter().enumerate() {
            let mut of_part = Vec::new();
            // Of a part that is out nobody needs the files any more.
            let done = uploads.steps.get(&super::post::step_of(number)).is_some();
            for (index, file) in part.media.iter().enumerate().filter(|_| !done) {
                let alone = part.media.len() == 1;
                of_part.push(uploads.file(file, alone, &format!("media.{number}.{index}")).await?);
            }
            ids.push(of_part);
        }
        Ok(ids)
    }
}

impl Uploads<'_> {
    /// The id of a file's upload. A recorded one that X does not accept any more is made anew, once.
    async fn file(&mut self, file: &Attachment, alone: bool, step: &str) -> Result<String, Failure> {
        let horizon = self.x.tools.clock.now() + SAFE;
        let known = self.steps.get(step).and_then(Upload::parse).filter(|upload| upload.until > horizon);
        let upload = match known {
            Some(upload) => upload,
            None => self.begin(file, alone, step).await?,
        };
        match self.finish(upload, file, step).await {
            Err(failure) if is_stale(&failure) => {
                let upload = self.begin(file, alone, step).await?;
                self.finish(upload, file, step).await
            }
            other => other,
        }
    }

    /// Uploads a picture, or announces what goes in chunks.
    async fn begin(&mut self, file: &Attachment, alone: bool, step: &str) -> Result<Upload, Failure> {
        let chunked = file.mime.starts_with("video/") || (file.mime == "image/gif" && alone);
        let (request, stage) = if chunked {
            let category = if file.mime == "image/gif" { "tweet_gif" } else { "tweet_video" };
            let body = json!({"media_type": file.mime, "total_bytes": file.bytes, "media_category": category});
            const PATH: &str = "/2/media/upload/initialize";
            (Request::post(at(PATH), PATH, Body::Json(body)), Stage::Sending(0))
        } else {
            const PATH: &str = "/2/media/upload";
            let limit = rule(Platform::X).image_max_bytes;
            let picture = images::prepare(&file.mime, self.media.bytes(&file.file_id).await?, limit, None).await?;
            let extension = picture.mime.rsplit('/').next().unwrap_or("bin");
            let file_name = format!("media.{extension}");
            let body = Body::Multipart(vec![
                Part::Text { name: "media_category".to_owned(), value: "tweet_image".to_owned() },
                Part::File { name: "media", file_name, mime: picture.mime, bytes: picture.bytes },
            ]);
            (Request::post(at(PATH), PATH, body), Stage::Sent)
        };
        let uploaded = self.call(request).await?;
        let id =
            uploaded.id.clone().ok_or_else(|| Failure::Transient { message: "X gave an upload no id".to_owned() })?;
        let upload = Upload { id, stage, until: self.until(&uploaded) };
        self.steps.record(step, upload.text()).await?;
        Ok(upload)
    }

    async fn finish(&mut self, mut upload: Upload, file: &Attachment, step: &str) -> Result<String, Failure> {
        if let Stage::Sending(chunks) = upload.stage {
            upload = self.send_chunks(upload, chunks, file, step).await?;
        }
        if upload.stage == Stage::Sent {
            if file.mime.starts_with("video/") || file.mime == "image/gif" {
                self.wait(&upload.id).await?;
            }
            self.describe(&upload.id, &file.alt).await?;
            upload.stage = Stage::Ready;
            self.steps.record(step, upload.text()).await?;
        }
        Ok(upload.id)
    }

    async fn send_chunks(
        &mut self,
        mut upload: Upload,
        from: u64,
        file: &Attachment,
        step: &str,
    ) -> Result<Upload, Failure> {
        for chunk in from..file.bytes.div_ceil(CHUNK) {
            let start = chunk * CHUNK;
            let bytes = self.media.range(&file.file_id, start, CHUNK.min(file.bytes - start)).await?;
            let path = format!("/2/media/upload/{}/append", upload.id);
            let body = Body::Multipart(vec![
                Part::Text { name: "segment_index".to_owned(), value: chunk.to_string() },
                Part::File {
                    name: "media",
                    file_name: "chunk".to_owned(),
                    mime: "application/octet-stream".to_owned(),
                    bytes,
                },
            ]);
            let request = Request::post(at(&path), "/2/media/upload/{id}/append", body);
            let answer = self.x.send(request.bearer(self.token.access_token.expose()), Effect::None).await?;
            // The answer may be empty; a page from somebody else is none.
            if !answer.body.is_empty() && answer.json::<serde_json::Value>().is_none() {
                return Err(without_answer("X's answer to a chunk is unreadable".to_owned(), Effect::None));
            }
            upload.stage = Stage::Sending(chunk + 1);
            self.steps.record(step, upload.text()).await?;
        }
        let path = format!("/2/media/upload/{}/finalize", upload.id);
        let uploaded = self.call(Request::post(at(&path), "/2/media/upload/{id}/finalize", Body::Empty)).await?;
        upload.until = self.until(&uploaded);
        upload.stage = Stage::Sent;
        self.steps.record(step, upload.text()).await?;
        Ok(upload)
    }

    /// Waits until an upload is processed.
    async fn wait(&mut self, id: &str) -> Result<(), Failure> {
        loop {
            let mut url = at("/2/media/upload");
            url.query_pairs_mut().append_pair("command", "STATUS").append_pair("media_id", id);
            let Some(processing) = self.call(Request::get(url, "/2/media/upload")).await?.processing_info else {
                return Ok(());
            };
            match processing.state.as_str() {
                "succeeded" => return Ok(()),
                "failed" => {
                    let error = processing.error.unwrap_or_default();
                    let message = format!("X could not process the file: {} {}", error.name, error.message);
                    let advice = "Save the file in another format (MP4 with H.264 and AAC), then try again.";
                    return Err(rejected(UNPROCESSED, message, advice));
                }
                _ => {}
            }
            let pause = processing.check_after_secs.unwrap_or(1).clamp(1, LONGEST_PAUSE);
            if self.patience < pause {
                return Err(Failure::Transient { message: "X is still processing an upload".to_owned() });
            }
            self.patience -= pause;
            self.x.tools.sleep.sleep(Duration::from_secs(pause)).await;
        }
    }

    async fn describe(&mut self, id: &str, alt: &str) -> Result<(), Failure> {
        const PATH: &str = "/2/media/metadata";
        let alt: String = alt.trim().chars().take(ALT_MAX).collect();
        if alt.is_empty() {
            return Ok(());
        }
        let body = json!({"id": id, "metadata": {"alt_text": {"text": alt}}});
        let request = Request::post(at(PATH), PATH, Body::Json(body)).bearer(self.token.access_token.expose());
        self.x.call::<serde_json::Value>(request, Effect::None).await.map(drop)
    }

    async fn call(&self, request: Request) -> Result<Uploaded, Failure> {
        self.x.call(request.bearer(self.token.access_token.expose()), Effect::None).await
    }

    fn until(&self, uploaded: &Uploaded) -> Timestamp {
        let kept = SignedDuration::from_secs(uploaded.expires_after_secs.unwrap_or(KEPT));
        self.x.tools.clock.now().checked_add(kept).unwrap_or(Timestamp::MAX)
    }
}

/// Whether X does not accept an upload as it stands: it forgot it, or misses chunks.
fn is_stale(failure: &Failure) -> bool {
    is_absent(failure) || matches!(failure, Failure::Rejected { code, .. } if code == "invalid-request")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_recorded_as_text() {
        for stage in [Stage::Sending(0), Stage::Sending(12), Stage::Sent, Stage::Ready] {
            let upload = Upload { id: "188".into(), stage, until: Timestamp::UNIX_EPOCH };
            assert_eq!(Upload::parse(&upload.text()), Some(upload));
        }
        assert_eq!(Upload::parse("188"), None);
    }
}
