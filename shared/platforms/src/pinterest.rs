//! Pinterest, by its API v5: pins of one picture, of several, or of a video, each on a board.
//!
//! Written beside Pinterest's documents: the API v5 OpenAPI description, Set up authentication and
//! authorization, Create Pins, Register media upload, Get Pin analytics and Rate limits. What they leave
//! open is in `docs/networks/pinterest.md`.

mod api;
mod consent;
mod figures;
mod pin;
mod video;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::Offers;
use domain::platform::{Class, Platform};

use crate::network::{Credentials, Holding, Job, MediaSource, Network, Profile, Published, Steps};
use crate::networks::Tools;
use crate::token::{Consent, Token};

/// Every call.
const API: &str = "https://api.pinterest.com/v5";
/// Where people allow access, and see pins.
const SITE: &str = "https://www.pinterest.com";

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pinterest {
    tools: Tools,
}

impl Pinterest {
    /// A client over `tools`.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        Self { tools: tools.clone() }
    }
}

fn token(credentials: &Credentials) -> Result<&Token, Failure> {
    Token::of(credentials, Platform::Pinterest)
}

#[async_trait]
impl Network for Pinterest {
    fn platform(&self) -> Platform {
        Platform::Pinterest
    }

    /// Searchable: there is no idempotency key, and the same picture may be pinned again and again. But the
    /// pins of a board can be listed, newest first, with title, description, link and time of creation. An
    /// equal pin that somebody put on the same board since the delivery's first claim cannot be told from ours.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// A video is registered, uploaded and processed ahead. Pictures travel with the pin itself, so without a
    /// video only the credentials are tried.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let token = token(credentials)?;
        match video::of(job) {
            Some(file) => self.video(file, token, steps, media).await.map(drop),
            None => self.profile(token).await.map(drop),
        }
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.create_pin(job, token(credentials)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        self.find_pin(job, token(credentials)?).await.map(Holding::from)
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(token(credentials)?).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.renew(token(credentials)?).await.map(Credentials::Token)
    }

    /// Nothing to do: no way is documented. The user removes the app in Pinterest's settings.
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        token(credentials).map(drop)
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        self.boards(token(credentials)?).await
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_pin(remote_id, token(credentials)?).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.figures(remote_id, token(credentials)?).await
    }
}
