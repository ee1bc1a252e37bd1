//! The hour itself, event by event.
//!
//! What decides is the product's: when a schedule is set and what a woken function does (`domain::wake`), which shard
//! holds a delivery, what a sweep takes on and hands over (`domain::sweep`), how long a claim excludes others
//! (`domain::delivery::LEASE`). What carries it out is a model of the services under [`Quotas`].

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use domain::delivery::LEASE;
use domain::ids::Ulid;
use domain::sweep::{BEGIN_WITHIN, DUE_SHARDS, PER_SHARD, SIDE_BY_SIDE, divide, shard};
use domain::wake::{Approach, approach, scheduled_at};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::cost::Cost;
use crate::load::Load;
use crate::quotas::{Quotas, SECOND};
use crate::report::{Report, micros};
use crate::service::{Growing, Rate};

/// When the hour begins.
const BEGIN: i64 = 1_800_000_000 * SECOND;
/// When the sweep comes within its minute.
const SWEEP_AT: i64 = 17 * SECOND;
/// After this long whatever is not out is lost.
const END: i64 = 12 * 3_600 * SECOND;
/// How long a queue takes to hand a message over that may be received.
const HANDING_OVER: i64 = 30_000;
/// How long reading a post with its deliveries takes, or sending a message.
const CALL: i64 = 8_000;
/// How often the mapping is asked for more receivers while messages wait.
const POLL: i64 = SECOND / 5;
/// Tries that a conclusion is given (`functions/publish/src/deliver.rs`), each as long as the SDK's patience.
const CONCLUSION_TRIES: i64 = 4;
/// Messages that a sweep sends at once.
const SENT_AT_ONCE: i64 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A schedule's time has come.
    Fires(u32),
    /// The scheduler invokes.
    Invoked(u32),
    /// An invocation by a schedule ends.
    Prepared,
    /// A message may be received.
    Visible(u32),
    /// An invocation by the queue ends.
    Received,
    /// The queue is polled.
    Poll,
    /// The minute's sweep.
    Sweep,
    /// One of a sweep's lanes is free.
    Lane,
    /// The claimed post is visible at its network.
    Landed(u32),
    /// Its holder is taken for dead.
    LeaseOver(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Claimed,
    Out,
}

#[derive(Debug, Clone, Copy)]
struct Post {
    due: i64,
    org: u32,
    shard: u8,
    state: State,
    /// Until when whoever claimed it last has it.
    lease_until: i64,
    landed: Option<i64>,
}

struct World {
    quotas: Quotas,
    cost: Cost,
    random: Rng,
    agenda: BinaryHeap<Reverse<(i64, Event)>>,
    posts: Vec<Post>,
    due: Vec<BTreeSet<(i64, u32)>>,
    scheduler: Rate,
    orgs: Vec<Rate>,
    shards: Vec<Rate>,
    table: Rate,
    running: u32,
    environments: u32,
    scaling: Growing,
    mapping: Growing,
    receiving: u32,
    queue: VecDeque<u32>,
    invocations: VecDeque<u32>,
    sweep_until: i64,
    sweeping: VecDeque<u32>,
    polled: bool,
    open: usize,
    report: Report,
}

/// Plays a load to its end; the same seed makes the same run.
#[must_use]
pub fn play(load: &Load, quotas: Quotas, seed: u64) -> Report {
    let mut world = World::new(load, quotas, seed);
    while let Some(Reverse((now, event))) = world.agenda.pop() {
        if world.open == 0 || now > END {
            break;
        }
        world.happen(now, event);
    }
    world.judge()
}

fn instant(at: i64) -> Timestamp {
    Timestamp::from_microsecond(BEGIN + at).unwrap_or(Timestamp::MAX)
}

fn length(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl World {
    fn new(load: &Load, quotas: Quotas, seed: u64) -> Self {
        let mut world = Self {
            quotas,
            cost: Cost::usual(),
            random: Rng::with_seed(seed),
            agenda: BinaryHeap::new(),
            posts: Vec::with_capacity(load.posts.len()),
            due: vec![BTreeSet::new(); usize::from(DUE_SHARDS)],
            scheduler: Rate::new(quotas.scheduler_per_second),
            orgs: vec![Rate::new(quotas.partition_wcu); usize::try_from(load.orgs).unwrap_or(0)],
            shards: vec![Rate::new(quotas.partition_wcu); usize::from(DUE_SHARDS)],
            table: Rate::new(quotas.table_wcu),
            running: 0,
            environments: 0,
            // As many at once as ten seconds give, and as many again every ten seconds.
            scaling: Growing::new(
                quotas.environments_per_ten_seconds,
                6 * quotas.environments_per_ten_seconds,
                quotas.concurrency,
            ),
            mapping: Growing::new(quotas.mapping_starts, quotas.mapping_per_minute, quotas.mapping_most),
            receiving: 0,
            queue: VecDeque::new(),
            invocations: VecDeque::new(),
            sweep_until: 0,
            sweeping: VecDeque::new(),
            polled: false,
            open: load.posts.len(),
            report: Report { posts: load.posts.len(), ..Report::default() },
        };
        for (number, due) in (0_u32..).zip(&load.posts) {
            let shard = shard(Ulid::from(due.id));
            world.due[usize::from(shard)].insert((due.at, number));
            let post = Post { due: due.at, org: due.org, shard, state: State::Waiting, lease_until: 0, landed: None };
            world.posts.push(post);
            if quotas.wakes {
                // Written long before: a schedule wakes it. It may be a minute late.
                let set_for = scheduled_at(instant(due.at)).as_microsecond() - BEGIN;
                let fires = set_for + world.random.i64(0..60 * SECOND);
                world.plan(fires, Event::Fires(number));
            }
        }
        world.plan(SWEEP_AT, Event::Sweep);
        world
    }

    fn plan(&mut self, at: i64, event: Event) {
        self.agenda.push(Reverse((at, event)));
    }

    fn happen(&mut self, now: i64, event: Event) {
        match event {
            Event::Fires(post) => {
                let at = self.scheduler.take(1, now, i64::MAX).unwrap_or(now);
                self.plan(at, Event::Invoked(post));
            }
            Event::Invoked(post) => {
                self.invocations.push_back(post);
                self.report.peak_waiting = self.report.peak_waiting.max(self.invocations.len());
                self.invoke(now);
            }
            Event::Prepared => {
                self.running -= 1;
                self.invoke(now);
                self.poll(now);
            }
            Event::Received => {
                self.running -= 1;
                self.receiving -= 1;
                self.poll(now);
                self.invoke(now);
            }
            Event::Visible(post) => {
                self.queue.push_back(post);
                self.report.peak_backlog = self.report.peak_backlog.max(self.queue.len());
                self.poll(now);
            }
            Event::Poll => {
                self.polled = false;
                self.poll(now);
            }
            Event::Sweep => self.sweep(now),
            Event::Lane => self.lane(now),
            Event::Landed(post) => self.land(post, now),
            Event::LeaseOver(post) => self.lease_over(post),
        }
    }

    /// Whether one more execution may begin.
    fn begins(&mut self, now: i64) -> bool {
        let free = self.quotas.concurrency.saturating_sub(self.quotas.others);
        if self.running >= free {
            return false;
        }
        let needs_one = self.running >= self.environments;
        if needs_one && self.environments >= self.scaling.allowed(now, true) {
            return false;
        }
        self.environments += u32::from(needs_one);
        self.running += 1;
        self.report.peak_concurrency = self.report.peak_concurrency.max(self.running);
        true
    }

    /// Runs what schedules invoked: it prepares, waits for the rest of a second, and sends a release.
    fn invoke(&mut self, now: i64) {
        while !self.invocations.is_empty() && self.begins(now) {
            let Some(post) = self.invocations.pop_front() else { return };
            let ready = now + CALL + self.about(self.quotas.prepare / 2.0, self.quotas.prepare / 2.0);
            let due = instant(self.posts[index(post)].due);
            let ends = match approach(due, instant(ready)) {
                Approach::Release(wait, kept) => {
                    let sent = ready + length(wait) + CALL;
                    self.plan(sent + length(kept) + HANDING_OVER, Event::Visible(post));
                    sent
                }
                Approach::Wait(wait) => self.publish(post, ready + length(wait)),
                Approach::Leave => ready,
            };
            self.plan(ends, Event::Prepared);
        }
    }

    /// Receives batches, as many at once as the mapping has grown to.
    fn poll(&mut self, now: i64) {
        let allowed = self.mapping.allowed(now, !self.queue.is_empty());
        while !self.queue.is_empty() && self.receiving < allowed && self.begins(now) {
            self.receiving += 1;
            let batch: Vec<u32> = self.queue.drain(..self.queue.len().min(self.quotas.batch)).collect();
            let ends = batch.into_iter().map(|post| self.receive(post, now)).max().unwrap_or(now);
            self.plan(ends, Event::Received);
        }
        if !self.queue.is_empty() && !self.polled {
            self.polled = true;
            self.plan(now + POLL, Event::Poll);
        }
    }

    fn receive(&mut self, post: u32, now: i64) -> i64 {
        match approach(instant(self.posts[index(post)].due), instant(now)) {
            Approach::Wait(wait) => self.publish(post, now + length(wait)),
            Approach::Release(..) | Approach::Leave => now + CALL,
        }
    }

    /// Claims, sends and concludes one post; yields when that is over. Of several callers one goes on.
    fn publish(&mut self, number: u32, now: i64) -> i64 {
        let (at, patience) = (now + CALL, self.quotas.sdk_patience);
        let post = self.posts[index(number)];
        if post.state != State::Waiting {
            return at;
        }
        if self.is_busy(&post, at) {
            // The message comes again long after the next sweep.
            self.report.throttled += 1;
            return at + patience;
        }
        let claimed = self.take(&post, self.cost.claim, self.cost.claim_index, at, patience).unwrap_or(at) + CALL;
        // It stays where it is in the due index.
        let claim = &mut self.posts[index(number)];
        (claim.state, claim.lease_until) = (State::Claimed, claimed + length(LEASE));
        let landed = claimed + self.about(self.quotas.network_least, self.quotas.network_more);
        self.plan(landed, Event::Landed(number));
        landed + CALL
    }

    /// The network shows it; if the conclusion can be stored, that is the end.
    fn land(&mut self, number: u32, now: i64) {
        let post = &mut self.posts[index(number)];
        if post.state != State::Claimed {
            self.report.doubled += 1;
        }
        // A repeat under the same key, or after looking, is not shown again.
        if post.landed.is_some() {
            self.report.repeated += 1;
        }
        post.landed.get_or_insert(now);
        let post = *post;
        let patience = CONCLUSION_TRIES * self.quotas.sdk_patience;
        match self.take(&post, self.cost.conclude, self.cost.conclude_index, now, patience) {
            Some(_) => {
                self.posts[index(number)].state = State::Out;
                self.due[usize::from(post.shard)].remove(&(post.due, number));
                self.open -= 1;
            }
            None => self.plan(post.lease_until, Event::LeaseOver(number)),
        }
    }

    fn lease_over(&mut self, number: u32) {
        if self.posts[index(number)].state == State::Claimed {
            self.posts[index(number)].state = State::Waiting;
        }
    }

    fn is_busy(&self, post: &Post, now: i64) -> bool {
        let patience = self.quotas.sdk_patience;
        self.orgs[index(post.org)].is_busy(now, patience)
            || self.shards[usize::from(post.shard)].is_busy(now, patience)
            || self.table.is_busy(now, patience)
    }

    /// Takes write units of everything that a write touches, or nothing when one of them is too busy.
    fn take(&mut self, post: &Post, units: u32, index_units: u32, now: i64, patience: i64) -> Option<i64> {
        let (org, shard) = (index(post.org), usize::from(post.shard));
        let busy = self.orgs[org].is_busy(now, patience)
            || self.shards[shard].is_busy(now, patience)
            || self.table.is_busy(now, patience);
        if busy {
            return None;
        }
        let done = [
            self.orgs[org].take(units, now, patience)?,
            self.shards[shard].take(index_units, now, patience)?,
            self.table.take(units + index_units, now, patience)?,
        ];
        done.into_iter().max()
    }

    fn sweep(&mut self, now: i64) {
        self.plan(now + 60 * SECOND, Event::Sweep);
        let most = usize::try_from(PER_SHARD).unwrap_or(0);
        let found = self.due.iter().flat_map(|shard| shard.iter().take(most).take_while(|(look, _)| *look <= now));
        let found: Vec<(Timestamp, u32)> = found.map(|(look, post)| (instant(*look), *post)).collect();
        let (own, handed) = divide(found, instant(now));
        self.report.handed_over += handed.len();
        for (place, post) in (0_i64..).zip(handed) {
            self.plan(now + (place / SENT_AT_ONCE + 1) * CALL + HANDING_OVER, Event::Visible(post));
        }
        if !own.is_empty() && self.begins(now) {
            self.sweep_until = now + length(BEGIN_WITHIN);
            self.sweeping = own.into();
            self.plan(self.sweep_until, Event::Prepared);
            (0..SIDE_BY_SIDE).for_each(|_| self.plan(now + CALL, Event::Lane));
        }
    }

    fn lane(&mut self, now: i64) {
        if now > self.sweep_until {
            return;
        }
        if let Some(post) = self.sweeping.pop_front() {
            self.report.swept += 1;
            let ends = self.publish(post, now);
            self.plan(ends, Event::Lane);
        }
    }

    /// At least so many seconds, and as many more as an exponential with this mean yields, up to ten.
    fn about(&mut self, least: f64, more: f64) -> i64 {
        let drawn = -(1.0 - self.random.f64()).ln() * more;
        micros(least + drawn.min(10.0))
    }

    fn judge(mut self) -> Report {
        self.report.lost = self.posts.iter().filter(|post| post.state != State::Out).count();
        let late = |post: &Post| Some((post.landed? - post.due).max(0));
        self.report.late = self.posts.iter().filter_map(late).collect();
        self.report.late.sort_unstable();
        self.report.peak_table_wcu = self.table.peak();
        self.report.peak_org_wcu = self.orgs.iter().map(Rate::peak).max().unwrap_or(0);
        self.report.peak_shard_wcu = self.shards.iter().map(Rate::peak).max().unwrap_or(0);
        self.report
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
