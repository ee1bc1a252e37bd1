//! One post as one video.

use domain::delivery::{COMMENT, COVER, Failure, PLAYLIST};
use domain::platform::Platform;
use domain::rules::rule;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::Youtube;
use super::api::{at, rejected};
use super::channel::Items;
use super::upload::{Extent, Uploaded, closing, session};
use crate::http::{Body, Effect, MEDIA_TIMEOUT, Request};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Published, Steps, amend, aside};
use crate::token::Token;

/// Step: the id of the video.
const VIDEO: &str = "video";
const THUMBNAIL: &str = "https://www.googleapis.com/upload/youtube/v3/thumbnails/set";
/// Videos about people and blogs.
const DEFAULT_CATEGORY: &str = "22";
/// How far YouTube's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// How long a finished video may be missing from the channel's uploads.
const LISTED_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Uploads that are looked at.
const LOOKED_AT: &str = "25";

#[derive(Deserialize)]
struct Seen {
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    upload_status: String,
    privacy_status: String,
    failure_reason: Option<String>,
    rejection_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    snippet: ListedSnippet,
    content_details: ListedContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedSnippet {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    published_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedContent {
    video_id: String,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

/// What the video is to be: the body of `videos.insert`.
pub(super) fn metadata(job: &Job) -> Result<Value, Failure> {
    let title = job
        .text_setting("title")
        .ok_or_else(|| rejected("title-missing", "a YouTube video needs a title", "Enter a title for YouTube."))?;
    let made_for_kids = match job.text_setting("made_for_kids") {
        Some("yes") => true,
        Some("no") => false,
        _ => {
            let message = "YouTube must be told whether the video is made for children";
            return Err(rejected("audience-missing", message, "Say whether the video is made for children."));
        }
    };
    let mut snippet = json!({
        "title": title,
        "description": job.text,
        "categoryId": job.text_setting("category").unwrap_or(DEFAULT_CATEGORY),
    });
    let tags = job.list_setting("tags");
    if !tags.is_empty() {
        snippet["tags"] = json!(tags);
    }
    if let Some(language) = job.text_setting("language") {
        snippet["defaultLanguage"] = json!(language.trim());
        snippet["defaultAudioLanguage"] = json!(language.trim());
    }
    let mut status = json!({
        "privacyStatus": privacy(job),
        "selfDeclaredMadeForKids": made_for_kids,
        "containsSyntheticMedia": job.flag("ai_generated"),
    });
    if let Some(license) = job.text_setting("license") {
        status["license"] = json!(license);
    }
    if job.flag("not_embeddable") {
        status["embeddable"] = json!(false);
    }
    Ok(json!({"snippet": snippet, "status": status}))
}

fn privacy(job: &Job) -> &str {
    job.text_setting("privacy").unwrap_or("public")
}

impl Youtube {
    pub(super) async fn send_ahead(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        if steps.get(VIDEO).is_some() || closing(steps).is_some() {
            return Ok(());
        }
        self.upload(job, token, steps, media, Extent::AllButLast).await.map(drop)
    }

    pub(super) async fn publish_video(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let id = match steps.get(VIDEO) {
            Some(id) => id.to_owned(),
            None => {
                let id = self.upload(job, token, steps, media, Extent::All).await?;
                let id = id.ok_or_else(|| Failure::Transient { message: "the file is not complete".to_owned() })?;
                keep(steps, &id).await?;
                id
            }
        };
        let access = token.access_token.expose();
        self.inspect(&id, job, access).await?;
        if let Some(picture) = job.cover_picture() {
            amend(steps, COVER, self.set_cover(&id, picture, access, media)).await?;
        }
        self.add_subtitles(&id, job, access, steps, media).await?;
        if let Some(playlist) = job.text_setting("playlist") {
            aside(steps, PLAYLIST, self.add_to_playlist(&id, playlist, access)).await?;
        }
        if let Some(comment) = &job.first_comment {
            aside(steps, COMMENT, self.comment(&id, comment, access)).await?;
        }
        Ok(published(&id, job))
    }

    /// One look at a video that is there. YouTube may go on processing it for minutes or hours, during which its page
    /// exists, so nobody waits for the end of it; but what is known to be wrong is said. A look that fails tells nothing.
    async fn inspect(&self, id: &str, job: &Job, token: &str) -> Result<(), Failure> {
        let url = at("videos", &[("part", "status,processingDetails"), ("id", id)])?;
        let request = Request::get(url, "/youtube/v3/videos").bearer(token);
        let found = self.call::<Items<Seen>>(request, Effect::None).await;
        let Some(Seen { status }) = found.ok().and_then(|found| found.items.into_iter().next()) else {
            return Ok(());
        };
        match status.upload_status.as_str() {
            "failed" | "rejected" => {
                let reason = status.failure_reason.or(status.rejection_reason).unwrap_or_default();
                Err(rejected(&reason, format!("YouTube could not take the video: {reason}"), advice(&reason)))
            }
            _ if status.privacy_status == "private" && privacy(job) != "private" => Err(rejected(
                "locked-private",
                "YouTube holds the video, but locked it to private",
                "The app of this installation has not passed YouTube's audit: its operator must apply for it. Until then \
                 publish as private; the uploaded video is in YouTube Studio.",
            )),
            _ => Ok(()),
        }
    }

    /// Sets the picture that stands for a video. Channels that are not verified by phone may not; their video stands.
    async fn set_cover(
        &self,
        video: &str,
        picture: &Attachment,
        token: &str,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let picture = images::cover(rule(Platform::Youtube), picture, media).await?;
        let url = Url::parse_with_params(THUMBNAIL, [("videoId", video), ("uploadType", "media")])
            .map_err(|error| Failure::Transient { message: error.to_string() })?;
        let body = Body::Raw { mime: picture.mime, bytes: picture.bytes };
        let request = Request::post(url, "/upload/youtube/v3/thumbnails/set", body).bearer(token);
        self.send(Request { timeout: MEDIA_TIMEOUT, ..request }, Effect::None).await?;
        Ok("set".to_owned())
    }

    async fn add_to_playlist(&self, video: &str, playlist: &str, token: &str) -> Result<String, Failure> {
        let resource = json!({"kind": "youtube#video", "videoId": video});
        let body = json!({"snippet": {"playlistId": playlist, "resourceId": resource}});
        let url = at("playlistItems", &[("part", "snippet")])?;
        let request = Request::post(url, "/youtube/v3/playlistItems", Body::Json(body)).bearer(token);
        Ok(self.call::<Made>(request, Effect::Visible).await?.id)
    }

    async fn comment(&self, video: &str, text: &str, token: &str) -> Result<String, Failure> {
        let top = json!({"snippet": {"textOriginal": text}});
        let body = json!({"snippet": {"videoId": video, "topLevelComment": top}});
        let url = at("commentThreads", &[("part", "snippet")])?;
        let request = Request::post(url, "/youtube/v3/commentThreads", Body::Json(body)).bearer(token);
        Ok(self.call::<Made>(request, Effect::Visible).await?.id)
    }

    /// What became of the job: the recorded video, or what the session says.
    pub(super) async fn find_video(
        &self,
        job: &Job,
        token: &Token,
        steps: &dyn Steps,
    ) -> Result<Option<Published>, Failure> {
        let id = match steps.get(VIDEO) {
            Some(id) => Some(id.to_owned()),
            None => self.ask_recorded(job, token, steps).await?,
        };
        Ok(id.map(|id| published(&id, job)))
    }

    /// The video of a session that is gone after its last piece may have been sent: the channel's upload since then with the
    /// job's title and text. Nothing when it surely became none.
    ///
    /// # Errors
    /// [`Failure::Transient`] as long as it may be there without being listed.
    pub(super) async fn search_lost(
        &self,
        job: &Job,
        token: &Token,
        steps: &dyn Steps,
    ) -> Result<Option<Uploaded>, Failure> {
        let (Some(closed), Some(session)) = (closing(steps), session(steps)) else { return Ok(None) };
        let access = token.access_token.expose();
        let uploads = self.uploads(access).await?;
        let query = [("part", "snippet,contentDetails"), ("playlistId", uploads.as_str()), ("maxResults", LOOKED_AT)];
        let request = Request::get(at("playlistItems", &query)?, "/youtube/v3/playlistItems").bearer(access);
        let listed: Items<Listed> = self.call(request, Effect::None).await?;
        let title = job.text_setting("title").unwrap_or_default().trim();
        let ours = |listed: &Listed| {
            let recent = listed.snippet.published_at.is_none_or(|at| at.duration_since(session.at) >= -SKEW);
            recent && listed.snippet.title.trim() == title && listed.snippet.description.trim() == job.text.trim()
        };
        let found = listed.items.into_iter().find(ours).map(|listed| Uploaded { id: listed.content_details.video_id });
        if found.is_none() && self.clock.now().duration_since(closed) < LISTED_WITHIN {
            let message = "the upload session is gone, and the video may still appear".to_owned();
            return Err(Failure::Transient { message });
        }
        Ok(found)
    }

    pub(super) async fn delete_video(&self, id: &str, token: &str) -> Result<(), Failure> {
        let request = Request::new(Method::DELETE, at("videos", &[("id", id)])?, "/youtube/v3/videos").bearer(token);
        match self.send(request, Effect::None).await {
            Ok(_) => Ok(()),
            Err(Failure::Rejected { code, .. }) if code == "videoNotFound" => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}

/// Records the video. It is there already, so whatever else goes wrong it may not be taken for not done.
async fn keep(steps: &mut dyn Steps, id: &str) -> Result<(), Failure> {
    match steps.record(VIDEO, id.to_owned()).await {
        Ok(()) => Ok(()),
        Err(failure) => Err(failure.in_doubt()),
    }
}

fn published(id: &str, job: &Job) -> Published {
    let shorts = rule(Platform::Youtube).shorts;
    let mut films = job.media.iter();
    let is_short =
        shorts.is_some_and(|shorts| films.any(|film| shorts.is_short(film.width, film.height, film.duration_ms)));
    let permalink = if is_short {
        format!("https://www.youtube.com/shorts/{id}")
    } else {
        format!("https://www.youtube.com/watch?v={id}")
    };
    Published { remote_id: id.to_owned(), permalink }
}

fn advice(reason: &str) -> &'static str {
    match reason {
        "duplicate" => "The channel has this video already.",
        "length" => "The video is too long for the channel: verify it by phone at YouTube, or shorten the video.",
        "claim" | "copyright" | "trademark" | "legal" => "See YouTube Studio for the claim.",
        "inappropriate" | "termsOfUse" => "YouTube finds that the video breaks its rules: see YouTube Studio.",
        "uploaderAccountClosed" | "uploaderAccountSuspended" => "YouTube has closed the channel: see YouTube Studio.",
        _ => "Save the video again as MP4 with H.264 and AAC, then attach it anew.",
    }
}
