//! Credentials at rest and their renewal.
//!
//! Credentials leave the table only sealed to their organization and account. Renewing them is
//! single-flight over all processes: whoever wins the lease on the account's item renews, stores
//! what it got before anybody uses it, and gives the lease back; everybody else waits for that.

mod shelf;

use std::sync::Arc;
use std::time::Duration;

use cloud::crypto::{CryptoError, Keyring};
use cloud::{Clock, Cloud, Random, SecretError};
use domain::account::{Account, AccountStatus, Sealed};
use domain::delivery::Failure;
use domain::ids::{AccountId, OrgId};
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use store::{Condition, OrgKey, OrgStore, StoreError};

use crate::network::{Credentials, Network, Sleep};
use shelf::{Item, Shelf, revoked};

/// Longer than one renewal takes with its longest timeout.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Looks at somebody else's renewal, together 20 seconds: an API request ends at 30, and a caller
/// that is told to try again later finds the result then.
const LOOKS: u32 = 40;
/// Tries to store renewed credentials: losing them would cost the connection.
const STORE_TRIES: u32 = 4;

/// Why credentials could not be sealed or opened. Says nothing about them.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key could not be had.
    #[error(transparent)]
    Key(#[from] SecretError),
    /// They are not ours, or altered.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The account has none: it is disconnected.
    #[error("the account has no credentials")]
    Missing,
    /// They are not of a shape this version knows.
    #[error("the credentials are malformed")]
    Malformed,
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Key(_) => Self::Transient { message: error.to_string() },
            _ => Self::Revoked { message: error.to_string() },
        }
    }
}

/// Seals, opens and renews credentials. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vault {
    cloud: Arc<Cloud>,
    sleep: Arc<dyn Sleep>,
}

impl Vault {
    /// A vault over the deployment's `token-key`, waiting by `sleep`.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>, sleep: Arc<dyn Sleep>) -> Self {
        Self { cloud: Arc::clone(cloud), sleep }
    }

    /// Seals credentials for one account; absent where the network needs none.
    ///
    /// # Errors
    /// [`VaultError::Key`] when the key cannot be had.
    pub async fn seal(
        &self,
        org: OrgId,
        account: AccountId,
        credentials: &Credentials,
    ) -> Result<Option<Sealed>, VaultError> {
        if *credentials == Credentials::Page {
            return Ok(None);
        }
        let keys = self.cloud.secrets().keyring().await?;
        seal(&keys, &*self.cloud.random, &context(org, account), credentials).map(Some)
    }

    /// Opens an account's credentials.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open(&self, org: OrgId, account: &Account) -> Result<Credentials, VaultError> {
        if account.platform == Platform::Page && account.status != AccountStatus::Disconnected {
            return Ok(Credentials::Page);
        }
        let sealed = account.sealed.as_ref().ok_or(VaultError::Missing)?;
        let keys = self.cloud.secrets().keyring().await?;
        open(&keys, &context(org, account.id), sealed)
    }

    /// Renews the credentials that `seen` held when they were found expired. Of any number of callers
    /// one asks the network; the others wait for what it stores. A transient error leaves the account
    /// connected; only the network's own refusal does not.
    ///
    /// # Errors
    /// [`Failure::Revoked`] when the user must connect again; [`Failure::Transient`] when it may pass.
    pub async fn renew(&self, store: &OrgStore, seen: &Account, network: &dyn Network) -> Result<Credentials, Failure> {
        let keys = self.cloud.secrets().keyring().await.map_err(VaultError::from)?;
        let flight = Flight {
            shelf: &Item { store, account: seen.id },
            keys: &keys,
            context: &context(store.org(), seen.id),
            network,
            clock: &*self.cloud.clock,
            random: &*self.cloud.random,
            sleep: &*self.sleep,
        };
        flight.renew(seen).await
    }

    /// Notes that the network no longer accepts the credentials. Posts, history and slots stay.
    ///
    /// # Errors
    /// [`StoreError`]; the next publication will note it.
    pub async fn mark_revoked(&self, store: &OrgStore, account: &Account, detail: &str) -> Result<(), StoreError> {
        let change = revoked(detail, self.cloud.clock.now())?.add("version", 1);
        // Credentials that changed since were connected again, or renewed: that is newer.
        let unchanged = Condition::is("sealed", &account.sealed)?;
        let write = store.change(&OrgKey::Account(account.id), change, unchanged);
        match store.transact(vec![write]).await {
            Err(error) if error.is_conflict() => Ok(()),
            other => other,
        }
    }
}

/// What sealed credentials are bound to: copied to another account, they do not open.
fn context(org: OrgId, account: AccountId) -> String {
    format!("{org}/{account}")
}

fn seal(keys: &Keyring, random: &dyn Random, context: &str, credentials: &Credentials) -> Result<Sealed, VaultError> {
    let plain = serde_json::to_vec(credentials).map_err(|_| VaultError::Malformed)?;
    Ok(keys.seal(random, context, &plain)?)
}

fn open(keys: &Keyring, context: &str, sealed: &Sealed) -> Result<Credentials, VaultError> {
    let plain = keys.open(context, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| VaultError::Malformed)
}

/// One caller's way to renewed credentials.
struct Flight<'a> {
    shelf: &'a dyn Shelf,
    keys: &'a Keyring,
    context: &'a str,
    network: &'a dyn Network,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
    sleep: &'a dyn Sleep,
}

impl Flight<'_> {
    async fn renew(&self, seen: &Account) -> Result<Credentials, Failure> {
        for _ in 0..LOOKS {
            let account = self.shelf.load().await?;
            let sealed = account.sealed.as_ref().ok_or(VaultError::Missing)?;
            let current = open(self.keys, self.context, sealed)?;
            if account.sealed != seen.sealed {
                return Ok(current);
            }
            let now = self.clock.now();
            if account.refresh_lease.is_none_or(|until| until <= now) {
                let until = now + LEASE;
                if self.shelf.lease(&account, until).await? {
                    return self.renew_alone(&current, until).await;
                }
            }
            self.sleep.sleep(LOOK_EVERY).await;
        }
        Err(Failure::Transient { message: "another renewal of the account's access is under way".to_owned() })
    }

    /// Renews while holding the lease.
    async fn renew_alone(&self, current: &Credentials, until: Timestamp) -> Result<Credentials, Failure> {
        match self.network.refresh(current).await {
            Ok(renewed) => {
                let sealed = seal(self.keys, self.random, self.context, &renewed)?;
                self.keep(&sealed, until).await?;
                Ok(renewed)
            }
            Err(Failure::Revoked { message }) => {
                self.shelf.give_up(until, &message, self.clock.now()).await?;
                Err(Failure::Revoked { message })
            }
            Err(failure) => {
                // If this fails too, the lease ends by itself.
                if let Err(error) = self.shelf.release(until).await {
                    tracing::warn!(%error, "a renewal's lease could not be given back");
                }
                Err(failure)
            }
        }
    }

    async fn keep(&self, sealed: &Sealed, until: Timestamp) -> Result<(), Failure> {
        let mut result = self.shelf.keep(sealed, until).await;
        for _ in 1..STORE_TRIES {
            if result.is_ok() {
                break;
            }
            self.sleep.sleep(LOOK_EVERY).await;
            result = self.shelf.keep(sealed, until).await;
        }
        result
    }
}

#[cfg(test)]
mod tests;
