//! A client that gets the files of the stage.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::Offers;
use domain::platform::{Class, Platform};
use networks::library::Library;
use platforms::{Consent, Credentials, Holding, Job, MediaSource, Network, Profile, Published, Steps};

/// The client with the files of the stage in place of the object store's.
pub(super) struct WithFiles {
    pub(super) client: Arc<dyn Network>,
    pub(super) library: Library,
}

impl fmt::Debug for WithFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

#[async_trait]
impl Network for WithFiles {
    fn platform(&self) -> Platform {
        self.client.platform()
    }

    fn class(&self) -> Class {
        self.client.class()
    }

    fn class_for(&self, account: Option<&Profile>) -> Class {
        self.client.class_for(account)
    }

    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<(), Failure> {
        self.client.prepare(job, credentials, steps, &self.library).await
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        self.client.publish(job, credentials, steps, &self.library).await
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        self.client.read_back(job, credentials, steps).await
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        self.client.check(credentials).await
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.client.refresh(credentials).await
    }

    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        self.client.revoke(credentials).await
    }

    fn consent(&self) -> Option<&dyn Consent> {
        self.client.consent()
    }

    async fn offers(&self, credentials: &Credentials) -> Result<Offers, Failure> {
        self.client.offers(credentials).await
    }

    async fn delete(&self, remote_id: &str, credentials: &Credentials) -> Result<(), Failure> {
        self.client.delete(remote_id, credentials).await
    }

    async fn insights(&self, remote_id: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        self.client.insights(remote_id, credentials).await
    }
}
