//! What is overdue in plenty: the sweep publishes a part of it and hands the rest to the queue, from which other processes
//! take it as Lambda does, in batches and at least once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use cloud::{Clock as _, Cloud, Config, SystemClock};
use domain::account::Account;
use domain::delivery::{DeliveryState, Failure};
use domain::ids::{OrgId, PostId, Ulid};
use domain::platform::{Class, Platform};
use domain::sweep::{BY_ITSELF, HAND_OVER_AFTER};
use domain::tenancy::OrgScope;
use futures::future::join_all;
use jiff::SignedDuration;
use platforms::network::Timer;
use platforms::{Clients, Credentials, Holding, Job, MediaSource, Network, Profile, Published, Sleep, Steps, Vault};
use publish::Publisher;
use serde_json::{Value, json};
use simulation::setup;
use store::{Condition, OrgKey, OrgStore, Table};

use super::backend::Backend;
use super::on_both;
use super::queues::client;

on_both!(what_one_sweep_cannot_publish_is_handed_over_and_goes_out_once);

/// So many more posts are overdue than one sweep publishes itself: two batches and a half.
const HANDED: usize = 25;
/// The most messages of one batch (`BatchSize` in the template).
const BATCH: usize = 10;

/// A network that counts what it is given.
#[derive(Debug, Default)]
struct Counting(Mutex<BTreeMap<PostId, u32>>);

impl Counting {
    fn counts(&self) -> BTreeMap<PostId, u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Network for Counting {
    fn platform(&self) -> Platform {
        Platform::Bluesky
    }

    fn class(&self) -> Class {
        Class::Keyed
    }

    async fn publish(
        &self,
        job: &Job,
        _: &Credentials,
        _: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(job.post).or_default() += 1;
        Ok(Published { remote_id: job.key.clone(), permalink: format!("https://net.test/{}", job.key) })
    }

    async fn read_back(&self, _: &Job, _: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        Ok(Holding::Nothing)
    }

    async fn check(&self, _: &Credentials) -> Result<Profile, Failure> {
        Ok(Profile::default())
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        Ok(credentials.clone())
    }

    async fn revoke(&self, _: &Credentials) -> Result<(), Failure> {
        Ok(())
    }
}

/// A table and a release queue that no other test and no other sweep knows.
struct Site {
    cloud: Arc<Cloud>,
    queues: Client,
    store: OrgStore,
    network: Arc<Counting>,
    publisher: Publisher,
}

impl Site {
    async fn new(backend: &Backend) -> Self {
        let number = Backend::number() >> 64;
        let queues = client(&backend.cloud);
        let created = queues.create_queue().queue_name(format!("handed-over-{number}")).send().await;
        let config = Config {
            table: format!("handed-over-{number}"),
            release_queue_url: created.expect("a queue").queue_url.expect("its address"),
            ..backend.cloud.config.clone()
        };
        let cloud = Cloud::connect(config).await;
        store::ensure_table(cloud.dynamodb(), &cloud.config.table).await.expect("a table");
        let table = Table::new(&cloud);
        let network = Arc::new(Counting::default());
        let clients = Clients::from([(Platform::Bluesky, Arc::clone(&network) as Arc<dyn Network>)]);
        let publisher = Publisher::with(&cloud, table.clone(), clients, Arc::new(Timer));
        let store = table.org(OrgScope::for_new_org(OrgId::new(Ulid::from(Backend::number()))));
        Self { cloud, queues, store, network, publisher }
    }

    /// Posts that should have been out for a while, the first of them for the longest.
    async fn overdue(&self, count: usize) -> Vec<PostId> {
        let account = setup::account(Platform::Bluesky);
        let vault = Vault::new(&self.cloud, Arc::new(Timer) as Arc<dyn Sleep>);
        let sealed = vault.seal(self.store.org(), account, &setup::credentials(Platform::Bluesky)).await;
        let known = Account { sealed: sealed.expect("sealed"), ..setup::one(Platform::Bluesky) };
        let known = self.store.put(&OrgKey::Account(account), &known, Condition::Always).expect("a write");
        self.store.transact(vec![known]).await.expect("stored");
        let (now, base) = (SystemClock.now(), Backend::number());
        let ids: Vec<PostId> = (0..count).map(|number| PostId::new(Ulid::from(base + number as u128))).collect();
        let mut writes = Vec::new();
        for (number, id) in (0_i64..).zip(&ids) {
            let due = now - HAND_OVER_AFTER * 3 + SignedDuration::from_millis(10 * number);
            let draft = setup::draft(*id, &[Platform::Bluesky], due);
            writes.extend(setup::scheduled(&self.store, &draft, due, due - HAND_OVER_AFTER).1);
        }
        while !writes.is_empty() {
            let rest = writes.split_off(writes.len().min(100));
            self.store.transact(writes).await.expect("stored");
            writes = rest;
        }
        ids
    }

    /// A batch of messages, as the event source mapping gets it.
    async fn receive(&self) -> Vec<Message> {
        let receive = self.queues.receive_message().queue_url(&self.cloud.config.release_queue_url);
        let received = receive.max_number_of_messages(10).wait_time_seconds(2).send().await.expect("an answer");
        received.messages.unwrap_or_default()
    }

    /// Messages that are neither taken nor deleted.
    async fn waiting(&self) -> usize {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let ask = self.queues.get_queue_attributes().queue_url(&self.cloud.config.release_queue_url);
        let answer = ask.attribute_names(name.clone()).send().await.expect("attributes");
        answer.attributes.expect("some")[&name].parse().expect("a number")
    }

    async fn delete(&self, message: &Message) {
        let delete = self.queues.delete_message().queue_url(&self.cloud.config.release_queue_url);
        delete.receipt_handle(message.receipt_handle().expect("a handle")).send().await.expect("deleted");
    }

    async fn states(&self, posts: &[PostId]) -> Vec<DeliveryState> {
        let mut states = Vec::new();
        for post in posts {
            let (_, deliveries) = self.store.post(*post).await.expect("a read").expect("the post");
            states.push(deliveries[0].state);
        }
        states
    }
}

/// What Lambda makes of a batch.
fn event(messages: &[Message]) -> Value {
    let record = |message: &Message| json!({ "messageId": message.message_id(), "body": message.body() });
    json!({ "Records": messages.iter().map(record).collect::<Vec<_>>() })
}

async fn what_one_sweep_cannot_publish_is_handed_over_and_goes_out_once(backend: Backend) {
    let site = Site::new(&backend).await;
    let posts = site.overdue(BY_ITSELF + HANDED).await;
    let swept = site.publisher.handle(json!({ "sweep": true })).await.expect("a sweep");
    assert_eq!(swept, json!({ "tried": BY_ITSELF }));
    let (own, handed) = posts.split_at(BY_ITSELF);
    assert!(own.iter().all(|post| site.network.counts().get(post) == Some(&1)), "the longest overdue go first");
    assert!(site.states(handed).await.iter().all(|state| *state == DeliveryState::Pending));
    assert_eq!(site.waiting().await, HANDED);

    let mut taken = 0;
    while taken < HANDED {
        let batch = site.receive().await;
        assert!(!batch.is_empty() && batch.len() <= BATCH, "{taken} of {HANDED} were taken");
        // Two processes get it at once, as when a message shows again before it is deleted.
        let (one, other) = (site.publisher.restarted(), site.publisher.restarted());
        for answer in join_all([one.handle(event(&batch)), other.handle(event(&batch))]).await {
            assert_eq!(answer.expect("handled"), json!({ "batchItemFailures": [] }));
        }
        for message in &batch {
            site.delete(message).await;
        }
        taken += batch.len();
    }
    assert_eq!((taken, site.waiting().await), (HANDED, 0));
    assert!(site.states(&posts).await.iter().all(|state| *state == DeliveryState::Published));
    let counts = site.network.counts();
    assert!(counts.len() == posts.len() && counts.values().all(|count| *count == 1), "each once: {counts:?}");
    let again = site.publisher.handle(json!({ "sweep": true })).await.expect("a sweep");
    assert_eq!(again, json!({ "tried": 0 }), "nothing is left");
}
