//! An account as the API shows it: everything but the credentials.

use domain::account::{Account, AccountStatus};
use domain::ids::AccountId;
use domain::platform::Platform;
use domain::rules::Limits;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A connected account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountView {
    id: AccountId,
    platform: Platform,
    /// Display name.
    name: String,
    /// Handle, without a leading `@`.
    #[schema(example = "ada.bsky.social")]
    handle: String,
    #[schema(required)]
    avatar_url: Option<String>,
    /// Profile at the network.
    #[schema(required)]
    url: Option<String>,
    /// Host of its server, for networks of many servers.
    #[schema(required)]
    instance: Option<String>,
    status: AccountStatus,
    /// What the last failed check said.
    #[schema(required)]
    status_detail: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    checked_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    connected_at: Timestamp,
    /// Which of the network's ways access was allowed by, where it has ways.
    #[schema(required)]
    way: Option<String>,
    /// When access ends unless it is renewed or somebody connects the account again; null = not by itself.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Limits of its server, its kind and of what its network last said that replace those of the rule table.
    #[schema(required)]
    limits: Option<Limits>,
    /// Whether posts that it published can be taken down from here.
    can_take_down: bool,
    /// Whether its network tells how posts that it published do.
    tells_figures: bool,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let limits = account.limits();
        Self {
            can_take_down: account.can_take_down(),
            tells_figures: account.tells_figures(),
            id: account.id,
            platform: account.platform,
            name: account.name,
            handle: account.handle,
            avatar_url: account.avatar_url,
            url: account.url,
            instance: account.instance,
            status: account.status,
            status_detail: account.status_detail,
            checked_at: account.checked_at,
            connected_at: account.connected_at,
            way: account.way,
            expires_at: account.expires_at,
            limits: (limits != Limits::default()).then_some(limits),
        }
    }
}
