//! What stands between a function and the oracle: the end of TLS, as the policies ask for it, and a record of what the
//! function asked for and whether it was refused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::aws::denies;

/// The largest body of either direction.
const LARGEST: usize = 64 * 1024 * 1024;
/// What belongs to one connection only.
const OF_ONE_CONNECTION: [HeaderName; 3] = [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH];

/// What was asked for, by operation: how often, and how often it was refused.
pub(super) type Calls = BTreeMap<String, (usize, usize)>;

/// A listener that hands everything on; dropping it ends it.
#[derive(Debug)]
pub(super) struct Relay {
    /// Its origin.
    pub(super) origin: String,
    way: Arc<Way>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Way {
    upstream: String,
    /// Said instead of the caller's own, who signs that.
    host: Option<String>,
    client: reqwest::Client,
    calls: Mutex<Calls>,
}

impl Relay {
    /// Starts one before `upstream`. With `host`, requests are for that host: a door of the HTTP API.
    pub(super) async fn start(upstream: &str, host: Option<String>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let way = Arc::new(Way { upstream: upstream.to_owned(), host, client, calls: Mutex::default() });
        let routes = Router::new().fallback(pass).with_state(Arc::clone(&way));
        let task = tokio::spawn(async move {
            // It ends with the run.
            drop(axum::serve(listener, routes).await);
        });
        Ok(Self { origin, way, task })
    }

    /// What was asked for so far.
    pub(super) fn calls(&self) -> Calls {
        self.way.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(State(way): State<Arc<Way>>, request: Request) -> Response {
    way.hand_on(request).await.unwrap_or_else(|error| {
        let mut response = Response::new(Body::from(format!("the relay: {error:#}")));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

impl Way {
    async fn hand_on(&self, request: Request) -> anyhow::Result<Response> {
        let (parts, body) = request.into_parts();
        let operation = operation(&parts);
        let only_head = parts.method == http::Method::HEAD;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut asked = self.client.request(parts.method, format!("{}{path}", self.upstream));
        for (name, value) in parts.headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name)) {
            let host = self.host.as_deref().filter(|_| name == header::HOST).map(HeaderValue::from_str).transpose()?;
            asked = asked.header(name, host.as_ref().unwrap_or(value));
        }
        let answer = asked.header("x-forwarded-proto", "https").body(to_bytes(body, LARGEST).await?).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await?;
        let refused = denies(status.as_u16(), &String::from_utf8_lossy(&body));
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, refusals) = calls.entry(operation).or_default();
        *count += 1;
        *refusals += usize::from(refused);
        drop(calls);
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        for (name, value) in headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name)) {
            response.headers_mut().append(name, value.clone());
        }
        // Of what stays there, it tells the length.
        if let Some(length) = headers.get(header::CONTENT_LENGTH).filter(|_| only_head) {
            response.headers_mut().insert(header::CONTENT_LENGTH, length.clone());
        }
        Ok(response)
    }
}

/// What a request asks for, such as `dynamodb:GetItem`, or `s3:PUT` where only the method tells.
fn operation(parts: &http::request::Parts) -> String {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Credential=AKIA…/20261121/us-east-1/dynamodb/aws4_request
    let scope = text("authorization").split("Credential=").nth(1).unwrap_or_default();
    let presigned = parts.uri.query().is_some_and(|query| query.contains("X-Amz-Signature="));
    let service = scope.split('/').nth(3).unwrap_or(if presigned { "presigned" } else { "unsigned" });
    let target = text("x-amz-target").rsplit('.').next().unwrap_or_default();
    let name = if target.is_empty() { parts.method.as_str() } else { target };
    format!("{service}:{name}")
}
