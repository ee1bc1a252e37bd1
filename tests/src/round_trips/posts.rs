//! Posts: written, scheduled, moved, queued, sent again, deleted.

use cloud::{Clock as _, SystemClock};
use domain::delivery::{Delivery, Failure};
use domain::ids::{OrgId, PostId, Ulid};
use domain::platform::Class;
use domain::tenancy::OrgScope;
use image::ImageFormat;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::{Condition, OrgKey, Table};

use super::desk::{Ask, Desk};
use crate::person::{Person, Team, upload};
use crate::picture::picture;

/// A text of ordinary length.
pub(super) const TEXT: &str = "A post of ordinary length, with #tags and a link https://example.test/news.";

/// A post to some accounts, with some files.
pub(super) fn content(accounts: &[&str], files: &[&str]) -> Value {
    let target = |account: &&str| json!({ "account_id": account, "text": null, "media": null });
    json!({ "text": TEXT, "media": files, "targets": accounts.iter().map(target).collect::<Vec<_>>() })
}

/// A wall-clock time so many days ahead.
pub(super) fn days_ahead(days: i64) -> Value {
    at(SystemClock.now() + SignedDuration::from_hours(24 * days))
}

/// An instant as the API takes it.
pub(super) fn at(instant: Timestamp) -> Value {
    json!({ "local": instant.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" })
}

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let team = Team::new(&desk.origin).await;
    let owner = &team.owner;
    let page = team.page().await;
    written(desk, owner, &page).await?;
    timed(desk, owner, &page).await?;
    with_a_picture(desk, owner, &page).await?;
    imported(desk, owner).await?;
    decided(desk, &team, &page).await?;
    desk.ask(owner, Ask::new("GET /api/posts", 200)).await?;
    let range = |from: i64, to: i64| {
        let at = |days: i64| SystemClock.now() + SignedDuration::from_hours(24 * days);
        format!("from={}&to={}", at(from), at(to))
    };
    desk.ask(owner, Ask::new("GET /api/posts", 200).case("a month").query(range(-1, 40))).await?;
    Ok(())
}

async fn written(desk: &mut Desk, owner: &Person, page: &str) -> anyhow::Result<()> {
    let input = content(&[page], &[]);
    desk.ask(owner, Ask::new("POST /api/posts/validate", 200).body(&input)).await?;
    let draft = desk.ask(owner, Ask::new("POST /api/posts", 201).key().body(&input)).await?;
    let id = draft.id()?;
    desk.ask(owner, Ask::new("POST /api/posts", 201).case("without a key").body(&input)).await?;
    let mut scheduled = input.clone();
    scheduled["schedule"] = days_ahead(30);
    desk.ask(owner, Ask::new("POST /api/posts", 201).case("scheduled").key().body(&scheduled)).await?;
    desk.ask(owner, Ask::new("GET /api/posts/{id}", 200).of(&id)).await?;
    let edit = Ask::new("PUT /api/posts/{id}", 200).of(&id).version(&draft.body).body(&input);
    let edited = desk.ask(owner, edit).await?.body;
    desk.ask(owner, Ask::new("POST /api/posts/{id}/duplicate", 201).of(&id).key()).await?;
    desk.ask(owner, Ask::new("DELETE /api/posts/{id}", 204).of(&id).version(&edited)).await?;
    Ok(())
}

async fn timed(desk: &mut Desk, owner: &Person, page: &str) -> anyhow::Result<()> {
    let input = content(&[page], &[]);
    let draft = desk.send(owner, &Ask::new("POST /api/posts", 201).body(&input)).await?;
    let (id, seen) = (draft.id()?, draft.body);
    let schedule = |seen: &Value, days: i64| {
        Ask::new("POST /api/posts/{id}/schedule", 200).of(&id).version(seen).body(&days_ahead(days))
    };
    let seen = desk.ask(owner, schedule(&seen, 20)).await?.body;
    let seen = desk.ask(owner, schedule(&seen, 21).case("moved")).await?.body;
    let edit = Ask::new("PUT /api/posts/{id}", 200).of(&id).version(&seen).body(&input).case("scheduled");
    let seen = desk.ask(owner, edit).await?.body;
    let seen = desk.ask(owner, Ask::new("POST /api/posts/{id}/unschedule", 200).of(&id).version(&seen)).await?.body;
    let path = Ask::new("GET /api/accounts/{id}/slots", 200).of(page);
    let slots = desk.send(owner, &path).await?.body;
    let times = json!({ "zone": null, "times": [{ "weekday": "monday", "time": "09:00" }] });
    let set = Ask::new("PUT /api/accounts/{id}/slots", 200).of(page).version(&slots).body(&times);
    desk.send(owner, &set).await?;
    let queue = Ask::new("POST /api/posts/{id}/queue", 200).of(&id).version(&seen);
    let seen = desk.ask(owner, queue.body(&json!({ "account_id": page }))).await?.body;
    let soon = at(SystemClock.now() + SignedDuration::from_mins(5));
    let soon = Ask::new("POST /api/posts/{id}/schedule", 200).of(&id).version(&seen).body(&soon).case("in minutes");
    let seen = desk.ask(owner, soon).await?.body;
    desk.ask(owner, Ask::new("POST /api/posts/{id}/publish", 202).of(&id).version(&seen)).await?;
    Ok(())
}

/// The same where the post has a file: that is looked at, and told that it is used.
async fn with_a_picture(desk: &mut Desk, owner: &Person, page: &str) -> anyhow::Result<()> {
    let file = upload(owner, "work.png", "image/png", picture(64, 48, ImageFormat::Png)).await;
    let file = super::desk::text(&file, "id")?;
    let input = content(&[page], &[&file]);
    let draft = Ask::new("POST /api/posts", 201).case("with a picture").key().body(&input);
    let draft = desk.ask(owner, draft).await?;
    let schedule = Ask::new("POST /api/posts/{id}/schedule", 200).of(draft.id()?).version(&draft.body);
    desk.ask(owner, schedule.body(&days_ahead(10)).case("with a picture")).await?;
    desk.ask(owner, Ask::new("GET /api/posts/{id}", 200).of(draft.id()?).case("with a picture")).await?;
    Ok(())
}

/// A sheet with two posts that have a time and a draft; two posts that share a picture; one that describes it.
async fn imported(desk: &mut Desk, owner: &Person) -> anyhow::Result<()> {
    let day = |days: i64| (SystemClock.now() + SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%d 09:00");
    let rows = format!("\"{TEXT}\",{},page\n\"{TEXT}\",{},page\nA draft,,\n", day(40), day(41));
    let sheet = |rows: &str, dry_run: bool| {
        let csv = format!("text,when,accounts,media,alt\n{rows}");
        json!({ "csv": csv, "zone": "UTC", "accounts": [], "dry_run": dry_run })
    };
    desk.ask(owner, Ask::new("POST /api/posts/import", 200).case("dry run").body(&sheet(&rows, true))).await?;
    desk.ask(owner, Ask::new("POST /api/posts/import", 200).key().body(&sheet(&rows, false))).await?;
    let rows = "One,,page,work.png\nTwo,,page,work.png\n";
    let ask = Ask::new("POST /api/posts/import", 200).case("with a picture").key().body(&sheet(rows, false));
    desk.ask(owner, ask).await?;
    let rows = "Three,,page,work.png,A bench by the window\n";
    let ask = Ask::new("POST /api/posts/import", 200).case("with an alternative text").key().body(&sheet(rows, false));
    desk.ask(owner, ask).await?;
    Ok(())
}

/// What a person decides of a delivery whose outcome nobody knows.
async fn decided(desk: &mut Desk, team: &Team, page: &str) -> anyhow::Result<()> {
    let confirm = Ask::new("POST /api/posts/{id}/deliveries/{account_id}/confirm", 200).body(&json!({}));
    let retry = Ask::new("POST /api/posts/{id}/deliveries/{account_id}/retry", 202);
    for ask in [confirm, retry] {
        let mut input = content(&[page], &[]);
        input["schedule"] = days_ahead(3);
        let post = desk.send(&team.owner, &Ask::new("POST /api/posts", 201).body(&input)).await?.id()?;
        lose_the_answer(desk, &team.org, &post).await?;
        desk.ask(&team.owner, ask.of(&post).of(page)).await?;
    }
    Ok(())
}

/// A post whose only attempt ended without an answer.
async fn lose_the_answer(desk: &Desk, org: &str, post: &str) -> anyhow::Result<()> {
    let (org, post): (OrgId, PostId) = (org.parse()?, post.parse()?);
    let store = Table::new(&desk.cloud).org(OrgScope::from_own_wakeup(org));
    let (_, deliveries) = store.post(post).await?.ok_or_else(|| anyhow::anyhow!("no post"))?;
    let due = SystemClock.now() - SignedDuration::from_hours(1);
    let waiting = Delivery { due_at: due, wake_at: Some(due), ..deliveries[0].clone() };
    let claimed = waiting.claim(waiting.revision, due, Ulid::from(9));
    let claimed = claimed.map_err(|refusal| anyhow::anyhow!("no claim: {refusal:?}"))?;
    let lost = Failure::Ambiguous { message: "the connection ended before an answer came".to_owned() };
    let unknown = claimed.conclude(due, Err(lost), Class::Blind, 0.5);
    let key = OrgKey::Delivery(post, unknown.account_id);
    store.transact(vec![store.put(&key, &unknown, Condition::unmoved(&deliveries[0]))?]).await?;
    Ok(())
}
