//! The networks a post can go to, and how each behaves when an answer is lost.

use serde::{Deserialize, Serialize};

/// A network. Its facts are in [`crate::rules`]; its client is in `platforms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// The organization's own public page.
    Page,
    /// Bluesky and other AT Protocol servers.
    Bluesky,
    /// Mastodon and compatible servers.
    Mastodon,
    /// LinkedIn: a person, or the page of an organization.
    Linkedin,
    /// A Facebook Page.
    Facebook,
    /// A professional Instagram account.
    Instagram,
    /// Threads.
    Threads,
    /// TikTok.
    Tiktok,
    /// X.
    X,
    /// A YouTube channel.
    Youtube,
    /// Pinterest.
    Pinterest,
}

impl Platform {
    /// Every network.
    pub const ALL: [Self; 11] = [
        Self::Page,
        Self::Bluesky,
        Self::Mastodon,
        Self::Linkedin,
        Self::Facebook,
        Self::Instagram,
        Self::Threads,
        Self::Tiktok,
        Self::X,
        Self::Youtube,
        Self::Pinterest,
    ];

    /// The name used in the API, in the table and in the rule table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Linkedin => "linkedin",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Threads => "threads",
            Self::Tiktok => "tiktok",
            Self::X => "x",
            Self::Youtube => "youtube",
            Self::Pinterest => "pinterest",
        }
    }

    /// The network of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name)
    }
}

/// What may be done after an ambiguous outcome, such as a timeout after the request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The network drops a repeat with the same key: send again.
    Keyed,
    /// The network can be asked what it holds: look, then decide.
    Searchable,
    /// Neither: the outcome is `unknown` until a person decides.
    Blind,
}
