//! What every network offers, and the plain data that goes in and comes out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::delivery::{Failure, OUT};
use domain::ids::{AccountId, FileId, OrgId, PostId};
use domain::insights::Insights;
use domain::offers::Offers;
use domain::platform::{Class, Platform};
use domain::rules::{ImageFit, Limits};
use domain::target::{Format, Setting, Settings};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::Chunks;
use crate::token::{Consent, Token};

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
    /// Access allowed at the network's own site.
    Token(Token),
}

impl Credentials {
    /// The network they belong to.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Self::Page => Platform::Page,
            Self::Bluesky { .. } => Platform::Bluesky,
            Self::Mastodon { .. } => Platform::Mastodon,
            Self::Token(token) => token.network,
        }
    }

    /// When they stop working unless they are renewed; absent = they do not by themselves, or nobody knows.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Token(token) => token.expires_at,
            _ => None,
        }
    }

    /// When access ends for good unless its user allows it again; absent = it does not by itself, or nobody knows.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Token(token) => token.ends_at(),
            _ => None,
        }
    }

    /// The way it was allowed by, where the network has ways.
    #[must_use]
    pub fn way(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(&token.way),
            _ => None,
        }
    }

    /// Who allowed it, by their id at the network, where access was allowed at its own site.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(token.user()),
            _ => None,
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
    /// What it becomes.
    pub format: Format,
    /// The network's own settings.
    pub settings: Settings,
    /// What follows as a thread.
    pub thread: Vec<ThreadPart>,
    /// The first comment.
    pub first_comment: Option<String>,
    /// The account as last seen.
    pub profile: Profile,
    /// Whether an earlier attempt with this key may have had its effect. A network that can only be
    /// searched then looks for each part of a post before making it.
    pub unsettled: bool,
}

/// One part of a thread, after the first.
#[derive(Clone, PartialEq, Eq)]
pub struct ThreadPart {
    /// The text.
    pub text: String,
    /// The files, in order.
    pub media: Vec<Attachment>,
}

impl Job {
    /// A setting that is a text or a choice; absent when it is not set or empty.
    #[must_use]
    pub fn text_setting(&self, name: &str) -> Option<&str> {
        match self.settings.get(name) {
            Some(Setting::Text(text)) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// A setting that is on or off; off when it is not set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.settings.get(name) == Some(&Setting::Flag(true))
    }

    /// A setting that is a list; empty when it is not set.
    #[must_use]
    pub fn list_setting(&self, name: &str) -> &[String] {
        match self.settings.get(name) {
            Some(Setting::List(list)) => list,
            _ => &[],
        }
    }
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

    /// Up to `length` bytes of a file from byte `from` on, which must be inside it.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    async fn range(&self, file: &FileId, from: u64, length: u64) -> Result<Bytes, Failure>;

    /// An address that the network itself can read the file from, for an hour at least.
    ///
    /// # Errors
    /// [`Failure::Transient`] when it cannot be made now.
    async fn url(&self, file: &FileId) -> Result<Url, Failure>;

    /// An address like [`Self::url`], of a copy within the bounds of a network where the file is a
    /// picture: a JPEG, upright and without metadata, made once.
    ///
    /// # Errors
    /// As [`Self::bytes`]; [`Failure::Rejected`] when the picture cannot be made to fit.
    async fn fitted_url(&self, file: &Attachment, fit: ImageFit) -> Result<Url, Failure> {
        let _ = fit;
        self.url(&file.file_id).await
    }

    /// A file of `length` bytes, read while it is sent, so that memory does not grow with it.
    fn stream(&self, file: &FileId, length: u64) -> Chunks;
}

/// Size of the pieces in which [`in_pieces`] reads a file, in bytes.
const PIECE: u64 = 4 * 1024 * 1024;

/// A file of `length` bytes, read by ranges while it is sent: what most sources answer to [`MediaSource::stream`].
#[must_use]
pub fn in_pieces<M: MediaSource + Clone + 'static>(media: &M, file: FileId, length: u64) -> Chunks {
    let media = media.clone();
    Chunks::new(move || {
        let media = media.clone();
        let pieces = futures::stream::unfold(0_u64, move |from| {
            let media = media.clone();
            async move {
                if from >= length {
                    return None;
                }
                let piece = media.range(&file, from, PIECE.min(length - from)).await;
                // Behind an error or an empty piece there is nothing more.
                let read = piece.as_ref().map_or(0, |piece| piece.len() as u64);
                let next = if read == 0 { length } else { from + read };
                Some((piece.map_err(|failure| failure.to_string()), next))
            }
        });
        Box::pin(pieces)
    })
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

    /// The same for one account, where a network's kinds of accounts differ. Of an account that is gone
    /// (absent) it is the class by which an attempt that was cut off may have landed, if any kind has such.
    fn class_for(&self, account: Option<&Profile>) -> Class {
        let _ = account;
        self.class()
    }

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

    /// Gives the credentials up. Ones that no longer work are a success, and so is a network that offers no way.
    ///
    /// # Errors
    /// A classified [`Failure`].
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure>;

    /// How users allow access at the network's own site; absent where they do not.
    fn consent(&self) -> Option<&dyn Consent> {
        None
    }

    /// What the account may choose among now, and how much of its quota is used.
    ///
    /// # Errors
    /// A classified [`Failure`].
    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        let _ = credentials;
        Ok(Offers::default())
    }

    /// Takes a published post back. One that is gone already is a success.
    ///
    /// # Errors
    /// A classified [`Failure`]; [`Failure::Rejected`] where the network lets nobody delete by its API.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        let _ = (remote_id, credentials);
        Err(not_offered("deleting posts"))
    }

    /// How a published post does.
    ///
    /// # Errors
    /// A classified [`Failure`]; [`Failure::Rejected`] where the network does not tell.
    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let _ = (remote_id, credentials);
        Err(not_offered("figures of posts"))
    }
}

fn not_offered(what: &str) -> Failure {
    Failure::Rejected {
        code: "not-offered".to_owned(),
        message: format!("the network's API does not offer {what}"),
        advice: "Use the network's own app.".to_owned(),
    }
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
