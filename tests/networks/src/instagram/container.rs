//! Containers: made from an address or from bytes, processed, published once, void after a day.

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::media::{self, Media};
use super::{QUOTA, as_account, login, may, tags, used};
use crate::graph::{Answer, Asked, Refusal, select};
use crate::meta::Meta;
use crate::meta::people::Professional;
use crate::meta::upload::{Film, Sending, Sent, invalid, missing};
use crate::oauth::Grant;

const LIVES: SignedDuration = SignedDuration::from_hours(24);
const IMAGE_PROCESSING: SignedDuration = SignedDuration::from_secs(1);
const VIDEO_PROCESSING: SignedDuration = SignedDuration::from_secs(5);
const IMAGE_MAX_BYTES: u64 = 8 * 1024 * 1024;
const VIDEO_MAX_BYTES: u64 = 300 * 1024 * 1024;
const STORY_VIDEO_MAX_BYTES: u64 = 100 * 1024 * 1024;
const CAPTION_MAX: usize = 2200;
const HASHTAGS_MAX: usize = 30;
const ALT_MAX: usize = 1000;
const COLLABORATORS_MAX: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Image,
    Video,
    Reel,
    Story,
    Carousel,
}

#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) account: String,
    pub(super) kind: Kind,
    /// Whether it is for a carousel.
    item: bool,
    pub(super) caption: String,
    pub(super) media: Vec<String>,
    pub(super) notes: BTreeMap<String, String>,
    created: Timestamp,
    ready: Timestamp,
    published: bool,
    /// Subcode of what went wrong while it was processed.
    broken: Option<i64>,
    /// Of one that is uploaded.
    film: Option<Film>,
}

impl Container {
    fn status(&self, now: Timestamp) -> (&'static str, String) {
        if self.published {
            ("PUBLISHED", "Published: Media has been successfully published.".to_owned())
        } else if self.created + LIVES <= now {
            ("EXPIRED", "Expired: The container was not published within 24 hours.".to_owned())
        } else if self.ready > now || self.film.as_ref().is_some_and(|film| !film.is_whole()) {
            ("IN_PROGRESS", "In Progress: Media is still being processed.".to_owned())
        } else if let Some(subcode) = self.broken {
            ("ERROR", format!("Error: Media upload has failed with error code {subcode}"))
        } else {
            ("FINISHED", "Finished: Media has been uploaded and it is ready to be published.".to_owned())
        }
    }
}

/// `GET /{container}`.
pub(super) fn node(meta: &Meta, asked: &Asked, id: &str) -> Answer {
    let shelf = meta.instagram();
    let container = shelf.containers.get(id).ok_or_else(|| Refusal::missing(id))?;
    let (code, text) = container.status(meta.world.now());
    let mut node = json!({"id": id, "status_code": code, "status": text});
    if let Some(film) = &container.film {
        let processing = match code {
            "FINISHED" | "PUBLISHED" => "complete",
            "ERROR" => "error",
            _ if film.is_whole() => "in_progress",
            _ => "not_started",
        };
        let uploading = film.phase("bytes_transferred");
        node["video_status"] = json!({"uploading_phase": uploading, "processing_phase": {"status": processing}});
    }
    select("Container", &node, &["status_code", "status", "video_status"], asked.field("fields"))
}

/// The upload host: `POST /ig-api-upload/{version}/{container}` with the bytes from `offset` on.
pub(crate) async fn upload(
    State(meta): State<Meta>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    receive(&meta, &id, request).await.unwrap_or_else(|refused| refused)
}

async fn receive(meta: &Meta, id: &str, request: Request) -> Result<Response, Response> {
    let sending = Sending::read(meta, request)?;
    let unauthorized = || {
        let quoted = json!({"success": false, "error": {"message": "unauthorized user request"}});
        invalid("ProcessingFailedError", &quoted.to_string())
    };
    may(&sending.grant, "content_publish").map_err(|_| unauthorized())?;
    {
        let shelf = meta.instagram();
        let container = shelf.containers.get(id).ok_or_else(missing)?;
        as_account(&sending.grant, &container.account).map_err(|_| unauthorized())?;
        container.open(meta.world.now()).ok_or_else(missing)?.expects(&sending)?;
    }
    let sent = sending.drain().await;
    let now = meta.world.now();
    let mut shelf = meta.instagram();
    let container = shelf.containers.get_mut(id).filter(|container| container.open(now).is_some());
    Ok(container.ok_or_else(missing)?.take(sent, now))
}

impl Container {
    /// What takes bytes now.
    fn open(&self, now: Timestamp) -> Option<&Film> {
        self.film.as_ref().filter(|_| !self.published && self.created + LIVES > now)
    }

    fn take(&mut self, sent: Sent, now: Timestamp) -> Response {
        let Some(film) = &mut self.film else { return missing() };
        let answer = film.take(sent);
        if film.is_whole() && self.media.is_empty() {
            self.media.push(format!("video video/mp4 {} bytes", film.received()));
            self.ready = now + VIDEO_PROCESSING;
            if !film.is_video() || film.received() > video_max(self.kind) {
                self.broken = Some(2_207_026);
            }
        }
        answer
    }
}

fn video_max(kind: Kind) -> u64 {
    if kind == Kind::Story { STORY_VIDEO_MAX_BYTES } else { VIDEO_MAX_BYTES }
}

/// `POST /{account}/media`.
pub(super) async fn create(meta: &Meta, asked: &Asked, grant: &Grant, account: &Professional) -> Answer {
    let (kind, known): (Kind, &[&str]) = match (asked.field("media_type"), asked.is_on("is_carousel_item", false)) {
        (None | Some("IMAGE"), true) => {
            (Kind::Image, &["image_url", "is_carousel_item", "media_type", "alt_text", "user_tags"])
        }
        (Some("VIDEO"), true) => (Kind::Video, &["video_url", "is_carousel_item", "media_type", "user_tags"]),
        (None | Some("IMAGE"), false) => {
            (Kind::Image, &["image_url", "media_type", "alt_text", "user_tags", "location_id"])
        }
        (Some("REELS"), false) => (
            Kind::Reel,
            &[
                "video_url",
                "media_type",
                "share_to_feed",
                "cover_url",
                "thumb_offset",
                "user_tags",
                "location_id",
                "audio_name",
            ],
        ),
        (Some("STORIES"), false) => (Kind::Story, &["image_url", "video_url", "media_type", "user_tags"]),
        (Some("CAROUSEL"), false) => (Kind::Carousel, &["children", "media_type", "location_id"]),
        _ => return Err(Refusal::new(100, 2_207_023, "The media type is unknown.")),
    };
    let item = asked.is_on("is_carousel_item", false);
    let on_posts: &[&str] = &["caption", "collaborators", "is_ai_generated", "is_paid_partnership"];
    let extra = if item || kind == Kind::Story { &[] } else { on_posts };
    // Only for whoever came by Facebook's login.
    let by_bytes = grant.network != login::NETWORK && matches!(kind, Kind::Video | Kind::Reel | Kind::Story);
    let upload: &[&str] = if by_bytes { &["upload_type"] } else { &[] };
    asked.only(&[known, extra, upload].concat())?;
    let caption = caption(asked)?;
    let people = tags::tagged(asked.field("user_tags"), matches!(kind, Kind::Image))?;
    let now = meta.world.now();
    let mut container = Container {
        account: account.id.to_owned(),
        kind,
        item,
        caption,
        media: Vec::new(),
        notes: notes(asked)?,
        created: now,
        ready: now + IMAGE_PROCESSING,
        published: false,
        broken: None,
        film: None,
    };
    container.notes.extend(people.map(|people| ("people".to_owned(), people)));
    match kind {
        Kind::Carousel => take_children(meta, asked, account, &mut container)?,
        _ => take_file(meta, asked, &mut container).await?,
    }
    let id = format!("180{}", meta.world.number());
    let mut answer = json!({ "id": id });
    if container.film.is_some() {
        answer["uri"] = json!(format!("{}/ig-api-upload/v25.0/{id}", meta.world.at("rupload.facebook.com")));
    }
    meta.instagram().containers.insert(id, container);
    Ok(answer)
}

fn caption(asked: &Asked) -> Result<String, Refusal> {
    let caption = asked.field("caption").unwrap_or_default().trim().to_owned();
    if caption.encode_utf16().count() > CAPTION_MAX {
        return Err(Refusal::new(36_004, 2_207_010, "The submitted caption is too long.")
            .says("Caption too long", "The caption was too long."));
    }
    if caption.matches('#').count() > HASHTAGS_MAX {
        return Err(Refusal::parameter("Too many hashtags"));
    }
    Ok(caption)
}

/// What is only told to people, not checked against anything.
fn notes(asked: &Asked) -> Result<BTreeMap<String, String>, Refusal> {
    let mut notes = BTreeMap::new();
    for name in ["is_ai_generated", "is_paid_partnership", "share_to_feed"] {
        notes.extend(asked.field(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    if let Some(alt) = asked.field("alt_text") {
        if alt.chars().count() > ALT_MAX {
            return Err(Refusal::parameter("alt_text is too long"));
        }
        notes.insert("alt".to_owned(), alt.to_owned());
    }
    if let Some(names) = asked.field("collaborators") {
        let names: Vec<String> =
            serde_json::from_str(names).map_err(|_| Refusal::parameter("collaborators must be a list"))?;
        if names.len() > COLLABORATORS_MAX {
            return Err(Refusal::parameter("Too many collaborators"));
        }
        notes.insert("collaborators".to_owned(), names.join(", "));
    }
    Ok(notes)
}

async fn take_file(meta: &Meta, asked: &Asked, container: &mut Container) -> Result<(), Refusal> {
    if let Some(url) = asked.field("image_url").filter(|_| matches!(container.kind, Kind::Image | Kind::Story)) {
        container.media.push(picture(meta, url).await?);
        return Ok(());
    }
    if container.kind == Kind::Reel {
        let cover = cover(meta, asked).await?;
        container.notes.extend(cover.map(|cover| ("cover".to_owned(), cover)));
    }
    let url = asked.field("video_url").filter(|_| container.kind != Kind::Image);
    match (asked.field("upload_type"), url) {
        (None, _) => {}
        (Some("resumable"), None) => {
            container.film = Some(Film::default());
            return Ok(());
        }
        (Some("resumable"), Some(_)) => return Err(Refusal::parameter("video_url cannot go with upload_type")),
        (Some(_), _) => return Err(Refusal::parameter("upload_type must be resumable")),
    }
    let url = url.ok_or_else(|| Refusal::parameter("The parameter image_url or video_url is required"))?;
    let file = meta.world.fetch(url).await.ok_or_else(unread)?;
    if file.head.get(4..8) != Some(b"ftyp") || file.length > video_max(container.kind) {
        container.broken = Some(2_207_026);
    }
    container.ready = container.created + VIDEO_PROCESSING;
    container.media.push(format!("video {} {} bytes", file.mime, file.length));
    Ok(())
}

/// The picture at an address.
async fn picture(meta: &Meta, url: &str) -> Result<String, Refusal> {
    let file = meta.world.fetch(url).await.ok_or_else(unread)?;
    if !file.head.starts_with(b"\xff\xd8\xff") {
        return Err(Refusal::new(36_001, 2_207_005, "The image format is not supported.")
            .says("Image format", "The image format is not supported. Use JPEG."));
    }
    if file.length > IMAGE_MAX_BYTES {
        return Err(Refusal::new(36_000, 2_207_004, "The image is too large to download."));
    }
    Ok(format!("image image/jpeg {} bytes", file.length))
}

/// A reel's cover. Of both only the picture counts.
async fn cover(meta: &Meta, asked: &Asked) -> Result<Option<String>, Refusal> {
    let offset = asked.field("thumb_offset").map(str::parse::<u64>).transpose();
    let offset = offset.map_err(|_| Refusal::parameter("thumb_offset must be a number of milliseconds"))?;
    match asked.field("cover_url") {
        Some(url) => picture(meta, url).await.map(Some),
        None => Ok(offset.map(|at| format!("{at} ms"))),
    }
}

fn unread() -> Refusal {
    Refusal::new(9004, 2_207_052, "The media could not be fetched from this URI.")
}

fn take_children(meta: &Meta, asked: &Asked, account: &Professional, container: &mut Container) -> Result<(), Refusal> {
    let children: Vec<&str> = asked.require("children")?.split(',').collect();
    if !(2..=10).contains(&children.len()) {
        return Err(Refusal::new(10, 2_207_028, "A carousel needs 2 to 10 items."));
    }
    let shelf = meta.instagram();
    for (index, id) in children.iter().enumerate() {
        let child = shelf.containers.get(*id).filter(|child| child.account == account.id && child.item);
        let child = child.ok_or_else(|| Refusal::new(24, 2_207_006, "The media could not be found."))?;
        match child.status(container.created).0 {
            "FINISHED" => {}
            "EXPIRED" => return Err(Refusal::new(24, 2_207_020, "The media container expired.")),
            "ERROR" => return Err(Refusal::new(-1, 2_207_032, "Create media fail, please try to re-create media.")),
            _ => return Err(Refusal::new(24, 2_207_008, "The media is not yet usable.")),
        }
        container.media.extend(child.media.iter().cloned());
        for name in ["alt", "people"] {
            container.notes.extend(child.notes.get(name).map(|note| (format!("{name} {}", index + 1), note.clone())));
        }
    }
    Ok(())
}

/// `POST /{account}/media_publish`.
pub(super) fn publish(meta: &Meta, asked: &Asked, account: &Professional) -> Answer {
    asked.only(&["creation_id"])?;
    let id = asked.require("creation_id")?;
    let spent = used(meta, account.id);
    let now = meta.world.now();
    let mut shelf = meta.instagram();
    let container = shelf.containers.get_mut(id).filter(|container| container.account == account.id && !container.item);
    let container = container.ok_or_else(|| Refusal::new(24, 2_207_006, "The media could not be found."))?;
    match container.status(now).0 {
        "FINISHED" => {}
        "PUBLISHED" => return Err(Refusal::new(24, 2_207_006, "The media was published already.")),
        "EXPIRED" => {
            return Err(Refusal::new(24, 2_207_020, "The media you are trying to access has expired."));
        }
        "ERROR" => return Err(Refusal::new(-1, 2_207_032, "Create media fail, please try to re-create media.")),
        _ => {
            return Err(Refusal::new(9007, 2_207_027, "Media ID is not available")
                .says("Media not ready", "The media is not ready for publishing, please wait for a moment."));
        }
    }
    if spent >= QUOTA {
        return Err(Refusal::new(9, 2_207_042, "Application request limit reached")
            .says("Action is blocked", "The account has posted as often as it may within a day."));
    }
    container.published = true;
    let media = Media::of(container, format!("179{}", meta.world.number()), now);
    let id = media.id.clone();
    media::show(&meta.world, &media);
    shelf.media.push(media);
    Ok(json!({ "id": id }))
}

/// For [`Media`], what its kind is called.
pub(super) fn names(kind: Kind, media: &[String]) -> (&'static str, &'static str) {
    let video = media.first().is_some_and(|file| file.starts_with("video"));
    let media_type = match kind {
        Kind::Carousel => "CAROUSEL_ALBUM",
        _ if video => "VIDEO",
        _ => "IMAGE",
    };
    let product = match kind {
        Kind::Reel => "REELS",
        Kind::Story => "STORY",
        _ => "FEED",
    };
    (media_type, product)
}

/// Nothing more than its text, for lists.
pub(super) fn or_absent(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}
