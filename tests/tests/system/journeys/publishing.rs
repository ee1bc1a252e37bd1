//! Publishing for real: the page, the reference Bluesky server, a Mastodon instance. Each is read back over its own API.

use std::time::Duration;

use image::ImageFormat;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::counterparts::{Bluesky, Mastodon};
use tests::person::{Person, upload};
use tests::picture::picture;

use super::{id, next_year, team};

/// With letters of two and four bytes before the link, so that offsets in characters would show.
const TEXT: &str = "Grüße aus dem Atelier 👋 https://example.test/news #werkstatt";

/// Waits until a post is no longer on its way.
pub(super) async fn settled(person: &Person, post: &Value) -> Value {
    for _ in 0..300 {
        let now = person.get(&format!("/posts/{}", id(post))).await.expect(200);
        if !matches!(now["status"].as_str(), Some("scheduled" | "publishing")) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the post never went out");
}

pub(super) async fn connect_bluesky(person: &Person, server: &Bluesky) -> String {
    let account = &server.accounts[0];
    let credentials =
        json!({ "identifier": account.handle, "app_password": account.app_password, "service": server.url });
    let connected = person.post("/accounts/connect/bluesky", &credentials).await.expect(201);
    assert_eq!((connected["platform"].as_str(), connected["status"].as_str()), (Some("bluesky"), Some("healthy")));
    assert!(!connected.to_string().contains(&account.app_password));
    id(&connected).to_owned()
}

/// Goes through the instance's own form, as a browser would, with the cookie that binds the attempt to it.
pub(super) async fn connect_mastodon(person: &Person, server: &Mastodon) -> String {
    let begun = person.post("/accounts/connect/mastodon", &json!({ "instance": server.url })).await;
    let cookie = begun.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let address: url::Url = begun.expect(200)["authorize_url"].as_str().expect("an address").parse().expect("a URL");
    let query: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    let browser = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let form = [
        ("redirect_uri", query["redirect_uri"].as_str()),
        ("client_id", &query["client_id"]),
        ("state", &query["state"]),
        ("username", Mastodon::USER),
    ];
    let submit = browser.post(format!("{}/oauth/authorize", server.url)).form(&form);
    let allowed = submit.send().await.expect("an answer");
    let callback = allowed.headers()["location"].to_str().expect("an address").to_owned();
    let without = browser.get(&callback).send().await.expect("an answer");
    assert!(without.headers()["location"].to_str().expect("text").contains("error="), "another browser");
    let back = browser.get(&callback).header("cookie", &cookie).send().await.expect("an answer");
    let location = back.headers()["location"].to_str().expect("an address").to_owned();
    let (_, account) = location.split_once("connected=").unwrap_or_else(|| panic!("not connected: {location}"));
    let replayed = browser.get(&callback).header("cookie", &cookie).send().await.expect("an answer");
    assert!(replayed.headers()["location"].to_str().expect("text").contains("error="), "a second use");
    account.to_owned()
}

#[tokio::test]
async fn one_post_reaches_three_networks_once_each() {
    let (bluesky, mastodon) = tokio::try_join!(Bluesky::start(&["ada"]), Mastodon::start()).expect("the networks");
    let team = team().await;
    let accounts = [
        team.page().await,
        connect_bluesky(&team.owner, &bluesky).await,
        connect_mastodon(&team.owner, &mastodon).await,
    ];
    let file = upload(&team.owner, "work.png", "image/png", picture(320, 200, ImageFormat::Png)).await;
    let path = format!("/media/{}", id(&file));
    let alt = json!({ "alt": "A bench with tools" });
    team.owner.at_version(Method::PATCH, &path, &file["version"], &alt).await.expect(200);
    let target = |account: &String| json!({ "account_id": account, "text": null, "media": null });
    let input =
        json!({ "text": TEXT, "media": [id(&file)], "targets": accounts.iter().map(target).collect::<Vec<_>>() });
    let post = team.owner.post("/posts", &input).await.expect(201);
    let publish = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.expect(202);
    let post = settled(&team.owner, &post).await;
    assert_eq!(post["status"], "published", "{post}");
    for delivery in post["deliveries"].as_array().expect("deliveries") {
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(1), "{delivery}");
        assert!(delivery["late_ms"].as_i64().is_some_and(|late| late < 5_000), "{delivery}");
        assert!(delivery["permalink"].as_str().is_some_and(|link| link.starts_with("http")), "{delivery}");
    }
    read_bluesky(&bluesky).await;
    read_mastodon(&mastodon).await;
    again_does_nothing(&team.owner, &post, &bluesky).await;
}

pub(super) async fn bluesky_records(server: &Bluesky) -> Vec<Value> {
    bluesky_collection(server, "app.bsky.feed.post").await
}

pub(super) async fn bluesky_collection(server: &Bluesky, collection: &str) -> Vec<Value> {
    let did = &server.accounts[0].did;
    let list = format!("{}/xrpc/com.atproto.repo.listRecords?repo={did}&collection={collection}", server.url);
    let list: Value = reqwest::get(list).await.expect("an answer").json().await.expect("JSON");
    list["records"].as_array().expect("records").clone()
}

async fn read_bluesky(server: &Bluesky) {
    let records = bluesky_records(server).await;
    assert_eq!(records.len(), 1, "exactly one");
    let record = &records[0]["value"];
    assert_eq!(record["text"], TEXT);
    let covered: Vec<_> = record["facets"]
        .as_array()
        .expect("facets")
        .iter()
        .map(|facet| {
            let end =
                |name: &str| usize::try_from(facet["index"][name].as_u64().expect("an offset")).expect("an offset");
            &TEXT[end("byteStart")..end("byteEnd")]
        })
        .collect();
    assert_eq!(covered, ["https://example.test/news", "#werkstatt"]);
    let image = &record["embed"]["images"][0];
    assert_eq!(image["alt"], "A bench with tools");
    assert_eq!(
        (image["aspectRatio"]["width"].as_u64(), image["aspectRatio"]["height"].as_u64()),
        (Some(320), Some(200))
    );
    let (did, cid) = (&server.accounts[0].did, image["image"]["ref"]["$link"].as_str().expect("a blob"));
    let blob = format!("{}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}", server.url);
    let blob = reqwest::get(blob).await.expect("an answer").bytes().await.expect("a blob");
    assert_eq!(blob.as_ref(), picture(320, 200, ImageFormat::Png));
}

async fn read_mastodon(server: &Mastodon) {
    let statuses = mastodon_statuses(server).await;
    let own: Vec<_> =
        statuses.iter().filter(|status| status["content"].as_str().unwrap_or_default().contains("Atelier")).collect();
    assert_eq!(own.len(), 1, "exactly one: {statuses:?}");
    assert_eq!(own[0]["media_attachments"][0]["description"], "A bench with tools");
}

async fn mastodon_statuses(server: &Mastodon) -> Vec<Value> {
    let timeline = format!("{}/api/v1/timelines/public?local=true", server.url);
    reqwest::get(timeline).await.expect("an answer").json().await.expect("JSON")
}

/// Neither publishing again nor a late edit sends a published post a second time.
async fn again_does_nothing(person: &Person, post: &Value, server: &Bluesky) {
    let publish = format!("/posts/{}/publish", id(post));
    person.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.problem(409, "conflict");
    let input = json!({ "text": "Rewritten", "media": [], "targets": post["targets"].as_array().expect("targets").iter().map(
        |target| json!({ "account_id": target["account_id"], "text": null, "media": null })).collect::<Vec<_>>() });
    let edit = format!("/posts/{}", id(post));
    person.at_version(Method::PUT, &edit, &post["version"], &input).await.problem(409, "conflict");
    assert_eq!(bluesky_records(server).await.len(), 1);
}

#[tokio::test]
async fn one_network_failing_touches_no_other() {
    let bluesky = Bluesky::start(&["grace"]).await.expect("the network");
    let team = team().await;
    let (page, account) = (team.page().await, connect_bluesky(&team.owner, &bluesky).await);
    drop(bluesky);
    let post = team.owner.post("/posts", &super::post_for("Half of it", &[&page, &account])).await.expect(201);
    let publish = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.expect(202);
    for _ in 0..100 {
        let now = team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200);
        let state = |account: &str| {
            let deliveries = now["deliveries"].as_array().expect("deliveries");
            let own = deliveries.iter().find(|delivery| delivery["account_id"] == account).expect("a delivery");
            own["state"].as_str().expect("a state").to_owned()
        };
        if state(&page) == "published" && state(&account) == "retrying" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the page must be out, the other tried again");
}

#[tokio::test]
async fn moving_a_post_moves_it() {
    let team = team().await;
    let page = team.page().await;
    let post = team.owner.post("/posts", &super::post_for("Not yet", &[&page])).await.expect(201);
    let path = format!("/posts/{}/schedule", id(&post));
    let far = json!({ "local": next_year("01-01T09:00"), "zone": "UTC" });
    let post = team.owner.at_version(Method::POST, &path, &post["version"], &far).await.expect(200);
    let publish = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.expect(202);
    let post = settled(&team.owner, &post).await;
    assert_eq!(post["status"], "published", "{post}");
    assert_eq!(post["deliveries"].as_array().map(Vec::len), Some(1));
}
