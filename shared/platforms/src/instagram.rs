//! Instagram's professional accounts, Graph API v25.0, by either login.
//!
//! From "Content Publishing", "Upload Video to Meta Servers", "IG User Media", "IG User Media Publish", "IG Container",
//! "Content Publishing Limit", "Business Login for Instagram", "Refresh Access Token", "Comment Moderation", "Insights" and
//! "Error Codes". The way `instagram` needs no Facebook page and its token lasts 60 days; the way `facebook` goes through
//! the page that the account is linked with, whose token has no end, and is the only one that can delete and take a
//! video's bytes. Both speak of the same objects.

mod container;
mod errors;
mod login;
mod media;
mod people;
mod upload;

use async_trait::async_trait;
use domain::delivery::{CLOSED, COMMENT, Failure, OUT};
use domain::insights::Insights;
use domain::offers::{Offers, Quota};
use domain::platform::{Class, Platform};
use domain::target::Format;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::graph::login::{BASE, List};
use crate::graph::{Access, Graph, Patience, from_note, rejected};
use crate::http::Effect;
use crate::network::{
    Credentials, Holding, Job, MediaSource, NOT_OFFERED, Network, Profile, Published, Steps, amend, aside, shown,
};
use crate::networks::Tools;
use crate::token::{Attempt, Consent, Granted, Scope, Token, Way};

use container::Status;

/// Host and version for tokens of Instagram's own login.
const DIRECT: &str = "https://graph.instagram.com/v25.0/";
/// The way without a Facebook page.
const BY_INSTAGRAM: &str = "instagram";
/// The way through one.
const BY_FACEBOOK: &str = "facebook";
const WAYS: &[Way] = &[
    Way { name: BY_INSTAGRAM, app: "instagram", scopes: DIRECT_SCOPES },
    Way { name: BY_FACEBOOK, app: "facebook", scopes: PAGE_SCOPES },
];
const DIRECT_SCOPES: &[Scope] = &[
    Scope { name: "instagram_business_basic", purpose: "read your account", required: true },
    Scope { name: "instagram_business_content_publish", purpose: "publish posts", required: true },
    Scope {
        name: "instagram_business_manage_comments",
        purpose: "write first comments and switch comments off",
        required: false,
    },
    Scope { name: "instagram_business_manage_insights", purpose: "read figures", required: false },
];
const PAGE_SCOPES: &[Scope] = &[
    Scope { name: "instagram_basic", purpose: "read your account", required: true },
    Scope { name: "instagram_content_publish", purpose: "publish posts", required: true },
    Scope { name: "pages_show_list", purpose: "find the page it is linked with", required: true },
    Scope { name: "pages_read_engagement", purpose: "read the page it is linked with", required: true },
    Scope {
        name: "instagram_manage_comments",
        purpose: "write first comments and switch comments off",
        required: false,
    },
    Scope { name: "instagram_manage_insights", purpose: "read figures", required: false },
    Scope { name: "instagram_manage_contents", purpose: "delete posts", required: false },
    Scope { name: "business_management", purpose: "find pages that a business holds", required: false },
];
/// Step of what is out, without [`OUT`].
const POST: &str = "post";

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Instagram {
    graph: Graph,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Limit {
    quota_usage: u32,
    config: LimitConfig,
}

#[derive(Deserialize)]
struct LimitConfig {
    quota_total: u32,
    quota_duration: u32,
}

impl Instagram {
    /// A client with these tools.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { graph: Graph::new(tools.clone(), errors::table) }
    }

    async fn access<'a>(&self, credentials: &'a Credentials) -> Result<(Access<'a>, &'a Token), Failure> {
        let token = Token::of(credentials, Platform::Instagram)?;
        let access = if token.way == BY_FACEBOOK {
            self.graph.access(BASE, &token.access_token, "facebook").await?
        } else {
            // The proof is documented for the other host only.
            Access { base: DIRECT, token: &token.access_token, proof: None }
        };
        Ok((access, token))
    }

    async fn comment(&self, access: &Access<'_>, media: &str, text: &str) -> Result<String, Failure> {
        let (path, fields) = (format!("{media}/comments"), vec![("message", text.to_owned())]);
        let comment: Id = self.graph.write(access, &path, "/{media}/comments", fields, Effect::Visible).await?;
        Ok(comment.id)
    }

    /// Switches comments off; those that are there stay.
    async fn close(&self, access: &Access<'_>, media: &str) -> Result<String, Failure> {
        let fields = vec![("comment_enabled", "false".to_owned())];
        self.graph.write::<Value>(access, media, "/{media}", fields, Effect::Visible).await?;
        Ok("off".to_owned())
    }

    /// Publishes the container that is ready, once.
    async fn publish_container(
        &self,
        job: &Job,
        access: &Access<'_>,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        if let Some(note) = steps.get(&format!("{OUT}{POST}")) {
            return Ok(from_note(note));
        }
        let mut patience = Patience::new(self.graph.tools());
        let container = match container::complete(steps) {
            // Its state is asked for before anything else is done with it.
            Some(known) if job.unsettled => known.to_owned(),
            _ => self.ready_container(job, access, token, steps, media, &mut patience).await?,
        };
        let out = shown(steps, POST, self.put_out(job, &container, access, token)).await;
        if let Err(Failure::Rejected { .. } | Failure::Transient { .. }) = &out
            && matches!(self.status(&container, access).await?.0, Status::Expired | Status::Broken)
        {
            container::forget(job, steps).await?;
            return Err(Failure::Transient { message: "the container is void: it is built anew".to_owned() });
        }
        out.map(|note| from_note(&note))
    }
}

#[async_trait]
impl Network for Instagram {
    fn platform(&self) -> Platform {
        Platform::Instagram
    }

    /// Searchable: a container is published once and says whether it was; what it became is then found among the
    /// account's media by caption and time.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// Builds the container and waits until it can be published; nobody sees it.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let (access, token) = self.access(credentials).await?;
        let mut patience = Patience::new(self.graph.tools());
        self.ready_container(job, &access, token, steps, media, &mut patience).await.map(drop)
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let (access, token) = self.access(credentials).await?;
        let published = self.publish_container(job, &access, token, steps, media).await?;
        if let Some(text) = comment_of(job) {
            aside(steps, COMMENT, self.comment(&access, &published.remote_id, text)).await?;
        }
        // Last, so that the first comment is let in.
        if is_closed(job) {
            amend(steps, CLOSED, self.close(&access, &published.remote_id)).await?;
        }
        Ok(published)
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        let (access, token) = self.access(credentials).await?;
        let found = match steps.get(&format!("{OUT}{POST}")) {
            Some(note) => Some(from_note(note)),
            None => match container::complete(steps) {
                Some(container) => self.outcome(job, container, &access, token).await?,
                None => None,
            },
        };
        // A first comment that was not begun is still to be written, and comments to be switched off.
        let lacks = |wanted: bool, step: &str| wanted && steps.get(step).is_none();
        if found.is_some() && (lacks(comment_of(job).is_some(), COMMENT) || lacks(is_closed(job), CLOSED)) {
            return Ok(Holding::Part);
        }
        Ok(found.into())
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        let (access, token) = self.access(credentials).await?;
        self.profile(&access, token).await
    }

    /// 60 more days for a token of Instagram's own login that still works; the other way's have no end.
    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        let token = Token::of(credentials, Platform::Instagram)?;
        if token.way == BY_FACEBOOK {
            return Ok(credentials.clone());
        }
        self.renewed(token).await.map(Credentials::Token)
    }

    /// Nothing at Instagram: its own login documents no way, and at Facebook's the permissions can be taken back only
    /// for all of a user's pages and accounts together, and the others go on being used.
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        Token::of(credentials, Platform::Instagram).map(drop)
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    /// How many posts are left within a day: documents differ on the number, so the account is asked.
    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        let (access, token) = self.access(credentials).await?;
        let path = format!("{}/content_publishing_limit", token.subject);
        let query = vec![("fields", "quota_usage,config".to_owned())];
        let limits: List<Limit> = self.graph.read(&access, &path, "/{account}/content_publishing_limit", query).await?;
        let quota = limits.data.first().map(|limit| Quota {
            used: limit.quota_usage,
            total: limit.config.quota_total,
            window_seconds: limit.config.quota_duration,
        });
        Ok(Offers { quota, ..Offers::default() })
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        let (access, token) = self.access(credentials).await?;
        if token.way == BY_FACEBOOK {
            return self.graph.remove(&access, remote_id).await;
        }
        let message = "Instagram lets only accounts that are connected through a Facebook page delete posts";
        Err(rejected(NOT_OFFERED, message, "Delete it in the Instagram app, or connect the account through Facebook."))
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let (access, _) = self.access(credentials).await?;
        self.figures(&access, remote_id).await
    }
}

#[async_trait]
impl Consent for Instagram {
    fn ways(&self) -> &'static [Way] {
        WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        login::authorize_url(attempt)
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        if attempt.way.name == BY_FACEBOOK {
            return self.accounts_of_pages(attempt, code).await;
        }
        self.account_of_login(attempt, code).await
    }
}

/// The first comment that a job wants; stories have none.
fn comment_of(job: &Job) -> Option<&str> {
    job.first_comment.as_deref().filter(|text| job.format != Format::Story && !text.trim().is_empty())
}

/// Whether nobody is to comment; stories have no comments.
fn is_closed(job: &Job) -> bool {
    job.flag("no_comments") && job.format != Format::Story
}

fn is_video(mime: &str) -> bool {
    mime.starts_with("video/")
}
