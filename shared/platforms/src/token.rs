//! Access that a user allowed at the network's own site, and our registration there.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use cloud::crypto::sha256;
use cloud::{Cloud, SecretError};
use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::graph::login::USER_ID;
use crate::network::{Connected, Credentials, Secret, foreign_credentials};

/// Access that a user allowed at a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The network.
    pub network: Platform,
    /// Which of the network's ways it was allowed by; see [`Way`].
    pub way: String,
    /// Whom it acts for: the id or URN that calls name.
    pub subject: String,
    /// Sent with each call.
    pub access_token: Secret,
    /// When it stops working; absent = it does not by itself.
    pub expires_at: Option<Timestamp>,
    /// Buys the next one, where the network gives such.
    pub refresh_token: Option<Secret>,
    /// When that stops working; absent = it does not by itself, or nobody knows.
    pub refresh_expires_at: Option<Timestamp>,
    /// What the user allowed.
    pub scopes: Vec<String>,
    /// What else the network's module needs, by names of its own. Secret like the rest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Secret>,
}

impl Token {
    /// Who allowed it, by their id at the network: the extra [`USER_ID`] where that is not the subject.
    #[must_use]
    pub fn user(&self) -> &str {
        self.extra.get(USER_ID).map_or(&self.subject, Secret::expose)
    }

    /// When access ends for good: a token that buys the next one only has to be used before that ends.
    #[must_use]
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self.refresh_token {
            Some(_) => self.refresh_expires_at,
            None => self.expires_at,
        }
    }

    /// The token in `credentials` of `network`.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when they belong to another network.
    pub fn of(credentials: &Credentials, network: Platform) -> Result<&Self, Failure> {
        match credentials {
            Credentials::Token(token) if token.network == network => Ok(token),
            _ => Err(foreign_credentials()),
        }
    }
}

/// Our registration at a network, made there by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientApp {
    /// Our name there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

/// Our registrations. Each lies in the secret `<prefix>/network/<name>` as `{"client_id", "client_secret"}`.
#[async_trait]
pub trait Apps: Send + Sync + fmt::Debug {
    /// The registration of this name; absent = the operator made none.
    ///
    /// # Errors
    /// [`Failure::Internal`] when it cannot be read now.
    async fn find(&self, name: &str) -> Result<Option<ClientApp>, Failure>;

    /// The registration of this name.
    ///
    /// # Errors
    /// [`Failure::Internal`] as above; [`Failure::Rejected`] when there is none.
    async fn get(&self, name: &str) -> Result<ClientApp, Failure> {
        self.find(name).await?.ok_or_else(|| Failure::Rejected {
            code: "not-configured".to_owned(),
            message: format!("this installation has no registration named {name}"),
            advice: format!("Its operator must register an app and store it as the secret network/{name}."),
        })
    }
}

/// The registrations in Secrets Manager.
#[derive(Debug, Clone)]
pub struct SecretApps(Arc<Cloud>);

impl SecretApps {
    /// Over the deployment's secrets.
    #[must_use]
    pub const fn new(cloud: Arc<Cloud>) -> Self {
        Self(cloud)
    }
}

#[async_trait]
impl Apps for SecretApps {
    async fn find(&self, name: &str) -> Result<Option<ClientApp>, Failure> {
        let name = format!("network/{name}");
        match self.0.secrets().find(&name).await {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                serde_json::from_str(&text).map(Some).map_err(|_| Failure::internal(SecretError::Malformed { name }))
            }
            Err(error) => Err(Failure::internal(error)),
        }
    }
}

/// Made-up registrations for the simulated networks: every name has one.
#[derive(Debug, Clone, Copy)]
pub struct SandboxApps;

#[async_trait]
impl Apps for SandboxApps {
    async fn find(&self, name: &str) -> Result<Option<ClientApp>, Failure> {
        let client_secret = Secret::new(format!("sandbox-secret-of-{name}"));
        Ok(Some(ClientApp { client_id: format!("sandbox-{name}"), client_secret }))
    }
}

/// One way of allowing access: a network may have several, each with a registration and scopes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Its name in the API, such as `person` or `organization`; `default` where there is one only.
    pub name: &'static str,
    /// The registration it needs, by the name of its secret.
    pub app: &'static str,
    /// The scopes it asks for. Without those marked required nothing can be published.
    pub scopes: &'static [Scope],
}

/// A permission that a network grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Its name at the network.
    pub name: &'static str,
    /// What it is for, to tell a user who left it out: "publish posts".
    pub purpose: &'static str,
    /// Whether connecting makes no sense without it.
    pub required: bool,
}

impl Way {
    /// The names of all scopes.
    #[must_use]
    pub fn scope_names(&self) -> Vec<&'static str> {
        self.scopes.iter().map(|scope| scope.name).collect()
    }

    /// The scopes that were not granted.
    #[must_use]
    pub fn missing(&self, granted: &[String]) -> Vec<Scope> {
        let lacks = |scope: &&Scope| !granted.iter().any(|name| name == scope.name);
        self.scopes.iter().filter(lacks).copied().collect()
    }

    /// The scopes that were not granted, when connecting makes sense without them.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with the code [`LEFT_OUT`], which says what cannot be done, when one of them is required.
    pub fn optional_missing(&self, granted: &[String]) -> Result<Vec<Scope>, Failure> {
        let missing = self.missing(granted);
        let mut required: Vec<&str> =
            missing.iter().filter(|scope| scope.required).map(|scope| scope.purpose).collect();
        required.dedup();
        if required.is_empty() {
            return Ok(missing);
        }
        Err(Failure::Rejected {
            code: LEFT_OUT.to_owned(),
            message: format!("the permission to {} was left out", required.join(", to ")),
            advice: "Connect again, and leave everything allowed that is asked for.".to_owned(),
        })
    }
}

/// Code of the refusal when a user left out what publishing needs.
pub const LEFT_OUT: &str = "permission-left-out";

/// The refusal of a consent that left out what publishing needs, once its access was given back: as useless as it is, it
/// would stay in the user's list of connected apps. That the network did not take it back is no reason to say more.
pub(crate) fn useless(left_out: Failure, given_back: Result<(), Failure>) -> Failure {
    if let Err(failure) = given_back {
        tracing::warn!(%failure, "unusable access was not given back");
    }
    left_out
}

/// One attempt of a user to allow access.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The way chosen.
    pub way: Way,
    /// Our registration.
    pub app: ClientApp,
    /// Where the network sends the user back to.
    pub redirect_uri: String,
    /// Comes back unchanged.
    pub state: String,
    /// The PKCE verifier; networks without PKCE leave it out.
    pub verifier: Secret,
}

impl Attempt {
    /// The PKCE challenge (`S256`): the verifier's hash, base64url.
    #[must_use]
    pub fn challenge(&self) -> String {
        sha256(self.verifier.expose().as_bytes())
    }
}

/// What a user's consent yielded.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The accounts it gives access to: a user's pages, organizations or channels. The user chooses among several.
    pub accounts: Vec<Connected>,
    /// What the user left out.
    pub missing: Vec<Scope>,
}

/// A network whose users allow access at its own site: OAuth 2.0 with a code.
#[async_trait]
pub trait Consent: Send + Sync {
    /// The ways of allowing access, the usual one first.
    fn ways(&self) -> &'static [Way];

    /// Where to send the user.
    fn authorize_url(&self, attempt: &Attempt) -> Url;

    /// Turns the code that the user came back with into accounts. A code is sent once: it may be spent
    /// even when the answer is lost.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with advice when the code is refused or gives access to no account; others
    /// may pass, but the user starts again.
    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure>;
}
