//! Calls of the API and the classes of its errors.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::{API, Pinterest};
use crate::http::{Effect, Request, Response};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Windows that are not a day's end sooner, by far.
const SHORT: SignedDuration = SignedDuration::from_hours(1);

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
            (429, _) => self.limited(response, message),
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

    /// Limits of a day are those of Trial access and the app's, those of a minute or a second are each user's ("Rate
    /// limits").
    fn limited(&self, response: &Response, message: String) -> Failure {
        match self.reset_time(response) {
            Some(until) if is_of_a_day(response, until.duration_since(self.tools.clock.now())) => {
                Failure::Throttled { until, message }
            }
            retry_at => Failure::RateLimited { retry_at, message },
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

/// Whether the limit that was reached is one of a day: it ends later than any other, or the limit that comes first in the
/// header is listed for such a window only.
fn is_of_a_day(response: &Response, wait: SignedDuration) -> bool {
    let listed = response.header("x-ratelimit-limit").unwrap_or_default();
    let mut entries = listed.split(',').map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let limit = parts.next().and_then(|limit| limit.parse::<i64>().ok());
        (limit, parts.find_map(|part| part.strip_prefix("w=")?.parse::<i64>().ok()))
    });
    let reached = entries.next().and_then(|(limit, _)| limit);
    let windows: Vec<i64> = entries.filter(|(limit, _)| *limit == reached).filter_map(|(_, window)| window).collect();
    let daily = !windows.is_empty() && windows.iter().all(|window| *window >= DAY.as_secs());
    daily || wait > SHORT
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
    fn a_limit_of_a_day_is_told_from_those_of_a_minute() {
        let of = |limit: &str, seconds: i64| {
            let mut headers = http::HeaderMap::new();
            headers.insert("x-ratelimit-limit", limit.parse().unwrap());
            let response = Response { status: http::StatusCode::TOO_MANY_REQUESTS, headers, body: bytes::Bytes::new() };
            is_of_a_day(&response, SignedDuration::from_secs(seconds))
        };
        assert!(of("1000, 100;w=1, 1000;w=86400", 42), "the first is the day's");
        assert!(!of("100, 100;w=60, 1000;w=86400", 42), "the first is the minute's");
        assert!(!of("100, 100;w=60, 100;w=86400", 42), "nobody can tell");
        assert!(of("300", 40_000) && !of("300", 60) && !of("many", 60), "its end tells, where no window is listed");
    }

    #[test]
    fn an_id_never_leads_elsewhere() {
        assert!(segment("1234567890").is_ok());
        for odd in ["", "../pins", "1/2", "1?x", "%2e"] {
            assert!(segment(odd).is_err(), "{odd}");
        }
    }
}
