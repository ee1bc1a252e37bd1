//! A person's own items.

use std::collections::HashMap;

use cloud::reach::Reach;
use domain::ids::UserId;
use domain::org::User;
use domain::tenancy::UserScope;

use crate::backend::Item;
use crate::entity::IdempotencyRecord;
use crate::error::StoreError;
use crate::key::Key;
use crate::org_store::sort_key;
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

    /// What was answered under each of these keys, in their order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn idempotencies(&self, keys: &[String]) -> Result<Vec<Option<IdempotencyRecord>>, StoreError> {
        let keys: Vec<Key> = keys.iter().map(|key| Key::idempotency(self.user(), &hash(key))).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.table.get_all(self.reach(), keys.clone()).await?;
        let mut found: HashMap<String, Item> =
            found.into_iter().map(|item| (sort_key(&item).to_owned(), item)).collect();
        let record = |key: &Key| Ok(found.remove(&key.sk).map(serde_dynamo::from_item).transpose()?);
        keys.iter().map(record).collect()
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
