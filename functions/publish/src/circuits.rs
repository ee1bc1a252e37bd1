//! What this process knows of the networks as a whole: whether one is left alone, and what its last answers were.
//!
//! The truth is one item per network in the table, written only when something changes. Each process reads it at most
//! every ten seconds, and while a network is left alone not at all, so that a delivery costs no read of its own.
//! Without the table everything passes: a delivery's own rules still hold.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::account::Account;
use domain::circuit::{self, Circuit, Hold, Passage, Sign, Streak};
use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use store::Table;

/// For so long what was read counts.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

#[derive(Debug, Clone, Default)]
struct Known {
    circuit: Circuit,
    read_at: Option<Timestamp>,
    streak: Streak,
}

impl Known {
    /// Whether it need not be read again. Nothing ends a pause before its time, and right after it one process tries:
    /// who that is the table decides.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let Some(read_at) = self.read_at else { return false };
        let paused_since = self.circuit.until.is_some_and(|until| read_at < until && until <= now);
        self.circuit.is_open(now) || (!paused_since && now.duration_since(read_at) < FRESH)
    }
}

/// By the name of the network, or of its server where it has many.
#[derive(Debug, Default)]
pub(crate) struct Circuits(Mutex<HashMap<String, Known>>);

/// The name under which an account's network fails as one: each server of a network of many servers by itself. Our own
/// page has none.
pub(crate) fn name(account: &Account) -> Option<String> {
    match (account.platform, &account.instance) {
        (Platform::Page, _) => None,
        (platform, Some(server)) => Some(format!("{}#{server}", platform.as_str())),
        (platform, None) => Some(platform.as_str().to_owned()),
    }
}

impl Circuits {
    /// Whether a delivery must wait for its network. One that need not may be the one that tries it.
    pub(crate) async fn hold(&self, table: &Table, name: &str, now: Timestamp, wanted_at: Timestamp) -> Option<Hold> {
        match self.read(table, name, now).await.passage(now, wanted_at) {
            Passage::Free => None,
            Passage::Held(hold) => Some(hold),
            Passage::Try(trying) if self.store(table, name, &trying, now).await => None,
            // Another was faster, and tries.
            Passage::Try(trying) => match trying.passage(now, wanted_at) {
                Passage::Held(hold) => Some(hold),
                Passage::Free | Passage::Try(_) => None,
            },
        }
    }

    /// Whether nothing may be sent to the network now, as far as is known.
    pub(crate) async fn is_open(&self, table: &Table, name: &str, now: Timestamp) -> bool {
        self.read(table, name, now).await.is_open(now)
    }

    /// Notes what an attempt that began at `began` says of its network, which answered meanwhile if it was `heard`.
    pub(crate) async fn note(
        &self,
        table: &Table,
        name: &str,
        account: &Account,
        (failure, heard): (Option<&Failure>, bool),
        (began, now): (Timestamp, Timestamp),
    ) {
        let next =
            self.with(name, |known| match failure.map_or(Sign::Answers, |failure| circuit::sign(failure, heard)) {
                Sign::Nothing => known.circuit.untried(now, began),
                Sign::Answers => {
                    known.streak.answered();
                    known.circuit.answered(now, began)
                }
                Sign::Throttles(until) => known.circuit.throttled(now, until),
                Sign::Fails => {
                    let in_trouble = known.streak.failed(account.id, now) || known.circuit.cause.is_some();
                    in_trouble.then(|| known.circuit.failed(now)).flatten()
                }
            });
        if let Some(next) = next
            && self.store(table, name, &next, now).await
        {
            tracing::warn!(network = name, cause = ?next.cause, until = ?next.until, "a network's circuit changed");
            if next.is_open(now) {
                crate::figures::paused(account.platform, now);
            }
        }
    }

    fn with<T>(&self, name: &str, act: impl FnOnce(&mut Known) -> T) -> T {
        act(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default())
    }

    async fn read(&self, table: &Table, name: &str, now: Timestamp) -> Circuit {
        let known = self.with(name, |known| known.clone());
        if known.is_fresh(now) {
            return known.circuit;
        }
        match table.circuit(name).await {
            Ok(circuit) => {
                self.keep(name, &circuit, now);
                circuit
            }
            Err(error) => {
                tracing::warn!(network = name, %error, "could not read how a network is");
                known.circuit
            }
        }
    }

    /// Stores a change if nobody else changed it; else what they stored counts from the next read on.
    async fn store(&self, table: &Table, name: &str, next: &Circuit, now: Timestamp) -> bool {
        match table.put_circuit(name, next).await {
            Ok(()) => {
                self.keep(name, next, now);
                true
            }
            Err(error) => {
                tracing::info!(network = name, %error, "what was learned of a network was not stored");
                self.with(name, |known| known.read_at = None);
                false
            }
        }
    }

    fn keep(&self, name: &str, circuit: &Circuit, now: Timestamp) {
        self.with(name, |known| {
            // Of two reads that overlap the later value counts.
            if circuit.version >= known.circuit.version || circuit.version == 0 {
                known.circuit = circuit.clone();
            }
            known.read_at = Some(now);
        });
    }
}
