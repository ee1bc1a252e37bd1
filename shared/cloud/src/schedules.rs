//! EventBridge Scheduler: one-time schedules that wake `publish`.
//!
//! A schedule is only a wake-up; the table is the truth. A lost one is found by the sweep, a stale
//! or repeated one does nothing.

use std::fmt::Debug;

use async_trait::async_trait;
use aws_sdk_scheduler::error::SdkError;
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target,
};
use aws_types::SdkConfig;
use domain::ids::{OrgId, PostId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Config;

/// What a schedule sends to `publish`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUp {
    /// The tenant.
    pub org: OrgId,
    /// The post to look at.
    pub post: PostId,
    /// The revision the wake-up was made for, or [`WakeUp::PRESENT`].
    pub revision: u64,
}

impl WakeUp {
    /// Stands for whichever revision the post is at: of whoever found it by the due index, which tells none.
    pub const PRESENT: u64 = 0;
}

/// The service refused or was out of reach.
#[derive(Debug, thiserror::Error)]
#[error("the scheduler could not be reached: {0}")]
pub struct ScheduleError(pub String);

/// Makes and removes wake-ups.
#[async_trait]
pub trait Scheduler: Send + Sync + Debug {
    /// Wakes `publish` for `wake_up` at `at` (whole seconds, UTC). Asking again for the same is fine.
    ///
    /// # Errors
    /// [`ScheduleError`]; the sweep publishes all the same, up to a minute late.
    async fn wake(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError>;

    /// Removes a wake-up that is no longer wanted. One that is gone already is fine.
    ///
    /// # Errors
    /// [`ScheduleError`]; harmless, since the wake-up is stale.
    async fn forget(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError>;
}

/// EventBridge Scheduler.
#[derive(Debug)]
pub(crate) struct EventBridge {
    client: aws_sdk_scheduler::Client,
    group: String,
    target_arn: String,
    role_arn: String,
    dead_letter_arn: Option<String>,
}

impl EventBridge {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        let mut builder = aws_sdk_scheduler::config::Builder::from(sdk);
        builder.set_endpoint_url(config.endpoints.scheduler.clone());
        Self {
            client: aws_sdk_scheduler::Client::from_conf(builder.build()),
            group: config.schedule_group.clone(),
            target_arn: config.publish_arn.clone(),
            role_arn: config.scheduler_role_arn.clone(),
            dead_letter_arn: config.dead_letter_arn.clone(),
        }
    }
}

#[async_trait]
impl Scheduler for EventBridge {
    /// The name holds post and revision, so moving a post makes a new schedule, and the old one, if it
    /// still fires, is for a stale revision.
    async fn wake(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError> {
        let payload = serde_json::to_string(&wake_up).map_err(|error| ScheduleError(error.to_string()))?;
        let retry = RetryPolicy::builder().maximum_retry_attempts(5).maximum_event_age_in_seconds(3600).build();
        let dead_letter = self.dead_letter_arn.as_ref().map(|arn| DeadLetterConfig::builder().arn(arn).build());
        let target = Target::builder()
            .arn(&self.target_arn)
            .role_arn(&self.role_arn)
            .input(payload)
            .retry_policy(retry)
            .set_dead_letter_config(dead_letter)
            .build()
            .map_err(|error| ScheduleError(error.to_string()))?;
        let window = FlexibleTimeWindow::builder()
            .mode(FlexibleTimeWindowMode::Off)
            .build()
            .map_err(|error| ScheduleError(error.to_string()))?;
        let answer = self
            .client
            .create_schedule()
            .group_name(&self.group)
            .name(name(wake_up, at))
            .schedule_expression(expression(at))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(window)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if matches!(error.err(), CreateScheduleError::ConflictException(_)) => {
                Ok(())
            }
            Err(error) => Err(ScheduleError(error.into_service_error().to_string())),
        }
    }

    async fn forget(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError> {
        let answer = self.client.delete_schedule().group_name(&self.group).name(name(wake_up, at)).send().await;
        match answer.map_err(aws_sdk_scheduler::error::SdkError::into_service_error) {
            Ok(_) => Ok(()),
            Err(error) if error.is_resource_not_found_exception() => Ok(()),
            Err(error) => Err(ScheduleError(error.to_string())),
        }
    }
}

/// At most 64 characters of `[0-9a-zA-Z-_.]`: post, revision and second.
fn name(wake_up: WakeUp, at: Timestamp) -> String {
    format!("{}.{}.{}", wake_up.post, wake_up.revision, at.as_second())
}

/// Rounded up to the next whole second: a wake-up must not come before its time.
fn expression(at: Timestamp) -> String {
    let second = if at.subsec_nanosecond() > 0 { at.as_second() + 1 } else { at.as_second() };
    let at = Timestamp::from_second(second).unwrap_or(at);
    format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Ulid;

    #[test]
    fn names_fit_and_tell_revisions_apart() {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let wake = |revision| WakeUp { org: OrgId::new(Ulid::from(1)), post: PostId::new(Ulid::from(2)), revision };
        assert!(name(wake(u64::MAX), at).len() <= 64);
        assert_ne!(name(wake(1), at), name(wake(2), at));
    }

    #[test]
    fn fractions_round_up() {
        let at: Timestamp = "2026-11-24T09:00:00.25Z".parse().unwrap();
        assert_eq!(expression(at), "at(2026-11-24T09:00:01)");
    }
}
