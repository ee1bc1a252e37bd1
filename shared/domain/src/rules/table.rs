//! The table itself, parsed once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::count::Unit;
use super::cover::CoverRule;
use super::limits::Limits;
use super::settings::SettingRule;
use super::subtitles::SubtitlesRule;
use crate::platform::Platform;
use crate::target::Format;

/// The embedded file. A test parses it, so the `expect`s below state a fact about the build.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let file: TableFile = serde_json::from_str(include_str!("../../rules.json")).expect("rules.json is a rule table");
    file.merged().expect("rules.json has the table's shape")
});

#[derive(Deserialize)]
struct TableFile {
    version: u32,
    link_domains: String,
    platforms: BTreeMap<String, Map<String, Value>>,
}

struct Table {
    version: u32,
    link_domains: BTreeSet<String>,
    rules: BTreeMap<(Platform, Format), Rule>,
}

impl TableFile {
    /// Each network's entry with the values of each of its formats in their place.
    fn merged(self) -> Result<Table, serde_json::Error> {
        let mut rules = BTreeMap::new();
        for platform in Platform::ALL {
            let entry = self.platforms.get(platform.as_str()).cloned().unwrap_or_default();
            let formats = entry.get("formats").and_then(Value::as_object).cloned().unwrap_or_default();
            for format in Format::ALL {
                let Some(own) = formats.get(format.as_str()).and_then(Value::as_object) else { continue };
                let mut entry = entry.clone();
                entry.extend(own.clone());
                rules.insert((platform, format), serde_json::from_value(Value::Object(entry))?);
            }
        }
        let link_domains = self.link_domains.split(' ').map(str::to_owned).collect();
        Ok(Table { version: self.version, link_domains, rules })
    }
}

/// The version of the table; it changes whenever a value does.
#[must_use]
pub fn version() -> u32 {
    TABLE.version
}

/// The rules of a network for an ordinary post, before an account's own limits.
#[must_use]
pub fn rule(platform: Platform) -> &'static Rule {
    rule_for(platform, Format::Post).expect("rules.json has an ordinary post for every platform")
}

/// The rules of a network for one of its formats; nothing where it does not offer that.
#[must_use]
pub fn rule_for(platform: Platform, format: Format) -> Option<&'static Rule> {
    TABLE.rules.get(&(platform, format))
}

/// Whether a name without a scheme that ends in `.label` is a link at networks that count those.
pub(super) fn is_link_domain(label: &str) -> bool {
    TABLE.link_domains.contains(label)
}

/// One network's entry. `None` means: no limit of that kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The network's name for people.
    pub label: String,
    /// The documents that the values come from.
    pub source: String,
    /// What `text_max` counts.
    pub counting: Unit,
    /// Longest text, in `counting` units; 0 = no text is shown.
    pub text_max: usize,
    /// Longest text, in UTF-8 bytes.
    pub text_max_bytes: Option<usize>,
    /// How many units any link counts, however long it is.
    pub url_counts_as: Option<usize>,
    /// What counts as a link; absent where `counting` itself knows.
    pub url_pattern: Option<Pattern>,
    /// Mentions of which only the local part counts.
    pub mention_pattern: Option<Pattern>,
    /// Characters that the network refuses in a text.
    pub forbidden_characters: Option<String>,
    /// Most different links.
    pub links_max: Option<usize>,
    /// Most mentions.
    pub mentions_max: Option<usize>,
    /// Most hashtags.
    pub hashtags_max: Option<usize>,
    /// What becomes of a post with more hashtags.
    pub hashtags_over: Over,
    /// Whether a post without media needs a text.
    pub text_required_without_media: bool,
    /// Whether it needs a picture or a video.
    pub media_required: bool,
    /// Fewest files, when there are any.
    pub media_min: usize,
    /// Most images and videos together.
    pub media_max: usize,
    /// Most images.
    pub images_max: usize,
    /// Most videos.
    pub videos_max: usize,
    /// Whether one post may carry images and videos.
    pub mixing: bool,
    /// Whether all images need the ratio of the first.
    pub same_aspect: bool,
    /// Accepted types of images.
    pub image_types: Vec<String>,
    /// Largest image, in bytes.
    pub image_max_bytes: Option<u64>,
    /// Largest image, in pixels.
    pub image_max_pixels: Option<u64>,
    /// Smallest width of an image that is not enlarged, in pixels.
    pub image_min_width: Option<u32>,
    /// Largest width of an image, in pixels.
    pub image_max_width: Option<u32>,
    /// Tallest image: width divided by height.
    pub image_min_aspect: Option<f64>,
    /// Widest image: width divided by height.
    pub image_max_aspect: Option<f64>,
    /// Whether a larger image is made to fit before it is sent.
    pub image_fit: bool,
    /// What pictures of other types are sent as.
    pub image_convert: Option<String>,
    /// Whether an animated GIF moves when shown.
    pub gif_plays: bool,
    /// Whether a GIF has to be the only file.
    pub gif_alone: bool,
    /// Largest GIF, in bytes, where it differs from other images.
    pub gif_max_bytes: Option<u64>,
    /// Accepted types of videos.
    pub video_types: Vec<String>,
    /// Accepted codecs of videos, such as `h264`.
    pub video_codecs: Option<Vec<String>>,
    /// Smallest video, in bytes.
    pub video_min_bytes: Option<u64>,
    /// Largest video, in bytes.
    pub video_max_bytes: Option<u64>,
    /// Largest video frame, in pixels.
    pub video_max_pixels: Option<u64>,
    /// Smallest width of a video, in pixels.
    pub video_min_width: Option<u32>,
    /// Smallest height of a video, in pixels.
    pub video_min_height: Option<u32>,
    /// Largest width of a video, in pixels.
    pub video_max_width: Option<u32>,
    /// Largest height of a video, in pixels.
    pub video_max_height: Option<u32>,
    /// Tallest video: width divided by height.
    pub video_min_aspect: Option<f64>,
    /// Widest video: width divided by height.
    pub video_max_aspect: Option<f64>,
    /// Shortest video, in milliseconds.
    pub video_min_ms: Option<u64>,
    /// Longest video, in milliseconds.
    pub video_max_ms: Option<u64>,
    /// Fewest frames per second.
    pub video_min_fps: Option<f64>,
    /// Most frames per second.
    pub video_max_fps: Option<f64>,
    /// What documents it takes, if any.
    pub document: Option<DocumentRule>,
    /// What can be chosen as a cover, if anything.
    pub cover: Option<CoverRule>,
    /// Which subtitles a film can have, if any.
    pub subtitles: Option<SubtitlesRule>,
    /// Which films it shows in a player of their own for short ones, if any, without being asked to.
    pub shorts: Option<ShortsRule>,
    /// Longest description of an image or video, in graphemes.
    pub alt_max: usize,
    /// Whether every image and video needs a description.
    pub alt_required: bool,
    /// What a thread may be, where there are threads.
    pub thread: Option<ThreadRule>,
    /// What a first comment may be, where one can be made.
    pub first_comment: Option<CommentRule>,
    /// The network's own settings.
    pub settings: Vec<SettingRule>,
    /// For whom a published post can be deleted by the network's API; absent where it cannot.
    pub take_down: Option<WayRule>,
    /// For whom the network's API tells how a published post does; absent where it does not.
    pub figures: Option<WayRule>,
    /// What it offers, by name; the values of each are merged by [`rule_for`].
    pub formats: BTreeMap<Format, Value>,
}

/// What becomes of what is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The network refuses the post.
    Refused,
    /// The network takes the post and does not honour them.
    Ignored,
}

/// Which films a network shows in its player for short ones: by a frame of its own, whatever cover they have.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortsRule {
    /// Longest, in milliseconds.
    pub video_max_ms: u64,
    /// Widest: width divided by height.
    pub video_max_aspect: f64,
}

impl ShortsRule {
    /// Whether a film is one; nothing is said of a film whose length or sides are not known.
    #[must_use]
    pub fn is_short(&self, width: Option<u32>, height: Option<u32>, duration_ms: Option<u64>) -> bool {
        let Some(((width, height), length)) = width.zip(height).zip(duration_ms) else { return false };
        let narrow = f64::from(width) <= f64::from(height) * self.video_max_aspect;
        narrow && length <= self.video_max_ms
    }
}

/// Which documents a post may carry, one at a time and nothing else beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRule {
    /// Accepted types.
    pub types: Vec<String>,
    /// Largest, in bytes.
    pub max_bytes: u64,
    /// Most pages.
    pub pages: u32,
}

/// What a thread may be.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreadRule {
    /// Most parts after the first.
    pub parts_max: usize,
}

/// Which accounts of a network something is offered to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WayRule {
    /// Those that were connected by one of these ways; empty = all.
    pub ways: Vec<String>,
}

impl WayRule {
    /// Whether it is offered to an account that was connected by this way.
    #[must_use]
    pub fn allows(&self, way: Option<&str>) -> bool {
        self.ways.is_empty() || way.is_some_and(|way| self.ways.iter().any(|own| own == way))
    }
}

/// What a first comment may be.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentRule {
    /// Longest, in `counting` units.
    pub text_max: usize,
    /// What that counts; absent = what the text's length counts.
    pub counting: Option<Unit>,
}

impl Rule {
    /// These rules with an account's own limits in their place.
    #[must_use]
    pub fn with(&self, limits: &Limits) -> Self {
        let mut rule = self.clone();
        if let Some(text_max) = limits.text_max.filter(|_| rule.text_max > 0) {
            // Where threads exist a comment is a post that answers, so it may be as long.
            if let Some(comment) = rule.first_comment.as_mut().filter(|_| rule.thread.is_some()) {
                comment.text_max = text_max;
            }
            rule.text_max = text_max;
        }
        replace(&mut rule.media_max, limits.media_max);
        replace(&mut rule.alt_max, limits.alt_max);
        replace(&mut rule.alt_required, limits.alt_required);
        rule.url_counts_as = limits.url_counts_as.or(rule.url_counts_as);
        rule.image_max_bytes = limits.image_max_bytes.or(rule.image_max_bytes);
        rule.image_max_pixels = limits.image_max_pixels.or(rule.image_max_pixels);
        rule.video_max_bytes = limits.video_max_bytes.or(rule.video_max_bytes);
        rule.video_max_pixels = limits.video_max_pixels.or(rule.video_max_pixels);
        rule.video_max_ms = limits.video_max_ms.or(rule.video_max_ms);
        // A server that takes no larger picture takes no larger cover.
        if let Some(picture) = rule.cover.as_mut().and_then(|cover| cover.picture.as_mut()) {
            lower(&mut picture.max_bytes, limits.image_max_bytes);
            lower(&mut picture.max_pixels, limits.image_max_pixels);
        }
        if let Some(media) = limits.media_max {
            rule.images_max = media;
        }
        if let Some(types) = &limits.media_types {
            rule.image_types.retain(|name| types.contains(name));
            rule.video_types.retain(|name| types.contains(name));
        }
        for (name, barred) in &limits.barred {
            let setting = rule.settings.iter_mut().filter(|setting| setting.name == *name);
            setting.for_each(|setting| setting.choices.retain(|choice| !barred.contains(choice)));
        }
        rule
    }

    /// The setting of this name.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&SettingRule> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

fn lower(limit: &mut Option<u64>, to: Option<u64>) {
    *limit = limit.map_or(to, |own| Some(to.map_or(own, |to| own.min(to))));
}

fn replace<T: Copy>(value: &mut T, with: Option<T>) {
    if let Some(with) = with {
        *value = with;
    }
}

/// A regular expression of the table. Compiled at its first use, which takes longer than reading the whole table; a test
/// compiles all.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// The machine that finds it.
    pub(super) fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| Regex::new(&self.text).expect("rules.json has valid patterns"))
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests;
