//! What an account may do at the moment, by its network's word, its kind and the rule table.

use serde_json::{Value, json};

use super::consent::{connect, team, ways};
use super::id;

/// What a network said that an account may do is a rule of the dry run from then on.
#[tokio::test]
async fn the_dry_run_goes_by_what_the_network_said_last() {
    let team = team().await;
    let account = connect(&team.owner, "tiktok", &ways(&team.owner, "tiktok").await[0]).await.remove(0);
    assert_eq!(account["limits"], Value::Null, "nothing is known yet");
    let offers = team.owner.get(&format!("/accounts/{}/offers", id(&account))).await.expect(200);
    assert!(offers["name"].as_str().is_some_and(|name| !name.is_empty()), "{offers}");
    let longest = &offers["video_max_ms"];
    assert!(longest.as_u64().is_some_and(|longest| longest > 0), "{offers}");
    let accounts = team.owner.get("/accounts").await.expect(200);
    assert_eq!(&accounts["items"][0]["limits"]["video_max_ms"], longest, "{accounts}");

    let settings = json!({ "privacy": "SELF_ONLY", "commercial_content": true });
    let target = json!({ "account_id": id(&account), "text": null, "media": null, "settings": settings });
    let post = json!({ "text": "New glazes", "media": [], "targets": [target] });
    let verdict = team.owner.post("/posts/validate", &post).await.expect(200);
    let problems = verdict["problems"].as_array().expect("problems");
    let kind =
        problems.iter().find(|problem| problem["code"] == "setting-kind-missing").expect("the kind is asked for");
    assert_eq!(
        (&kind["severity"], &kind["pointer"]),
        (&json!("error"), &json!("/targets/0/settings/commercial_content"))
    );
}

/// Only people have connections, so only they are offered to show a post to those.
#[tokio::test]
async fn a_page_of_linkedin_is_not_offered_to_post_for_connections() {
    let team = team().await;
    let ways = ways(&team.owner, "linkedin").await;
    for (name, takes) in [("person", true), ("organization", false)] {
        let way = ways.iter().find(|way| way["name"] == name).expect("the way");
        let account = connect(&team.owner, "linkedin", way).await.remove(0);
        let barred = &account["limits"]["barred"]["visibility"];
        assert_eq!(barred.is_null(), takes, "{account}");
        let settings = json!({ "visibility": "connections" });
        let target = json!({ "account_id": id(&account), "text": null, "media": null, "settings": settings });
        let post = json!({ "text": "Hello", "media": [], "targets": [target] });
        let verdict = team.owner.post("/posts/validate", &post).await.expect(200);
        let refused = verdict["problems"].as_array().expect("problems").iter();
        assert_eq!(
            refused.filter(|problem| problem["code"] == "setting-choice").count(),
            usize::from(!takes),
            "{verdict}"
        );
    }
}
