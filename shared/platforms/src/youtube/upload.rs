//! The file, sent into an upload session piece by piece (document Resumable Uploads).

use domain::delivery::Failure;
use http::{HeaderName, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Youtube;
use super::api::{rejected, without_answer};
use crate::http::{Body, Effect, MEDIA_TIMEOUT, Request, Response};
use crate::network::{Attachment, Job, MediaSource, Steps};
use crate::token::Token;

/// Size of a piece in bytes: what is held in memory. Must be a multiple of 262,144.
const PIECE: u64 = 8 * 1024 * 1024;
/// How long one attempt goes on sending pieces; the next goes on from there.
const SENDING: SignedDuration = SignedDuration::from_secs(75);
/// How often a session may take nothing of a piece before the attempt ends.
const STUCK_MAX: u32 = 3;
/// Step: the session, as JSON. Empty = it is gone.
const SESSION: &str = "session";
/// Step: bytes that the session held when the file was sent ahead.
const HELD: &str = "held";
/// Step: when the last piece was first about to be sent. Without it nothing can be visible.
const CLOSING: &str = "closing";
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("x-upload-content-length");
const UPLOAD_TYPE: HeaderName = HeaderName::from_static("x-upload-content-type");
const ROUTE: &str = "/upload/youtube/v3/videos";
const UPLOAD: &str = "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status";

/// An upload session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    uri: Url,
    pub(super) at: Timestamp,
}

/// What a finished session answers with.
#[derive(Deserialize)]
pub(super) struct Uploaded {
    pub(super) id: String,
}

/// How far a session is.
enum Progress {
    /// It holds so many bytes.
    Bytes(u64),
    /// It has become this video.
    Video(String),
    /// It is not known any more.
    Gone,
}

/// How much of the file to send.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All pieces but the last: nobody sees anything.
    AllButLast,
    /// All of it: the video is there.
    All,
}

/// What every call about one file needs.
struct Upload<'a> {
    job: &'a Job,
    file: &'a Attachment,
    token: &'a str,
    media: &'a dyn MediaSource,
}

pub(super) fn session(steps: &dyn Steps) -> Option<Session> {
    serde_json::from_str(steps.get(SESSION)?).ok()
}

/// When the last piece was first about to be sent.
pub(super) fn closing(steps: &dyn Steps) -> Option<Timestamp> {
    steps.get(CLOSING)?.parse().ok()
}

impl Youtube {
    /// Sends the file as far as `extent` says, going on where the recorded session is. The id of the video once it is
    /// there.
    pub(super) async fn upload(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        extent: Extent,
    ) -> Result<Option<String>, Failure> {
        let upload = Upload { job, file: video_of(job)?, token: token.access_token.expose(), media };
        if let Some(known) = session(steps) {
            let closed_before = closing(steps).is_some();
            match self.fill(&upload, &known, None, steps, extent).await? {
                Progress::Video(id) => return Ok(Some(id)),
                Progress::Bytes(_) => return Ok(None),
                Progress::Gone => {}
            }
            // Gone at the first last piece means that it was not taken; only an earlier one may have been.
            if closed_before && let Some(found) = self.search_lost(job, token, steps).await? {
                return Ok(Some(found.id));
            }
            for step in [CLOSING, HELD, SESSION] {
                if steps.get(step).is_some_and(|value| !value.is_empty()) {
                    steps.record(step, String::new()).await?;
                }
            }
        }
        let fresh = self.begin(&upload, steps).await?;
        match self.fill(&upload, &fresh, Some(0), steps, extent).await? {
            Progress::Video(id) => Ok(Some(id)),
            Progress::Bytes(_) => Ok(None),
            Progress::Gone => Err(Failure::Transient { message: "YouTube dropped the upload".to_owned() }),
        }
    }

    /// Begins a session and records it. Nothing is visible, and a session that is never filled is forgotten.
    async fn begin(&self, upload: &Upload<'_>, steps: &mut dyn Steps) -> Result<Session, Failure> {
        let body = super::video::metadata(upload.job)?;
        let mut url: Url = UPLOAD.parse().map_err(|_| unreadable())?;
        if upload.job.flag("silent") {
            url.query_pairs_mut().append_pair("notifySubscribers", "false");
        }
        let request = Request::post(url, ROUTE, Body::Json(body))
            .bearer(upload.token)
            .header(UPLOAD_LENGTH, &upload.file.bytes.to_string())
            .header(UPLOAD_TYPE, &upload.file.mime);
        let response = self.send(request, Effect::None).await?;
        let uri = response.header(header::LOCATION.as_str()).and_then(|uri| uri.parse().ok()).ok_or_else(unreadable)?;
        let session = Session { uri, at: self.clock.now() };
        let recorded = serde_json::to_string(&session).map_err(|_| unreadable())?;
        steps.record(SESSION, recorded).await?;
        Ok(session)
    }

    /// Sends pieces from `known` bytes on, or from where the session says it is.
    async fn fill(
        &self,
        upload: &Upload<'_>,
        session: &Session,
        known: Option<u64>,
        steps: &mut dyn Steps,
        extent: Extent,
    ) -> Result<Progress, Failure> {
        let total = upload.file.bytes;
        // What was sent ahead is taken as recorded, so that the due second needs one request.
        let ahead = || steps.get(HELD).and_then(|held| held.parse().ok()).filter(|_| closing(steps).is_none());
        let mut held = match known.or_else(ahead) {
            Some(held) => held,
            None => match self.ask(upload.token, session, total).await? {
                Progress::Bytes(held) => held,
                end => return Ok(end),
            },
        };
        let (until, mut stuck) = (self.clock.now() + SENDING, 0);
        loop {
            if held >= total {
                let message = "YouTube has the whole file, but no video yet".to_owned();
                return Err(Failure::Ambiguous { message });
            }
            let last = total - held <= PIECE;
            if last && extent == Extent::AllButLast {
                steps.record(HELD, held.to_string()).await?;
                return Ok(Progress::Bytes(held));
            }
            if last && closing(steps).is_none() {
                steps.record(CLOSING, self.clock.now().to_string()).await?;
            }
            if self.clock.now() > until {
                return Err(Failure::Transient { message: "the file is still being sent".to_owned() });
            }
            let now_held = match self.put_piece(upload, session, held, last).await? {
                Progress::Bytes(now_held) => now_held,
                end => return Ok(end),
            };
            stuck = if now_held > held { 0 } else { stuck + 1 };
            if stuck > STUCK_MAX {
                return Err(Failure::Transient { message: "YouTube takes no more of the file".to_owned() });
            }
            held = now_held;
        }
    }

    async fn put_piece(
        &self,
        upload: &Upload<'_>,
        session: &Session,
        held: u64,
        last: bool,
    ) -> Result<Progress, Failure> {
        let total = upload.file.bytes;
        let length = PIECE.min(total - held);
        let bytes = upload.media.range(&upload.file.file_id, held, length).await?;
        if bytes.len() as u64 != length {
            return Err(rejected("file-changed", "the file is shorter than it was", "Attach the video again."));
        }
        let range = format!("bytes {held}-{}/{total}", held + length - 1);
        let body = Body::Raw { mime: upload.file.mime.clone(), bytes };
        let effect = if last { Effect::Visible } else { Effect::None };
        self.put(upload.token, session, &range, body, effect).await
    }

    /// Asks a session how far it is; it answers with the video if it has become one.
    async fn ask(&self, token: &str, session: &Session, total: u64) -> Result<Progress, Failure> {
        self.put(token, session, &format!("bytes */{total}"), Body::Empty, Effect::None).await
    }

    async fn put(
        &self,
        token: &str,
        session: &Session,
        range: &str,
        body: Body,
        effect: Effect,
    ) -> Result<Progress, Failure> {
        let mut request =
            Request::new(Method::PUT, session.uri.clone(), ROUTE).bearer(token).header(header::CONTENT_RANGE, range);
        if matches!(body, Body::Empty) {
            request = request.header(header::CONTENT_LENGTH, "0");
        } else {
            request.timeout = MEDIA_TIMEOUT;
        }
        request.body = body;
        let response = self.http.send(request).await.map_err(|error| error.classify(effect))?;
        match response.status {
            StatusCode::PERMANENT_REDIRECT => Ok(Progress::Bytes(held_by(&response))),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Progress::Gone),
            status if status.is_success() => response
                .json::<Uploaded>()
                .map(|video| Progress::Video(video.id))
                .ok_or_else(|| without_answer("YouTube sent an unreadable answer".to_owned(), effect)),
            _ => Err(self.classify(&response, effect)),
        }
    }

    /// The video that the recorded session has become, if it says so; nothing when it is unfinished.
    pub(super) async fn ask_recorded(
        &self,
        job: &Job,
        token: &Token,
        steps: &dyn Steps,
    ) -> Result<Option<String>, Failure> {
        let Some(known) = session(steps) else { return Ok(None) };
        match self.ask(token.access_token.expose(), &known, video_of(job)?.bytes).await? {
            Progress::Video(id) => Ok(Some(id)),
            Progress::Bytes(_) => Ok(None),
            Progress::Gone => Ok(self.search_lost(job, token, steps).await?.map(|found| found.id)),
        }
    }
}

/// How many bytes a 308 says are held; without a `Range` none are.
fn held_by(response: &Response) -> u64 {
    let last = response.header(header::RANGE.as_str()).and_then(|range| range.rsplit('-').next()?.trim().parse().ok());
    last.map_or(0, |last: u64| last.saturating_add(1))
}

fn video_of(job: &Job) -> Result<&Attachment, Failure> {
    let video = job.media.iter().find(|file| file.mime.starts_with("video/"));
    video.ok_or_else(|| rejected("video-missing", "a YouTube post needs a video", "Attach one video."))
}

fn unreadable() -> Failure {
    Failure::Transient { message: "YouTube did not say where to send the file".to_owned() }
}
