//! The messages of the EventBridge Scheduler protocol, and what they must satisfy.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::expression::Expression;
use crate::aws::{ACCOUNT, AwsError, REGION};

/// The body of `CreateSchedule` and `UpdateSchedule`; also what is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Schedule {
    pub(super) schedule_expression: String,
    #[serde(default)]
    pub(super) schedule_expression_timezone: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default = "enabled")]
    pub(super) state: String,
    #[serde(default)]
    pub(super) action_after_completion: Option<String>,
    pub(super) flexible_time_window: Value,
    pub(super) target: Target,
    #[serde(default, skip_serializing)]
    pub(super) group_name: Option<String>,
    #[serde(default, skip_serializing)]
    pub(super) client_token: Option<String>,
}

/// What a schedule calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_policy: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dead_letter_config: Option<DeadLetterConfig>,
}

/// How long and how often a failed call is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RetryPolicy {
    pub(super) maximum_event_age_in_seconds: i64,
    pub(super) maximum_retry_attempts: i64,
}

impl Default for RetryPolicy {
    /// The service's own defaults: a day, 185 times.
    fn default() -> Self {
        Self { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 }
    }
}

/// Where calls go that failed for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeadLetterConfig {
    pub(super) arn: Option<String>,
}

fn enabled() -> String {
    "ENABLED".into()
}

impl Schedule {
    /// Reads and checks a request body.
    ///
    /// # Errors
    /// `ValidationException` with the first thing that is wrong.
    pub(super) fn parse(body: &[u8]) -> Result<(Self, Expression), AwsError> {
        let schedule: Self = serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
        let expression = Expression::parse(&schedule.schedule_expression)
            .ok_or_else(|| invalid(format!("Invalid Schedule Expression {}.", schedule.schedule_expression)))?;
        let zone = schedule.schedule_expression_timezone.as_deref().unwrap_or("UTC");
        let retry = schedule.target.retry_policy.unwrap_or_default();
        if zone != "UTC" {
            return Err(invalid(format!("Only the time zone UTC is offered here, not {zone}.")));
        }
        if !schedule.target.arn.starts_with("arn:") {
            return Err(invalid(format!("Provided Arn is not in correct format: {}", schedule.target.arn)));
        }
        if !(60..=86_400).contains(&retry.maximum_event_age_in_seconds)
            || !(0..=185).contains(&retry.maximum_retry_attempts)
        {
            return Err(invalid("The retry policy is out of its limits: 60 to 86400 seconds, 0 to 185 attempts."));
        }
        if !matches!(schedule.state.as_str(), "ENABLED" | "DISABLED") {
            return Err(invalid("State must be ENABLED or DISABLED."));
        }
        Ok((schedule, expression))
    }

    /// Whether it vanishes after its last firing.
    pub(super) fn deleted_after_completion(&self) -> bool {
        self.action_after_completion.as_deref() == Some("DELETE")
    }
}

/// A schedule with its identity, as stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) schedule: Schedule,
    /// Milliseconds since 1970.
    pub(super) created: i64,
    /// Milliseconds since 1970.
    pub(super) modified: i64,
}

impl Stored {
    /// The answer of `GetSchedule`.
    pub(super) fn describe(&self) -> Value {
        let mut answer = serde_json::to_value(&self.schedule).unwrap_or_default();
        for (field, value) in self.identity() {
            answer[field] = value;
        }
        answer
    }

    /// One entry of the answer of `ListSchedules`.
    pub(super) fn summary(&self) -> Value {
        let mut answer = json!({ "State": self.schedule.state, "Target": { "Arn": self.schedule.target.arn } });
        for (field, value) in self.identity() {
            answer[field] = value;
        }
        answer
    }

    fn identity(&self) -> [(&'static str, Value); 5] {
        [
            ("Arn", arn(&self.group, &self.name).into()),
            ("GroupName", self.group.clone().into()),
            ("Name", self.name.clone().into()),
            ("CreationDate", seconds(self.created)),
            ("LastModificationDate", seconds(self.modified)),
        ]
    }
}

/// A schedule's ARN.
pub(super) fn arn(group: &str, name: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}")
}

/// A group's ARN.
pub(super) fn group_arn(group: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{group}")
}

/// Checks a schedule's or group's name.
///
/// # Errors
/// `ValidationException` unless it is 1 to 64 letters, digits, `-`, `_` or `.`.
pub(super) fn check_name(name: &str) -> Result<(), AwsError> {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits { Ok(()) } else { Err(invalid(format!("Invalid name {name}: 1 to 64 of [0-9a-zA-Z-_.]."))) }
}

/// `ValidationException`.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::bad_request("ValidationException", message)
}

/// Seconds with fraction, as the protocol writes times.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact in 53 bits")]
pub(super) fn seconds(milliseconds: i64) -> Value {
    json!(milliseconds as f64 / 1000.0)
}
