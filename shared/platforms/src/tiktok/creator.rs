//! The account: who it is, what it may do now, and how its posts do.

use std::collections::BTreeMap;

use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::{OfferedChoice, Offers};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Tiktok;
use super::api::{at, rejected};
use crate::http::{Effect, Request};
use crate::network::{Job, Profile};

const SELF_ONLY: &str = "SELF_ONLY";

/// What the account may do now (document Query Creator Info).
#[derive(Debug, Deserialize)]
pub(super) struct Creator {
    creator_nickname: Option<String>,
    creator_avatar_url: Option<String>,
    #[serde(default)]
    privacy_level_options: Vec<String>,
    #[serde(default)]
    comment_disabled: bool,
    #[serde(default)]
    duet_disabled: bool,
    #[serde(default)]
    stitch_disabled: bool,
    max_video_post_duration_sec: Option<u64>,
}

#[derive(Deserialize)]
struct UserInfo {
    user: User,
}

#[derive(Deserialize)]
struct User {
    open_id: String,
    #[serde(default)]
    display_name: String,
    avatar_url: Option<String>,
    #[serde(default)]
    username: String,
}

#[derive(Deserialize)]
struct Videos {
    #[serde(default)]
    videos: Vec<Figures>,
}

#[derive(Deserialize)]
struct Figures {
    view_count: Option<u64>,
    like_count: Option<u64>,
    comment_count: Option<u64>,
    share_count: Option<u64>,
}

impl Creator {
    /// What a post is told, beside its text: who sees it and what others may do with it.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when the account may not post the job like this now.
    pub(super) fn post_info(&self, job: &Job) -> Result<Value, Failure> {
        let Some(privacy) = job.text_setting("privacy") else {
            let message = "TikTok must be told who may see the post";
            return Err(rejected("privacy-missing", message, "Choose who may see it."));
        };
        if !self.privacy_level_options.iter().any(|option| option == privacy) {
            let message = format!("the account does not offer {privacy} now");
            return Err(rejected("privacy_level_option_mismatch", message, "Choose again who may see it."));
        }
        if job.flag("branded_content") && privacy == SELF_ONLY {
            let message = "branded content cannot be visible to its author alone";
            return Err(rejected(
                "branded-private",
                message,
                "Choose a wider audience, or switch branded content off.",
            ));
        }
        let longest = self.max_video_post_duration_sec.map(|seconds| seconds.saturating_mul(1000));
        let length = job.media.iter().filter_map(|file| file.duration_ms).max();
        if let (Some(length), Some(longest)) = (length, longest)
            && length > longest
        {
            let message = format!("the account may post videos of {} seconds at most", longest / 1000);
            return Err(rejected("duration_check_failed", message, "Shorten the video."));
        }
        Ok(json!({
            "privacy_level": privacy,
            "disable_comment": self.comment_disabled || !job.flag("allow_comment"),
            "brand_content_toggle": job.flag("branded_content"),
            "brand_organic_toggle": job.flag("brand_organic"),
        }))
    }

    /// Whether others may not answer with their own video beside it, and not cut it into theirs.
    pub(super) fn duet_and_stitch(&self, job: &Job) -> (bool, bool) {
        (self.duet_disabled || !job.flag("allow_duet"), self.stitch_disabled || !job.flag("allow_stitch"))
    }
}

impl Tiktok {
    /// What the account may do now; to be asked right before each post.
    pub(super) async fn creator(&self, token: &str) -> Result<Creator, Failure> {
        self.ask("post/publish/creator_info/query/", "", json!({}), token, Effect::None).await
    }

    pub(super) async fn offered(&self, token: &str) -> Result<Offers, Failure> {
        let creator = self.creator(token).await?;
        let privacy = creator
            .privacy_level_options
            .iter()
            .map(|value| OfferedChoice { value: value.clone(), label: privacy_label(value).to_owned() });
        let settings = [
            ("allow_comment", creator.comment_disabled),
            ("allow_duet", creator.duet_disabled),
            ("allow_stitch", creator.stitch_disabled),
        ];
        let disabled = settings.iter().filter(|(_, disabled)| *disabled).map(|(name, _)| (*name).to_owned());
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Ok(Offers {
            name: said(creator.creator_nickname),
            avatar_url: said(creator.creator_avatar_url),
            choices: BTreeMap::from([("privacy".to_owned(), privacy.collect())]),
            disabled: disabled.collect(),
            video_max_ms: creator.max_video_post_duration_sec.map(|seconds| seconds.saturating_mul(1000)),
            quota: None,
        })
    }

    pub(super) async fn profile(&self, token: &str) -> Result<Profile, Failure> {
        let mut url = at("user/info/")?;
        url.set_query(Some("fields=open_id,display_name,avatar_url,username"));
        let request = Request::get(url, "user/info/").bearer(token);
        let UserInfo { user } = self.call(request, Effect::None).await?;
        let name = if user.display_name.is_empty() { &user.username } else { &user.display_name };
        Ok(Profile {
            name: name.clone(),
            url: Some(format!("https://www.tiktok.com/@{}", user.username)),
            handle: user.username,
            avatar_url: user.avatar_url,
            remote_id: user.open_id,
            ..Profile::default()
        })
    }

    /// Figures of a public post. One that was published before TikTok gave it an id is found by its `publish_id`.
    pub(super) async fn figures(&self, remote_id: &str, token: &str) -> Result<Insights, Failure> {
        let is_post = !remote_id.is_empty() && remote_id.bytes().all(|byte| byte.is_ascii_digit());
        let id = if is_post { Some(remote_id.to_owned()) } else { self.status(remote_id, token).await?.post_id() };
        let Some(id) = id else {
            let message = "TikTok gives figures of public posts only";
            return Err(rejected("not-public", message, "See the TikTok app."));
        };
        let body = json!({"filters": {"video_ids": [id]}});
        let fields = "fields=id,view_count,like_count,comment_count,share_count";
        let Videos { videos } = self.ask("video/query/", fields, body, token, Effect::None).await?;
        let Some(figures) = videos.into_iter().next() else {
            return Err(rejected("not-found", "TikTok has no such public post", "It was deleted or hidden at TikTok."));
        };
        Ok(Insights {
            views: figures.view_count,
            likes: figures.like_count,
            comments: figures.comment_count,
            shares: figures.share_count,
            ..Insights::default()
        })
    }
}

fn privacy_label(level: &str) -> &str {
    match level {
        "PUBLIC_TO_EVERYONE" => "Everyone",
        "MUTUAL_FOLLOW_FRIENDS" => "Friends",
        "FOLLOWER_OF_CREATOR" => "Followers",
        SELF_ONLY => "Only me",
        other => other,
    }
}
