//! Taking down what is published: from the public page, by whom, and what becomes of those who do it at once.

use cloud::Cloud;
use domain::delivery::{Delivery, DeliveryState};
use publish::Publisher;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::person::{Person, Team, upload};
use tests::picture::picture;
use tests::stack::stack;

use super::publishing::settled;
use super::recovery::{Fate, post_with};
use super::{id, post_for, team};

/// Publishes a post with these files at once, and yields it once nothing more happens to it.
pub(super) async fn published(team: &Team, text: &str, files: &[&str], accounts: &[&str]) -> Value {
    let mut input = post_for(text, accounts);
    input["media"] = json!(files);
    publish(team, &input).await
}

/// The same for whatever content.
pub(super) async fn publish(team: &Team, input: &Value) -> Value {
    let post = team.owner.post("/posts", input).await.expect(201);
    let path = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &path, &post["version"], &Value::Null).await.expect(202);
    settled(&team.owner, &post).await
}

/// The path below `/api` of a post at an account.
pub(super) fn at(account: &str, post: &Value) -> String {
    format!("/accounts/{account}/posts/{}", id(post))
}

pub(super) async fn take_down(person: &Person, account: &str, post: &Value) -> Answer {
    Answer::to(person.request(Method::POST, &format!("{}/take-down", at(account, post)))).await
}

pub(super) async fn again(person: &Person, post: &Value) -> Value {
    person.get(&format!("/posts/{}", id(post))).await.expect(200)
}

/// Who took down what of a post, by the audit log.
pub(super) async fn log(team: &Team, post: &Value) -> Vec<String> {
    let log = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    let entries = log["items"].as_array().expect("entries").iter();
    let own = entries.filter(|entry| entry["target"] == post["id"] && entry["action"] == "delivery.take_down");
    own.map(|entry| entry["actor"]["name"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn text_of(address: &str) -> String {
    reqwest::get(address).await.expect("an answer").text().await.expect("a body")
}

async fn status_of(address: &str) -> StatusCode {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    client.get(address).send().await.expect("an answer").status()
}

async fn png(team: &Team) -> String {
    let file = upload(&team.owner, "a.png", "image/png", picture(40, 30, image::ImageFormat::Png)).await;
    id(&file).to_owned()
}

#[tokio::test]
async fn a_post_goes_from_the_page_its_feeds_and_its_address() {
    let team = team().await;
    let (page, file) = (team.page().await, png(&team).await);
    let post = published(&team, "Open house on Saturday", &[&file], &[&page]).await;
    let other = published(&team, "Still to be seen", &[], &[&page]).await;
    let permalink = post["deliveries"][0]["permalink"].as_str().expect("a permalink").to_owned();
    let home = format!("{}/p/{}", stack().origin, team.slug);
    let picture = format!("{home}/media/{file}");
    assert_eq!((status_of(&permalink).await, status_of(&picture).await), (StatusCode::OK, StatusCode::FOUND));

    let editor = team.member("editor").await;
    let done = take_down(&editor, &page, &post).await.expect(200);
    assert_eq!(done["by_name"], "editor-of", "{done}");
    assert_eq!(take_down(&team.owner, &page, &post).await.expect(200), done, "a second time nothing changes");
    for address in [home.clone(), format!("{home}/feed.atom"), format!("{home}/feed.json")] {
        let text = text_of(&address).await;
        assert!(!text.contains("Open house") && text.contains("Still to be seen"), "{address}: {text}");
    }
    assert_eq!(
        (status_of(&permalink).await, status_of(&picture).await),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );

    let down = again(&team.owner, &post).await;
    let delivery = &down["deliveries"][0];
    assert_eq!((down["status"].as_str(), delivery["state"].as_str()), (Some("published"), Some("published")));
    assert_eq!((&delivery["taken_down"], &delivery["permalink"]), (&done, &Value::Null));
    assert!(delivery["remote_id"].is_string() && delivery["published_at"].is_string(), "the receipt stays: {delivery}");
    assert_eq!(down["version"].as_u64(), post["version"].as_u64().map(|version| version + 1));
    let listed = team.owner.get("/posts").await.expect(200);
    let line = listed["items"].as_array().expect("posts").iter().find(|line| line["id"] == post["id"]);
    let line = line.expect("it is listed");
    assert_eq!((line["status"].as_str(), &line["targets"][0]["permalink"]), (Some("published"), &Value::Null));
    assert_eq!(log(&team, &post).await, ["editor-of"]);
    assert_eq!(again(&team.owner, &other).await, other, "the other stays as it was");
}

#[tokio::test]
async fn a_picture_stays_as_long_as_another_post_of_the_page_shows_it() {
    let team = team().await;
    let (page, file) = (team.page().await, png(&team).await);
    let first = published(&team, "One", &[&file], &[&page]).await;
    let second = published(&team, "Two", &[&file], &[&page]).await;
    team.owner
        .post("/posts", &{
            let mut draft = post_for("A draft shows nothing", &[&page]);
            draft["media"] = json!([file]);
            draft
        })
        .await
        .expect(201);
    let address = format!("{}/p/{}/media/{file}", stack().origin, team.slug);
    take_down(&team.owner, &page, &first).await.expect(200);
    assert_eq!(status_of(&address).await, StatusCode::FOUND);
    take_down(&team.owner, &page, &second).await.expect(200);
    assert_eq!(status_of(&address).await, StatusCode::NOT_FOUND);
    let third = published(&team, "Three", &[&file], &[&page]).await;
    assert_eq!((third["status"].as_str(), status_of(&address).await), (Some("published"), StatusCode::FOUND));
}

/// Deleting a post here leaves it on the page, with its picture.
#[tokio::test]
async fn a_picture_stays_that_a_post_shows_which_was_deleted_here() {
    let team = team().await;
    let (page, file) = (team.page().await, png(&team).await);
    let first = published(&team, "Left behind", &[&file], &[&page]).await;
    let second = published(&team, "Taken down", &[&file], &[&page]).await;
    let path = format!("/posts/{}", id(&first));
    team.owner.at_version(Method::DELETE, &path, &first["version"], &Value::Null).await.expect(204);
    take_down(&team.owner, &page, &second).await.expect(200);
    assert_eq!(status_of(&format!("{}/p/{}/media/{file}", stack().origin, team.slug)).await, StatusCode::FOUND);
}

#[tokio::test]
async fn what_was_taken_down_does_not_come_back_by_itself_nor_by_retrying() {
    let team = team().await;
    let page = team.page().await;
    let post = published(&team, "Gone for good", &[], &[&page]).await;
    take_down(&team.owner, &page, &post).await.expect(200);
    let down = again(&team.owner, &post).await;
    let delivery = format!("/posts/{}/deliveries/{page}", id(&post));
    for wish in ["retry", "confirm"] {
        Answer::to(team.owner.request(Method::POST, &format!("{delivery}/{wish}"))).await.problem(409, "conflict");
    }
    let publisher = Publisher::new(&Cloud::connect(stack().config.clone()).await);
    let wake_up = json!({ "org": team.org, "post": id(&post), "revision": post["revision"] });
    assert_eq!(publisher.handle(wake_up).await.expect("handled"), json!({ "tried": 0 }));
    publisher.handle(json!({ "sweep": true })).await.expect("swept");
    assert_eq!(again(&team.owner, &post).await, down);
    assert!(!text_of(&format!("{}/p/{}", stack().origin, team.slug)).await.contains("Gone for good"));
}

#[tokio::test]
async fn of_two_who_take_it_down_at_once_one_is_noted_and_both_are_told() {
    let team = team().await;
    let (page, file) = (team.page().await, png(&team).await);
    let post = published(&team, "Twice at once", &[&file], &[&page]).await;
    let editor = team.member("editor").await;
    let (one, other) = tokio::join!(take_down(&team.owner, &page, &post), take_down(&editor, &page, &post));
    // A request that met the other's transaction may be asked to come again; nothing was half-done.
    for answer in [one, other] {
        if answer.status != 200 {
            answer.problem(409, "conflict");
        }
    }
    let done = take_down(&team.owner, &page, &post).await.expect(200);
    assert_eq!(again(&team.owner, &post).await["deliveries"][0]["taken_down"], done);
    assert_eq!(log(&team, &post).await.len(), 1);
}

#[tokio::test]
async fn only_who_may_publish_takes_down_and_only_what_is_their_own() {
    let (team, stranger) = tokio::join!(team(), team());
    let page = team.page().await;
    let post = published(&team, "Ours", &[], &[&page]).await;
    for role in ["viewer", "author"] {
        let person = team.member(role).await;
        take_down(&person, &page, &post).await.problem(403, "forbidden");
        person.get(&format!("{}/insights", at(&page, &post))).await.problem(409, "not-offered");
    }
    take_down(&Person::anonymous(&stack().origin), &page, &post).await.problem(401, "not-signed-in");
    let foreign = take_down(&stranger.owner, &page, &post).await;
    let own = stranger.page().await;
    let never = json!({ "id": "pst_01ZZZZZZZZZZZZZZZZZZZZZZZZ" });
    assert_eq!(foreign.bytes(), take_down(&stranger.owner, &own, &never).await.bytes());
    assert_eq!(foreign.bytes(), take_down(&stranger.owner, &own, &post).await.bytes());
    foreign.problem(404, "not-found");
    let foreign = stranger.owner.get(&format!("{}/insights", at(&page, &post))).await;
    foreign.problem(404, "not-found");
    assert_eq!(again(&team.owner, &post).await, post, "nothing happened");
    assert!(log(&team, &post).await.is_empty());
}

#[tokio::test]
async fn what_is_not_out_says_what_to_do_instead() {
    let fates: [(Fate, &str); 4] = [
        (
            |waiting| Delivery {
                wake_at: Some(waiting.due_at + jiff::SignedDuration::from_hours(9_000)),
                ..waiting.clone()
            },
            "off the schedule",
        ),
        (|waiting| Delivery { state: DeliveryState::Failed, wake_at: None, ..waiting.clone() }, "never arrived"),
        (
            |waiting| Delivery { state: DeliveryState::Unknown, wake_at: None, ..waiting.clone() },
            "say on the post's page",
        ),
        (
            |waiting| Delivery { state: DeliveryState::Published, wake_at: None, ..waiting.clone() },
            "Only a person confirmed",
        ),
    ];
    for (fate, advice) in fates {
        let team = team().await;
        let (post, path) = post_with(&team, fate).await;
        let account = path.rsplit('/').next().expect("an account").to_owned();
        for answer in [
            take_down(&team.owner, &account, &post).await,
            team.owner.get(&format!("{}/insights", at(&account, &post))).await,
        ] {
            let refused = answer.problem(409, "conflict");
            assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(advice)), "{refused}");
        }
        assert_eq!(again(&team.owner, &post).await, post, "nothing happened");
    }
}

#[tokio::test]
async fn a_disconnected_account_is_connected_again_first() {
    let team = team().await;
    let page = team.page().await;
    let post = published(&team, "Before it was given up", &[], &[&page]).await;
    team.owner.delete(&format!("/accounts/{page}")).await.expect(204);
    let refused = take_down(&team.owner, &page, &post).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("Connect it again first")), "{refused}");
    assert_eq!(team.page().await, page, "connected again, it is the same account");
    let done = take_down(&team.owner, &page, &post).await.expect(200);
    team.owner.delete(&format!("/accounts/{page}")).await.expect(204);
    assert_eq!(take_down(&team.owner, &page, &post).await.expect(200), done, "what is done needs no connection");
}
