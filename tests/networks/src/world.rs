//! What all simulated networks share: time, people, what is visible, and what is about to go wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloud::Clock;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::faults::Fault;
use crate::fetch::{Fetch, Fetched};
use crate::late::{self, Late};
use crate::oauth::Grants;

/// Something that people see at a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The network.
    pub platform: Platform,
    /// Whose it is: the account's id at the network.
    pub account: String,
    /// Its id at the network.
    pub id: String,
    /// What it is: `post`, `reply`, `comment`, `story`, `reel`.
    pub kind: &'static str,
    /// What it is a reply or comment to.
    pub parent: Option<String>,
    /// Its text, as stored by the network.
    pub text: String,
    /// What it carries, one entry per file: `image image/png 1200 bytes`.
    pub media: Vec<String>,
    /// What else the network was told, such as `privacy: public`.
    pub notes: BTreeMap<String, String>,
    /// Since when.
    pub at: Timestamp,
}

/// A request that arrived, for the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// The host it was for.
    pub host: String,
    /// Method and path, without the query, which may carry tokens.
    pub what: String,
    /// The status it was answered with; 0 = never.
    pub status: u16,
}

/// What all simulated networks share. Cheap to clone.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    /// Where the networks are reached, such as `http://127.0.0.1:4100`; what answers that carry addresses begin with.
    origin: Arc<str>,
    files: Arc<dyn Fetch>,
    state: Arc<Mutex<State>>,
}

/// Most requests that the timeline remembers.
const SEEN_MAX: usize = 500;

#[derive(Default)]
struct State {
    next: u64,
    skew: SignedDuration,
    shown: Vec<Shown>,
    seen: Vec<Seen>,
    faults: Vec<Fault>,
    late: Vec<Late>,
    grants: Grants,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl World {
    /// An empty world at `origin`, without a trailing slash, whose networks read files by `files`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, origin: &str, files: Arc<dyn Fetch>) -> Self {
        Self { clock, origin: origin.into(), files, state: Arc::default() }
    }

    /// The file at an address that a network was given; absent when it cannot be read.
    pub async fn fetch(&self, address: &str) -> Option<Fetched> {
        self.files.fetch(&address.parse().ok()?).await
    }

    /// The time at the networks; while one carries out what landed late, the moment at which it landed.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        late::moment().unwrap_or_else(|| {
            let skew = self.state().skew;
            self.clock.now() + skew
        })
    }

    /// Lets time pass at the networks: tokens run out, processing ends, quotas renew.
    pub fn pass(&self, time: SignedDuration) {
        self.state().skew += time;
    }

    /// Where a host of a network is reached here: `origin/host`.
    #[must_use]
    pub fn at(&self, host: &str) -> String {
        format!("{}/{host}", self.origin)
    }

    /// A number that no other thing has; ids are made of it.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut state = self.state();
        state.next += 1;
        1_000_000 + state.next
    }

    /// Shows something to people.
    pub fn show(&self, shown: Shown) {
        self.state().shown.push(shown);
    }

    /// Changes what people see of something, in its place.
    pub(crate) fn note_on(&self, platform: Platform, id: &str, name: &str, value: &str) {
        let mut state = self.state();
        let seen = state.shown.iter_mut().find(|shown| shown.platform == platform && shown.id == id);
        if let Some(seen) = seen {
            seen.notes.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Takes something back. Says whether it was there.
    pub fn hide(&self, platform: Platform, id: &str) -> bool {
        let mut state = self.state();
        let before = state.shown.len();
        state.shown.retain(|shown| shown.platform != platform || shown.id != id);
        state.shown.len() < before
    }

    /// All that people see at a network, oldest first. What was on its way and has landed by now is there.
    #[must_use]
    pub fn shown(&self, platform: Platform) -> Vec<Shown> {
        late::land_at_once(self);
        self.state().shown.iter().filter(|shown| shown.platform == platform).cloned().collect()
    }

    /// Something that people see, by its id.
    #[must_use]
    pub fn find(&self, platform: Platform, id: &str) -> Option<Shown> {
        self.state().shown.iter().find(|shown| shown.platform == platform && shown.id == id).cloned()
    }

    /// Requests so far, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    pub(crate) fn note(&self, seen: Seen) {
        let mut state = self.state();
        if state.seen.len() >= SEEN_MAX {
            state.seen.remove(0);
        }
        state.seen.push(seen);
    }

    /// Lets something go wrong with requests to come.
    pub fn plan(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Takes back every fault that is still to come.
    pub fn calm(&self) {
        self.state().faults.clear();
    }

    pub(crate) fn fault_for(&self, host: &str, method: &str, path: &str) -> Option<Fault> {
        let mut state = self.state();
        let at = state.faults.iter().position(|fault| fault.concerns(host, method, path))?;
        let fault = &mut state.faults[at];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let due = fault.clone();
        if fault.times > 1 {
            fault.times -= 1;
        } else {
            state.faults.remove(at);
        }
        Some(due)
    }

    pub(crate) fn on_its_way(&self, late: Late) {
        self.state().late.push(late);
    }

    /// Takes out the first of what was on its way and has landed by now.
    pub(crate) fn landed(&self) -> Option<Late> {
        let now = self.now();
        let mut state = self.state();
        let (first, _) =
            state.late.iter().enumerate().min_by_key(|(_, late)| late.at).filter(|(_, late)| late.at <= now)?;
        Some(state.late.remove(first))
    }

    /// What users allowed, by token.
    pub fn grants<T>(&self, act: impl FnOnce(&mut Grants) -> T) -> T {
        act(&mut self.state().grants)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
