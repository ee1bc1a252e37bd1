//! Measuring: cold starts, and warm calls in turns.

use std::time::Duration;

use anyhow::Context as _;
use tests::runtime_api::Function;

use crate::contender::Contender;
use crate::process::{cpu_at_rest, peak_mb};

/// Warm calls of one contender before it is another's turn.
const TURN: usize = 20;

/// What one contender was measured at, in milliseconds and MB.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Processor time from the start until it asks for an event.
    pub(crate) init_cpu: Vec<f64>,
    /// The same on the clock.
    pub(crate) init_wall: Vec<f64>,
    /// Processor time of the first event.
    pub(crate) first_cpu: Vec<f64>,
    /// The same on the clock.
    pub(crate) first_wall: Vec<f64>,
    /// Processor time of a warm event, by turns.
    pub(crate) warm_cpu: Vec<f64>,
    /// Each warm event on the clock.
    pub(crate) warm_wall: Vec<f64>,
    /// Most memory held, after all warm events.
    pub(crate) memory: f64,
}

/// One cold start: until it asks, and the first event.
pub(crate) async fn cold(contender: &Contender, figures: &mut Figures) -> anyhow::Result<()> {
    let function = contender.start().await?;
    let process = function.process().context("the process ended")?;
    let started = cpu_at_rest(process).await?;
    figures.init_cpu.push(millis(started));
    figures.init_wall.push(millis(function.startup));
    figures.first_wall.push(call(contender, &function).await?);
    figures.first_cpu.push(millis(cpu_at_rest(process).await? - started));
    function.kill().await
}

/// `events` warm events each, in turns.
pub(crate) async fn warm(contenders: &[Contender], events: usize, figures: &mut [Figures]) -> anyhow::Result<()> {
    let mut running = Vec::with_capacity(contenders.len());
    for contender in contenders {
        let function = contender.start().await?;
        // A compiler at run time has seen the code often enough by then.
        for _ in 0..TURN * 5 {
            call(contender, &function).await?;
        }
        running.push(function);
    }
    let mut done = 0;
    while done < events {
        let turn = TURN.min(events - done);
        for ((contender, function), figures) in contenders.iter().zip(&running).zip(figures.iter_mut()) {
            let process = function.process().context("the process ended")?;
            let before = cpu_at_rest(process).await?;
            for _ in 0..turn {
                figures.warm_wall.push(call(contender, function).await?);
            }
            let spent = cpu_at_rest(process).await? - before;
            figures.warm_cpu.push(millis(spent) / u32::try_from(turn).map_or(f64::INFINITY, f64::from));
        }
        done += turn;
    }
    for (function, figures) in running.into_iter().zip(figures) {
        figures.memory = peak_mb(function.process().context("the process ended")?)?;
        function.kill().await?;
    }
    Ok(())
}

async fn call(contender: &Contender, function: &Function) -> anyhow::Result<f64> {
    let (outcome, took) = function.invoke(&contender.event)?.end().await?;
    contender.check(&outcome)?;
    Ok(millis(took))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
