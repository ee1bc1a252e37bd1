//! Bluesky and other servers of the AT Protocol, with app passwords.
//!
//! Everything goes to the account's own server (its PDS), found once when connecting:
//! handle → DID → DID document → PDS. The address is user input in effect, so it is called under
//! the address policy of [`crate::http`].

mod facets;
mod figures;
mod files;
mod gates;
mod identity;
mod post;
mod record;
mod session;
mod tlds;
mod xrpc;

use std::sync::Arc;

use async_trait::async_trait;
use cloud::Clock;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::platform::{Class, Platform};
use url::Url;

use crate::http::Http;
use crate::network::{
    Connected, Credentials, Holding, Job, LostComment, MediaSource, Network, Profile, Published, Steps,
    foreign_credentials,
};

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bluesky {
    http: Http,
    clock: Arc<dyn Clock>,
}

impl Bluesky {
    /// A client over one way out.
    #[must_use]
    pub fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock }
    }

    /// Connects an account by its handle, DID or e-mail address and an app password. `service` is
    /// its server's address where that is known; without it, it is looked up.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with advice for the user when an input is wrong; others may pass.
    pub async fn connect(
        &self,
        identifier: &str,
        app_password: &str,
        service: Option<&str>,
    ) -> Result<Connected, Failure> {
        let account = self.locate(identifier, service).await?;
        let credentials = self.create_session(&account, app_password).await?;
        let profile = self.check(&credentials).await?;
        Ok(Connected { profile, credentials })
    }
}

/// The parts of Bluesky credentials.
#[derive(Clone, Copy)]
struct Session<'a> {
    service: &'a Url,
    did: &'a str,
    access: &'a str,
    refresh: &'a str,
}

impl<'a> Session<'a> {
    fn of(credentials: &'a Credentials) -> Result<Self, Failure> {
        match credentials {
            Credentials::Bluesky { service, did, access_jwt, refresh_jwt } => {
                Ok(Self { service, did, access: access_jwt.expose(), refresh: refresh_jwt.expose() })
            }
            _ => Err(foreign_credentials()),
        }
    }
}

#[async_trait]
impl Network for Bluesky {
    fn platform(&self) -> Platform {
        Platform::Bluesky
    }

    /// Keyed: each record's key is chosen here and `putRecord` with `swapRecord: null` creates it at
    /// most once, so the same request can be sent again whatever became of the first. A post with gates goes with
    /// them in one commit, and is looked for under its key before that is sent again.
    fn class(&self) -> Class {
        Class::Keyed
    }

    /// Files are uploaded ahead; without any, asking for the profile tells whether the session works.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let session = Session::of(credentials)?;
        if record::Entry::all(job).all(|entry| entry.media.is_empty()) {
            return self.profile(session).await.map(drop);
        }
        for entry in record::Entry::all(job) {
            self.upload_entry(entry, session, steps, media, false).await?;
        }
        self.upload_subtitles(job, session, steps, media, false).await?;
        Ok(())
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.put_post(job, Session::of(credentials)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        self.find_post(job, Session::of(credentials)?).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(Session::of(credentials)?).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.refresh_session(Session::of(credentials)?).await
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_session(Session::of(credentials)?).await
    }

    fn comments_are_posts(&self) -> bool {
        true
    }

    fn part_id(&self, note: &str) -> Option<String> {
        post::reference(note).ok().map(|made| made.uri)
    }

    async fn find_comment(&self, lost: &LostComment, credentials: &Credentials) -> Result<Option<String>, Failure> {
        self.find_lost(&lost.job, Session::of(credentials)?).await
    }

    /// One part of a thread goes by itself; the others stay, as they do in the network's own app. Gates go the same way.
    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_record(remote_id, Session::of(credentials)?).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        Session::of(credentials)?;
        self.counts(remote_id).await
    }
}

#[cfg(test)]
mod tests;
