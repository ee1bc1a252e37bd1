//! Real processes, killed: `publish` as it is shipped, driven through the Runtime API, killed without warning at any moment,
//! against a network that counts. Nothing may be lost and nothing doubled.

pub mod dice;
pub mod fate;
mod lane;
pub mod network;
pub mod phase;
pub mod report;
mod sockets;
mod trial;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use futures::future::try_join_all;

use dice::Dice;
use lane::Lane;
use phase::Verdict;
use report::Report;

/// Rows of trials side by side, each with everything of its own.
const LANES: usize = 6;
/// Undisturbed posts that each row begins with.
const UNDISTURBED: usize = 8;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How many trials.
    pub trials: usize,
    /// What all choices follow from.
    pub seed: u64,
    /// Whether the network keeps no keys, so that there must be doubles.
    pub forgetful: bool,
}

/// Runs trials in several rows, and yields what they came to. `progress` is told the number of each trial that begins.
///
/// # Errors
/// When something beside the killed processes fails.
pub async fn run(settings: Settings, progress: fn(usize)) -> anyhow::Result<Report> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut dice = Dice::new(settings.seed);
    let seeds = (0..LANES.min(settings.trials)).map(|_| dice.number());
    // All of them first: while they start they would slow down what is measured.
    let lanes = try_join_all(seeds.map(|seed| Lane::open(seed, settings.forgetful))).await?;
    let rows: Vec<_> =
        lanes.into_iter().map(|lane| tokio::spawn(row(lane, settings.trials, Arc::clone(&next), progress))).collect();
    let mut report = Report::default();
    for row in rows {
        report.add(row.await.context("a row of trials panicked")??);
    }
    Ok(report)
}

/// Trials one after another, until all are taken.
async fn row(mut lane: Lane, trials: usize, next: Arc<AtomicUsize>, progress: fn(usize)) -> anyhow::Result<Report> {
    let (mut report, mut posts) = (Report::default(), Vec::new());
    for number in 1..=UNDISTURBED {
        let text = format!("Undisturbed post {number}");
        posts.extend(trial::undisturbed(&mut lane, &text, number % 2 == 0, &mut report).await?);
    }
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= trials {
            break;
        }
        progress(number);
        posts.extend(trial::run(&mut lane, &format!("Trial {number}"), &mut report).await?);
        report.trials += 1;
    }
    report.network = lane.network.counts();
    report.posts = posts.len();
    let (verdicts, strays) = lane.judge(&posts).await?;
    report.deliveries = verdicts.len();
    for (post, verdict) in verdicts {
        match verdict {
            Verdict::Once => {}
            Verdict::Lost(how) => report.lost.push(format!("{} ({}): {how}", post.text, post.id)),
            Verdict::Doubled(times) => report.doubled.push(format!("{} ({}): {times} times", post.text, post.id)),
        }
    }
    if strays > 0 {
        report.doubled.push(format!("{strays} effects of no delivery"));
    }
    Ok(report)
}
