//! Accounts: connecting, refusing, disconnecting.

use reqwest::Method;
use serde_json::{Value, json};
use tests::counterparts::{Bluesky, Mastodon};

use super::{each, id, next_year, post_for, publishing::connect_mastodon, team};

#[tokio::test]
async fn the_page_needs_nothing_and_is_connected_once() {
    let team = team().await;
    let account = team.owner.post("/accounts/connect/page", &json!({})).await.expect(201);
    assert_eq!((account["platform"].as_str(), account["status"].as_str()), (Some("page"), Some("healthy")));
    assert!(account["url"].as_str().is_some_and(|url| url.ends_with(&format!("/p/{}", team.slug))), "{account}");
    team.owner.post("/accounts/connect/page", &json!({})).await;
    let list = team.owner.get("/accounts").await.expect(200);
    assert_eq!(each(&list, "platform"), ["page"]);
    let checked = team.owner.post(&format!("/accounts/{}/check", id(&account)), &Value::Null).await.expect(200);
    assert_eq!(checked["status"], "healthy");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_connects_nothing() {
    let bluesky = Bluesky::start(&["eve"]).await.expect("the network");
    let team = team().await;
    let wrong = json!({ "identifier": "eve.test", "app_password": "aaaa-bbbb-cccc-dddd", "service": bluesky.url });
    let refused = team.owner.post("/accounts/connect/bluesky", &wrong).await;
    let problem = refused.problem(422, "rule-broken");
    assert!(!problem.to_string().contains("aaaa-bbbb"), "{problem}");
    assert!(each(&team.owner.get("/accounts").await.expect(200), "id").is_empty());
}

#[tokio::test]
async fn an_account_stays_while_a_scheduled_post_needs_it() {
    let team = team().await;
    let page = team.page().await;
    let post = team.owner.post("/posts", &post_for("Later", &[&page])).await.expect(201);
    let time = json!({ "local": next_year("06-01T09:00"), "zone": "UTC" });
    let schedule = format!("/posts/{}/schedule", id(&post));
    let post = team.owner.at_version(Method::POST, &schedule, &post["version"], &time).await.expect(200);
    team.owner.delete(&format!("/accounts/{page}")).await.problem(409, "in-use");
    let unschedule = format!("/posts/{}/unschedule", id(&post));
    team.owner.at_version(Method::POST, &unschedule, &post["version"], &Value::Null).await.expect(200);
    team.owner.delete(&format!("/accounts/{page}")).await.expect(204);
}

#[tokio::test]
async fn mastodon_is_connected_through_its_own_form() {
    let mastodon = Mastodon::start().await.expect("the network");
    let team = team().await;
    let account = connect_mastodon(&team.owner, &mastodon).await;
    let list = team.owner.get("/accounts").await.expect(200);
    let found = list["items"].as_array().expect("items").iter().find(|item| item["id"] == account.as_str());
    let found = found.expect("the account");
    assert_eq!((found["platform"].as_str(), found["status"].as_str()), (Some("mastodon"), Some("healthy")));
    assert!(found["limits"].is_object(), "{found}");
}

#[tokio::test]
async fn only_real_servers_can_be_named() {
    let team = team().await;
    for instance in ["https://10.0.0.1", "https://169.254.169.254", "not a host at all"] {
        let refused = team.owner.post("/accounts/connect/mastodon", &json!({ "instance": instance })).await;
        assert_eq!(refused.problem(422, "rule-broken")["errors"][0]["pointer"], "/instance", "{instance}");
    }
}
