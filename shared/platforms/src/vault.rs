//! Where credentials are kept: sealed with AES-256-GCM, bound to organization and account, and
//! renewed by one caller at a time.

use std::sync::Arc;
use std::time::Duration;

use cloud::crypto::CryptoError;
use cloud::{Cloud, SecretError};
use domain::account::{Account, AccountStatus, Sealed};
use domain::delivery::Failure;
use domain::ids::{AccountId, OrgId};
use domain::platform::Platform;
use jiff::SignedDuration;
use store::{Condition, OrgKey, OrgStore, StoreError};

use crate::network::{Credentials, Network, Sleep};

/// How long one caller may take to renew: longer than any network call is given.
const REFRESH_LEASE: SignedDuration = SignedDuration::from_secs(40);
/// How often others look whether it is done.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Tries to store renewed credentials: the old ones are spent by then.
const STORE_TRIES: u32 = 5;

/// Why credentials could not be sealed or opened.
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

/// Seals, opens and renews credentials.
#[derive(Debug, Clone)]
pub struct Vault {
    cloud: Arc<Cloud>,
    sleep: Arc<dyn Sleep>,
}

impl Vault {
    /// A vault over the deployment's `token-key`.
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
        let plain = serde_json::to_vec(credentials).map_err(|_| VaultError::Malformed)?;
        let keyring = self.cloud.secrets().keyring().await?;
        Ok(Some(keyring.seal(&*self.cloud.random, &context(org, account), &plain)?))
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
        let plain = self.cloud.secrets().keyring().await?.open(&context(org, account.id), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::Malformed)
    }

    /// Renews the credentials that `seen` held when they were found expired. Of any number of callers
    /// one asks the network; the others wait for what it stores. A transient error leaves the account
    /// connected; only the network's own refusal does not.
    ///
    /// # Errors
    /// [`Failure::Revoked`] when the user must connect again; [`Failure::Transient`] when it may pass.
    pub async fn renew(&self, store: &OrgStore, seen: &Account, network: &dyn Network) -> Result<Credentials, Failure> {
        let patience = self.cloud.clock.now() + REFRESH_LEASE;
        loop {
            let now = self.cloud.clock.now();
            let current = store.get::<Account>(&OrgKey::Account(seen.id)).await.map_err(unreachable)?;
            let Some(current) = current else { return Err(VaultError::Missing.into()) };
            if current.sealed != seen.sealed {
                return Ok(self.open(store.org(), &current).await?);
            }
            if current.refresh_lease.is_none_or(|until| until <= now) {
                let leased = Account { refresh_lease: Some(now + REFRESH_LEASE), ..current.clone() };
                match self.replace(store, leased).await {
                    Ok(leased) => return self.renew_alone(store, leased, network).await,
                    Err(error) if error.is_conflict() => {}
                    Err(error) => return Err(unreachable(error)),
                }
            }
            if now > patience {
                return Err(Failure::Transient { message: "the access is being renewed elsewhere".to_owned() });
            }
            self.sleep.sleep(LOOK_AGAIN).await;
        }
    }

    /// Notes that the network no longer accepts the credentials. Posts, history and slots stay.
    ///
    /// # Errors
    /// [`StoreError`]; the next publication will note it.
    pub async fn mark_revoked(&self, store: &OrgStore, account: &Account, detail: &str) -> Result<(), StoreError> {
        let revoked = Account {
            status: AccountStatus::Reconnect,
            status_detail: Some(detail.to_owned()),
            checked_at: self.cloud.clock.now(),
            refresh_lease: None,
            ..account.clone()
        };
        match self.replace(store, revoked).await {
            // Somebody changed the account since: connected it again, perhaps. Theirs is newer.
            Err(error) if error.is_conflict() => Ok(()),
            other => other.map(drop),
        }
    }

    async fn renew_alone(
        &self,
        store: &OrgStore,
        leased: Account,
        network: &dyn Network,
    ) -> Result<Credentials, Failure> {
        let old = self.open(store.org(), &leased).await?;
        match network.refresh(&old).await {
            Ok(fresh) => {
                let sealed = self.seal(store.org(), leased.id, &fresh).await?;
                let renewed = Account {
                    sealed,
                    refresh_lease: None,
                    status: AccountStatus::Healthy,
                    status_detail: None,
                    checked_at: self.cloud.clock.now(),
                    ..leased
                };
                self.store_renewed(store, renewed).await?;
                Ok(fresh)
            }
            Err(Failure::Revoked { message }) => {
                self.mark_revoked(store, &leased, &message).await.map_err(unreachable)?;
                Err(Failure::Revoked { message })
            }
            Err(failure) => {
                let released = Account { refresh_lease: None, ..leased };
                // A lease that cannot be given back runs out by itself.
                drop(self.replace(store, released).await);
                Err(Failure::Transient { message: failure.to_string() })
            }
        }
    }

    /// Stores before anybody uses them: the network may accept neither the old ones nor another renewal.
    async fn store_renewed(&self, store: &OrgStore, renewed: Account) -> Result<(), Failure> {
        for _ in 1..STORE_TRIES {
            match self.replace(store, renewed.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if error.is_conflict() => return Err(unreachable(error)),
                Err(_) => self.sleep.sleep(LOOK_AGAIN).await,
            }
        }
        self.replace(store, renewed).await.map(drop).map_err(unreachable)
    }

    async fn replace(&self, store: &OrgStore, account: Account) -> Result<Account, StoreError> {
        let before = account.version;
        let account = Account { version: before + 1, ..account };
        let write = store.put(&OrgKey::Account(account.id), &account, Condition::Version(before))?;
        store.transact(vec![write]).await?;
        Ok(account)
    }
}

fn context(org: OrgId, account: AccountId) -> String {
    format!("{org}/{account}")
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
fn unreachable(error: StoreError) -> Failure {
    Failure::Transient { message: error.to_string() }
}
