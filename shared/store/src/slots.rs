//! Which slots of an account are free.

use std::collections::BTreeSet;

use domain::ids::{AccountId, PostId};
use domain::slots::{Slot, SlotReservation, Slots};
use domain::when::HORIZON;
use jiff::Timestamp;

use crate::backend::{Query, Range};
use crate::error::StoreError;
use crate::key::{OrgKey, org_pk};
use crate::org_store::OrgStore;

/// Slots whose reservations are read in one round trip: of these no more than a page.
const AT_ONCE: usize = 50;

impl OrgStore {
    /// Up to `count` slots of an account after `now` that no post but `own` holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn free_slots(
        &self,
        account: AccountId,
        slots: &Slots,
        now: Timestamp,
        own: Option<PostId>,
        count: usize,
    ) -> Result<Vec<Slot>, StoreError> {
        let mut coming = slots.after(now).take_while(|slot| slot.schedule.at.duration_since(now) <= HORIZON);
        let mut free = Vec::new();
        while free.len() < count {
            let some: Vec<Slot> = coming.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let held = self.held_slots(account, some[0].schedule.at, some[some.len() - 1].schedule.at).await?;
            let others = held.iter().filter(|held| Some(held.post_id) != own);
            let taken: BTreeSet<Timestamp> = others.map(|held| held.at).collect();
            free.extend(some.into_iter().filter(|slot| !taken.contains(&slot.schedule.at)));
        }
        free.truncate(count);
        Ok(free)
    }

    /// The slots that posts hold from one instant to another, both included: only what is there is read.
    async fn held_slots(
        &self,
        account: AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<SlotReservation>, StoreError> {
        let key = |at| OrgKey::Slot(account, at).to_string();
        let query = Query::new(org_pk(self.org()), Range::Between(key(from), key(to)));
        Ok(serde_dynamo::from_items(self.table.query(self.reach(), query).await?.items)?)
    }
}
