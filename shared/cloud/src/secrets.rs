//! Secrets Manager, with a cache per process.

use std::collections::HashMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::account::Sealed;
use tokio::sync::Mutex;

use crate::config::Config;
use crate::crypto::{CryptoError, Keyring};

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

/// Reads secrets; each is fetched once per process.
#[derive(Debug)]
pub struct Secrets {
    client: Option<aws_sdk_secretsmanager::Client>,
    prefix: String,
    cache: Mutex<HashMap<String, Arc<str>>>,
}

impl Secrets {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        let mut builder = aws_sdk_secretsmanager::config::Builder::from(sdk);
        builder.set_endpoint_url(config.endpoints.secrets.clone());
        Self {
            client: Some(aws_sdk_secretsmanager::Client::from_conf(builder.build())),
            prefix: config.secrets_prefix.clone(),
            cache: Mutex::new(HashMap::new()),
        }
    }

    /// Secrets that are there already, by name without prefix; no other can be had.
    #[must_use]
    pub fn given(secrets: &[(&str, &str)]) -> Self {
        let secrets = secrets.iter().map(|(name, text)| (format!("/{name}"), Arc::from(*text)));
        Self { client: None, prefix: String::new(), cache: Mutex::new(secrets.collect()) }
    }

    /// The text of the secret `<prefix>/<name>`.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read.
    pub async fn get(&self, name: &str) -> Result<Arc<str>, SecretError> {
        let name = format!("{}/{name}", self.prefix);
        let mut cache = self.cache.lock().await;
        if let Some(secret) = cache.get(&name) {
            return Ok(Arc::clone(secret));
        }
        let Some(client) = &self.client else { return Err(SecretError::Missing { name }) };
        let answer = client.get_secret_value().secret_id(&name).send().await;
        let answer = answer.map_err(|error| match error.into_service_error() {
            error if error.is_resource_not_found_exception() => SecretError::Missing { name: name.clone() },
            error => SecretError::Unavailable { name: name.clone(), source: error.into() },
        })?;
        let Some(text) = answer.secret_string() else {
            return Err(SecretError::Malformed { name });
        };
        let secret: Arc<str> = text.into();
        cache.insert(name, Arc::clone(&secret));
        Ok(secret)
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

    /// The key that signs OAuth state (`state-key`).
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn state_key(&self) -> Result<Vec<u8>, SecretError> {
        let secret = self.get("state-key").await?;
        STANDARD.decode(secret.trim()).map_err(|_| SecretError::Malformed { name: "state-key".to_owned() })
    }
}
