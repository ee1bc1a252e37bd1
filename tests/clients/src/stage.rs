//! A network with an account connected to it, and the publish handler over a table in memory.

mod files;
mod props;
mod road;

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use aws_types::SdkConfig;
use axum::Router;
use cloud::{Clock, Cloud, Config, Releases, Secrets, WakeUp};
use domain::account::Account;
use domain::circuit::Circuit;
use domain::delivery::{Delivery, LATE_LANDING, LEASE};
use domain::ids::{FileId, Ulid, UserId};
use domain::platform::{Class, Platform};
use domain::post::{ChosenCover, ChosenSubtitles, Part, Post, Target, TargetOutcome};
use domain::tenancy::OrgScope;
use domain::when;
use jiff::{SignedDuration, Timestamp};
use networks::World;
use networks::cases::{self, Cases, Connect};
use networks::library::Library;
use networks::transport::InProcess;
use platforms::http::Http;
use platforms::token::SandboxApps;
use platforms::{Clients, Cover, Credentials, Job, Network, Networks, Profile, Sleep, Subtitles, Tools, Vault};
use publish::Publisher;
use simulation::memory::Calm;
use store::{Condition, OrgKey, OrgStore, Table};

use files::WithFiles;
use props::{Dice, Nowhere, Time};
use road::Road;
pub(crate) use road::{Accident, Asked};

/// Where the networks seem to be.
const ORIGIN: &str = "http://127.0.0.1:4100";
/// The publish handler is woken again at most so often until a delivery ends.
const ROUNDS: u32 = 40;

/// A network with an account connected to it, and the publish handler.
pub struct Stage {
    /// The networks' world.
    pub world: World,
    /// The client.
    pub client: Arc<dyn Network>,
    /// The account's credentials, as connected.
    pub credentials: Credentials,
    /// The account at the network.
    pub profile: Profile,
    /// The files.
    pub library: Library,
    time: Arc<Time>,
    road: Road,
    table: Table,
    store: OrgStore,
    publisher: Publisher,
}

impl Stage {
    /// Connects an account of `platform`.
    ///
    /// # Errors
    /// What keeps it from being connected, in words.
    pub async fn set(platform: Platform, make: cases::Make) -> Result<(Self, Cases), String> {
        let library = Library::default();
        let cases = make(&library);
        let start = cases.formats.first().map_or(Timestamp::UNIX_EPOCH, |format| format.job.created_at);
        let time = Arc::new(Time(Mutex::new(start)));
        let world = World::new(Arc::clone(&time) as Arc<dyn Clock>, ORIGIN, Arc::new(library.shelf()));
        let router: Router = networks::router(&world);
        let road = Road {
            to: InProcess::new(router.clone()),
            world: world.clone(),
            platform,
            asked: Arc::default(),
            dead: Arc::default(),
            accident: Arc::default(),
        };
        let origin = ORIGIN.parse().map_err(|_| "no address".to_owned())?;
        let tools = Tools {
            http: Http::with(Arc::new(road.clone()), "https://atelier.test", true).in_sandbox(Some(origin)),
            clock: Arc::clone(&time) as Arc<dyn Clock>,
            sleep: Arc::clone(&time) as Arc<dyn Sleep>,
            apps: Arc::new(SandboxApps),
        };
        let clients = Networks::new(&tools).clients();
        let client = Arc::clone(clients.get(&platform).ok_or("there is no client")?);
        let (profile, credentials) = match &cases.connect {
            Connect::Given(given) => (**given).clone(),
            Connect::Consent { way, user, account } => {
                let granted = cases::connect(&router, &tools, &client, way, user).await;
                let granted = granted.map_err(|failure| format!("connecting failed: {failure}"))?;
                cases::credentials(&granted, *account)
            }
        };
        let cloud = cloud(&time);
        let table = Table::over(Arc::new(Calm::default()));
        let org = cases.formats.first().map(|format| format.job.org).ok_or("there is no format")?;
        let store = table.org(OrgScope::from_own_wakeup(org));
        let with_files: Arc<dyn Network> =
            Arc::new(WithFiles { client: Arc::clone(&client), library: library.clone() });
        let publisher = Publisher::with(
            &cloud,
            table.clone(),
            Clients::from([(platform, with_files)]),
            Arc::clone(&time) as Arc<dyn Sleep>,
        );
        let stage = Self { world, client, credentials, profile, library, time, road, table, store, publisher };
        let vault = Vault::new(&cloud, Arc::clone(&stage.time) as Arc<dyn Sleep>);
        stage.keep_account(&vault, &cases.formats[0].job).await?;
        Ok((stage, cases))
    }

    async fn keep_account(&self, vault: &Vault, job: &Job) -> Result<(), String> {
        let now = self.time.now();
        let sealed = vault.seal(job.org, job.account, &self.credentials).await.map_err(|error| error.to_string())?;
        let mut account = account(job, self.client.platform(), &self.profile, now);
        account.sealed = sealed;
        let write = self.store.put(&OrgKey::Account(job.account), &account, Condition::Always);
        self.store.transact(vec![write.map_err(words)?]).await.map_err(words)
    }

    /// What may be done with the account after an ambiguous outcome.
    #[must_use]
    pub fn class(&self) -> Class {
        self.client.class_for(Some(&self.profile))
    }

    /// Publishes `job` with an accident on the way, waking the handler until the delivery has ended. What the
    /// first attempt asked, and the delivery.
    ///
    /// # Errors
    /// In words, when the handler fails or never ends.
    pub(crate) async fn publish(
        &self,
        job: &Job,
        accident: Option<Accident>,
    ) -> Result<(Vec<Asked>, Delivery), String> {
        let key = self.due(job).await?;
        self.road.asked().clear();
        *self.road.accident.lock().unwrap_or_else(PoisonError::into_inner) = accident;
        let mut first = None;
        for _ in 0..ROUNDS {
            self.wake(job).await?;
            first.get_or_insert_with(|| self.road.asked().clone());
            let delivery: Delivery = self.store.get(&key).await.map_err(words)?.ok_or("the delivery is gone")?;
            if delivery.state.is_end() {
                return Ok((first.unwrap_or_default(), delivery));
            }
            let until = delivery.wake_at.unwrap_or(self.time.now());
            let wait = until.duration_since(self.time.now()).max(SignedDuration::from_secs(1));
            self.time.pass(wait.max(if delivery.lease_until.is_some() { LEASE } else { SignedDuration::ZERO }));
        }
        Err("the delivery never ended".to_owned())
    }

    /// Waits until nothing that was sent can land any more.
    pub(crate) fn settle(&self) {
        self.pass(LATE_LANDING);
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.time.pass(time);
    }

    /// Tries `job` once. The delivery, the account and what is known of the network as a whole, as they are then.
    ///
    /// # Errors
    /// In words, when the handler fails.
    pub async fn attempt(&self, job: &Job) -> Result<(Delivery, Account, Circuit), String> {
        let key = self.due(job).await?;
        self.wake(job).await?;
        let delivery = self.store.get(&key).await.map_err(words)?.ok_or("the delivery is gone")?;
        let account =
            self.store.get(&OrgKey::Account(job.account)).await.map_err(words)?.ok_or("the account is gone")?;
        let circuit = self.table.circuit(self.client.platform().as_str()).await.map_err(words)?;
        Ok((delivery, account, circuit))
    }

    /// Makes `job` due now, and yields its delivery's key.
    async fn due(&self, job: &Job) -> Result<OrgKey, String> {
        let (platform, now) = (self.client.platform(), self.time.now());
        let post = post(job, platform, now);
        let delivery = Delivery::new(post.id, job.account, platform, 1, now);
        let key = OrgKey::Delivery(post.id, job.account);
        let writes = vec![
            self.store.put(&OrgKey::Post(post.id), &post, Condition::Always).map_err(words)?,
            self.store.put(&key, &delivery, Condition::Always).map_err(words)?,
        ];
        self.store.transact(writes).await.map_err(words)?;
        Ok(key)
    }

    /// One invocation, which ends early if the process dies.
    async fn wake(&self, job: &Job) -> Result<(), String> {
        let wake_up = WakeUp { org: job.org, post: job.post, revision: 1 };
        let event = serde_json::to_value(wake_up).map_err(words)?;
        self.road.dead.store(false, Ordering::SeqCst);
        let mut handling = pin!(self.publisher.handle(event));
        poll_fn(|context| match handling.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result.map(drop).map_err(words)),
            Poll::Pending if self.road.dead.load(Ordering::SeqCst) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

fn words(error: impl fmt::Display) -> String {
    error.to_string()
}

fn cloud(time: &Arc<Time>) -> Arc<Cloud> {
    let config = Config { base_url: "https://atelier.test".to_owned(), ..Config::default() };
    let dice = Dice(Mutex::new(fastrand::Rng::with_seed(7)));
    let clock = Arc::clone(time) as Arc<dyn Clock>;
    let cloud = Cloud::over(SdkConfig::builder().build(), config, clock, Arc::new(dice));
    let secrets = Secrets::given(&[("token-key", simulation::setup::TOKEN_KEY)]);
    Arc::new(cloud.with_services(Arc::new(Nowhere), Releases::over(Arc::new(Nowhere)), secrets))
}

fn account(job: &Job, platform: Platform, profile: &Profile, now: Timestamp) -> Account {
    Account {
        remote_id: profile.remote_id.clone(),
        name: profile.name.clone(),
        handle: profile.handle.clone(),
        avatar_url: profile.avatar_url.clone(),
        url: profile.url.clone(),
        instance: profile.instance.clone(),
        limits: profile.limits.clone(),
        ..Account::new(job.account, platform, UserId::new(Ulid::from(1_u128)), now)
    }
}

/// The post that a job came from.
fn post(job: &Job, platform: Platform, now: Timestamp) -> Post {
    let ids = |media: &[domain::media::MediaUse]| media.iter().map(|file| file.file_id).collect::<Vec<FileId>>();
    let mut files = job.media.clone();
    files.extend(job.thread.iter().flat_map(|part| part.media.clone()));
    files.extend(job.cover_picture().cloned());
    files.extend(job.subtitles.iter().map(|one| one.file.clone()));
    let cover = match &job.cover {
        Some(Cover::Picture(picture)) => Some(ChosenCover::Picture { media_id: picture.file_id }),
        Some(Cover::Frame { at_ms }) => Some(ChosenCover::Frame { at_ms: *at_ms }),
        None => None,
    };
    let chosen = |one: &Subtitles| ChosenSubtitles { media_id: one.file.file_id, language: one.language.clone() };
    let subtitles = job.subtitles.iter().map(chosen).collect();
    let settings = job.settings.clone();
    let target = Target { format: job.format, settings, cover, subtitles, ..Target::new(job.account, platform) };
    let outcome = TargetOutcome { state: domain::delivery::DeliveryState::Pending, permalink: None };
    Post {
        id: job.post,
        version: 1,
        revision: 1,
        text: job.text.clone(),
        media: ids(&job.media),
        thread: job.thread.iter().map(|part| Part { text: part.text.clone(), media: ids(&part.media) }).collect(),
        first_comment: job.first_comment.clone(),
        files,
        targets: vec![target],
        schedule: Some(when::immediately("UTC", now)),
        outcomes: [(job.account, outcome)].into(),
        series: None,
        slot: None,
        created_by: UserId::new(Ulid::from(1_u128)),
        created_at: now,
        updated_at: now,
    }
}
