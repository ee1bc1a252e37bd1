//! What a new video is told to be, and what of it is refused.

use serde::Deserialize;
use serde_json::Value;

use super::{Refused, refuse};

/// The body of `videos.insert` with `part=snippet,status`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) snippet: Snippet,
    pub(super) status: Status,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Snippet {
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) category_id: Option<String>,
    #[serde(default)]
    pub(super) default_language: Option<String>,
    #[serde(default)]
    pub(super) default_audio_language: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Status {
    pub(super) privacy_status: String,
    #[serde(default)]
    pub(super) self_declared_made_for_kids: bool,
    #[serde(default)]
    pub(super) contains_synthetic_media: bool,
    #[serde(default)]
    pub(super) embeddable: Option<bool>,
    #[serde(default)]
    pub(super) license: Option<String>,
    #[serde(default, rename = "publicStatsViewable")]
    _public_stats_viewable: Option<bool>,
    #[serde(default, rename = "publishAt")]
    _publish_at: Option<String>,
}

/// Categories that a video may be filed under in most countries.
const CATEGORIES: [&str; 15] = ["1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"];
const TITLE_MAX_CHARS: usize = 100;
const DESCRIPTION_MAX_BYTES: usize = 5000;
const TAGS_MAX_CHARS: usize = 500;

/// Reads and checks the body.
pub(super) fn read(body: &[u8]) -> Result<Metadata, Refused> {
    let value: Value = serde_json::from_slice(body).map_err(|_| bad("parseError", "Parse Error"))?;
    let metadata: Metadata = serde_json::from_value(value)
        .map_err(|error| bad("badRequest", &format!("Invalid JSON payload received. {error}")))?;
    let Metadata { snippet, status } = &metadata;
    let has_brackets = |text: &str| text.contains(['<', '>']);
    let title = snippet.title.chars().count();
    if title == 0 || title > TITLE_MAX_CHARS || has_brackets(&snippet.title) {
        return Err(bad("invalidTitle", "The request metadata specifies an invalid or empty video title."));
    }
    if snippet.description.len() > DESCRIPTION_MAX_BYTES || has_brackets(&snippet.description) {
        return Err(bad("invalidDescription", "The request metadata specifies an invalid video description."));
    }
    if tags_length(&snippet.tags) > TAGS_MAX_CHARS {
        return Err(bad("invalidTags", "The request metadata specifies invalid video keywords."));
    }
    if snippet.category_id.as_deref().is_some_and(|id| !CATEGORIES.contains(&id)) {
        return Err(bad("invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID."));
    }
    if !["public", "unlisted", "private"].contains(&status.privacy_status.as_str()) {
        return Err(bad("invalidVideoMetadata", "The request metadata is invalid."));
    }
    let licenses = ["youtube", "creativeCommon"];
    let languages = [&snippet.default_language, &snippet.default_audio_language];
    if status.license.as_deref().is_some_and(|name| !licenses.contains(&name))
        || !languages.into_iter().flatten().all(|language| is_tag(language))
    {
        return Err(bad("invalidVideoMetadata", "The request metadata is invalid."));
    }
    Ok(metadata)
}

/// Whether a text has the form of a language's tag (BCP 47).
fn is_tag(language: &str) -> bool {
    let mut parts = language.split('-');
    let first = parts
        .next()
        .is_some_and(|code| (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic()));
    first && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A comma between two tags counts, and so do the quotes around one that has a space.
fn tags_length(tags: &[String]) -> usize {
    let each = tags.iter().map(|tag| tag.chars().count() + if tag.contains(' ') { 2 } else { 0 });
    each.sum::<usize>() + tags.len().saturating_sub(1)
}

fn bad(reason: &str, message: &str) -> Refused {
    refuse(400, "youtube.video", reason, message)
}
