//! Files of a post: uploaded and recorded one by one.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use serde::Deserialize;
use serde_json::{Value, json};

use super::record::Entry;
use super::xrpc::method;
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::images;
use crate::network::{Attachment, MediaSource, Steps};

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

    /// Uploads one file: `{"blob":…, "width":…, "height":…}`. Uploads are named by their content, so
    /// a repeat changes nothing.
    async fn upload(
        &self,
        attachment: &Attachment,
        session: Session<'_>,
        media: &dyn MediaSource,
    ) -> Result<Value, Failure> {
        const METHOD: &str = "com.atproto.repo.uploadBlob";
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
        let request = Request::post(method(session.service, METHOD), METHOD, body).bearer(session.access);
        let uploaded: Uploaded = self.call(request, Effect::None).await?;
        Ok(json!({"blob": uploaded.blob, "width": width, "height": height}))
    }
}
