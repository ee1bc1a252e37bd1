//! The table itself, parsed once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::count::Unit;
use crate::platform::Platform;

/// The embedded file. A test parses it, so the `expect`s below state a fact about the build.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../rules.json")).expect("rules.json has the table's shape"));

#[derive(Deserialize)]
struct Table {
    version: u32,
    platforms: BTreeMap<String, Rule>,
}

/// The version of the table; it changes whenever a value does.
#[must_use]
pub fn version() -> u32 {
    TABLE.version
}

/// The rules of a network, before an account's own limits.
#[must_use]
pub fn rule(platform: Platform) -> &'static Rule {
    TABLE.platforms.get(platform.as_str()).expect("rules.json has an entry for every platform")
}

/// One network's entry. `None` means: no limit of that kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The network's name for people.
    pub label: String,
    /// The document that the values come from.
    pub source: String,
    /// What `text_max` counts.
    pub counting: Unit,
    /// Longest text, in `counting` units.
    pub text_max: usize,
    /// Longest text, in UTF-8 bytes.
    pub text_max_bytes: Option<usize>,
    /// How many units any link counts, however long it is.
    pub url_counts_as: Option<usize>,
    /// What counts as a link.
    pub url_pattern: Option<Pattern>,
    /// Mentions of which only the local part counts.
    pub mention_pattern: Option<Pattern>,
    /// Whether a post without media needs a text.
    pub text_required_without_media: bool,
    /// Most images and videos together.
    pub media_max: usize,
    /// Most images.
    pub images_max: usize,
    /// Most videos.
    pub videos_max: usize,
    /// Whether one post may carry images and videos.
    pub mixing: bool,
    /// Accepted types of images.
    pub image_types: Vec<String>,
    /// Largest image, in bytes.
    pub image_max_bytes: Option<u64>,
    /// Largest image, in pixels.
    pub image_max_pixels: Option<u64>,
    /// Whether a larger image is made to fit before it is sent.
    pub image_fit: bool,
    /// Whether an animated GIF moves when shown.
    pub gif_plays: bool,
    /// Accepted types of videos.
    pub video_types: Vec<String>,
    /// Largest video, in bytes.
    pub video_max_bytes: Option<u64>,
    /// Largest video frame, in pixels.
    pub video_max_pixels: Option<u64>,
    /// Longest video, in milliseconds.
    pub video_max_ms: Option<u64>,
    /// Longest description of an image or video, in graphemes.
    pub alt_max: usize,
    /// Whether every image and video needs a description.
    pub alt_required: bool,
}

impl Rule {
    /// These rules with an account's own limits in their place.
    #[must_use]
    pub fn with(&self, limits: &Limits) -> Self {
        let mut rule = self.clone();
        replace(&mut rule.text_max, limits.text_max);
        replace(&mut rule.media_max, limits.media_max);
        replace(&mut rule.alt_max, limits.alt_max);
        replace(&mut rule.alt_required, limits.alt_required);
        rule.url_counts_as = limits.url_counts_as.or(rule.url_counts_as);
        rule.image_max_bytes = limits.image_max_bytes.or(rule.image_max_bytes);
        rule.image_max_pixels = limits.image_max_pixels.or(rule.image_max_pixels);
        rule.video_max_bytes = limits.video_max_bytes.or(rule.video_max_bytes);
        rule.video_max_pixels = limits.video_max_pixels.or(rule.video_max_pixels);
        if let Some(media) = limits.media_max {
            rule.images_max = media;
        }
        if let Some(types) = &limits.media_types {
            rule.image_types.retain(|name| types.contains(name));
            rule.video_types.retain(|name| types.contains(name));
        }
        rule
    }
}

fn replace<T: Copy>(value: &mut T, with: Option<T>) {
    if let Some(with) = with {
        *value = with;
    }
}

/// Limits that an account's own server or organization sets; absent ones are the table's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Limits {
    /// Longest text, in graphemes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_max: Option<usize>,
    /// How many graphemes any link counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_counts_as: Option<usize>,
    /// Most attachments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_max: Option<usize>,
    /// The only accepted types of files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_types: Option<Vec<String>>,
    /// Largest image, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_max_bytes: Option<u64>,
    /// Largest image, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_max_pixels: Option<u64>,
    /// Largest video, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_max_bytes: Option<u64>,
    /// Largest video frame, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_max_pixels: Option<u64>,
    /// Longest description, in graphemes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_max: Option<usize>,
    /// Whether every image and video needs a description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_required: Option<bool>,
}

/// A regular expression that was valid when the table was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(pub(super) Regex);

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(pattern: String) -> Result<Self, regex::Error> {
        Regex::new(&pattern).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_an_entry_that_names_its_source() {
        assert!(version() > 0);
        assert_eq!(TABLE.platforms.len(), Platform::ALL.len());
        for platform in Platform::ALL {
            let rule = rule(platform);
            assert!(!rule.source.is_empty());
            assert!(rule.media_max >= rule.images_max);
            assert_eq!(rule.url_counts_as.is_some(), rule.url_pattern.is_some(), "{platform:?}");
        }
    }

    #[test]
    fn an_accounts_limits_replace_only_what_they_name() {
        let limits = Limits {
            text_max: Some(5000),
            media_max: Some(16),
            media_types: Some(vec!["image/png".into(), "audio/ogg".into()]),
            ..Limits::default()
        };
        let merged = rule(Platform::Mastodon).with(&limits);
        assert_eq!((merged.text_max, merged.media_max, merged.images_max), (5000, 16, 16));
        assert_eq!(merged.image_types, ["image/png"]);
        assert!(merged.video_types.is_empty());
        assert_eq!(merged.alt_max, 1500);
        assert_eq!(merged.url_counts_as, Some(23));
    }

    #[test]
    fn limits_travel_as_plain_json_without_empty_fields() {
        let limits = Limits { alt_max: Some(420), ..Limits::default() };
        let text = serde_json::to_string(&limits).unwrap();
        assert_eq!(text, r#"{"alt_max":420}"#);
        assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits);
    }
}
