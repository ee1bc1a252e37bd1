//! Every handler in this process, over the embedded stand-ins, with a meter on what they ask of AWS.
//!
//! The stand-ins run as ever, but call no function themselves: what is counted is asked by the one request or event
//! that is measured. People prepare things over HTTP, which no meter sees.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Clock, Cloud, SystemClock};
use health::Keeper;
use http::{HeaderMap, Request};
use jiff::{SignedDuration, Timestamp};
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription, ApiGatewayV2httpRequestContext,
};
use lambda_http::request::RequestContext;
use local::{Options, Running};
use publish::Publisher;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::meter::Meter;
use crate::person::Person;
use crate::process::Scratch;
use crate::tally::Tally;

/// The largest answer that is read.
const LARGEST: usize = 16 * 1024 * 1024;

/// The handlers, and what was measured of them.
pub struct Desk {
    /// Where people prepare things.
    pub origin: String,
    /// What the handlers see of AWS.
    pub cloud: Arc<Cloud>,
    /// Publishes.
    pub publisher: Publisher,
    /// Looks after connections.
    pub keeper: Keeper,
    /// What was measured, by route or event, in order.
    pub lines: Vec<Line>,
    clock: Arc<Shifted>,
    meter: Meter,
    routes: Router,
    _running: Running,
    _data: Scratch,
}

/// What one route or event cost.
#[derive(Debug, Clone)]
pub struct Line {
    /// Such as `GET /api/posts/{id}`, with what is special about this request in brackets.
    pub name: String,
    /// What it asked of AWS.
    pub tally: Tally,
}

/// A clock that can be put forward.
#[derive(Debug, Default)]
struct Shifted(AtomicI64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Desk {
    /// Everything up and warm: as a function is from its second request on.
    ///
    /// # Errors
    /// When the stand-ins do not start.
    pub async fn open() -> anyhow::Result<Self> {
        let data = Scratch::new("round-trips")?;
        let options = Options { allow_loopback: true, rate_limit: None, sandbox: true, ..Options::new(data.path()) };
        let running = local::start_with(options, |functions| {
            for idle in ["publish", "health"] {
                functions.register(idle, |_| async { Ok(json!({})) });
            }
        })
        .await?;
        let (meter, clock) = (Meter::default(), Arc::new(Shifted::default()));
        let cloud = meter.cloud(running.cloud.config.clone(), Arc::clone(&clock) as _).await;
        Ok(Self {
            origin: running.base_url.clone(),
            publisher: Publisher::new(&cloud),
            keeper: Keeper::new(&cloud),
            routes: local::routes(&cloud),
            cloud,
            lines: Vec::new(),
            clock,
            meter,
            _running: running,
            _data: data,
        })
    }

    /// Puts the handlers' clock to an instant.
    pub fn set_clock(&self, to: Timestamp) {
        let ahead = to.duration_since(SystemClock.now());
        self.clock.0.store(i64::try_from(ahead.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }

    /// Puts the handlers' clock right.
    pub fn reset_clock(&self) {
        self.clock.0.store(0, Ordering::Relaxed);
    }

    /// Forgets what was asked while things were prepared.
    pub fn begin(&self) {
        drop(self.meter.take());
    }

    /// Notes what was asked since [`Self::begin`].
    pub fn note(&mut self, name: impl Into<String>) -> Tally {
        let tally = self.meter.take();
        self.lines.push(Line { name: name.into(), tally: tally.clone() });
        tally
    }

    /// What was asked since [`Self::begin`], without a line for it.
    #[must_use]
    pub fn look(&self) -> Tally {
        self.meter.take()
    }

    /// Measures one request.
    ///
    /// # Errors
    /// When it is answered with another status than `ask` expects.
    pub async fn ask(&mut self, who: &Person, ask: Ask) -> anyhow::Result<Answered> {
        self.begin();
        let answered = self.send(who, &ask).await?;
        self.note(ask.name());
        Ok(answered)
    }

    /// The same unmeasured.
    ///
    /// # Errors
    /// As there.
    pub async fn send(&self, who: &Person, ask: &Ask) -> anyhow::Result<Answered> {
        let mut request = ask.request()?;
        request.extensions_mut().insert(RequestContext::ApiGatewayV2(context(who)));
        let answer = self.routes.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, LARGEST).await?;
        let said = String::from_utf8_lossy(&body);
        ensure!(parts.status == ask.status, "{} was answered with {}: {said}", ask.name(), parts.status);
        Ok(Answered { headers: parts.headers, body: serde_json::from_slice(&body).unwrap_or_default() })
    }
}

/// An answer as it was expected.
#[derive(Debug)]
pub struct Answered {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null when it is not JSON.
    pub body: Value,
}

impl Answered {
    /// The id of what was answered.
    ///
    /// # Errors
    /// When it has none.
    pub fn id(&self) -> anyhow::Result<String> {
        text(&self.body, "id")
    }

    /// A header's text.
    ///
    /// # Errors
    /// When there is none.
    pub fn header(&self, name: &str) -> anyhow::Result<&str> {
        Ok(self.headers.get(name).with_context(|| format!("no header {name}"))?.to_str()?)
    }
}

/// A field's text.
///
/// # Errors
/// When it has none.
pub fn text(value: &Value, name: &str) -> anyhow::Result<String> {
    value[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {value}"))
}

/// A request to a route, as the contract names it.
#[derive(Debug, Clone)]
pub struct Ask {
    route: &'static str,
    case: &'static str,
    ids: Vec<String>,
    query: String,
    headers: BTreeMap<&'static str, String>,
    body: Option<Vec<u8>>,
    status: u16,
}

impl Ask {
    /// To a route such as `GET /api/posts/{id}`, answered by `status`.
    #[must_use]
    pub const fn new(route: &'static str, status: u16) -> Self {
        Self { route, case: "", ids: Vec::new(), query: String::new(), headers: BTreeMap::new(), body: None, status }
    }

    /// What is special about this request.
    #[must_use]
    pub const fn case(mut self, case: &'static str) -> Self {
        self.case = case;
        self
    }

    /// The path's next variable.
    #[must_use]
    pub fn of(mut self, id: impl Into<String>) -> Self {
        self.ids.push(id.into());
        self
    }

    /// The query, as it is sent.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    /// A header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.insert(name, value.into());
        self
    }

    /// Under the version of what was answered before.
    #[must_use]
    pub fn version(self, seen: &Value) -> Self {
        let version = format!("\"{}\"", seen["version"]);
        self.header("if-match", version)
    }

    /// With a fresh `Idempotency-Key`, as the page sends one.
    #[must_use]
    pub fn key(self) -> Self {
        static KEYS: AtomicI64 = AtomicI64::new(0);
        let key = format!("b1d3c0de-0000-4000-8000-{:012}", KEYS.fetch_add(1, Ordering::Relaxed));
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    #[must_use]
    pub fn body(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string().into_bytes());
        self.header("content-type", "application/json")
    }

    /// With a form.
    #[must_use]
    pub fn form(mut self, form: String) -> Self {
        self.body = Some(form.into_bytes());
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    fn name(&self) -> String {
        if self.case.is_empty() { self.route.to_owned() } else { format!("{} ({})", self.route, self.case) }
    }

    fn request(&self) -> anyhow::Result<Request<Body>> {
        let (method, path) = self.route.split_once(' ').context("a method and a path")?;
        let mut ids = self.ids.iter();
        let mut parts = Vec::new();
        for part in path.split('/') {
            let (variable, rest) = part.strip_prefix('{').and_then(|part| part.split_once('}')).unzip();
            match variable {
                Some(_) => {
                    let id = ids.next().with_context(|| format!("too few ids for {path}"))?;
                    parts.push(format!("{id}{}", rest.unwrap_or_default()));
                }
                None => parts.push(part.to_owned()),
            }
        }
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        let mut request = Request::builder().method(method).uri(format!("{}{query}", parts.join("/")));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        Ok(request.body(self.body.clone().map_or_else(Body::empty, Body::from))?)
    }
}

/// What the gateway tells of the caller. It verified the token, so here it is only read.
fn context(who: &Person) -> ApiGatewayV2httpRequestContext {
    let mut context = ApiGatewayV2httpRequestContext::default();
    let token = who.tokens["access_token"].as_str().unwrap_or_default();
    let Some(claims) = claims(token) else { return context };
    let mut jwt = ApiGatewayRequestAuthorizerJwtDescription::default();
    jwt.claims = claims;
    let mut authorizer = ApiGatewayRequestAuthorizer::default();
    authorizer.jwt = Some(jwt);
    context.authorizer = Some(authorizer);
    context
}

/// The claims of a token as the gateway hands them on: as text.
fn claims(token: &str) -> Option<HashMap<String, String>> {
    static READ: Mutex<Option<(String, HashMap<String, String>)>> = Mutex::new(None);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, claims)) = &*read
        && known == token
    {
        return Some(claims.clone());
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Value::Object(claims) = serde_json::from_slice(&payload).ok()? else { return None };
    let said = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let claims: HashMap<_, _> = claims.into_iter().map(|(name, value)| (name, said(value))).collect();
    *read = Some((token.to_owned(), claims.clone()));
    Some(claims)
}
