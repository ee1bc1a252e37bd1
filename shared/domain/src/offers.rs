//! What a network lets an account do at the moment: choices that only it knows, and quotas.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an account may choose among now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Offers {
    /// Values for a setting, by its name: boards, playlists, privacy levels.
    pub choices: BTreeMap<String, Vec<OfferedChoice>>,
    /// Settings that the account may not use now, by name.
    pub disabled: Vec<String>,
    /// Longest video that this account may post, in milliseconds.
    pub video_max_ms: Option<u64>,
    /// How many posts it may still publish.
    pub quota: Option<Quota>,
}

/// A value for a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferedChoice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// How much a network lets an account publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quota {
    /// Posts published within the window.
    pub used: u32,
    /// Posts allowed within it.
    pub total: u32,
    /// Length of the window in seconds.
    pub window_seconds: u32,
}
