//! The stand-in for API Gateway's HTTP API: verifies bearer tokens, limits size and time, and gives
//! handlers the same request context that they get in a Lambda.

mod authorizer;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::ApiError;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lambda_http::request::RequestContext;

pub(crate) use authorizer::Authorizer;

use crate::random;

/// The largest request, as in API Gateway.
const LARGEST_BODY: usize = 10 * 1024 * 1024;
/// The longest a handler may take, as in API Gateway.
const LONGEST: Duration = Duration::from_secs(29);
/// The request's id in answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the gateway in front of the routes of all groups.
pub(crate) fn front(routes: Router, authorizer: Authorizer) -> Router {
    routes.layer(middleware::from_fn_with_state(Arc::new(authorizer), pass))
}

async fn pass(
    State(authorizer): State<Arc<Authorizer>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let id = random::uuid();
    let answer = match admit(&authorizer, peer, request, &id).await {
        Ok(request) => run(next, request).await,
        Err(refusal) => refusal,
    };
    let mut response = answer;
    api::guard(response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().entry(REQUEST_ID).or_insert(id);
    }
    response
}

/// The request with its body read and its context set; handlers see nothing before that.
async fn admit(authorizer: &Authorizer, peer: SocketAddr, request: Request, id: &str) -> Result<Request, Response> {
    let context = authorizer.context(&request, peer, id).ok_or_else(|| ApiError::not_signed_in().into_response())?;
    let (mut parts, body) = request.into_parts();
    let body = whole(body).await?;
    parts.extensions.insert(RequestContext::ApiGatewayV2(context));
    // Contexts come from us alone; these headers would claim one.
    for name in ["x-amzn-request-context", "x-amzn-lambda-context"] {
        parts.headers.remove(name);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A request's body, read to its end; the answer when it is too long.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Response> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let detail = "The request is larger than 10 MB. Upload files with the address that POST /api/media gives.";
            Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail).into_response())
        }
        Err(_) => Err(ApiError::bad_request("The request broke off.").into_response()),
    }
}

/// Runs the handler in a task of its own: as in a Lambda, it goes on when the client hangs up, and
/// its panic ends nothing else.
async fn run(next: Next, request: Request) -> Response {
    let mut task = tokio::spawn(next.run(request));
    match tokio::time::timeout(LONGEST, &mut task).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => ApiError::internal(panic).into_response(),
        Err(_) => {
            task.abort();
            ApiError::unavailable("the handler took longer than 29 s").into_response()
        }
    }
}
