//! What every network offers, and the plain data that goes in and comes out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cloud::Clock;
use domain::delivery::{Failure, OUT};
use domain::ids::{AccountId, FileId, OrgId, PostId};
use domain::platform::{Class, Platform};
use domain::rules::Limits;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::bluesky::Bluesky;
use crate::http::Http;
use crate::mastodon::Mastodon;

/// A text that must not be shown: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for sending.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// An account as its network shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id at the network.
    pub remote_id: String,
    /// Display name.
    pub name: String,
    /// Handle, without a leading `@`.
    pub handle: String,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Profile page.
    pub url: Option<String>,
    /// Host of its server, for networks of many servers.
    pub instance: Option<String>,
    /// Limits of its server.
    pub limits: Option<Limits>,
}

/// What connecting an account yields.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The account.
    pub profile: Profile,
    /// What proves the right to use it.
    pub credentials: Credentials,
}

/// What proves the right to use an account. Stored only sealed; `Debug` hides the secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", rename_all = "snake_case")]
pub enum Credentials {
    /// The organization's own page needs none.
    Page,
    /// A session of a Bluesky server.
    Bluesky {
        /// Origin of the account's server (its PDS).
        service: Url,
        /// The account.
        did: String,
        /// Works about two hours.
        access_jwt: Secret,
        /// Works about ninety days and changes with each use.
        refresh_jwt: Secret,
    },
    /// A token of a Mastodon instance; it does not expire.
    Mastodon {
        /// Origin of the instance.
        instance: Url,
        /// The token.
        access_token: Secret,
        /// Our registration there.
        client_id: String,
        /// Its secret, needed to revoke the token.
        client_secret: Secret,
    },
}

impl Credentials {
    /// The network they belong to.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Self::Page => Platform::Page,
            Self::Bluesky { .. } => Platform::Bluesky,
            Self::Mastodon { .. } => Platform::Mastodon,
        }
    }
}

/// A file to publish: its facts as they were when the post was saved.
pub type Attachment = domain::media::MediaUse;

/// Everything that one delivery needs.
#[derive(Clone)]
pub struct Job {
    /// The tenant.
    pub org: OrgId,
    /// The post.
    pub post: PostId,
    /// The account.
    pub account: AccountId,
    /// Which version of the post's intent this is.
    pub revision: u64,
    /// 26 characters of a ULID, drawn at the first claim of this revision and stored with the
    /// delivery: what makes a repeat recognizable to the network.
    pub key: String,
    /// When the key was drawn: the time of creation that the network sees.
    pub created_at: Timestamp,
    /// The text.
    pub text: String,
    /// The files, in order.
    pub media: Vec<Attachment>,
    /// The account as last seen.
    pub profile: Profile,
    /// Whether an earlier attempt with this key may have had its effect. A network that can only be
    /// searched then looks for each part of a post before making it.
    pub unsettled: bool,
}

/// Without the text: it is the user's, and may be unpublished.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("org", &self.org)
            .field("post", &self.post)
            .field("account", &self.account)
            .field("revision", &self.revision)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Evidence that the network holds the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its id at the network.
    pub remote_id: String,
    /// Where people see it.
    pub permalink: String,
}

/// What a network holds of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// Nothing; and nothing is on its way any more.
    Nothing,
    /// The beginning of something made of several parts.
    Part,
    /// All of it.
    All(Published),
}

impl From<Option<Published>> for Holding {
    fn from(found: Option<Published>) -> Self {
        found.map_or(Self::Nothing, Self::All)
    }
}

/// Results of finished steps, stored under the delivery's fence before the next call is made, so
/// that a crash resumes instead of repeating.
#[async_trait]
pub trait Steps: Send + Sync {
    /// The result of a step, if it was recorded.
    fn get(&self, name: &str) -> Option<&str>;

    /// Records the result of a step.
    ///
    /// # Errors
    /// [`Failure::ClaimLost`] when another caller took over: stop at once.
    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure>;
}

/// Does a step that nobody sees, such as an upload, unless an earlier attempt recorded what it yielded.
///
/// # Errors
/// What `act` fails with; [`Failure::ClaimLost`] when the result cannot be recorded any more.
pub async fn once(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<String, Failure> {
    if let Some(known) = steps.get(name) {
        return Ok(known.to_owned());
    }
    let result = act.await?;
    steps.record(name, result.clone()).await?;
    Ok(result)
}

/// Does a step that people see, such as one part of a thread, unless an earlier attempt recorded its id.
/// From then on the post is partly out, whatever fails later.
///
/// # Errors
/// What `act` fails with; [`Failure::Ambiguous`] when it happened and could not be recorded.
pub async fn shown(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<String, Failure> {
    let name = format!("{OUT}{name}");
    if let Some(known) = steps.get(&name) {
        return Ok(known.to_owned());
    }
    let id = act.await?;
    match steps.record(&name, id.clone()).await {
        Ok(()) => Ok(id),
        Err(Failure::ClaimLost) => Err(Failure::ClaimLost),
        Err(failure) => Err(Failure::Ambiguous { message: failure.message().to_owned() }),
    }
}

/// What [`aside`] records before it acts.
const BEGUN: &str = "begun";

/// Does something beside the post, such as its first comment: at most once, and whatever becomes of
/// it, the post stands. What is recorded under `name` is its id, or why there is none.
///
/// # Errors
/// Only [`Failure::ClaimLost`].
pub async fn aside(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<(), Failure> {
    if steps.get(name).is_some() {
        return Ok(());
    }
    // Recorded first: an attempt that dies in between leaves it out rather than doing it twice.
    match steps.record(name, BEGUN.to_owned()).await {
        Ok(()) => {}
        Err(Failure::ClaimLost) => return Err(Failure::ClaimLost),
        Err(_) => return Ok(()),
    }
    let outcome = act.await.unwrap_or_else(|failure| format!("failed: {failure}"));
    match steps.record(name, outcome).await {
        Err(Failure::ClaimLost) => Err(Failure::ClaimLost),
        _ => Ok(()),
    }
}

/// Where the content of files comes from.
#[async_trait]
pub trait MediaSource: Send + Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// [`Failure::Transient`] when it cannot be read now, [`Failure::Rejected`] when it is gone.
    async fn bytes(&self, file: &FileId) -> Result<Bytes, Failure>;
}

/// Waits, in real or simulated time.
#[async_trait]
pub trait Sleep: Send + Sync + fmt::Debug {
    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// Waits on the machine's timer.
#[derive(Debug, Clone, Copy)]
pub struct Timer;

#[async_trait]
impl Sleep for Timer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A network.
#[async_trait]
pub trait Network: Send + Sync + fmt::Debug {
    /// Which one.
    fn platform(&self) -> Platform;

    /// What may be done after an ambiguous outcome.
    fn class(&self) -> Class;

    /// Does ahead of the time what nobody sees, such as uploads, and records it in steps that
    /// [`Self::publish`] goes on from. By itself it only finds out whether the credentials work. The
    /// job has no key yet.
    ///
    /// # Errors
    /// [`Failure::TokenExpired`] when the credentials are to be renewed; anything else is left to the attempt.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let _ = (job, steps, media);
        self.check(credentials).await.map(drop)
    }

    /// Publishes a job, going on after the steps that are already recorded.
    ///
    /// # Errors
    /// A classified [`Failure`].
    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure>;

    /// What the network holds for this job's key.
    ///
    /// # Errors
    /// A classified [`Failure`]; never [`Failure::Ambiguous`], since looking changes nothing.
    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure>;

    /// Whether the credentials work, and the account as it is now.
    ///
    /// # Errors
    /// A classified [`Failure`].
    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure>;

    /// Credentials to use from now on. The old ones may be spent even when the answer is lost, so
    /// only one caller at a time may do this, and must store the result before using it.
    ///
    /// # Errors
    /// [`Failure::Revoked`] when the user must connect again; others may pass.
    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure>;

    /// Gives the credentials up. Ones that no longer work are a success.
    ///
    /// # Errors
    /// A classified [`Failure`].
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure>;
}

/// Clients by network.
pub type Clients = BTreeMap<Platform, Arc<dyn Network>>;

/// Credentials of one network were handed to another: a bug, reported as such.
pub(crate) fn foreign_credentials() -> Failure {
    Failure::Rejected {
        code: "foreign-credentials".to_owned(),
        message: "the account's credentials belong to another network".to_owned(),
        advice: "Disconnect the account and connect it again.".to_owned(),
    }
}

/// The outside networks.
#[derive(Debug)]
pub struct Networks {
    bluesky: Bluesky,
    mastodon: Mastodon,
}

impl Networks {
    /// All of them over one way out.
    #[must_use]
    pub fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        Self::with_sleep(http, clock, Arc::new(Timer))
    }

    /// The same, waiting by `sleep`.
    #[must_use]
    pub fn with_sleep(http: Http, clock: Arc<dyn Clock>, sleep: Arc<dyn Sleep>) -> Self {
        Self { bluesky: Bluesky::new(http.clone(), Arc::clone(&clock)), mastodon: Mastodon::new(http, clock, sleep) }
    }

    /// The client of a network. The page is not among them: it is part of the product and is made
    /// over the organization's own data.
    #[must_use]
    pub fn get(&self, platform: Platform) -> Option<&dyn Network> {
        match platform {
            Platform::Page => None,
            Platform::Bluesky => Some(&self.bluesky),
            Platform::Mastodon => Some(&self.mastodon),
        }
    }

    /// All of them, by network.
    #[must_use]
    pub fn clients(&self) -> Clients {
        let all: [Arc<dyn Network>; 2] = [Arc::new(self.bluesky.clone()), Arc::new(self.mastodon.clone())];
        all.into_iter().map(|client| (client.platform(), client)).collect()
    }

    /// Bluesky.
    #[must_use]
    pub fn bluesky(&self) -> &Bluesky {
        &self.bluesky
    }

    /// Mastodon.
    #[must_use]
    pub fn mastodon(&self) -> &Mastodon {
        &self.mastodon
    }
}
