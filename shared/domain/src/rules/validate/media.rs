//! Files: how many, of which kinds, sizes, shapes and lengths.

use unicode_segmentation::UnicodeSegmentation;

use super::super::cover::CoverPicture;
use super::super::table::{DocumentRule, Rule};
use super::files::MediaFacts;
use crate::problem::Problem;

/// How far a ratio may be off for rounding to whole pixels, as a part of it.
const ASPECT_ROOM: f64 = 0.005;
/// How far two pictures' ratios may differ and still be called the same.
const SAME_ASPECT: f64 = 0.01;
/// How far a measured frame rate may be off, in frames per second: phones record unevenly.
const RATE_ROOM: f64 = 0.5;
const NOTHING_TO_DO: &str = "Nothing: it is made smaller for this account.";
const LEAVE_OUT: &str = "Export it differently, or leave it out for this account.";

/// Judges the files of a post or of a part of its thread; `at` is the pointer to that.
pub(super) fn judge(rule: &Rule, media: &[MediaFacts], at: &str, problems: &mut Vec<Problem>) {
    numbers(rule, media, at, problems);
    for (index, file) in media.iter().enumerate() {
        let mut file = Judged { rule, file, pointer: format!("{at}/media/{index}"), problems };
        if file.kind() {
            file.judge();
            file.description();
        }
    }
}

/// Judges a picture that is to be a cover: as any picture, under the bounds of covers. Nobody hears its description.
pub(super) fn judge_cover(rule: &Rule, taken: &CoverPicture, file: &MediaFacts, problems: &mut Vec<Problem>) {
    let rule = Rule {
        image_types: taken.types.clone(),
        image_max_bytes: taken.max_bytes,
        image_max_pixels: taken.max_pixels,
        image_min_width: None,
        image_max_width: None,
        image_min_aspect: None,
        image_max_aspect: None,
        image_fit: true,
        image_convert: taken.types.first().cloned(),
        video_types: Vec::new(),
        document: None,
        ..rule.clone()
    };
    let mut file = Judged { rule: &rule, file, pointer: "/cover".to_owned(), problems };
    if file.kind() {
        file.judge();
    }
}

fn numbers(rule: &Rule, media: &[MediaFacts], at: &str, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    let pointer = format!("{at}/media");
    let videos = media.iter().filter(|file| file.is_video()).count();
    let documents = media.iter().filter(|file| file.is_document()).count();
    let subtitles = media.iter().filter(|file| file.is_subtitles()).count();
    let images = media.len() - videos - documents - subtitles;
    if at.is_empty() && rule.media_required && media.is_empty() {
        let what = match (rule.images_max, rule.videos_max) {
            (0, _) => "a video",
            (_, 0) => "a picture",
            _ => "a picture or a video",
        };
        let detail = format!("{label} needs {what} for this.");
        problems.push(Problem::error(
            &pointer,
            "media-missing",
            detail,
            format!("Add {what}, or leave the account out."),
        ));
    } else if !media.is_empty() && media.len() < rule.media_min {
        let detail = format!("{label} needs at least {} files for this.", rule.media_min);
        problems.push(Problem::error(&pointer, "too-few-media", detail, "Add some, or leave the account out."));
    }
    let mut too_many = |code: &str, what: &str, used: usize, limit: usize| {
        if used > limit {
            problems.push(Problem::error(
                &pointer,
                code,
                format!("The post has {used} {what}; {label} takes {limit}."),
                format!("Remove {} of them, or choose fewer for this account.", used - limit),
            ));
        }
    };
    too_many("too-many-images", "images", images, rule.images_max);
    too_many("too-many-videos", "videos", videos, rule.videos_max);
    if images > 0 && videos > 0 && rule.mixing {
        too_many("too-many-media", "attachments", images + videos, rule.media_max);
    }
    let mut alone = |code: &str, wrong: bool, detail: String, fix: &str| {
        if wrong {
            problems.push(Problem::error(&pointer, code, detail, fix));
        }
    };
    alone(
        "media-mixed",
        images > 0 && videos > 0 && !rule.mixing,
        format!("{label} does not take images and a video in one post."),
        "Keep either the images or the video for this account.",
    );
    alone(
        "document-alone",
        rule.document.is_some() && documents > 0 && media.len() > 1,
        format!("{label} takes a document only by itself."),
        "Keep either the document or the other files for this account.",
    );
    alone(
        "gif-alone",
        rule.gif_alone && media.len() > 1 && media.iter().any(MediaFacts::is_gif),
        format!("{label} takes a GIF only by itself."),
        "Keep either the GIF or the other files for this account.",
    );
    same_aspect(rule, media, &pointer, problems);
}

fn same_aspect(rule: &Rule, media: &[MediaFacts], pointer: &str, problems: &mut Vec<Problem>) {
    let mut aspects = media.iter().filter(|file| !file.is_video()).filter_map(MediaFacts::aspect);
    let Some(first) = aspects.next().filter(|_| rule.same_aspect) else { return };
    if aspects.any(|aspect| (aspect / first - 1.0).abs() > SAME_ASPECT) {
        problems.push(Problem::error(
            pointer,
            "aspects-differ",
            format!("{} takes several images only when all have the same ratio of width to height.", rule.label),
            "Crop them alike, or choose one for this account.",
        ));
    }
}

/// One file under judgement.
struct Judged<'a> {
    rule: &'a Rule,
    file: &'a MediaFacts,
    pointer: String,
    problems: &'a mut Vec<Problem>,
}

impl Judged<'_> {
    fn error(&mut self, code: &str, detail: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem::error(&self.pointer, code, detail, fix));
    }

    fn remark(&mut self, code: &str, detail: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem::error(&self.pointer, code, detail, fix).as_warning());
    }

    /// Whether the network takes files of this type. One that is to be replaced needs no other remarks.
    fn kind(&mut self) -> bool {
        let (rule, file) = (self.rule, self.file);
        if file.is_subtitles() {
            let fix = "Remove the file here, and choose it as subtitles of the video.";
            self.error("subtitles-attached", "Subtitles cannot be attached: they go with a video.", fix);
            return false;
        }
        let documents = rule.document.as_ref().map_or(&[][..], |document| &document.types);
        let taken = [&rule.image_types[..], &rule.video_types, documents].concat();
        if taken.contains(&file.mime) {
            return true;
        }
        if let Some(other) = rule.image_convert.as_ref().filter(|_| file.is_still()) {
            let detail = format!("{} does not take files of type {}.", rule.label, file.mime);
            self.remark("media-converted", detail, format!("Nothing: it is sent as {other}."));
            return true;
        }
        let detail = format!("{} does not take files of type {}.", rule.label, file.mime);
        self.error("media-type", detail, format!("Use one of {}.", taken.join(", ")));
        false
    }

    fn judge(&mut self) {
        if !self.file.ready {
            self.error(
                "media-not-ready",
                "The file is still being uploaded or checked.",
                "Wait until the upload is complete, or remove the file.",
            );
        }
        if self.file.is_video() {
            self.video();
        } else if let Some(document) = self.rule.document.as_ref().filter(|_| self.file.is_document()) {
            self.document(document);
        } else {
            self.image();
        }
    }

    fn image(&mut self) {
        let (rule, file) = (self.rule, self.file);
        let max_bytes = rule.gif_max_bytes.filter(|_| file.is_gif()).or(rule.image_max_bytes);
        self.too_large(max_bytes, rule.image_max_pixels);
        if let Some((width, limit)) = file.width.zip(rule.image_max_width).filter(|(width, limit)| width > limit) {
            let detail = format!("The picture is {width} pixels wide; {} takes {limit}.", rule.label);
            if self.fits_by_itself() {
                self.remark("media-too-wide", detail, NOTHING_TO_DO);
            } else {
                self.error("media-too-wide", detail, "Use a smaller picture.");
            }
        }
        if let Some((width, limit)) = file.width.zip(rule.image_min_width).filter(|(width, limit)| width < limit) {
            let detail = format!("The picture is {width} pixels wide; {} enlarges it to {limit}.", rule.label);
            self.remark("media-too-small", detail, "Use a larger picture if it should look sharp.");
        }
        self.aspect(rule.image_min_aspect, rule.image_max_aspect);
        if file.is_gif() && !rule.gif_plays {
            let detail = format!("{} shows a GIF as a still picture.", rule.label);
            self.remark("gif-still", detail, "Use an MP4 if it should move.");
        }
    }

    fn video(&mut self) {
        let (rule, file) = (self.rule, self.file);
        let label = &rule.label;
        self.too_large(rule.video_max_bytes, rule.video_max_pixels);
        if let Some(limit) = rule.video_min_bytes.filter(|limit| file.bytes < *limit) {
            let detail = format!("The file has {} bytes; {label} takes at least {limit}.", file.bytes);
            self.error("media-too-small", detail, "Export it in a better quality.");
        }
        self.sides();
        self.aspect(rule.video_min_aspect, rule.video_max_aspect);
        if let Some((ms, limit)) = file.duration_ms.zip(rule.video_max_ms).filter(|(ms, limit)| ms > limit) {
            let detail = format!("The video runs {} seconds; {label} takes {}.", seconds(ms), seconds(limit));
            self.error("video-too-long", detail, "Cut it, or leave it out for this account.");
        }
        if let Some((ms, limit)) = file.duration_ms.zip(rule.video_min_ms).filter(|(ms, limit)| ms < limit) {
            let detail = format!("The video runs {} seconds; {label} takes at least {}.", seconds(ms), seconds(limit));
            self.error("video-too-short", detail, "Use a longer one, or leave it out for this account.");
        }
        if let Some((codec, taken)) = file.codec_name().zip(rule.video_codecs.as_ref())
            && !taken.iter().any(|name| name == codec)
        {
            let detail = format!("The video is coded as {codec}; {label} takes {}.", taken.join(", "));
            self.error("video-codec", detail, "Export it again as MP4 with H.264.");
        }
        if let Some(rate) = file.frames_per_second() {
            let slow = rule.video_min_fps.filter(|limit| rate < limit - RATE_ROOM);
            let fast = rule.video_max_fps.filter(|limit| rate > limit + RATE_ROOM);
            if let Some(limit) = slow.or(fast) {
                let which = if slow.is_some() { "at least" } else { "at most" };
                let detail = format!("The video has {rate:.0} frames per second; {label} takes {which} {limit}.");
                self.error("video-frame-rate", detail, "Export it with 30 frames per second.");
            }
        }
    }

    fn sides(&mut self) {
        let (rule, Some((width, height))) = (self.rule, self.file.width.zip(self.file.height)) else { return };
        let below = |side: u32, limit: Option<u32>| limit.is_some_and(|limit| side < limit);
        let above = |side: u32, limit: Option<u32>| limit.is_some_and(|limit| side > limit);
        let size = |width: Option<u32>, height: Option<u32>| {
            let side = |side: Option<u32>| side.map_or("any".to_owned(), |side| side.to_string());
            format!("{} × {}", side(width), side(height))
        };
        if below(width, rule.video_min_width) || below(height, rule.video_min_height) {
            let least = size(rule.video_min_width, rule.video_min_height);
            let detail = format!("The video has {width} × {height} pixels; {} takes at least {least}.", rule.label);
            self.error("media-too-small", detail, "Export it larger, or leave it out for this account.");
        }
        if above(width, rule.video_max_width) || above(height, rule.video_max_height) {
            let most = size(rule.video_max_width, rule.video_max_height);
            let detail = format!("The video has {width} × {height} pixels; {} takes at most {most}.", rule.label);
            self.error("media-too-wide", detail, "Export it smaller, or leave it out for this account.");
        }
    }

    fn document(&mut self, rule: &DocumentRule) {
        let label = &self.rule.label;
        if self.file.bytes > rule.max_bytes {
            let detail = format!("The file has {} bytes; {label} takes {}.", self.file.bytes, rule.max_bytes);
            self.error("media-too-large", detail, "Use a smaller file.");
        }
        if let Some(pages) = self.file.pages.filter(|pages| *pages > rule.pages) {
            let detail = format!("The document has {pages} pages; {label} takes {}.", rule.pages);
            self.error("document-too-long", detail, "Export fewer pages.");
        }
    }

    fn too_large(&mut self, max_bytes: Option<u64>, max_pixels: Option<u64>) {
        let (file, label) = (self.file, &self.rule.label);
        let bytes = max_bytes.filter(|limit| file.bytes > *limit);
        let pixels = file.pixels().zip(max_pixels).filter(|(pixels, limit)| pixels > limit);
        let mut found = Vec::new();
        if let Some(limit) = bytes {
            found.push(("media-too-large", format!("The file has {} bytes; {label} takes {limit}.", file.bytes)));
        }
        if let Some((pixels, limit)) = pixels {
            found.push(("media-too-many-pixels", format!("The file has {pixels} pixels; {label} takes {limit}.")));
        }
        for (code, detail) in found {
            if self.fits_by_itself() {
                self.remark(code, detail, NOTHING_TO_DO);
            } else {
                self.error(code, detail, "Use a smaller file.");
            }
        }
    }

    fn aspect(&mut self, least: Option<f64>, most: Option<f64>) {
        let Some(aspect) = self.file.aspect() else { return };
        let label = &self.rule.label;
        if let Some(limit) = least.filter(|limit| aspect < limit * (1.0 - ASPECT_ROOM)) {
            let detail = format!("It is too tall: width to height is {aspect:.2}; {label} takes {limit} and more.");
            self.error("media-aspect", detail, format!("Crop it. {LEAVE_OUT}"));
        }
        if let Some(limit) = most.filter(|limit| aspect > limit * (1.0 + ASPECT_ROOM)) {
            let detail = format!("It is too wide: width to height is {aspect:.2}; {label} takes {limit} and less.");
            self.error("media-aspect", detail, format!("Crop it. {LEAVE_OUT}"));
        }
    }

    /// Whether it is made smaller before it is sent.
    fn fits_by_itself(&self) -> bool {
        self.rule.image_fit && self.file.is_still()
    }

    fn description(&mut self) {
        let (rule, file) = (self.rule, self.file);
        if file.is_document() {
            return;
        }
        let length = file.alt.graphemes(true).count();
        if length > rule.alt_max {
            let detail = format!("The description has {length} characters; {} takes {}.", rule.label, rule.alt_max);
            self.error("alt-too-long", detail, format!("Shorten it by {}.", length - rule.alt_max));
        }
        if file.alt.trim().is_empty() {
            let detail = "The file has no description for people who do not see it.";
            let fix = "Describe what matters in it, in a sentence.";
            if rule.alt_required {
                self.error("alt-missing", detail, fix);
            } else {
                self.remark("alt-missing", detail, fix);
            }
        }
    }
}

/// Seconds with a decimal where it matters.
pub(super) fn seconds(ms: u64) -> String {
    if ms.is_multiple_of(1000) { (ms / 1000).to_string() } else { format!("{}.{}", ms / 1000, ms % 1000 / 100) }
}
