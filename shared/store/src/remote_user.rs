//! Which accounts act by leave of a person at a network, across organizations: for notices that the network sends
//! about that person.

use cloud::reach::{Across, Reach};
use domain::ids::{AccountId, OrgId};
use domain::platform::Platform;
use domain::tenancy::OrgScope;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backend::{Query, Range};
use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::{Key, remote_user_pk};
use crate::org_store::OrgStore;
use crate::table::Table;
use crate::write::{Condition, Write};

/// That an account acts by leave of a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct RemoteUser {
    org_id: OrgId,
    account_id: AccountId,
}

impl Entity for RemoteUser {}

/// That a person asked a network to have their data removed here, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// By which the person asks.
    pub code: String,
    /// The network.
    pub platform: Platform,
    /// When it was done.
    pub done_at: Timestamp,
    /// How many accounts there were.
    pub accounts: usize,
    /// When the table may drop this, in seconds since 1970.
    pub expires: i64,
}

impl Entity for Erasure {}

impl OrgStore {
    /// Notes that an account acts by leave of a person, as they are known to our `app` at the network.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn note_remote_user(&self, app: &str, user: &str, account: AccountId) -> Result<Write, StoreError> {
        let note = RemoteUser { org_id: self.org(), account_id: account };
        Write::put(self.reach(), Key::remote_user(app, user, self.org(), account), &note, Condition::Always)
    }

    /// Takes the note back.
    #[must_use]
    pub fn forget_remote_user(&self, app: &str, user: &str, account: AccountId) -> Write {
        Write::delete(self.reach(), Key::remote_user(app, user, self.org(), account), Condition::Always)
    }
}

impl Table {
    /// The accounts that act by leave of a person, with permission to do what the network's notice asks. Only for
    /// a notice whose signature was verified.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accounts_of_remote_user(
        &self,
        app: &str,
        user: &str,
    ) -> Result<Vec<(OrgScope, AccountId)>, StoreError> {
        let found = self
            .query(Reach::across(Across::NetworkNotice), Query::new(remote_user_pk(app, user), Range::All))
            .await?
            .items;
        let notes: Vec<RemoteUser> = serde_dynamo::from_items(found)?;
        Ok(notes.into_iter().map(|note| (OrgScope::from_network_notice(note.org_id), note.account_id)).collect())
    }

    /// The write that keeps what became of a person's wish.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn put_erasure(&self, erasure: &Erasure) -> Result<Write, StoreError> {
        Write::put(Reach::across(Across::Erasure), Key::erasure(&erasure.code), erasure, Condition::Absent)
    }

    /// What became of a person's wish, by its code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erasure(&self, code: &str) -> Result<Option<Erasure>, StoreError> {
        self.get(Reach::across(Across::Erasure), Key::erasure(code), false).await
    }
}
