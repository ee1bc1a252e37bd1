//! The runs: random ones, and a walk through all small ones.

use domain::delivery::DeliveryState;
use domain::platform::{Class, Platform};
use jiff::{SignedDuration, Timestamp};

use crate::check::{self, Verdict};
use crate::choice::{Choice, Path};
use crate::guards::{Guard, Guards, is_delivery};
use crate::machine::Machine;
use crate::memory::text;
use crate::nets::{Nature, Shape, Trouble};
use crate::setup;
use crate::user::{Action, Verb};
use crate::world::{Event, World};
use cloud::WakeUp;

/// How long things go wrong in a random run.
const TROUBLED: SignedDuration = SignedDuration::from_mins(12);
/// How long handlers that still run, and requests that are still under way, are waited for.
const SETTLING: SignedDuration = SignedDuration::from_mins(10);
/// Minutes more for handlers that were woken during that time: longer than any of them may run.
const LAST_HANDLERS: i64 = 5;
/// Sweeps that a run may take to end: many deliveries wait for their network's time, each on its own.
const MOST_SWEEPS: usize = 200;

const NATURES: [Nature; 9] = [
    Nature { class: Class::Keyed, shape: Shape::Single },
    Nature { class: Class::Keyed, shape: Shape::Container },
    Nature { class: Class::Keyed, shape: Shape::Chunked },
    Nature { class: Class::Keyed, shape: Shape::Thread(3) },
    Nature { class: Class::Keyed, shape: Shape::Commented },
    Nature { class: Class::Searchable, shape: Shape::Single },
    Nature { class: Class::Searchable, shape: Shape::Thread(3) },
    Nature { class: Class::Searchable, shape: Shape::Commented },
    Nature { class: Class::Blind, shape: Shape::Single },
];
/// Those whose network knows a key.
const KEYED: usize = 5;

/// Midnight before the clocks go back in the zone of the runs.
fn start(world_seed: i64) -> Timestamp {
    let days: Timestamp = "2026-10-24T20:00:00Z".parse().expect("a time");
    days + SignedDuration::from_mins(world_seed.rem_euclid(72 * 60))
}

/// One random run: the same seed and guards make the same one.
pub fn random(machine: &mut Machine, seed: u64, guards: Guards, trace: bool) -> Verdict {
    machine.stop();
    let begin = start(i64::from_ne_bytes(seed.to_ne_bytes()) & 0xffff);
    prepare(machine, seed, guards, trace, begin);
    machine.run(begin + TROUBLED);
    calm(machine);
    settle(machine);
    check::judge(&mut machine.sim.world())
}

fn prepare(machine: &mut Machine, seed: u64, guards: Guards, trace: bool, begin: Timestamp) {
    let mut guard = machine.sim.world();
    let world = &mut *guard;
    world.reset(begin, Choice::Random(fastrand::Rng::with_seed(seed)), seed ^ 0x5eed, guards);
    world.tally.schedules += 1;
    if trace {
        world.record.trace();
    }
    // A few runs in which nothing goes wrong: then nothing may be missing either.
    world.faults = !world.choice.chance(2);
    if !world.faults {
        world.record.be_quiet();
    }
    if world.faults && world.choice.chance(10) {
        world.alone = Some(Platform::Bluesky);
    }
    world.overrun = world.falters() && world.choice.chance(15);
    let natures = if world.overrun { &NATURES[..KEYED] } else { &NATURES[..] };
    for platform in [Platform::Bluesky, Platform::Mastodon] {
        let nature = natures[world.choice.pick(natures.len())];
        world.nets.add(platform, nature);
    }
    for write in setup::items(&machine.store, &machine.sealed) {
        world.table.apply(&write);
    }
    let posts = 1 + u8::from(world.choice.chance(25));
    for number in 0..posts {
        let mut targets: Vec<Platform> = setup::NETWORKS.into_iter().filter(|_| world.choice.chance(60)).collect();
        if targets.is_empty() {
            targets.push(Platform::Bluesky);
        }
        let due = begin + SignedDuration::from_secs(world.choice.between(5, 240));
        place(world, machine, number, &targets, due);
        meanwhile(world, number, due);
    }
    if world.faults {
        troubles(world, begin);
    }
    let mut at = next_minute(begin);
    while at < begin + TROUBLED {
        if world.falters() && world.choice.chance(25) {
            world.tally.unswept += 1;
        } else if world.guards.has(Guard::Sweep) {
            world.plan(at, Event::Sweep);
        }
        at += SignedDuration::from_mins(1);
    }
}

/// Stores a post, scheduled or about to be.
fn place(world: &mut World, machine: &Machine, number: u8, targets: &[Platform], due: Timestamp) {
    let draft = setup::draft(setup::post(number), targets, world.now);
    let key = store::OrgKey::Post(draft.id);
    if world.choice.chance(15) {
        let write = machine.store.put(&key, &draft, store::Condition::Always).expect("it can be stored");
        store_all(world, &[write]);
        let at = world.now + SignedDuration::from_secs(world.choice.between(0, 60));
        for _ in 0..2 {
            world.plan(at, Event::Act(Action { verb: Verb::Schedule, post: draft.id }));
        }
        return;
    }
    let (post, writes) = setup::scheduled(&machine.store, &draft, due, world.now);
    store_all(world, &writes);
    let wake_up = WakeUp { org: setup::ORG, post: post.id, revision: post.revision };
    // Up to the lead ahead, as a schedule comes, or on time.
    let ahead = SignedDuration::from_secs(world.choice.between(0, 100));
    crate::sim::plan_wake(world, wake_up, (due - ahead).max(world.now));
}

fn store_all(world: &mut World, writes: &[store::Write]) {
    for write in writes {
        let World { record, table, .. } = world;
        record.committing(world.now, table, write.kind());
        world.table.apply(write);
    }
}

/// People act around the time when it goes out.
fn meanwhile(world: &mut World, number: u8, due: Timestamp) {
    for _ in 0..world.choice.pick(4) {
        let verb = Verb::ALL[world.choice.pick(Verb::ALL.len())];
        let near = world.choice.chance(60);
        let away = if near { world.choice.between(-300, 2500) } else { world.choice.between(-60_000, 500_000) };
        let at = due + SignedDuration::from_millis(away);
        world.plan(at, Event::Act(Action { verb, post: setup::post(number) }));
    }
}

/// Accounts meet with trouble.
fn troubles(world: &mut World, begin: Timestamp) {
    for platform in [Platform::Bluesky, Platform::Mastodon] {
        let at = begin + SignedDuration::from_millis(world.choice.between(0, 400_000));
        let trouble = match world.choice.between(0, 99) {
            0..=24 => Trouble::Expire(platform),
            25..=29 => Trouble::Revoke(platform),
            30..=39 => Trouble::Limit(platform, SignedDuration::from_secs(world.choice.between(1, 500))),
            40..=43 => Trouble::Disconnect(platform),
            _ => continue,
        };
        world.plan(at, Event::Trouble(trouble));
    }
}

/// From now on nothing goes wrong; what runs comes to its end.
fn calm(machine: &mut Machine) {
    let until = {
        let mut world = machine.sim.world();
        world.faults = false;
        world.overrun = false;
        world.crashes_left = 0;
        world.nets.calm();
        world.clear_agenda();
        world.now + SETTLING
    };
    machine.run(until);
    // Whoever stood still may have made a wake-up just before, and that one's handler is at work now.
    for minute in 1..=LAST_HANDLERS {
        if machine.is_idle() {
            break;
        }
        machine.run(until + SignedDuration::from_mins(minute));
    }
    assert!(machine.is_idle(), "a handler outlived its time limit");
}

/// Sweeps until every delivery has an end; each must have one at the first sweep after its time.
fn settle(machine: &mut Machine) {
    for _ in 0..MOST_SWEEPS {
        let tick = {
            let world = machine.sim.world();
            let Some(next) = next_look(&world) else { return };
            if !world.guards.has(Guard::Sweep) {
                return;
            }
            next_minute(next.max(world.now))
        };
        machine.sim.world().plan(tick, Event::Sweep);
        machine.run(tick + SignedDuration::from_secs(50));
        let mut world = machine.sim.world();
        if let Some(stuck) = unfinished(&world).into_iter().find(|(_, wake_at)| *wake_at <= tick) {
            world.record.violation(format!("{} was not ended by the first sweep after its time", stuck.0));
            return;
        }
    }
}

/// When the sweep has something to look at; nothing when every delivery has an end.
fn next_look(world: &World) -> Option<Timestamp> {
    unfinished(world).into_iter().map(|(_, wake_at)| wake_at).min()
}

fn unfinished(world: &World) -> Vec<(String, Timestamp)> {
    let open = |item: &&store::Item| is_delivery(item) && !is_end(text(item, "state"));
    let wake = |item: &store::Item| Some((text(item, "SK").to_owned(), text(item, "wake_at").parse().ok()?));
    world.table.all().filter(open).filter_map(wake).collect()
}

fn is_end(state: &str) -> bool {
    use DeliveryState::{Canceled, Failed, Published, Unknown};
    [Published, Failed, Unknown, Canceled].iter().any(|end| end.as_str() == state)
}

fn next_minute(at: Timestamp) -> Timestamp {
    let minute = SignedDuration::from_secs(60 - at.as_second().rem_euclid(60));
    Timestamp::from_second(at.as_second()).unwrap_or(at) + minute
}

/// What a walk goes through in every order.
#[derive(Debug, Clone, Copy)]
pub struct Small {
    /// The network.
    pub nature: Nature,
    /// What a person does at the same moment.
    pub verb: Option<Verb>,
    /// Crashes.
    pub crashes: u32,
}

impl Small {
    /// Every small case: each class of network undisturbed, edited and canceled, with up to `crashes`
    /// crashes; and each way to put a post together with up to one.
    #[must_use]
    pub fn all(crashes: u32) -> Vec<Self> {
        let verbs = [None, Some(Verb::Edit), Some(Verb::Unschedule)];
        let case = |nature: &Nature, verb| {
            let most = if nature.shape == Shape::Single { crashes } else { crashes.min(1) };
            Self { nature: *nature, verb, crashes: most }
        };
        NATURES.iter().flat_map(|nature| verbs.map(|verb| case(nature, verb))).collect()
    }
}

/// Walks through one small case: two wake-ups, a person's change, and crashes, in every order. Yields
/// how many runs that took, and the first that went wrong.
pub fn walk(machine: &mut Machine, small: Small) -> (u64, Option<(Verdict, String)>) {
    let mut path = Path::default();
    let mut runs = 0;
    loop {
        path.restart();
        let mut again = path.clone();
        let verdict = step(machine, small, path, false);
        runs += 1;
        if !verdict.is_fine() {
            again.restart();
            step(machine, small, again, true);
            let notes = machine.sim.world().record.notes().to_owned();
            return (runs, Some((verdict, notes)));
        }
        let mut world = machine.sim.world();
        let Choice::Path(walked) = &mut world.choice else { unreachable!("a walk has a path") };
        if !walked.advance() {
            return (runs, None);
        }
        path = std::mem::take(walked);
    }
}

fn step(machine: &mut Machine, small: Small, path: Path, trace: bool) -> Verdict {
    machine.stop();
    let begin = start(0);
    {
        let mut guard = machine.sim.world();
        let world = &mut *guard;
        world.reset(begin, Choice::Path(path), 7, Guards::default());
        world.tally.schedules += 1;
        if trace {
            world.record.trace();
        }
        world.crashes_left = small.crashes;
        world.nets.add(Platform::Bluesky, small.nature);
        for write in setup::items(&machine.store, &machine.sealed) {
            world.table.apply(&write);
        }
        let draft = setup::draft(setup::post(0), &[Platform::Bluesky], begin);
        let (post, writes) = setup::scheduled(&machine.store, &draft, begin, begin);
        store_all(world, &writes);
        let wake_up = WakeUp { org: setup::ORG, post: post.id, revision: post.revision };
        world.plan(begin, Event::Wake(wake_up));
        world.plan(begin, Event::Wake(wake_up));
        if let Some(verb) = small.verb {
            world.plan(begin, Event::Act(Action { verb, post: post.id }));
        }
    }
    machine.run(begin);
    // What is left after the crashes is found by sweeps, which may crash as well.
    settle_with_crashes(machine);
    calm(machine);
    settle(machine);
    check::judge(&mut machine.sim.world())
}

fn settle_with_crashes(machine: &mut Machine) {
    while let Some(tick) = {
        let world = machine.sim.world();
        next_look(&world).filter(|_| world.crashes_left > 0).map(|next| next_minute(next.max(world.now)))
    } {
        machine.sim.world().plan(tick, Event::Sweep);
        machine.run(tick);
    }
}
