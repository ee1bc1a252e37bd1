//! A Mastodon instance that counts: every status that others would see, whatever became of the answer.
//!
//! It remembers an `Idempotency-Key` for an hour, as Mastodon does, and answers a repeat with the first status. It takes its
//! time, loses answers after the effect, fails before and after it, and asks for patience, by the dice. What was asked is
//! done even when whoever asked is dead.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use cloud::{Clock as _, SystemClock};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::dice::Dice;
use super::fate::{Chances, Counts, Fate};
use super::phase::Trace;
use crate::server::{Reply, Request, Server};

/// How long a key is remembered.
const KEY_KEPT: SignedDuration = SignedDuration::from_hours(1);
const TOKEN: &str = "kill-trials-token";

/// A running instance with one account.
#[derive(Debug)]
pub struct Network {
    server: Server,
    ledger: Arc<Ledger>,
}

impl Network {
    /// Starts one whose moods follow from `seed`. A forgetful one keeps no key and loses the first answer to each: it shows
    /// that doubles are seen where there are some.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(seed: u64, forgetful: bool) -> std::io::Result<Self> {
        let chances = Mutex::new(Chances::new(Dice::new(seed)));
        let ledger = Arc::new(Ledger { chances, forgetful, ..Ledger::default() });
        let own = Arc::clone(&ledger);
        let server = Server::start(move |request| Arc::clone(&own).answer(request)).await?;
        Ok(Self { server, ledger })
    }

    /// Its origin.
    #[must_use]
    pub fn origin(&self) -> String {
        self.server.origin()
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.address.port()
    }

    /// From now on it may fail; before, while accounts are connected, it does not.
    pub fn turn_moody(&self) {
        lock(&self.ledger.chances).moody = true;
    }

    /// Lets time pass: everything it holds grows older.
    pub fn age(&self, pause: SignedDuration) {
        let mut book = lock(&self.ledger.book);
        for status in &mut book.statuses {
            status.created_at -= pause;
        }
        for (_, remembered) in book.keys.values_mut() {
            *remembered -= pause;
        }
    }

    /// Ids of the statuses with this text.
    #[must_use]
    pub fn effects(&self, text: &str) -> Vec<String> {
        let book = lock(&self.ledger.book);
        book.statuses.iter().filter(|status| status.text == text).map(|status| status.id.to_string()).collect()
    }

    /// How many statuses there are.
    #[must_use]
    pub fn statuses(&self) -> usize {
        lock(&self.ledger.book).statuses.len()
    }

    /// Waits for the next request for a status. Made before the request may come.
    pub fn next_call(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut calls = self.ledger.calls.subscribe();
        // Only an instance that is gone hears of none.
        async move { drop(calls.changed().await) }
    }

    /// How far the last call under `key` since `since` had come at the instant `at`.
    #[must_use]
    pub fn trace(&self, key: &str, since: Instant, at: Instant) -> Trace {
        let book = lock(&self.ledger.book);
        let mut calls = book.calls.iter().rev().filter(|call| call.key == key && call.received >= since);
        match calls.next() {
            None => Trace::None,
            Some(call) if call.answered.is_some_and(|answered| answered <= at) => Trace::Answered,
            Some(_) => Trace::Open,
        }
    }

    /// What it did so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        lock(&self.ledger.chances).counts.clone()
    }
}

#[derive(Debug)]
struct Status {
    id: usize,
    text: String,
    media: Vec<String>,
    created_at: Timestamp,
}

#[derive(Debug)]
struct Call {
    key: String,
    received: Instant,
    answered: Option<Instant>,
}

/// What the instance holds.
#[derive(Debug, Default)]
struct Book {
    statuses: Vec<Status>,
    /// Position of the status that a key led to, and when.
    keys: HashMap<String, (usize, Timestamp)>,
    calls: Vec<Call>,
    /// Uploads that no status uses yet.
    loose: HashSet<String>,
    uploads: usize,
}

#[derive(Debug, Default)]
struct Ledger {
    book: Mutex<Book>,
    chances: Mutex<Chances>,
    /// Rings at each request for a status.
    calls: watch::Sender<()>,
    forgetful: bool,
}

impl Ledger {
    async fn answer(self: Arc<Self>, request: Request) -> Reply {
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        let public = match path.as_slice() {
            ["api", "v1", "apps"] => Some(json!({ "client_id": "client", "client_secret": "secret" })),
            ["oauth", "token"] => Some(json!({ "access_token": TOKEN, "token_type": "Bearer", "scope": "write" })),
            ["api", "v2", "instance"] => Some(json!({ "configuration": { "statuses": { "max_characters": 500 } } })),
            _ => None,
        };
        if let Some(body) = public {
            return Reply::json(200, &body);
        }
        if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Reply::json(401, &json!({ "error": "The access token is invalid" }));
        }
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["api", "v1", "accounts", "verify_credentials"]) => Reply::json(200, &account()),
            ("POST", ["api", "v1", "statuses"]) => self.post_status(&request).await,
            ("POST", ["api", "v2", "media"]) => self.aside(upload).await,
            ("GET", ["api", "v1", "media", id]) => self.aside(|_, dice| processed(id, dice)).await,
            ("GET", ["api", "v1", "accounts", _, "statuses"]) => self.aside(|book, _| list(book, &request)).await,
            ("GET", ["api", "v1", "statuses", id, "source"]) => self.aside(|book, _| source(book, id)).await,
            _ => Reply::json(404, &json!({ "error": "Record not found" })),
        }
    }

    /// A call without an effect that others see.
    async fn aside(&self, act: impl FnOnce(&mut Book, &mut Dice) -> Reply) -> Reply {
        let (pause, fails) = lock(&self.chances).aside();
        tokio::time::sleep(pause).await;
        if let Some(failure) = fails {
            return failure;
        }
        let (mut book, mut chances) = (lock(&self.book), lock(&self.chances));
        act(&mut book, &mut chances.dice)
    }

    async fn post_status(&self, request: &Request) -> Reply {
        let key = request.header("idempotency-key").unwrap_or_default().to_owned();
        let Some((call, first)) = self.enter(&key) else {
            lock(&self.chances).counts.collisions += 1;
            return Reply::json(503, &json!({ "error": "There was a temporary problem serving your request" }));
        };
        self.calls.send_replace(());
        let (before, fate, after) = lock(&self.chances).status();
        let fate = if self.forgetful && first { Fate::CutAfter } else { fate };
        tokio::time::sleep(before).await;
        let reply = if fate.has_effect() { self.publish(&key, &request.json()) } else { fate.reply() };
        tokio::time::sleep(after).await;
        lock(&self.book).calls[call].answered = Some(Instant::now());
        if fate.has_effect() && fate != Fate::Answer { fate.reply() } else { reply }
    }

    /// Notes a call, and whether it is the first under its key; nothing when another one is under way.
    fn enter(&self, key: &str) -> Option<(usize, bool)> {
        let mut book = lock(&self.book);
        let mut earlier = book.calls.iter().filter(|call| call.key == key).peekable();
        let first = earlier.peek().is_none();
        if earlier.any(|call| call.answered.is_none()) {
            return None;
        }
        book.calls.push(Call { key: key.to_owned(), received: Instant::now(), answered: None });
        Some((book.calls.len() - 1, first))
    }

    fn publish(&self, key: &str, body: &Value) -> Reply {
        let (mut book, now) = (lock(&self.book), SystemClock.now());
        let known = book.keys.get(key).filter(|(_, since)| now.duration_since(*since) < KEY_KEPT);
        if let Some((position, _)) = known {
            lock(&self.chances).counts.repeats += 1;
            return Reply::json(200, &shown(&book.statuses[*position]));
        }
        let media: Vec<String> = serde_json::from_value(body["media_ids"].clone()).unwrap_or_default();
        // One that keeps no keys would refuse the repeat for its used files, and so hide it.
        if !self.forgetful && !media.iter().all(|id| book.loose.remove(id)) {
            return Reply::json(422, &json!({ "error": "Validation failed: media is used or gone" }));
        }
        let text = body["status"].as_str().unwrap_or_default().to_owned();
        let status = Status { id: 1001 + book.statuses.len(), text, media, created_at: now };
        let reply = Reply::json(200, &shown(&status));
        let position = book.statuses.len();
        book.statuses.push(status);
        if !self.forgetful && !key.is_empty() {
            book.keys.insert(key.to_owned(), (position, now));
        }
        reply
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn account() -> Value {
    json!({ "id": "1", "username": "counted", "display_name": "Counted", "avatar": null, "url": null })
}

fn shown(status: &Status) -> Value {
    let media: Vec<Value> = status.media.iter().map(|id| json!({ "id": id })).collect();
    json!({
        "id": status.id.to_string(), "uri": format!("tag:{}", status.id), "url": format!("http://counted.test/@counted/{}", status.id),
        "created_at": status.created_at, "content": format!("<p>{}</p>", status.text), "media_attachments": media,
    })
}

fn upload(book: &mut Book, dice: &mut Dice) -> Reply {
    book.uploads += 1;
    let id = format!("media-{}", book.uploads);
    book.loose.insert(id.clone());
    Reply::json(if dice.percent(20) { 202 } else { 200 }, &json!({ "id": id, "type": "image" }))
}

fn processed(id: &str, dice: &mut Dice) -> Reply {
    Reply::json(if dice.percent(10) { 206 } else { 200 }, &json!({ "id": id, "type": "image" }))
}

/// Newest first.
fn list(book: &Book, request: &Request) -> Reply {
    let number = |name| request.parameter(name).and_then(|value| value.parse::<usize>().ok());
    let (before, limit) = (number("max_id").unwrap_or(usize::MAX), number("limit").unwrap_or(20).min(40));
    let found = book.statuses.iter().rev().filter(|status| status.id < before).take(limit);
    Reply::json(200, &found.map(shown).collect())
}

fn source(book: &Book, id: &str) -> Reply {
    match book.statuses.iter().find(|status| status.id.to_string() == id) {
        Some(status) => Reply::json(200, &json!({ "id": id, "text": status.text, "spoiler_text": "" })),
        None => Reply::json(404, &json!({ "error": "Record not found" })),
    }
}
