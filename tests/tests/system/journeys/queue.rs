//! Slots of an account, and posts that take the next free one.

use std::collections::BTreeSet;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::person::Person;

use super::{id, next_year, post_for, team};

fn week(times: &[(&str, &str)]) -> Value {
    let slot = |(weekday, time): &(&str, &str)| json!({ "weekday": weekday, "time": time });
    json!({ "zone": "Europe/Berlin", "times": times.iter().map(slot).collect::<Vec<_>>() })
}

async fn set(person: &Person, account: &str, slots: &Value) -> Value {
    let path = format!("/accounts/{account}/slots");
    let before = person.get(&path).await.expect(200);
    person.at_version(Method::PUT, &path, &before["version"], slots).await.expect(200)
}

async fn draft(person: &Person, text: &str, account: &str) -> Value {
    person.post("/posts", &post_for(text, &[account])).await.expect(201)
}

async fn queue(person: &Person, post: &Value, account: &str) -> Answer {
    let path = format!("/posts/{}/queue", id(post));
    person.at_version(Method::POST, &path, &post["version"], &json!({ "account_id": account })).await
}

async fn free(person: &Person, account: &str) -> Vec<String> {
    let slots = person.get(&format!("/accounts/{account}/slots")).await.expect(200);
    let free = slots["next_free"].as_array().expect("slots");
    free.iter().map(|slot| slot["schedule"]["at"].as_str().expect("an instant").to_owned()).collect()
}

fn time(post: &Value) -> String {
    post["schedule"]["at"].as_str().expect("a time").to_owned()
}

#[tokio::test]
async fn slots_are_set_read_and_refused_with_their_fields() {
    let team = team().await;
    let page = team.page().await;
    let path = format!("/accounts/{page}/slots");
    let none = team.owner.get(&path).await.expect(200);
    assert_eq!((none["version"].as_u64(), none["times"].as_array().map(Vec::len)), (Some(0), Some(0)));
    let slots =
        set(&team.owner, &page, &week(&[("thursday", "18:00"), ("monday", "09:00"), ("monday", "09:00")])).await;
    let times = slots["times"].as_array().expect("times");
    assert_eq!(
        times,
        &[json!({ "weekday": "monday", "time": "09:00" }), json!({ "weekday": "thursday", "time": "18:00" })]
    );
    assert_eq!(free(&team.owner, &page).await.len(), 10);

    let mut wrong = week(&[("monday", "9 am")]);
    wrong["zone"] = json!("Mars/Base");
    let problem =
        team.owner.at_version(Method::PUT, &path, &slots["version"], &wrong).await.problem(422, "rule-broken");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][1]["pointer"]),
        (&json!("/zone"), &json!("/times/0/time"))
    );
    team.owner.at_version(Method::PUT, &path, &json!(0), &week(&[])).await.problem(412, "stale-version");
    let author = team.member("author").await;
    author.at_version(Method::PUT, &path, &slots["version"], &week(&[])).await.problem(403, "forbidden");
    author.get(&path).await.expect(200);
    let organizations = json!({ "zone": null, "times": [] });
    let emptied = team.owner.at_version(Method::PUT, &path, &slots["version"], &organizations).await.expect(200);
    assert_eq!(
        (emptied["zone"].as_str(), emptied["next_free"].as_array().map(Vec::len)),
        (Some("Europe/Berlin"), Some(0))
    );
}

#[tokio::test]
async fn posts_queued_at_once_never_share_a_slot() {
    const POSTS: usize = 8;
    let team = team().await;
    let page = team.page().await;
    set(&team.owner, &page, &week(&[("monday", "09:00"), ("thursday", "18:00")])).await;
    let expected = free(&team.owner, &page).await;
    let posts = join_all((0..POSTS).map(|number| {
        let (owner, page) = (&team.owner, &page);
        async move { draft(owner, &format!("Number {number}"), page).await }
    }))
    .await;
    let queued = join_all(posts.iter().map(|post| queue(&team.owner, post, &page))).await;
    let times: BTreeSet<String> = queued.into_iter().map(|answer| time(&answer.expect(200))).collect();
    assert_eq!(times.into_iter().collect::<Vec<_>>(), expected[..POSTS], "the first slots, one each");
    assert_eq!(free(&team.owner, &page).await[0], expected[POSTS]);
}

#[tokio::test]
async fn a_slot_is_free_again_when_its_post_leaves_it() {
    let team = team().await;
    let page = team.page().await;
    set(&team.owner, &page, &week(&[("monday", "09:00")])).await;
    let first = free(&team.owner, &page).await[0].clone();
    let post = draft(&team.owner, "In and out", &page).await;
    let path = format!("/posts/{}", id(&post));
    let queued = queue(&team.owner, &post, &page).await.expect(200);
    assert_eq!((time(&queued), queued["slot"]["account_id"].as_str()), (first.clone(), Some(page.as_str())));
    assert_ne!(free(&team.owner, &page).await[0], first);
    // Queued again it keeps its own.
    let queued = queue(&team.owner, &queued, &page).await.expect(200);
    assert_eq!(time(&queued), first);
    let other = draft(&team.owner, "Behind it", &page).await;
    let other = queue(&team.owner, &other, &page).await.expect(200);
    assert_ne!(time(&other), first);

    let elsewhere = json!({ "local": next_year("03-01T09:00"), "zone": "UTC" });
    let moved = team.owner.at_version(Method::POST, &format!("{path}/schedule"), &queued["version"], &elsewhere).await;
    let moved = moved.expect(200);
    assert_eq!((&moved["slot"], &free(&team.owner, &page).await[0]), (&Value::Null, &first));
    let queued = queue(&team.owner, &moved, &page).await.expect(200);
    assert_eq!(time(&queued), first);
    let unscheduled =
        team.owner.at_version(Method::POST, &format!("{path}/unschedule"), &queued["version"], &Value::Null).await;
    let unscheduled = unscheduled.expect(200);
    assert_eq!(free(&team.owner, &page).await[0], first);
    let queued = queue(&team.owner, &unscheduled, &page).await.expect(200);
    team.owner.at_version(Method::DELETE, &path, &queued["version"], &Value::Null).await.expect(204);
    assert_eq!(free(&team.owner, &page).await[0], first);
}

#[tokio::test]
async fn queueing_says_what_it_needs() {
    let team = team().await;
    let page = team.page().await;
    let post = draft(&team.owner, "Where to?", &page).await;
    let problem = queue(&team.owner, &post, &page).await.problem(422, "rule-broken");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("/account_id"), &json!("slots-missing"))
    );
    let bare = team.owner.post("/posts", &post_for("Nowhere", &[])).await.expect(201);
    let problem = queue(&team.owner, &bare, &page).await.problem(422, "rule-broken");
    assert_eq!(problem["errors"][0]["code"], "account-not-chosen");
    set(&team.owner, &page, &week(&[("monday", "09:00")])).await;
    let author = team.member("author").await;
    queue(&author, &post, &page).await.problem(403, "forbidden");
    let empty = draft(&team.owner, "", &page).await;
    queue(&team.owner, &empty, &page).await.problem(422, "rule-broken");
    let queued = queue(&team.owner, &post, &page).await.expect(200);
    queue(&team.owner, &post, &page).await.problem(412, "stale-version");
    assert_eq!(queued["status"], "scheduled");
}
