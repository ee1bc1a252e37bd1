//! `burst POSTS`: that many posts on the organization's own page, due at the same instant. Do all go out, each once, and
//! how late is the last?

use anyhow::{Context as _, ensure};
use jiff::Unit;
use tests::due::{published, seed, watch};
use tests::person::Team;
use tests::process::{Atelier, Scratch};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let posts: usize = std::env::args().nth(1).map_or(Ok(1000), |posts| posts.parse()).context("burst POSTS")?;
    ensure!(posts > 0, "burst needs a post at least");
    let data = Scratch::new("burst")?;
    let mut atelier = Atelier::start(data.path()).await?;
    println!("start-up {} ms, at rest {:.0} MB", atelier.startup.as_millis(), atelier.memory_mb()?.0);

    let mut team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    let due = seed(&mut team, &page, posts).await?;
    println!("{posts} posts due at {due}");
    let out = watch(&mut team, posts, due).await?;
    let (_, peak) = atelier.memory_mb()?;

    // Counted in the table itself, after the process was killed: what is there is there for good.
    atelier.kill()?;
    let entries = published(&team.org, data.path()).await?;
    let mut distinct: Vec<_> = entries.iter().map(|entry| entry.post_id).collect();
    distinct.sort();
    distinct.dedup();
    let doubled = entries.len() - distinct.len();
    let mut late: Vec<_> =
        entries.iter().map(|entry| (entry.published_at - due).total(Unit::Second)).collect::<Result<_, _>>()?;
    late.sort_by(f64::total_cmp);
    let (p50, seconds) =
        (late.get(late.len() / 2).copied().unwrap_or_default(), late.last().copied().unwrap_or_default());
    println!("late: p50 {p50:.2} s, last {seconds:.2} s; {out} posts say that they are out");
    println!("burst: posts={posts} out={} doubled={doubled} seconds={seconds:.2} rss_mb={peak:.0}", distinct.len());
    ensure!(distinct.len() == posts && out == posts && doubled == 0, "not every post went out exactly once");
    Ok(())
}
