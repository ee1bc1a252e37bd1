//! Calls of the protocol and the classes of its errors.

use domain::delivery::Failure;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Bluesky;
use crate::http::{Effect, Request, Response};

/// The address of a method on a server.
pub(super) fn method(service: &Url, nsid: &str) -> Url {
    let mut url = service.clone();
    url.set_path(&format!("/xrpc/{nsid}"));
    url.set_query(None);
    url
}

/// An error answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: String,
    message: String,
}

impl Bluesky {
    /// Sends a request and reads the answer as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let response = self.send(request, effect).await?;
        // A success that cannot be read came from something in between.
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
        let message = match (body.message.is_empty(), body.error.is_empty()) {
            (false, _) => body.message,
            (true, false) => body.error.clone(),
            (true, true) => format!("{host} answered {status}"),
        };
        match (status.as_u16(), body.error.as_str()) {
            (429, _) => Failure::RateLimited { retry_at: self.reset_time(response), message },
            (500.. | 408, _) => without_answer(message, effect),
            (_, "ExpiredToken") => Failure::TokenExpired { message },
            (_, "AccountTakedown" | "AccountDeactivated" | "AccountSuspended") => rejected(
                &body.error,
                message,
                "The network has switched this account off: sign in to Bluesky and see what it says.",
            ),
            (_, "AuthFactorTokenRequired") => rejected(
                &body.error,
                message,
                "Use an app password from Bluesky's settings, not the account's own password.",
            ),
            (401, _) | (_, "InvalidToken" | "AuthMissing" | "AuthenticationRequired") => Failure::Revoked { message },
            (413, _) | (_, "BlobTooLarge") => rejected("BlobTooLarge", message, "Use a smaller file."),
            (_, "InvalidMimeType") => rejected(&body.error, message, "Use a JPEG or PNG picture, or an MP4 video."),
            (_, "") => rejected(status.as_str(), message, "Check the account's server address."),
            (_, name) => rejected(name, message, "Change what the network objects to, then try again."),
        }
    }

    fn reset_time(&self, response: &Response) -> Option<Timestamp> {
        let number = |name: &str| response.header(name)?.trim().parse::<i64>().ok();
        let reset = number("ratelimit-reset").and_then(|second| Timestamp::from_second(second).ok());
        reset.or_else(|| {
            let wait = SignedDuration::from_secs(number("retry-after")?);
            self.clock.now().checked_add(wait).ok()
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

/// Whether a failure is the network's refusal under one of these names.
pub(super) fn is_named(failure: &Failure, names: &[&str]) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if names.contains(&code.as_str()))
}

/// Whether a failure says that there is no such thing, rather than that looking failed.
pub(super) fn is_absent(failure: &Failure) -> bool {
    is_named(failure, &["RecordNotFound", "HandleNotFound", "InvalidRequest", StatusCode::NOT_FOUND.as_str()])
}
