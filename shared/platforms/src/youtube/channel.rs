//! The channel behind a token, and what it may choose among.

use std::collections::BTreeMap;

use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::{OfferedChoice, Offers};
use serde::Deserialize;

use super::Youtube;
use super::api::{SIGN_UP, at, rejected};
use crate::http::{Effect, Request};
use crate::network::Profile;

/// Longest video of a channel that is not verified by phone, in milliseconds.
const UNVERIFIED_MAX_MS: u64 = 15 * 60 * 1000;
/// Most playlists that are offered.
const PLAYLISTS: &str = "50";

#[derive(Deserialize)]
pub(super) struct Items<T> {
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    id: String,
    #[serde(default)]
    snippet: Snippet,
    #[serde(default)]
    content_details: ContentDetails,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Snippet {
    title: String,
    custom_url: String,
    thumbnails: BTreeMap<String, Thumbnail>,
}

#[derive(Deserialize)]
struct Thumbnail {
    url: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ContentDetails {
    related_playlists: RelatedPlaylists,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RelatedPlaylists {
    uploads: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    long_uploads_status: String,
}

#[derive(Deserialize)]
struct Playlist {
    id: String,
    #[serde(default)]
    snippet: Snippet,
}

#[derive(Deserialize)]
struct Watched {
    #[serde(default)]
    statistics: Statistics,
}

/// Numbers come as texts; what the owner hides is absent.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Statistics {
    view_count: Option<String>,
    like_count: Option<String>,
    comment_count: Option<String>,
}

impl Youtube {
    /// The channel that the user picked when allowing access.
    async fn own_channel(&self, token: &str) -> Result<Channel, Failure> {
        let url = at("channels", &[("part", "snippet,contentDetails,status"), ("mine", "true")])?;
        let request = Request::get(url, "/youtube/v3/channels").bearer(token);
        let found: Items<Channel> = self.call(request, Effect::None).await?;
        found
            .items
            .into_iter()
            .next()
            .ok_or_else(|| rejected("youtubeSignupRequired", "this Google account has no channel", SIGN_UP))
    }

    pub(super) async fn profile(&self, token: &str) -> Result<Profile, Failure> {
        let Channel { id, mut snippet, .. } = self.own_channel(token).await?;
        Ok(Profile {
            name: snippet.title,
            handle: snippet.custom_url.trim_start_matches('@').to_owned(),
            avatar_url: snippet.thumbnails.remove("default").map(|thumbnail| thumbnail.url),
            url: Some(format!("https://www.youtube.com/channel/{id}")),
            remote_id: id,
            ..Profile::default()
        })
    }

    /// The playlist that lists everything the channel uploaded.
    pub(super) async fn uploads(&self, token: &str) -> Result<String, Failure> {
        Ok(self.own_channel(token).await?.content_details.related_playlists.uploads)
    }

    pub(super) async fn offered(&self, token: &str) -> Result<Offers, Failure> {
        let channel = self.own_channel(token).await?;
        let url = at("playlists", &[("part", "snippet"), ("mine", "true"), ("maxResults", PLAYLISTS)])?;
        let request = Request::get(url, "/youtube/v3/playlists").bearer(token);
        let found: Items<Playlist> = self.call(request, Effect::None).await?;
        let choice = |playlist: Playlist| OfferedChoice { value: playlist.id, label: playlist.snippet.title };
        let playlists = found.items.into_iter().map(choice).collect();
        let verified = channel.status.long_uploads_status == "allowed";
        Ok(Offers {
            choices: BTreeMap::from([("playlist".to_owned(), playlists)]),
            video_max_ms: (!verified).then_some(UNVERIFIED_MAX_MS),
            ..Offers::default()
        })
    }

    pub(super) async fn figures(&self, id: &str, token: &str) -> Result<Insights, Failure> {
        let url = at("videos", &[("part", "statistics"), ("id", id)])?;
        let request = Request::get(url, "/youtube/v3/videos").bearer(token);
        let found: Items<Watched> = self.call(request, Effect::None).await?;
        let Some(Watched { statistics }) = found.items.into_iter().next() else {
            return Err(rejected("videoNotFound", "YouTube has no such video", "It was deleted at YouTube."));
        };
        let number = |text: Option<String>| text?.parse().ok();
        Ok(Insights {
            views: number(statistics.view_count),
            likes: number(statistics.like_count),
            comments: number(statistics.comment_count),
            ..Insights::default()
        })
    }
}
