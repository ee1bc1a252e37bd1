//! What the rules see of a file.

use crate::media::{self, is_still};

/// What is known of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaFacts {
    /// Media type, such as `image/jpeg`.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width in pixels, as shown.
    pub width: Option<u32>,
    /// Height in pixels, as shown.
    pub height: Option<u32>,
    /// Length of a video in milliseconds.
    pub duration_ms: Option<u64>,
    /// How a video's pictures are coded, as its file says, such as `avc1`.
    pub codec: Option<String>,
    /// Pictures of a video in a thousand seconds.
    pub frame_rate: Option<u32>,
    /// Whether a video has sound.
    pub audio: Option<bool>,
    /// Pages of a document.
    pub pages: Option<u32>,
    /// Size of subtitles as `WebVTT`, in bytes.
    pub vtt_bytes: Option<u64>,
    /// Description for people who do not see it; empty when there is none.
    pub alt: String,
    /// Whether the upload is complete.
    pub ready: bool,
}

impl MediaFacts {
    pub(super) fn is_video(&self) -> bool {
        self.mime.starts_with("video/")
    }

    pub(super) fn is_document(&self) -> bool {
        media::is_document(&self.mime)
    }

    pub(super) fn is_subtitles(&self) -> bool {
        media::is_subtitles(&self.mime)
    }

    pub(super) fn is_gif(&self) -> bool {
        self.mime == "image/gif"
    }

    /// Whether it is a picture that can be encoded anew.
    pub(super) fn is_still(&self) -> bool {
        is_still(&self.mime)
    }

    pub(super) fn pixels(&self) -> Option<u64> {
        Some(u64::from(self.width?) * u64::from(self.height?))
    }

    /// Width divided by height.
    pub(super) fn aspect(&self) -> Option<f64> {
        self.width
            .zip(self.height)
            .filter(|(width, height)| *width > 0 && *height > 0)
            .map(|(width, height)| f64::from(width) / f64::from(height))
    }

    /// The common name of its codec.
    pub(super) fn codec_name(&self) -> Option<&str> {
        Some(match self.codec.as_deref()? {
            "avc1" | "avc3" => "h264",
            "hvc1" | "hev1" => "hevc",
            "vp09" => "vp9",
            "vp08" => "vp8",
            "av01" => "av1",
            other => other,
        })
    }

    /// Pictures of a video in a second.
    pub(super) fn frames_per_second(&self) -> Option<f64> {
        self.frame_rate.map(|rate| f64::from(rate) / 1000.0)
    }
}
