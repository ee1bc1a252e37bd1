//! Files in the media library and their use in posts.

pub mod compound;
pub mod content;
pub mod mp4;
pub mod office;
pub mod pdf;
pub mod subtitles;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{FileId, PostId, SeriesId, UserId};
use crate::problem::Problem;
use crate::rules::{ImageFit, MediaFacts};

/// Largest picture taken, in bytes.
pub const IMAGE_MAX_BYTES: u64 = 20 * 1024 * 1024;
/// Largest video taken, in bytes: what one request can upload is 5 GB.
pub const VIDEO_MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Largest document taken, in bytes.
pub const DOCUMENT_MAX_BYTES: u64 = 100 * 1024 * 1024;
/// Largest file of subtitles taken, in bytes: those of a film of hours have a tenth of it.
pub const SUBTITLES_MAX_BYTES: u64 = 1024 * 1024;
/// How long an upload address works.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long an upload can be completed; then it vanishes.
pub const UPLOAD_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Most pixels of a picture taken: more would not fit in memory when it is decoded.
pub const MAX_PIXELS: u64 = 100_000_000;
/// Longest edge of a thumbnail, in pixels.
pub const THUMB_EDGE: u32 = 480;
/// Longest alternative text kept, in characters; each network has its own rule below it.
const ALT_CHARS: usize = 5000;
/// Longest name of a file, in characters.
const NAME_CHARS: usize = 200;

/// A presentation in Office Open XML.
pub const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
/// A text in Office Open XML.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// A presentation of Office before 2007.
pub const PPT: &str = "application/vnd.ms-powerpoint";
/// A text of Office before 2007.
pub const DOC: &str = "application/msword";
/// Subtitles in `SubRip`. Nobody registered a type for it; this is what programs call it.
pub const SRT: &str = "application/x-subrip";
/// Subtitles in `WebVTT`.
pub const VTT: &str = "text/vtt";

/// Types of pictures that can be made smaller, or into another type, without losing what they show.
const STILL: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// A type of file that the library takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    /// MIME type.
    pub mime: &'static str,
    /// Extension of the stored object.
    pub extension: &'static str,
    /// Largest size in bytes.
    pub max_bytes: u64,
}

impl MediaType {
    /// Every type the library takes.
    pub const ALL: [Self; 13] = [
        Self { mime: "image/jpeg", extension: "jpg", max_bytes: IMAGE_MAX_BYTES },
        Self { mime: "image/png", extension: "png", max_bytes: IMAGE_MAX_BYTES },
        Self { mime: "image/webp", extension: "webp", max_bytes: IMAGE_MAX_BYTES },
        Self { mime: "image/gif", extension: "gif", max_bytes: IMAGE_MAX_BYTES },
        Self { mime: "video/mp4", extension: "mp4", max_bytes: VIDEO_MAX_BYTES },
        Self { mime: "video/quicktime", extension: "mov", max_bytes: VIDEO_MAX_BYTES },
        Self { mime: "application/pdf", extension: "pdf", max_bytes: DOCUMENT_MAX_BYTES },
        Self { mime: PPTX, extension: "pptx", max_bytes: DOCUMENT_MAX_BYTES },
        Self { mime: DOCX, extension: "docx", max_bytes: DOCUMENT_MAX_BYTES },
        Self { mime: PPT, extension: "ppt", max_bytes: DOCUMENT_MAX_BYTES },
        Self { mime: DOC, extension: "doc", max_bytes: DOCUMENT_MAX_BYTES },
        Self { mime: SRT, extension: "srt", max_bytes: SUBTITLES_MAX_BYTES },
        Self { mime: VTT, extension: "vtt", max_bytes: SUBTITLES_MAX_BYTES },
    ];

    /// The type of this MIME name, if the library takes it.
    #[must_use]
    pub fn of(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime == mime)
    }

    /// Whether it moves and has a length.
    #[must_use]
    pub fn is_video(self) -> bool {
        self.mime.starts_with("video/")
    }

    /// Whether it has pages.
    #[must_use]
    pub fn is_document(self) -> bool {
        is_document(self.mime)
    }

    /// Whether it holds what is said in a film.
    #[must_use]
    pub fn is_subtitles(self) -> bool {
        is_subtitles(self.mime)
    }

    /// What to call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self.mime {
            "image/jpeg" => "a JPEG picture",
            "image/png" => "a PNG picture",
            "image/webp" => "a WebP picture",
            "image/gif" => "a GIF picture",
            "application/pdf" => "a PDF document",
            PPTX => "a PowerPoint presentation",
            DOCX => "a Word document",
            PPT => "a PowerPoint presentation of before 2007",
            DOC => "a Word document of before 2007",
            SRT => "a file of subtitles in SubRip",
            VTT => "a file of subtitles in WebVTT",
            "video/quicktime" => "a QuickTime video",
            _ => "an MP4 video",
        }
    }
}

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// An upload address was given out; nothing was checked yet.
    Uploading,
    /// Checked and usable.
    Ready,
}

/// What may need a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UsedBy {
    /// A post.
    Post(PostId),
    /// A series, for the posts it will make.
    Series(SeriesId),
}

/// What only videos, documents or subtitles have, as far as the file says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// How a video's pictures are coded: four characters, such as `avc1` or `hvc1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Pictures of a video in a thousand seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<u32>,
    /// By how many degrees a video is turned clockwise when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<u16>,
    /// Whether a video has sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Pages of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Size of subtitles as `WebVTT`, in bytes, which is what networks get that take nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vtt_bytes: Option<u64>,
}

impl Details {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A file, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// The name it was uploaded under, or was given since.
    pub name: String,
    /// MIME type: what the user said until it is ready, what the content shows after.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Where the upload stands.
    pub status: FileStatus,
    /// Width in pixels, as shown (after rotation).
    pub width: Option<u32>,
    /// Height in pixels, as shown.
    pub height: Option<u32>,
    /// Length of a video in milliseconds.
    pub duration_ms: Option<u64>,
    /// What only videos, documents or subtitles have.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
    /// Alternative text.
    pub alt: String,
    /// Whether a thumbnail object exists.
    pub thumb: bool,
    /// Posts and series that were saved with it. May name some that are gone; never misses one that is pending.
    #[serde(default)]
    pub used_by: Vec<UsedBy>,
    /// Who uploaded it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// For `ETag` and `If-Match`.
    pub version: u64,
    /// When an upload that was never completed is swept away, as seconds since 1970; absent once ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
}

/// What the content of a file shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Width in pixels, as shown (after rotation).
    pub width: Option<u32>,
    /// Height in pixels, as shown.
    pub height: Option<u32>,
    /// Length of a video in milliseconds, where the file says it.
    pub duration_ms: Option<u64>,
    /// What only videos, documents or subtitles have.
    pub details: Details,
    /// Whether a thumbnail was made.
    pub thumb: bool,
}

impl File {
    /// The same file, checked and usable.
    #[must_use]
    pub fn ready(&self, facts: Facts) -> Self {
        Self {
            status: FileStatus::Ready,
            width: facts.width,
            height: facts.height,
            duration_ms: facts.duration_ms,
            details: facts.details,
            thumb: facts.thumb,
            version: self.version + 1,
            expires: None,
            ..self.clone()
        }
    }

    /// Whether it is an upload that nobody completed in time: gone, even where it is still stored.
    #[must_use]
    pub fn is_abandoned(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now.as_second())
    }

    /// Whether name or alternative text contain `words`, which are in lower case.
    #[must_use]
    pub fn mentions(&self, words: &str) -> bool {
        self.name.to_lowercase().contains(words) || self.alt.to_lowercase().contains(words)
    }
}

/// What is wrong with a file's name.
#[must_use]
pub fn validate_name(name: &str) -> Option<Problem> {
    let length = name.trim().chars().count();
    let fine = (1..=NAME_CHARS).contains(&length) && !name.chars().any(char::is_control);
    (!fine).then(|| {
        Problem::error(
            "/name",
            "name-invalid",
            "The name is empty, too long or has control characters.",
            "Use 1 to 200 visible characters.",
        )
    })
}

/// What is wrong with an alternative text.
#[must_use]
pub fn validate_alt(alt: &str) -> Option<Problem> {
    let length = alt.chars().count();
    (length > ALT_CHARS).then(|| {
        Problem::error(
            "/alt",
            "alt-too-long",
            format!("The description has {length} characters; at most {ALT_CHARS} can be kept."),
            "Shorten it to what matters in the picture.",
        )
    })
}

/// A file as a post uses it: a copy of its facts, taken when the post was saved, so that what was
/// previewed is what goes out and reading a post is one round trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaUse {
    /// The file.
    pub file_id: FileId,
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Length of a video in milliseconds.
    pub duration_ms: Option<u64>,
    /// What only videos, documents or subtitles have.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
    /// Alternative text.
    pub alt: String,
    /// Whether a thumbnail object exists.
    pub thumb: bool,
}

impl From<&File> for MediaUse {
    fn from(file: &File) -> Self {
        Self {
            file_id: file.id,
            mime: file.mime.clone(),
            bytes: file.bytes,
            width: file.width,
            height: file.height,
            duration_ms: file.duration_ms,
            details: file.details.clone(),
            alt: file.alt.clone(),
            thumb: file.thumb,
        }
    }
}

impl From<&File> for MediaFacts {
    fn from(file: &File) -> Self {
        let Details { codec, frame_rate, audio, pages, vtt_bytes, .. } = file.details.clone();
        Self {
            mime: file.mime.clone(),
            bytes: file.bytes,
            width: file.width,
            height: file.height,
            duration_ms: file.duration_ms,
            codec,
            frame_rate,
            audio,
            pages,
            vtt_bytes,
            alt: file.alt.clone(),
            ready: file.status == FileStatus::Ready,
        }
    }
}

/// Name of the stored object within the organization's prefix, such as `fil_….jpg`.
#[must_use]
pub fn object_name(file: FileId, mime: &str) -> String {
    format!("{file}.{}", MediaType::of(mime).map_or("bin", |kind| kind.extension))
}

/// Name of the thumbnail's object within the organization's prefix.
#[must_use]
pub fn thumb_name(file: FileId) -> String {
    format!("{file}.thumb.jpg")
}

/// Name of the object with a copy of a picture that fits into the bounds of a network, such as
/// `fil_….1440x0.8000000.jpg`: its width, pixels and bytes, 0 where they are not limited.
#[must_use]
pub fn fitted_name(file: FileId, fit: &ImageFit) -> String {
    let ImageFit { max_width, max_pixels, max_bytes } = fit;
    let (width, pixels) = (max_width.unwrap_or_default(), max_pixels.unwrap_or_default());
    format!("{file}.{width}x{pixels}.{}.jpg", max_bytes.unwrap_or_default())
}

/// Whether copies of a file of this type can be made that fit: it is a picture that does not move.
#[must_use]
pub fn is_still(mime: &str) -> bool {
    STILL.contains(&mime)
}

/// Whether a file of this type has pages.
#[must_use]
pub fn is_document(mime: &str) -> bool {
    mime.starts_with("application/") && !is_subtitles(mime)
}

/// Whether a file of this type holds what is said in a film.
#[must_use]
pub fn is_subtitles(mime: &str) -> bool {
    mime == SRT || mime == VTT
}
