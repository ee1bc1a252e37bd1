//! Calls of the API and the classes of its errors ("Response Codes and Errors", "Rate Limits").

use domain::delivery::Failure;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::X;
use crate::http::{Effect, Request, Response};

const API: &str = "https://api.x.com";
/// Code of a [`Failure::Rejected`] for something that is not there.
pub(super) const ABSENT: &str = "not-found";
/// Code of a [`Failure::Rejected`] for a text that the account posted before.
const DUPLICATE: &str = "duplicate";
/// Code of a [`Failure::Rejected`] for figures that only the author sees, and only for a while.
const PRIVATE: &str = "not-authorized-for-field";

const RECONNECT_ADVICE: &str = "Look at the notices of the account at X, then retry.";
const OPERATOR_ADVICE: &str = "The operator of this installation must look at its app in X's developer console.";

/// The address of a path.
pub(super) fn at(path: &str) -> Url {
    let mut url: Url = API.parse().unwrap_or_else(|_| unreachable!("the address is a constant"));
    url.set_path(path);
    url
}

/// `{"data": …}`; beside it, or instead of it, there may be `errors`, with a 200 as well.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// An error: `application/problem+json`, or the older form with `errors` alone.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: String,
    title: String,
    detail: String,
    errors: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    r#type: String,
    detail: String,
    message: String,
    code: i64,
}

impl Problem {
    /// The last segment of its type, such as `client-forbidden`.
    fn kind(&self) -> &str {
        let kinds = std::iter::once(&self.r#type).chain(self.errors.iter().map(|error| &error.r#type));
        let kind = kinds.into_iter().find(|kind| !kind.is_empty()).map_or("", String::as_str);
        kind.rsplit('/').next().unwrap_or_default()
    }

    /// The most specific words it has.
    fn words(&self) -> Option<String> {
        let specific = self.errors.iter().flat_map(|error| [&error.message, &error.detail]);
        let words = specific.chain([&self.detail, &self.title]).find(|words| !words.trim().is_empty());
        words.cloned()
    }

    fn has_code(&self, codes: &[i64]) -> bool {
        self.errors.iter().any(|error| codes.contains(&error.code))
    }

    fn is_duplicate(&self) -> bool {
        let words = [&self.detail].into_iter().chain(self.errors.iter().map(|error| &error.message));
        self.has_code(&[187]) || words.into_iter().any(|words| words.contains("duplicate content"))
    }
}

impl X {
    /// Sends a request and reads what it yields as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let response = self.send(request, effect).await?;
        let read: Option<Envelope<T>> = response.json();
        read.map(|read| read.data).ok_or_else(|| self.classify(&response, effect))
    }

    /// Sends a request; every answer but a success is classified.
    pub(super) async fn send(&self, request: Request, effect: Effect) -> Result<Response, Failure> {
        let response = self.tools.http.send(request).await.map_err(|error| error.classify(effect))?;
        if response.status.is_success() { Ok(response) } else { Err(self.classify(&response, effect)) }
    }

    /// One answer, one class: the table of this network's errors.
    pub(super) fn classify(&self, response: &Response, effect: Effect) -> Failure {
        let status = response.status;
        let Some(problem) = response.json::<Problem>() else {
            let message = format!("X answered {status} with something that is not its own");
            // A front that refuses has not let the request in.
            let kept_out = status.is_client_error() && status.as_u16() != 408;
            return if kept_out { Failure::Transient { message } } else { without_answer(message, effect) };
        };
        let message = problem.words().unwrap_or_else(|| format!("X answered {status}"));
        match (status.as_u16(), problem.kind()) {
            (402, _) | (_, "usage-capped" | "credits-depleted") => rejected(
                "credits",
                message,
                "The credits or the plan for X's API are used up: the operator of this installation must add some.",
            ),
            (429, _) | (_, "rate-limit-exceeded") => match app_reset(response) {
                Some(until) => Failure::Throttled { until, message },
                None => Failure::RateLimited { retry_at: reset_time(response), message },
            },
            _ if problem.has_code(&[88]) => Failure::RateLimited { retry_at: reset_time(response), message },
            (401, _) => Failure::TokenExpired { message },
            (403, kind) => forbidden(kind, &problem, message),
            (_, "resource-not-found" | "resource-unavailable" | "disallowed-resource") | (404 | 410, _) => {
                rejected(ABSENT, message, "It is not there any more, or not for this account.")
            }
            (_, PRIVATE) => rejected(PRIVATE, message, "X tells these figures for thirty days."),
            (413, _) => rejected("too-large", message, "Use a smaller file."),
            (408 | 425 | 500.., _) | (_, "internal-error" | "operational-disconnect") => {
                without_answer(message, effect)
            }
            (400..500, _) => rejected("invalid-request", message, "Change what X objects to, then try again."),
            // A success without what it should yield, or a redirect.
            _ => without_answer(message, effect),
        }
    }
}

/// What a 403 says.
fn forbidden(kind: &str, problem: &Problem, message: String) -> Failure {
    match kind {
        _ if problem.is_duplicate() => {
            rejected(DUPLICATE, message, "The account posted the same text a short while ago: change it, or wait.")
        }
        "client-forbidden" => rejected(kind, message, OPERATOR_ADVICE),
        "unsupported-authentication" => Failure::Revoked { message },
        _ if kind.starts_with("oauth") => Failure::Revoked { message },
        // What it says when a permission was left out, and nothing else.
        _ if problem.detail == "Forbidden" => {
            Failure::Revoked { message: "X says Forbidden: a permission was left out when connecting".to_owned() }
        }
        PRIVATE => rejected(PRIVATE, message, "X tells these figures for thirty days."),
        _ => rejected("not-permitted", message, RECONNECT_ADVICE),
    }
}

/// When our app as a whole may post again, if its day's limit is used up.
fn app_reset(response: &Response) -> Option<Timestamp> {
    let number = |name: &str| response.header(name).and_then(|value| value.trim().parse::<i64>().ok());
    let used_up = number("x-app-limit-24hour-remaining") == Some(0);
    Timestamp::from_second(number("x-app-limit-24hour-reset").filter(|_| used_up)?).ok()
}

/// When requests are allowed again: the latest end among the limits that are used up.
fn reset_time(response: &Response) -> Option<Timestamp> {
    let number = |name: &str| response.header(name).and_then(|value| value.trim().parse::<i64>().ok());
    let used_up = ["x-user-limit-24hour", "x-app-limit-24hour"]
        .into_iter()
        .filter(|limit| number(&format!("{limit}-remaining")) == Some(0))
        .filter_map(|limit| number(&format!("{limit}-reset")));
    let reset = used_up.chain(number("x-rate-limit-reset")).max()?;
    Timestamp::from_second(reset).ok()
}

/// The request arrived, but what became of it is unknown.
pub(super) fn without_answer(message: String, effect: Effect) -> Failure {
    match effect {
        Effect::None => Failure::Transient { message },
        Effect::Visible => Failure::Ambiguous { message },
    }
}

/// A refusal for good.
pub(super) fn rejected(code: &str, message: impl Into<String>, advice: &str) -> Failure {
    Failure::Rejected { code: code.to_owned(), message: message.into(), advice: advice.to_owned() }
}

fn is_named(failure: &Failure, name: &str) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if code == name)
}

/// Whether a failure says that there is no such thing.
pub(super) fn is_absent(failure: &Failure) -> bool {
    is_named(failure, ABSENT)
}

/// Whether a failure says that the account posted the same before.
pub(super) fn is_duplicate(failure: &Failure) -> bool {
    is_named(failure, DUPLICATE)
}

/// Whether a failure says that figures are not told.
pub(super) fn is_private(failure: &Failure) -> bool {
    is_named(failure, PRIVATE)
}
