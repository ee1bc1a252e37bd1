//! YouTube: one video per post, by the YouTube Data API v3 and Google's OAuth 2.0.
//!
//! After Google's documents Using OAuth 2.0 for Web Server Applications, Videos: insert, Videos resource, Resumable
//! Uploads, Thumbnails: set, Captions: insert and list, `PlaylistItems`: insert, `CommentThreads`: insert,
//! Errors and Quota Calculator.
//!
//! A video is sent into an upload session. Nothing of it can be seen before the session has the last byte; with that byte
//! the video is there. So everything but the last piece is sent ahead of the time ([`Network::prepare`]), and the last one
//! at the due second.

mod api;
mod captions;
mod channel;
mod oauth;
mod upload;
mod video;

use std::sync::Arc;

use async_trait::async_trait;
use cloud::Clock;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::Offers;
use domain::platform::{Class, Platform};

use crate::http::Http;
use crate::network::{Credentials, Holding, Job, MediaSource, Network, Profile, Published, Steps};
use crate::networks::Tools;
use crate::token::{Apps, Consent, Token};

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Youtube {
    http: Http,
    clock: Arc<dyn Clock>,
    apps: Arc<dyn Apps>,
}

impl Youtube {
    /// A client that works with `tools`.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        let Tools { http, clock, apps, .. } = tools.clone();
        Self { http, clock, apps }
    }
}

fn token(credentials: &Credentials) -> Result<&Token, Failure> {
    Token::of(credentials, Platform::Youtube)
}

#[async_trait]
impl Network for Youtube {
    fn platform(&self) -> Platform {
        Platform::Youtube
    }

    /// Keyed, by the upload session, whose address is recorded before its first byte is sent: a session becomes one video at
    /// most, takes each byte once whatever is repeated, and when asked after its end answers with the video it became. The
    /// one case it cannot answer for is its own disappearance after the last piece was sent; [`Network::publish`] then
    /// looks among the channel's uploads before it starts another.
    fn class(&self) -> Class {
        Class::Keyed
    }

    /// Sends all of the file but its last piece.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        self.send_ahead(job, token(credentials)?, steps, media).await
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.publish_video(job, token(credentials)?, steps, media).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.find_video(job, token(credentials)?, steps).await.map(Holding::from)
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.profile(token(credentials)?.access_token.expose()).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.renew(token(credentials)?).await.map(Credentials::Token)
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.give_up(token(credentials)?).await
    }

    fn consent(&self) -> Option<&dyn Consent> {
        Some(self)
    }

    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        self.offered(token(credentials)?.access_token.expose()).await
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.delete_video(remote_id, token(credentials)?.access_token.expose()).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.figures(remote_id, token(credentials)?.access_token.expose()).await
    }
}
