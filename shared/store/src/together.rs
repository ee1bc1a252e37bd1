//! Items of several kinds in one round trip.

use std::collections::BTreeSet;

use crate::backend::Item;
use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::{Key, OrgKey};
use crate::org_store::{OrgStore, sort_key};

/// Items that were read together, until each kind is taken out.
#[derive(Debug, Default)]
pub struct Together(Vec<Item>);

impl Together {
    /// Takes out those of `keys`, which are of one kind, in any order; missing ones are left out.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when one is of another kind.
    pub fn take<T: Entity>(&mut self, keys: &[OrgKey]) -> Result<Vec<T>, StoreError> {
        let wanted: BTreeSet<String> = keys.iter().map(ToString::to_string).collect();
        let all = std::mem::take(&mut self.0).into_iter();
        let (own, rest): (Vec<Item>, Vec<Item>) = all.partition(|item| wanted.contains(sort_key(item)));
        self.0 = rest;
        Ok(serde_dynamo::from_items(own)?)
    }

    /// Takes out the one under `key`, if it is there.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn take_one<T: Entity>(&mut self, key: &OrgKey) -> Result<Option<T>, StoreError> {
        Ok(self.take(std::slice::from_ref(key))?.into_iter().next())
    }
}

impl OrgStore {
    /// Items of several kinds, as of now, in one round trip. No key may be there twice.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_together(&self, keys: &[OrgKey]) -> Result<Together, StoreError> {
        if keys.is_empty() {
            return Ok(Together::default());
        }
        let keys = keys.iter().map(|key| Key::org(self.org(), key)).collect();
        Ok(Together(self.table.get_all(self.reach(), keys).await?))
    }
}
