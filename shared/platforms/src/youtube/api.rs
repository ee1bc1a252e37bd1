//! Calls of the API and the classes of its errors.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Youtube;
use crate::http::{Effect, Request, Response};

/// The Data API.
const API: &str = "https://www.googleapis.com/youtube/v3/";
/// Where quotas are counted from midnight to midnight.
const QUOTA_ZONE: &str = "America/Los_Angeles";
/// When to try again after a channel's undocumented cap, which is counted over about a day.
const UPLOAD_LIMIT_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// When to try again after too many requests, where the answer does not say.
const RATE_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// The address of a resource with its query.
pub(super) fn at(resource: &str, query: &[(&str, &str)]) -> Result<Url, Failure> {
    let address = format!("{API}{resource}");
    Url::parse_with_params(&address, query).map_err(|error| Failure::Transient { message: error.to_string() })
}

/// The envelope of every error. Google's front answers in HTML or not at all instead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    error: ErrorBody,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    message: String,
    errors: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: String,
}

impl Youtube {
    /// Sends a request and reads the answer as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let response = self.send(request, effect).await?;
        response.json().ok_or_else(|| without_answer("YouTube sent an unreadable answer".to_owned(), effect))
    }

    /// Sends a request; every answer but a success is classified.
    pub(super) async fn send(&self, request: Request, effect: Effect) -> Result<Response, Failure> {
        let response = self.http.send(request).await.map_err(|error| error.classify(effect))?;
        if response.status.is_success() { Ok(response) } else { Err(self.classify(&response, effect)) }
    }

    /// One answer, one class: the table of this network's errors, by the reason that comes first (document Errors).
    pub(super) fn classify(&self, response: &Response, effect: Effect) -> Failure {
        let status = response.status.as_u16();
        let Envelope { error } = response.json().unwrap_or_default();
        let reason = error.errors.first().map_or("", |detail| detail.reason.as_str());
        let message = if error.message.is_empty() { format!("YouTube answered {status}") } else { error.message };
        match (status, reason) {
            // The project's quota, for all channels together.
            (_, "quotaExceeded" | "dailyLimitExceeded") => match self.next_quota_day() {
                Some(until) => Failure::Throttled { until, message },
                None => limited(None, message),
            },
            (_, "uploadLimitExceeded") => limited(Some(self.clock.now() + UPLOAD_LIMIT_PAUSE), message),
            (429, _) | (_, "rateLimitExceeded" | "userRateLimitExceeded" | "uploadRateLimitExceeded") => {
                limited(Some(self.retry_after(response)), message)
            }
            (_, "youtubeSignupRequired") => rejected(reason, message, SIGN_UP),
            (401, _) => Failure::TokenExpired { message },
            (403, "insufficientPermissions" | "insufficientAuthenticationScopes") => Failure::Revoked { message },
            (408 | 500.., _) | (409, "processingFailure") => without_answer(message, effect),
            (300..=399, _) => without_answer(message, effect),
            (403, "") => without_answer(message, effect),
            (404, _) => rejected(
                if reason.is_empty() { "not-found" } else { reason },
                message,
                "Check on YouTube what is there.",
            ),
            _ => rejected(if reason.is_empty() { "refused" } else { reason }, message, advice(reason)),
        }
    }

    /// When the project's quota is renewed: at midnight Pacific time.
    fn next_quota_day(&self) -> Option<Timestamp> {
        let now = self.clock.now().in_tz(QUOTA_ZONE).ok()?;
        Some(now.tomorrow().ok()?.start_of_day().ok()?.timestamp())
    }

    fn retry_after(&self, response: &Response) -> Timestamp {
        let seconds = response.header("retry-after").and_then(|seconds| seconds.trim().parse().ok());
        let pause = seconds.map_or(RATE_PAUSE, SignedDuration::from_secs);
        let now = self.clock.now();
        now.checked_add(pause).unwrap_or(now + RATE_PAUSE)
    }
}

/// What to do about an account that has no channel.
pub(super) const SIGN_UP: &str = "Create a channel at YouTube with this Google account, then connect it again.";

/// What a user can do about a reason.
fn advice(reason: &str) -> &'static str {
    match reason {
        "invalidTitle" => "Use a title of 1 to 100 characters without < and >.",
        "invalidDescription" => "Use a text of at most 5000 bytes without < and >.",
        "invalidTags" => "Use fewer or shorter tags: 500 characters together.",
        "invalidCategoryId" => "Choose another category.",
        "badContent" | "mediaBodyRequired" | "invalidFilename" => "Attach an MP4 video.",
        "accountSuspended" | "channelSuspended" => "YouTube has suspended the channel: see YouTube Studio.",
        "forbiddenPrivacySetting" | "forbiddenLicenseSetting" => {
            "The channel may not use this setting: choose another or change it in YouTube Studio."
        }
        "forbidden" => "The channel may not do this: see YouTube Studio for restrictions.",
        "commentsDisabled" => "Comments are off for this video.",
        _ => "Change what YouTube objects to, then try again.",
    }
}

fn limited(retry_at: Option<Timestamp>, message: String) -> Failure {
    Failure::RateLimited { retry_at, message }
}

/// The request arrived, but what became of it is unknown.
pub(super) fn without_answer(message: String, effect: Effect) -> Failure {
    match effect {
        Effect::None => Failure::Transient { message },
        Effect::Visible => Failure::Ambiguous { message },
    }
}

pub(super) fn rejected(code: &str, message: impl Into<String>, advice: &str) -> Failure {
    Failure::Rejected { code: code.to_owned(), message: message.into(), advice: advice.to_owned() }
}
