//! When nobody knows whether a delivery arrived: the two choices of a person, and what is overdue.

use cloud::{Clock as _, Cloud, SystemClock};
use domain::delivery::{Delivery, DeliveryState, Failure};
use domain::ids::{OrgId, PostId, Ulid};
use domain::platform::Class;
use domain::post::{Post, TargetOutcome};
use domain::tenancy::OrgScope;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Condition, OrgKey, Table};
use tests::answer::Answer;
use tests::person::{Person, Team};
use tests::stack::stack;

use super::publishing::settled;
use super::{id, next_year, post_for, team};

const LOST: &str = "the connection ended before an answer came";

/// What became of a delivery that was due.
pub(crate) type Fate = fn(&Delivery) -> Delivery;

/// A scheduled post to the page, whose delivery is as `then` makes it of one that was due an hour ago.
pub(crate) async fn post_with(team: &Team, then: Fate) -> (Value, String) {
    let page = team.page().await;
    let post = team.owner.post("/posts", &post_for("Is it out?", &[&page])).await.expect(201);
    let time = json!({ "local": next_year("03-01T09:00"), "zone": "Europe/Berlin" });
    let path = format!("/posts/{}/schedule", id(&post));
    team.owner.at_version(Method::POST, &path, &post["version"], &time).await.expect(200);

    let cloud = Cloud::connect(stack().config.clone()).await;
    let org: OrgId = team.org.parse().expect("an id");
    let store = Table::new(&cloud).org(OrgScope::from_own_wakeup(org));
    let stored: PostId = id(&post).parse().expect("an id");
    let (mut stored, deliveries) = store.post(stored).await.expect("a read").expect("the post");
    let due = an_hour_ago();
    let waiting = Delivery { due_at: due, wake_at: Some(due), ..deliveries[0].clone() };
    let delivery = then(&waiting);
    let outcome = TargetOutcome { state: delivery.state, permalink: None };
    stored.outcomes.insert(delivery.account_id, outcome);
    if let Some(schedule) = &mut stored.schedule {
        schedule.at = due;
    }
    let key = OrgKey::Delivery(delivery.post_id, delivery.account_id);
    let writes = [
        store.put::<Post>(&OrgKey::Post(stored.id), &stored, Condition::Version(stored.version)),
        store.put(&key, &delivery, Condition::unmoved(&deliveries[0])),
    ];
    store.transact(writes.into_iter().map(|write| write.expect("a write")).collect()).await.expect("stored");
    let path = format!("/posts/{}/deliveries/{page}", id(&post));
    (team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200), path)
}

fn an_hour_ago() -> Timestamp {
    SystemClock.now() - SignedDuration::from_hours(1)
}

/// Its only attempt ended without an answer, on a network that cannot be asked.
fn answer_lost(waiting: &Delivery) -> Delivery {
    let claimed = waiting.claim(waiting.revision, waiting.due_at, Ulid::from(9)).expect("a claim");
    let lost = Failure::Ambiguous { message: LOST.to_owned() };
    claimed.conclude(waiting.due_at + SignedDuration::from_secs(30), Err(lost), Class::Blind, 0.5)
}

/// A network was busy; it is tried again in a year, so that nothing happens while the test looks.
fn put_off(waiting: &Delivery) -> Delivery {
    let claimed = waiting.claim(waiting.revision, waiting.due_at, Ulid::from(9)).expect("a claim");
    let busy = Failure::Transient { message: "the network is busy".to_owned() };
    let retrying = claimed.conclude(waiting.due_at, Err(busy), Class::Keyed, 0.5);
    Delivery { wake_at: Some(waiting.due_at + SignedDuration::from_hours(24 * 365)), ..retrying }
}

async fn say(person: &Person, path: &str, what: &str) -> Answer {
    Answer::to(person.request(Method::POST, &format!("{path}/{what}"))).await
}

/// What the audit log says of the deliveries of a post, newest first.
async fn audit(team: &Team, post: &Value) -> Vec<(String, String)> {
    let log = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = log["items"].as_array().expect("entries").iter().filter(|entry| entry["target"] == post["id"]);
    let entries = entries.map(|entry| (text(entry, "action"), text(&entry["actor"], "name")));
    entries.filter(|(action, _)| action.starts_with("delivery.")).collect()
}

#[tokio::test]
async fn a_person_says_that_it_is_there() {
    let team = team().await;
    let (post, path) = post_with(&team, answer_lost).await;
    assert_eq!(
        (post["status"].as_str(), post["deliveries"][0]["state"].as_str()),
        (Some("attention"), Some("unknown"))
    );
    assert_eq!(post["deliveries"][0]["decision"], Value::Null);
    assert_eq!(post["deliveries"][0]["overdue"], false, "it has an end, if a bad one");
    let listed = team.owner.get("/posts?status=attention").await.expect(200);
    assert_eq!(super::each(&listed, "id"), [id(&post)], "what needs somebody is found");

    let editor = team.member("editor").await;
    let url = json!({ "url": " https://Net.test/@workshop/1 " });
    let answer = editor.post(&format!("{path}/confirm"), &url).await;
    let version = post["version"].as_u64().expect("a version") + 1;
    assert_eq!(answer.header("etag"), format!("\"{version}\""));
    let confirmed = answer.expect(200);
    assert_eq!((confirmed["status"].as_str(), confirmed["version"].as_u64()), (Some("published"), Some(version)));
    let delivery = &confirmed["deliveries"][0];
    assert_eq!(delivery["permalink"], "https://net.test/@workshop/1");
    for made_up in ["remote_id", "published_at", "late_ms", "error", "next_attempt_at"] {
        assert_eq!(delivery[made_up], Value::Null, "{made_up}");
    }
    assert_eq!(delivery["attempts"][0]["outcome"], "ambiguous", "the ledger stays as it was");
    assert_eq!(delivery["attempts"][0]["detail"], LOST);
    let decision = &delivery["decision"];
    assert_eq!((decision["choice"].as_str(), decision["by_name"].as_str()), (Some("there"), Some("editor-of")));
    let at: Timestamp = decision["at"].as_str().expect("a time").parse().expect("an instant");
    assert!(SystemClock.now().duration_since(at) < SignedDuration::from_mins(5));
    assert_eq!(team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200), confirmed, "it is stored");
    let listed = team.owner.get("/posts").await.expect(200);
    assert_eq!(listed["items"][0]["targets"][0]["permalink"], "https://net.test/@workshop/1");
    assert_eq!(audit(&team, &post).await, [("delivery.confirm".to_owned(), "editor-of".to_owned())]);

    let again = say(&editor, &path, "confirm").await.problem(409, "conflict");
    assert!(again["detail"].as_str().is_some_and(|detail| detail.contains("published already")), "{again}");
    say(&editor, &path, "retry").await.problem(409, "conflict");
    assert_eq!(audit(&team, &post).await.len(), 1, "a refusal leaves no trace");
}

#[tokio::test]
async fn where_it_is_need_not_be_said_and_must_be_an_address() {
    let team = team().await;
    let (post, path) = post_with(&team, answer_lost).await;
    let confirm = format!("{path}/confirm");
    let long = format!("https://net.test/{}", "a".repeat(2_000));
    for wrong in ["", "net.test/1", "http://net.test/1", "javascript:alert(1)", "https://a:b@net.test/1", &long] {
        let refused = team.owner.post(&confirm, &json!({ "url": wrong })).await.problem(422, "rule-broken");
        assert_eq!(refused["errors"][0]["pointer"], "/url", "{wrong}");
    }
    team.owner.post(&confirm, &json!({ "link": "https://net.test/1" })).await.problem(400, "malformed-json");
    let still = team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200);
    assert_eq!(still, post, "nothing happened");
    let confirmed = say(&team.owner, &path, "confirm").await.expect(200);
    assert_eq!(
        (confirmed["status"].as_str(), confirmed["deliveries"][0]["permalink"].is_null()),
        (Some("published"), true)
    );
}

#[tokio::test]
async fn a_person_has_it_sent_again() {
    let team = team().await;
    let (post, path) = post_with(&team, answer_lost).await;
    let retried = say(&team.owner, &path, "retry").await.expect(202);
    let decision = &retried["deliveries"][0]["decision"];
    assert_eq!((decision["choice"].as_str(), decision["by_name"].as_str()), (Some("again"), Some("Olive")));
    let out = settled(&team.owner, &post).await;
    assert_eq!(out["status"], "published", "{out}");
    let delivery = &out["deliveries"][0];
    assert!(delivery["permalink"].as_str().is_some_and(|link| link.starts_with("http")), "{delivery}");
    assert!(delivery["remote_id"].is_string() && delivery["late_ms"].is_number(), "with evidence: {delivery}");
    assert_eq!(delivery["decision"], *decision, "who decided stays to be read");
    assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(2));
    assert_eq!(audit(&team, &post).await, [("delivery.retry".to_owned(), "Olive".to_owned())]);
    say(&team.owner, &path, "confirm").await.problem(409, "conflict");
}

#[tokio::test]
async fn of_two_choices_at_once_one_counts() {
    let team = team().await;
    let (post, path) = post_with(&team, answer_lost).await;
    let (there, again) = tokio::join!(say(&team.owner, &path, "confirm"), say(&team.owner, &path, "retry"));
    let taken = [there.status == 200, again.status == 202];
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{} {}", there.status, again.status);
    let refused = if taken[0] { &again } else { &there };
    assert!([409, 412].contains(&refused.status), "{}", refused.status);
    let choice = if taken[0] { "there" } else { "again" };
    let out = settled(&team.owner, &post).await;
    assert_eq!(
        (out["status"].as_str(), out["deliveries"][0]["decision"]["choice"].as_str()),
        (Some("published"), Some(choice))
    );
    assert_eq!(audit(&team, &post).await.len(), 1);
}

#[tokio::test]
async fn only_who_may_publish_decides_and_only_in_their_own_house() {
    let (team, stranger) = tokio::join!(team(), team());
    let (post, path) = post_with(&team, answer_lost).await;
    for role in ["viewer", "author"] {
        let person = team.member(role).await;
        say(&person, &path, "confirm").await.problem(403, "forbidden");
        say(&person, &path, "retry").await.problem(403, "forbidden");
    }
    say(&Person::anonymous(&team.owner.origin), &path, "confirm").await.problem(401, "not-signed-in");
    say(&stranger.owner, &path, "confirm").await.problem(404, "not-found");
    let elsewhere = format!("/posts/{}/deliveries/{}", id(&post), stranger.page().await);
    say(&team.owner, &elsewhere, "confirm").await.problem(404, "not-found");
    assert_eq!(team.owner.get(&format!("/posts/{}", id(&post))).await.expect(200), post, "nothing happened");
    assert!(audit(&team, &post).await.is_empty());
}

#[tokio::test]
async fn only_what_nobody_knows_is_confirmed() {
    let states: [(Fate, &str); 3] = [
        (put_off, "Wait for its outcome"),
        (|waiting| Delivery { state: DeliveryState::Failed, wake_at: None, ..waiting.clone() }, "Send it again"),
        (
            |waiting| Delivery { wake_at: Some(waiting.due_at + SignedDuration::from_hours(9_000)), ..waiting.clone() },
            "Wait",
        ),
    ];
    for (state, advice) in states {
        let team = team().await;
        let (_, path) = post_with(&team, state).await;
        let refused = say(&team.owner, &path, "confirm").await.problem(409, "conflict");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(advice)), "{refused}");
    }
}

#[tokio::test]
async fn what_should_have_ended_long_ago_says_so() {
    let team = team().await;
    let (post, _) = post_with(&team, put_off).await;
    let delivery = &post["deliveries"][0];
    assert_eq!((delivery["state"].as_str(), delivery["overdue"].as_bool()), (Some("retrying"), Some(true)));
    assert_eq!(delivery["error"]["message"], "the network is busy");
    assert!(delivery["next_attempt_at"].is_string(), "{delivery}");
}
