//! `round_trips`: every route and event, what it asks of AWS, and whether its budget is kept. Then how that grows.

use anyhow::ensure;
use tests::round_trips::budget::{Budgets, route};
use tests::round_trips::{ChannelPost, Measured, growth, measure};

/// Write units of a post to one account, from draft to published, that we want to get to.
const WANTED: f64 = 8.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let budgets = Budgets::read()?;
    let measured = measure().await?;
    let mut failed = lines(&measured, &budgets);
    failed += channel_posts(&measured.channel_posts, &budgets);
    for missing in budgets.unmeasured(&measured.lines) {
        say(&format!("round-trips: FAILED {missing}"));
        failed += 1;
    }
    let grown = growth::measure().await?;
    for line in &grown {
        say(&line.to_string());
        failed += usize::from(!line.holds());
    }
    let routes: std::collections::BTreeSet<&str> =
        measured.lines.iter().map(|line| route(&line.name)).filter(|name| name.contains(" /")).collect();
    let most = measured.channel_posts.iter().map(ChannelPost::write_units).fold(0.0, f64::max);
    let least = measured.channel_posts.iter().map(ChannelPost::write_units).fold(f64::INFINITY, f64::min);
    say(&format!(
        "round-trips: routes={} lines={} failed={failed} channel_post_wcu={least}..{most} wanted={WANTED}",
        routes.len(),
        measured.lines.len(),
    ));
    ensure!(failed == 0, "{failed} lines are not as tests/budgets.json has them");
    Ok(())
}

fn lines(measured: &Measured, budgets: &Budgets) -> usize {
    let mut failed = 0;
    for line in &measured.lines {
        let wrong = budgets.verdict(line);
        let verdict = if wrong.is_empty() { "ok".to_owned() } else { format!("FAILED {}", wrong.join("; ")) };
        let budget = budgets.trips.get(&line.name).map(|budget| budget.trips.to_string()).unwrap_or_default();
        let (name, trips, units) = (&line.name, line.tally.trips, &line.tally.units);
        let (rcu, wcu) = (units.read, units.write);
        say(&format!("round-trips: route=\"{name}\" {trips} rcu={rcu} wcu={wcu} budget=\"{budget}\" {verdict}"));
        if !wrong.is_empty() {
            failed += 1;
            say(&format!("  {}", line.tally.operations.join(" ")));
        }
    }
    failed
}

fn channel_posts(posts: &[ChannelPost], budgets: &Budgets) -> usize {
    let mut failed = 0;
    for post in posts {
        for (step, tally) in post.steps() {
            let units = &tally.units;
            let of = |name| units.indexes.get(name).copied().unwrap_or(0.0);
            say(&format!(
                "channel-post: network={} step={step} {} rcu={} wcu={} of_calendar_index={} of_due_index={} by_write={:?}",
                post.network,
                tally.trips,
                units.read,
                units.write,
                of("calendar"),
                of("due"),
                units.writes,
            ));
        }
        let wrong = budgets.units_verdict(post);
        failed += usize::from(wrong.is_some());
        say(&format!(
            "channel-post: network={} wcu={} rcu={} budget={} {}",
            post.network,
            post.write_units(),
            post.read_units(),
            budgets.channel_post_write_units.get(post.network).copied().unwrap_or(0.0),
            wrong.map_or_else(|| "ok".to_owned(), |wrong| format!("FAILED {wrong}")),
        ));
    }
    failed
}

#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn say(line: &str) {
    println!("{line}");
}
