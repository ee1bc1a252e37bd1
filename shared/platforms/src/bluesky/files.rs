//! Files of a post: uploaded and recorded one by one.

use bytes::Bytes;
use domain::delivery::Failure;
use domain::media::{SRT, VTT, subtitles};
use domain::platform::Platform;
use domain::rules::rule;
use serde::Deserialize;
use serde_json::{Value, json};

use super::record::Entry;
use super::xrpc::{method, rejected};
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Steps};

#[derive(Deserialize)]
struct Uploaded {
    blob: Value,
}

impl Bluesky {
    /// Uploads what is not yet recorded as uploaded; everything when `fresh`.
    pub(super) async fn upload_entry(
        &self,
        entry: Entry<'_>,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        fresh: bool,
    ) -> Result<Vec<Value>, Failure> {
        let mut files = Vec::with_capacity(entry.media.len());
        for (index, attachment) in entry.media.iter().enumerate() {
            let step = entry.step(&format!("blob-{index}"));
            let known = steps.get(&step).filter(|_| !fresh).and_then(|known| serde_json::from_str(known).ok());
            let file = match known {
                Some(file) => file,
                None => {
                    let file = self.upload(attachment, session, media).await?;
                    steps.record(&step, file.to_string()).await?;
                    file
                }
            };
            files.push(file);
        }
        Ok(files)
    }

    /// Uploads the subtitles of the film that are not yet recorded as uploaded; all when `fresh`: `{"lang":…, "file":…}`
    /// for each.
    pub(super) async fn upload_subtitles(
        &self,
        job: &Job,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        fresh: bool,
    ) -> Result<Vec<Value>, Failure> {
        let mut captions = Vec::new();
        for (index, one) in job.film_subtitles().iter().enumerate() {
            let step = format!("captions-{index}");
            let known = steps.get(&step).filter(|_| !fresh).and_then(|known| serde_json::from_str(known).ok());
            let caption = match known {
                Some(caption) => caption,
                None => {
                    let file = media.bytes(&one.file.file_id).await?;
                    let body = Body::Raw { mime: VTT.to_owned(), bytes: as_vtt(&one.file.mime, file)? };
                    let blob = self.upload_blob(body, session).await?;
                    let caption = json!({"lang": one.language, "file": blob});
                    steps.record(&step, caption.to_string()).await?;
                    caption
                }
            };
            captions.push(caption);
        }
        Ok(captions)
    }

    /// Uploads one file: `{"blob":…, "width":…, "height":…}`. Uploads are named by their content, so
    /// a repeat changes nothing.
    async fn upload(
        &self,
        attachment: &Attachment,
        session: Session<'_>,
        media: &dyn MediaSource,
    ) -> Result<Value, Failure> {
        let (body, width, height) = if attachment.mime.starts_with("video/") {
            let Attachment { file_id, mime, bytes, width, height, .. } = attachment.clone();
            let chunks = media.stream(&file_id, bytes);
            (Body::Stream { mime, length: bytes, chunks }, width, height)
        } else {
            let bytes = media.bytes(&attachment.file_id).await?;
            let limit = rule(Platform::Bluesky).image_max_bytes;
            let picture = images::prepare(&attachment.mime, bytes, limit, None).await?;
            (Body::Raw { mime: picture.mime, bytes: picture.bytes }, picture.width, picture.height)
        };
        Ok(json!({"blob": self.upload_blob(body, session).await?, "width": width, "height": height}))
    }

    async fn upload_blob(&self, body: Body, session: Session<'_>) -> Result<Value, Failure> {
        const METHOD: &str = "com.atproto.repo.uploadBlob";
        let request = Request::post(method(session.service, METHOD), METHOD, body).bearer(session.access);
        let uploaded: Uploaded = self.call(request, Effect::None).await?;
        Ok(uploaded.blob)
    }
}

/// Subtitles as the network takes them.
fn as_vtt(mime: &str, file: Bytes) -> Result<Bytes, Failure> {
    let vtt = if mime == SRT {
        let text = subtitles::text(&file).map_err(|_| {
            rejected("subtitles-unusable", "the subtitles cannot be read", "Save them anew as SRT in UTF-8, or as VTT.")
        })?;
        subtitles::to_vtt(text).into()
    } else {
        file
    };
    let limit = rule(Platform::Bluesky).subtitles.as_ref().map_or(u64::MAX, |taken| taken.max_bytes);
    if vtt.len() as u64 > limit {
        let message = format!("the subtitles have {} bytes; Bluesky takes {limit}", vtt.len());
        return Err(rejected(
            "subtitles-too-large",
            message,
            "Use shorter subtitles, or leave them out for this account.",
        ));
    }
    Ok(vtt)
}
