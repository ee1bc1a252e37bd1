//! LinkedIn: a person's profile, or the page of an organization.
//!
//! REST API version 202609, after LinkedIn's documents: Authorization Code Flow, Refresh Tokens with OAuth 2.0, Sign In
//! with LinkedIn using OpenID Connect, LinkedIn API Versioning, API Error Handling, API Rate Limiting, Organization Access
//! Control by Role, Posts API, Images API, Videos API, Documents API, MultiImage API, Polls API, little Text Format,
//! Comments API, Share Statistics.
//!
//! A post is one request. Its files are uploaded and recorded before, so that at the due second only that one is left. An
//! organization's posts can be read, a member's cannot, by nobody: hence two classes in one network.

mod api;
mod figures;
pub mod little;
mod media;
mod oauth;
mod post;
mod search;
mod video;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::platform::{Class, Platform};
use jiff::{SignedDuration, Timestamp};

use crate::network::{Credentials, Holding, Job, MediaSource, Network, Profile, Published, Steps};
use crate::networks::Tools;
use crate::token::{Consent, Token};

/// The version of the API this client speaks. Served until 2027-09-15; later versions are announced monthly.
const VERSION: &str = "202609";
/// Where the API is.
const API: &str = "https://api.linkedin.com";
/// Where users sign in, and tokens are issued.
const LOGIN: &str = "https://www.linkedin.com";
/// How long one attempt begins to upload and waits before it leaves the rest to the next: with the request that is under
/// way then it stays within an invocation.
const FILES_FOR: SignedDuration = SignedDuration::from_secs(50);
/// How much later the post may still be sent, so that it and its comment are answered within the invocation too.
const POST_WITHIN: SignedDuration = SignedDuration::from_secs(15);

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Linkedin {
    tools: Tools,
}

impl Linkedin {
    /// A client with the common tools.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { tools: tools.clone() }
    }

    /// The time that an attempt may spend on files, from now on.
    fn budget(&self) -> Budget<'_> {
        Budget { network: self, until: self.tools.clock.now() + FILES_FOR }
    }
}

/// The token, and the URN that it acts for, which is all that most calls need.
#[derive(Clone, Copy)]
struct Access<'a> {
    token: &'a str,
    author: &'a str,
}

impl<'a> Access<'a> {
    fn of(credentials: &'a Credentials) -> Result<Self, Failure> {
        let token = Token::of(credentials, Platform::Linkedin)?;
        Ok(Self { token: token.access_token.expose(), author: &token.subject })
    }

    fn is_organization(self) -> bool {
        is_organization(self.author)
    }
}

fn is_organization(urn: &str) -> bool {
    urn.starts_with("urn:li:organization:")
}

/// How long an attempt may go on with files.
#[derive(Clone, Copy)]
struct Budget<'a> {
    network: &'a Linkedin,
    until: Timestamp,
}

impl Budget<'_> {
    fn is_spent(self) -> bool {
        self.network.tools.clock.now() >= self.until
    }

    /// Nothing that people see has happened; the next attempt goes on from the recorded steps.
    fn check(self, what: &str) -> Result<(), Failure> {
        if self.is_spent() { Err(Failure::Transient { message: what.to_owned() }) } else { Ok(()) }
    }

    /// The same for the post itself, whose files may have taken a little longer.
    fn check_post(self) -> Result<(), Failure> {
        Budget { until: self.until + POST_WITHIN, ..self }
            .check("the files are there, and there was no time for the post")
    }

    async fn pause(self, seconds: u64) {
        self.network.tools.sleep.sleep(std::time::Duration::from_secs(seconds)).await;
    }
}

#[async_trait]
impl Network for Linkedin {
    fn platform(&self) -> Platform {
        Platform::Linkedin
    }

    /// Blind: there are no idempotency keys, and no permission to read a member's posts is given to anybody. The exact
    /// repeat of a post is refused with the first one's URN, but for how long and whether that one is still there nobody
    /// says, so a repeat proves nothing where it cannot be read.
    fn class(&self) -> Class {
        Class::Blind
    }

    /// Searchable for an organization: its posts are found by their author.
    fn class_for(&self, account: Option<&Profile>) -> Class {
        match account {
            Some(account) if !is_organization(&account.remote_id) => Class::Blind,
            // Of one that is gone nobody knows: whatever was cut off may have landed.
            _ => Class::Searchable,
        }
    }

    /// Files are uploaded ahead, and an organization's waited for; without any, asking for the profile tells whether the
    /// token works.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let (access, budget) = (Access::of(credentials)?, self.budget());
        let card = self.upload_card_picture(job, access, steps, media, budget).await?;
        if job.media.is_empty() && card.is_none() {
            return self.check(credentials).await.map(drop);
        }
        self.upload_all(job, access, steps, media, budget).await.map(drop)
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.publish_post(job, Access::of(credentials)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.holding(job, Access::of(credentials)?, steps).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(Access::of(credentials)?).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.renew(Token::of(credentials, Platform::Linkedin)?).await.map(Credentials::Token)
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.give_up(Token::of(credentials, Platform::Linkedin)?).await
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_post(remote_id, Access::of(credentials)?).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.figures_of(remote_id, Access::of(credentials)?).await
    }
}
