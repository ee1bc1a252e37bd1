//! The simulated world: time, tasks, what they wait for, and everything they act upon.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::task::Waker;

use cloud::WakeUp;
use domain::sweep::DUE_SHARDS;
use jiff::{SignedDuration, Timestamp};

use crate::choice::Choice;
use crate::guards::Guards;
use crate::memory::Memory;
use crate::nets::{Nets, Request};
use crate::record::{Record, Tally};
use crate::user::{Action, Verb};

/// What runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// `publish`, woken by a schedule.
    Wake,
    /// `publish`, sweeping.
    Sweep,
    /// A handler of the API, for a person.
    User(Verb),
}

impl Actor {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wake => "wake",
            Self::Sweep => "sweep",
            Self::User(verb) => verb.name(),
        }
    }

    /// How long its platform lets it run.
    #[must_use]
    pub const fn timeout(self) -> SignedDuration {
        match self {
            Self::Wake | Self::Sweep => domain::delivery::INVOCATION_TIMEOUT,
            Self::User(_) => SignedDuration::from_secs(29),
        }
    }
}

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A call whose place among the others matters.
    Call,
    /// A call that may have a visible effect at a network.
    Effect,
    /// A read of what nobody changes meanwhile: a walk does not branch here.
    Aside,
    /// Time.
    Timer,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It happens.
    Proceed,
    /// The caller dies before it happens.
    CrashBefore,
    /// The caller dies after it happened, before it hears.
    CrashAfter,
    /// The caller dies, and the request it sent lands later.
    CrashLate,
}

/// A call that waits for its turn.
#[derive(Debug)]
pub struct Waiting {
    pub(crate) id: u64,
    pub(crate) task: usize,
    pub(crate) site: &'static str,
    pub(crate) kind: Kind,
    pub(crate) ready_at: Timestamp,
    pub(crate) waker: Waker,
}

/// A task, running or done.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    pub(crate) actor: Actor,
    /// How far its clock is off.
    pub(crate) skew: SignedDuration,
}

/// Something that happens at a time.
#[derive(Debug, Clone)]
pub enum Event {
    /// A schedule fires.
    Wake(WakeUp),
    /// The sweep's minute.
    Sweep,
    /// A person acts.
    Act(Action),
    /// A request that was on its way arrives.
    Land(Request),
    /// A task's platform ends it.
    Timeout(usize),
    /// Something happens to an account: see [`Nets`].
    Trouble(crate::nets::Trouble),
}

#[derive(Debug)]
struct Planned {
    at: Timestamp,
    order: u64,
    event: Event,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Planned {}
impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Everything.
#[derive(Debug)]
pub struct World {
    /// The true time.
    pub now: Timestamp,
    /// Where decisions come from.
    pub choice: Choice,
    /// Randomness of the program itself; no decision of the run.
    pub noise: fastrand::Rng,
    /// The table.
    pub table: Memory,
    /// The networks.
    pub nets: Nets,
    /// Which of the program's guards are in force.
    pub guards: Guards,
    /// Whether things go wrong now.
    pub faults: bool,
    /// The only network that misbehaves, while everything else works: then no other delivery may suffer.
    pub alone: Option<domain::platform::Platform>,
    /// Whether platforms end handlers too late: only where every network knows keys.
    pub overrun: bool,
    /// Crashes a walk may still make.
    pub crashes_left: u32,
    /// What happened in this run.
    pub record: Record,
    /// What happened in all runs.
    pub tally: Tally,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) granted: Option<(u64, Fate)>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) current: Option<usize>,
    agenda: BinaryHeap<Reverse<Planned>>,
    counter: u64,
}

impl World {
    /// A world in which nothing happened.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self {
            now: start,
            choice: Choice::Path(crate::choice::Path::default()),
            noise: fastrand::Rng::with_seed(0),
            table: Memory::default(),
            nets: Nets::default(),
            guards: Guards::default(),
            faults: false,
            alone: None,
            overrun: false,
            crashes_left: 0,
            record: Record::default(),
            tally: Tally::default(),
            waiting: Vec::new(),
            granted: None,
            tasks: Vec::new(),
            current: None,
            agenda: BinaryHeap::new(),
            counter: 0,
        }
    }

    /// Begins another run; only [`Self::tally`] goes on.
    pub fn reset(&mut self, start: Timestamp, choice: Choice, noise: u64, guards: Guards) {
        let fresh = Self { choice, noise: fastrand::Rng::with_seed(noise), guards, ..Self::new(start) };
        let old = std::mem::replace(self, fresh);
        self.tally = old.tally;
    }

    /// The time by the clock of whoever asks.
    #[must_use]
    pub fn clock(&self) -> Timestamp {
        self.now + self.current.map_or(SignedDuration::ZERO, |task| self.tasks[task].skew)
    }

    /// Plans an event.
    pub fn plan(&mut self, at: Timestamp, event: Event) {
        self.counter += 1;
        self.agenda.push(Reverse(Planned { at: at.max(self.now), order: self.counter, event }));
    }

    /// The next event whose time has come.
    pub(crate) fn due(&mut self) -> Option<Event> {
        if self.agenda.peek().is_some_and(|Reverse(planned)| planned.at <= self.now) {
            return self.agenda.pop().map(|Reverse(planned)| planned.event);
        }
        None
    }

    /// When the next event comes.
    #[must_use]
    pub(crate) fn next_event(&self) -> Option<Timestamp> {
        self.agenda.peek().map(|Reverse(planned)| planned.at)
    }

    /// The effect of an entry on the organization's own page.
    pub(crate) fn page_entry(&mut self, key: &str, post: &str, text: &str) {
        let Ok(post) = post.parse() else { return };
        let delivery = crate::record::deliver_place(post, crate::setup::account(domain::platform::Platform::Page));
        let stored = self.table.all().find(|item| crate::memory::text(item, "SK") == delivery);
        let revision = stored.map_or(0, |item| crate::memory::integer(item, "revision"));
        let revision = u64::try_from(revision).unwrap_or(0);
        let held = self.record.is_held(&self.table, &delivery, revision);
        let (key, text, id) = (key.to_owned(), text.to_owned(), key.to_owned());
        let began = self.now;
        self.record.effects.push(crate::record::Effect { delivery, revision, key, part: 0, text, id, began, held });
    }

    /// Forgets what was planned, except for requests that are on their way and time limits.
    pub fn clear_agenda(&mut self) {
        self.agenda.retain(|Reverse(planned)| matches!(planned.event, Event::Land(_) | Event::Timeout(_)));
    }

    /// Puts a call in line.
    pub(crate) fn wait(&mut self, site: &'static str, kind: Kind, ready_at: Timestamp, waker: Waker) -> u64 {
        self.counter += 1;
        let task = self.current.expect("only tasks wait");
        self.waiting.push(Waiting { id: self.counter, task, site, kind, ready_at, waker });
        self.counter
    }

    /// Whether processes, the table and the scheduler fail now.
    pub(crate) fn falters(&self) -> bool {
        self.faults && self.alone.is_none()
    }

    /// Whether a network may misbehave now.
    pub(crate) fn misbehaves(&self, platform: domain::platform::Platform) -> bool {
        self.faults && self.alone.is_none_or(|alone| alone == platform)
    }

    /// How long a call takes to get its turn.
    pub(crate) fn latency(&mut self) -> SignedDuration {
        let millis = self.choice.between(0, 40);
        if self.overrun && self.falters() && self.choice.chance(4) {
            // Whoever ends a process too late may as well let it stand still.
            self.tally.still += 1;
            self.record.trouble_all();
            return SignedDuration::from_millis(self.choice.between(60_000, 400_000));
        }
        if self.falters() && self.choice.chance(2) {
            self.tally.slow += 1;
            self.record.trouble_all();
            return SignedDuration::from_millis(millis + self.choice.between(500, 130_000));
        }
        SignedDuration::from_millis(millis)
    }

    /// What becomes of a call that has its turn.
    pub(crate) fn fate(&mut self, waiting: &Waiting) -> Fate {
        let publishing = !matches!(self.tasks[waiting.task].actor, Actor::User(_));
        let effect = waiting.kind == Kind::Effect;
        if self.choice.is_walk() {
            let branches = matches!(waiting.kind, Kind::Call | Kind::Effect) && publishing && self.crashes_left > 0;
            if !branches {
                return Fate::Proceed;
            }
            let fates = [Fate::Proceed, Fate::CrashBefore, Fate::CrashAfter, Fate::CrashLate];
            let fate = fates[self.choice.pick(if effect { 4 } else { 3 })];
            self.crashes_left -= u32::from(fate != Fate::Proceed);
            return fate;
        }
        // A sweep reads every shard: each gets its share of what one call gets.
        let share = waiting.site != crate::sim::DUE_INDEX || self.choice.chance(100 / u32::from(DUE_SHARDS));
        if !self.falters() || !share || !self.choice.chance(4) {
            return Fate::Proceed;
        }
        match self.choice.pick(if effect { 3 } else { 2 }) {
            0 => Fate::CrashBefore,
            1 if waiting.kind == Kind::Timer => Fate::CrashBefore,
            1 => Fate::CrashAfter,
            _ => Fate::CrashLate,
        }
    }

    /// Whether a call fails, and whether its effect happened all the same.
    pub(crate) fn call_fault(&mut self) -> Option<CallFault> {
        if !self.falters() || !self.choice.chance(4) {
            return None;
        }
        self.record.trouble_all();
        let fault = if self.choice.pick(2) == 0 { CallFault::Before } else { CallFault::After };
        self.tally.call_failed(fault);
        Some(fault)
    }
}

/// A call that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFault {
    /// Without effect.
    Before,
    /// After its effect.
    After,
}
