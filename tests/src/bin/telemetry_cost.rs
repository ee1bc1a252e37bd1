//! `telemetry_cost [READS]`: what logs and figures take of the processor time of a warm read, `GET /api/posts/{id}`, in the
//! function's own process. Two processes answer the same requests in turns, one of which logs nothing.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use local::Options;
use serde_json::{Value, json};
use tests::gateway_event::request;
use tests::person::Team;
use tests::process::Scratch;
use tests::runtime_api::{self, Function, Outcome};

/// Reads of one process before it is the other's turn.
const TURN: usize = 50;
/// Reads until a process is warm.
const WARM_UP: usize = 100;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let reads = std::env::args().nth(1).map_or(Ok(2000), |reads| reads.parse()).context("telemetry_cost [READS]")?;
    let data = Scratch::new("telemetry-cost")?;
    let running = local::start(Options { rate_limit: None, ..Options::new(data.path()) }).await?;
    let team = Team::new(&running.base_url).await;
    let draft = json!({ "text": "A draft", "media": [], "targets": [] });
    let post = team.owner.post("/posts", &draft).await.expect(201);
    let path = format!("/api/posts/{}", post["id"].as_str().context("an id")?);
    let event = request(&team.owner, "GET", &path, None)?;

    let mut settings = runtime_api::settings(&running.cloud.config);
    settings.push(("ATELIER_RATE_LIMIT", "1000000".to_owned()));
    let telling = Function::logged("posts", &settings, &data.path().join("telling")).await?;
    settings.push(("RUST_LOG", "off".to_owned()));
    let silent = Function::logged("posts", &settings, &data.path().join("silent")).await?;
    for function in [&telling, &silent] {
        ask(function, &event, WARM_UP).await?;
    }
    let mut spent = [Duration::ZERO; 2];
    for _ in 0..reads / TURN {
        for (function, spent) in [&telling, &silent].into_iter().zip(&mut spent) {
            let before = cpu(function)?;
            ask(function, &event, TURN).await?;
            *spent += cpu(function)?.saturating_sub(before);
        }
    }
    let lines = fs::read_to_string(data.path().join("telling"))?.lines().count();
    ensure!(lines >= reads, "only {lines} lines were told");
    let done = f64::from(u32::try_from(reads / TURN * TURN)?);
    let [with, without] = spent.map(|spent| spent.as_secs_f64() * 1e6 / done);
    let share = 100.0 * (with - without) / with;
    println!("telemetry: reads={done} with_us={with:.1} without_us={without:.1} share_percent={share:.1}");
    running.shutdown().await;
    Ok(())
}

async fn ask(function: &Function, event: &Value, times: usize) -> anyhow::Result<()> {
    for _ in 0..times {
        let (outcome, _) = function.invoke(event)?.end().await?;
        ensure!(matches!(&outcome, Outcome::Answer(answer) if answer["statusCode"] == 200), "{outcome:?}");
    }
    Ok(())
}

/// Processor time of all threads of a process, to the nanosecond; only Linux tells.
fn cpu(function: &Function) -> anyhow::Result<Duration> {
    let id = function.process().context("the process ended")?;
    let mut sum = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{id}/task"))? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        sum += Duration::from_nanos(text.split(' ').next().context("not a schedule's figures")?.parse()?);
    }
    Ok(sum)
}
