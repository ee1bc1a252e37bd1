//! The deployment around the product: settings, AWS clients, time, randomness, secrets, schedules,
//! queues, objects, mail and logs. The only crate that makes AWS clients.

mod aws;
mod clock;
mod config;
pub mod crypto;
pub mod invocations;
mod mail;
mod objects;
mod patience;
mod presign;
mod queues;
pub mod reach;
mod schedules;
mod secrets;
pub mod telemetry;
mod throttles;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_types::SdkConfig;
use domain::wake::{self, Wake};
use jiff::Timestamp;

pub use aws::settings;
pub use aws_sdk_dynamodb as dynamodb;
pub use clock::{Clock, Random, SystemClock, SystemRandom};
pub use config::{Config, Endpoints, MissingSetting};
pub use mail::{Mail, MailError};
pub use objects::{ObjectError, ObjectHead, Objects, Presigned};
pub use patience::Patience;
pub use queues::{DeadLetter, DeadLetters, QueueError, ReleaseQueue, Releases};
use schedules::EventBridge;
pub use schedules::{ScheduleError, Scheduler, WakeUp};
pub use secrets::{FRESH, SecretError, Secrets, StateKeys};
use telemetry::{Figures, Unit};
use throttles::Throttles;

/// Everything outside the program that product code may touch. Made once per process and shared.
///
/// Clients that only some routes need are made at their first use: a cold start pays for none of them.
#[derive(Debug)]
pub struct Cloud {
    /// Settings.
    pub config: Config,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    sdk: SdkConfig,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    objects: OnceLock<Objects>,
    schedules: OnceLock<Arc<dyn Scheduler>>,
    releases: OnceLock<Releases>,
    secrets: OnceLock<Secrets>,
    mail: OnceLock<Mail>,
}

impl Cloud {
    /// Connects with the machine's clock and generator, and with credentials from the configuration or the environment.
    pub async fn connect(config: Config) -> Arc<Self> {
        Self::with(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await
    }

    /// Connects with the given clock and generator.
    pub async fn with(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Arc<Self> {
        Arc::new(Self::over(aws::settings(&config), config, clock, random))
    }

    /// The same over settings that are loaded already.
    #[must_use]
    pub fn over(sdk: SdkConfig, config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            config,
            clock,
            random,
            sdk,
            dynamodb: OnceLock::new(),
            objects: OnceLock::new(),
            schedules: OnceLock::new(),
            releases: OnceLock::new(),
            secrets: OnceLock::new(),
            mail: OnceLock::new(),
        }
    }

    /// With another scheduler and release queue, and with secrets given instead of fetched: what a
    /// simulation needs.
    #[must_use]
    pub fn with_services(self, schedules: Arc<dyn Scheduler>, releases: Releases, secrets: Secrets) -> Self {
        Self {
            schedules: OnceLock::from(schedules),
            releases: OnceLock::from(releases),
            secrets: OnceLock::from(secrets),
            ..self
        }
    }

    /// The settings that AWS clients of other crates start from.
    #[must_use]
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// The media bucket.
    pub fn objects(&self) -> &Objects {
        self.objects.get_or_init(|| Objects::new(&self.sdk, &self.config))
    }

    /// DynamoDB; `store` is the only user, always [within](reach::within) somebody's reach.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| {
            let mut builder = aws_sdk_dynamodb::config::Builder::from(&self.sdk);
            builder.set_endpoint_url(self.config.endpoints.dynamodb.clone());
            let builder = builder.interceptor(Throttles { clock: Arc::clone(&self.clock) });
            aws_sdk_dynamodb::Client::from_conf(builder.interceptor(reach::TableWall).build())
        })
    }

    /// With DynamoDB's settings changed by `change`, on top of what they are: what measures a process asks for
    /// consumed capacity so. Before the first use.
    #[must_use]
    pub fn with_dynamodb(
        self,
        change: impl FnOnce(aws_sdk_dynamodb::config::Builder) -> aws_sdk_dynamodb::config::Builder,
    ) -> Self {
        let changed = change(self.dynamodb().config().to_builder());
        Self { dynamodb: OnceLock::from(aws_sdk_dynamodb::Client::from_conf(changed.build())), ..self }
    }

    /// The one-time schedules that wake `publish`. Functions set and remove them by [`Cloud::wake`] and
    /// [`Cloud::forget`], from which their permissions are told.
    pub fn schedules(&self) -> &dyn Scheduler {
        &**self.schedules.get_or_init(|| Arc::new(EventBridge::new(&self.sdk, &self.config)))
    }

    /// The messages that wake `publish` at the second.
    pub fn releases(&self) -> &Releases {
        self.releases.get_or_init(|| Releases::new(&self.sdk, &self.config))
    }

    /// Arranges that `publish` is woken ahead of `due`: by a message when that is soon, else by a schedule.
    ///
    /// # Errors
    /// In words for the log; the sweep publishes all the same, up to a minute late.
    pub async fn wake(&self, wake_up: WakeUp, due: Timestamp) -> Result<(), String> {
        match wake::wake(due, self.clock.now()) {
            Wake::Release(delay) => self.release(wake_up, delay.unsigned_abs()).await,
            Wake::Schedule(at) => self.schedules().wake(wake_up, at).await.map_err(|error| self.lost_wake_up(&error)),
        }
    }

    /// Takes back the schedule that [`Cloud::wake`] set at `at`. One that is gone already is fine.
    ///
    /// # Errors
    /// [`ScheduleError`]; harmless, since the wake-up is stale.
    pub async fn forget(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError> {
        self.schedules().forget(wake_up, at).await
    }

    /// Arranges that `publish` is woken at the second, after `delay`.
    ///
    /// # Errors
    /// As [`Self::wake`].
    pub async fn release(&self, wake_up: WakeUp, delay: Duration) -> Result<(), String> {
        self.releases().send(wake_up, delay).await.map_err(|error| self.lost_wake_up(&error))
    }

    fn lost_wake_up(&self, error: &dyn std::error::Error) -> String {
        Figures::new(self.clock.now()).figure("LostWakeUps", Unit::Count, 1).write();
        error.to_string()
    }

    /// Sends releases elsewhere than to the service; only before the first is sent.
    ///
    /// # Errors
    /// The argument, when it is too late.
    pub fn replace_releases(&self, releases: Releases) -> Result<(), Releases> {
        self.releases.set(releases)
    }

    /// What failed for good, for operators.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(&self.sdk, &self.config)
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        self.secrets.get_or_init(|| Secrets::new(&self.sdk, &self.config, Arc::clone(&self.clock)))
    }

    /// Outgoing mail.
    pub fn mail(&self) -> &Mail {
        self.mail.get_or_init(|| Mail::new(&self.sdk, &self.config))
    }
}
