//! Calls of the API and the classes of its errors.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Mastodon;
use crate::http::{Effect, Request, Response};

/// The address of a path on an instance.
pub(super) fn at(instance: &Url, path: &str) -> Url {
    let mut url = instance.clone();
    url.set_path(path);
    url.set_query(None);
    url
}

/// An error answer. Proxies and maintenance pages answer in HTML instead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: String,
    error_description: String,
}

impl Mastodon {
    /// Sends a request and reads the answer as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let response = self.send(request, effect).await?;
        response.json().ok_or_else(|| without_answer(format!("{host} sent an unreadable answer"), effect))
    }

    /// Sends a request; every answer but a success is classified.
    pub(super) async fn send(&self, request: Request, effect: Effect) -> Result<Response, Failure> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let sent = self.http.send(request).await;
        let response = sent.map_err(|error| error.classify(effect))?;
        if response.status.is_success() { Ok(response) } else { Err(self.classify(&host, &response, effect)) }
    }

    /// One answer, one class: the table of this network's errors.
    fn classify(&self, host: &str, response: &Response, effect: Effect) -> Failure {
        let status = response.status;
        let body: ErrorBody = response.json().unwrap_or_default();
        let message = [body.error_description, body.error]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| format!("{host} answered {status}"));
        match status.as_u16() {
            429 => Failure::RateLimited { retry_at: self.reset_time(response), message },
            408 | 425 | 500.. => without_answer(message, effect),
            401 => Failure::Revoked { message },
            // Too narrow a scope, a disabled login or an unconfirmed address: all need the user.
            403 if response.json::<serde_json::Value>().is_some() => Failure::Revoked { message },
            403 => rejected("403", message, "The server's front refuses us: ask its administrator."),
            404 | 410 => rejected("not-found", message, "Check that the account and its server still exist."),
            413 => rejected("too-large", message, "Use a smaller file."),
            422 => rejected("validation-failed", message, "Change what the server objects to, then try again."),
            _ => rejected(status.as_str(), message, "Check the server's address."),
        }
    }

    fn reset_time(&self, response: &Response) -> Option<Timestamp> {
        let reset = response.header("x-ratelimit-reset").and_then(|time| time.trim().parse().ok());
        reset.or_else(|| {
            let seconds = response.header("retry-after")?.trim().parse().ok()?;
            self.clock.now().checked_add(SignedDuration::from_secs(seconds)).ok()
        })
    }
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

/// Whether a failure says that there is no such thing.
pub(super) fn is_absent(failure: &Failure) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if code == "not-found")
}
