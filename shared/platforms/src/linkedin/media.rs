//! Pictures and documents (Images API, Documents API): announced, then sent in one piece to the address that was given.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::api::{posting, rejected};
use super::{API, Access, Budget, Linkedin};
use crate::http::{Body, Effect, Request, Response};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Steps};

/// An upload address is not begun with shortly before its end.
const SPARE: SignedDuration = SignedDuration::from_mins(5);

/// Longest time for a picture or a document.
const FILE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(45);

/// What a file is to LinkedIn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    Document,
    Video,
}

impl Kind {
    pub(super) fn of(attachment: &Attachment) -> Self {
        match attachment.mime.as_str() {
            mime if mime.starts_with("image/") => Self::Picture,
            mime if mime.starts_with("video/") => Self::Video,
            _ => Self::Document,
        }
    }
}

/// An announced file, as recorded.
#[derive(Serialize, Deserialize)]
struct Handle {
    urn: String,
    /// Where it goes; whoever has the address may upload.
    url: Url,
    until: Timestamp,
    sent: bool,
}

#[derive(Deserialize)]
struct Initialized {
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    upload_url: Url,
    upload_url_expires_at: Option<i64>,
    #[serde(alias = "document")]
    image: String,
}

/// What became of sending a file or a part of one.
pub(super) enum Sent {
    Taken(Response),
    /// The address does not work, or not any more.
    Refused(Response),
}

/// The step of the picture on a link's card.
const CARD_PICTURE: &str = "card-picture";

/// The name of the step in which a file is recorded.
pub(super) fn step(index: usize) -> String {
    format!("file-{index}")
}

/// When an address that ends at `milliseconds` stops being used; unknown = in an hour.
pub(super) fn ends(milliseconds: Option<i64>, now: Timestamp) -> Timestamp {
    let told = milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    told.unwrap_or(now + SignedDuration::from_hours(1)) - SPARE
}

impl Linkedin {
    /// The URNs of the job's files, uploading what is not yet there.
    pub(super) async fn upload_all(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<Vec<String>, Failure> {
        let mut urns = Vec::with_capacity(job.media.len());
        for (index, attachment) in job.media.iter().enumerate() {
            let step = step(index);
            urns.push(match Kind::of(attachment) {
                Kind::Video => self.upload_video(attachment, access, &step, steps, media, budget).await?,
                _ => self.upload_file(attachment, access, &step, steps, media, budget).await?,
            });
        }
        Ok(urns)
    }

    /// The URN of the picture on a link's card, where there are both.
    pub(super) async fn upload_card_picture(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<Option<String>, Failure> {
        let picture = job.cover_picture().filter(|_| job.media.is_empty() && job.text_setting("link").is_some());
        let Some(picture) = picture else { return Ok(None) };
        self.upload_file(picture, access, CARD_PICTURE, steps, media, budget).await.map(Some)
    }

    async fn upload_file(
        &self,
        attachment: &Attachment,
        access: Access<'_>,
        step: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<String, Failure> {
        let recorded = steps.get(step).and_then(|known| serde_json::from_str::<Handle>(known).ok());
        let now = self.tools.clock.now();
        let mut known = recorded.filter(|handle| handle.sent || handle.until > now);
        let mut renewed = false;
        loop {
            let handle = match known.take() {
                Some(handle) if handle.sent => return Ok(handle.urn),
                Some(handle) => handle,
                None => {
                    budget.check("there was no time for all files yet")?;
                    let handle = self.announce(attachment, access).await?;
                    record(step, &handle, steps).await?;
                    handle
                }
            };
            match self.send_file(attachment, access, &handle.url, media).await? {
                Sent::Taken(_) => {
                    let handle = Handle { sent: true, ..handle };
                    record(step, &handle, steps).await?;
                    return Ok(handle.urn);
                }
                // Addresses may end early: once more with a new one.
                Sent::Refused(_) if !renewed => renewed = true,
                Sent::Refused(response) => return Err(self.classify(&response, Effect::None)),
            }
        }
    }

    async fn announce(&self, attachment: &Attachment, access: Access<'_>) -> Result<Handle, Failure> {
        let (path, route) = match Kind::of(attachment) {
            Kind::Picture => ("/rest/images?action=initializeUpload", "/rest/images"),
            _ => ("/rest/documents?action=initializeUpload", "/rest/documents"),
        };
        let body = json!({"initializeUploadRequest": {"owner": access.author}});
        let Initialized { value } = self.call(posting(path, route, access, body), Effect::None).await?;
        let until = ends(value.upload_url_expires_at, self.tools.clock.now());
        Ok(Handle { urn: value.image, url: value.upload_url, until, sent: false })
    }

    /// Pictures are cleaned and made small enough, which takes them into memory; documents are read while they are sent.
    async fn send_file(
        &self,
        attachment: &Attachment,
        access: Access<'_>,
        url: &Url,
        media: &dyn MediaSource,
    ) -> Result<Sent, Failure> {
        let body = if Kind::of(attachment) == Kind::Picture {
            let bytes = media.bytes(&attachment.file_id).await?;
            let rule = rule(Platform::Linkedin);
            let file = images::prepare_for(rule, &attachment.mime, bytes).await?;
            Body::Raw { mime: file.mime, bytes: file.bytes }
        } else {
            let chunks = media.stream(&attachment.file_id, attachment.bytes);
            Body::Stream { mime: attachment.mime.clone(), length: attachment.bytes, chunks }
        };
        if !self.is_theirs(url) {
            let message = "LinkedIn named an upload address of somebody else";
            return Err(rejected("upload-address", message, "Try again later; if it stays, tell Atelier's operator."));
        }
        let request = Request { body, timeout: FILE_TIMEOUT, ..Request::new(Method::PUT, url.clone(), "/dms-uploads") };
        self.put(request.bearer(access.token)).await
    }

    /// Whether a token may go to an address that an answer named.
    fn is_theirs(&self, url: &Url) -> bool {
        let placed = |origin: &str| Url::parse(origin).ok().map(|origin| self.tools.http.place(origin).origin());
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" && (host == "linkedin.com" || host.ends_with(".linkedin.com"))
            || placed(API) == Some(url.origin())
    }

    /// Sends content to an upload address, where errors are not always in the API's form.
    pub(super) async fn put(&self, request: Request) -> Result<Sent, Failure> {
        let response = self.tools.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        match response.status.as_u16() {
            200..=299 => Ok(Sent::Taken(response)),
            400 | 403 | 404 | 410 | 413 | 415 => Ok(Sent::Refused(response)),
            _ => Err(self.classify(&response, Effect::None)),
        }
    }
}

/// Records the state of an upload.
pub(super) async fn record<T: Serialize>(step: &str, state: &T, steps: &mut dyn Steps) -> Result<(), Failure> {
    let state = serde_json::to_string(state).map_err(|error| Failure::Transient { message: error.to_string() })?;
    steps.record(step, state).await
}
