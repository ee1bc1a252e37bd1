//! Calls to addresses that users supply, directly or through what their servers answer.
//!
//! [`Http`] is the only way out to a network. It sends only where the address policy lets it (see
//! [`address`]), never repeats a request by itself, caps what it reads and says of every failure
//! whether the request can have arrived. What really sends is a [`Transport`], so that tests and
//! simulations can stand in for the outside world.

pub mod address;
mod body;
mod heard;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use domain::delivery::Failure;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

pub use body::{Body, Chunks, Part};
pub use heard::{heard, listening};
pub use transport::Direct;

/// Longest time for an ordinary call.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time for sending a file.
pub const MEDIA_TIMEOUT: Duration = Duration::from_secs(60);
/// Most bytes read of an answer.
pub const ANSWER_MAX_BYTES: usize = 2 * 1024 * 1024;
const REDIRECTS_MAX: usize = 3;

/// One request, as plain data.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The path without ids or secrets, for the log.
    pub route: &'static str,
    /// Headers beyond those that the body and the user agent need.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Longest time until the answer is read.
    pub timeout: Duration,
}

impl Request {
    /// A request without a body; `route` is its path for the log.
    #[must_use]
    pub fn new(method: Method, url: Url, route: &'static str) -> Self {
        Self { method, url, route, headers: HeaderMap::new(), body: Body::Empty, timeout: CALL_TIMEOUT }
    }

    /// A `GET`.
    #[must_use]
    pub fn get(url: Url, route: &'static str) -> Self {
        Self::new(Method::GET, url, route)
    }

    /// A `POST` of a body. Files get more time.
    #[must_use]
    pub fn post(url: Url, route: &'static str, body: Body) -> Self {
        let timeout = if body.is_file() { MEDIA_TIMEOUT } else { CALL_TIMEOUT };
        Self { body, timeout, ..Self::new(Method::POST, url, route) }
    }

    /// Adds a bearer token. One that no header can carry is left out, so the network refuses it.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// Adds a header that the log never shows.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }
}

/// Neither headers nor body nor query: they carry tokens and texts.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "Request({} {host}{})", self.method, self.route)
    }
}

/// An answer, read to its end.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body, at most [`ANSWER_MAX_BYTES`] long.
    pub body: Bytes,
}

impl Response {
    /// The body as JSON of the wanted shape. Proxies answer in HTML, so `None` is ordinary.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The request certainly did not arrive.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request may have arrived.
    #[error("no answer: {0}")]
    MaybeSent(String),
    /// The address policy forbids it.
    #[error("address refused: {0}")]
    Refused(String),
    /// A file ended early while it was sent, by this failure of its source. Less arrived than was announced, which no
    /// server takes for the request ("HTTP/1.1", incomplete messages).
    #[error("not sent whole: {0}")]
    Unread(Failure),
}

/// What a request does to the world if it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing that a repeat would double.
    None,
    /// Something that others see.
    Visible,
}

impl SendError {
    /// The class of this error for a request with the given effect.
    #[must_use]
    pub fn classify(self, effect: Effect) -> Failure {
        let message = self.to_string();
        match self {
            Self::MaybeSent(_) if effect == Effect::Visible => Failure::Ambiguous { message },
            Self::NotSent(_) | Self::MaybeSent(_) => Failure::Transient { message },
            Self::Refused(_) => Failure::Rejected {
                code: "address-refused".to_owned(),
                message,
                advice: "Use the public https address of the server.".to_owned(),
            },
            Self::Unread(failure) => failure,
        }
    }
}

/// Sends one request and reads its answer. Follows nothing, repeats nothing.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request`.
    ///
    /// # Errors
    /// [`SendError`], which says whether the request can have arrived.
    async fn send(&self, request: Request) -> Result<Response, SendError>;
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    allow_loopback: bool,
    /// Where the simulated networks are; with it, nothing leaves for the real ones.
    sandbox: Option<Url>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("allow_loopback", &self.allow_loopback).finish_non_exhaustive()
    }
}

impl Http {
    /// Sends for real. `base_url` tells the networks whose requests these are; `allow_loopback` is
    /// the development switch that permits plain http on loopback, and nothing else.
    #[must_use]
    pub fn new(base_url: &str, allow_loopback: bool) -> Self {
        Self::with(Arc::new(Direct::new(allow_loopback)), base_url, allow_loopback)
    }

    /// Sends through `transport`.
    #[must_use]
    pub fn with(transport: Arc<dyn Transport>, base_url: &str, allow_loopback: bool) -> Self {
        let name = concat!("Atelier/", env!("CARGO_PKG_VERSION"));
        let user_agent =
            HeaderValue::from_str(&format!("{name} (+{base_url})")).unwrap_or(HeaderValue::from_static(name));
        Self { transport, user_agent, allow_loopback, sandbox: None }
    }

    /// The same, with every request going to the simulated networks at `sandbox` if there is one.
    #[must_use]
    pub fn in_sandbox(self, sandbox: Option<Url>) -> Self {
        Self { sandbox, ..self }
    }

    /// Where an address of a network is: there, or in the sandbox, which has each host as the first part
    /// of its paths.
    #[must_use]
    pub fn place(&self, url: Url) -> Url {
        let Some(sandbox) = self.sandbox.as_ref().filter(|sandbox| sandbox.origin() != url.origin()) else {
            return url;
        };
        let mut placed = sandbox.clone();
        placed.set_path(&format!("/{}{}", url.host_str().unwrap_or_default(), url.path()));
        placed.set_query(url.query());
        placed
    }

    /// Whether plain http on loopback is permitted.
    #[must_use]
    pub fn allow_loopback(&self) -> bool {
        self.allow_loopback
    }

    /// Sends `request`; a `GET` follows up to three redirects, each address checked anew and none
    /// to another origin with the token.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, mut request: Request) -> Result<Response, SendError> {
        request.headers.insert(USER_AGENT, self.user_agent.clone());
        request.url = self.place(request.url);
        for _ in 0..=REDIRECTS_MAX {
            let response = self.send_once(request.clone()).await?;
            let Some(target) = redirect(&request, &response) else {
                return Ok(response);
            };
            if target.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
            }
            request.url = self.place(target);
        }
        Err(SendError::MaybeSent(format!("more than {REDIRECTS_MAX} redirects")))
    }

    async fn send_once(&self, request: Request) -> Result<Response, SendError> {
        address::check_url(&request.url, self.allow_loopback).map_err(SendError::Refused)?;
        let (method, route) = (request.method.clone(), request.route);
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let start = Instant::now();
        let result = self.transport.send(request).await;
        let status = result.as_ref().map_or(0, |response| response.status.as_u16());
        let ms = start.elapsed().as_millis();
        tracing::debug!(%method, host, route, status, ms, "network call");
        if result.as_ref().is_ok_and(|response| !response.status.is_server_error()) {
            heard();
        }
        result
    }
}

/// Where a `GET` goes next, if the answer sends it on.
fn redirect(request: &Request, response: &Response) -> Option<Url> {
    let follow = request.method == Method::GET && response.status.is_redirection();
    let location = response.header(LOCATION.as_str()).filter(|_| follow)?;
    request.url.join(location).ok()
}

#[cfg(test)]
mod tests;
