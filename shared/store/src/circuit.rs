//! How a network as a whole is doing: known to every process, and nobody's own.

use cloud::reach::{Across, Reach};
use domain::circuit::Circuit;

use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::Table;
use crate::write::{Condition, Write};

impl Entity for Circuit {}

impl Table {
    /// What is known of a network, by its name; as it was a moment ago.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn circuit(&self, name: &str) -> Result<Circuit, StoreError> {
        Ok(self.get(Reach::across(Across::NetworkState), Key::circuit(name), false).await?.unwrap_or_default())
    }

    /// Stores a change of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not the one that `next` follows on.
    pub async fn put_circuit(&self, name: &str, next: &Circuit) -> Result<(), StoreError> {
        let condition = match next.version {
            0 | 1 => Condition::Absent,
            version => Condition::Version(version - 1),
        };
        let reach = Reach::across(Across::NetworkState);
        self.transact(vec![Write::put(reach, Key::circuit(name), next, condition)?]).await
    }
}
