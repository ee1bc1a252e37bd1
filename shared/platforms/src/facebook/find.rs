//! What a page holds of a job.

use domain::delivery::{Failure, OUT};
use domain::target::Format;
use jiff::SignedDuration;
use serde::Deserialize;

use super::feed::{POST, address, staged, story_address};
use super::upload::VIDEO;
use super::{Facebook, is_video};
use crate::graph::login::List;
use crate::graph::{Access, from_note, same_words, time};
use crate::network::{Job, Published, Steps};
use crate::token::Token;

/// How far Facebook's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const LISTED: &str = "50";

#[derive(Deserialize)]
struct Post {
    id: String,
    #[serde(default)]
    message: String,
    permalink_url: Option<String>,
    attachments: Option<List<Attached>>,
}

#[derive(Deserialize)]
struct Attached {
    target: Option<Target>,
    unshimmed_url: Option<String>,
    subattachments: Option<List<Attached>>,
}

#[derive(Deserialize)]
struct Target {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Story {
    post_id: String,
    media_id: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Video {
    id: String,
    #[serde(default)]
    description: String,
    created_time: Option<String>,
}

impl Facebook {
    /// The job's post, if it is out.
    pub(super) async fn find(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &dyn Steps,
    ) -> Result<Option<Published>, Failure> {
        if let Some(note) = steps.get(&format!("{OUT}{POST}")) {
            return Ok(Some(from_note(note)));
        }
        let video = job.media.first().is_some_and(|file| is_video(&file.mime));
        match (job.format, video) {
            (Format::Post, true) => match steps.get(VIDEO) {
                Some(id) => self.settled_video(job, id, access, token).await,
                None => match self.find_video(job, access, token).await? {
                    Some(id) => self.settled_video(job, &id, access, token).await,
                    None => Ok(None),
                },
            },
            (_, true) => match steps.get(VIDEO).filter(|id| !id.is_empty()) {
                Some(id) => self.settled_video(job, id, access, token).await,
                None => Ok(None),
            },
            // Without its staged pictures nothing was sent.
            (Format::Story, false) => match staged(job, steps).as_deref().and_then(|photos| photos.first()) {
                Some(photo) => self.find_story(photo, access, token).await,
                None => Ok(None),
            },
            (_, false) => match staged(job, steps) {
                Some(photos) => self.find_post(job, &photos, access, token).await,
                None => Ok(None),
            },
        }
    }

    /// A post of the feed since the key was drawn: the one with the staged pictures, or without any the one with the
    /// same words (Facebook trims white space) or, without words, the same link. An equal text that the user posted in
    /// the same minutes by other means cannot be told from ours and counts as it.
    pub(super) async fn find_post(
        &self,
        job: &Job,
        photos: &[String],
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Option<Published>, Failure> {
        const FIELDS: &str = "id,message,permalink_url,\
            attachments{target{id},unshimmed_url,subattachments.limit(20){target{id}}}";
        let since = (job.created_at - SKEW).as_second();
        let path = format!("{}/published_posts", token.subject);
        let query = vec![("fields", FIELDS.to_owned()), ("since", since.to_string()), ("limit", LISTED.to_owned())];
        let posts: List<Post> = self.graph.read(access, &path, "/{page}/published_posts", query).await?;
        let ours =
            posts.data.into_iter().find(|post| if photos.is_empty() { post.says(job) } else { post.has(photos) });
        Ok(ours.map(|post| {
            let permalink = post.permalink_url.unwrap_or_else(|| address(&post.id));
            Published { remote_id: post.id, permalink }
        }))
    }

    /// The story of an upload.
    pub(super) async fn find_story(
        &self,
        media: &str,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Option<Published>, Failure> {
        let path = format!("{}/stories", token.subject);
        let stories: List<Story> = self.graph.read(access, &path, "/{page}/stories", Vec::new()).await?;
        let ours = stories.data.into_iter().find(|story| story.media_id.as_deref() == Some(media));
        Ok(ours.map(|story| {
            let permalink = story.url.unwrap_or_else(|| story_address(&token.subject, &story.post_id));
            Published { remote_id: story.post_id, permalink }
        }))
    }

    /// A feed video since the key was drawn, processed or not, with the same words.
    pub(super) async fn find_video(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Option<String>, Failure> {
        let path = format!("{}/videos", token.subject);
        let query = vec![
            ("type", "uploaded".to_owned()),
            ("fields", "id,description,created_time".to_owned()),
            ("limit", LISTED.to_owned()),
        ];
        let videos: List<Video> = self.graph.read(access, &path, "/{page}/videos", query).await?;
        let created = |video: &Video| video.created_time.as_deref().and_then(time);
        let recent = |video: &Video| created(video).is_none_or(|created| created >= job.created_at - SKEW);
        let ours = videos.data.into_iter().find(|video| recent(video) && same_words(&video.description, &job.text));
        Ok(ours.map(|video| video.id))
    }
}

impl Post {
    /// Whether it carries exactly these pictures.
    fn has(&self, photos: &[String]) -> bool {
        let attached = self.attachments.iter().flat_map(|list| &list.data);
        let of_one = |attached: &Attached| attached.target.as_ref().and_then(|target| target.id.clone());
        let mut carried: Vec<String> = Vec::new();
        for attachment in attached {
            carried.extend(of_one(attachment));
            carried.extend(attachment.subattachments.iter().flat_map(|list| &list.data).filter_map(of_one));
        }
        photos.iter().all(|photo| carried.contains(photo))
    }

    /// Whether it says what the job says.
    fn says(&self, job: &Job) -> bool {
        if !job.text.trim().is_empty() || !self.message.is_empty() {
            return same_words(&self.message, &job.text);
        }
        let mut links =
            self.attachments.iter().flat_map(|list| &list.data).filter_map(|one| one.unshimmed_url.as_deref());
        job.text_setting("link").is_some_and(|link| links.any(|shown| same_address(shown, link)))
    }
}

/// Whether two addresses are the same but for a closing slash.
fn same_address(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}
