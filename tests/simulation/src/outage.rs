//! A network that answers nobody for an hour, or a key that nobody can read, while many accounts have posts due: how often
//! the network is asked, and what becomes of the posts.
//!
//! The production handlers, over a table without faults, a clock that jumps, and networks that count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_types::SdkConfig;
use cloud::{
    Clock, Cloud, Config, QueueError, ReleaseQueue, Releases, ScheduleError, Scheduler, Secrets, SystemRandom, WakeUp,
};
use domain::account::Account;
use domain::circuit::Circuit;
use domain::delivery::{Delivery, DeliveryState, Failure};
use domain::ids::{AccountId, OrgId, PostId, Ulid};
use domain::platform::{Class, Platform};
use domain::tenancy::OrgScope;
use jiff::{SignedDuration, Timestamp};
use platforms::{Clients, Credentials, Holding, Job, MediaSource, Network, Profile, Published, Sleep, Steps, Vault};
use publish::Publisher;
use store::{Condition, OrgKey, OrgStore, Table};

use crate::memory::Calm;
use crate::setup;

/// What happens outside.
#[derive(Debug)]
struct Outside {
    now: Timestamp,
    down_until: Timestamp,
    /// Until when the app as a whole is told to wait.
    throttled_until: Timestamp,
    /// When each request came, by whether it was answered with a post.
    asked: Vec<(Timestamp, AccountId, bool)>,
    releases: Vec<(Timestamp, WakeUp)>,
}

#[derive(Debug, Clone)]
struct World(Arc<Mutex<Outside>>);

impl World {
    fn lock(&self) -> MutexGuard<'_, Outside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// The services, with these secrets and no others.
    fn cloud(&self, secrets: &[(&str, &str)]) -> Arc<Cloud> {
        let config = Config { base_url: "https://atelier.test".to_owned(), ..Config::default() };
        let sdk = SdkConfig::builder().build();
        let cloud = Cloud::over(sdk, config, Arc::new(self.clone()), Arc::new(SystemRandom));
        let releases = Releases::over(Arc::new(self.clone()));
        Arc::new(cloud.with_services(Arc::new(self.clone()), releases, Secrets::given(secrets)))
    }

    /// Four processes over one table.
    fn processes(&self, cloud: &Arc<Cloud>, table: &Table) -> Vec<Publisher> {
        let network: Arc<dyn Network> = Arc::new(Flaky(self.clone()));
        let clients = || Clients::from([(Platform::Bluesky, Arc::clone(&network))]);
        (0..4).map(|_| Publisher::with(cloud, table.clone(), clients(), Arc::new(self.clone()))).collect()
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.lock().now
    }
}

#[async_trait]
impl Sleep for World {
    /// Lets whoever it waits beside go first: what is at hand is there at the next turn.
    async fn sleep(&self, _: Duration) {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl ReleaseQueue for World {
    async fn send(&self, wake_up: WakeUp, delay: u16) -> Result<(), QueueError> {
        let mut outside = self.lock();
        let at = outside.now + SignedDuration::from_secs(delay.into());
        outside.releases.push((at, wake_up));
        Ok(())
    }
}

#[async_trait]
impl Scheduler for World {
    async fn wake(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError> {
        self.lock().releases.push((at, wake_up));
        Ok(())
    }

    async fn forget(&self, _: WakeUp, _: Timestamp) -> Result<(), ScheduleError> {
        Ok(())
    }
}

#[derive(Debug)]
struct Flaky(World);

#[async_trait]
impl Network for Flaky {
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
        let mut outside = self.0.lock();
        let now = outside.now;
        let fine = now >= outside.down_until && now >= outside.throttled_until;
        outside.asked.push((now, job.account, fine));
        if now < outside.throttled_until {
            let until = outside.throttled_until;
            return Err(Failure::Throttled { until, message: "slow down".to_owned() });
        }
        if now < outside.down_until {
            return Err(Failure::Ambiguous { message: "503".to_owned() });
        }
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

/// Accounts, each with one post due within the first half hour.
const ACCOUNTS: u128 = 120;

struct Stage {
    world: World,
    table: Table,
    publishers: Vec<Publisher>,
    deliveries: Vec<(OrgStore, PostId, AccountId)>,
}

fn begin() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

impl Stage {
    /// Several processes share one table.
    async fn new(down: SignedDuration, throttled: SignedDuration) -> Self {
        let world = World(Arc::new(Mutex::new(Outside {
            now: begin(),
            down_until: begin() + down,
            throttled_until: begin() + throttled,
            asked: Vec::new(),
            releases: Vec::new(),
        })));
        let table = Table::over(Arc::new(Calm::default()));
        let cloud = world.cloud(&[("token-key", setup::TOKEN_KEY)]);
        let vault = Vault::new(&cloud, Arc::new(world.clone()));
        let mut deliveries = Vec::new();
        for number in 0..ACCOUNTS {
            let org = OrgId::new(Ulid(1_000 + number));
            let (post, account) = (PostId::new(Ulid(2_000 + number)), AccountId::new(Ulid(3_000 + number)));
            let store = table.org(OrgScope::from_own_wakeup(org));
            let sealed = vault.seal(org, account, &setup::credentials(Platform::Bluesky)).await.expect("sealed");
            let mut draft = setup::draft(post, &[Platform::Bluesky], begin());
            draft.targets[0].account_id = account;
            let due = begin() + SignedDuration::from_secs(i64::try_from(number).expect("small") * 15);
            let (_, mut writes) = setup::scheduled(&store, &draft, due, begin());
            let known = Account { id: account, sealed, ..setup::one(Platform::Bluesky) };
            writes.push(store.put(&OrgKey::Account(account), &known, Condition::Always).expect("a write"));
            store.transact(writes).await.expect("stored");
            deliveries.push((store, post, account));
        }
        let publishers = world.processes(&cloud, &table);
        Self { world, table, publishers, deliveries }
    }

    /// Lets time pass until everything has an end, sweeping each minute and waking as the queue does.
    async fn run(&self, most: SignedDuration) {
        let from = self.world.lock().now.duration_since(begin()).as_secs();
        for second in from..most.as_secs() {
            let now = begin() + SignedDuration::from_secs(second);
            let woken: Vec<WakeUp> = {
                let mut outside = self.world.lock();
                outside.now = now;
                let (ready, later) = outside.releases.drain(..).partition(|(at, _)| *at <= now);
                outside.releases = later;
                let ready: Vec<(Timestamp, WakeUp)> = ready;
                ready.into_iter().map(|(_, wake_up)| wake_up).collect()
            };
            let process = |turn: usize| &self.publishers[turn % self.publishers.len()];
            for (turn, wake_up) in woken.into_iter().enumerate() {
                let event = serde_json::to_value(wake_up).expect("JSON");
                process(turn).handle(event).await.expect("handled");
            }
            if second % 60 == 0 {
                let turn = usize::try_from(second / 60).expect("small");
                process(turn).handle(serde_json::json!({ "sweep": true })).await.expect("swept");
            }
        }
    }

    async fn all(&self) -> Vec<Delivery> {
        let mut all = Vec::new();
        for (store, post, account) in &self.deliveries {
            all.push(store.get(&OrgKey::Delivery(*post, *account)).await.expect("read").expect("there"));
        }
        all
    }
}

#[tokio::test]
async fn a_network_that_is_down_for_an_hour_is_asked_seldom_and_everything_goes_out_once() {
    let stage = Stage::new(minutes(60), SignedDuration::ZERO).await;
    stage.run(minutes(30)).await;
    let waiting = stage.all().await;
    let held: Vec<&Delivery> = waiting.iter().filter(|delivery| delivery.attempts.is_empty()).collect();
    assert!(held.len() > 80, "{} were never tried", held.len());
    let due = held.iter().filter(|delivery| delivery.due_at < begin() + minutes(25));
    for delivery in due {
        let error = delivery.error.as_ref().expect("why it waits");
        assert!(error.advice.contains("is having trouble") && error.message.is_empty(), "{error:?}");
        assert!(delivery.state == DeliveryState::Pending && delivery.wake_at > Some(delivery.due_at));
    }
    stage.run(minutes(120)).await;
    let asked = stage.world.lock().asked.clone();
    let down = asked.iter().filter(|(at, ..)| *at < begin() + minutes(60)).count();
    // A hundred and twenty accounts by their own rules: some eight tries each within the hour.
    assert!(down <= 60, "asked {down} times while it was down");
    let fine: Vec<&(Timestamp, AccountId, bool)> = asked.iter().filter(|(.., fine)| *fine).collect();
    let accounts: BTreeSet<AccountId> = fine.iter().map(|(_, account, _)| *account).collect();
    assert_eq!((fine.len(), accounts.len()), (120, 120), "each once");
    assert!(stage.all().await.iter().all(|delivery| delivery.state == DeliveryState::Published));
    // They come back one after the other, soon.
    let mut by_second = BTreeMap::new();
    fine.iter().for_each(|(at, ..)| *by_second.entry(at.as_second()).or_insert(0) += 1);
    let (most, last) = (by_second.values().max().copied(), fine.iter().map(|(at, ..)| *at).max());
    assert!(most.is_some_and(|most| most <= 20), "{most:?} in one second");
    assert!(last.is_some_and(|last| last < begin() + minutes(90)), "{last:?}");
}

#[tokio::test]
async fn what_the_network_tells_the_app_counts_for_every_account() {
    let stage = Stage::new(SignedDuration::ZERO, minutes(40)).await;
    stage.run(minutes(90)).await;
    let asked = stage.world.lock().asked.clone();
    let refused = asked.iter().filter(|(.., fine)| !fine).count();
    assert!((1..=4).contains(&refused), "each process may ask once before it knows: {refused}");
    assert_eq!(asked.len() - refused, 120);
    assert!(stage.all().await.iter().all(|delivery| delivery.state == DeliveryState::Published));
    assert!(stage.world.lock().releases.len() < 500);
}

#[tokio::test]
async fn a_key_that_nobody_can_read_is_not_the_network_s_fault() {
    let mut stage = Stage::new(SignedDuration::ZERO, SignedDuration::ZERO).await;
    let keyless = stage.world.processes(&stage.world.cloud(&[]), &stage.table);
    let whole = std::mem::replace(&mut stage.publishers, keyless);
    stage.run(minutes(31)).await;
    assert!(stage.world.lock().asked.is_empty(), "without a key there are no credentials");
    assert_eq!(stage.table.circuit("bluesky").await.expect("read"), Circuit::default());
    for waiting in stage.all().await {
        assert!(waiting.state == DeliveryState::Retrying && !waiting.attempts.is_empty(), "{waiting:?}");
        assert!(waiting.error.is_some_and(|error| error.message.contains("token-key")), "the operator can see why");
    }
    stage.publishers = whole;
    stage.run(minutes(100)).await;
    assert_eq!(stage.world.lock().asked.len(), 120, "each once");
    assert!(stage.all().await.iter().all(|delivery| delivery.state == DeliveryState::Published));
}
