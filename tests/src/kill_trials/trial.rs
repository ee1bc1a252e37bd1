//! One trial: posts that are due, processes that are killed while they publish them, and a sweep that finishes.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use domain::delivery::Delivery;
use domain::platform::Platform;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::lane::{Lane, Posted};
use super::phase::Phase;
use super::report::Report;
use crate::runtime_api::{Function, Outcome};

/// Sweeps until a delivery must have ended: each may be spoiled by the network's moods.
const SWEEPS: usize = 60;
/// So many of a hundred kills wait for the call that publishes, which is short: random moments seldom meet it.
const AIMED: u64 = 35;
/// From such a call until well after its answer.
const AROUND_CALL: Duration = Duration::from_millis(150);
/// Longer than a network forgets a key.
const A_GOOD_HOUR: SignedDuration = SignedDuration::from_mins(70);

/// Publishes posts undisturbed, and notes how long processes take to start and to publish.
pub(super) async fn undisturbed(
    lane: &mut Lane,
    text: &str,
    warm: bool,
    report: &mut Report,
) -> anyhow::Result<Vec<Posted>> {
    let posts = vec![lane.post(text).await?];
    let function = start(lane, warm, report).await?;
    let (outcome, took) = function.invoke(&posts[0].wake_up)?.end().await?;
    answered(&outcome)?;
    report.undisturbed[usize::from(warm)].push(took);
    finish(lane, &posts, report).await?;
    Ok(posts)
}

/// One trial with up to three kills.
pub(super) async fn run(lane: &mut Lane, text: &str, report: &mut Report) -> anyhow::Result<Vec<Posted>> {
    let mut posts = Vec::new();
    for number in 1..=pick(lane, [70, 20, 10]) {
        posts.push(lane.post(&format!("{text}, post {number}")).await?);
    }
    for round in 0..pick(lane, [55, 25, 20]) {
        if round > 0 && lane.all(&posts).await?.iter().all(|delivery| delivery.state.is_end()) {
            break;
        }
        kill_once(lane, &posts, report).await?;
        let hour = lane.dice.percent(12);
        report.hours += usize::from(hour);
        lane.pass(&posts, if hour { A_GOOD_HOUR } else { SignedDuration::ZERO }).await?;
    }
    finish(lane, &posts, report).await?;
    Ok(posts)
}

/// Gives an event to a process, at times to two, and kills at any moment of what follows.
async fn kill_once(lane: &mut Lane, posts: &[Posted], report: &mut Report) -> anyhow::Result<()> {
    let before = lane.all(posts).await?;
    let event = event(lane, posts);
    let warm = lane.dice.percent(60);
    let victim = start(lane, warm, report).await?;
    let twin = if lane.dice.percent(25) { Some(start(lane, warm, report).await?) } else { None };
    let longest = longest(lane, &report.undisturbed[usize::from(warm)]);
    let (moment, other) = (lane.dice.within(longest), lane.dice.within(longest));
    let aimed = lane.dice.percent(AIMED) && before.iter().any(calls_out);
    let called = lane.network.next_call();
    let behind_call = lane.dice.within(AROUND_CALL);

    let given = Instant::now();
    // Dropped with the process: there will be no answer.
    let _unanswered = victim.invoke(&event)?;
    let twins = twin.as_ref().map(|twin| twin.invoke(&event)).transpose()?;
    if aimed {
        // There may be no call: when somebody else has the claim, or the post is found at the network.
        drop(tokio::time::timeout(longest, called).await);
        tokio::time::sleep(behind_call).await;
    } else {
        tokio::time::sleep(moment).await;
    }
    victim.kill().await?;
    let mut killed = Instant::now();
    report.kills += 1;
    let mut survivor = false;
    if let (Some(twin), Some(invocation)) = (twin, twins) {
        report.twins += 1;
        survivor = lane.dice.percent(50);
        if survivor {
            answered(&invocation.end().await?.0)?;
        } else {
            tokio::time::sleep(other.saturating_sub(moment)).await;
            twin.kill().await?;
            killed = Instant::now();
            report.kills += 1;
        }
    }
    lane.settle().await?;
    note(lane, &before, given, killed, survivor, report).await?;
    if lane.dice.percent(15) {
        late_duplicate(lane, &event, report).await?;
    }
    Ok(())
}

fn calls_out(delivery: &Delivery) -> bool {
    delivery.platform != Platform::Page && !delivery.state.is_end()
}

/// Where the kill met each delivery that was open.
async fn note(
    lane: &Lane,
    before: &[Delivery],
    given: Instant,
    killed: Instant,
    survivor: bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    for before in before.iter().filter(|delivery| !delivery.state.is_end()) {
        let after = lane.deliveries(before.post_id).await?;
        let Some(after) = after.iter().find(|after| after.account_id == before.account_id) else { continue };
        let phase = if survivor {
            Phase::BesideTwin
        } else {
            Phase::of(before, after, lane.trace(after, given, killed).await?)
        };
        *report.phases.entry(phase).or_default() += 1;
    }
    Ok(())
}

/// Sweeps in a fresh process, while time passes, until every delivery has ended; at times the wake-ups come once more.
async fn finish(lane: &mut Lane, posts: &[Posted], report: &mut Report) -> anyhow::Result<()> {
    let function = start(lane, false, report).await?;
    let mut swept = 0;
    while !lane.all(posts).await?.iter().all(|delivery| delivery.state.is_end()) {
        // What has not ended by then is found lost.
        if swept == SWEEPS {
            break;
        }
        lane.pass(posts, SignedDuration::ZERO).await?;
        give(&function, &sweep()).await?;
        swept += 1;
    }
    if lane.dice.percent(20) {
        for post in posts {
            report.late_duplicates += 1;
            let answer = give(&function, &post.wake_up).await?;
            ensure!(answer["tried"] == 0 || swept == SWEEPS, "a finished post was tried again: {answer}");
        }
    }
    function.kill().await
}

/// The same event again for a process that starts later, while a lease of the dead one may still run.
async fn late_duplicate(lane: &Lane, event: &Value, report: &mut Report) -> anyhow::Result<()> {
    report.late_duplicates += 1;
    let function = start(lane, false, report).await?;
    give(&function, event).await?;
    function.kill().await
}

async fn start(lane: &Lane, warm: bool, report: &mut Report) -> anyhow::Result<Function> {
    let function = lane.function(warm).await?;
    report.startups.push(function.startup);
    Ok(function)
}

async fn give(function: &Function, event: &Value) -> anyhow::Result<Value> {
    answered(&function.invoke(event)?.end().await?.0).cloned()
}

fn answered(outcome: &Outcome) -> anyhow::Result<&Value> {
    match outcome {
        Outcome::Answer(answer) => Ok(answer),
        Outcome::Failed(error) => bail!("an invocation failed: {error}"),
    }
}

/// A wake-up for one post, or the sweep that finds all.
fn event(lane: &mut Lane, posts: &[Posted]) -> Value {
    match posts {
        [post] if lane.dice.percent(75) => post.wake_up.clone(),
        _ => sweep(),
    }
}

fn sweep() -> Value {
    json!({ "sweep": true })
}

/// A little longer than one of the undisturbed invocations took, so that kills also come after the end.
fn longest(lane: &mut Lane, undisturbed: &[Duration]) -> Duration {
    let count = u64::try_from(undisturbed.len()).unwrap_or(1).max(1);
    let one = usize::try_from(lane.dice.below(count)).unwrap_or(0);
    undisturbed.get(one).copied().unwrap_or(Duration::from_millis(100)).mul_f64(1.15)
}

/// 1, 2 or 3, in so many of a hundred cases each.
fn pick(lane: &mut Lane, percents: [u64; 3]) -> u64 {
    match lane.dice.below(100) {
        number if number < percents[0] => 1,
        number if number < percents[0] + percents[1] => 2,
        _ => 3,
    }
}
