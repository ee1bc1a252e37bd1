//! Secrets Manager, with a cache per process that lasts a while: what an operator rotates counts everywhere soon.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::account::Sealed;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::crypto::{self, CryptoError, Keyring};

/// How long a process goes by what it read. The bound of every rotation: after this, all processes know the new secret.
pub const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The service refused or was out of reach.
    #[error("secret {name} could not be read: {source}")]
    Unavailable {
        /// Full name.
        name: String,
        /// The service's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is none of this name.
    #[error("there is no secret {name}")]
    Missing {
        /// Full name.
        name: String,
    },
    /// Its content is not of the documented shape.
    #[error("secret {name} is malformed")]
    Malformed {
        /// Full name.
        name: String,
    },
}

/// Reads secrets; each is fetched when it is first asked for, and again after [`FRESH`].
#[derive(Debug)]
pub struct Secrets {
    client: Option<aws_sdk_secretsmanager::Client>,
    prefix: String,
    clock: Arc<dyn Clock>,
    cache: Mutex<HashMap<String, Kept>>,
}

#[derive(Clone)]
struct Kept {
    text: Arc<str>,
    until: Timestamp,
}

/// A secret never gets into a log.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Secrets {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config, clock: Arc<dyn Clock>) -> Self {
        let mut builder = aws_sdk_secretsmanager::config::Builder::from(sdk);
        builder.set_endpoint_url(config.endpoints.secrets.clone());
        Self {
            client: Some(aws_sdk_secretsmanager::Client::from_conf(builder.build())),
            prefix: config.secrets_prefix.clone(),
            clock,
            cache: Mutex::new(HashMap::new()),
        }
    }

    /// Secrets that are there already, by name without prefix; no other can be had.
    #[must_use]
    pub fn given(secrets: &[(&str, &str)]) -> Self {
        let keep = |text: &str| Kept { text: text.into(), until: Timestamp::MAX };
        let secrets = secrets.iter().map(|(name, text)| (format!("/{name}"), keep(text)));
        let cache = Mutex::new(secrets.collect());
        Self { client: None, prefix: String::new(), clock: Arc::new(SystemClock), cache }
    }

    /// The text of the secret `<prefix>/<name>`, at most [`FRESH`] old; older while the service is out of reach, so that
    /// what works goes on.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read.
    pub async fn get(&self, name: &str) -> Result<Arc<str>, SecretError> {
        let name = format!("{}/{name}", self.prefix);
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let known = cache.get(&name).cloned();
        if let Some(kept) = known.as_ref().filter(|kept| now < kept.until) {
            return Ok(Arc::clone(&kept.text));
        }
        let text = match (self.fetch(&name).await, known) {
            (Ok(text), _) => text,
            (Err(error @ SecretError::Unavailable { .. }), Some(kept)) => {
                tracing::warn!(%error, "a secret that was read before is used on");
                kept.text
            }
            (Err(error), _) => {
                cache.remove(&name);
                return Err(error);
            }
        };
        cache.insert(name, Kept { text: Arc::clone(&text), until: now.saturating_add(FRESH).unwrap_or(now) });
        Ok(text)
    }

    async fn fetch(&self, name: &str) -> Result<Arc<str>, SecretError> {
        let Some(client) = &self.client else { return Err(SecretError::Missing { name: name.to_owned() }) };
        let answer = client.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|error| match error.into_service_error() {
            error if error.is_resource_not_found_exception() => SecretError::Missing { name: name.to_owned() },
            error => SecretError::Unavailable { name: name.to_owned(), source: error.into() },
        })?;
        answer.secret_string().map(Arc::from).ok_or_else(|| SecretError::Malformed { name: name.to_owned() })
    }

    /// The text of the secret `<prefix>/<name>`, if there is one. That there is none is asked anew each time, so an
    /// operator's new secret counts at once.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read.
    pub async fn find(&self, name: &str) -> Result<Option<Arc<str>>, SecretError> {
        match self.get(name).await {
            Ok(text) => Ok(Some(text)),
            Err(SecretError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The keys that seal social credentials (`token-key`).
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn keyring(&self) -> Result<Keyring, SecretError> {
        let secret = self.get("token-key").await?;
        Keyring::parse(&secret).map_err(|_: CryptoError| SecretError::Malformed { name: "token-key".to_owned() })
    }

    /// The keys that opened or sealed `sealed`: when the ones at hand lack its key, they are fetched anew, since
    /// another process may have sealed it with one that was added in the meantime.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn keyring_for(&self, sealed: &Sealed) -> Result<Keyring, SecretError> {
        let known = self.keyring().await?;
        if known.knows(sealed) || self.client.is_none() {
            return Ok(known);
        }
        self.cache.lock().await.remove(&format!("{}/token-key", self.prefix));
        self.keyring().await
    }

    /// The keys that sign OAuth state (`state-key`).
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn state_keys(&self) -> Result<StateKeys, SecretError> {
        let secret = self.get("state-key").await?;
        StateKeys::parse(&secret).ok_or_else(|| SecretError::Malformed { name: "state-key".to_owned() })
    }
}

/// The keys that sign what travels outside and comes back: one in base64 on each line. The first signs, all are accepted,
/// so that one can be rotated while what it signed is under way.
pub struct StateKeys(Vec<Vec<u8>>);

impl StateKeys {
    /// Reads the secret's text: nothing when it holds no key, or a line that is none.
    fn parse(secret: &str) -> Option<Self> {
        let lines = secret.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys: Vec<Vec<u8>> = lines.map(|line| STANDARD.decode(line).ok()).collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Signs `text` for `purpose`.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        crypto::sign(self.0.first().map_or(&[], Vec::as_slice), purpose, text)
    }

    /// The text inside a value that any of the keys signed for the same purpose.
    ///
    /// # Errors
    /// [`CryptoError::Altered`] for everything else.
    pub fn verify(&self, purpose: &str, signed: &str) -> Result<String, CryptoError> {
        let mut tries = self.0.iter().map(|key| crypto::verify(key, purpose, signed));
        tries.find(Result::is_ok).unwrap_or(Err(CryptoError::Altered))
    }
}

impl std::fmt::Debug for StateKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StateKeys({})", self.0.len())
    }
}

#[cfg(test)]
mod tests;
