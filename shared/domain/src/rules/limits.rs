//! What an account's own server or organization allows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Longest video, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_max_ms: Option<u64>,
    /// Longest description, in graphemes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_max: Option<usize>,
    /// Whether every image and video needs a description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_required: Option<bool>,
    /// Choices that the account does not have, by the setting's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub barred: BTreeMap<String, Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_travel_as_plain_json_without_empty_fields() {
        let limits = Limits { alt_max: Some(420), ..Limits::default() };
        let text = serde_json::to_string(&limits).unwrap();
        assert_eq!(text, r#"{"alt_max":420}"#);
        assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits);
    }
}
