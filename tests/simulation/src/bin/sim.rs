//! `sim`: explores the publish pipeline, and says what it did and found.
//!
//! `sim [--schedules N] [--crashes N] [--base SEED]` walks through every small case with up to so many crashes, makes so many
//! random runs, and takes away each guard in turn. `sim --seed SEED` replays one random run and prints its history.

use std::env;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use simulation::check::Verdict;
use simulation::guards::{Guard, Guards};
use simulation::machine::Machine;
use simulation::record::Tally;
use simulation::scenario::{self, Small};

/// Random runs when none are asked for.
const SCHEDULES: u64 = 1_000_000;
/// Where the random runs begin unless told otherwise: always the same ones, so that a red run is the fault of what changed.
const BASE: u64 = 0xae5c_1e95_a0a2_0d18;
/// A place that was reached so often and never interrupted is out of the faults' reach: one call in 25 meets one.
const OFTEN: u64 = 500;
/// Crashes in a walk.
const CRASHES: u32 = 2;
/// How long the simulation may take to notice that a guard is missing.
const PATIENCE: Duration = Duration::from_secs(60);
/// Violations that are printed.
const SHOWN: usize = 3;

/// What all workers found.
#[derive(Default)]
struct Found {
    tally: Tally,
    lost: u32,
    doubled: u32,
    failures: Vec<String>,
}

impl Found {
    fn judge(&mut self, verdict: &Verdict, how: impl FnOnce() -> String) {
        self.lost += verdict.lost;
        self.doubled += verdict.doubled;
        if !verdict.is_fine() && self.failures.len() < SHOWN {
            self.failures.push(format!("{}\n  {}", how(), verdict.violations.join("\n  ")));
        }
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(seed) = option(&arguments, "--seed") {
        return replay(seed);
    }
    let schedules = option(&arguments, "--schedules").map_or(Ok(SCHEDULES), str::parse).context("--schedules")?;
    let crashes = option(&arguments, "--crashes").map_or(Ok(CRASHES), str::parse).context("--crashes")?;
    let started = Instant::now();
    let found = Mutex::new(Found::default());
    walks(&found, crashes);
    let base = option(&arguments, "--base").map_or(Ok(BASE), hexadecimal)?;
    randomly(&found, schedules, base);
    let caught = teeth();
    let found = found.into_inner().map_err(|_| anyhow::anyhow!("a worker panicked"))?;
    Ok(report(&found, caught, started.elapsed()))
}

/// The value behind a flag.
fn option<'a>(arguments: &'a [String], flag: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == flag)?;
    arguments.get(at + 1).map(String::as_str)
}

fn hexadecimal(seed: &str) -> anyhow::Result<u64> {
    u64::from_str_radix(seed.trim_start_matches("0x"), 16).context("a seed, in hexadecimal")
}

fn workers() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

#[expect(clippy::print_stdout, reason = "the history is the program's purpose")]
fn replay(seed: &str) -> anyhow::Result<ExitCode> {
    let seed = hexadecimal(seed)?;
    let mut machine = Machine::new();
    let verdict = scenario::random(&mut machine, seed, Guards::default(), true);
    print!("{}", machine.sim.world().record.notes());
    for violation in &verdict.violations {
        println!("VIOLATION {violation}");
    }
    println!("seed {seed:#x}: {}", if verdict.is_fine() { "fine" } else { "violated" });
    Ok(if verdict.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every small case in every order.
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn walks(found: &Mutex<Found>, crashes: u32) {
    let started = Instant::now();
    let cases = Small::all(crashes);
    let next = AtomicU64::new(0);
    let runs = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                let mut machine = Machine::new();
                while let Some(small) = case(&cases, &next) {
                    let began = Instant::now();
                    let (walked, failure) = scenario::walk(&mut machine, *small);
                    println!("walk {small:?}: {walked} schedules, {:.1} s", began.elapsed().as_secs_f64());
                    runs.fetch_add(walked, Ordering::Relaxed);
                    if let (Some((verdict, notes)), Ok(mut found)) = (failure, found.lock()) {
                        found.judge(&verdict, || format!("walk {small:?}\n{notes}"));
                    }
                }
                merge(found, &machine);
            });
        }
    });
    let (runs, seconds) = (runs.into_inner(), started.elapsed().as_secs_f64());
    println!("exhaustive: {} cases, {runs} schedules, {crashes} crashes each, {seconds:.1} s", cases.len());
}

fn case<'a>(cases: &'a [Small], next: &AtomicU64) -> Option<&'a Small> {
    cases.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX))
}

fn merge(found: &Mutex<Found>, machine: &Machine) {
    if let Ok(mut found) = found.lock() {
        found.tally.add(&machine.sim.world().tally);
    }
}

/// Random runs, each of its own seed.
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn randomly(found: &Mutex<Found>, schedules: u64, base: u64) {
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let failing = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                let mut machine = Machine::new();
                while !failing.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= schedules {
                        break;
                    }
                    let seed = base.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    let verdict = scenario::random(&mut machine, seed, Guards::default(), false);
                    if verdict.is_fine() {
                        continue;
                    }
                    if let Ok(mut found) = found.lock() {
                        found.judge(&verdict, || format!("replay with: make sim SEED={seed:#x}"));
                        failing.store(found.failures.len() >= SHOWN, Ordering::Relaxed);
                    }
                }
                merge(found, &machine);
            });
        }
    });
    println!("random: {schedules} schedules from seed {base:#x}, {:.1} s", started.elapsed().as_secs_f64());
}

/// Takes each guard away in turn; yields how many were missed at once.
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn teeth() -> usize {
    let mut caught = 0;
    for guard in Guard::ALL {
        let started = Instant::now();
        let next = AtomicU64::new(1);
        let witness = Mutex::new(None);
        thread::scope(|scope| {
            for _ in 0..workers() {
                scope.spawn(|| {
                    let mut machine = Machine::new();
                    while started.elapsed() < PATIENCE && witness.lock().is_ok_and(|witness| witness.is_none()) {
                        let seed = next.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                        let verdict = scenario::random(&mut machine, seed, Guards::without(guard), false);
                        if let (Some(violation), Ok(mut witness)) = (verdict.violations.first(), witness.lock()) {
                            witness.get_or_insert(violation.clone());
                        }
                    }
                });
            }
        });
        let (runs, seconds) = (next.into_inner() - 1, started.elapsed().as_secs_f64());
        match witness.into_inner().ok().flatten() {
            Some(violation) => {
                caught += 1;
                println!("without {}: caught after {runs} schedules, {seconds:.2} s: {violation}", guard.name());
            }
            None => println!("without {}: NOT caught in {runs} schedules, {seconds:.0} s", guard.name()),
        }
    }
    caught
}

#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn report(found: &Found, caught: usize, took: Duration) -> ExitCode {
    let tally = &found.tally;
    println!("\n{:<34} {:>12}", "fault", "injected");
    for (name, count) in tally.faults() {
        println!("{name:<34} {count:>12}");
    }
    println!("{:<34} {:>12}", "changes by people", tally.actions);
    println!(
        "\n{:<14} {:<34} {:>11} {:>9} {:>9} {:>9}",
        "await point", "", "reached", "died bef.", "died aft.", "timed out"
    );
    let (mut spared, mut suspicious) = (Vec::new(), false);
    for ((actor, name), site) in &tally.sites {
        let (after, actor) = (site.after + site.late, actor.name());
        println!("{actor:<14} {name:<34} {:>11} {:>9} {after:>9} {:>9}", site.seen, site.before, site.timeout);
        if site.before + after + site.timeout == 0 {
            suspicious |= site.seen >= OFTEN;
            spared.push(format!("{actor}: {name} (reached {})", site.seen));
        }
    }
    println!(
        "\n{} await points, never interrupted: {}",
        tally.sites.len(),
        if spared.is_empty() { "none".to_owned() } else { spared.join(", ") }
    );
    let ends = tally.ends.iter().map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>();
    println!("deliveries: {}", ends.join(", "));
    for failure in &found.failures {
        println!("\nVIOLATION {failure}");
    }
    let faults: u64 = tally.faults().iter().map(|(_, count)| count).sum();
    let guards = Guard::ALL.len();
    println!(
        "sim: schedules={} faults={faults} lost={} doubled={} guards_caught={caught}/{guards} seconds={:.0}",
        tally.schedules,
        found.lost,
        found.doubled,
        took.as_secs_f64()
    );
    let fine = found.failures.is_empty() && caught == guards && !suspicious;
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
