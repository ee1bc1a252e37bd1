//! What happened in a run, and in all runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::ids::{AccountId, PostId};
use jiff::Timestamp;
use store::{Item, Kind, OrgKey};

use crate::memory::{Memory, integer, place, text};
use crate::world::{Actor, CallFault, Fate};

/// Something people can see at a network.
#[derive(Debug, Clone)]
pub struct Effect {
    /// Sort key of the delivery that it came from.
    pub delivery: String,
    /// Revision of its content.
    pub revision: u64,
    /// The delivery's key.
    pub key: String,
    /// Which part of the post.
    pub part: u32,
    /// The content.
    pub text: String,
    /// Its id at the network.
    pub id: String,
    /// When its request was sent.
    pub began: Timestamp,
    /// Whether the delivery was claimed, for this revision, when the request was sent.
    pub held: bool,
}

/// The sort key of a delivery.
#[must_use]
pub fn deliver_place(post: PostId, account: AccountId) -> String {
    OrgKey::Delivery(post, account).to_string()
}

/// One run.
#[derive(Debug, Default)]
pub struct Record {
    /// Everything that became visible.
    pub effects: Vec<Effect>,
    /// What is wrong.
    pub violations: Vec<String>,
    /// The content of each revision, by the post's sort key.
    texts: BTreeMap<(String, i64), String>,
    /// How often a person had a delivery of unknown outcome sent again.
    resends: BTreeMap<String, usize>,
    /// Deliveries that met with trouble of their own.
    troubled: BTreeSet<String>,
    crashed: bool,
    quiet: bool,
    trace: Option<String>,
}

impl Record {
    /// From now on, notes are kept.
    pub fn trace(&mut self) {
        self.trace.get_or_insert_default();
    }

    /// Notes something for whoever replays the run.
    pub fn note(&mut self, at: Timestamp, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            // Writing to a string cannot fail.
            let _ = writeln!(trace, "{at:.3} {}", line());
        }
    }

    /// The notes.
    #[must_use]
    pub fn notes(&self) -> &str {
        self.trace.as_deref().unwrap_or("")
    }

    /// Something is wrong.
    pub fn violation(&mut self, what: String) {
        self.violations.push(what);
    }

    /// A delivery's own network, or its own handler, failed.
    pub fn trouble(&mut self, delivery: &str) {
        if !self.troubled.contains(delivery) {
            self.troubled.insert(delivery.to_owned());
        }
    }

    /// A handler died: whatever it was at may have suffered.
    pub fn trouble_all(&mut self) {
        self.crashed = true;
    }

    /// Whether nothing at all went wrong in the run.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Nothing will go wrong in this run.
    pub fn be_quiet(&mut self) {
        self.quiet = true;
    }

    /// Whether a delivery met with trouble of its own.
    #[must_use]
    pub fn is_troubled(&self, delivery: &str) -> bool {
        self.crashed || self.troubled.contains(delivery)
    }

    /// How often a person had it sent again without knowing.
    #[must_use]
    pub fn resends(&self, delivery: &str) -> usize {
        self.resends.get(delivery).copied().unwrap_or(0)
    }

    /// The content of a post's revision.
    #[must_use]
    pub fn text_of(&self, post: &str, revision: i64) -> Option<&str> {
        self.texts.get(&(post.to_owned(), revision)).map(String::as_str)
    }

    /// Whether somebody holds the delivery, for this revision.
    #[must_use]
    pub fn is_held(&self, table: &Memory, delivery: &str, revision: u64) -> bool {
        let stored = table.all().find(|item| text(item, "SK") == delivery);
        stored.is_some_and(|item| {
            text(item, "state") == "publishing" && integer(item, "revision") == i64::try_from(revision).unwrap_or(-1)
        })
    }

    /// Looks at a write that is about to be stored.
    pub fn committing(&mut self, now: Timestamp, table: &Memory, kind: &Kind) {
        let Kind::Put(next, _) = kind else { return };
        let key = place(next);
        let before = table.at(&key);
        if crate::guards::is_delivery(next) {
            self.delivery_moves(now, &key.1, before, next);
        } else if key.1.starts_with("POST#") {
            self.texts.insert((key.1.clone(), integer(next, "revision")), text(next, "text").to_owned());
        }
    }

    fn delivery_moves(&mut self, now: Timestamp, key: &str, before: Option<&Item>, next: &Item) {
        let (from, to) = (before.map_or("", |item| text(item, "state")), text(next, "state"));
        self.note(now, || {
            format!("{key}: {from} → {to}, revision {}, fence {}", integer(next, "revision"), integer(next, "fence"))
        });
        if let Some(before) = before {
            if integer(next, "revision") < integer(before, "revision") {
                self.violation(format!("{key} went back to an older revision"));
            }
            if integer(next, "fence") < integer(before, "fence") {
                self.violation(format!("{key} went back to an older fence"));
            }
            if from == "published" && to != "published" {
                self.violation(format!("{key} was published and is {to}"));
            }
        }
        if from == "unknown" && to == "pending" {
            *self.resends.entry(key.to_owned()).or_default() += 1;
        }
    }
}

/// What was done to one await point.
#[derive(Debug, Clone, Copy, Default)]
pub struct Site {
    /// How often it was reached.
    pub seen: u64,
    /// The caller died before.
    pub before: u64,
    /// The caller died after.
    pub after: u64,
    /// The caller died, its request landed later.
    pub late: u64,
    /// Its platform's time ran out here.
    pub timeout: u64,
}

/// All runs.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Runs.
    pub schedules: u64,
    /// Await points, by actor and call.
    pub sites: BTreeMap<(Actor, &'static str), Site>,
    /// Calls that took long.
    pub slow: u64,
    /// Calls in which a process stood still for minutes.
    pub still: u64,
    failed_before: u64,
    failed_after: u64,
    network: [u64; 7],
    /// Wake-ups that never came, came late, came again.
    pub wakes: [u64; 3],
    /// Reads that saw part of a change.
    pub torn: u64,
    /// Index reads that did not show what was written a moment ago.
    pub stale: u64,
    /// Tokens that ran out, accesses revoked, limits, disconnections.
    pub troubles: [u64; 4],
    /// Tasks with a clock that is off.
    pub skewed: u64,
    /// Things people did.
    pub actions: u64,
    /// Sweeps left out.
    pub unswept: u64,
    /// Deliveries, by the state in which they ended.
    pub ends: BTreeMap<String, u64>,
}

impl Tally {
    /// A call failed.
    pub fn call_failed(&mut self, fault: CallFault) {
        match fault {
            CallFault::Before => self.failed_before += 1,
            CallFault::After => self.failed_after += 1,
        }
    }

    /// A network misbehaved.
    pub fn network(&mut self, kind: usize) {
        self.network[kind] += 1;
    }

    /// A call got its turn.
    pub fn site(&mut self, actor: Actor, name: &'static str, fate: Fate) {
        let site = self.sites.entry((actor, name)).or_default();
        site.seen += 1;
        match fate {
            Fate::Proceed => {}
            Fate::CrashBefore => site.before += 1,
            Fate::CrashAfter => site.after += 1,
            Fate::CrashLate => site.late += 1,
        }
    }

    /// Adds what another worker saw.
    pub fn add(&mut self, other: &Self) {
        self.schedules += other.schedules;
        for (place, seen) in &other.sites {
            let site = self.sites.entry(*place).or_default();
            site.seen += seen.seen;
            site.before += seen.before;
            site.after += seen.after;
            site.late += seen.late;
            site.timeout += seen.timeout;
        }
        self.slow += other.slow;
        self.still += other.still;
        self.failed_before += other.failed_before;
        self.failed_after += other.failed_after;
        add(&mut self.network, &other.network);
        add(&mut self.wakes, &other.wakes);
        add(&mut self.troubles, &other.troubles);
        self.torn += other.torn;
        self.stale += other.stale;
        self.skewed += other.skewed;
        self.actions += other.actions;
        self.unswept += other.unswept;
        for (state, count) in &other.ends {
            *self.ends.entry(state.clone()).or_default() += count;
        }
    }

    /// Faults by kind.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, u64)> {
        let sum = |part: fn(&Site) -> u64| self.sites.values().map(part).sum::<u64>();
        let [transient, limited, limited_unsaid, rejected, unsent, answer_lost, late] = self.network;
        let [lost, delayed, repeated] = self.wakes;
        let [expired, revoked, throttled, disconnected] = self.troubles;
        vec![
            ("crash before a call", sum(|site| site.before)),
            ("crash after a call's effect", sum(|site| site.after)),
            ("crash with the request still under way", sum(|site| site.late)),
            ("killed by its time limit", sum(|site| site.timeout)),
            ("call failed without effect", self.failed_before),
            ("call failed after its effect", self.failed_after),
            ("call slow (0.5–130 s)", self.slow),
            ("process stood still (1–7 min)", self.still),
            ("read saw part of a change", self.torn),
            ("index behind the table", self.stale),
            ("wake-up lost", lost),
            ("wake-up late", delayed),
            ("wake-up repeated", repeated),
            ("sweep left out", self.unswept),
            ("clock off by up to 2 s", self.skewed),
            ("network: not reached", transient),
            ("network: 429 with a time", limited),
            ("network: 429 without", limited_unsaid),
            ("network: refused", rejected),
            ("network: request lost", unsent),
            ("network: answer lost", answer_lost),
            ("network: request landed late", late),
            ("token ran out", expired),
            ("access revoked", revoked),
            ("account limited", throttled),
            ("account disconnected", disconnected),
        ]
    }
}

fn add<const N: usize>(to: &mut [u64; N], from: &[u64; N]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
