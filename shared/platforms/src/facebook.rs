//! Facebook Pages, Graph API v25.0.
//!
//! From "Pages API — Posts", "Page Feed", "Page Photos", "Video API — Publish", "Video Thumbnails", "Reels Publishing
//! API", "Facebook Stories API", "Get Long-Lived Tokens", "Handle Errors" and "Page Insights". Personal profiles and groups have no publishing
//! API. Every call uses the page's own token, which has no end of its own.

mod feed;
mod figures;
mod find;
mod upload;
mod video;

use async_trait::async_trait;
use domain::delivery::{COMMENT, COVER, Failure};
use domain::insights::Insights;
use domain::platform::{Class, Platform};
use domain::target::Format;
use serde::Deserialize;
use url::Url;

use crate::graph::login::{self, BASE, Page};
use crate::graph::{Access, Graph, GraphError, Verdict, rejected};
use crate::http::Effect;
use crate::network::{
    Attachment, Connected, Credentials, Holding, Job, MediaSource, Network, Profile, Published, Steps, amend, aside,
};
use crate::networks::Tools;
use crate::token::{Attempt, Consent, Granted, Scope, Token, Way};

/// The registration, by the name of its secret.
const APP: &str = "facebook";
const WAYS: &[Way] = &[Way { name: "default", app: APP, scopes: SCOPES }];
const SCOPES: &[Scope] = &[
    Scope { name: "pages_show_list", purpose: "find your pages", required: true },
    Scope { name: "pages_read_engagement", purpose: "read your pages' posts", required: true },
    Scope { name: "pages_manage_posts", purpose: "publish posts", required: true },
    Scope { name: "pages_manage_engagement", purpose: "write first comments", required: false },
    Scope { name: "pages_read_user_content", purpose: "read comments", required: false },
    Scope { name: "read_insights", purpose: "read figures", required: false },
    Scope { name: "business_management", purpose: "find pages that a business holds", required: false },
];
const PAGE_FIELDS: &str = "id,name,username,link,picture{url}";

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Facebook {
    graph: Graph,
}

impl Facebook {
    /// A client with these tools.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { graph: Graph::new(tools.clone(), table) }
    }

    async fn access<'a>(&self, credentials: &'a Credentials) -> Result<(Access<'a>, &'a Token), Failure> {
        let token = Token::of(credentials, Platform::Facebook)?;
        Ok((self.graph.access(BASE, &token.access_token, APP).await?, token))
    }

    async fn comment(&self, access: &Access<'_>, parent: &str, text: &str) -> Result<String, Failure> {
        let (path, fields) = (format!("{parent}/comments"), vec![("message", text.to_owned())]);
        let comment: Id = self.graph.write(access, &path, "/{post}/comments", fields, Effect::Visible).await?;
        Ok(comment.id)
    }
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// What is known of Facebook's own codes; some come as code, some as subcode, and documents call both codes.
fn table(error: &GraphError) -> Option<Verdict> {
    let is = |codes: &[i64]| codes.contains(&error.code) || codes.contains(&error.subcode);
    let within = |from: i64, to: i64| [error.code, error.subcode].iter().any(|code| (from..=to).contains(code));
    Some(if is(&[1_390_008]) {
        Verdict::Slow
    } else if is(&[506, 1_366_051]) {
        Verdict::Refused("The page's last post is the same: change the text, then try again.")
    } else if is(&[1_404_078, 4_854_002, 1_404_006, 1_404_112]) {
        Verdict::Refused("Facebook wants you to confirm something: open the page there, do what it asks, then retry.")
    } else if is(&[1_346_003, 1_404_102]) {
        Verdict::Refused("Facebook holds the content for against its rules: change it, then try again.")
    } else if is(&[1_609_005, 1_609_008, 1_609_010]) {
        Verdict::Refused("Facebook cannot or will not show the link: check that it opens for everybody, or remove it.")
    } else if is(&[1_366_046, 2_069_019, 324]) {
        Verdict::Refused("Save the picture as JPEG of less than 4 MB, then try again.")
    } else if is(&[1_363_030, 1_363_031]) {
        // Timeouts of an upload, the only ones of the family that pass.
        Verdict::Unclear
    } else if within(1_363_019, 1_363_047) || is(&[6000]) {
        Verdict::Refused("Save the video as MP4 (H.264, AAC), check its length and size, then try again.")
    } else if is(&[389]) {
        Verdict::Later
    } else {
        return None;
    })
}

/// Whether Facebook says that it has this post already.
fn is_duplicate(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if code.split('/').any(|part| part == "506" || part == "1366051"))
}

fn profile(page: &Page) -> Profile {
    Profile {
        remote_id: page.id.clone(),
        name: page.name.clone(),
        handle: page.username.clone().unwrap_or_else(|| page.id.clone()),
        avatar_url: page.picture.as_ref().and_then(|picture| picture.data.url.clone()),
        url: Some(page.link.clone().unwrap_or_else(|| format!("https://www.facebook.com/{}", page.id))),
        ..Profile::default()
    }
}

#[async_trait]
impl Network for Facebook {
    fn platform(&self) -> Platform {
        Platform::Facebook
    }

    /// Searchable: there is no idempotency key, but a page's posts can be listed and told apart. Posts with pictures by
    /// the ids of the staged pictures, reels and stories by the id of the upload, which is published once; texts and
    /// feed videos by their words and time.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// Stages pictures and uploads reels and stories; what nobody sees before the last call.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let (access, token) = self.access(credentials).await?;
        match (job.format, job.media.first()) {
            (_, None) => self.check(credentials).await.map(drop),
            (Format::Post, Some(file)) if is_video(&file.mime) => self.check(credentials).await.map(drop),
            (_, Some(file)) if is_video(&file.mime) => self.upload(job, &access, token, steps, media).await.map(drop),
            _ => self.stage(job, &access, token, steps, media).await.map(drop),
        }
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let (access, token) = self.access(credentials).await?;
        let video = job.media.first().is_some_and(|file| is_video(&file.mime));
        let published = match (job.format, video) {
            (Format::Post, false) => self.publish_feed(job, &access, token, steps, media).await?,
            (Format::Post, true) => self.publish_video(job, &access, token, steps, media).await?,
            (Format::Story, false) => self.publish_photo_story(job, &access, token, steps, media).await?,
            (Format::Story | Format::Reel, true) => self.publish_upload(job, &access, token, steps, media).await?,
            (Format::Reel, false) => return Err(rejected("no-video", "a reel is a video", "Attach an MP4 video.")),
        };
        if let Some(picture) = cover_of(job) {
            amend(steps, COVER, self.set_cover(&published.remote_id, picture, &access, media)).await?;
        }
        if let Some(text) = comment_of(job) {
            aside(steps, COMMENT, self.comment(&access, &published.remote_id, text)).await?;
        }
        Ok(published)
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        let (access, token) = self.access(credentials).await?;
        let found = self.find(job, &access, token, steps).await?;
        // A first comment that was not begun is still to be written, a cover still to be set.
        let awaits = |wanted: bool, step: &str| wanted && steps.get(step).is_none();
        if found.is_some() && (awaits(comment_of(job).is_some(), COMMENT) || awaits(cover_of(job).is_some(), COVER)) {
            return Ok(Holding::Part);
        }
        Ok(found.into())
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        let (access, token) = self.access(credentials).await?;
        let fields = vec![("fields", PAGE_FIELDS.to_owned())];
        let page: Page = self.graph.read(&access, &token.subject, "/{page}", fields).await?;
        Ok(profile(&page))
    }

    /// Nothing to do: a page's token has no end.
    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        Token::of(credentials, Platform::Facebook)?;
        Ok(credentials.clone())
    }

    /// Nothing at Facebook: taking permissions back is possible only for all of a user's pages and Instagram accounts
    /// together, and the others go on being used.
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        Token::of(credentials, Platform::Facebook).map(drop)
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        let (access, _) = self.access(credentials).await?;
        self.graph.remove(&access, remote_id).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let (access, _) = self.access(credentials).await?;
        self.figures(&access, remote_id).await
    }
}

#[async_trait]
impl Consent for Facebook {
    fn ways(&self) -> &'static [Way] {
        WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        login::authorize_url(attempt)
    }

    /// The pages on which the user may publish, each with its own token.
    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let user = self.graph.log_in(attempt, code).await?;
        let missing = attempt.way.optional_missing(&user.granted)?;
        let fields = format!("{PAGE_FIELDS},access_token,tasks");
        let pages = self.graph.pages(&user, &fields).await?;
        let mine = pages.into_iter().filter(may_publish);
        let accounts: Vec<Connected> = mine
            .filter_map(|page| {
                let token = Token {
                    network: Platform::Facebook,
                    way: attempt.way.name.to_owned(),
                    subject: page.id.clone(),
                    access_token: page.access_token.clone()?,
                    expires_at: None,
                    refresh_token: None,
                    refresh_expires_at: None,
                    scopes: user.granted.clone(),
                    extra: user.extra(),
                };
                Some(Connected { profile: profile(&page), credentials: Credentials::Token(token) })
            })
            .collect();
        if accounts.is_empty() {
            let advice = "Connect again, choose a page on which you may create content, and leave every box ticked.";
            return Err(rejected("no-page", "there is no page that you may publish on", advice));
        }
        Ok(Granted { accounts, missing })
    }
}

/// Whether the user's role on a page allows posts. Lists that name no tasks leave it to Facebook.
fn may_publish(page: &Page) -> bool {
    page.tasks.is_empty() || page.tasks.iter().any(|task| task == "CREATE_CONTENT" || task == "MANAGE")
}

/// The first comment that a job wants; stories have none.
fn comment_of(job: &Job) -> Option<&str> {
    job.first_comment.as_deref().filter(|text| job.format != Format::Story && !text.trim().is_empty())
}

/// The picture that is to stand for a video or a reel; stories have none.
fn cover_of(job: &Job) -> Option<&Attachment> {
    let video = job.media.first().is_some_and(|file| is_video(&file.mime));
    job.cover_picture().filter(|_| video && job.format != Format::Story)
}

fn is_video(mime: &str) -> bool {
    mime.starts_with("video/")
}
