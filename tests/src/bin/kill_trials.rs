//! `kill_trials TRIALS [SEED]`: the executable of `publish` killed at random moments. Is anything lost or doubled?

use anyhow::{Context as _, ensure};
use cloud::Random as _;
use tests::kill_trials::{Settings, run};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let trials = arguments.next().map_or(Ok(1000), |trials| trials.parse()).context("kill_trials TRIALS [SEED]")?;
    let seed =
        arguments.next().map_or_else(|| Ok(drawn()), |seed| seed.parse()).context("kill_trials TRIALS [SEED]")?;
    println!("seed {seed}");
    let report = run(Settings { trials, seed, forgetful: false }, say).await?;
    println!("{report}");
    ensure!(report.lost.is_empty() && report.doubled.is_empty(), "not every delivery went out exactly once");
    Ok(())
}

fn drawn() -> u64 {
    let mut bytes = [0; 4];
    cloud::SystemRandom.fill(&mut bytes);
    u32::from_be_bytes(bytes).into()
}

/// Long runs say now and then how far they are.
#[expect(clippy::print_stderr, reason = "the output is for figures")]
fn say(trial: usize) {
    if trial > 0 && trial.is_multiple_of(100) {
        eprintln!("{trial} trials");
    }
}
