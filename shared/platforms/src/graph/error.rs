//! The error envelope and the table of common codes ("Handle Errors").

use domain::delivery::Failure;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Verdict;
use crate::http::{Effect, Response};

/// Code of a [`Failure::Rejected`] for something that is not there.
pub(crate) const GONE: &str = "not-found";

/// An error as the Graph API tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct GraphError {
    pub(crate) message: String,
    pub(crate) code: i64,
    #[serde(rename = "error_subcode")]
    pub(crate) subcode: i64,
    pub(crate) is_transient: bool,
    pub(crate) error_user_title: Option<String>,
    pub(crate) error_user_msg: Option<String>,
    /// What the upload host calls it, such as `ProcessingFailedError`; empty elsewhere.
    #[serde(skip)]
    pub(crate) upload: String,
}

/// The shapes in which errors come.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    /// The Graph API's own.
    error: Option<GraphError>,
    /// That of Instagram's token endpoint, flat.
    error_type: Option<String>,
    code: i64,
    error_message: String,
    /// That of the upload host.
    debug_info: Option<DebugInfo>,
    success: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DebugInfo {
    retriable: bool,
    message: String,
    r#type: String,
}

impl DebugInfo {
    /// As an error of the Graph API.
    fn error(self, status: StatusCode) -> GraphError {
        let Self { retriable, message, r#type } = self;
        // Its words may be another answer, quoted.
        let quoted = serde_json::from_str::<Value>(&message).ok();
        let words = quoted.as_ref().and_then(|answer| answer.pointer("/error/message")?.as_str()).map(str::to_owned);
        let message = words.unwrap_or(if message.is_empty() { r#type.clone() } else { message });
        GraphError {
            message,
            // That of a token that is not taken.
            code: if status == StatusCode::UNAUTHORIZED { 190 } else { 0 },
            is_transient: retriable || status.is_server_error(),
            upload: r#type,
            ..GraphError::default()
        }
    }
}

impl GraphError {
    /// The error in an answer, if it tells of one.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let envelope: Envelope = response.json()?;
        if let Some(error) = envelope.error {
            return Some(error);
        }
        if envelope.error_type.is_some() {
            let (message, code) = (envelope.error_message, envelope.code);
            return Some(Self { message, code, ..Self::default() });
        }
        let info = envelope.debug_info.filter(|_| !(response.status.is_success() && envelope.success == true))?;
        Some(info.error(response.status))
    }

    /// What it says to people, or else to developers.
    fn words(&self) -> String {
        let told = [&self.error_user_title, &self.error_user_msg].into_iter().flatten();
        let told: Vec<&str> = told.map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if !told.is_empty() {
            return told.join(": ");
        }
        if self.message.is_empty() { format!("error {}", self.name()) } else { self.message.clone() }
    }

    /// Its name in a table: `code`, or `code/subcode`; the upload host has its own.
    fn name(&self) -> String {
        match self.subcode {
            0 if self.code == 0 && !self.upload.is_empty() => self.upload.clone(),
            0 => self.code.to_string(),
            subcode => format!("{}/{subcode}", self.code),
        }
    }
}

/// What the codes mean that all of these networks share.
pub(super) fn common(error: &GraphError, status: StatusCode) -> Verdict {
    match (error.code, error.subcode) {
        // Whatever the subcode (password changed, app removed, expired, role lost): only the user can mend it.
        (102 | 190, _) => Verdict::Reconnect,
        // A permission that was never given or was taken back, or a task on the page that is lacking.
        (3 | 10 | 200..=299, _) => Verdict::Reconnect,
        // The app's, the user's, the page's and the business use cases' limits.
        (4 | 17 | 32 | 341 | 613 | 80_000..=80_014, _) => Verdict::Slow,
        (368, _) => Verdict::Refused(
            "The network blocks this account's posts for a while, for hours or days: look at its notices there, then retry.",
        ),
        (100, 33) => Verdict::Refused("Check that the account still exists and that it may still be used."),
        (1 | 2, _) => Verdict::Unclear,
        _ if error.is_transient || status.is_server_error() => Verdict::Unclear,
        _ if status == StatusCode::TOO_MANY_REQUESTS => Verdict::Slow,
        _ => Verdict::Refused("Change what the network objects to, then try again."),
    }
}

/// The failure that a verdict stands for.
pub(super) fn failure(verdict: Verdict, error: &GraphError, retry_at: Option<Timestamp>, effect: Effect) -> Failure {
    let message = error.words();
    match verdict {
        Verdict::Slow => Failure::RateLimited { retry_at, message },
        Verdict::Reconnect => Failure::Revoked { message },
        Verdict::Refused(advice) if (error.code, error.subcode) == (100, 33) => rejected(GONE, message, advice),
        Verdict::Refused(advice) => rejected(&error.name(), message, advice),
        Verdict::Later => Failure::Transient { message },
        Verdict::Unclear => without_answer(message, effect),
    }
}

/// When calls are allowed again: the longest of what the usage header says, in minutes ("Rate Limits"). The header
/// of the app's own limit says no time.
pub(super) fn regain_at(response: &Response, now: Timestamp) -> Option<Timestamp> {
    let usage: Value = serde_json::from_str(response.header("x-business-use-case-usage")?).ok()?;
    let entries = usage.as_object()?.values().filter_map(Value::as_array).flatten();
    let minutes = entries.filter_map(|entry| entry.get("estimated_time_to_regain_access")?.as_i64()).max()?;
    if minutes <= 0 {
        return None;
    }
    now.checked_add(SignedDuration::from_mins(minutes.min(24 * 60))).ok()
}

/// Whether a limit is the app's own, over all of its users ("Rate Limits"): error 4, or any other of the platform's limits
/// while the usage header says that the app has used up all of its own. With a subcode it is an account's, and so are
/// those of the business use cases, which are counted by page or account and say when that one may go on (`regain_at`).
pub(super) fn is_of_app(error: &GraphError, response: &Response, regain_at: Option<Timestamp>) -> bool {
    let platform = matches!(error.code, 17 | 32 | 341 | 613) && regain_at.is_none();
    error.subcode == 0 && (error.code == 4 || (platform && is_app_used_up(response)))
}

/// Whether one of the app's shares, in percent, is used up.
fn is_app_used_up(response: &Response) -> bool {
    let usage = response.header("x-app-usage").and_then(|usage| serde_json::from_str::<Value>(usage).ok());
    let shares = ["call_count", "total_cputime", "total_time"];
    usage.is_some_and(|usage| shares.iter().any(|share| usage[*share].as_f64().is_some_and(|share| share >= 100.0)))
}

/// The request arrived, but what became of it is unknown.
pub(crate) fn without_answer(message: String, effect: Effect) -> Failure {
    match effect {
        Effect::None => Failure::Transient { message },
        Effect::Visible => Failure::Ambiguous { message },
    }
}

/// A refusal for good.
pub(crate) fn rejected(code: &str, message: impl Into<String>, advice: &str) -> Failure {
    Failure::Rejected { code: code.to_owned(), message: message.into(), advice: advice.to_owned() }
}

/// Whether a failure says that there is no such thing.
pub(crate) fn is_gone(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if code == GONE)
}
