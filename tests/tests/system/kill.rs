//! The real program, killed without warning and started again: nothing accepted is lost, nothing goes out twice.

use std::path::Path;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use cloud::{Clock as _, Cloud, SystemClock};
use domain::ids::OrgId;
use domain::tenancy::OrgScope;
use domain::wake::PREPARATION;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Order, OrgList, PageEntry, PageRequest, Table};
use tests::kill_trials::{Settings, run};
use tests::person::{Person, Team};
use tests::process::{Atelier, Scratch};

/// Posts that are due while the program dies: enough for a kill to meet some of them half-way.
const POSTS: usize = 40;

async fn schedule(person: &Person, page: &str, at: Timestamp) -> String {
    let body = json!({ "text": "Going out once", "media": [], "targets": [{ "account_id": page, "text": null, "media": null }] });
    let post = person.post("/posts", &body).await.expect(201);
    let id = post["id"].as_str().expect("an id").to_owned();
    let time = json!({ "local": at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" });
    person.at_version(Method::POST, &format!("/posts/{id}/schedule"), &post["version"], &time).await.expect(200);
    id
}

/// Waits until none of the posts is on its way, and yields them.
async fn settled(person: &mut Person, ids: &[String]) -> Vec<Value> {
    for _ in 0..400 {
        let mut posts = Vec::new();
        for id in ids {
            posts.push(person.get(&format!("/posts/{id}")).await.expect(200));
        }
        if posts.iter().all(|post| post["status"] == "published") {
            return posts;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        person.refresh().await;
    }
    panic!("some posts never went out");
}

/// What the public page holds, read from the data itself.
async fn entries(org: &str, data: &Path) -> Vec<PageEntry> {
    let running = local::start(local::Options::new(data)).await.expect("the stack");
    let org: OrgId = org.parse().expect("an id");
    let store = Table::new(&running.cloud).org(OrgScope::from_own_wakeup(org));
    let page = PageRequest { cursor: None, limit: 1000 };
    let found = store.list(OrgList::PageEntries, Order::Ascending, &page).await.expect("a page");
    running.shutdown().await;
    found.items
}

/// How many releases the running program holds: visible, under way, delayed. Asked as an operator would.
async fn releases(data: &Path) -> [u64; 3] {
    let data = data.display().to_string();
    let config = operator::place::find(|name| (name == "DATA_DIR").then(|| data.clone())).expect("the program");
    let cloud = Cloud::connect(config).await;
    let mut sqs = aws_sdk_sqs::config::Builder::from(cloud.sdk());
    sqs.set_endpoint_url(cloud.config.endpoints.sqs.clone());
    let ask = aws_sdk_sqs::Client::from_conf(sqs.build()).get_queue_attributes();
    let ask = ask.queue_url(&cloud.config.release_queue_url).attribute_names(QueueAttributeName::All);
    let attributes = ask.send().await.expect("attributes").attributes.expect("some");
    [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ]
    .map(|name| attributes[&name].parse().expect("a number"))
}

/// Waits until every release was handed over and is gone.
async fn all_released(data: &Path) {
    for _ in 0..100 {
        if releases(data).await == [0, 0, 0] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("releases stay: {:?}", releases(data).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_release_outlives_the_program() {
    let data = Scratch::new("release").expect("a folder");
    let mut atelier = Atelier::start(data.path()).await.expect("the program");
    let mut team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    // Far enough ahead for the queue to keep the release back for some seconds before it is time to prepare.
    let due = SystemClock.now() + PREPARATION + SignedDuration::from_secs(10);
    let id = schedule(&team.owner, &page, due).await;
    assert_eq!(releases(data.path()).await, [0, 0, 1]);
    atelier.kill().expect("killed");
    let _atelier = atelier.restart().await.expect("the program again");
    assert_eq!(releases(data.path()).await, [0, 0, 1], "what was accepted is kept");
    assert!(SystemClock.now() < due, "the program took too long to start");
    let posts = settled(&mut team.owner, &[id]).await;
    let late = posts[0]["deliveries"][0]["late_ms"].as_i64().expect("lateness");
    assert!((0..3_000).contains(&late), "{late} ms late");
    all_released(data.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_posts_go_out() {
    let data = Scratch::new("kill").expect("a folder");
    let mut atelier = Atelier::start(data.path()).await.expect("the program");
    let mut team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    let due = SystemClock.now() + SignedDuration::from_secs(10);
    let mut ids = Vec::new();
    for _ in 0..POSTS {
        ids.push(schedule(&team.owner, &page, due).await);
    }
    assert!(SystemClock.now() < due, "the posts were due before all were scheduled");

    // Three deaths around the due time; each start finds what the last one left.
    for after_ms in [0, 60, 250] {
        let moment = due + SignedDuration::from_millis(after_ms);
        let ahead = Duration::try_from(moment - SystemClock.now()).unwrap_or_default();
        tokio::time::sleep(ahead).await;
        atelier.kill().expect("killed");
        atelier = atelier.restart().await.expect("the program again");
    }
    let posts = settled(&mut team.owner, &ids).await;
    all_released(data.path()).await;
    for post in &posts {
        let delivery = &post["deliveries"][0];
        assert_eq!(delivery["state"], "published", "{delivery}");
        let published = delivery["attempts"].as_array().into_iter().flatten();
        assert_eq!(published.filter(|attempt| attempt["outcome"] == "published").count(), 1, "{delivery}");
    }
    atelier.kill().expect("killed");
    let mut shown: Vec<_> =
        entries(&team.org, data.path()).await.iter().map(|entry| entry.post_id.to_string()).collect();
    shown.sort();
    ids.sort();
    assert_eq!(shown, ids, "each once, none missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn due_while_it_was_off_is_published_late_and_says_so() {
    let data = Scratch::new("off").expect("a folder");
    let mut atelier = Atelier::start(data.path()).await.expect("the program");
    let mut team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    let due = SystemClock.now() + SignedDuration::from_secs(2);
    let id = schedule(&team.owner, &page, due).await;
    atelier.kill().expect("killed");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let _atelier = atelier.restart().await.expect("the program again");
    // The session survives, too: the same tokens and refresh token go on working.
    let posts = settled(&mut team.owner, &[id]).await;
    let delivery = &posts[0]["deliveries"][0];
    let late = delivery["late_ms"].as_i64().expect("lateness");
    assert!((2_000..60_000).contains(&late), "{late} ms late");
}

/// The kill trials can fail: against a network that keeps no keys and loses the first answer to each, they count doubles.
#[tokio::test(flavor = "multi_thread")]
async fn the_trials_find_a_forgetful_network_out() {
    let report = run(Settings { trials: 6, seed: 1, forgetful: true }, |_| {}).await.expect("trials");
    assert!(!report.doubled.is_empty(), "{report}");
}
