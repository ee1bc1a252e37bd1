//! `capacity [--posts N] [--seed N]`: what each quota allows, and an hour with a million posts.

use std::env;
use std::process::ExitCode;
use std::time::Instant;

use capacity::{Load, Quotas, Report, play, tables};

/// Posts of the hour unless told otherwise.
const POSTS: usize = 1_000_000;
/// Where the random numbers begin.
const SEED: u64 = 7;

#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let given = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1)?.parse::<u64>().ok()
    };
    let posts = given("--posts").and_then(|posts| usize::try_from(posts).ok()).unwrap_or(POSTS);
    let seed = given("--seed").unwrap_or(SEED);
    let quotas = Quotas::default();
    println!("{}", tables(&quotas));
    let started = Instant::now();
    let mut worst: Option<Report> = None;
    for load in [Load::spread(posts, seed), Load::on_the_minute(posts, seed), Load::one_organization(posts, seed)] {
        let report = play(&load, quotas, seed);
        println!("play: load={:?} {report}", load.name);
        worst = Some(match worst {
            Some(worst) => worst.or_worse(report),
            None => report,
        });
    }
    for (what, bent) in others(quotas) {
        println!("other: {what:?} {}", play(&Load::on_the_minute(posts, seed), bent, seed));
    }
    let Some(worst) = worst else { return ExitCode::FAILURE };
    println!("capacity: {worst} loads=3 seconds={:.1}", started.elapsed().as_secs_f64());
    if worst.lost + worst.doubled == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The same hour, a tenth of it at one instant, where something is otherwise.
fn others(quotas: Quotas) -> [(&'static str, Quotas); 4] {
    [
        ("no wake-up works, the sweep alone", Quotas { wakes: false, ..quotas }),
        ("a small region: 500 schedules a second", Quotas { scheduler_per_second: 500, ..quotas }),
        (
            "provisioned mode: 20 pollers, 1,000 a minute",
            Quotas { mapping_starts: 200, mapping_per_minute: 1_000, ..quotas },
        ),
        (
            "10,000 executions, provisioned mode",
            Quotas {
                concurrency: 10_000,
                mapping_starts: 2_000,
                mapping_per_minute: 1_000,
                mapping_most: 5_000,
                ..quotas
            },
        ),
    ]
}
