//! Each fault, injected, and the figure and the line that it leaves.

use cloud::{Clock as _, SystemClock};
use domain::account::Account;
use domain::circuit::ACCOUNTS_IN_A_ROW;
use domain::delivery::{Delivery, DeliveryState, SENT};
use domain::ids::{AccountId, PostId, Ulid};
use domain::platform::Platform;
use image::ImageFormat;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::{Condition, OrgKey};
use tests::gateway_event::{REQUEST_ID, request};
use tests::log::{figures, saying};
use tests::person::upload;
use tests::picture::picture;
use tests::runtime_api::Outcome;

use super::network::Next;
use super::{Site, give, outcome};

const MASTODON: Option<(&str, &str)> = Some(("Network", "mastodon"));

/// What is told of one delivery that was tried: the figures and the line. Every line names the invocation and its trace.
fn told<'a>(lines: &'a [Value], figure: &str) -> &'a Value {
    assert_eq!(figures(lines, figure, MASTODON), [1], "{figure}: {lines:?}");
    assert_eq!(figures(lines, "ClaimConflicts", None), [0_i64; 0]);
    for line in lines.iter().filter(|line| !line["_aws"].is_object()) {
        assert!(line["request_id"].is_string(), "{line}");
        assert_eq!(line["trace_id"], "1-5759e988-bd862e3fe1be46a994272793", "{line}");
    }
    let handled = saying(lines, "handled");
    assert_eq!(handled.len(), 1, "{lines:?}");
    assert_eq!((&handled[0]["status"], &handled[0]["woken_by"]), (&json!("ok"), &json!("schedule")));
    assert!(handled[0]["duration_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{handled:?}");
    let concluded = saying(lines, "concluded");
    assert_eq!(concluded.len(), 1, "{lines:?}");
    assert_eq!(concluded[0]["network"], "mastodon");
    concluded[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_network_does_is_told() {
    let site = Site::open("network").await;
    let (publish, mut log) = site.function("publish").await;
    let faults = [
        (Next::Out, "DeliveriesPublished", "Published"),
        (Next::Limited, "DeliveriesRetrying", "RateLimited"),
        (Next::Broken, "DeliveriesRetrying", "Ambiguous"),
        (Next::Lost, "DeliveriesRetrying", "Ambiguous"),
        (Next::Refused, "DeliveriesFailed", "Rejected"),
        (Next::Revoked, "DeliveriesFailed", "Revoked"),
    ];
    for (number, (next, figure, outcome)) in faults.into_iter().enumerate() {
        let (_, wake_up) = site.due("A post that is told of", &site.account().await).await;
        site.network.next(next);
        assert_eq!(give(&publish, &wake_up).await, json!({ "tried": 1 }));
        let lines = log.more();
        let concluded = told(&lines, figure);
        assert_eq!(concluded["outcome"], format!("Some({outcome})"), "{next:?}: {concluded}");
        assert_eq!(concluded["org"], site.team.org);
        let throttles = figures(&lines, "NetworkThrottles", MASTODON);
        assert_eq!(throttles.len(), usize::from(next == Next::Limited), "{next:?}");
        let late = figures(&lines, "PublishLatenessMs", MASTODON);
        assert_eq!(late.len(), usize::from(next == Next::Out), "{next:?}");
        assert_eq!(figures(&lines, "ColdStarts", None), vec![1; usize::from(number == 0)], "once in a process");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_left_alone_is_told() {
    let site = Site::open("paused").await;
    let (publish, mut log) = site.function("publish").await;
    for number in 1..=ACCOUNTS_IN_A_ROW {
        let (_, wake_up) = site.due("A post to a network in trouble", &site.account().await).await;
        site.network.next(Next::Broken);
        give(&publish, &wake_up).await;
        let lines = log.more();
        let pauses = figures(&lines, "NetworkPauses", MASTODON);
        assert_eq!(pauses, vec![1; usize::from(number == ACCOUNTS_IN_A_ROW)], "{lines:?}");
        assert_eq!(saying(&lines, "a network's circuit changed").len(), pauses.len());
    }
    let (post, wake_up) = site.due("It waits with the others", &site.account().await).await;
    give(&publish, &wake_up).await;
    assert!(saying(&log.more(), "concluded").is_empty());
    let (_, waiting) = site.post(post).await;
    assert!(waiting.attempts.is_empty() && waiting.wake_at.is_some_and(|at| at > SystemClock.now()), "{waiting:?}");
}

/// However many accounts it happens to: the network goes on getting what can be sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_fails_on_our_side_is_told_and_not_blamed_on_the_network() {
    let site = Site::open("ours").await;
    let file = upload(&site.team.owner, "work.png", "image/png", picture(32, 20, ImageFormat::Png)).await;
    for (service, said) in [("AWS_ENDPOINT_URL_S3", "object store"), ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "token-key")]
    {
        let (publish, mut log) = site.function_with("publish", &site.without(service)).await;
        for _ in 0..=ACCOUNTS_IN_A_ROW {
            let (post, wake_up) = site.due_with("With a picture", &[&file["id"]], &site.account().await).await;
            assert_eq!(give(&publish, &wake_up).await, json!({ "tried": 1 }));
            let lines = log.more();
            assert_eq!(told(&lines, "DeliveriesRetrying")["outcome"], "Some(Transient)");
            let ours = saying(&lines, "a delivery failed on our side");
            assert!(
                matches!(ours[..], [line] if line["error"].as_str().is_some_and(|error| error.contains(said))),
                "{ours:?}"
            );
            assert_eq!(figures(&lines, "NetworkPauses", MASTODON), [0_i64; 0], "{lines:?}");
            let (_, waiting) = site.post(post).await;
            assert!(waiting.state == DeliveryState::Retrying && waiting.wake_at.is_some(), "{waiting:?}");
        }
    }
    let (publish, mut log) = site.function("publish").await;
    let (_, wake_up) = site.due_with("Out at once", &[&file["id"]], &site.account().await).await;
    give(&publish, &wake_up).await;
    told(&log.more(), "DeliveriesPublished");
}

/// Nobody may ask that network whether a post is there, and the process that sent it died.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_and_what_waits_too_long_is_told() {
    let site = Site::open("unknown").await;
    let account = site.account().await;
    let (post, _) = site.due("Is it out?", &account).await;
    leave_behind(&site, post, account.parse().expect("an id")).await;
    let (publish, mut log) = site.function("publish").await;
    assert_eq!(give(&publish, &json!({ "sweep": true })).await, json!({ "tried": 1 }));
    let lines = log.more();
    assert_eq!(figures(&lines, "DeliveriesUnknown", Some(("Network", "linkedin"))), [1], "{lines:?}");
    let oldest = figures(&lines, "OldestUnfinishedSeconds", None);
    assert!(matches!(oldest[..], [seconds] if (7_200..7_300).contains(&seconds)), "{oldest:?}");
    assert_eq!(figures(&lines, "OverdueDeliveries", None), [1]);
    let overdue = saying(&lines, "overdue");
    assert_eq!(overdue.len(), 1);
    assert_eq!((&overdue[0]["post"], &overdue[0]["woken_by"]), (&json!(post), &json!("sweep")));
    give(&publish, &json!({ "sweep": true })).await;
    assert_eq!(figures(&log.more(), "OldestUnfinishedSeconds", None), [0], "an unknown one has an end");
}

/// Makes of a due delivery one that was sent to a blind network two hours ago by a process that is no more.
async fn leave_behind(site: &Site, post: PostId, account: AccountId) {
    let (_, waiting) = site.post(post).await;
    let due = SystemClock.now() - SignedDuration::from_hours(2);
    let was = Delivery { due_at: due, wake_at: Some(due), platform: Platform::Linkedin, ..waiting.clone() };
    let mut sent = was.claim(was.revision, due, Ulid::from(7)).expect("a claim");
    sent.steps.insert(SENT.to_owned(), sent.fence.to_string());
    let key = OrgKey::Account(account);
    let stored: Account = site.store.get(&key).await.expect("a read").expect("the account");
    let blind = Account { platform: Platform::Linkedin, ..stored };
    let writes = [
        site.store.put(&OrgKey::Delivery(post, account), &sent, Condition::unmoved(&waiting)),
        site.store.put(&key, &blind, Condition::Present),
    ];
    site.store.transact(writes.into_iter().map(|write| write.expect("a write")).collect()).await.expect("stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_claim_is_told() {
    let site = Site::open("conflict").await;
    let (post, wake_up) = site.due("For two", &site.account().await).await;
    let (publish, mut log) = site.function("publish").await;
    let (store, (_, waiting)) = (site.store.clone(), site.post(post).await);
    // Another has read the same, and is faster.
    site.gate.before_write(move || async move {
        let other = waiting.claim(waiting.revision, SystemClock.now(), Ulid::from(8)).expect("a claim");
        let key = OrgKey::Delivery(other.post_id, other.account_id);
        let write = store.put(&key, &other, Condition::unmoved(&waiting)).expect("a write");
        store.transact(vec![write]).await.expect("the other's claim");
    });
    give(&publish, &wake_up).await;
    let lines = log.more();
    assert_eq!(figures(&lines, "ClaimConflicts", MASTODON), [1], "{lines:?}");
    assert_eq!(saying(&lines, "claimed by another").len(), 1);
    assert!(saying(&lines, "concluded").is_empty(), "the other goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_asks_for_patience_is_told() {
    let site = Site::open("throttles").await;
    let (_, wake_up) = site.due("With patience", &site.account().await).await;
    let (publish, mut log) = site.function("publish").await;
    site.gate.refuse(2);
    assert_eq!(give(&publish, &wake_up).await, json!({ "tried": 1 }));
    let lines = log.more();
    assert_eq!(figures(&lines, "TableThrottles", None), [1, 1], "{lines:?}");
    assert_eq!(told(&lines, "DeliveriesPublished")["state"], "published");

    let (_, wake_up) = site.due("Without", &site.account().await).await;
    site.gate.refuse(1000);
    let failed = outcome(&publish, &wake_up).await;
    assert!(matches!(&failed, Outcome::Failed(error) if error.to_string().contains("the table")), "{failed:?}");
    let lines = log.more();
    let handled = saying(&lines, "handled");
    assert_eq!((&handled[0]["status"], &handled[0]["level"]), (&json!("failed"), &json!("ERROR")));
    assert!(handled[0]["error"].as_str().is_some_and(|error| error.contains("the table")), "{handled:?}");
    assert!(figures(&lines, "TableThrottles", None).len() > 1);
    site.gate.refuse(0);
    give(&publish, &wake_up).await;
    told(&log.more(), "DeliveriesPublished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_out_of_reach_is_told_and_the_answer_stands() {
    let mut site = Site::open("queue").await;
    site.settings = site.without("AWS_ENDPOINT_URL_SQS");
    let account = site.account().await;
    let target = json!({ "account_id": account, "text": null, "media": null });
    let body = json!({ "text": "Without a wake-up", "media": [], "targets": [target] });
    let post = site.team.owner.post("/posts", &body).await.expect(201);
    let path = format!("/api/posts/{}/publish", post["id"].as_str().expect("an id"));
    let mut event = request(&site.team.owner, "POST", &path, None).expect("an event");
    event["headers"]["if-match"] = format!("\"{}\"", post["version"]).into();

    let (posts, mut log) = site.function("posts").await;
    let answer = give(&posts, &event).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["x-request-id"]), (&json!(202), &json!(REQUEST_ID)));
    let lines = log.more();
    assert_eq!(figures(&lines, "LostWakeUps", None), [1], "{lines:?}");
    assert_eq!(figures(&lines, "ColdStarts", None), [1]);
    let (lost, answered) = (saying(&lines, "no wake-up: the sweep will publish"), saying(&lines, "answered"));
    assert_eq!((lost.len(), answered.len()), (1, 1), "{lines:?}");
    for line in [lost[0], answered[0]] {
        assert_eq!((&line["request_id"], &line["org"]), (&json!(REQUEST_ID), &json!(site.team.org)), "{line}");
        assert_eq!((&line["method"], &line["route"]), (&json!("POST"), &json!("/api/posts/{id}/publish")), "{line}");
        assert_eq!(line["trace_id"], "1-5759e988-bd862e3fe1be46a994272793", "{line}");
        assert!(line["invocation_id"].is_string(), "{line}");
    }
    assert_eq!(answered[0]["status"], 202);
    assert!(answered[0]["duration_ms"].is_f64(), "{}", answered[0]);
}
