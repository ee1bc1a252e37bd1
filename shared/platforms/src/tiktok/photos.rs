//! Photos as one post, which TikTok reads from addresses of ours.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Tiktok;
use super::api::rejected;
use super::oauth::LIST;
use super::posted::{State, permalink, published};
use crate::http::Effect;
use crate::network::{Holding, Job, MediaSource, Published, Steps};
use crate::token::Token;

/// Step: the post, as JSON. Empty = it surely came to nothing.
const PHOTOS: &str = "photos";
/// How far TikTok's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// After this long a public post that is not listed is none: an hour at most for reading the photos, and the rest for
/// moderation, which takes a minute as a rule and hours at times.
const LISTED_WITHIN: SignedDuration = SignedDuration::from_hours(3);

/// What was begun.
#[derive(Serialize, Deserialize)]
struct Begun {
    at: Timestamp,
    /// Absent until the answer came.
    publish_id: Option<String>,
}

#[derive(Deserialize)]
struct Made {
    publish_id: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    videos: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    video_description: String,
    #[serde(default)]
    create_time: i64,
}

fn begun(steps: &dyn Steps) -> Option<Begun> {
    serde_json::from_str(steps.get(PHOTOS)?).ok()
}

async fn record(steps: &mut dyn Steps, at: Timestamp, publish_id: Option<String>) -> Result<(), Failure> {
    let text = serde_json::to_string(&Begun { at, publish_id });
    let text = text.map_err(|error| Failure::Transient { message: error.to_string() })?;
    steps.record(PHOTOS, text).await
}

impl Tiktok {
    pub(super) async fn publish_photos(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let access = token.access_token.expose();
        // One without an answer was looked for before this attempt: it came to nothing.
        let publish_id = match begun(steps).and_then(|begun| begun.publish_id) {
            Some(publish_id) => publish_id,
            None => self.begin_photos(job, access, steps, media).await?,
        };
        match self.await_posted(job, &publish_id, access).await {
            Err(failure @ (Failure::Ambiguous { .. } | Failure::TokenExpired { .. } | Failure::ClaimLost)) => {
                Err(failure)
            }
            Err(failure) => {
                steps.record(PHOTOS, String::new()).await?;
                Err(failure)
            }
            Ok(published) => Ok(published),
        }
    }

    /// Hands the photos over. The intent is recorded first, so that a lost answer leaves a trace.
    async fn begin_photos(
        &self,
        job: &Job,
        access: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        if job.media.is_empty() {
            return Err(rejected("media-missing", "TikTok has no posts without media", "Attach a video or photos."));
        }
        let creator = self.creator(access).await?;
        let body = photo_post(job, creator.post_info(job)?, media).await?;
        let at = self.clock.now();
        record(steps, at, None).await?;
        match self.ask::<Made>("post/publish/content/init/", "", body, access, Effect::Visible).await {
            Ok(made) => {
                let kept = record(steps, at, Some(made.publish_id.clone())).await;
                kept.map(|()| made.publish_id).map_err(Failure::in_doubt)
            }
            Err(failure @ (Failure::Ambiguous { .. } | Failure::ClaimLost)) => Err(failure),
            Err(failure) => {
                steps.record(PHOTOS, String::new()).await?;
                Err(failure)
            }
        }
    }

    /// What became of the photos: what the status says; where the answer that names it is lost, what is listed.
    pub(super) async fn find_photos(&self, job: &Job, token: &Token, steps: &dyn Steps) -> Result<Holding, Failure> {
        let Some(begun) = begun(steps) else { return Ok(Holding::Nothing) };
        let access = token.access_token.expose();
        let Some(publish_id) = begun.publish_id else { return self.search(job, token, begun.at).await };
        let status = self.status(&publish_id, access).await?;
        match status.state() {
            State::Posted => Ok(Holding::All(published(job, &publish_id, &status))),
            State::Failed(_) => Ok(Holding::Nothing),
            State::Processing(_) => Err(Failure::Transient { message: "TikTok is still processing it".to_owned() }),
        }
    }

    /// Looks among the account's public posts since `at`.
    async fn search(&self, job: &Job, token: &Token, at: Timestamp) -> Result<Holding, Failure> {
        let public = job.text_setting("privacy") == Some("PUBLIC_TO_EVERYONE");
        let (title, text) = (job.text_setting("title").unwrap_or_default().trim(), job.text.trim());
        let has_words = !title.is_empty() || !text.is_empty();
        if !public || !has_words || !token.scopes.iter().any(|scope| scope == LIST) {
            let message = "TikTok's answer was lost, and it lists only public posts with a text, to whom may see them";
            let advice = "Look at the TikTok profile. If the post is not there, make a copy of it and publish that.";
            return Err(rejected("untraceable", message, advice));
        }
        let fields = "fields=id,title,video_description,create_time";
        let body = json!({"max_count": 20});
        let page: Page = self.ask("video/list/", fields, body, token.access_token.expose(), Effect::None).await?;
        let since = (at - SKEW).as_second();
        let ours = |listed: &Listed| {
            let same = |ours: &str, theirs: &str| !ours.is_empty() && ours == theirs.trim();
            listed.create_time >= since
                && (same(text, &listed.video_description) || same(title, &listed.title) || same(text, &listed.title))
        };
        if let Some(found) = page.videos.into_iter().find(ours) {
            return Ok(Holding::All(Published { permalink: permalink(job, &found.id), remote_id: found.id }));
        }
        if self.clock.now().duration_since(at) < LISTED_WITHIN {
            return Err(Failure::Transient { message: "TikTok's answer was lost; it is being looked for".to_owned() });
        }
        Ok(Holding::Nothing)
    }
}

async fn photo_post(job: &Job, mut info: Value, media: &dyn MediaSource) -> Result<Value, Failure> {
    let mut addresses = Vec::with_capacity(job.media.len());
    for photo in &job.media {
        addresses.push(media.fitted_url(photo, rule(Platform::Tiktok).image_bounds()).await?);
    }
    if let Some(title) = job.text_setting("title") {
        info["title"] = json!(title);
    }
    info["description"] = json!(job.text);
    info["auto_add_music"] = json!(job.flag("auto_music"));
    Ok(json!({
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST",
        "post_info": info,
        "source_info": {"source": "PULL_FROM_URL", "photo_images": addresses, "photo_cover_index": 0},
    }))
}
