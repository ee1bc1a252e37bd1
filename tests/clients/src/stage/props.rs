//! Time, chance and wake-ups of a stage.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{Clock, QueueError, Random, ReleaseQueue, ScheduleError, Scheduler, WakeUp};
use jiff::{SignedDuration, Timestamp};
use platforms::Sleep;

/// Time at the networks and for the program.
#[derive(Debug)]
pub(super) struct Time(pub(super) Mutex<Timestamp>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time {
    pub(super) fn pass(&self, time: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}

#[async_trait]
impl Sleep for Time {
    async fn sleep(&self, duration: Duration) {
        // The handler's own timeout is raced against each attempt: it must not fire because time could pass.
        if duration >= Duration::from_secs(60) {
            return std::future::pending().await;
        }
        self.pass(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
    }
}

#[derive(Debug)]
pub(super) struct Dice(pub(super) Mutex<fastrand::Rng>);

impl Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

/// Wake-ups go nowhere: the stage wakes the handler itself.
#[derive(Debug)]
pub(super) struct Nowhere;

#[async_trait]
impl Scheduler for Nowhere {
    async fn wake(&self, _: WakeUp, _: Timestamp) -> Result<(), ScheduleError> {
        Ok(())
    }

    async fn forget(&self, _: WakeUp, _: Timestamp) -> Result<(), ScheduleError> {
        Ok(())
    }
}

#[async_trait]
impl ReleaseQueue for Nowhere {
    async fn send(&self, _: WakeUp, _: u16) -> Result<(), QueueError> {
        Ok(())
    }
}
