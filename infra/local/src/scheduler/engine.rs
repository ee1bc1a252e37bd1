//! Fires what is due: on time, at least once, at most [`AT_ONCE`] calls at a time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, watch};

use super::model::arn;
use super::store::{Conclusion, Firing, Store};
use crate::SharedClock;
use crate::invoke::{Invoker, function_name};
use crate::queue::Queues;
use crate::sqlite::StorageError;

/// How many calls run at the same time.
const AT_ONCE: u32 = 64;
/// How long the engine sleeps at most, so that a change of the machine's clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);
/// How long a shutdown waits for calls that run. What it cuts off is called again at the next start.
const GRACE: Duration = Duration::from_secs(10);

/// Which call of which schedule.
type Key = (String, String, i64);

#[derive(Clone)]
pub(super) struct Engine {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pub(super) invoker: Invoker,
    queues: Queues,
    /// Rings when there may be something to do earlier than expected.
    changed: Arc<Notify>,
    /// When the earliest schedule is due that the engine knows of, in milliseconds since 1970; the end of
    /// time while it looks.
    expected: Arc<AtomicI64>,
    running: Arc<Mutex<HashSet<Key>>>,
    places: Arc<Semaphore>,
}

impl Engine {
    pub(super) fn new(store: Store, clock: SharedClock, invoker: Invoker, queues: Queues) -> Self {
        Self {
            store,
            clock,
            invoker,
            queues,
            changed: Arc::default(),
            expected: Arc::new(AtomicI64::new(i64::MAX)),
            running: Arc::default(),
            places: Arc::new(Semaphore::new(AT_ONCE as usize)),
        }
    }

    /// Runs until `stop` turns true, then lets running calls finish.
    pub(super) async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = self.turn() => {}
                _ = stop.wait_for(|stopped| *stopped) => break,
            }
        }
        drop(tokio::time::timeout(GRACE, self.places.acquire_many(AT_ONCE)).await);
    }

    /// Says that a schedule due at `due` was stored. One that is later than others changes nothing, and a
    /// thousand of them in a second should not make the engine look a thousand times.
    pub(super) fn stored(&self, due: Timestamp) {
        if due.as_millisecond() < self.expected.load(Ordering::SeqCst) {
            self.changed.notify_one();
        }
    }

    /// Starts everything that is due, or sleeps until something is.
    async fn turn(&self) {
        let now = self.clock.now();
        // Taken before the schedules are read: a call that ends between the two is still listed as due,
        // and must not be made again.
        let running = self.running().clone();
        // Before the look, so that whatever is stored after it rings.
        self.expected.store(i64::MAX, Ordering::SeqCst);
        let (due, next) = match self.store.due(now).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "schedules cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
                return;
            }
        };
        let fresh: Vec<Firing> = due.into_iter().filter(|firing| !running.contains(&firing.key())).collect();
        if fresh.is_empty() {
            self.expected.store(next.map_or(i64::MAX, Timestamp::as_millisecond), Ordering::SeqCst);
            let until = next.map_or(LONGEST_SLEEP, |next| wait(now, next));
            drop(tokio::time::timeout(until, self.changed.notified()).await);
        }
        for firing in fresh {
            self.start(firing).await;
        }
    }

    async fn start(&self, firing: Firing) {
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
        self.running().insert(firing.key());
        let engine = self.clone();
        tokio::spawn(async move {
            engine.fire(&firing).await;
            engine.running().remove(&firing.key());
            drop(place);
            engine.changed.notify_one();
        });
    }

    async fn fire(&self, firing: &Firing) {
        let target = &firing.schedule.target;
        let outcome = match input(firing) {
            Ok(input) => self.invoker.invoke(function_name(&target.arn), input).await,
            Err(error) => Err(error),
        };
        let now = self.clock.now();
        let (conclusion, given_up) = match outcome {
            Ok(_) => (firing.completed(now), None),
            Err(error) => {
                tracing::warn!(schedule = firing.name, attempt = firing.attempts + 1, %error, "a scheduled call failed");
                let conclusion = firing.failed(now);
                let given_up = !matches!(conclusion, Conclusion::Retry(_));
                (conclusion, given_up.then_some(error))
            }
        };
        if let Err(error) = self.conclude(firing, conclusion, given_up).await {
            // It stays due and is called again: at least once.
            tracing::error!(%error, schedule = firing.name, "the end of a call could not be recorded");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// The dead letter comes first: a crash in between leaves two of them, never none.
    async fn conclude(
        &self,
        firing: &Firing,
        conclusion: Conclusion,
        given_up: Option<String>,
    ) -> Result<(), StorageError> {
        let target = &firing.schedule.target;
        let queue = target.dead_letter_config.as_ref().and_then(|config| config.arn.as_deref());
        if let (Some(error), Some(queue)) = (given_up, queue) {
            let body = target.input.clone().unwrap_or_default();
            self.queues.bury(queue, body, &firing.notes(error)).await?;
        }
        self.store.conclude(firing, conclusion).await
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<Key>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Firing {
    fn key(&self) -> Key {
        (self.group.clone(), self.name.clone(), self.generation)
    }

    fn completed(&self, now: Timestamp) -> Conclusion {
        let done = Conclusion::Complete { delete: self.schedule.deleted_after_completion() };
        self.next(now).map_or(done, Conclusion::Next)
    }

    /// Again later with doubling pauses, until the retry policy is used up.
    fn failed(&self, now: Timestamp) -> Conclusion {
        let policy = self.schedule.target.retry_policy.unwrap_or_default();
        let doublings = u32::try_from(self.attempts).unwrap_or(6).min(6);
        let again = now + SignedDuration::from_secs(1 << doublings);
        let oldest = SignedDuration::from_secs(policy.maximum_event_age_in_seconds);
        // What fell due while the process was off is not too old for its first attempts.
        let young = self.attempts < 3 || again.duration_since(self.due) <= oldest;
        if self.attempts < policy.maximum_retry_attempts && young {
            return Conclusion::Retry(again);
        }
        self.completed(now)
    }

    /// What the service notes on a dead letter.
    fn notes(&self, error: String) -> [(&'static str, String); 6] {
        [
            ("ERROR_CODE", "FunctionError".to_owned()),
            ("ERROR_MESSAGE", error),
            ("RETRY_ATTEMPTS", self.attempts.to_string()),
            ("SCHEDULED_TIME", self.due.to_string()),
            ("SCHEDULE_ARN", arn(&self.group, &self.name)),
            ("TARGET_ARN", self.schedule.target.arn.clone()),
        ]
    }
}

/// The event: the schedule's own input with the scheduler's placeholders filled in, or the event that
/// EventBridge sends without one.
fn input(firing: &Firing) -> Result<Value, String> {
    let Some(input) = &firing.schedule.target.input else {
        let arn = arn(&firing.group, &firing.name);
        return Ok(json!({ "version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event",
            "resources": [arn], "time": firing.due.to_string(), "detail": "{}" }));
    };
    let attempt = (firing.attempts + 1).to_string();
    let filled = input
        .replace("<aws.scheduler.schedule-arn>", &arn(&firing.group, &firing.name))
        .replace("<aws.scheduler.scheduled-time>", &firing.due.to_string())
        .replace("<aws.scheduler.attempt-number>", &attempt);
    serde_json::from_str(&filled).map_err(|error| format!("the schedule's input is no JSON: {error}"))
}

fn wait(now: Timestamp, next: Timestamp) -> Duration {
    Duration::try_from(next.duration_since(now)).unwrap_or_default().min(LONGEST_SLEEP)
}
