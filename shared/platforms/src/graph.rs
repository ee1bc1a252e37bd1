//! What Meta's networks share: calls of a Graph API, its error envelope and the classes of its errors.
//!
//! Facebook, Instagram and Threads answer from different hosts in one manner ("Handle Errors", "Rate Limits",
//! "Secure Graph API Calls"): JSON, an `error` object whose `code` and `error_subcode` decide whatever the HTTP
//! status is, and usage headers instead of `Retry-After`. Each network's own subcodes are in its own module, as the
//! [`Table`] that it hands in.

mod error;
pub mod login;
pub mod signed_request;
#[cfg(test)]
mod tests;
pub(crate) mod upload;

use std::time::Duration;

use cloud::crypto;
use domain::delivery::Failure;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::http::{Body, Effect, Part, Request, Response};
use crate::network::{Published, Secret, Steps};
use crate::networks::Tools;

pub(crate) use error::{GraphError, is_gone, rejected, without_answer};

/// What a network makes of its own codes, asked before the common table; absent = the common table decides.
pub(crate) type Table = fn(&GraphError) -> Option<Verdict>;

/// What an error means for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Too fast, or a quota is used up: certainly no effect.
    Slow,
    /// The user must connect again, or allow more.
    Reconnect,
    /// Refused for good, with what the user can do.
    Refused(&'static str),
    /// May pass by itself, and certainly had no effect.
    Later,
    /// May pass by itself; on a request that people see, the effect may have happened.
    Unclear,
}

/// A Graph API: where it is, and what its own errors mean.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    tools: Tools,
    table: Table,
}

/// On whose behalf a call is made.
#[derive(Clone)]
pub(crate) struct Access<'a> {
    /// Host and version, such as `https://graph.facebook.com/v25.0/`.
    pub(crate) base: &'static str,
    /// The token.
    pub(crate) token: &'a Secret,
    /// Proves that the caller knows the app's secret; see [`app_secret_proof`].
    pub(crate) proof: Option<String>,
}

/// Fields of a request.
pub(crate) type Fields = Vec<(&'static str, String)>;

impl Graph {
    /// Calls with these tools.
    pub(crate) const fn new(tools: Tools, table: Table) -> Self {
        Self { tools, table }
    }

    /// What it works with.
    pub(crate) const fn tools(&self) -> &Tools {
        &self.tools
    }

    /// On behalf of a token that the registration `app` was given, with the proof of its secret. Where the operator
    /// took the registration away, calls go without and the network decides.
    pub(crate) async fn access<'a>(
        &self,
        base: &'static str,
        token: &'a Secret,
        app: &str,
    ) -> Result<Access<'a>, Failure> {
        let app = self.tools.apps.find(app).await?;
        let proof = app.map(|app| app_secret_proof(token, &app.client_secret));
        Ok(Access { base, token, proof })
    }

    /// Reads something.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        access: &Access<'_>,
        path: &str,
        route: &'static str,
        fields: Fields,
    ) -> Result<T, Failure> {
        self.call(access.request(Method::GET, path, route, fields), access, Effect::None).await
    }

    /// Makes or changes something.
    pub(crate) async fn write<T: DeserializeOwned>(
        &self,
        access: &Access<'_>,
        path: &str,
        route: &'static str,
        fields: Fields,
        effect: Effect,
    ) -> Result<T, Failure> {
        self.call(access.request(Method::POST, path, route, fields), access, effect).await
    }

    /// Takes something back. What is gone already is a success.
    pub(crate) async fn remove(&self, access: &Access<'_>, id: &str) -> Result<(), Failure> {
        let request = access.request(Method::DELETE, id, "/{id}", Vec::new());
        match self.call::<Value>(request, access, Effect::None).await {
            Err(failure) if !is_gone(&failure) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Sends a request and reads the answer as `T`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        request: Request,
        access: &Access<'_>,
        effect: Effect,
    ) -> Result<T, Failure> {
        self.send(request, effect).await.map_err(|failure| without_token(failure, access.token))
    }

    /// The same for a request whose token is not to be kept out of messages, such as an exchange of a code.
    pub(crate) async fn send<T: DeserializeOwned>(&self, request: Request, effect: Effect) -> Result<T, Failure> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let sent = self.tools.http.send(request).await;
        let response = sent.map_err(|error| error.classify(effect))?;
        // An error can come with a 200, so the body is asked first.
        if let Some(error) = GraphError::of(&response) {
            return Err(self.classify(&error, &response, effect));
        }
        let unreadable = || without_answer(format!("{host} sent an unreadable answer ({})", response.status), effect);
        if !response.status.is_success() {
            return Err(unreadable());
        }
        response.json().ok_or_else(unreadable)
    }

    /// One answer, one class.
    fn classify(&self, error: &GraphError, response: &Response, effect: Effect) -> Failure {
        let verdict = (self.table)(error).unwrap_or_else(|| error::common(error, response.status));
        let now = self.tools.clock.now();
        match error::failure(verdict, error, error::regain_at(response, now), effect) {
            Failure::RateLimited { retry_at, message } if error::is_of_app(error, response, retry_at) => {
                Failure::Throttled { until: retry_at.unwrap_or(now + APP_PAUSE), message }
            }
            failure => failure,
        }
    }
}

impl Access<'_> {
    /// A request with the token in a header, where neither logs nor redirects take it along, and fields in the query
    /// or, of a `POST`, in a form.
    pub(crate) fn request(&self, method: Method, path: &str, route: &'static str, mut fields: Fields) -> Request {
        fields.extend(self.proof.clone().map(|proof| ("appsecret_proof", proof)));
        let mut url = at(self.base, path);
        let request = if method == Method::POST {
            Request::post(url, route, Body::Form(fields))
        } else {
            if !fields.is_empty() {
                url.query_pairs_mut().extend_pairs(fields);
            }
            Request::new(method, url, route)
        };
        request.bearer(self.token.expose())
    }

    /// A `POST` of a file with fields.
    pub(crate) fn upload(&self, path: &str, route: &'static str, mut parts: Vec<Part>) -> Request {
        let proof = self.proof.clone().map(|value| Part::Text { name: "appsecret_proof".to_owned(), value });
        parts.extend(proof);
        Request::post(at(self.base, path), route, Body::Multipart(parts)).bearer(self.token.expose())
    }
}

/// The address of a path below a base that ends with a slash. Ids go in as they are; a part that an address
/// cannot hold is escaped.
pub(crate) fn at(base: &str, path: &str) -> Url {
    let mut url: Url = base.parse().unwrap_or_else(|_| unreachable!("bases are constants"));
    url.set_path(&format!("{}{path}", url.path()));
    url
}

/// `appsecret_proof`: the hex HMAC-SHA-256 of the token under the app's secret ("Secure Graph API Calls"). An app
/// whose operator requires it refuses calls without.
pub(crate) fn app_secret_proof(token: &Secret, app_secret: &Secret) -> String {
    let tag = crypto::tag(app_secret.expose().as_bytes(), token.expose().as_bytes());
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How long the app waits whose own limit was reached: it is one of a rolling hour, and the answer says no time.
const APP_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Messages can quote the token; nobody shall read it there.
fn without_token(failure: Failure, token: &Secret) -> Failure {
    let clean = |text: String| if token.expose().is_empty() { text } else { text.replace(token.expose(), "…") };
    match failure {
        Failure::RateLimited { retry_at, message } => Failure::RateLimited { retry_at, message: clean(message) },
        Failure::Throttled { until, message } => Failure::Throttled { until, message: clean(message) },
        Failure::TokenExpired { message } => Failure::TokenExpired { message: clean(message) },
        Failure::Revoked { message } => Failure::Revoked { message: clean(message) },
        Failure::Rejected { code, message, advice } => Failure::Rejected { code, message: clean(message), advice },
        Failure::Transient { message } => Failure::Transient { message: clean(message) },
        Failure::Ambiguous { message } => Failure::Ambiguous { message: clean(message) },
        Failure::Internal { message, landed } => Failure::Internal { message: clean(message), landed },
        Failure::ClaimLost => Failure::ClaimLost,
    }
}

/// How long one attempt waits for processing, in seconds, pause by pause: together under a minute, so that the
/// delivery's time suffices. What takes longer is resumed by the next attempt.
const PAUSES: [u64; 14] = [1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5];

/// The pauses that are left to an attempt, over all things that it waits for.
#[derive(Debug)]
pub(crate) struct Patience<'a> {
    tools: &'a Tools,
    pauses: std::slice::Iter<'static, u64>,
}

impl<'a> Patience<'a> {
    /// All of it.
    pub(crate) fn new(tools: &'a Tools) -> Self {
        Self { tools, pauses: PAUSES.iter() }
    }

    /// Waits for one pause.
    ///
    /// # Errors
    /// [`Failure::Transient`] when there is none left.
    pub(crate) async fn wait(&mut self, what: &str) -> Result<(), Failure> {
        let Some(seconds) = self.pauses.next() else {
            return Err(Failure::Transient { message: format!("{what} is still being processed") });
        };
        self.tools.sleep.sleep(Duration::from_secs(*seconds)).await;
        Ok(())
    }
}

/// Records what a visible request yielded that people may not see yet, such as the id of a video which is still
/// processed. As [`crate::network::shown`], but the post does not count as partly out.
///
/// # Errors
/// What `act` fails with; [`Failure::Internal`] in doubt when it happened and could not be recorded.
pub(crate) async fn asked(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<String, Failure> {
    if let Some(known) = steps.get(name) {
        return Ok(known.to_owned());
    }
    let id = act.await?;
    match steps.record(name, id.clone()).await {
        Ok(()) => Ok(id),
        Err(failure) => Err(failure.in_doubt()),
    }
}

/// A published post as a step keeps it; addresses hold no space.
pub(crate) fn noted(published: &Published) -> String {
    format!("{} {}", published.remote_id, published.permalink)
}

/// The published post that a step kept.
pub(crate) fn from_note(note: &str) -> Published {
    let (id, permalink) = note.split_once(' ').unwrap_or((note, ""));
    Published { remote_id: id.to_owned(), permalink: permalink.to_owned() }
}

/// Whether two texts are the same but for white space, which the networks trim and change.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// A time as these APIs write it: RFC 3339 but for the colon in the offset, as in `2026-02-01T10:00:00+0000`.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok())
}
