//! Recorded steps: what a network answered is stored before the next call is made.

use async_trait::async_trait;
use domain::delivery::{Delivery, Failure};
use platforms::Steps;
use store::{Condition, OrgKey, OrgStore};

/// The claimed delivery, whose steps grow under its fence.
pub(crate) struct StepRecord<'a> {
    store: &'a OrgStore,
    delivery: Delivery,
}

impl<'a> StepRecord<'a> {
    pub(crate) const fn new(store: &'a OrgStore, delivery: Delivery) -> Self {
        Self { store, delivery }
    }

    pub(crate) const fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Nothing is at the network; the next write stores that.
    pub(crate) fn settle(&mut self) {
        self.delivery = self.delivery.settled();
    }

    pub(crate) fn into_delivery(self) -> Delivery {
        self.delivery
    }
}

#[async_trait]
impl Steps for StepRecord<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.delivery.steps.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
        let mut next = self.delivery.clone();
        next.steps.insert(name.to_owned(), value);
        let key = OrgKey::Delivery(next.post_id, next.account_id);
        let write = self.store.put(&key, &next, Condition::unmoved(&self.delivery));
        let stored = match write {
            Ok(write) => self.store.transact(vec![write]).await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(()) => {
                self.delivery = next;
                Ok(())
            }
            Err(error) if error.is_conflict() => Err(Failure::ClaimLost),
            Err(error) => Err(Failure::internal(error)),
        }
    }
}
