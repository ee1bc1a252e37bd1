//! What several callers write alike: a series' next post.

use domain::delivery::Delivery;
use domain::media::{File, UsedBy};
use domain::post::Post;

use crate::error::StoreError;
use crate::key::OrgKey;
use crate::org_store::OrgStore;
use crate::write::{Change, Condition, Write};

impl OrgStore {
    /// The writes of a new post with its deliveries, where there is none: the post first.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn new_post(&self, post: &Post, deliveries: &[Delivery]) -> Result<Vec<Write>, StoreError> {
        let mut writes = vec![self.put(&OrgKey::Post(post.id), post, Condition::Absent)?];
        for delivery in deliveries {
            let key = OrgKey::Delivery(post.id, delivery.account_id);
            writes.push(self.put(&key, delivery, Condition::Absent)?);
        }
        Ok(writes)
    }

    /// Notes on those of `files` that do not know it yet who uses them, so that none is deleted under
    /// its user's feet.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn note_use(&self, files: &[File], users: &[UsedBy]) -> Result<Vec<Write>, StoreError> {
        let note = |file: &File| {
            let new: Vec<UsedBy> = users.iter().filter(|user| !file.used_by.contains(user)).copied().collect();
            let change = (!new.is_empty()).then(|| Change::default().append("used_by", &new)).transpose()?;
            Ok(change.map(|change| self.change(&OrgKey::File(file.id), change, Condition::Present)))
        };
        files.iter().filter_map(|file| note(file).transpose()).collect()
    }
}
