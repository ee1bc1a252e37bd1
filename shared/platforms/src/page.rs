//! The organization's own public page at `/p/{slug}`: a network without an outside account.
//!
//! Publishing puts an entry into the organization's own items; `functions/pages` shows them. [`removal`] takes it off.

mod removal;

use std::sync::Arc;

use async_trait::async_trait;
use cloud::Clock;
use domain::delivery::Failure;
use domain::insights::Insights;
use domain::org::Organization;
use domain::platform::{Class, Platform};
use domain::tenancy::OrgScope;
use store::{Condition, OrgKey, OrgStore, PageEntry, PageFile, StoreError, Table, Write};

use crate::network::{
    Credentials, Holding, Job, MediaSource, NOT_OFFERED, Network, Profile, Published, Steps, foreign_credentials,
};

pub use removal::removal;

/// Position of the entry in the transaction that publishes it.
const ENTRY: usize = 0;

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Page {
    table: Table,
    base_url: Arc<str>,
    clock: Arc<dyn Clock>,
}

impl Page {
    /// A client over the table; `base_url` is the public origin, without a trailing slash.
    #[must_use]
    pub fn new(table: Table, base_url: &str, clock: Arc<dyn Clock>) -> Self {
        Self { table, base_url: base_url.into(), clock }
    }

    /// An organization's page as an account: one per organization, named and addressed like it.
    #[must_use]
    pub fn profile(&self, organization: &Organization) -> Profile {
        Profile {
            remote_id: organization.id.to_string(),
            name: organization.name.clone(),
            handle: organization.slug.clone(),
            url: Some(format!("{}/p/{}", self.base_url, organization.slug)),
            ..Profile::default()
        }
    }

    fn store(&self, job: &Job) -> OrgStore {
        self.table.org(OrgScope::from_own_wakeup(job.org))
    }

    /// Where the entry is seen: under the organization's address of today, which may have changed since
    /// the page was connected.
    async fn published(&self, store: &OrgStore, job: &Job) -> Result<Published, Failure> {
        let organization: Option<Organization> = store.get(&OrgKey::Org).await.map_err(|error| unread(&error))?;
        let slug = organization.map_or_else(|| job.profile.handle.clone(), |organization| organization.slug);
        Ok(self.entry_of(&slug, &job.key))
    }

    fn entry_of(&self, slug: &str, key: &str) -> Published {
        Published { remote_id: key.to_owned(), permalink: format!("{}/p/{slug}/{key}", self.base_url) }
    }

    fn writes(&self, store: &OrgStore, job: &Job) -> Result<Vec<Write>, StoreError> {
        let entry = PageEntry {
            id: job.key.clone(),
            post_id: job.post,
            text: job.text.clone(),
            media: job.media.clone(),
            published_at: self.clock.now(),
        };
        let mut writes = vec![store.put(&OrgKey::PageEntry(job.key.clone()), &entry, Condition::Absent)?];
        for (index, file) in job.media.iter().enumerate() {
            // A transaction takes each item once, however often the post shows it.
            if job.media[..index].iter().all(|earlier| earlier.file_id != file.file_id) {
                let shown = PageFile { file_id: file.file_id, mime: file.mime.clone(), thumb: file.thumb };
                writes.push(store.put(&OrgKey::PageFile(file.file_id), &shown, Condition::Always)?);
            }
        }
        Ok(writes)
    }
}

#[async_trait]
impl Network for Page {
    fn platform(&self) -> Platform {
        Platform::Page
    }

    /// Keyed: the entry lies under the delivery's key and is put only where there is none, so a
    /// repeat finds the first and changes nothing.
    fn class(&self) -> Class {
        Class::Keyed
    }

    /// There is nothing to prepare.
    async fn prepare(&self, _: &Job, _: &Credentials, _: &mut dyn Steps, _: &dyn MediaSource) -> Result<(), Failure> {
        Ok(())
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        _: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        own(credentials)?;
        let store = self.store(job);
        let published = self.published(&store, job).await?;
        let writes = self.writes(&store, job).map_err(|error| unwritten(&error))?;
        match store.transact(writes).await {
            Ok(()) => Ok(published),
            Err(error) if error.is_conflict_at(ENTRY) => Ok(published),
            Err(error) => Err(unwritten(&error)),
        }
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        own(credentials)?;
        let store = self.store(job);
        let key = OrgKey::PageEntry(job.key.clone());
        let found: Option<PageEntry> = store.get(&key).await.map_err(|error| unread(&error))?;
        match found {
            Some(_) => self.published(&store, job).await.map(Holding::All),
            None => Ok(Holding::Nothing),
        }
    }

    /// Nothing can be wrong with a page. The credentials do not say whose it is, so the profile is
    /// empty: [`Page::profile`] has the one to show.
    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        own(credentials).map(|()| Profile::default())
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        own(credentials).map(|()| Credentials::Page)
    }

    /// What is on the page stays there.
    async fn revoke(&self, credentials: &Credentials) -> Result<(), Failure> {
        own(credentials)
    }

    async fn insights(&self, _: &str, credentials: &Credentials) -> Result<Insights, Failure> {
        own(credentials)?;
        Err(Failure::Rejected {
            code: NOT_OFFERED.to_owned(),
            message: "the public page counts nobody".to_owned(),
            advice: "Its readers are not followed, so there is nothing to look at.".to_owned(),
        })
    }
}

fn own(credentials: &Credentials) -> Result<(), Failure> {
    if *credentials == Credentials::Page { Ok(()) } else { Err(foreign_credentials()) }
}

/// A write whose answer was lost may have happened; it is safe to repeat.
fn unwritten(error: &StoreError) -> Failure {
    tracing::warn!(%error, "an entry of a public page could not be written");
    let message = "The page's storage did not answer.".to_owned();
    match error {
        StoreError::Unavailable(_) => Failure::Ambiguous { message },
        _ => Failure::Transient { message },
    }
}

fn unread(error: &StoreError) -> Failure {
    tracing::warn!(%error, "an entry of a public page could not be read");
    Failure::Transient { message: "The page's storage did not answer.".to_owned() }
}

#[cfg(test)]
mod tests {
    use cloud::{Cloud, Config, SystemClock};

    use super::*;
    use crate::testing::{MemorySteps, OneFile, job, png};

    async fn page() -> Page {
        let cloud = Cloud::connect(Config { table: "atelier".into(), ..Config::default() }).await;
        Page::new(Table::new(&cloud), "https://atelier.test", Arc::new(SystemClock))
    }

    fn of_ada(pictures: usize) -> Job {
        let profile = Profile { handle: "ada".into(), ..Profile::default() };
        Job { profile, ..job("Hello", pictures) }
    }

    #[tokio::test]
    async fn the_permalink_follows_from_slug_and_key() {
        let published = page().await.entry_of("ada", "01JD4S2T7Q");
        assert_eq!(published.remote_id, "01JD4S2T7Q");
        assert_eq!(published.permalink, "https://atelier.test/p/ada/01JD4S2T7Q");
    }

    #[tokio::test]
    async fn a_file_shown_twice_is_written_once() {
        let page = page().await;
        let count = |pictures| {
            let job = of_ada(pictures);
            page.writes(&page.store(&job), &job).unwrap().len()
        };
        assert_eq!([count(0), count(1), count(3)], [1, 2, 2]);
    }

    #[tokio::test]
    async fn credentials_of_another_network_are_refused() {
        let foreign = Credentials::Mastodon {
            instance: "https://mastodon.test".parse().unwrap(),
            access_token: crate::Secret::new("token"),
            client_id: String::new(),
            client_secret: crate::Secret::new("secret"),
        };
        let page = page().await;
        let refused = page.publish(&of_ada(0), &foreign, &mut MemorySteps::default(), &OneFile(png())).await;
        assert!(matches!(refused, Err(Failure::Rejected { .. })));
        assert!(page.check(&Credentials::Page).await.is_ok());
    }
}
