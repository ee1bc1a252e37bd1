//! Every problem that a network would have with a post, found before it is sent.

use unicode_segmentation::UnicodeSegmentation;

use super::count::{count_by, different_links};
use super::limits::Limits;
use super::table::{Rule, rule};
use crate::platform::Platform;
use crate::problem::Problem;

/// What one account would receive.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The text.
    pub text: &'a str,
    /// The files, in order.
    pub media: &'a [MediaFacts],
}

/// What is known of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaFacts {
    /// Media type, such as `image/jpeg`.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Length of a video in milliseconds.
    pub duration_ms: Option<u64>,
    /// Description for people who do not see it; empty when there is none.
    pub alt: String,
    /// Whether the upload is complete.
    pub ready: bool,
}

impl MediaFacts {
    fn is_video(&self) -> bool {
        self.mime.starts_with("video/")
    }

    fn pixels(&self) -> Option<u64> {
        Some(u64::from(self.width?) * u64::from(self.height?))
    }
}

/// Every problem, texts first, then files in order. Pointers are relative to the content:
/// `/text`, `/media` or `/media/{index}`; the caller puts them in place and adds the account.
#[must_use]
pub fn validate(platform: Platform, limits: &Limits, content: &Content<'_>) -> Vec<Problem> {
    let rule = rule(platform).with(limits);
    let mut problems = Vec::new();
    text(&rule, content, &mut problems);
    numbers(&rule, content.media, &mut problems);
    for (index, file) in content.media.iter().enumerate() {
        let pointer = format!("/media/{index}");
        let before = problems.len();
        kind_and_size(&rule, file, &pointer, &mut problems);
        // A file of the wrong type is to be replaced, so remarks on its description are noise.
        if problems[before..].iter().all(|problem| problem.code != "media-type") {
            description(&rule, file, &pointer, &mut problems);
        }
    }
    problems
}

fn text(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    if rule.text_required_without_media && content.media.is_empty() && content.text.trim().is_empty() {
        problems.push(Problem::error(
            "/text",
            "text-missing",
            format!("{label} needs a text when nothing is attached."),
            "Write a text or add a picture.",
        ));
    }
    let counted = count_by(rule, content.text);
    if counted.used > counted.limit {
        problems.push(Problem::error(
            "/text",
            "text-too-long",
            format!("The text has {} characters; {label} takes {}.", counted.used, counted.limit),
            format!("Shorten it by {}, or write a shorter variant for this account.", counted.used - counted.limit),
        ));
    }
    if let Some(limit) = counted.bytes_limit.filter(|limit| counted.bytes > *limit) {
        problems.push(Problem::error(
            "/text",
            "text-too-many-bytes",
            format!("The text takes {} bytes; {label} takes {limit}.", counted.bytes),
            "Use fewer composed characters such as family emoji, or shorten the text.",
        ));
    }
    if let Some(limit) = rule.links_max {
        let used = different_links(content.text);
        if used > limit {
            problems.push(Problem::error(
                "/text",
                "too-many-links",
                format!("The text has {used} different links; {label} takes {limit}."),
                format!("Remove {} of them, or write a shorter variant for this account.", used - limit),
            ));
        }
    }
}

fn numbers(rule: &Rule, media: &[MediaFacts], problems: &mut Vec<Problem>) {
    let label = &rule.label;
    let videos = media.iter().filter(|file| file.is_video()).count();
    let images = media.len() - videos;
    let mut too_many = |code: &str, what: &str, used: usize, limit: usize| {
        if used > limit {
            problems.push(Problem::error(
                "/media",
                code,
                format!("The post has {used} {what}; {label} takes {limit}."),
                format!("Remove {} of them, or choose fewer for this account.", used - limit),
            ));
        }
    };
    too_many("too-many-images", "images", images, rule.images_max);
    too_many("too-many-videos", "videos", videos, rule.videos_max);
    if images > 0 && videos > 0 {
        if rule.mixing {
            too_many("too-many-media", "attachments", media.len(), rule.media_max);
        } else {
            problems.push(Problem::error(
                "/media",
                "media-mixed",
                format!("{label} does not take images and a video in one post."),
                "Keep either the images or the video for this account.",
            ));
        }
    }
}

fn kind_and_size(rule: &Rule, file: &MediaFacts, pointer: &str, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    let video = file.is_video();
    let (types, max_bytes, max_pixels) = if video {
        (&rule.video_types, rule.video_max_bytes, rule.video_max_pixels)
    } else {
        (&rule.image_types, rule.image_max_bytes, rule.image_max_pixels)
    };
    if !types.contains(&file.mime) {
        problems.push(Problem::error(
            pointer,
            "media-type",
            format!("{label} does not take files of type {}.", file.mime),
            format!("Use one of {}.", [rule.image_types.join(", "), rule.video_types.join(", ")].join(", ")),
        ));
        return;
    }
    if !file.ready {
        problems.push(Problem::error(
            pointer,
            "media-not-ready",
            "The file is still being uploaded or checked.",
            "Wait until the upload is complete, or remove the file.",
        ));
    }
    let fits_by_itself = rule.image_fit && !video && file.mime != "image/gif";
    let mut too_large = |code: &str, detail: String, fix: &str| {
        let problem = Problem::error(pointer, code, detail, fix);
        problems.push(if fits_by_itself { problem.as_warning() } else { problem });
    };
    let fix = if fits_by_itself { "Nothing: it is made smaller for this account." } else { "Use a smaller file." };
    if let Some(limit) = max_bytes.filter(|limit| file.bytes > *limit) {
        too_large("media-too-large", format!("The file has {} bytes; {label} takes {limit}.", file.bytes), fix);
    }
    if let Some((pixels, limit)) = file.pixels().zip(max_pixels).filter(|(pixels, limit)| pixels > limit) {
        too_large("media-too-many-pixels", format!("The file has {pixels} pixels; {label} takes {limit}."), fix);
    }
    if let Some((ms, limit)) = file.duration_ms.zip(rule.video_max_ms).filter(|(ms, limit)| video && ms > limit) {
        problems.push(Problem::error(
            pointer,
            "video-too-long",
            format!("The video runs {} seconds; {label} takes {}.", ms.div_ceil(1000), limit / 1000),
            "Cut it, or leave it out for this account.",
        ));
    }
    if file.mime == "image/gif" && !rule.gif_plays {
        let detail = format!("{label} shows a GIF as a still picture.");
        problems.push(Problem::error(pointer, "gif-still", detail, "Use an MP4 if it should move.").as_warning());
    }
}

fn description(rule: &Rule, file: &MediaFacts, pointer: &str, problems: &mut Vec<Problem>) {
    let length = file.alt.graphemes(true).count();
    if length > rule.alt_max {
        problems.push(Problem::error(
            pointer,
            "alt-too-long",
            format!("The description has {length} characters; {} takes {}.", rule.label, rule.alt_max),
            format!("Shorten it by {}.", length - rule.alt_max),
        ));
    }
    if file.alt.trim().is_empty() {
        let problem = Problem::error(
            pointer,
            "alt-missing",
            "The file has no description for people who do not see it.",
            "Describe what matters in it, in a sentence.",
        );
        problems.push(if rule.alt_required { problem } else { problem.as_warning() });
    }
}

#[cfg(test)]
mod tests;
