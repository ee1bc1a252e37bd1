//! Running a group's routes: as a Lambda, or merged with the others in the embedded default.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, MatchedPath, Request};
use axum::handler::Handler as _;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use cloud::telemetry::{self, Lines};
use cloud::{Clock as _, Cloud, Config, SystemClock, invocations};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use lambda_http::Context;
use lambda_http::request::RequestContext;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use crate::app::App;
use crate::development::Tokens;
use crate::extract::BODY_LIMIT;
use crate::limit;
use crate::problem::ApiError;
use crate::routes::Routes;

/// Kept back from a function's time for its answer.
const ANSWERING: Duration = Duration::from_millis(500);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A group's routes with its state and what every group has: body limit, a limit for whoever has no token, panics as
/// 500, a log line and a request id per request.
pub fn finish<S: Clone + Send + Sync + 'static>(routes: Routes<S>, state: S) -> Router
where
    App: FromRef<S>,
{
    let app = App::from_ref(&state);
    routes
        .into_router()
        .method_not_allowed_fallback(async || {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
                "This address exists, but not with this method. See /api/docs.",
            )
        })
        .with_state(state)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app, limit::strangers))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(observe))
}

/// What every answer tells browsers, unless it says otherwise itself: it is nobody's to keep, to guess the type of, to
/// frame, or to run anything from. The edge adds what needs TLS.
pub fn guard(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
}

/// Answers what no route matches.
pub async fn unknown_route() -> Response {
    let mut response = ApiError::not_found().into_response();
    guard(response.headers_mut());
    response
}

/// Runs a group's routes as a Lambda, until the runtime ends it. Whatever a handler does, its panic included, each
/// request is answered and told of in one line.
///
/// # Errors
/// When settings are missing, forbidden where it runs ([`crate::Refusal`]), or the runtime fails.
pub async fn serve(routes: impl FnOnce(&Arc<Cloud>) -> Router) -> Result<(), lambda_http::Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    let routes = routes(&cloud).fallback(unknown_route.layer(middleware::from_fn(observe)));
    let tokens = Tokens::from_settings(|name| std::env::var(name).ok(), Arc::clone(&cloud.clock))
        .inspect_err(|refusal| tracing::error!(%refusal, "the function does not start"))?;
    let routes = match tokens {
        None => routes,
        Some(tokens) => tokens.in_front_of(routes),
    };
    let noted = middleware::from_fn(move |request: Request, next: Next| {
        telemetry::invoked(cloud.clock.now());
        next.run(request)
    });
    lambda_http::run(routes.layer(noted)).await
}

/// The state that most groups have.
#[must_use]
pub fn state(cloud: &Arc<Cloud>) -> App {
    App::new(cloud)
}

async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let id = request_id(&request);
    let span = tracing::error_span!("request", request_id = id, %method, route, org = tracing::field::Empty);
    let limit = time_left(&request);
    let answering = next.run(request).instrument(span.clone());
    let mut response = match limit {
        Some(limit) => tokio::time::timeout(limit, answering).await.unwrap_or_else(|_| span.in_scope(took_too_long)),
        None => answering.await,
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    guard(headers);
    let duration_ms = invocations::milliseconds(started.elapsed());
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, duration_ms, "answered"));
    response
}

/// How long the handler may take so that its function can still answer; absent outside of one.
fn time_left(request: &Request) -> Option<Duration> {
    let deadline = request.extensions().get::<Context>()?.deadline;
    let now = u64::try_from(SystemClock.now().as_millisecond()).ok()?;
    // A deadline that is over already is a stand-in's: the platform would have ended the function.
    let left = deadline.checked_sub(now).filter(|left| *left > 0)?;
    Some(Duration::from_millis(left).saturating_sub(ANSWERING))
}

/// What the handler has begun it finished or not, as if its process had ended: a transaction is whole.
fn took_too_long() -> Response {
    ApiError::unavailable("the handler took longer than its function may").into_response()
}

fn request_id(request: &Request) -> String {
    match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that the panic layer calls")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    ApiError::internal(format!("panic: {}", invocations::words(&*panic))).into_response()
}
