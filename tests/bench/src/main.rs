//! What every function costs when it starts and while it runs, beside two floors and Node.
//!
//! Each contender is its release build in a process of its own, driven through a Runtime API as Lambda drives it. All of them
//! take turns in one run, so that whatever else the machine does meets them alike. What they read is the embedded stack's
//! table, filled over the API; it answers from this process, so its processor time counts for nobody. Processor time is what
//! the kernel's scheduler gave to a contender's threads; it hardly depends on how busy a machine is, time on the clock does.

mod contender;
mod event;
mod measure;
mod process;
mod report;
mod stage;
mod trips;

use std::env;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::contender::Kind;
use crate::measure::{Figures, cold, warm};
use crate::stage::Stage;

/// How often each contender starts anew.
const COLD: usize = 30;
/// How often each contender answers once it is warm.
const WARM: usize = 1000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (colds, warms) = (number("COLD", COLD)?, number("WARM", WARM)?);
    let built =
        env::args_os().nth(1).map(PathBuf::from).context("say where the functions are built: target/release")?;
    let stage = Stage::open(built).await?;
    let wanted = env::var("FUNCTIONS").unwrap_or_default();
    let mut contenders = stage.contenders()?;
    contenders.retain(|contender| {
        contender.kind != Kind::Function || wanted.is_empty() || wanted.split(' ').any(|name| name == contender.name)
    });
    let trips = trips::count(&contenders, stage.table()).await?;
    let mut figures: Vec<Figures> = contenders.iter().map(|_| Figures::default()).collect();
    for _ in 0..colds {
        for (contender, figures) in contenders.iter().zip(&mut figures) {
            cold(contender, figures).await.with_context(|| format!("{}, cold", contender.name))?;
        }
    }
    warm(&contenders, warms, &mut figures).await?;
    report::print(&contenders, &figures, &trips, colds, warms)
}

/// A count from the environment.
fn number(name: &str, usual: usize) -> anyhow::Result<usize> {
    match env::var(name).ok().filter(|text| !text.is_empty()) {
        Some(text) => {
            text.parse().ok().filter(|number| *number > 0).with_context(|| format!("{name} must be a number"))
        }
        None => Ok(usual),
    }
}
