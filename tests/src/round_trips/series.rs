//! Posts that repeat.

use cloud::{Clock as _, SystemClock};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::desk::{Ask, Desk};
use super::posts::content;
use crate::person::Team;

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let team = Team::new(&desk.origin).await;
    let (owner, page) = (&team.owner, team.page().await);
    let input = |time: &str| json!({ "content": content(&[&page], &[]), "rule": rule(time) });
    desk.ask(owner, Ask::new("POST /api/series/preview", 200).body(&json!({ "rule": rule("09:00") }))).await?;
    let new = desk.ask(owner, Ask::new("POST /api/series", 201).key().body(&input("09:00"))).await?;
    let id = new.id()?;
    desk.ask(owner, Ask::new("GET /api/series", 200)).await?;
    desk.ask(owner, Ask::new("GET /api/series/{id}", 200).of(&id)).await?;
    let put = |seen: &Value, time: &str| Ask::new("PUT /api/series/{id}", 200).of(&id).version(seen).body(&input(time));
    let seen = desk.ask(owner, put(&new.body, "09:00")).await?.body;
    let seen = desk.ask(owner, put(&seen, "10:00").case("another rule")).await?.body;
    let seen = desk.ask(owner, Ask::new("POST /api/series/{id}/pause", 200).of(&id).version(&seen)).await?.body;
    let seen = desk.ask(owner, Ask::new("POST /api/series/{id}/resume", 200).of(&id).version(&seen)).await?.body;
    desk.ask(owner, Ask::new("DELETE /api/series/{id}", 204).of(&id).version(&seen)).await?;
    Ok(())
}

/// Daily from next year on.
pub(super) fn rule(time: &str) -> Value {
    let year = SystemClock.now().to_zoned(TimeZone::UTC).year() + 1;
    json!({
        "frequency": { "kind": "daily" },
        "interval": 1,
        "time": time,
        "zone": "Europe/Berlin",
        "starts_on": format!("{year}-02-01"),
        "ends": { "kind": "never" },
    })
}
