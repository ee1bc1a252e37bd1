//! How a published post does, in the same terms for every network.

use serde::{Deserialize, Serialize};

/// How a published post does; absent where the network does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Insights {
    /// How often it was shown.
    #[schema(required)]
    pub views: Option<u64>,
    /// How many people saw it.
    #[schema(required)]
    pub reach: Option<u64>,
    /// Likes and other reactions.
    #[schema(required)]
    pub likes: Option<u64>,
    /// Comments and replies.
    #[schema(required)]
    pub comments: Option<u64>,
    /// Shares, reposts and quotes.
    #[schema(required)]
    pub shares: Option<u64>,
    /// Saves and bookmarks.
    #[schema(required)]
    pub saves: Option<u64>,
    /// Clicks on its links.
    #[schema(required)]
    pub clicks: Option<u64>,
}
