//! What every network offers, and the plain data that goes in and comes out.

mod account;
mod files;
mod job;
mod steps;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::Offers;
use domain::platform::{Class, Platform};

use crate::token::Consent;

pub use account::{Connected, Credentials, Profile, Secret};
pub use files::{MediaSource, in_pieces};
pub use job::{Attachment, Cover, Holding, Job, LostComment, Published, Subtitles, ThreadPart};
pub use steps::{Steps, amend, aside, ensure, noted, once, shown};

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

    /// Takes a published post back, or one part of a thread, by its id. One that is gone already is a success.
    ///
    /// # Errors
    /// A classified [`Failure`]; [`Failure::Rejected`] with [`NOT_OFFERED`] where the network lets nobody delete by
    /// its API.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        let _ = (remote_id, credentials);
        Err(not_offered("deleting posts"))
    }

    /// Whether a first comment is a post of its own here, which stays when the post that it answers goes.
    fn comments_are_posts(&self) -> bool {
        false
    }

    /// The id of a first comment that was begun and never named, by the rule by which a doubtful part of a thread is
    /// found; absent when it is not there. Only asked where comments are posts.
    ///
    /// # Errors
    /// A classified [`Failure`]; [`Failure::Rejected`] where it cannot be looked for.
    async fn find_comment(&self, lost: &LostComment, credentials: &Credentials) -> Result<Option<String>, Failure> {
        let _ = (lost, credentials);
        Err(not_offered("looking for comments"))
    }

    /// The id of a part of a thread in what [`shown`] recorded of it; absent when that cannot be read.
    fn part_id(&self, note: &str) -> Option<String> {
        Some(note.to_owned())
    }

    /// How a published post does; of a thread, its first part.
    ///
    /// # Errors
    /// A classified [`Failure`]; [`Failure::Rejected`] with [`NOT_OFFERED`] where the network does not tell.
    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        let _ = (remote_id, credentials);
        Err(not_offered("figures of posts"))
    }
}

/// Code of a [`Failure::Rejected`] for what a network, or this kind of account there, does not offer at all.
pub const NOT_OFFERED: &str = "not-offered";

fn not_offered(what: &str) -> Failure {
    Failure::Rejected {
        code: NOT_OFFERED.to_owned(),
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
