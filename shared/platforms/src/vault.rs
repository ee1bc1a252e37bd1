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
/// How long credentials must still work for them to be used as they are: longer than a publication takes.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

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
            // A key that is missing here can be given back by the operator; the user cannot help.
            VaultError::Key(_) | VaultError::Crypto(CryptoError::UnknownKey) => Self::internal(error),
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
        let keys = self.cloud.secrets().keyring_for(sealed).await?;
        open(&keys, &context(org, account.id), sealed)
    }

    /// Opens an account's credentials, renewed first if they end within [`AHEAD`]. While they still work, a
    /// renewal that does not succeed changes nothing: the network's answer to their use is what counts.
    ///
    /// # Errors
    /// As [`Self::renew`], once they ended; [`Failure`] of [`VaultError`].
    pub async fn open_fresh(
        &self,
        store: &OrgStore,
        seen: &Account,
        network: &dyn Network,
    ) -> Result<Credentials, Failure> {
        self.open_for(store, seen, network, AHEAD).await
    }

    /// [`Self::open_fresh`] with another time that they must still work.
    ///
    /// # Errors
    /// As there.
    pub async fn open_for(
        &self,
        store: &OrgStore,
        seen: &Account,
        network: &dyn Network,
        ahead: SignedDuration,
    ) -> Result<Credentials, Failure> {
        let current = self.open(store.org(), seen).await?;
        let now = self.cloud.clock.now();
        match current.expires_at() {
            Some(end) if end <= now => self.renew(store, seen, network).await,
            Some(end) if end <= now + ahead => {
                let renewed = self.fly(store, seen, network, Mode::Ahead).await;
                Ok(renewed.unwrap_or_else(|failure| {
                    tracing::info!(account = %seen.id, class = ?failure.outcome(), "access was not renewed ahead of its end");
                    current
                }))
            }
            _ => Ok(current),
        }
    }

    /// Seals credentials anew that were sealed with another key than the active one. Says whether it did; what
    /// changed in between stays, and was sealed with the active key then.
    ///
    /// # Errors
    /// [`VaultError`] when they cannot be opened, as a [`Failure`]; [`Failure::Internal`] when the table is out of reach.
    pub async fn reseal(&self, store: &OrgStore, account: &Account) -> Result<bool, Failure> {
        let Some(sealed) = &account.sealed else { return Ok(false) };
        let keys = self.cloud.secrets().keyring_for(sealed).await.map_err(VaultError::from)?;
        let context = context(store.org(), account.id);
        let Some(fresh) = resealed(&keys, &*self.cloud.random, &context, sealed)? else { return Ok(false) };
        Item { store, account: account.id }.replace(sealed, &fresh).await
    }

    /// Renews the credentials that `seen` held when they were found expired. Of any number of callers
    /// one asks the network; the others wait for what it stores. A transient error leaves the account
    /// connected; only the network's own refusal does not.
    ///
    /// # Errors
    /// [`Failure::Revoked`] when the user must connect again; [`Failure::Transient`] when it may pass, and
    /// [`Failure::Internal`] when the key or the table is out of reach.
    pub async fn renew(&self, store: &OrgStore, seen: &Account, network: &dyn Network) -> Result<Credentials, Failure> {
        self.fly(store, seen, network, Mode::Ended).await
    }

    async fn fly(
        &self,
        store: &OrgStore,
        seen: &Account,
        network: &dyn Network,
        mode: Mode,
    ) -> Result<Credentials, Failure> {
        let sealed = seen.sealed.as_ref().ok_or(VaultError::Missing)?;
        let keys = self.cloud.secrets().keyring_for(sealed).await.map_err(VaultError::from)?;
        let flight = Flight {
            shelf: &Item { store, account: seen.id },
            keys: &keys,
            context: &context(store.org(), seen.id),
            network,
            clock: &*self.cloud.clock,
            random: &*self.cloud.random,
            sleep: &*self.sleep,
            mode,
        };
        flight.renew(seen).await
    }

    /// Notes that the network no longer accepts the credentials. Posts, history and slots stay.
    ///
    /// # Errors
    /// [`StoreError`]; the next publication will note it.
    pub async fn mark_revoked(&self, store: &OrgStore, account: &Account, detail: &str) -> Result<(), StoreError> {
        let change = revoked(account.id, detail, self.cloud.clock.now())?.add("version", 1);
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

/// The same credentials under the active key; nothing when they are under it already.
fn resealed(keys: &Keyring, random: &dyn Random, context: &str, sealed: &Sealed) -> Result<Option<Sealed>, VaultError> {
    if !keys.is_outdated(sealed) {
        return Ok(None);
    }
    let plain = keys.open(context, sealed)?;
    Ok(Some(keys.seal(random, context, &plain)?))
}

/// Why credentials are renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// They ended, or the network says so: without others there is no access.
    Ended,
    /// They end soon: whoever cannot renew them now goes on with them.
    Ahead,
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
    mode: Mode,
}

impl Flight<'_> {
    async fn renew(&self, seen: &Account) -> Result<Credentials, Failure> {
        let looks = if self.mode == Mode::Ahead { 1 } else { LOOKS };
        for look in 1..=looks {
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
            if look < looks {
                self.sleep.sleep(LOOK_EVERY).await;
            }
        }
        Err(Failure::internal("another renewal of the account's access is under way"))
    }

    /// Renews while holding the lease.
    async fn renew_alone(&self, current: &Credentials, until: Timestamp) -> Result<Credentials, Failure> {
        match self.network.refresh(current).await {
            Ok(renewed) => {
                let sealed = seal(self.keys, self.random, self.context, &renewed)?;
                self.keep(&sealed, renewed.ends_at(), until).await?;
                Ok(renewed)
            }
            // Ahead of its end a refusal may only mean that there is nothing to renew it with.
            Err(Failure::Revoked { message }) if self.mode == Mode::Ended => {
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

    async fn keep(&self, sealed: &Sealed, ends_at: Option<Timestamp>, until: Timestamp) -> Result<(), Failure> {
        let mut result = self.shelf.keep(sealed, ends_at, until).await;
        for _ in 1..STORE_TRIES {
            if result.is_ok() {
                break;
            }
            self.sleep.sleep(LOOK_EVERY).await;
            result = self.shelf.keep(sealed, ends_at, until).await;
        }
        result
    }
}

#[cfg(test)]
mod tests;
