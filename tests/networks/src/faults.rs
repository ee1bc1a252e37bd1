//! What goes wrong on the way or at a network's front, whatever the network.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;

use crate::late;
use crate::world::{Seen, World};

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// It never leaves: the connection is refused.
    Refused,
    /// It is lost on the way.
    LostRequest,
    /// The connection breaks after half of its body.
    HalfRequest,
    /// It arrives and is done; its answer is lost.
    LostAnswer,
    /// There is no answer, and nobody can tell; it arrives and is done so long after.
    Late(SignedDuration),
    /// It arrives and is done; its answer is cut off half-way, and its length is wrong.
    HalfAnswer,
    /// It is not done; a proxy answers a page.
    Html(u16),
    /// It is not done; the answer is a 200 without a body.
    Nothing,
    /// It is not done; this is answered.
    Answer {
        /// The status.
        status: u16,
        /// Headers, by name.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: String,
    },
    /// It is not done; the answer sends elsewhere.
    Redirect(String),
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The host concerned; empty = any.
    pub host: String,
    /// The method concerned; empty = any.
    pub method: String,
    /// What the path contains; empty = any.
    pub path: String,
    /// Requests of that kind that pass unharmed first.
    pub skip: u32,
    /// Requests it happens to.
    pub times: u32,
    /// What happens.
    pub kind: Kind,
}

impl Fault {
    /// Happens to the next request whose path contains `path`.
    #[must_use]
    pub fn next(method: &str, path: &str, kind: Kind) -> Self {
        Self { host: String::new(), method: method.into(), path: path.into(), skip: 0, times: 1, kind }
    }

    /// Answers the next such request with a JSON error.
    #[must_use]
    pub fn json(method: &str, path: &str, status: u16, body: &serde_json::Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self::next(method, path, Kind::Answer { status, headers, body: body.to_string() })
    }

    pub(crate) fn concerns(&self, host: &str, method: &str, path: &str) -> bool {
        (self.host.is_empty() || self.host == host)
            && (self.method.is_empty() || self.method == method)
            && path.contains(&self.path)
    }
}

/// How far a request came that has no answer; an extension of the response that stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// It never left.
    NotSent,
    /// Nobody can tell.
    Unknown,
}

/// Lets happen what is planned, and notes each request.
pub async fn apply(State(world): State<World>, request: Request, next: Next) -> Response {
    late::land(&world).await;
    let path = request.uri().path().to_owned();
    let (host, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    let (host, what) = (host.to_owned(), format!("{} /{rest}", request.method()));
    let fault = world.fault_for(&host, request.method().as_str(), &path);
    let response = match fault.map(|fault| fault.kind) {
        None => late::on_time(request, next).await,
        Some(Kind::HalfRequest) => {
            let _refused = late::on_time(half_of(request).await, next).await;
            none(NoAnswer::Unknown)
        }
        Some(Kind::LostAnswer) => {
            let _done = late::on_time(request, next).await;
            none(NoAnswer::Unknown)
        }
        Some(Kind::Late(delay)) => {
            let seen = Seen { at: world.now(), host, what, status: 0 };
            late::hold(&world, delay, request, next, seen).await;
            return none(NoAnswer::Unknown);
        }
        Some(Kind::HalfAnswer) => half(late::on_time(request, next).await).await,
        Some(kind) => instead(kind),
    };
    let answered = response.extensions().get::<NoAnswer>().is_none();
    let status = if answered { response.status().as_u16() } else { 0 };
    world.note(Seen { at: world.now(), host, what, status });
    response
}

fn instead(kind: Kind) -> Response {
    match kind {
        Kind::Refused => none(NoAnswer::NotSent),
        Kind::Html(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            let page = "<!doctype html><title>Error</title><h1>Something went wrong</h1>";
            (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Kind::Nothing => StatusCode::OK.into_response(),
        Kind::Answer { status, headers, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, body).into_response();
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            response
        }
        Kind::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Kind::LostRequest | Kind::HalfRequest | Kind::LostAnswer | Kind::Late(_) | Kind::HalfAnswer => {
            none(NoAnswer::Unknown)
        }
    }
}

/// Half of an answer, cut off.
async fn half(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Response::from_parts(parts, Body::from(whole.slice(..whole.len() / 2)))
}

/// The first half of a request's body.
async fn half_of(request: Request) -> Request {
    let (parts, body) = request.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Request::from_parts(parts, Body::from(whole.slice(..whole.len() / 2)))
}

/// What stands for no answer. Over a real connection it is the nearest thing to it: a gateway's timeout.
fn none(how: NoAnswer) -> Response {
    let mut response = StatusCode::GATEWAY_TIMEOUT.into_response();
    response.extensions_mut().insert(how);
    response
}
