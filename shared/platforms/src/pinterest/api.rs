//! Calls of the API and the classes of its errors.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::{API, Pinterest};
use crate::http::{Effect, Request, Response};

/// The address of a path of the API.
pub(super) fn at(path: &str) -> Url {
    format!("{API}{path}").parse().expect("a constant address and a path")
}

/// The same with a query.
pub(super) fn asking(path: &str, query: &[(&str, &str)]) -> Url {
    let mut url = at(path);
    url.query_pairs_mut().extend_pairs(query);
    url
}

/// An id as a part of a path: ids are numbers, and anything else must not lead elsewhere.
pub(super) fn segment(id: &str) -> Result<&str, Failure> {
    let ordinary = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    ordinary.then_some(id).ok_or_else(|| rejected("invalid-id", "that is no id of Pinterest", "Choose it anew."))
}

/// An error answer: of the API, or of its OAuth endpoint.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    code: i64,
    message: String,
    error: String,
    error_description: String,
}

impl Pinterest {
    /// Sends a request and reads the answer as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let response = self.send(request, effect).await?;
        let unreadable = || without_answer("Pinterest sent an unreadable answer".to_owned(), effect);
        response.json().ok_or_else(unreadable)
    }

    /// Sends a request; every answer but a success is classified.
    pub(super) async fn send(&self, request: Request, effect: Effect) -> Result<Response, Failure> {
        let sent = self.tools.http.send(request).await;
        let response = sent.map_err(|error| error.classify(effect))?;
        if response.status.is_success() { Ok(response) } else { Err(self.classify(&response, effect)) }
    }

    /// One answer, one class: the table of this network's errors. The status decides; codes are not listed in
    /// the API's description and only choose among what a 403 may mean.
    fn classify(&self, response: &Response, effect: Effect) -> Failure {
        let status = response.status;
        let body: ErrorBody = response.json().unwrap_or_default();
        let code = body.code;
        let message = [body.message, body.error_description, body.error]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| format!("Pinterest answered {status}"));
        match (status.as_u16(), code) {
            (429, _) => Failure::RateLimited { retry_at: self.reset_time(response), message },
            (408 | 425 | 500.., _) => without_answer(message, effect),
            (401, _) => Failure::TokenExpired { message },
            (403, 29) => {
                let advice = "The app of this installation may not do that yet: its operator must ask Pinterest for \
                              Standard access.";
                rejected("access-level", message, advice)
            }
            (403, 7) => rejected("not-yours", message, "Choose a board that this account may pin to."),
            // Too narrow a consent, or an account that Pinterest has closed: the user must act.
            (403, _) => Failure::Revoked { message },
            (404 | 410, _) => {
                rejected("not-found", message, "The board or pin is gone: choose another board, then try again.")
            }
            (409, _) => rejected("conflict", message, "Look at the board, then try again."),
            (413, _) => rejected("too-large", message, "Use a smaller file."),
            (400, _) => rejected("invalid", message, "Change what Pinterest objects to, then try again."),
            _ => rejected(status.as_str(), message, "Try again later; if it stays, tell the operator."),
        }
    }

    /// When the exhausted window ends. Several windows may be listed, with their limits in the same order;
    /// `x-ratelimit-reset` counts seconds.
    fn reset_time(&self, response: &Response) -> Option<Timestamp> {
        let resets = numbers(response.header("x-ratelimit-reset"));
        let left = numbers(response.header("x-ratelimit-remaining"));
        let spent = resets.iter().zip(&left).filter(|(_, left)| **left == 0).map(|(reset, _)| *reset).max();
        let wait = spent.or_else(|| resets.iter().copied().max());
        let wait = wait.or_else(|| numbers(response.header("retry-after")).first().copied())?;
        self.tools.clock.now().checked_add(SignedDuration::from_secs(wait)).ok()
    }
}

/// The numbers that a header lists, without their `;w=` parts.
fn numbers(header: Option<&str>) -> Vec<i64> {
    let entries = header.unwrap_or_default().split(',');
    entries.filter_map(|entry| entry.split(';').next()?.trim().parse().ok()).filter(|number| *number >= 0).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_without_their_lengths() {
        assert_eq!(numbers(Some("100, 100;w=60, 1000;w=86400")), [100, 100, 1000]);
        assert_eq!(numbers(Some("soon, -3, 7")), [7]);
        assert!(numbers(None).is_empty());
    }

    #[test]
    fn an_id_never_leads_elsewhere() {
        assert!(segment("1234567890").is_ok());
        for odd in ["", "../pins", "1/2", "1?x", "%2e"] {
            assert!(segment(odd).is_err(), "{odd}");
        }
    }
}
