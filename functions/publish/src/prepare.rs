//! What is done ahead of a post's time.

use domain::account::Account;
use domain::delivery::{Delivery, Failure};
use platforms::{Job, Network};
use store::OrgKey;

use crate::Publisher;
use crate::circuits;
use crate::deliver::Delivering;
use crate::steps::StepRecord;

impl Delivering<'_> {
    /// Does beforehand what nobody sees: renews the credentials, uploads. It takes no claim, so until the
    /// time a person may change everything; what it records is dropped then. Its failures are left to the
    /// attempt itself.
    pub(crate) async fn prepare(&self, delivery: &Delivery) {
        let account = self.store.get::<Account>(&OrgKey::Account(delivery.account_id)).await.ok().flatten();
        let target = self.post.targets.iter().find(|target| target.account_id == delivery.account_id);
        let (Some(account), Some(network), Some(target)) = (account, self.publisher.network(delivery.platform), target)
        else {
            return;
        };
        // While the network asked to be left alone, nothing is sent to it, uploads as little as posts.
        if account.paused_until.is_some_and(|until| until > self.publisher.cloud.clock.now()) {
            return;
        }
        let Publisher { circuits, table, cloud, .. } = self.publisher;
        if let Some(name) = circuits::name(&account)
            && circuits.is_open(table, &name, cloud.clock.now()).await
        {
            return;
        }
        let job = self.job(delivery, &account, target);
        let mut steps = StepRecord::new(self.store, delivery.clone());
        if let Err(failure) = self.prepare_with(network, &account, &job, &mut steps).await {
            tracing::info!(post = %self.post.id, account = %account.id, class = ?failure.outcome(), "not prepared");
        }
    }

    async fn prepare_with(
        &self,
        network: &dyn Network,
        account: &Account,
        job: &Job,
        steps: &mut StepRecord<'_>,
    ) -> Result<(), Failure> {
        let vault = &self.publisher.vault;
        let files = self.files();
        let credentials = vault.open_fresh(self.store, account, network).await?;
        match network.prepare(job, &credentials, steps, &files).await {
            Err(Failure::TokenExpired { .. }) => {
                let renewed = vault.renew(self.store, account, network).await?;
                network.prepare(job, &renewed, steps, &files).await
            }
            other => other,
        }
    }
}
