//! One delivery: claim, act, conclude.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cloud::WakeUp;
use domain::account::{Account, AccountStatus};
use domain::circuit::Hold;
use domain::delivery::{Delivery, Failure, GIVE_UP_AFTER, LATE_LANDING, Receipt, SENT};
use domain::platform::Class;
use domain::post::{Post, Target, TargetOutcome};
use futures::future::{Either, select};
use jiff::Timestamp;
use platforms::http::listening;
use platforms::network::noted;
use platforms::{Credentials, Holding, Job, Network, Profile, Published, Steps as _};
use store::{Change, Condition, OrgKey, OrgStore, StoreError};

use crate::Publisher;
use crate::circuits;
use crate::content::{self, Files};
use crate::steps::StepRecord;

/// Kept back from the invocation's time for the conclusion.
const CONCLUSION: Duration = Duration::from_secs(15);
/// Tries to store a conclusion: what it tells has happened already.
const CONCLUSION_TRIES: u32 = 4;

/// What one delivery is tried with.
pub(crate) struct Delivering<'a> {
    pub(crate) publisher: &'a Publisher,
    pub(crate) store: &'a OrgStore,
    pub(crate) post: &'a Post,
    /// When the invocation's platform ends it.
    pub(crate) ends_at: Timestamp,
}

impl Delivering<'_> {
    /// Tries `delivery` as it was read. Losing the claim to somebody else is no error.
    pub(crate) async fn run(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let account = self.store.get::<Account>(&OrgKey::Account(delivery.account_id)).await?;
        // Disconnecting races with scheduling: whatever came first, nothing goes to an account given up.
        let account = account.filter(|account| account.status != AccountStatus::Disconnected);
        if let Some(until) = account.as_ref().and_then(|account| account.paused_until)
            && until > self.publisher.cloud.clock.now()
        {
            return self.put_off(delivery, |jitter| delivery.put_off(until, jitter)).await;
        }
        let circuit = account.as_ref().and_then(circuits::name);
        if let (Some(name), Some(account)) = (&circuit, &account)
            && let Some(hold) = self.hold(delivery, name).await
        {
            let network = network_name(account);
            return self.put_off(delivery, |jitter| delivery.held(&hold, network, jitter)).await;
        }
        let began = self.publisher.cloud.clock.now();
        let Some(claimed) = self.claim(delivery).await? else { return Ok(()) };
        let ((claimed, result, class), heard) = listening(self.act(claimed, account.as_ref())).await;
        crate::figures::attempted(delivery, &result, self.publisher.cloud.clock.now());
        if matches!(result, Err(Failure::ClaimLost)) {
            tracing::warn!(post = %self.post.id, "lost the claim: somebody else goes on");
            return Ok(());
        }
        if let (Some(account), Err(Failure::RateLimited { retry_at: Some(until), .. })) = (&account, &result) {
            self.pause(account, *until).await;
        }
        let failure = result.as_ref().err().cloned();
        let concluded = self.conclude(claimed, result, class).await;
        if let (Some(name), Some(account)) = (&circuit, &account) {
            let Publisher { circuits, table, cloud, .. } = self.publisher;
            circuits.note(table, name, account, (failure.as_ref(), heard), (began, cloud.clock.now())).await;
        }
        concluded
    }

    /// Whether the network as a whole is left alone, if the delivery could go otherwise.
    async fn hold(&self, delivery: &Delivery, name: &str) -> Option<Hold> {
        let Publisher { circuits, table, cloud, .. } = self.publisher;
        let now = cloud.clock.now();
        delivery.claim(self.post.revision, now, cloud.random.ulid(now)).ok()?;
        circuits.hold(table, name, now, delivery.wanted_at()).await
    }

    /// The network asked for a pause: the account's other deliveries keep it too, and nobody else's.
    async fn pause(&self, account: &Account, until: Timestamp) {
        // Nobody waits longer than a delivery is tried: a wrong date must not silence the account for years.
        let until = until.min(self.publisher.cloud.clock.now() + GIVE_UP_AFTER);
        if account.paused_until.is_some_and(|known| known >= until) {
            return;
        }
        let key = OrgKey::Account(account.id);
        let change = Change::default().set("paused_until", &until);
        let write = change.map(|change| self.store.change(&key, change, Condition::Present));
        let stored = match write {
            Ok(write) => self.store.transact(vec![write]).await,
            Err(error) => Err(error),
        };
        // Without it the next delivery asks for itself and is told the same.
        if let Err(error) = stored {
            tracing::warn!(account = %account.id, %error, "could not note the network's pause");
        }
    }

    async fn put_off(&self, delivery: &Delivery, off: impl FnOnce(f64) -> Delivery) -> Result<(), StoreError> {
        let next = off(self.publisher.cloud.random.fraction());
        match self.put(&next, delivery).await {
            Ok(()) => {
                self.wake_again(&next).await;
                Ok(())
            }
            Err(error) if error.is_conflict() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes the delivery for this caller, unless it is not its turn or another was faster.
    async fn claim(&self, delivery: &Delivery) -> Result<Option<Delivery>, StoreError> {
        let cloud = &self.publisher.cloud;
        let now = cloud.clock.now();
        // The content was read with the delivery; one of another revision would publish the wrong text.
        let claimed = match delivery.claim(self.post.revision, now, cloud.random.ulid(now)) {
            Ok(claimed) => claimed,
            Err(refusal) => {
                tracing::info!(post = %self.post.id, ?refusal, "nothing to claim");
                return Ok(None);
            }
        };
        match self.put(&claimed, delivery).await {
            Ok(()) => Ok(Some(claimed)),
            Err(error) if error.is_conflict() => {
                tracing::info!(post = %self.post.id, "claimed by another");
                crate::figures::conflict(delivery, now);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Does what the claim is for, within the invocation's time.
    async fn act(&self, claimed: Delivery, account: Option<&Account>) -> (Delivery, Result<Published, Failure>, Class) {
        let network = self.publisher.network(claimed.platform);
        let target = self.post.targets.iter().find(|target| target.account_id == claimed.account_id);
        let profile = account.map(Profile::from);
        let class = network.map_or(Class::Keyed, |network| network.class_for(profile.as_ref()));
        let (Some(account), Some(network), Some(target)) = (account, network, target) else {
            return (claimed, Err(gone()), class);
        };
        let job = self.job(&claimed, account, target);
        let mut steps = StepRecord::new(self.store, claimed);
        let left = self.ends_at.duration_since(self.publisher.cloud.clock.now());
        let time = Duration::try_from(left).unwrap_or_default().saturating_sub(CONCLUSION);
        let attempt = self.attempt(network, account, &job, &mut steps);
        // The attempt is asked first: an answer that came in time counts.
        let result = match select(pin!(attempt), self.publisher.sleep.sleep(time)).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => {
                Err(Failure::Ambiguous { message: format!("{} took too long to answer", network_name(account)) })
            }
        };
        (steps.into_delivery(), result, class)
    }

    /// Publishes with the account's credentials, renewing them once if they ran out.
    async fn attempt(
        &self,
        network: &dyn Network,
        account: &Account,
        job: &Job,
        steps: &mut StepRecord<'_>,
    ) -> Result<Published, Failure> {
        let vault = &self.publisher.vault;
        let credentials = vault.open_fresh(self.store, account, network).await?;
        let first = self.publish(network, job, &credentials, steps).await;
        let result = match first {
            Err(Failure::TokenExpired { .. }) => {
                let renewed = vault.renew(self.store, account, network).await?;
                self.publish(network, job, &renewed, steps).await
            }
            other => other,
        };
        if let Err(Failure::Revoked { message }) = &result {
            // The delivery's own outcome tells the user as well; losing this note loses nothing.
            if let Err(error) = vault.mark_revoked(self.store, account, message).await {
                tracing::warn!(account = %account.id, %error, "could not note the revoked access");
            }
        }
        result
    }

    /// What may follow depends on whether an earlier attempt may have landed: a network that can be
    /// searched is looked at first, and a blind one is left to a person.
    async fn publish(
        &self,
        network: &dyn Network,
        job: &Job,
        credentials: &Credentials,
        steps: &mut StepRecord<'_>,
    ) -> Result<Published, Failure> {
        let class = network.class_for(Some(&job.profile));
        let unsettled = steps.delivery().may_have_landed(class);
        match class {
            Class::Searchable if unsettled => match network.read_back(job, credentials, steps).await? {
                Holding::All(found) => return Ok(found),
                Holding::Thread(found, ids) => return noted(steps, ids).await.map(|()| found),
                Holding::Part => {}
                Holding::Nothing => steps.settle(),
            },
            Class::Blind if steps.delivery().needs_answer(Class::Blind) => {
                return Err(Failure::Ambiguous { message: "an earlier attempt was cut off after sending".to_owned() });
            }
            Class::Blind => steps.record(SENT, steps.delivery().fence.to_string()).await?,
            _ => {}
        }
        // Whoever held on for too long has been taken for dead: another may be at it.
        if steps.delivery().lease_until.is_none_or(|until| self.publisher.cloud.clock.now() + LATE_LANDING > until) {
            return Err(Failure::ClaimLost);
        }
        let files = self.files();
        let job = Job { unsettled: steps.delivery().may_have_landed(class), ..job.clone() };
        network.publish(&job, credentials, steps, &files).await
    }

    /// Stores how it ended, with the post's own note of it, under the fence of the claim.
    async fn conclude(
        &self,
        claimed: Delivery,
        result: Result<Published, Failure>,
        class: Class,
    ) -> Result<(), StoreError> {
        let cloud = &self.publisher.cloud;
        let now = cloud.clock.now();
        let result = result.map(|published| Receipt {
            remote_id: published.remote_id,
            permalink: published.permalink,
            published_at: now,
        });
        let concluded = claimed.conclude(now, result, class, cloud.random.fraction());
        self.report(&concluded);
        for attempt in 1.. {
            match self.store_conclusion(&claimed, &concluded).await {
                Ok(()) => break,
                Err(error) if error.is_conflict() => {
                    tracing::warn!(post = %self.post.id, "the lease ran out: somebody else concludes");
                    crate::figures::conflict(&claimed, now);
                    return Ok(());
                }
                Err(error) if attempt >= CONCLUSION_TRIES => return Err(error),
                Err(error) => tracing::warn!(post = %self.post.id, %error, attempt, "could not conclude yet"),
            }
        }
        crate::figures::concluded(&concluded, now);
        self.wake_again(&concluded).await;
        Ok(())
    }

    async fn store_conclusion(&self, claimed: &Delivery, concluded: &Delivery) -> Result<(), StoreError> {
        let key = OrgKey::Delivery(concluded.post_id, concluded.account_id);
        let outcome = TargetOutcome {
            state: concluded.state,
            permalink: concluded.receipt.as_ref().map(|receipt| receipt.permalink.clone()),
        };
        let note = Change::default().set_in("outcomes", &concluded.account_id.to_string(), &outcome)?;
        let writes = vec![
            self.store.put(&key, concluded, Condition::unmoved(claimed))?,
            self.store.change(&OrgKey::Post(concluded.post_id), note, Condition::Present),
        ];
        self.store.transact(writes).await
    }

    /// What is to be tried again has its own wake-up; the sweep finds it too.
    async fn wake_again(&self, concluded: &Delivery) {
        let Some(at) = concluded.wake_at else { return };
        let wake_up = WakeUp { org: self.store.org(), post: concluded.post_id, revision: concluded.revision };
        if let Err(error) = self.publisher.cloud.wake(wake_up, at).await {
            tracing::warn!(post = %self.post.id, error, "no wake-up for the retry: the sweep will find it");
        }
    }

    async fn put(&self, next: &Delivery, read: &Delivery) -> Result<(), StoreError> {
        let key = OrgKey::Delivery(next.post_id, next.account_id);
        self.store.transact(vec![self.store.put(&key, next, Condition::unmoved(read))?]).await
    }

    pub(crate) fn files(&self) -> Files {
        Files {
            cloud: Arc::clone(&self.publisher.cloud),
            store: self.store.clone(),
            files: self.post.files.as_slice().into(),
        }
    }

    pub(crate) fn job(&self, claimed: &Delivery, account: &Account, target: &Target) -> Job {
        // Before the first claim there is no key; what is prepared then needs none.
        let (key, created_at) = claimed
            .key
            .as_ref()
            .map_or_else(|| (String::new(), claimed.due_at), |key| (key.id.clone(), key.created_at));
        Job {
            org: self.store.org(),
            post: self.post.id,
            account: account.id,
            revision: claimed.revision,
            key,
            created_at,
            text: self.post.text_for(target).to_owned(),
            media: self.post.media_for(target).into_iter().cloned().collect(),
            format: target.format,
            settings: target.settings.clone(),
            cover: content::cover(self.post, target),
            subtitles: content::subtitles(self.post, target),
            thread: self.post.thread_for(target).into_iter().map(content::part).collect(),
            first_comment: self.post.first_comment_for(target).map(str::to_owned),
            profile: Profile::from(account),
            unsettled: false,
        }
    }

    fn report(&self, concluded: &Delivery) {
        let outcome = concluded.attempts.last().and_then(|attempt| attempt.outcome);
        tracing::info!(
            org = %self.store.org(),
            post = %concluded.post_id,
            account = %concluded.account_id,
            network = concluded.platform.as_str(),
            state = concluded.state.as_str(),
            ?outcome,
            late_ms = concluded.late_ms(),
            attempt = concluded.attempts.len(),
            "concluded"
        );
    }
}

fn network_name(account: &Account) -> &str {
    domain::rules::rule(account.platform).label.as_str()
}

fn gone() -> Failure {
    Failure::Rejected {
        code: "account-gone".to_owned(),
        message: "the account is no longer connected".to_owned(),
        advice: "Connect the account again, then retry.".to_owned(),
    }
}
