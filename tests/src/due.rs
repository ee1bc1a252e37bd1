//! Many posts on the organization's own page, due at the same instant.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use cloud::{Clock as _, SystemClock};
use domain::ids::OrgId;
use domain::tenancy::OrgScope;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::{Order, OrgList, PageEntry, PageRequest, Table};

use crate::bench::{Caller, text_field};
use crate::person::Team;

/// Connections that write the posts.
const CALLERS: usize = 8;
/// How long to wait for the last post.
const PATIENCE: Duration = Duration::from_secs(300);

/// Writes and schedules the posts, and yields their common instant: one that is still ahead when all are in.
/// # Errors
/// When a request fails, or the machine is too busy.
pub async fn seed(team: &mut Team, page: &str, posts: usize) -> anyhow::Result<Timestamp> {
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
///
/// # Errors
/// When the clock is off.
pub async fn watch(team: &mut Team, posts: usize, due: Timestamp) -> anyhow::Result<usize> {
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
///
/// # Errors
/// When the data cannot be read.
pub async fn published(org: &str, data: &std::path::Path) -> anyhow::Result<Vec<PageEntry>> {
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

/// How late each published post was by its own receipt, in milliseconds, sorted.
///
/// # Errors
/// When a receipt tells no lateness.
pub async fn lateness(team: &Team) -> anyhow::Result<Vec<i64>> {
    let (mut late, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = team.owner.get(&format!("/posts?status=published&limit=500{cursor}")).await.expect(200);
        for post in page["items"].as_array().into_iter().flatten() {
            let id = post["id"].as_str().context("an id")?;
            let post = team.owner.get(&format!("/posts/{id}")).await.expect(200);
            late.push(post["deliveries"][0]["late_ms"].as_i64().context("a receipt with its lateness")?);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    late.sort_unstable();
    Ok(late)
}
