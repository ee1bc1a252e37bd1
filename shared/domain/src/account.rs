//! Connected social accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, UserId};
use crate::offers::Offered;
use crate::platform::Platform;
use crate::rules::{Limits, WayRule, rule};

/// How a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// The last check or publication succeeded.
    Healthy,
    /// The network refused the credentials: the user must connect again.
    Reconnect,
    /// The last check failed for a reason that may pass.
    Error,
    /// Disconnected by the user: kept for its history, cannot publish.
    Disconnected,
}

/// Credentials as stored: AES-256-GCM, bound to organization and account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which key of the `token-key` secret sealed it.
    pub key_id: String,
    /// Nonce, base64.
    pub nonce: String,
    /// Ciphertext with tag, base64.
    pub ciphertext: String,
}

/// Something about a connection that the people who run an organization are told by mail, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Access ends at this time.
    Ending(Timestamp),
    /// Access was lost.
    Lost,
}

/// A connected account, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id here.
    pub id: AccountId,
    /// Its network.
    pub platform: Platform,
    /// Its id at the network: one account per network and remote id.
    pub remote_id: String,
    /// Display name.
    pub name: String,
    /// Handle, without a leading `@`.
    pub handle: String,
    /// Picture at the network.
    pub avatar_url: Option<String>,
    /// Profile at the network.
    pub url: Option<String>,
    /// Host of the instance, for networks of many servers.
    pub instance: Option<String>,
    /// How the connection is doing.
    pub status: AccountStatus,
    /// What the last failed check said, for the user.
    pub status_detail: Option<String>,
    /// When it was last checked.
    pub checked_at: Timestamp,
    /// When it was connected, or connected again.
    pub connected_at: Timestamp,
    /// By whom.
    pub connected_by: UserId,
    /// Limits of its instance that differ from the rule table.
    pub limits: Option<Limits>,
    /// Credentials; absent where the network needs none, and once disconnected.
    pub sealed: Option<Sealed>,
    /// Until when the network asked to be left alone: nothing is sent to the account before.
    #[serde(default)]
    pub paused_until: Option<Timestamp>,
    /// Until when one caller holds the right to refresh the credentials.
    pub refresh_lease: Option<Timestamp>,
    /// Which of the network's ways its user allowed access by, where a network has ways.
    #[serde(default)]
    pub way: Option<String>,
    /// When access ends unless it is renewed or the user connects again; absent = it does not by itself,
    /// or nobody knows.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When it is looked after next; absent = never.
    #[serde(default)]
    pub check_at: Option<Timestamp>,
    /// What its network last said that it may do at the time.
    #[serde(default)]
    pub offered: Option<Offered>,
    /// What its organization was told of it by mail, last.
    #[serde(default)]
    pub told: Option<Notice>,
    /// Counts changes.
    pub version: u64,
}

impl Account {
    /// An account that was connected by this person at this time, and of which nothing else is known.
    #[must_use]
    pub const fn new(id: AccountId, platform: Platform, connected_by: UserId, at: Timestamp) -> Self {
        Self {
            id,
            platform,
            remote_id: String::new(),
            name: String::new(),
            handle: String::new(),
            avatar_url: None,
            url: None,
            instance: None,
            status: AccountStatus::Healthy,
            status_detail: None,
            checked_at: at,
            connected_at: at,
            connected_by,
            limits: None,
            sealed: None,
            paused_until: None,
            refresh_lease: None,
            way: None,
            expires_at: None,
            check_at: None,
            offered: None,
            told: None,
            version: 1,
        }
    }

    /// What differs for it from the rule table: by its server, by its kind, and by what its network last said.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let mut limits = self.limits.clone().unwrap_or_default();
        if self.platform == Platform::Linkedin && self.remote_id.starts_with(LINKEDIN_ORGANIZATION) {
            limits.barred.insert("visibility".to_owned(), vec!["connections".to_owned()]);
        }
        let longest = self.offered.as_ref().and_then(|offered| offered.video_max_ms);
        limits.video_max_ms = longest.or(limits.video_max_ms);
        limits
    }

    /// Whether what it published can be deleted by its network's API, as it was connected.
    #[must_use]
    pub fn can_take_down(&self) -> bool {
        self.is_offered(rule(self.platform).take_down.as_ref())
    }

    /// Whether its network's API tells how what it published does, as it was connected.
    #[must_use]
    pub fn tells_figures(&self) -> bool {
        self.is_offered(rule(self.platform).figures.as_ref())
    }

    fn is_offered(&self, rule: Option<&WayRule>) -> bool {
        rule.is_some_and(|rule| rule.allows(self.way.as_deref()))
    }
}

/// What the name of an organization begins with. It has followers and no connections ("Posts API": the visibility
/// `CONNECTIONS` is a member's).
const LINKEDIN_ORGANIZATION: &str = "urn:li:organization:";
