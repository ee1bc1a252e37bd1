//! Posts of the feed: text, a link's card, pictures; and stories of one picture.
//!
//! Pictures are staged unpublished, which nobody sees, and one call then publishes them: the retry of that call can
//! look for a post that carries exactly these pictures.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use serde::Deserialize;
use serde_json::json;

use super::{Facebook, Id, is_duplicate};
use crate::graph::{Access, Fields, from_note, is_gone, noted, rejected};
use crate::http::{Effect, Part};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Published, Steps, shown};
use crate::token::Token;

/// Step of what is out, without [`domain::delivery::OUT`].
pub(super) const POST: &str = "post";

#[derive(Deserialize)]
struct Posted {
    id: String,
    permalink_url: Option<String>,
}

#[derive(Deserialize)]
struct StoryPosted {
    post_id: String,
}

/// Step of a staged picture.
pub(super) fn photo_step(index: usize) -> String {
    format!("photo.{index}")
}

/// The address of a post whose permalink is not told.
pub(super) fn address(id: &str) -> String {
    format!("https://www.facebook.com/{id}")
}

/// The address of a story.
pub(super) fn story_address(page: &str, id: &str) -> String {
    format!("https://www.facebook.com/stories/{page}/{id}")
}

/// The ids of the staged pictures, when all are.
pub(super) fn staged(job: &Job, steps: &dyn Steps) -> Option<Vec<String>> {
    let known = |index: usize| steps.get(&photo_step(index)).filter(|id| !id.is_empty()).map(str::to_owned);
    (0..job.media.len()).map(known).collect()
}

impl Facebook {
    /// Stages every picture that is not yet.
    pub(super) async fn stage(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::with_capacity(job.media.len());
        for (index, file) in job.media.iter().enumerate() {
            let step = photo_step(index);
            if let Some(known) = steps.get(&step).filter(|id| !id.is_empty()) {
                ids.push(known.to_owned());
                continue;
            }
            let id = self.stage_one(file, access, token, media).await?;
            steps.record(&step, id.clone()).await?;
            ids.push(id);
        }
        Ok(ids)
    }

    async fn stage_one(
        &self,
        file: &Attachment,
        access: &Access<'_>,
        token: &Token,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        let rule = rule(Platform::Facebook);
        let bytes = media.bytes(&file.file_id).await?;
        let picture = images::prepare_for(rule, &file.mime, bytes).await?;
        let extension = picture.mime.rsplit('/').next().unwrap_or("bin");
        let mut parts = vec![Part::File {
            name: "source",
            file_name: format!("picture.{extension}"),
            mime: picture.mime.clone(),
            bytes: picture.bytes,
        }];
        parts.push(Part::Text { name: "published".to_owned(), value: "false".to_owned() });
        if !file.alt.is_empty() {
            parts.push(Part::Text { name: "alt_text_custom".to_owned(), value: file.alt.clone() });
        }
        let request = access.upload(&format!("{}/photos", token.subject), "/{page}/photos", parts);
        let staged: Id = self.graph.call(request, access, Effect::None).await?;
        Ok(staged.id)
    }

    pub(super) async fn publish_feed(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let photos = self.stage(job, access, token, steps, media).await?;
        let made = shown(steps, POST, self.make_post(job, &photos, access, token)).await;
        // Staged pictures that nobody used are dropped after some time: the next attempt stages them anew.
        if matches!(&made, Err(failure) if is_gone(failure)) && !photos.is_empty() {
            for index in 0..photos.len() {
                steps.record(&photo_step(index), String::new()).await?;
            }
            return Err(Failure::Transient { message: "Facebook no longer has the staged pictures".to_owned() });
        }
        made.map(|note| from_note(&note))
    }

    async fn make_post(
        &self,
        job: &Job,
        photos: &[String],
        access: &Access<'_>,
        token: &Token,
    ) -> Result<String, Failure> {
        if job.unsettled
            && let Some(found) = self.find_post(job, photos, access, token).await?
        {
            return Ok(noted(&found));
        }
        let path = format!("{}/feed", token.subject);
        let sent = self.graph.write(access, &path, "/{page}/feed", fields(job, photos), Effect::Visible).await;
        match sent {
            Ok(Posted { id, permalink_url }) => {
                let permalink = permalink_url.unwrap_or_else(|| address(&id));
                Ok(noted(&Published { remote_id: id, permalink }))
            }
            // The same as the last post: ours, whose answer was lost, or the user's own.
            Err(failure) if is_duplicate(&failure) => {
                let found = self.find_post(job, photos, access, token).await?;
                found.map(|found| noted(&found)).ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn publish_photo_story(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let photos = self.stage(job, access, token, steps, media).await?;
        let Some(photo) = photos.into_iter().next() else {
            return Err(rejected("no-media", "a story needs a picture or a video", "Attach one."));
        };
        let act = async {
            if job.unsettled
                && let Some(found) = self.find_story(&photo, access, token).await?
            {
                return Ok(noted(&found));
            }
            let (path, fields) = (format!("{}/photo_stories", token.subject), vec![("photo_id", photo.clone())]);
            let posted: StoryPosted =
                self.graph.write(access, &path, "/{page}/photo_stories", fields, Effect::Visible).await?;
            let permalink = story_address(&token.subject, &posted.post_id);
            Ok(noted(&Published { remote_id: posted.post_id, permalink }))
        };
        shown(steps, POST, act).await.map(|note| from_note(&note))
    }
}

fn fields(job: &Job, photos: &[String]) -> Fields {
    const SLOTS: [&str; 10] = [
        "attached_media[0]",
        "attached_media[1]",
        "attached_media[2]",
        "attached_media[3]",
        "attached_media[4]",
        "attached_media[5]",
        "attached_media[6]",
        "attached_media[7]",
        "attached_media[8]",
        "attached_media[9]",
    ];
    // With `fields` the answer carries the permalink, which saves a call.
    let mut fields: Fields = vec![("fields", "id,permalink_url".to_owned())];
    if !job.text.is_empty() {
        fields.push(("message", job.text.clone()));
    }
    // With pictures there is no card.
    fields.extend(job.text_setting("link").filter(|_| photos.is_empty()).map(|link| ("link", link.to_owned())));
    let attached = photos.iter().map(|id| json!({ "media_fbid": id }).to_string());
    fields.extend(SLOTS.into_iter().zip(attached));
    fields
}
