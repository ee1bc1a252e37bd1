//! What anybody sees: public pages with a post, papers, the contract.

use anyhow::Context as _;
use cloud::WakeUp;
use image::ImageFormat;
use serde_json::{Value, json};

use super::desk::{Ask, Desk, text};
use super::posts::content;
use crate::person::{Person, Team, upload};
use crate::picture::picture;

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let team = Team::new(&desk.origin).await;
    let page = team.page().await;
    let file = upload(&team.owner, "work.png", "image/png", picture(64, 48, ImageFormat::Png)).await;
    let file = text(&file, "id")?;
    let key = publish(desk, &team, &content(&[&page], &[&file])).await?;
    let nobody = Person::anonymous(&desk.origin);
    let slug = &team.slug;
    for ask in [
        Ask::new("GET /p/{slug}", 200).of(slug),
        Ask::new("GET /p/{slug}/feed.atom", 200).of(slug),
        Ask::new("GET /p/{slug}/feed.json", 200).of(slug),
        Ask::new("GET /p/{slug}/{key}", 200).of(slug).of(key),
        Ask::new("GET /p/{slug}/media/{file}", 302).of(slug).of(&file),
        Ask::new("GET /p/{slug}/media/{file}/thumb", 302).of(slug).of(&file),
        Ask::new("GET /p/{slug}", 404).case("nobody's").of("nobody-s-page"),
        Ask::new("GET /p/assets/{name}", 200).of("inter-5.2.woff2"),
        Ask::new("GET /p/-/privacy", 200),
        Ask::new("GET /p/-/terms", 200),
        Ask::new("GET /api/health", 200),
        Ask::new("GET /api/docs", 200),
        Ask::new("GET /api/openapi.json", 200),
    ] {
        desk.ask(&nobody, ask).await?;
    }
    Ok(())
}

/// Publishes a post on the page and yields the key of its entry there.
async fn publish(desk: &Desk, team: &Team, input: &Value) -> anyhow::Result<String> {
    let draft = desk.send(&team.owner, &Ask::new("POST /api/posts", 201).body(input)).await?;
    let now = Ask::new("POST /api/posts/{id}/publish", 202).of(draft.id()?).version(&draft.body);
    let post = desk.send(&team.owner, &now).await?;
    let revision = post.body["revision"].as_u64().context("a revision")?;
    let wake_up = WakeUp { org: team.org.parse()?, post: post.id()?.parse()?, revision };
    desk.publisher.handle(json!(wake_up)).await?;
    let post = desk.send(&team.owner, &Ask::new("GET /api/posts/{id}", 200).of(post.id()?)).await?.body;
    text(&post["deliveries"][0], "remote_id")
}
