//! X, by its API v2 ("Manage Posts", "Media", "OAuth 2.0 Authorization Code Flow with PKCE", "Rate Limits",
//! "Response Codes and Errors", "Metrics").
//!
//! Everything is paid for with credits: each post, each upload and each post that is read. Nothing is therefore read
//! that an attempt does not need, and the check of credentials ahead of a post asks the clock and not the network.

mod api;
mod consent;
mod media;
mod post;
mod search;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::platform::{Class, Platform};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::http::{Effect, Request};
use crate::network::{Credentials, Holding, Job, LostComment, MediaSource, Network, Profile, Published, Steps};
use crate::networks::Tools;
use crate::token::{Consent, Token};
use api::{at, is_absent};

/// An access token that ends sooner is renewed before an attempt.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct X {
    tools: Tools,
}

impl X {
    /// A client with these tools.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { tools: tools.clone() }
    }

    /// The token to call with.
    fn token<'a>(&self, credentials: &'a Credentials, ahead: SignedDuration) -> Result<&'a Token, Failure> {
        let token = Token::of(credentials, Platform::X)?;
        if token.expires_at.is_some_and(|until| until <= self.tools.clock.now() + ahead) {
            return Err(Failure::TokenExpired { message: "the access token of two hours ran out".to_owned() });
        }
        Ok(token)
    }
}

/// Figures of a post ("Metrics").
#[derive(Default, Deserialize)]
#[serde(default)]
struct Figures {
    public_metrics: Public,
    non_public_metrics: Private,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Public {
    retweet_count: Option<u64>,
    reply_count: Option<u64>,
    like_count: Option<u64>,
    quote_count: Option<u64>,
    bookmark_count: Option<u64>,
    impression_count: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Private {
    url_link_clicks: Option<u64>,
}

impl X {
    async fn figures(&self, id: &str, fields: &str, token: &Token) -> Result<Figures, Failure> {
        let mut url = at("/2/tweets");
        url.query_pairs_mut().append_pair("ids", id).append_pair("tweet.fields", fields);
        let request = Request::get(url, "/2/tweets").bearer(token.access_token.expose());
        let found: Vec<Figures> = self.call(request, Effect::None).await?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| api::rejected(api::ABSENT, "X does not have the post", "It was deleted."))
    }
}

#[async_trait]
impl Network for X {
    fn platform(&self) -> Platform {
        Platform::X
    }

    /// Searchable: there is no idempotency key. An identical text is refused for a while, which is no promise, so
    /// the account's own posts are read and compared. Those reads are billed; they happen only after a doubt.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// Files are uploaded ahead, those of every part of a thread. A token that ends soon is renewed.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let token = self.token(credentials, RENEW_BEFORE)?;
        self.upload_all(job, token, steps, media).await.map(drop)
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.post_all(job, self.token(credentials, SignedDuration::ZERO)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.holding(job, self.token(credentials, SignedDuration::ZERO)?, steps).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(&self.token(credentials, SignedDuration::ZERO)?.access_token).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.renewed(Token::of(credentials, Platform::X)?).await.map(Credentials::Token)
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.give_up(Token::of(credentials, Platform::X)?).await
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    fn comments_are_posts(&self) -> bool {
        true
    }

    async fn find_comment(&self, lost: &LostComment, credentials: &Credentials) -> Result<Option<String>, Failure> {
        self.find_lost(lost, self.token(credentials, SignedDuration::ZERO)?).await
    }

    /// Takes one post back; the further parts of a thread are posts of their own and stay.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        let token = self.token(credentials, SignedDuration::ZERO)?;
        let request = Request::new(Method::DELETE, at(&format!("/2/tweets/{remote_id}")), "/2/tweets/{id}");
        let request = request.bearer(token.access_token.expose());
        match self.call::<serde_json::Value>(request, Effect::None).await {
            Err(failure) if !is_absent(&failure) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Clicks are told for thirty days; an older post has only what everybody sees.
    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let token = self.token(credentials, SignedDuration::ZERO)?;
        let figures = match self.figures(remote_id, "public_metrics,non_public_metrics", token).await {
            Err(failure) if api::is_private(&failure) => self.figures(remote_id, "public_metrics", token).await?,
            other => other?,
        };
        let public = figures.public_metrics;
        let shares = [public.retweet_count, public.quote_count];
        Ok(Insights {
            views: public.impression_count,
            reach: None,
            likes: public.like_count,
            comments: public.reply_count,
            shares: shares.iter().any(Option::is_some).then(|| shares.into_iter().flatten().sum()),
            saves: public.bookmark_count,
            clicks: figures.non_public_metrics.url_link_clicks,
        })
    }
}
