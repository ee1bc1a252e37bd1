//! TikTok: one video, or up to 35 photos, by the Content Posting API v2 and Login Kit v2.
//!
//! After TikTok's documents Login Kit for Web, Manage User Access Tokens, Query Creator Info, Direct Post, Photo Post, Media
//! Transfer Guide, Get Post Status, API v2 Error Handling, API v2 Rate Limits and List Videos.
//!
//! A video is sent in chunks to an address that comes with its `publish_id`; TikTok makes the post by itself once it has
//! the last chunk. So all but the last chunk is sent ahead of the time ([`Network::prepare`]). Photos are read by TikTok
//! from addresses of ours, and nothing of them can be done ahead. There is no API to comment, to edit or to delete.

mod api;
mod creator;
mod oauth;
mod photos;
mod posted;
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
use crate::network::{Credentials, Holding, Job, MediaSource, Network, Profile, Published, Sleep, Steps};
use crate::networks::Tools;
use crate::token::{Apps, Consent, Token};

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tiktok {
    http: Http,
    clock: Arc<dyn Clock>,
    sleep: Arc<dyn Sleep>,
    apps: Arc<dyn Apps>,
}

impl Tiktok {
    /// A client that works with `tools`.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        let Tools { http, clock, sleep, apps } = tools.clone();
        Self { http, clock, sleep, apps }
    }
}

fn token(credentials: &Credentials) -> Result<&Token, Failure> {
    Token::of(credentials, Platform::Tiktok)
}

/// Whether the job is a video; otherwise it is photos.
fn is_video(job: &Job) -> bool {
    job.media.iter().any(|file| file.mime.starts_with("video/"))
}

#[async_trait]
impl Network for Tiktok {
    fn platform(&self) -> Platform {
        Platform::Tiktok
    }

    /// Searchable, since there is no key that a repeat could carry, but what was begun can be asked for. A video's
    /// `publish_id` is recorded before its first byte is sent, nothing shows before the last chunk, and afterwards only the
    /// status of that `publish_id` decides. Photos are posted by one request that answers with the `publish_id`: when that
    /// answer is lost, the account's public posts are searched; of posts that are not public nobody can tell, and the
    /// delivery ends as unknown.
    fn class(&self) -> Class {
        Class::Searchable
    }

    /// Sends all of a video but its last chunk. For photos it only asks whether the account may post now.
    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let token = token(credentials)?;
        if is_video(job) {
            return self.send_ahead(job, token, steps, media).await;
        }
        self.creator(token.access_token.expose()).await.map(drop)
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let token = token(credentials)?;
        if is_video(job) {
            self.publish_video(job, token, steps, media).await
        } else {
            self.publish_photos(job, token, steps, media).await
        }
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        let token = token(credentials)?;
        if is_video(job) { self.find_video(job, token, steps).await } else { self.find_photos(job, token, steps).await }
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

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.figures(remote_id, token(credentials)?.access_token.expose()).await
    }
}
