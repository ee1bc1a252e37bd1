//! A person's own items.

use cloud::reach::Reach;
use domain::ids::UserId;
use domain::org::User;
use domain::tenancy::UserScope;

use crate::entity::IdempotencyRecord;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::Table;
use crate::write::{Change, Condition, Write};

/// The items of one person.
#[derive(Debug, Clone)]
pub struct UserStore {
    pub(crate) table: Table,
    pub(crate) scope: UserScope,
}

impl UserStore {
    /// Whose items these are.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.scope.user()
    }

    fn reach(&self) -> Reach {
        Reach::user(&self.scope)
    }

    /// The person's profile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn profile(&self) -> Result<Option<User>, StoreError> {
        self.table.get(self.reach(), Key::profile(self.user()), true).await
    }

    /// Writes the profile.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn put_profile(&self, user: &User, condition: Condition) -> Result<Write, StoreError> {
        Write::put(self.reach(), Key::profile(self.user()), user, condition)
    }

    /// Changes some attributes of the profile.
    #[must_use]
    pub fn change_profile(&self, change: Change, condition: Condition) -> Write {
        Write::update(self.reach(), Key::profile(self.user()), change, condition)
    }

    /// What was answered under an `Idempotency-Key`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idempotency(&self, key: &str) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.table.get(self.reach(), Key::idempotency(self.user(), &hash(key)), true).await
    }

    /// Keeps an answer under an `Idempotency-Key`, once.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn put_idempotency(&self, key: &str, record: &IdempotencyRecord) -> Result<Write, StoreError> {
        Write::put(self.reach(), Key::idempotency(self.user(), &hash(key)), record, Condition::Absent)
    }
}

fn hash(key: &str) -> String {
    cloud::crypto::sha256(key.as_bytes())
}
