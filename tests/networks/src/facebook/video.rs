//! Videos of a page: in the feed, as reels, as stories. Reels and stories are uploaded in phases.

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::feed::Post;
use super::photo::kind as picture_kind;
use super::{Shelf, story, time};
use crate::graph::{Answer, Asked, Refusal, select};
use crate::meta::Meta;
use crate::meta::people::Page;
use crate::meta::upload::{Film, Sending, missing};
use crate::world::Shown;

/// How long a video is processed after it is finished.
const PROCESSING: SignedDuration = SignedDuration::from_secs(4);
/// Reels that a page may publish by API within a day.
const REELS_A_DAY: usize = 30;
const COVER_MAX_BYTES: usize = 10_000_000;
const TITLE_MAX: usize = 255;

/// Fields that a video can be asked for.
pub(super) const FIELDS: &[&str] = &[
    "id",
    "status",
    "post_id",
    "permalink_url",
    "description",
    "created_time",
    "length",
    "published",
    "comments",
    "likes",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Feed,
    Reel,
    Story,
}

#[derive(Debug)]
pub(super) struct Video {
    pub(super) page: String,
    kind: Kind,
    title: String,
    description: String,
    film: Film,
    created: Timestamp,
    /// When it was told to be published.
    finished: Option<Timestamp>,
    post: Option<String>,
}

impl Video {
    fn started(page: &Page, kind: Kind, created: Timestamp) -> Self {
        Self {
            page: page.id.to_owned(),
            kind,
            title: String::new(),
            description: String::new(),
            film: Film::default(),
            created,
            finished: None,
            post: None,
        }
    }

    fn is_processed(&self, now: Timestamp) -> bool {
        self.finished.is_some_and(|finished| finished + PROCESSING <= now)
    }

    /// `status` with its phases.
    fn status(&self, now: Timestamp) -> Value {
        let phase = |done: bool, begun: bool| match (done, begun) {
            (true, _) => "complete",
            (false, true) => "in_progress",
            (false, false) => "not_started",
        };
        let (uploaded, done) = (self.film.is_whole(), self.is_processed(now));
        let mut status = json!({
            "video_status": if done { "ready" } else if uploaded && self.finished.is_some() { "processing" }
                else if uploaded { "upload_complete" } else { "processing" },
            "uploading_phase": self.film.phase("bytes_transfered"),
            "processing_phase": {"status": phase(done, self.finished.is_some())},
            "publishing_phase": {"status": phase(done, self.finished.is_some())},
        });
        if done {
            status["publishing_phase"]["publish_status"] = json!("published");
            status["publishing_phase"]["publish_time"] = json!(self.finished.map(Timestamp::as_second));
        }
        if self.finished.is_some() && !self.film.is_video() {
            status["video_status"] = json!("error");
            status["processing_phase"] = json!({"status": "error", "error": {"code": 1_363_024, "message": "The file's format is not supported."}});
            status["publishing_phase"] = json!({"status": "not_started"});
        }
        status
    }

    pub(super) fn node(&self, id: &str, shelf: &Shelf, now: Timestamp) -> Value {
        let comments = shelf.comments.iter().filter(|comment| comment.parent == id).count();
        let mut node = json!({
            "id": id,
            "status": self.status(now),
            "description": self.description,
            "created_time": time(self.created),
            "published": self.finished.is_some(),
            "permalink_url": match self.kind {
                Kind::Reel => format!("/reel/{id}/"),
                _ => format!("/{}/videos/{id}/", self.page),
            },
            "comments": {"data": [], "summary": {"total_count": comments}},
            "likes": {"data": [], "summary": {"total_count": 4}},
        });
        if let Some(post) = self.post.as_ref().filter(|_| self.is_processed(now)) {
            node["post_id"] = json!(post);
        }
        node
    }
}

/// `POST /{page}/videos` of a video at an address.
pub(super) async fn create(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    asked.only(&["file_url", "title", "description", "published"])?;
    let url = asked.require("file_url")?;
    let unread = || Refusal::new(389, 0, "(#389) Unable to fetch video file from URL.");
    let fetched = meta.world.fetch(url).await.ok_or_else(unread)?;
    if fetched.mime != "video/mp4" && fetched.mime != "video/quicktime" {
        return Err(Refusal::new(6000, 1_363_024, "There was a problem uploading your video file.")
            .says("Unsupported video format", "The video file you selected is in a format that we don't support."));
    }
    let now = meta.world.now();
    let (id, post) = (meta.world.number().to_string(), format!("{}_{}", page.id, meta.world.number()));
    let description = asked.field("description").unwrap_or_default().trim().to_owned();
    let video = Video {
        title: title(asked)?,
        description,
        film: Film::whole(fetched.length, fetched.head),
        finished: Some(now),
        post: Some(post),
        ..Video::started(page, Kind::Feed, now)
    };
    let mut shelf = meta.facebook();
    if video.film.is_video() {
        publish(meta, &mut shelf, &id, &video, "post");
    }
    shelf.videos.insert(id.clone(), video);
    Ok(json!({ "id": id }))
}

fn title(asked: &Asked) -> Result<String, Refusal> {
    let title = asked.field("title").unwrap_or_default().trim().to_owned();
    let fits = title.encode_utf16().count() <= TITLE_MAX;
    if fits { Ok(title) } else { Err(Refusal::parameter("The title is too long")) }
}

fn publish(meta: &Meta, shelf: &mut Shelf, id: &str, video: &Video, kind: &'static str) {
    let at = meta.world.now();
    if let Some(post) = &video.post {
        shelf.posts.push(Post {
            id: post.clone(),
            page: video.page.clone(),
            message: video.description.clone(),
            link: None,
            targets: vec![id.to_owned()],
            created: at,
            shown: id.to_owned(),
            listed: at + PROCESSING,
        });
    }
    let title = Some(video.title.clone()).filter(|title| !title.is_empty());
    let notes: BTreeMap<String, String> = title.map(|title| ("title".to_owned(), title)).into_iter().collect();
    meta.world.show(Shown {
        platform: Platform::Facebook,
        account: video.page.clone(),
        id: id.to_owned(),
        kind,
        parent: None,
        text: video.description.clone(),
        media: vec![format!("video video/mp4 {} bytes", video.film.received())],
        notes,
        at,
    });
}

/// `GET /{page}/videos`, newest first.
pub(super) fn list(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    asked.only(&["type", "since"])?;
    let now = meta.world.now();
    let shelf = meta.facebook();
    let mine = shelf.videos.iter().rev().filter(|(_, video)| video.page == page.id && video.kind == Kind::Feed);
    let data: Result<Vec<Value>, Refusal> =
        mine.map(|(id, video)| select("Video", &video.node(id, &shelf, now), FIELDS, asked.field("fields"))).collect();
    Ok(json!({ "data": data? }))
}

/// `POST /{page}/video_reels` and `/{page}/video_stories`: `start`, then bytes elsewhere, then `finish`.
pub(super) fn phase(meta: &Meta, asked: &Asked, page: &Page, kind: Kind) -> Answer {
    match asked.require("upload_phase")? {
        "start" => {
            asked.only(&["upload_phase"])?;
            let id = meta.world.number().to_string();
            meta.facebook().videos.insert(id.clone(), Video::started(page, kind, meta.world.now()));
            let upload_url = format!("{}/video-upload/v25.0/{id}", meta.world.at("rupload.facebook.com"));
            Ok(json!({"video_id": id, "upload_url": upload_url}))
        }
        "finish" => finish(meta, asked, page, kind),
        _ => Err(Refusal::parameter("upload_phase must be one of start, finish")),
    }
}

fn finish(meta: &Meta, asked: &Asked, page: &Page, kind: Kind) -> Answer {
    let known: &[&str] = match kind {
        Kind::Story => &["upload_phase", "video_id"],
        _ => &["upload_phase", "video_id", "video_state", "description", "title"],
    };
    asked.only(known)?;
    let (id, title) = (asked.require("video_id")?.to_owned(), title(asked)?);
    if kind == Kind::Reel && asked.require("video_state")? != "PUBLISHED" {
        return Err(Refusal::parameter("This simulation knows only video_state PUBLISHED"));
    }
    let now = meta.world.now();
    let mut shelf = meta.facebook();
    let day_ago = now - SignedDuration::from_hours(24);
    let reels = shelf.videos.values().filter(|video| video.page == page.id && video.kind == Kind::Reel);
    if kind == Kind::Reel && reels.filter(|reel| reel.finished.is_some_and(|at| at > day_ago)).count() >= REELS_A_DAY {
        return Err(Refusal::new(613, 0, "(#613) Calls to this api have exceeded the rate limit."));
    }
    let mut video = shelf.videos.remove(&id).ok_or_else(|| Refusal::missing(&id))?;
    let refusal = if video.page != page.id || video.kind != kind {
        Some(Refusal::missing(&id))
    } else if video.finished.is_some() {
        Some(Refusal::new(100, 1_366_051, "(#100) This video is posted already"))
    } else if !video.film.is_whole() {
        Some(Refusal::new(6000, 1_363_019, "The video is not uploaded completely"))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        shelf.videos.insert(id, video);
        return Err(refusal);
    }
    video.finished = Some(now);
    video.title = title;
    video.description = asked.field("description").unwrap_or_default().trim().to_owned();
    let mut answer = json!({ "success": true });
    if video.film.is_video() && kind == Kind::Story {
        let media = format!("video video/mp4 {} bytes", video.film.received());
        let post = story::show(&meta.world, &mut shelf, page.id, (&id, "video"), media);
        answer["post_id"] = json!(post);
        video.post = Some(post);
    } else if video.film.is_video() {
        video.post = Some(format!("{}_{}", page.id, meta.world.number()));
        publish(meta, &mut shelf, &id, &video, "reel");
    }
    shelf.videos.insert(id, video);
    Ok(answer)
}

/// `POST /{video}/thumbnails`: a picture that from then on stands for the video.
pub(super) fn set_cover(meta: &Meta, asked: &Asked, id: &str) -> Answer {
    asked.only(&["is_preferred"])?;
    if !meta.facebook().videos.contains_key(id) {
        return Err(Refusal::missing(id));
    }
    let (_, content) =
        asked.files.get("source").ok_or_else(|| Refusal::parameter("The parameter source is required"))?;
    let kind = picture_kind(content).ok_or_else(|| {
        Refusal::new(100, 2_069_019, "(#100) Invalid image")
            .says("Invalid image", "This image's format is not supported.")
    })?;
    if content.len() > COVER_MAX_BYTES {
        return Err(Refusal::parameter("The thumbnail is larger than 10 MB"));
    }
    if asked.is_on("is_preferred", false)
        && let Some(mut shown) = meta.world.find(Platform::Facebook, id)
    {
        meta.world.hide(Platform::Facebook, id);
        shown.notes.insert("cover".to_owned(), format!("image {kind} {} bytes", content.len()));
        meta.world.show(shown);
    }
    Ok(json!({ "success": true }))
}

/// The upload host: `POST /video-upload/{version}/{video}` with the bytes from `offset` on.
pub(crate) async fn upload(
    State(meta): State<Meta>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    receive(&meta, &id, request).await.unwrap_or_else(|refused| refused)
}

async fn receive(meta: &Meta, id: &str, request: Request) -> Result<Response, Response> {
    let sending = Sending::read(meta, request)?;
    let page = sending.grant.user.clone();
    let open = |video: &&mut Video| video.page == page && video.finished.is_none();
    meta.facebook().videos.get_mut(id).filter(open).ok_or_else(missing)?.film.expects(&sending)?;
    let sent = sending.drain().await;
    Ok(meta.facebook().videos.get_mut(id).filter(open).ok_or_else(missing)?.film.take(sent))
}
