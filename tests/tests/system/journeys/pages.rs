//! The public page: what anybody sees without signing in.

use image::ImageFormat;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::person::{Team, upload};
use tests::picture::picture;
use tests::stack::stack;

use super::{id, publishing::settled, team};

async fn publish(team: &Team, text: &str) -> Value {
    let page = team.page().await;
    let file = upload(&team.owner, "a.png", "image/png", picture(40, 30, ImageFormat::Png)).await;
    let alt = json!({ "alt": "A small gradient" });
    let path = format!("/media/{}", id(&file));
    team.owner.at_version(Method::PATCH, &path, &file["version"], &alt).await.expect(200);
    let input =
        json!({ "text": text, "media": [id(&file)], "targets": [{ "account_id": page, "text": null, "media": null }] });
    let post = team.owner.post("/posts", &input).await.expect(201);
    let path = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &path, &post["version"], &Value::Null).await.expect(202);
    settled(&team.owner, &post).await
}

#[tokio::test]
async fn a_published_post_is_a_page_of_its_own() {
    let team = team().await;
    let post = publish(&team, "Open house <script>alert(1)</script> & more").await;
    let permalink = post["deliveries"][0]["permalink"].as_str().expect("a permalink").to_owned();
    let home = format!("{}/p/{}", stack().origin, team.slug);
    for address in [home, permalink.clone()] {
        let answer = reqwest::get(&address).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{address}");
        let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let etag = answer.headers()["etag"].clone();
        let html = answer.text().await.expect("a body");
        assert!(html.contains("Open house &lt;script&gt;"), "escaped: {html}");
        assert!(!html.contains("<script"), "no scripts");
        assert!(html.contains("alt=\"A small gradient\"") && html.contains("og:title"), "{html}");
        let again = Client::new().get(&address).header("if-none-match", etag).send().await.expect("an answer");
        assert_eq!(again.status(), 304);
    }
}

#[tokio::test]
async fn feeds_carry_the_posts() {
    let team = team().await;
    publish(&team, "News of the day").await;
    let base = format!("{}/p/{}", stack().origin, team.slug);
    let atom = reqwest::get(format!("{base}/feed.atom")).await.expect("an answer");
    assert!(atom.headers()["content-type"].to_str().expect("text").starts_with("application/atom+xml"));
    assert!(atom.text().await.expect("a body").contains("News of the day"));
    let json: Value = reqwest::get(format!("{base}/feed.json")).await.expect("an answer").json().await.expect("JSON");
    assert!(json["version"].as_str().is_some_and(|version| version.contains("jsonfeed.org")), "{json}");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_not_published_is_not_there() {
    let team = team().await;
    let page = team.page().await;
    team.owner.post("/posts", &super::post_for("A secret draft", &[&page])).await.expect(201);
    let home = format!("{}/p/{}", stack().origin, team.slug);
    let html = reqwest::get(home).await.expect("an answer").text().await.expect("a body");
    assert!(!html.contains("A secret draft"));
    let missing = reqwest::get(format!("{}/p/no-such-studio-anywhere", stack().origin)).await.expect("an answer");
    assert_eq!(missing.status(), 404);
}
