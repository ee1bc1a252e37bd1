//! `burst POSTS`: that many posts on the organization's own page, due at the same instant. Do all go out, each once, and
//! how late is the last?

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use cloud::{Clock as _, SystemClock};
use domain::ids::OrgId;
use domain::tenancy::OrgScope;
use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::{Value, json};
use store::{Order, OrgList, PageEntry, PageRequest, Table};
use tests::bench::{Caller, text_field};
use tests::person::Team;
use tests::process::{Atelier, Scratch};

/// Connections that write the posts.
const CALLERS: usize = 8;
/// How long to wait for the last post.
const PATIENCE: Duration = Duration::from_secs(300);

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

/// Writes and schedules the posts, and yields their common instant: one that is still ahead when all are in.
async fn seed(team: &mut Team, page: &str, posts: usize) -> anyhow::Result<Timestamp> {
    let body =
        json!({ "text": "Burst", "media": [], "targets": [{ "account_id": page, "text": null, "media": null }] });
    let body = body.to_string();
    let (origin, token) = (team.owner.origin.clone(), access_token(&team.owner.tokens)?);
    let caller = Caller { origin: &origin, token: &token };
    let drafts = std::sync::Mutex::new(Vec::with_capacity(posts));
    let writing = Instant::now();
    caller.run(CALLERS, posts, |wire, _| {
        let reply = wire.expect(201, "POST", "/api/posts", None, &body)?;
        let draft = (text_field(&reply.body, "id").context("an id")?, reply.etag.context("a version")?);
        drafts.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?.push(draft);
        Ok(())
    })?;
    // Scheduling a post takes about as long as writing one; three times that leaves room.
    let room = SignedDuration::try_from(writing.elapsed() * 3)? + SignedDuration::from_secs(5);
    let now = SystemClock.now();
    let due = Timestamp::from_second((now + room).as_second())?;
    let time = json!({ "local": due.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" }).to_string();
    team.owner.refresh().await;
    let token = access_token(&team.owner.tokens)?;
    let drafts = drafts.into_inner().map_err(|_| anyhow::anyhow!("a caller panicked"))?;
    Caller { origin: &origin, token: &token }.run(CALLERS, posts, |wire, number| {
        let (id, etag) = &drafts[number];
        wire.expect(200, "POST", &format!("/api/posts/{id}/schedule"), Some(etag), &time).map(drop)
    })?;
    ensure!(SystemClock.now() < due, "the posts were due before all were scheduled: the machine is too busy");
    Ok(due)
}

/// Waits until the list says that every post is out, and yields how many are.
async fn watch(team: &mut Team, posts: usize, due: Timestamp) -> anyhow::Result<usize> {
    let ahead = Duration::try_from(due - SystemClock.now()).unwrap_or_default();
    tokio::time::sleep(ahead + Duration::from_secs(1)).await;
    let waiting = Instant::now();
    loop {
        team.owner.refresh().await;
        let out = count_published(team).await;
        if out == posts || waiting.elapsed() > PATIENCE {
            return Ok(out);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn count_published(team: &Team) -> usize {
    let (mut out, mut cursor) = (0, String::new());
    loop {
        let page = team.owner.get(&format!("/posts?status=published&limit=500{cursor}")).await.expect(200);
        out += page["items"].as_array().map_or(0, Vec::len);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return out,
        }
    }
}

/// What the public page holds.
async fn published(org: &str, data: &std::path::Path) -> anyhow::Result<Vec<PageEntry>> {
    let running = local::start(local::Options::new(data)).await?;
    let org: OrgId = org.parse()?;
    let store = Table::new(&running.cloud).org(OrgScope::from_own_wakeup(org));
    let (mut entries, mut page) = (Vec::new(), PageRequest { cursor: None, limit: 1000 });
    loop {
        let found = store.list(OrgList::PageEntries, Order::Ascending, &page).await?;
        entries.extend(found.items);
        page.cursor = found.next_cursor;
        if page.cursor.is_none() {
            running.shutdown().await;
            return Ok(entries);
        }
    }
}

fn access_token(tokens: &Value) -> anyhow::Result<String> {
    tokens["access_token"].as_str().map(str::to_owned).context("an access token")
}
