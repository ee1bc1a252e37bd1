//! Calls of the versioned API, and the classes of its errors.

use cloud::telemetry::{Figures, Unit};
use domain::delivery::Failure;
use domain::platform::Platform;
use http::{HeaderName, Method};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{API, Access, Linkedin, VERSION};
use crate::http::{Body, Effect, Request, Response};

/// The code of a picture or video that is not processed yet; such failures begin with it.
pub(super) const WAITING: &str = "MEDIA_ASSET_WAITING_UPLOAD";
/// The code of a post that repeats another.
pub(super) const DUPLICATE: &str = "duplicate";
const VERSION_HEADER: HeaderName = HeaderName::from_static("linkedin-version");
const PROTOCOL_HEADER: HeaderName = HeaderName::from_static("x-restli-protocol-version");
/// Names the Rest.li method where the HTTP method does not.
pub(super) const METHOD_HEADER: HeaderName = HeaderName::from_static("x-restli-method");
/// In the words about a limit of the app's; a member's is called `APPLICATION_AND_MEMBER DAY limit`.
const APP_LIMIT: &str = "APPLICATION DAY limit";
const DAY_SECONDS: i64 = 86_400;
/// Longest message of the network that is kept, in characters.
const MESSAGE_MAX: usize = 500;

/// The address of a path under a constant origin. Ids in it must be [`encoded`].
pub(super) fn at(origin: &'static str, path: &str) -> Url {
    Url::parse(&format!("{origin}{path}")).expect("a constant origin and an encoded path")
}

/// A URN as paths and queries carry it: `urn%3Ali%3Ashare%3A1`.
pub(super) fn encoded(urn: &str) -> String {
    form_urlencoded::byte_serialize(urn.as_bytes()).collect()
}

/// A call of the versioned API.
pub(super) fn versioned(method: Method, path: &str, route: &'static str, access: Access<'_>) -> Request {
    Request::new(method, at(API, path), route)
        .bearer(access.token)
        .header(VERSION_HEADER, VERSION)
        .header(PROTOCOL_HEADER, "2.0.0")
}

/// The same with a JSON body.
pub(super) fn posting(path: &str, route: &'static str, access: Access<'_>, body: Value) -> Request {
    Request { body: Body::Json(body), ..versioned(Method::POST, path, route, access) }
}

/// What an error answer says. Proxies and maintenance pages answer in HTML instead.
struct Said {
    body: Option<Value>,
    code: String,
    message: String,
}

impl Said {
    fn of(response: &Response) -> Self {
        let body: Option<Value> = response.json().filter(Value::is_object);
        let text = |name: &str| body.as_ref().and_then(|body| body[name].as_str()).map(str::to_owned);
        let code = text("code").or_else(|| text("error")).unwrap_or_default();
        let message = text("message").or_else(|| text("error_description")).filter(|message| !message.is_empty());
        let message = message.unwrap_or_else(|| format!("LinkedIn answered {}", response.status));
        Self { body, code, message: message.chars().take(MESSAGE_MAX).collect() }
    }

    /// Whether it names a code, in the field for it, among its details or in its words.
    fn names(&self, code: &str) -> bool {
        let detailed = self.body.as_ref().and_then(|body| body["errorDetails"]["inputErrors"].as_array());
        self.code == code
            || detailed.is_some_and(|errors| errors.iter().any(|error| error["code"] == code))
            || self.message.contains(code)
    }

    fn speaks_of(&self, word: &str) -> bool {
        self.code.to_lowercase().contains(word) || self.message.to_lowercase().contains(word)
    }
}

impl Linkedin {
    /// Sends a request and reads the answer as `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let response = self.send(request, effect).await?;
        response.json().ok_or_else(|| without_answer("LinkedIn sent an unreadable answer".to_owned(), effect))
    }

    /// Sends a request; every answer but a success is classified.
    pub(super) async fn send(&self, request: Request, effect: Effect) -> Result<Response, Failure> {
        let sent = self.tools.http.send(request).await;
        let response = sent.map_err(|error| error.classify(effect))?;
        if response.status.is_success() { Ok(response) } else { Err(self.classify(&response, effect)) }
    }

    /// One answer, one class: the table of this network's errors (API Error Handling, API Rate Limiting, Posts API).
    pub(super) fn classify(&self, response: &Response, effect: Effect) -> Failure {
        let said = Said::of(response);
        let message = said.message.clone();
        match response.status.as_u16() {
            // What LinkedIn's front answers to whom it takes for a robot: the request went no further.
            999 => Failure::Transient { message },
            408 | 425 | 300..=399 | 500.. => without_answer(message, effect),
            429 => self.limited(response, &said, effect),
            // Only a proxy in between answers an error without JSON.
            _ if said.body.is_none() => Failure::Transient { message },
            426 => self.version_refused(message),
            400 | 401 if said.names("invalid_client") => {
                rejected("invalid_client", message, "The operator must check the app's registration at LinkedIn.")
            }
            401 if said.speaks_of("expired") => Failure::TokenExpired { message },
            401 => Failure::Revoked { message },
            // A wrong request of ours: connecting again would not help.
            403 if said.speaks_of("unpermitted fields") => refused(&said),
            // A scope that was not granted, or a role that was taken away.
            403 => Failure::Revoked { message },
            404 | 410 => rejected("not-found", message, "Check at LinkedIn that it still exists."),
            400 | 409 | 422 if repeated(&message).is_some() => rejected(
                DUPLICATE,
                message,
                "LinkedIn has the very same post already: change the text or wait a while.",
            ),
            409 => Failure::Transient { message },
            400 if said.names(WAITING) => Failure::Transient { message: format!("{WAITING}: {message}") },
            _ => refused(&said),
        }
    }

    /// A limit of a day is the member's or the whole app's ("API Rate Limiting"), for one resource, and the words say whose.
    /// That of posts keeps every account from posting; any other, such as pictures', only those that need it.
    fn limited(&self, response: &Response, said: &Said, effect: Effect) -> Failure {
        let message = said.message.clone();
        match self.retry_at(response, said) {
            Some(until) if effect == Effect::Visible && message.contains(APP_LIMIT) => {
                Failure::Throttled { until, message }
            }
            retry_at => Failure::RateLimited { retry_at, message },
        }
    }

    /// Daily limits end at midnight UTC. For others the network says nothing, unless it does after all.
    fn retry_at(&self, response: &Response, said: &Said) -> Option<Timestamp> {
        let now = self.tools.clock.now();
        let seconds = response.header("retry-after").and_then(|seconds| seconds.trim().parse::<u32>().ok());
        if let Some(seconds) = seconds {
            return now.checked_add(SignedDuration::from_secs(seconds.into())).ok();
        }
        let midnight = now.as_second().div_euclid(DAY_SECONDS).saturating_add(1).saturating_mul(DAY_SECONDS);
        said.speaks_of("day").then(|| Timestamp::from_second(midnight).ok()).flatten()
    }

    /// The version this client speaks is no longer served: an alarm, and the deliveries wait for an update.
    fn version_refused(&self, message: String) -> Failure {
        tracing::error!(version = VERSION, "LinkedIn no longer serves this version of its API: update Atelier");
        Figures::new(self.tools.clock.now())
            .of("Network", Platform::Linkedin.as_str())
            .figure("ApiVersionRefused", Unit::Count, 1)
            .write();
        Failure::Transient { message }
    }
}

/// A refusal of the content, with what to do about it.
fn refused(said: &Said) -> Failure {
    let advice = [
        ("FIELD_LENGTH_TOO_LONG", "Shorten the text, the title or the description of a picture, then try again."),
        ("MEDIA_ASSET_PROCESSING_FAILED", "LinkedIn cannot use the file: save it in another format and try again."),
        ("INVALID_IMAGE_ID", "LinkedIn does not know the picture any more: try again."),
        ("INVALID_VIDEO_ID", "LinkedIn does not know the video any more: try again."),
        ("VERSION_MISSING", "This is a fault of Atelier: tell its operator."),
    ];
    let known = advice.into_iter().find(|(code, _)| said.names(code));
    let code = known.map(|(code, _)| code).or(Some(said.code.as_str())).filter(|code| !code.is_empty());
    let advice = known.map_or("Change what LinkedIn objects to, then try again.", |(_, advice)| advice);
    rejected(code.unwrap_or("refused"), said.message.clone(), advice)
}

/// The post that a refused one repeats: its URN stands in the message.
pub(super) fn repeated(message: &str) -> Option<&str> {
    let (_, urn) = message.split_once("duplicate of ")?;
    let end = urn.find(|c: char| !c.is_ascii_alphanumeric() && c != ':').unwrap_or(urn.len());
    Some(&urn[..end]).filter(|urn| is_post(urn))
}

/// Whether this is the URN of a post.
pub(super) fn is_post(urn: &str) -> bool {
    let id = urn.strip_prefix("urn:li:share:").or_else(|| urn.strip_prefix("urn:li:ugcPost:"));
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
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

/// Whether a failure is a rejection with this code.
pub(super) fn is_code(failure: &Failure, wanted: &str) -> bool {
    matches!(failure, Failure::Rejected { code, .. } if code == wanted)
}
