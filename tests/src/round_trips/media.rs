//! Files: announced, sent, checked, found, described, deleted.

use anyhow::ensure;
use image::ImageFormat;
use serde_json::json;

use super::desk::{Ask, Desk, text};
use crate::person::{Team, put};
use crate::picture::picture;

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let team = Team::new(&desk.origin).await;
    let owner = &team.owner;
    let bytes = picture(640, 480, ImageFormat::Png);
    let announced = json!({ "name": "work.png", "type": "image/png", "size": bytes.len() });
    let announced = desk.ask(owner, Ask::new("POST /api/media", 201).key().body(&announced)).await?.body;
    ensure!(put(&announced["upload"], bytes).await == 200, "the object store took no picture");
    let id = text(&announced["file"], "id")?;
    let complete = || Ask::new("POST /api/media/{id}/complete", 200).of(&id);
    desk.ask(owner, complete()).await?;
    desk.ask(owner, complete().case("again")).await?;
    desk.ask(owner, Ask::new("GET /api/media", 200)).await?;
    let file = desk.ask(owner, Ask::new("GET /api/media/{id}", 200).of(&id)).await?.body;
    let described = json!({ "alt": "A bench with tools" });
    desk.ask(owner, Ask::new("PATCH /api/media/{id}", 200).of(&id).version(&file).body(&described)).await?;
    desk.ask(owner, Ask::new("DELETE /api/media/{id}", 204).of(&id)).await?;
    Ok(())
}
