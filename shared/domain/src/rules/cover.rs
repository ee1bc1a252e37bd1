//! What can be chosen to stand for a film until it plays, or on the card of a link.

use serde::Deserialize;

/// What a network lets people choose as a cover.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverRule {
    /// What can have one.
    pub of: Vec<Covered>,
    /// The steps, in milliseconds, in which a moment of the film can be chosen; absent = none can.
    pub frame_step_ms: Option<u64>,
    /// Which picture can be chosen; absent = none.
    pub picture: Option<CoverPicture>,
}

/// What can have a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    /// A film that is the post's only file.
    Video,
    /// The card of a link.
    Link,
}

/// Which picture can be a cover. What is larger or of another type is sent as a JPEG that fits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverPicture {
    /// Types that are sent as they are; the first is what others become.
    pub types: Vec<String>,
    /// Largest, in bytes.
    pub max_bytes: Option<u64>,
    /// Largest, in pixels.
    pub max_pixels: Option<u64>,
}
