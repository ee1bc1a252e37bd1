//! Videos: registered, uploaded to Pinterest's storage, processed, then named by the pin.

use std::time::Duration;

use domain::delivery::Failure;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::Pinterest;
use super::api::{at, is_absent, rejected, segment};
use crate::http::{Body, Effect, Part, Request};
use crate::network::{Attachment, Job, MediaSource, Steps};
use crate::token::Token;

/// The step that holds the registered media's id.
const MEDIA: &str = "media";
/// The step that says that its bytes are there.
const UPLOADED: &str = "media.uploaded";
/// The step that says that an earlier registration failed in processing.
const AGAIN: &str = "media.again";
/// Pauses between looks, in seconds: together under half a minute. What takes longer is resumed by the next attempt.
const PAUSES: [u64; 8] = [1, 2, 2, 3, 4, 5, 5, 5];

#[derive(Deserialize)]
struct Registered {
    media_id: String,
    upload_url: Url,
    upload_parameters: Map<String, Value>,
}

#[derive(Deserialize)]
struct Media {
    status: String,
}

/// The job's video.
pub(super) fn of(job: &Job) -> Option<&Attachment> {
    job.media.iter().find(|file| file.mime.starts_with("video/"))
}

impl Pinterest {
    /// The id of the processed video, going on where an earlier attempt stopped.
    pub(super) async fn video(
        &self,
        file: &Attachment,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let id = self.uploaded(file, token, steps, media).await?;
            match self.status(&id, token).await?.as_str() {
                "succeeded" => return Ok(id),
                // A failure is final for that registration; a second one blames the file.
                "failed" if steps.get(AGAIN).is_none() => {
                    steps.record(AGAIN, id).await?;
                    self.register(file, token, steps, media).await?;
                }
                "failed" => {
                    let advice = "Save it as an MP4 with H.264, 4 seconds to 15 minutes long, and try again.";
                    return Err(rejected("processing-failed", "Pinterest could not process the video", advice));
                }
                _ => {}
            }
            let Some(pause) = pauses.next() else {
                return Err(Failure::Transient { message: "Pinterest is still processing the video".to_owned() });
            };
            self.tools.sleep.sleep(Duration::from_secs(pause)).await;
        }
    }

    /// The id of media whose bytes are at Pinterest. Registering is invisible and may be repeated, so one that
    /// was cut off before its bytes arrived is left behind.
    async fn uploaded(
        &self,
        file: &Attachment,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let Some(known) = steps.get(MEDIA).map(str::to_owned) else {
            return self.register(file, token, steps, media).await;
        };
        if steps.get(UPLOADED) == Some(&known) {
            return Ok(known);
        }
        match self.status(&known, token).await {
            Ok(status) if status != "registered" => {
                steps.record(UPLOADED, known.clone()).await?;
                Ok(known)
            }
            Ok(_) => self.register(file, token, steps, media).await,
            Err(failure) if is_absent(&failure) => self.register(file, token, steps, media).await,
            Err(failure) => Err(failure),
        }
    }

    /// Registers an upload and sends the file.
    async fn register(
        &self,
        file: &Attachment,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let request = Request::post(at("/media"), "/v5/media", Body::Json(json!({"media_type": "video"})))
            .bearer(token.access_token.expose());
        let registered: Registered = self.call(request, Effect::None).await?;
        steps.record(MEDIA, registered.media_id.clone()).await?;
        // The storage checks the fields before it takes the file, so they go first, all of them; and no token,
        // since it is another company's.
        let mut parts: Vec<Part> = registered
            .upload_parameters
            .into_iter()
            .map(|(name, value)| Part::Text { name, value: text(value) })
            .collect();
        parts.push(Part::Stream {
            name: "file",
            file_name: "video.mp4".to_owned(),
            mime: file.mime.clone(),
            length: file.bytes,
            chunks: media.stream(&file.file_id, file.bytes),
        });
        let request = Request::post(registered.upload_url, "/{storage}", Body::Multipart(parts));
        let sent = self.tools.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        if !sent.status.is_success() {
            // Not Pinterest's own errors: the next attempt registers anew.
            let message = format!("Pinterest's storage answered {}", sent.status);
            return Err(match sent.status.as_u16() {
                413 => rejected("too-large", message, "Use a smaller video."),
                _ => Failure::Transient { message },
            });
        }
        steps.record(UPLOADED, registered.media_id.clone()).await?;
        Ok(registered.media_id)
    }

    async fn status(&self, id: &str, token: &Token) -> Result<String, Failure> {
        let url = at(&format!("/media/{}", segment(id)?));
        let request = Request::get(url, "/v5/media/{id}").bearer(token.access_token.expose());
        self.call::<Media>(request, Effect::None).await.map(|media| media.status)
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
