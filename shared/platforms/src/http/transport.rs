//! The real transport: reqwest, with name resolution under the address policy.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::BytesMut;
use domain::delivery::Failure;
use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::multipart;
use reqwest::redirect::Policy;

use super::body::{Body, Chunks, Part};
use super::{ANSWER_MAX_BYTES, Request, Response, SendError, Transport, address};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Short, since servers close idle connections silently and a request lost on one is ambiguous.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Looks a host name up.
type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Sends straight to the addresses that the policy permits.
pub struct Direct {
    allow_loopback: bool,
    lookup: Lookup,
    /// For https, and for http on loopback. Made at first use: loading the system's certificates
    /// takes time that a cold start without calls need not spend.
    secure: OnceLock<reqwest::Client>,
    plain: OnceLock<reqwest::Client>,
}

impl Direct {
    pub(super) fn new(allow_loopback: bool) -> Self {
        Self::with_lookup(allow_loopback, Arc::new(|name| Box::pin(system_lookup(name))))
    }

    pub(super) fn with_lookup(allow_loopback: bool, lookup: Lookup) -> Self {
        Self { allow_loopback, lookup, secure: OnceLock::new(), plain: OnceLock::new() }
    }

    fn client(&self, plain: bool) -> Result<&reqwest::Client, SendError> {
        let cell = if plain { &self.plain } else { &self.secure };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let scope = match (plain, self.allow_loopback) {
            (true, _) => Scope::Loopback,
            (false, true) => Scope::PublicOrLoopback,
            (false, false) => Scope::Public,
        };
        let client = reqwest::Client::builder()
            .https_only(!plain)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .dns_resolver(Arc::new(Guarded { scope, lookup: Arc::clone(&self.lookup) }))
            .build()
            .map_err(|error| SendError::NotSent(chain(&error)))?;
        Ok(cell.get_or_init(|| client))
    }
}

async fn system_lookup(name: String) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
}

#[async_trait]
impl Transport for Direct {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        address::check_url(&request.url, self.allow_loopback).map_err(SendError::Refused)?;
        let plain = request.url.scheme() == "http";
        // Connectors skip the resolver for literals, so the plain client's rule is applied here.
        let literal = match request.url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if plain && literal.is_some_and(|address| !address::is_loopback(address)) {
            return Err(SendError::Refused("only https addresses are allowed".to_owned()));
        }
        let builder =
            self.client(plain)?.request(request.method, request.url).headers(request.headers).timeout(request.timeout);
        let unread = Unread::default();
        let sent = encode(builder, request.body, &unread)?.send().await;
        read(sent.map_err(|error| unread.reason().unwrap_or_else(|| classify(error)))?).await
    }
}

/// Why a body that is made while it is sent ended early. The error of the sending does not tell: over HTTP/2 it is
/// only that of a stream that was reset.
#[derive(Clone, Default)]
struct Unread(Arc<OnceLock<Failure>>);

impl Unread {
    fn note(&self, failure: &Failure) {
        // Behind the first failure there is nothing more.
        self.0.get_or_init(|| failure.clone());
    }

    fn reason(&self) -> Option<SendError> {
        self.0.get().cloned().map(SendError::Unread)
    }
}

fn encode(builder: reqwest::RequestBuilder, body: Body, unread: &Unread) -> Result<reqwest::RequestBuilder, SendError> {
    Ok(match body {
        Body::Empty => builder,
        Body::Json(value) => builder.json(&value),
        Body::Form(fields) => builder.form(&fields),
        Body::Raw { mime, bytes } => builder.header(http::header::CONTENT_TYPE, mime).body(bytes),
        Body::Stream { mime, length, chunks } => builder
            .header(http::header::CONTENT_TYPE, mime)
            .header(http::header::CONTENT_LENGTH, length)
            .body(streamed(&chunks, unread)),
        Body::Multipart(parts) => {
            let mut form = multipart::Form::new();
            for part in parts {
                form = match part {
                    Part::Text { name, value } => form.text(name, value),
                    Part::File { name, file_name, mime, bytes } => {
                        let length = bytes.len() as u64;
                        let part = multipart::Part::stream_with_length(bytes, length)
                            .file_name(file_name)
                            .mime_str(&mime)
                            .map_err(|error| SendError::NotSent(chain(&error)))?;
                        form.part(name, part)
                    }
                    Part::Stream { name, file_name, mime, length, chunks } => {
                        let part = multipart::Part::stream_with_length(streamed(&chunks, unread), length)
                            .file_name(file_name)
                            .mime_str(&mime)
                            .map_err(|error| SendError::NotSent(chain(&error)))?;
                        form.part(name, part)
                    }
                };
            }
            builder.multipart(form)
        }
    })
}

/// A body that is made while it is sent. One that ends early breaks the connection, so the network takes nothing.
fn streamed(chunks: &Chunks, unread: &Unread) -> reqwest::Body {
    let unread = unread.clone();
    reqwest::Body::wrap_stream(chunks.pieces().inspect_err(move |failure| unread.note(failure)))
}

async fn read(mut response: reqwest::Response) -> Result<Response, SendError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| SendError::MaybeSent(chain(&error.without_url())))? {
        if body.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Err(SendError::MaybeSent(format!("the answer is larger than {ANSWER_MAX_BYTES} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body: body.freeze() })
}

fn classify(error: reqwest::Error) -> SendError {
    // Without the address: its query may carry what must not be logged.
    let error = error.without_url();
    let mut source: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(inner) = source {
        if let Some(Forbidden(reason)) = inner.downcast_ref::<Forbidden>() {
            return SendError::Refused(reason.clone());
        }
        source = inner.source();
    }
    let text = chain(&error);
    if error.is_connect() || error.is_builder() { SendError::NotSent(text) } else { SendError::MaybeSent(text) }
}

/// An error with its causes, which is where the useful part is.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// Which resolved addresses may be connected to.
#[derive(Debug, Clone, Copy)]
enum Scope {
    Public,
    PublicOrLoopback,
    Loopback,
}

/// Resolves names and hands on only checked addresses, which are then the ones connected to: a name
/// cannot resolve to one thing when checked and to another when used.
struct Guarded {
    scope: Scope,
    lookup: Lookup,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (scope, found) = (self.scope, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let addresses = found.await?;
            for address in &addresses {
                permit(scope, *address)?;
            }
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

fn permit(scope: Scope, address: IpAddr) -> Result<(), Forbidden> {
    match scope {
        Scope::Public => address::check(address, false),
        Scope::PublicOrLoopback => address::check(address, true),
        Scope::Loopback if address::is_loopback(address) => Ok(()),
        Scope::Loopback => Err("only https addresses are allowed".to_owned()),
    }
    .map_err(Forbidden)
}

#[derive(Debug)]
struct Forbidden(String);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Forbidden {}
