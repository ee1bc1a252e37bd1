//! Files: pictures are ready at once, videos once they are processed.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ANY, MEDIA, Mastodon, PROCESSING, invalid, refuse};
use crate::answers::{Refused, header};
use crate::multipart;

pub(super) const TYPES: [&str; 8] =
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm", "video/quicktime"];
pub(super) const DESCRIPTION_MAX: usize = 1500;
pub(super) const IMAGE_MAX_BYTES: usize = 16_777_216;
pub(super) const VIDEO_MAX_BYTES: usize = 103_809_024;
/// What no status uses is dropped after this.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A file.
#[derive(Clone)]
pub(super) struct Media {
    pub(super) user: String,
    pub(super) mime: String,
    pub(super) bytes: usize,
    description: String,
    /// The picture that stands for it until it plays.
    pub(super) thumbnail: Option<String>,
    right: bool,
    at: Timestamp,
    /// Whether a status has it.
    pub(super) attached: bool,
}

impl Media {
    pub(super) fn is_video(&self) -> bool {
        self.mime.starts_with("video/")
    }

    pub(super) fn is_ready(&self, now: Timestamp) -> bool {
        !self.is_video() || now.duration_since(self.at) >= PROCESSING
    }

    fn is_there(&self, now: Timestamp) -> bool {
        self.attached || now.duration_since(self.at) < KEPT
    }

    pub(super) fn view(&self, id: &str, ready: bool) -> Value {
        let kind = if self.is_video() { "video" } else { "image" };
        let url = ready.then(|| format!("https://files.example/{id}"));
        json!({
            "id": id, "type": kind, "url": url, "preview_url": url, "meta": {}, "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
            "description": Some(&self.description).filter(|text| !text.is_empty()),
        })
    }

    /// What people see.
    pub(super) fn shown(&self) -> String {
        let kind = if self.is_video() { "video" } else { "image" };
        format!("{kind} {} {} bytes", self.mime, self.bytes)
    }
}

pub(super) async fn upload(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "write:media", MEDIA)?;
    let fields = multipart::parse(header(&headers, "content-type").unwrap_or_default(), &body).unwrap_or_default();
    let file = fields.iter().find(|field| field.name == "file" && field.file_name.is_some());
    let file = file.ok_or_else(|| invalid("File can't be blank"))?;
    let description = fields.iter().find(|field| field.name == "description").map(multipart::Field::text);
    let description = description.unwrap_or_default();
    if description.chars().count() > DESCRIPTION_MAX {
        return Err(invalid("Description is too long (maximum is 1500 characters)"));
    }
    let mime = file.mime.clone().unwrap_or_default();
    let video = mime.starts_with("video/");
    if !TYPES.contains(&mime.as_str()) || (!video && !is_picture(&file.bytes)) {
        return Err(invalid("File content type is invalid"));
    }
    if file.bytes.len() > if video { VIDEO_MAX_BYTES } else { IMAGE_MAX_BYTES } {
        return Err(invalid("File File size must be less than 99 MB"));
    }
    let thumbnail = fields.iter().find(|field| field.name == "thumbnail" && field.file_name.is_some());
    let thumbnail = thumbnail.filter(|_| video).map(thumbnail_of).transpose()?;
    let media = Media {
        thumbnail,
        user: caller.user.clone(),
        bytes: file.bytes.len(),
        right: !video || mime != "video/mp4" || file.bytes.get(4..8) == Some(b"ftyp"),
        mime,
        description,
        at: mastodon.world.now(),
        attached: false,
    };
    let id = mastodon.world.number().to_string();
    let answer = caller.answer(if video { 202 } else { 200 }, &media.view(&id, !video));
    mastodon.held().media.insert(id, media);
    Ok(answer)
}

/// What is kept of a thumbnail. Of a picture's nothing is: it is a thumbnail of itself.
fn thumbnail_of(field: &multipart::Field) -> Result<String, Refused> {
    let mime = field.mime.clone().unwrap_or_default();
    if !mime.starts_with("image/") || !TYPES.contains(&mime.as_str()) || !is_picture(&field.bytes) {
        return Err(invalid("Thumbnail content type is invalid"));
    }
    if field.bytes.len() >= IMAGE_MAX_BYTES {
        return Err(invalid("Thumbnail file size must be less than 16 MB"));
    }
    Ok(format!("{mime} {} bytes", field.bytes.len()))
}

/// By its beginning.
fn is_picture(bytes: &[u8]) -> bool {
    let beginnings: [&[u8]; 4] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF"];
    beginnings.iter().any(|beginning| bytes.starts_with(beginning)) || bytes.get(4..8) == Some(b"ftyp")
}

pub(super) async fn show(
    State(mastodon): State<Mastodon>,
    Path((host, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "write:media", ANY)?;
    let now = mastodon.world.now();
    let held = mastodon.held();
    let media = held.media.get(&id).filter(|media| media.user == caller.user && media.is_there(now));
    let media = media.ok_or_else(|| refuse(404, "Record not found"))?;
    match (media.is_ready(now), media.right) {
        (false, _) => Ok(caller.answer(206, &media.view(&id, false))),
        (true, false) => Err(refuse(422, "Error processing thumbnail for uploaded media")),
        (true, true) => Ok(caller.answer(200, &media.view(&id, true))),
    }
}

impl Mastodon {
    /// The files that a new status names, which must be ready and unused.
    pub(super) fn attach(&self, ids: &[String], user: &str) -> Result<Vec<Media>, Refused> {
        let now = self.world.now();
        let mut held = self.held();
        let mut files = Vec::new();
        for id in ids {
            let media = held.media.get(id).filter(|media| media.user == user && media.is_there(now) && !media.attached);
            let media = media.ok_or_else(|| invalid("Media attachment was not found or is in use"))?;
            if !media.is_ready(now) {
                return Err(refuse(
                    422,
                    "Cannot attach files that have not finished processing. Try again in a moment!",
                ));
            }
            if !media.right {
                return Err(refuse(422, "Cannot attach files that failed to be processed"));
            }
            files.push(media.clone());
        }
        if files.len() > 1 && files.iter().any(Media::is_video) {
            return Err(refuse(422, "Cannot attach a video to a post that already contains images"));
        }
        for id in ids {
            if let Some(media) = held.media.get_mut(id) {
                media.attached = true;
            }
        }
        Ok(files)
    }
}
