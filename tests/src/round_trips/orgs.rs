//! Organizations, their members and invitations.

use serde_json::{Value, json};

use super::desk::{Ask, Desk, text};
use crate::person::{Person, Team};

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let mut founder = Person::sign_up(&desk.origin, "Fiona").await;
    let founding = |slug: &str| json!({ "name": "Foundry", "slug": slug, "zone": "Europe/Berlin" });
    let founded = Ask::new("POST /api/orgs", 201).key().body(&founding("foundry-of-trips"));
    let org = desk.ask(&founder, founded).await?.id()?;
    desk.ask(&founder, Ask::new("POST /api/orgs/{id}/activate", 204).of(&org)).await?;
    founder.refresh().await;
    desk.ask(&founder, Ask::new("GET /api/orgs", 200)).await?;

    let team = Team::new(&desk.origin).await;
    let seen = desk.ask(&team.owner, Ask::new("GET /api/orgs/{id}", 200).of(&team.org)).await?.body;
    let change =
        |seen: &Value, change: &Value| Ask::new("PATCH /api/orgs/{id}", 200).of(&team.org).version(seen).body(change);
    let seen = desk.ask(&team.owner, change(&seen, &json!({ "about": "We make things." }))).await?.body;
    let moved = json!({ "name": "Forge", "slug": format!("{}-forge", team.slug) });
    desk.ask(&team.owner, change(&seen, &moved).case("another name and address")).await?;
    members(desk, &team).await?;
    desk.ask(&team.owner, Ask::new("GET /api/orgs/{id}/audit", 200).of(&team.org)).await?;
    Ok(())
}

async fn members(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let (owner, org) = (&team.owner, &team.org);
    let guest = Person::sign_up(&desk.origin, "Gus").await;
    let invitation = json!({ "email": guest.email, "role": "editor" });
    let invite = Ask::new("POST /api/orgs/{id}/invitations", 201).of(org).key().body(&invitation);
    desk.ask(owner, invite).await?;
    let link = |text: &str| text.split_once("?token=").map(|(_, rest)| rest.lines().next().unwrap_or("").to_owned());
    let accept = json!({ "token": guest.mailed(link).await });
    desk.ask(&guest, Ask::new("POST /api/invitations/accept", 200).body(&accept)).await?;
    let mut other = guest.clone();
    other.email = "nobody@example.test".into();
    let other = team.invite(&other, "viewer").await;
    desk.ask(owner, Ask::new("GET /api/orgs/{id}/invitations", 200).of(org)).await?;
    let revoke = Ask::new("DELETE /api/orgs/{id}/invitations/{invitation_id}", 204).of(org);
    desk.ask(owner, revoke.of(text(&other, "id")?)).await?;

    let member = team.member("author").await;
    let me = desk.send(&member, &Ask::new("GET /api/auth/me", 200)).await?.body;
    let id = text(&me, "user_id")?;
    desk.ask(owner, Ask::new("GET /api/orgs/{id}/members", 200).of(org)).await?;
    let role = Ask::new("PATCH /api/orgs/{id}/members/{user_id}", 200).of(org).of(&id);
    desk.ask(owner, role.body(&json!({ "role": "editor" }))).await?;
    desk.ask(owner, Ask::new("DELETE /api/orgs/{id}/members/{user_id}", 204).of(org).of(&id)).await?;
    let leaving = team.member("viewer").await;
    desk.ask(&leaving, Ask::new("POST /api/orgs/{id}/leave", 204).of(org)).await?;
    Ok(())
}
