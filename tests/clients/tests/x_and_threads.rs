//! What X and Threads do beside publishing in time: access that is renewed and given up, what is prepared ahead, figures,
//! quotas, deleting, and limits by the networks' own counting.

#![expect(clippy::unwrap_used, reason = "set-up that fails is a failed test")]

use std::collections::BTreeMap;

use async_trait::async_trait;
use clients::Stage;
use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::SignedDuration;
use networks::cases::{Cases, Connect, all, with_list, with_text};
use networks::library::Library;
use platforms::{Credentials, Job, Published, Steps};

#[derive(Default)]
struct Recorded(BTreeMap<String, String>);

#[async_trait]
impl Steps for Recorded {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

fn cases_of(platform: Platform, library: &Library) -> Cases {
    let (_, make) = all().into_iter().find(|(known, _)| *known == platform).unwrap();
    make(library)
}

fn x(library: &Library) -> Cases {
    cases_of(Platform::X, library)
}

/// As the second of the people who live there.
fn x_with_premium(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "default", user: "2244994946", account: 0 };
    Cases { connect, ..x(library) }
}

fn threads(library: &Library) -> Cases {
    cases_of(Platform::Threads, library)
}

async fn stage(platform: Platform) -> (Stage, Cases) {
    let make = if platform == Platform::X { x } else { threads };
    Stage::set(platform, make).await.unwrap()
}

fn job(stage: &Stage, cases: &Cases, format: &str) -> Job {
    let found = cases.formats.iter().find(|known| known.name == format).unwrap();
    Job { profile: stage.profile.clone(), ..found.job.clone() }
}

fn text(stage: &Stage, cases: &Cases, text: &str) -> Job {
    Job { text: text.to_owned(), ..job(stage, cases, "text") }
}

async fn publish(stage: &Stage, job: &Job) -> Result<Published, Failure> {
    stage.client.publish(job, &stage.credentials, &mut Recorded::default(), &stage.library).await
}

async fn is_refused(stage: &Stage, job: &Job, words: &str) {
    match publish(stage, job).await {
        Err(Failure::Rejected { message, advice, .. }) => {
            assert!(format!("{message} {advice}").contains(words), "{message}: {advice}");
        }
        other => panic!("{other:?}"),
    }
}

/// The requests since the first `before`, as method and path.
fn requests(stage: &Stage, before: usize) -> Vec<String> {
    stage.world.seen().split_off(before).into_iter().map(|seen| seen.what).collect()
}

#[tokio::test]
async fn x_renews_access_once_with_each_token() {
    let (stage, _) = stage(Platform::X).await;
    let renewed = stage.client.refresh(&stage.credentials).await.unwrap();
    assert_ne!(renewed, stage.credentials);
    assert_eq!(stage.client.check(&renewed).await.unwrap(), stage.profile);
    assert!(matches!(stage.client.refresh(&stage.credentials).await, Err(Failure::Revoked { .. })));
    let again = stage.client.refresh(&renewed).await.unwrap();
    stage.client.revoke(&again).await.unwrap();
    assert!(matches!(stage.client.check(&again).await, Err(Failure::TokenExpired { .. })));
    assert!(matches!(stage.client.refresh(&again).await, Err(Failure::Revoked { .. })));
    stage.client.revoke(&again).await.unwrap();
}

#[tokio::test]
async fn x_is_asked_once_at_the_due_second() {
    let (stage, cases) = stage(Platform::X).await;
    let (job, mut steps) = (job(&stage, &cases, "video"), Recorded::default());
    stage.client.prepare(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
    assert!(stage.world.shown(Platform::X).is_empty());
    let before = stage.world.seen().len();
    stage.client.publish(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
    assert_eq!(requests(&stage, before), ["POST /2/tweets"]);
}

#[tokio::test]
async fn x_tells_figures_and_takes_posts_back() {
    let (stage, cases) = stage(Platform::X).await;
    let post = publish(&stage, &job(&stage, &cases, "text")).await.unwrap();
    let figures = stage.client.insights(&post.remote_id, &stage.credentials).await.unwrap();
    assert_eq!((figures.views, figures.shares, figures.clicks), (Some(120), Some(3), Some(4)));
    // A month later X tells others less, and so it does us.
    stage.world.pass(SignedDuration::from_hours(31 * 24));
    let renewed = stage.client.refresh(&stage.credentials).await.unwrap();
    let figures = stage.client.insights(&post.remote_id, &renewed).await.unwrap();
    assert_eq!((figures.likes, figures.clicks), (Some(7), None));
    stage.client.delete(&post.remote_id, &renewed).await.unwrap();
    stage.client.delete(&post.remote_id, &renewed).await.unwrap();
    assert!(stage.world.shown(Platform::X).is_empty());
    assert!(matches!(stage.client.insights(&post.remote_id, &renewed).await, Err(Failure::Rejected { .. })));
}

#[tokio::test]
async fn x_counts_in_its_own_way() {
    let (stage, cases) = stage(Platform::X).await;
    is_refused(&stage, &text(&stage, &cases, &"a".repeat(281)), "too long").await;
    is_refused(&stage, &text(&stage, &cases, &"日".repeat(141)), "too long").await;
    publish(&stage, &text(&stage, &cases, &"日".repeat(140))).await.unwrap();
    let link = format!("https://example.com/{} {}", "p".repeat(400), "b".repeat(256));
    publish(&stage, &text(&stage, &cases, &link)).await.unwrap();
    is_refused(&stage, &text(&stage, &cases, &format!("{link}b")), "too long").await;
    let poll = with_list(text(&stage, &cases, "Which?"), "poll", &["one", &"x".repeat(26)]);
    is_refused(&stage, &poll, "25").await;
    is_refused(&stage, &with_text(text(&stage, &cases, "Who?"), "reply_settings", "nobody"), "must be one of").await;
    is_refused(&stage, &text(&stage, &cases, "$ABC and $DEF"), "cashtag").await;
}

#[tokio::test]
async fn x_lets_subscribers_write_more_and_finds_it_again() {
    let (stage, cases) = Stage::set(Platform::X, x_with_premium).await.unwrap();
    let limits = stage.profile.limits.clone().unwrap();
    assert_eq!(limits.text_max, Some(25_000));
    let long = text(&stage, &cases, &"A long & patient text. ".repeat(40));
    let first = publish(&stage, &long).await.unwrap();
    let doubted = Job { unsettled: true, ..long };
    assert_eq!(publish(&stage, &doubted).await.unwrap(), first);
    assert_eq!(stage.world.shown(Platform::X).len(), 1);
}

#[tokio::test]
async fn x_refuses_a_duplicate_which_is_ours_only_if_it_is_as_young() {
    let (stage, cases) = stage(Platform::X).await;
    let job = job(&stage, &cases, "links");
    let first = publish(&stage, &job).await.unwrap();
    // The account's posts were looked through too early, and nothing was found: the refusal tells.
    assert_eq!(publish(&stage, &job).await.unwrap(), first);
    let later = Job { created_at: job.created_at + SignedDuration::from_mins(10), ..job };
    is_refused(&stage, &later, "same text").await;
    assert_eq!(stage.world.shown(Platform::X).len(), 1);
}

#[tokio::test]
async fn threads_renews_access_that_is_a_day_old() {
    let (stage, cases) = stage(Platform::Threads).await;
    assert!(matches!(stage.client.refresh(&stage.credentials).await, Err(Failure::Rejected { .. })));
    stage.world.pass(SignedDuration::from_hours(25));
    let renewed = stage.client.refresh(&stage.credentials).await.unwrap();
    assert_ne!(renewed, stage.credentials);
    assert_eq!(stage.client.check(&renewed).await.unwrap(), stage.profile);
    // What ends soon is renewed ahead of a post, and still good for one that is due now.
    let Credentials::Token(mut token) = renewed else { panic!("not a token") };
    let job = job(&stage, &cases, "text");
    token.expires_at = Some(job.created_at + SignedDuration::from_hours(5 * 24));
    let ending = Credentials::Token(token);
    let prepared = stage.client.prepare(&job, &ending, &mut Recorded::default(), &stage.library).await;
    assert!(matches!(prepared, Err(Failure::TokenExpired { .. })));
    stage.client.publish(&job, &ending, &mut Recorded::default(), &stage.library).await.unwrap();
}

#[tokio::test]
async fn threads_is_asked_once_at_the_due_second() {
    let (stage, cases) = stage(Platform::Threads).await;
    for format in ["text", "carousel", "video"] {
        let (job, mut steps) = (job(&stage, &cases, format), Recorded::default());
        let shown = stage.world.shown(Platform::Threads).len();
        stage.client.prepare(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
        assert_eq!(stage.world.shown(Platform::Threads).len(), shown);
        let before = stage.world.seen().len();
        let post = stage.client.publish(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
        let place = format!("GET /v1.0/{}", post.remote_id);
        let publishing = "POST /v1.0/26180000000000001/threads_publish".to_owned();
        assert_eq!(requests(&stage, before), [publishing, place]);
    }
}

#[tokio::test]
async fn threads_makes_another_container_when_one_is_a_day_old() {
    let (stage, cases) = stage(Platform::Threads).await;
    let (job, mut steps) = (job(&stage, &cases, "picture"), Recorded::default());
    stage.client.prepare(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
    stage.world.pass(SignedDuration::from_hours(25));
    // By our own clock it is young: Threads says that it ended.
    let first = stage.client.publish(&job, &stage.credentials, &mut steps, &stage.library).await;
    assert!(matches!(first, Err(Failure::Transient { .. })), "{first:?}");
    stage.client.publish(&job, &stage.credentials, &mut steps, &stage.library).await.unwrap();
    assert_eq!(stage.world.shown(Platform::Threads).len(), 1);
}

#[tokio::test]
async fn threads_tells_its_quota_and_keeps_to_it() {
    let (stage, cases) = stage(Platform::Threads).await;
    for number in 0..250 {
        publish(&stage, &text(&stage, &cases, &format!("Post number {number}"))).await.unwrap();
    }
    let quota = stage.client.offers(&stage.credentials).await.unwrap().quota.unwrap();
    assert_eq!((quota.used, quota.total, quota.window_seconds), (250, 250, 86_400));
    let one_more = text(&stage, &cases, "One more");
    assert!(matches!(publish(&stage, &one_more).await, Err(Failure::RateLimited { .. })));
    stage.world.pass(SignedDuration::from_hours(24));
    publish(&stage, &one_more).await.unwrap();
}

#[tokio::test]
async fn threads_tells_figures_and_takes_posts_back() {
    let (stage, cases) = stage(Platform::Threads).await;
    let post = publish(&stage, &job(&stage, &cases, "text")).await.unwrap();
    assert!(post.permalink.starts_with("https://www.threads.com/@ada.example/post/"));
    let figures = stage.client.insights(&post.remote_id, &stage.credentials).await.unwrap();
    assert_eq!((figures.views, figures.comments, figures.shares), (Some(90), Some(2), Some(5)));
    stage.client.delete(&post.remote_id, &stage.credentials).await.unwrap();
    stage.client.delete(&post.remote_id, &stage.credentials).await.unwrap();
    assert!(stage.world.shown(Platform::Threads).is_empty());
    stage.client.revoke(&stage.credentials).await.unwrap();
}

#[tokio::test]
async fn threads_counts_in_its_own_way() {
    let (stage, cases) = stage(Platform::Threads).await;
    is_refused(&stage, &text(&stage, &cases, &"a".repeat(501)), "500").await;
    is_refused(&stage, &text(&stage, &cases, &"🎉".repeat(126)), "500").await;
    publish(&stage, &text(&stage, &cases, &"🎉".repeat(125))).await.unwrap();
    let links: Vec<String> = (0..6).map(|number| format!("https://example.com/{number}")).collect();
    is_refused(&stage, &text(&stage, &cases, &links.join(" ")), "five").await;
    is_refused(&stage, &with_text(text(&stage, &cases, "About"), "topic", "a.b"), "topic_tag").await;
    let poll = with_list(text(&stage, &cases, "Which?"), "poll", &["one", &"x".repeat(26)]);
    is_refused(&stage, &poll, "25").await;
}
