//! What becomes of a published post by the networks' clients: who lets it be deleted and counted, as the rule table says,
//! and that a thread goes with all its parts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use clients::Stage;
use domain::delivery::{BEGUN, COMMENT, Delivery, DeliveryState, Failure, LATE_LANDING, OUT, PART, Receipt};
use domain::ids::{AccountId, PostId, Ulid};
use domain::platform::Platform;
use domain::rules::{WayRule, rule};
use jiff::SignedDuration;
use networks::cases::{Cases, all};
use platforms::network::{NOT_OFFERED, noted};
use platforms::{Holding, Job, LostComment, Published, Steps};

#[derive(Default)]
struct Memory(BTreeMap<String, String>);

#[async_trait]
impl Steps for Memory {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

async fn stage(platform: Platform) -> (Stage, Cases) {
    let (_, make) = all().into_iter().find(|(known, _)| *known == platform).expect("the network has cases");
    Stage::set(platform, make).await.expect("an account is connected")
}

async fn publish(stage: &Stage, job: &Job, steps: &mut Memory) -> Published {
    let published = stage.client.publish(job, &stage.credentials, steps, &stage.library).await;
    published.expect("it is published")
}

fn thread(stage: &Stage, cases: &Cases) -> Job {
    let thread = cases.formats.iter().find(|format| format.name == "thread").expect("a thread");
    Job { profile: stage.profile.clone(), ..thread.job.clone() }
}

fn is_offered<T: std::fmt::Debug>(answer: &Result<T, Failure>) -> bool {
    match answer {
        Ok(_) => true,
        Err(Failure::Rejected { code, .. }) if code == NOT_OFFERED => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_rule_table_says_who_lets_posts_be_deleted_and_counted() {
    for (platform, make) in all() {
        let (stage, cases) = Stage::set(platform, make).await.expect("an account is connected");
        let job = Job { profile: stage.profile.clone(), ..cases.formats[0].job.clone() };
        let published = publish(&stage, &job, &mut Memory::default()).await;
        let way = stage.credentials.way();
        let by_table = |rule: &Option<WayRule>| rule.as_ref().is_some_and(|rule| rule.allows(way));
        let figures = stage.client.insights(&published.remote_id, &stage.credentials).await;
        assert_eq!(is_offered(&figures), by_table(&rule(platform).figures), "{platform:?} {way:?}: {figures:?}");
        let deleted = stage.client.delete(&published.remote_id, &stage.credentials).await;
        assert_eq!(is_offered(&deleted), by_table(&rule(platform).take_down), "{platform:?} {way:?}: {deleted:?}");
        assert_eq!(stage.world.shown(platform).is_empty(), deleted.is_ok(), "{platform:?} {way:?}");
    }
}

/// A published delivery with what was recorded on the way.
fn delivery(platform: Platform, published: Published, steps: Memory) -> Delivery {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let fresh = Delivery::new(PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)), platform, 1, now);
    let Published { remote_id, permalink } = published;
    let receipt = Some(Receipt { remote_id, permalink, published_at: now });
    Delivery { state: DeliveryState::Published, wake_at: None, receipt, steps: steps.0, ..fresh }
}

#[tokio::test]
async fn a_thread_goes_with_all_its_parts_and_its_comment() {
    for platform in [Platform::Bluesky, Platform::Mastodon, Platform::Threads, Platform::X] {
        let (stage, cases) = stage(platform).await;
        let job = Job { first_comment: Some("And a comment".to_owned()), ..thread(&stage, &cases) };
        let mut steps = Memory::default();
        let published = publish(&stage, &job, &mut steps).await;
        let shown: Vec<String> = stage.world.shown(platform).into_iter().map(|shown| shown.id).collect();
        let delivery = delivery(platform, published, steps);
        let ids = delivery.removal(stage.client.comments_are_posts(), |note| stage.client.part_id(note));
        let ids = ids.expect("ids");
        assert_eq!((ids.len(), shown.len()), (job.thread.len() + 2, job.thread.len() + 2), "{platform:?}: {ids:?}");
        let latest_first: Vec<&str> = shown.iter().rev().map(String::as_str).collect();
        assert!(ids.iter().zip(latest_first).all(|(id, shown)| id.contains(shown)), "{platform:?}: {ids:?} {shown:?}");
        for id in ids {
            stage.client.delete(&id, &stage.credentials).await.expect("it is gone");
        }
        assert!(stage.world.shown(platform).is_empty(), "{platform:?}");
    }
}

/// A thread whose first comment was cut off before it had a name: what else is known of it, and what is looked for.
async fn cut_off(stage: &Stage, job: &Job) -> LostComment {
    let mut steps = Memory::default();
    let published = publish(stage, job, &mut steps).await;
    steps.0.insert(COMMENT.to_owned(), BEGUN.to_owned());
    let delivery = delivery(stage.client.platform(), published, steps);
    assert!(delivery.has_lost_comment(true));
    let known = delivery.removal(stage.client.comments_are_posts(), |note| stage.client.part_id(note));
    LostComment { job: job.clone(), known: known.expect("ids"), until: stage.world.now() + LATE_LANDING }
}

#[tokio::test]
async fn a_comment_that_nobody_named_is_found_and_goes() {
    for platform in [Platform::Bluesky, Platform::Mastodon, Platform::Threads, Platform::X] {
        let (stage, cases) = stage(platform).await;
        let job = Job { first_comment: Some("And a comment".to_owned()), ..thread(&stage, &cases) };
        let lost = cut_off(&stage, &job).await;
        // Much is written since, and answered in other words: X takes none twice.
        stage.pass(SignedDuration::from_mins(20));
        for number in 0..30_u64 {
            let (text, first_comment) = (format!("Number {number}"), Some(format!("Answer {number}")));
            let created_at = stage.world.now();
            let key = Ulid::from_parts(1_700_000_100_000 + number * 1_000, 7).to_string();
            let (thread, media) = (Vec::new(), Vec::new());
            let other = Job { text, first_comment, key, created_at, thread, media, ..job.clone() };
            publish(&stage, &other, &mut Memory::default()).await;
            stage.pass(SignedDuration::from_secs(30));
        }
        let find = async || stage.client.find_comment(&lost, &stage.credentials).await;
        let found = find().await.expect("an answer").expect("it is there");
        assert!(!lost.is_other(&found), "{platform:?}: {found} {:?}", lost.known);
        for id in std::iter::once(&found).chain(&lost.known) {
            stage.client.delete(id, &stage.credentials).await.expect("it is gone");
        }
        let left = stage.world.shown(platform);
        assert_eq!(left.len(), 60, "{platform:?}");
        assert!(left.iter().all(|shown| shown.text.starts_with("Number") || shown.text.starts_with("Answer")));
        assert_eq!(find().await, Ok(None), "{platform:?}");
    }
}

/// A part of the thread that says the same answers the same post.
#[tokio::test]
async fn a_comment_that_never_came_to_be_is_not_taken_for_another() {
    for platform in [Platform::Bluesky, Platform::Mastodon, Platform::Threads, Platform::X] {
        let (stage, cases) = stage(platform).await;
        let job = Job { first_comment: None, ..thread(&stage, &cases) };
        let lost = cut_off(&stage, &job).await;
        let comment = job.thread[0].text.clone();
        let lost = LostComment { job: Job { first_comment: Some(comment), ..job }, ..lost };
        assert_eq!(stage.client.find_comment(&lost, &stage.credentials).await, Ok(None), "{platform:?}");
    }
}

#[tokio::test]
async fn comments_are_looked_for_where_they_are_posts() {
    for (platform, make) in all() {
        let (stage, cases) = Stage::set(platform, make).await.expect("an account is connected");
        let job = Job { profile: stage.profile.clone(), ..cases.formats[0].job.clone() };
        let lost = LostComment { job, known: vec!["1".to_owned()], until: stage.world.now() };
        let found = stage.client.find_comment(&lost, &stage.credentials).await;
        assert_eq!(is_offered(&found), stage.client.comments_are_posts(), "{platform:?}: {found:?}");
    }
}

/// After a doubt all of a thread may be found at the network: what is there is recorded as if it had just been made.
#[tokio::test]
async fn the_parts_of_a_thread_that_was_found_are_known_afterwards() {
    for platform in [Platform::Threads, Platform::X] {
        let (stage, cases) = stage(platform).await;
        let job = Job { first_comment: None, ..thread(&stage, &cases) };
        let mut steps = Memory::default();
        let published = publish(&stage, &job, &mut steps).await;
        let known = |steps: &Memory| -> Vec<String> {
            let part = |number: usize| steps.get(&format!("{OUT}{PART}{number}")).map(str::to_owned);
            (0..=job.thread.len()).filter_map(part).collect()
        };
        let recorded = known(&steps);
        assert_eq!(recorded.len(), job.thread.len() + 1, "{platform:?}");
        steps.0.retain(|name, _| !name.starts_with(OUT));
        let held = stage.client.read_back(&job, &stage.credentials, &steps).await.expect("an answer");
        let Holding::Thread(found, ids) = held else { panic!("{platform:?}: {held:?}") };
        assert_eq!((&found, &ids), (&published, &recorded), "{platform:?}");
        noted(&mut steps, ids).await.expect("recorded");
        assert_eq!(known(&steps), recorded, "{platform:?}");
    }
}
