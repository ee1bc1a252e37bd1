//! The world behind a lock, and what the program sees of it: clock, randomness, waiting, table, scheduler,
//! release queue.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use cloud::{Clock, QueueError, Random, ReleaseQueue, ScheduleError, Scheduler, WakeUp};
use jiff::{SignedDuration, Timestamp};
use platforms::Sleep;
use store::{Backend, Condition, Found, Item, Key, Kind as WriteKind, Query, StoreError, Write};

use crate::guards::{Move, is_delivery};
use crate::memory::{Memory, place, target, text};
use crate::world::{CallFault, Event, Fate, Kind, World};

/// The world, as the program's parts share it.
#[derive(Debug, Clone)]
pub struct Sim(Arc<Mutex<World>>);

impl Sim {
    /// Around a world.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn, acts, and waits until the answer has come.
    pub(crate) async fn call<T>(
        &self,
        site: &'static str,
        kind: Kind,
        act: impl FnOnce(&mut World, Fate) -> (T, SignedDuration),
    ) -> T {
        let latency = self.world().latency();
        let fate = self.turn(site, kind, latency).await;
        let (answer, patience) = act(&mut self.world(), fate);
        if patience > SignedDuration::ZERO {
            self.turn("an answer", Kind::Timer, patience).await;
        }
        answer
    }

    /// Ready once the executor gives it its turn, `after` from now at the earliest.
    fn turn(&self, site: &'static str, kind: Kind, after: SignedDuration) -> impl Future<Output = Fate> + use<> {
        let mut turn = Turn { sim: self.clone(), id: None };
        poll_fn(move |context| {
            let mut world = turn.sim.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(id) = turn.id else {
                let ready_at = world.now + after;
                turn.id = Some(world.wait(site, kind, ready_at, context.waker().clone()));
                return Poll::Pending;
            };
            match world.granted {
                Some((granted, fate)) if granted == id => {
                    world.granted = None;
                    drop(world);
                    turn.id = None;
                    Poll::Ready(fate)
                }
                _ => Poll::Pending,
            }
        })
    }
}

/// A place in line, given up when its owner goes.
struct Turn {
    sim: Sim,
    id: Option<u64>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.sim.world().waiting.retain(|waiting| waiting.id != id);
        }
    }
}

impl Clock for Sim {
    fn now(&self) -> Timestamp {
        self.world().clock()
    }
}

impl Random for Sim {
    fn fill(&self, bytes: &mut [u8]) {
        self.world().noise.fill(bytes);
    }
}

#[async_trait]
impl Sleep for Sim {
    async fn sleep(&self, duration: Duration) {
        let after = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        self.turn("a wait", Kind::Timer, after).await;
    }
}

/// The sweep's reads, in reports.
pub(crate) const DUE_INDEX: &str = "table: read the due index";

fn unreachable_table() -> StoreError {
    StoreError::Unavailable("simulated".into())
}

/// What a read is for, in reports.
fn read_name(sort: &str) -> &'static str {
    if sort.starts_with("ACCOUNT#") {
        "table: read the account"
    } else if sort.starts_with("POST#") {
        "table: read the post"
    } else if sort.starts_with("PAGE#") {
        "table: read the page's entry"
    } else if sort == "CIRCUIT" {
        "table: read how a network is"
    } else {
        "table: read the organization"
    }
}

/// What a write is for, in reports.
fn write_name(table: &Memory, writes: &[Write]) -> &'static str {
    let Some(first) = writes.first() else { return "table: write nothing" };
    if let WriteKind::Put(item, _) = first.kind() {
        if is_delivery(item) {
            return match Move::of(table.at(&place(item)), item) {
                Move::Claim => "table: claim",
                Move::Step => "table: record a step",
                Move::Conclusion => "table: conclude",
                Move::Other => "table: put a delivery off",
            };
        }
        if text(item, "SK").starts_with("PAGE#") {
            return "page: publish the entry";
        }
    }
    if target(first).0.1 == "CIRCUIT" {
        return "table: store how a network is";
    }
    if target(first).0.1.starts_with("ACCOUNT#") { "table: change the account" } else { "table: change the post" }
}

#[async_trait]
impl Backend for Sim {
    async fn get(&self, key: Key, _: bool) -> Result<Option<Item>, StoreError> {
        let name = read_name(key.sort());
        self.call(name, Kind::Aside, |world, _| {
            let fault = world.call_fault();
            (if fault.is_some() { Err(unreachable_table()) } else { Ok(world.table.get(&key)) }, SignedDuration::ZERO)
        })
        .await
    }

    async fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        self.call("table: read the accounts", Kind::Aside, |world, _| {
            let fault = world.call_fault();
            let found = keys.iter().filter_map(|key| world.table.get(key)).collect();
            (if fault.is_some() { Err(unreachable_table()) } else { Ok(found) }, SignedDuration::ZERO)
        })
        .await
    }

    async fn query(&self, query: Query) -> Result<Found, StoreError> {
        if query.index.is_some() {
            return self.call(DUE_INDEX, Kind::Aside, |world, _| (behind(world, &query), SignedDuration::ZERO)).await;
        }
        let (found, torn) = self
            .call("table: read the post", Kind::Call, |world, _| {
                let fault = world.call_fault();
                let found = if fault.is_some() { Err(unreachable_table()) } else { Ok(world.table.query(&query)) };
                ((found, world.falters() && world.choice.chance(15)), SignedDuration::ZERO)
            })
            .await;
        let mut found = found?;
        if torn && found.items.len() > 1 {
            // A query reads one item after the other, and others write meanwhile.
            let rest = self
                .call("table: read the deliveries", Kind::Call, |world, _| {
                    world.tally.torn += 1;
                    (world.table.query(&query), SignedDuration::ZERO)
                })
                .await;
            found.items.truncate(1);
            found.items.extend(rest.items.into_iter().skip(1));
        }
        Ok(found)
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let name = write_name(&self.world().table, &writes);
        // The page is a network whose calls go to the table.
        let kind = if name == "page: publish the entry" { Kind::Effect } else { Kind::Call };
        self.call(name, kind, |world, fate| {
            if fate == Fate::CrashLate {
                // A write of the table is never on its way for long: it happens or it does not.
                return (Ok(()), SignedDuration::ZERO);
            }
            let fault = world.call_fault();
            if fault == Some(CallFault::Before) {
                return (Err(unreachable_table()), SignedDuration::ZERO);
            }
            let result = store(world, &writes);
            (if fault.is_some() { Err(unreachable_table()) } else { result }, SignedDuration::ZERO)
        })
        .await
    }
}

/// What an index shows: it follows the table after a moment.
fn behind(world: &mut World, query: &Query) -> Result<Found, StoreError> {
    if world.call_fault().is_some() {
        return Err(unreachable_table());
    }
    let mut found = world.table.query(query);
    if world.falters() && !found.items.is_empty() && world.choice.chance(15) {
        world.tally.stale += 1;
        let index = world.choice.pick(found.items.len());
        found.items.remove(index);
    }
    Ok(found)
}

fn store(world: &mut World, writes: &[Write]) -> Result<(), StoreError> {
    let through = |write: &Write| world.guards.lets_through(&world.table, write);
    let failed = |(index, write): (usize, &Write)| {
        let (place, condition) = target(write);
        (!world.table.holds(&place, condition) && !through(write)).then_some(index)
    };
    let failed: Vec<usize> = writes.iter().enumerate().filter_map(failed).collect();
    if !failed.is_empty() {
        return Err(StoreError::Conflict(failed));
    }
    for write in writes {
        let World { record, table, .. } = world;
        record.committing(world.now, table, write.kind());
        show_entry(world, write);
        let bent = match write.kind() {
            WriteKind::Put(item, _) => world.guards.bend(&world.table, item),
            _ => None,
        };
        match bent {
            Some(item) => world.table.put(item),
            None => world.table.apply(write),
        }
    }
    Ok(())
}

/// An entry of the organization's own page is an effect that people see.
fn show_entry(world: &mut World, write: &Write) {
    let WriteKind::Put(item, condition) = write.kind() else { return };
    let (_, sort) = place(item);
    if let Some(key) = sort.strip_prefix("PAGE#")
        && *condition == Condition::Absent
    {
        world.page_entry(key, text(item, "post_id"), text(item, "text"));
    }
}

#[async_trait]
impl Scheduler for Sim {
    async fn wake(&self, wake_up: WakeUp, at: Timestamp) -> Result<(), ScheduleError> {
        self.call("scheduler: make a wake-up", Kind::Aside, |world, _| {
            let fault = world.call_fault();
            if fault != Some(CallFault::Before) {
                plan_wake(world, wake_up, at);
            }
            let answer = if fault.is_some() { Err(ScheduleError("simulated".to_owned())) } else { Ok(()) };
            (answer, SignedDuration::ZERO)
        })
        .await
    }

    /// Forgetting is a courtesy; here it never works, so that every stale wake-up comes.
    async fn forget(&self, _: WakeUp, _: Timestamp) -> Result<(), ScheduleError> {
        self.call("scheduler: forget a wake-up", Kind::Aside, |_, _| (Ok(()), SignedDuration::ZERO)).await
    }
}

#[async_trait]
impl ReleaseQueue for Sim {
    async fn send(&self, wake_up: WakeUp, delay: u16) -> Result<(), QueueError> {
        self.call("queue: send a release", Kind::Aside, |world, _| {
            let fault = world.call_fault();
            if fault != Some(CallFault::Before) {
                let at = world.now + SignedDuration::from_secs(delay.into());
                plan_wake(world, wake_up, at);
            }
            let answer = if fault.is_some() { Err(QueueError::new("simulated")) } else { Ok(()) };
            (answer, SignedDuration::ZERO)
        })
        .await
    }
}

/// Plans a wake-up: it comes once on time, late, more than once, or never.
pub fn plan_wake(world: &mut World, wake_up: WakeUp, at: Timestamp) {
    if world.falters() && world.choice.chance(15) {
        world.tally.wakes[0] += 1;
        return;
    }
    let mut at = at + SignedDuration::from_millis(world.choice.between(0, 1500));
    if world.falters() && world.choice.chance(10) {
        world.tally.wakes[1] += 1;
        at += SignedDuration::from_secs(world.choice.between(1, 600));
    }
    world.plan(at, Event::Wake(wake_up));
    while world.faults && world.choice.chance(20) {
        world.tally.wakes[2] += 1;
        let again = at + SignedDuration::from_millis(world.choice.between(0, 240_000));
        world.plan(again, Event::Wake(wake_up));
    }
}
