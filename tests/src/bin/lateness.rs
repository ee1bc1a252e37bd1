//! `lateness POSTS`: that many posts due in the same second. How late is each by its own receipt?

use anyhow::{Context as _, ensure};
use tests::due::{lateness, seed, watch};
use tests::person::Team;
use tests::process::{Atelier, Scratch};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let posts: usize = std::env::args().nth(1).map_or(Ok(100), |posts| posts.parse()).context("lateness POSTS")?;
    ensure!(posts > 0, "lateness needs a post at least");
    let data = Scratch::new("lateness")?;
    let atelier = Atelier::start(data.path()).await?;
    let mut team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    let due = seed(&mut team, &page, posts).await?;
    println!("{posts} posts due at {due}");
    watch(&mut team, posts, due).await?;
    let late = lateness(&team).await?;
    ensure!(late.len() == posts, "{} of {posts} posts are out", late.len());
    let at = |percent: usize| late[((posts * percent).div_ceil(100)).clamp(1, posts) - 1];
    println!("lateness: posts={posts} p50_ms={} p99_ms={} max_ms={}", at(50), at(99), at(100));
    Ok(())
}
