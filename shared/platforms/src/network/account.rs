//! An account at a network, and what proves the right to use it.

use std::fmt;

use domain::account::Account;
use domain::platform::Platform;
use domain::rules::Limits;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::token::Token;

/// A text that must not be shown: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for sending.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// An account as its network shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id at the network.
    pub remote_id: String,
    /// Display name.
    pub name: String,
    /// Handle, without a leading `@`.
    pub handle: String,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Profile page.
    pub url: Option<String>,
    /// Host of its server, for networks of many servers.
    pub instance: Option<String>,
    /// Limits of its server.
    pub limits: Option<Limits>,
}

impl From<&Account> for Profile {
    fn from(account: &Account) -> Self {
        Self {
            remote_id: account.remote_id.clone(),
            name: account.name.clone(),
            handle: account.handle.clone(),
            avatar_url: account.avatar_url.clone(),
            url: account.url.clone(),
            instance: account.instance.clone(),
            limits: account.limits.clone(),
        }
    }
}

/// What connecting an account yields.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The account.
    pub profile: Profile,
    /// What proves the right to use it.
    pub credentials: Credentials,
}

/// What proves the right to use an account. Stored only sealed; `Debug` hides the secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", rename_all = "snake_case")]
pub enum Credentials {
    /// The organization's own page needs none.
    Page,
    /// A session of a Bluesky server.
    Bluesky {
        /// Origin of the account's server (its PDS).
        service: Url,
        /// The account.
        did: String,
        /// Works about two hours.
        access_jwt: Secret,
        /// Works about ninety days and changes with each use.
        refresh_jwt: Secret,
    },
    /// A token of a Mastodon instance; it does not expire.
    Mastodon {
        /// Origin of the instance.
        instance: Url,
        /// The token.
        access_token: Secret,
        /// Our registration there.
        client_id: String,
        /// Its secret, needed to revoke the token.
        client_secret: Secret,
    },
    /// Access allowed at the network's own site.
    Token(Token),
}

impl Credentials {
    /// The network they belong to.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Self::Page => Platform::Page,
            Self::Bluesky { .. } => Platform::Bluesky,
            Self::Mastodon { .. } => Platform::Mastodon,
            Self::Token(token) => token.network,
        }
    }

    /// When they stop working unless they are renewed; absent = they do not by themselves, or nobody knows.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Token(token) => token.expires_at,
            _ => None,
        }
    }

    /// When access ends for good unless its user allows it again; absent = it does not by itself, or nobody knows.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Token(token) => token.ends_at(),
            _ => None,
        }
    }

    /// The way it was allowed by, where the network has ways.
    #[must_use]
    pub fn way(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(&token.way),
            _ => None,
        }
    }

    /// Who allowed it, by their id at the network, where access was allowed at its own site.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(token.user()),
            _ => None,
        }
    }
}
