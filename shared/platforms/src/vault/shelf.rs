//! Where an account's item lies, and the conditional writes that renewal needs.

use async_trait::async_trait;
use domain::account::{Account, AccountStatus, Notice, Sealed};
use domain::delivery::Failure;
use domain::ids::AccountId;
use jiff::Timestamp;
use store::{Change, Condition, OrgKey, OrgStore, StoreError};

/// An account's item.
#[async_trait]
pub(super) trait Shelf: Send + Sync {
    /// The item as it is now.
    async fn load(&self) -> Result<Account, Failure>;

    /// Takes the lease if the item is still as `seen`.
    async fn lease(&self, seen: &Account, until: Timestamp) -> Result<bool, Failure>;

    /// Stores renewed credentials, after which access ends at `ends_at`, and gives the lease `until` back.
    async fn keep(&self, sealed: &Sealed, ends_at: Option<Timestamp>, until: Timestamp) -> Result<(), Failure>;

    /// Marks the account as to be reconnected and gives the lease `until` back.
    async fn give_up(&self, until: Timestamp, detail: &str, now: Timestamp) -> Result<(), Failure>;

    /// Gives the lease `until` back.
    async fn release(&self, until: Timestamp) -> Result<(), Failure>;
}

/// The item in the table.
pub(super) struct Item<'a> {
    pub(super) store: &'a OrgStore,
    pub(super) account: AccountId,
}

impl Item<'_> {
    /// Puts other seals on the same credentials, if they are still as `seen`.
    pub(super) async fn replace(&self, seen: &Sealed, fresh: &Sealed) -> Result<bool, Failure> {
        let change = Change::default().set("sealed", fresh).map_err(|error| failed(&error))?;
        let unchanged = Condition::is("sealed", &Some(seen)).map_err(|error| failed(&error))?;
        match self.write(change, unchanged).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Changes the item if the lease is still ours. A lost lease means that the user connected
    /// anew or disconnected in between, and what they did stays.
    async fn change_leased(&self, change: Change, until: Timestamp) -> Result<(), Failure> {
        let change = change.set("refresh_lease", &None::<Timestamp>).map_err(|error| failed(&error))?;
        let held = Condition::is("refresh_lease", &until).map_err(|error| failed(&error))?;
        match self.write(change, held).await {
            Ok(()) => Ok(()),
            Err(error) if error.is_conflict() => {
                Err(Failure::internal("the account changed while its access was renewed"))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    async fn write(&self, change: Change, condition: Condition) -> Result<(), StoreError> {
        let change = change.add("version", 1);
        let write = self.store.change(&OrgKey::Account(self.account), change, condition);
        self.store.transact(vec![write]).await
    }
}

#[async_trait]
impl Shelf for Item<'_> {
    async fn load(&self) -> Result<Account, Failure> {
        let found = self.store.get(&OrgKey::Account(self.account)).await;
        let found: Option<Account> = found.map_err(|error| failed(&error))?;
        found.ok_or_else(|| Failure::Revoked { message: "the account is gone".to_owned() })
    }

    async fn lease(&self, seen: &Account, until: Timestamp) -> Result<bool, Failure> {
        let change = Change::default().set("refresh_lease", &until).map_err(|error| failed(&error))?;
        match self.write(change, Condition::Version(seen.version)).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn keep(&self, sealed: &Sealed, ends_at: Option<Timestamp>, until: Timestamp) -> Result<(), Failure> {
        let change = Change::default()
            .set("sealed", sealed)
            .and_then(|change| change.set("expires_at", &ends_at))
            .and_then(|change| change.set("status", &AccountStatus::Healthy))
            .and_then(|change| change.set("status_detail", &None::<String>))
            // An end or a loss that comes after this is told anew.
            .and_then(|change| change.set("told", &None::<Notice>));
        self.change_leased(change.map_err(|error| failed(&error))?, until).await
    }

    async fn give_up(&self, until: Timestamp, detail: &str, now: Timestamp) -> Result<(), Failure> {
        let change = revoked(self.account, detail, now).map_err(|error| failed(&error))?;
        self.change_leased(change, until).await
    }

    async fn release(&self, until: Timestamp) -> Result<(), Failure> {
        self.change_leased(Change::default(), until).await
    }
}

/// The change that asks the user to connect the account again. It is looked after at once, so that those who
/// run the organization are told.
pub(super) fn revoked(account: AccountId, detail: &str, now: Timestamp) -> Result<Change, StoreError> {
    Change::default()
        .set("status", &AccountStatus::Reconnect)?
        .set("status_detail", &Some(detail))?
        .set("checked_at", &now)?
        .check_at(account, now)
}

fn failed(error: &StoreError) -> Failure {
    tracing::warn!(%error, "an account's item could not be read or written");
    Failure::internal("the account's item could not be read or written")
}
