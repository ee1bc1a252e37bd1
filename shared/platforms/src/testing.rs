//! A scripted outside world for tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cloud::Clock;
use domain::delivery::Failure;
use domain::ids::{AccountId, FileId, OrgId, PostId, Ulid};
use domain::target::{Format, Settings};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::http::{Body, Http, Part, Request, Response, SendError, Transport};
use crate::network::{Attachment, Job, MediaSource, Profile, Sleep, Steps};

struct Rule {
    method: String,
    path: String,
    answer: Result<Response, SendError>,
    /// How often it still answers; the last rule of a path answers for ever.
    once: bool,
}

/// Answers requests by method and path, in the order in which rules were added for it.
#[derive(Clone, Default)]
pub(crate) struct Script {
    rules: Arc<Mutex<Vec<Rule>>>,
    sent: Arc<Mutex<Vec<Request>>>,
}

pub(crate) struct On<'a> {
    script: &'a Script,
    method: String,
    path: String,
    once: bool,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Prepares a lasting answer for a method and path; an earlier [`Self::once`] goes first.
    pub(crate) fn on(&self, method: &str, path: &str) -> On<'_> {
        On { script: self, method: method.into(), path: path.into(), once: false }
    }

    /// Prepares an answer for one request.
    pub(crate) fn once(&self, method: &str, path: &str) -> On<'_> {
        On { once: true, ..self.on(method, path) }
    }

    pub(crate) fn http(&self) -> Http {
        Http::with(Arc::new(self.clone()), "https://atelier.test", false)
    }

    /// Every request so far.
    pub(crate) fn sent(&self) -> Vec<Request> {
        self.sent.lock().unwrap().clone()
    }

    /// The requests to a path.
    pub(crate) fn sent_to(&self, path: &str) -> Vec<Request> {
        self.sent().into_iter().filter(|request| request.url.path() == path).collect()
    }
}

impl On<'_> {
    /// Answers with this status and body.
    #[expect(clippy::needless_pass_by_value, reason = "the call sites read better without a reference")]
    pub(crate) fn answer(self, status: u16, body: impl ToString) -> Self {
        let response = Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_string()),
        };
        self.add(Ok(response))
    }

    /// Fails to answer.
    pub(crate) fn fail(self, error: SendError) -> Self {
        self.add(Err(error))
    }

    /// Adds a header to the answer just prepared.
    pub(crate) fn with_header(self, name: &'static str, value: &str) -> Self {
        let mut rules = self.script.rules.lock().unwrap();
        if let Ok(response) = &mut rules.last_mut().unwrap().answer {
            response.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        drop(rules);
        self
    }

    fn add(self, answer: Result<Response, SendError>) -> Self {
        let rule = Rule { method: self.method.clone(), path: self.path.clone(), answer, once: self.once };
        self.script.rules.lock().unwrap().push(rule);
        self
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        self.sent.lock().unwrap().push(request.clone());
        let mut rules = self.rules.lock().unwrap();
        let matching = |rule: &Rule| rule.method == request.method.as_str() && rule.path == request.url.path();
        let index =
            rules.iter().position(|rule| matching(rule) && rule.once).or_else(|| rules.iter().rposition(matching));
        let Some(index) = index else {
            return Err(SendError::NotSent(format!("no rule for {} {}", request.method, request.url.path())));
        };
        if rules[index].once { rules.remove(index).answer } else { rules[index].answer.clone() }
    }
}

/// The JSON body of a request.
pub(crate) fn json_body(request: &Request) -> &Value {
    let Body::Json(value) = &request.body else { panic!("not a JSON body") };
    value
}

/// A field of a form or multipart body.
pub(crate) fn field(request: &Request, wanted: &str) -> Option<String> {
    match &request.body {
        Body::Form(fields) => fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone()),
        Body::Multipart(parts) => parts.iter().find_map(|part| match part {
            Part::Text { name, value } if name == wanted => Some(value.clone()),
            _ => None,
        }),
        _ => None,
    }
}

/// Steps in memory; `lost` makes the next record fail.
#[derive(Default)]
pub(crate) struct MemorySteps {
    pub(crate) values: HashMap<String, String>,
    pub(crate) lost: bool,
}

#[async_trait]
impl Steps for MemorySteps {
    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
        if self.lost {
            return Err(Failure::ClaimLost);
        }
        self.values.insert(name.to_owned(), value);
        Ok(())
    }
}

/// Every file has the same content.
#[derive(Clone)]
pub(crate) struct OneFile(pub(crate) Bytes);

#[async_trait]
impl MediaSource for OneFile {
    async fn bytes(&self, _: &FileId) -> Result<Bytes, Failure> {
        Ok(self.0.clone())
    }

    async fn range(&self, _: &FileId, from: u64, length: u64) -> Result<Bytes, Failure> {
        let at = |offset: u64| usize::try_from(offset).unwrap().min(self.0.len());
        Ok(self.0.slice(at(from)..at(from + length)))
    }

    async fn url(&self, file: &FileId) -> Result<url::Url, Failure> {
        Ok(format!("https://media.test/{file}").parse().unwrap())
    }

    fn stream(&self, file: &FileId, length: u64) -> crate::http::Chunks {
        crate::network::in_pieces(self, *file, length)
    }
}

/// Stands still.
#[derive(Debug)]
pub(crate) struct FixedClock(pub(crate) Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Sleeps no time and remembers how long it would have been.
#[derive(Debug, Clone, Default)]
pub(crate) struct NoSleep(pub(crate) Arc<Mutex<Duration>>);

#[async_trait]
impl Sleep for NoSleep {
    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

pub(crate) const CLAIMED_AT: &str = "2026-11-21T10:00:00.5Z";

pub(crate) fn clock(after_claim: jiff::SignedDuration) -> Arc<FixedClock> {
    Arc::new(FixedClock(CLAIMED_AT.parse::<Timestamp>().unwrap() + after_claim))
}

/// A job with a text and as many pictures as asked.
pub(crate) fn job(text: &str, pictures: usize) -> Job {
    let created_at: Timestamp = CLAIMED_AT.parse().unwrap();
    let millis = u64::try_from(created_at.as_millisecond()).unwrap();
    let attachment = Attachment {
        file_id: FileId::new(Ulid::from(4_u128)),
        mime: "image/png".into(),
        bytes: 100,
        width: Some(3),
        height: Some(2),
        duration_ms: None,
        details: domain::media::Details::default(),
        alt: "A bench".into(),
        thumb: true,
    };
    Job {
        org: OrgId::new(Ulid::from(1_u128)),
        post: PostId::new(Ulid::from(2_u128)),
        account: AccountId::new(Ulid::from(3_u128)),
        revision: 1,
        key: Ulid::from_parts(millis, 12_345_678).to_string(),
        created_at,
        text: text.into(),
        media: vec![attachment; pictures],
        format: Format::Post,
        settings: Settings::new(),
        cover: None,
        subtitles: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        profile: Profile { remote_id: "42".into(), ..Profile::default() },
        unsettled: false,
    }
}

/// A small PNG, three by two pixels.
pub(crate) fn png() -> Bytes {
    let mut bytes = Vec::new();
    image::RgbImage::from_fn(3, 2, |x, y| image::Rgb([u8::try_from(x * 80 + y).unwrap(), 9, 9]))
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png)
        .unwrap();
    bytes.into()
}
