//! Mastodon and compatible servers: each instance is a network of its own, registered with once,
//! with its own limits.
//!
//! The instance's address is user input and is called under the address policy of [`crate::http`].

mod api;
mod instance;
mod media;
mod oauth;
mod search;
mod status;

use std::sync::Arc;

use async_trait::async_trait;
use cloud::Clock;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::platform::{Class, Platform};
use url::Url;

use crate::http::Http;
use crate::network::{
    Credentials, Holding, Job, LostComment, MediaSource, Network, Profile, Published, Sleep, Steps, foreign_credentials,
};

pub use oauth::App;

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mastodon {
    http: Http,
    clock: Arc<dyn Clock>,
    sleep: Arc<dyn Sleep>,
}

impl Mastodon {
    /// A client over one way out, waiting for the processing of files by `sleep`.
    #[must_use]
    pub fn new(http: Http, clock: Arc<dyn Clock>, sleep: Arc<dyn Sleep>) -> Self {
        Self { http, clock, sleep }
    }
}

/// The instance and the token, which is all that most calls need.
#[derive(Clone, Copy)]
struct Access<'a> {
    instance: &'a Url,
    token: &'a str,
}

impl<'a> Access<'a> {
    fn of(credentials: &'a Credentials) -> Result<Self, Failure> {
        match credentials {
            Credentials::Mastodon { instance, access_token, .. } => Ok(Self { instance, token: access_token.expose() }),
            _ => Err(foreign_credentials()),
        }
    }
}

#[async_trait]
impl Network for Mastodon {
    fn platform(&self) -> Platform {
        Platform::Mastodon
    }

    /// Keyed: instances remember the `Idempotency-Key` of a post for an hour and answer a repeat
    /// with the first post; each part of a thread has a key of its own. Once the key is older than 55
    /// minutes, [`Network::publish`] itself looks among the account's own posts before it sends.
    fn class(&self) -> Class {
        Class::Keyed
    }

    /// Files are uploaded and processed ahead; without any there is nothing to do, since tokens last.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let access = Access::of(credentials)?;
        for entry in status::Entry::all(job) {
            self.attach_entry(job, entry, access, steps, media, false).await?;
        }
        Ok(())
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.post_status(job, Access::of(credentials)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.find_post(job, Access::of(credentials)?, steps).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(Access::of(credentials)?).await
    }

    /// Nothing to do: these tokens do not run out.
    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        Access::of(credentials)?;
        Ok(credentials.clone())
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.revoke_token(credentials).await
    }

    fn comments_are_posts(&self) -> bool {
        true
    }

    fn part_id(&self, note: &str) -> Option<String> {
        status::recorded(note).ok().map(|made| made.remote_id)
    }

    async fn find_comment(&self, lost: &LostComment, credentials: &Credentials) -> Result<Option<String>, Failure> {
        self.find_lost(lost, Access::of(credentials)?).await
    }

    /// One part of a thread goes by itself; the others stay, as they do in the network's own app.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_status(remote_id, Access::of(credentials)?).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.counts(remote_id, Access::of(credentials)?).await
    }
}

#[cfg(test)]
mod tests;
