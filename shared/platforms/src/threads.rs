//! Threads, by its API v1.0 ("Posts", "Publishing", "Reply Management", "Get Access Tokens and Permissions",
//! "Long-Lived Tokens", "Insights", "Troubleshooting").
//!
//! A post is a container first, which nobody sees and which publishes once: made from text and from addresses that
//! Threads reads files from, waited for, then published. A thread is a post and answers, each to the one before it.

mod consent;
mod container;
mod post;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::{Offers, Quota};
use domain::platform::{Class, Platform};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::graph::{Access, Graph, GraphError, Verdict};
use crate::network::{Credentials, Holding, Job, LostComment, MediaSource, Network, Profile, Published, Steps};
use crate::networks::Tools;
use crate::token::{Consent, Token};

/// Host and version. `graph.threads.com` is the same.
const BASE: &str = "https://graph.threads.net/v1.0/";
/// A token of sixty days that ends sooner than this is renewed when there is time for it: ahead of a post, and when
/// the account is checked.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(10 * 24);
/// Something that is not known, or not ready, yet.
const NOT_YET: i64 = 24;
/// The daily quota is used up.
const QUOTA: i64 = 2_207_042;

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Threads {
    graph: Graph,
}

impl Threads {
    /// A client with these tools.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { graph: Graph::new(tools.clone(), verdict) }
    }

    /// The token to call with.
    ///
    /// # Errors
    /// [`Failure::TokenExpired`] when it ends within `ahead` and can still be renewed.
    fn token<'a>(&self, credentials: &'a Credentials, ahead: SignedDuration) -> Result<&'a Token, Failure> {
        let token = Token::of(credentials, Platform::Threads)?;
        let now = self.graph.tools().clock.now();
        if token.expires_at.is_some_and(|until| until > now && until <= now + ahead) {
            return Err(Failure::TokenExpired { message: "the access of sixty days ends soon".to_owned() });
        }
        Ok(token)
    }
}

/// On whose behalf calls are made.
fn access(token: &Token) -> Access<'_> {
    Access { base: BASE, token: &token.access_token, proof: None }
}

/// What the codes mean that are this network's own ("Troubleshooting").
fn verdict(error: &GraphError) -> Option<Verdict> {
    if error.subcode == QUOTA {
        return Some(Verdict::Slow);
    }
    if error.message.contains("LINK_LIMIT_EXCEEDED") {
        return Some(Verdict::Refused("Use at most five different links."));
    }
    (error.code == NOT_YET).then_some(Verdict::Refused("Check that what it belongs to still exists."))
}

#[derive(Deserialize)]
struct Listed<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Usage {
    quota_usage: u32,
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    quota_total: u32,
    quota_duration: u32,
}

#[derive(Deserialize)]
struct Metric {
    name: String,
    values: Vec<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: u64,
}

#[async_trait]
impl Network for Threads {
    fn platform(&self) -> Platform {
        Platform::Threads
    }

    /// Searchable: a container publishes once and tells whether it was published, and the account's posts and
    /// answers tell as which.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// The first part's container is made and waited for ahead; those of further parts need the one before to be
    /// out. A token that ends soon is renewed.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        self.make_ready(job, self.token(credentials, RENEW_BEFORE)?, steps, media).await
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.publish_all(job, self.token(credentials, SignedDuration::ZERO)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.holding(job, self.token(credentials, SignedDuration::ZERO)?, steps).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(self.token(credentials, RENEW_BEFORE)?).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.renewed(Token::of(credentials, Platform::Threads)?).await.map(Credentials::Token)
    }

    /// Threads offers no way: the user removes the app in their settings.
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        Token::of(credentials, Platform::Threads).map(drop)
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    /// How many posts of the day are used.
    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        let token = self.token(credentials, SignedDuration::ZERO)?;
        let path = format!("{}/threads_publishing_limit", token.subject);
        let fields = vec![("fields", "quota_usage,config".to_owned())];
        let usage: Listed<Usage> =
            self.graph.read(&access(token), &path, "/{user}/threads_publishing_limit", fields).await?;
        let quota = usage.data.first().map(|usage| Quota {
            used: usage.quota_usage,
            total: usage.config.quota_total,
            window_seconds: usage.config.quota_duration,
        });
        Ok(Offers { quota, ..Offers::default() })
    }

    fn comments_are_posts(&self) -> bool {
        true
    }

    async fn find_comment(&self, lost: &LostComment, credentials: &Credentials) -> Result<Option<String>, Failure> {
        self.find_lost(lost, self.token(credentials, SignedDuration::ZERO)?).await
    }

    /// Takes one post back; answers to it stay.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.graph.remove(&access(self.token(credentials, SignedDuration::ZERO)?), remote_id).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let token = self.token(credentials, SignedDuration::ZERO)?;
        let fields = vec![("metric", "views,likes,replies,reposts,quotes,shares".to_owned())];
        let path = format!("{remote_id}/insights");
        let metrics: Listed<Metric> = self.graph.read(&access(token), &path, "/{media}/insights", fields).await?;
        let figure = |name: &str| {
            let metric = metrics.data.iter().find(|metric| metric.name == name)?;
            metric.values.first().map(|value| value.value)
        };
        let shares = ["reposts", "quotes", "shares"].map(figure);
        Ok(Insights {
            views: figure("views"),
            likes: figure("likes"),
            comments: figure("replies"),
            shares: shares.iter().any(Option::is_some).then(|| shares.into_iter().flatten().sum()),
            ..Insights::default()
        })
    }
}
