//! What the two networks of large videos do beyond publishing: preparing, lost sessions, consent, tokens, choices, figures.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud::Clock;
use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use networks::World;
use networks::cases::{connect, credentials, job, with_cover, with_subtitles, with_text};
use networks::faults::{Fault, Kind};
use networks::library::Library;
use networks::transport::InProcess;
use platforms::http::Http;
use platforms::token::{Apps, SandboxApps};
use platforms::{ClientApp, Credentials, Holding, Job, Network, Networks, Profile, Secret, Sleep, Steps, Tools};

const ORIGIN: &str = "http://127.0.0.1:4100";
const LARGE: usize = 25 * 1024 * 1024;

#[derive(Debug)]
struct Time(Mutex<Timestamp>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[async_trait]
impl Sleep for Time {
    async fn sleep(&self, duration: Duration) {
        self.pass(SignedDuration::try_from(duration).unwrap());
    }
}

impl Time {
    fn pass(&self, time: SignedDuration) {
        *self.0.lock().unwrap() += time;
    }
}

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

/// A registration that has not passed the network's audit.
#[derive(Debug)]
struct Unaudited;

#[async_trait]
impl Apps for Unaudited {
    async fn find(&self, name: &str) -> Result<Option<ClientApp>, Failure> {
        let client_secret = Secret::new(format!("sandbox-secret-of-{name}-unaudited"));
        Ok(Some(ClientApp { client_id: format!("sandbox-{name}-unaudited"), client_secret }))
    }
}

struct Scene {
    world: World,
    router: Router,
    tools: Tools,
    time: Arc<Time>,
    library: Library,
    client: Arc<dyn Network>,
}

impl Scene {
    fn new(platform: Platform) -> Self {
        Self::with_apps(platform, Arc::new(SandboxApps))
    }

    fn with_apps(platform: Platform, apps: Arc<dyn Apps>) -> Self {
        let library = Library::default();
        let time = Arc::new(Time(Mutex::new("2026-11-20T09:00:00Z".parse().unwrap())));
        let world = World::new(Arc::clone(&time) as Arc<dyn Clock>, ORIGIN, Arc::new(library.shelf()));
        let router = networks::router(&world);
        let transport = Arc::new(InProcess::new(router.clone()));
        let http = Http::with(transport, "https://atelier.test", true).in_sandbox(Some(ORIGIN.parse().unwrap()));
        let tools = Tools { http, clock: Arc::clone(&time) as _, sleep: Arc::clone(&time) as _, apps };
        let client = Arc::clone(Networks::new(&tools).clients().get(&platform).unwrap());
        Self { world, router, tools, time, library, client }
    }

    async fn account(&self, user: &str) -> (Profile, Credentials) {
        let granted = connect(&self.router, &self.tools, &self.client, "default", user).await.unwrap();
        assert!(granted.missing.is_empty(), "everything was ticked");
        credentials(&granted, 0)
    }

    fn video(&self, bytes: usize, profile: Profile) -> Job {
        let job = job("A long film.", vec![self.library.mp4(bytes)]);
        let job = match self.client.platform() {
            Platform::Youtube => with_text(with_text(job, "title", "A long film"), "made_for_kids", "no"),
            _ => with_text(job, "privacy", "PUBLIC_TO_EVERYONE"),
        };
        Job { profile, created_at: self.time.now(), ..job }
    }

    /// What was asked of the networks since `from` requests.
    fn since(&self, from: usize) -> Vec<String> {
        self.world.seen().split_off(from).into_iter().map(|seen| seen.what).collect()
    }

    fn shown(&self) -> usize {
        self.world.shown(self.client.platform()).len()
    }
}

#[tokio::test]
async fn a_prepared_video_needs_one_request_at_the_due_second() {
    for (platform, sends) in [(Platform::Youtube, "PUT /upload/youtube/v3/videos"), (Platform::Tiktok, "PUT /video/")] {
        let scene = Scene::new(platform);
        let (profile, credentials) = scene.account("").await;
        let (job, mut steps) = (scene.video(LARGE, profile), Recorded::default());
        scene.client.prepare(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        assert_eq!(scene.shown(), 0, "{platform:?} shows nothing ahead of the time");
        let before = scene.world.seen().len();
        let published = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        assert_eq!(scene.shown(), 1);
        let asked = scene.since(before);
        assert_eq!(asked[0], sends, "the last piece goes first");
        assert_eq!(asked.iter().filter(|what| *what == sends).count(), 1, "and is the only one: {asked:?}");
        let held = scene.client.read_back(&job, &credentials, &steps).await.unwrap();
        assert_eq!(held, Holding::All(published));
    }
}

#[tokio::test]
async fn a_preparation_that_was_cut_off_goes_on() {
    for (platform, path) in [(Platform::Youtube, "/upload/youtube/v3/videos"), (Platform::Tiktok, "/video/")] {
        let scene = Scene::new(platform);
        let (profile, credentials) = scene.account("").await;
        let (job, mut steps) = (scene.video(LARGE, profile), Recorded::default());
        scene.world.plan(Fault::next("PUT", path, Kind::LostAnswer));
        let cut = scene.client.prepare(&job, &credentials, &mut steps, &scene.library).await;
        assert!(matches!(cut, Err(Failure::Transient { .. })), "{platform:?}: {cut:?}");
        scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        let shown = scene.world.shown(platform);
        assert_eq!(shown.len(), 1);
        assert!(shown[0].media[0].contains(&LARGE.to_string()), "{platform:?} has all of it: {:?}", shown[0].media);
    }
}

#[tokio::test]
async fn youtube_finds_the_video_of_a_session_that_is_gone() {
    let scene = Scene::new(Platform::Youtube);
    let (profile, credentials) = scene.account("").await;
    let (job, mut steps) = (scene.video(5000, profile), Recorded::default());
    scene.world.plan(Fault::next("PUT", "/upload/youtube/v3/videos", Kind::LostAnswer));
    let lost = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await;
    assert!(matches!(lost, Err(Failure::Ambiguous { .. })), "{lost:?}");
    // Longer than a session lives.
    scene.time.pass(SignedDuration::from_hours(24 * 8));
    let expired = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await;
    assert!(matches!(expired, Err(Failure::TokenExpired { .. })), "{expired:?}");
    let credentials = scene.client.refresh(&credentials).await.unwrap();
    let found = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    assert_eq!(scene.shown(), 1, "nothing was sent again");
    assert_eq!(found.remote_id, scene.world.shown(Platform::Youtube)[0].id);
}

#[tokio::test]
async fn youtube_begins_anew_when_a_session_is_gone_before_its_end() {
    let scene = Scene::new(Platform::Youtube);
    let (profile, credentials) = scene.account("").await;
    let (job, mut steps) = (scene.video(LARGE, profile), Recorded::default());
    scene.client.prepare(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    scene.time.pass(SignedDuration::from_hours(24 * 8));
    let credentials = scene.client.refresh(&credentials).await.unwrap();
    scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    assert_eq!(scene.shown(), 1);
}

#[tokio::test]
async fn tiktok_begins_anew_when_the_upload_address_has_expired() {
    let scene = Scene::new(Platform::Tiktok);
    let (profile, credentials) = scene.account("").await;
    let (job, mut steps) = (scene.video(LARGE, profile), Recorded::default());
    scene.client.prepare(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    scene.time.pass(SignedDuration::from_hours(2));
    scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    assert_eq!(scene.shown(), 1);
}

#[tokio::test]
async fn an_app_without_an_audit_is_told_so() {
    for platform in [Platform::Youtube, Platform::Tiktok] {
        let scene = Scene::with_apps(platform, Arc::new(Unaudited));
        let (profile, credentials) = scene.account("").await;
        let (job, mut steps) = (scene.video(5000, profile), Recorded::default());
        let refused = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await;
        let Err(Failure::Rejected { advice, .. }) = refused else { panic!("{platform:?}: {refused:?}") };
        assert!(advice.contains("audit"), "{advice}");
        let private = if platform == Platform::Youtube { "private" } else { "SELF_ONLY" };
        let (job, mut steps) = (with_text(job, "privacy", private), Recorded::default());
        scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    }
}

#[tokio::test]
async fn tiktok_cannot_tell_about_lost_private_photos() {
    let scene = Scene::new(Platform::Tiktok);
    let (profile, credentials) = scene.account("").await;
    let photos = job("Two boats.", vec![scene.library.jpeg(), scene.library.jpeg()]);
    let job = Job { profile, ..with_text(photos, "privacy", "SELF_ONLY") };
    let mut steps = Recorded::default();
    scene.world.plan(Fault::next("POST", "/publish/content/init/", Kind::LostAnswer));
    let lost = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await;
    assert!(matches!(lost, Err(Failure::Ambiguous { .. })), "{lost:?}");
    let looked = scene.client.read_back(&job, &credentials, &steps).await;
    assert!(matches!(&looked, Err(Failure::Rejected { code, .. }) if code == "untraceable"), "{looked:?}");
}

#[tokio::test]
async fn the_private_account_at_tiktok_offers_less() {
    let scene = Scene::new(Platform::Tiktok);
    let (profile, credentials) = scene.account("-000night-kitchen").await;
    assert_eq!(profile.handle, "nightkitchen");
    let offers = scene.client.offers(&credentials).await.unwrap();
    assert_eq!(offers.disabled, ["allow_comment", "allow_duet", "allow_stitch"]);
    assert_eq!(offers.video_max_ms, Some(180_000));
    let values: Vec<_> = offers.choices["privacy"].iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(values, ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]);
    let (public, mut steps) = (scene.video(5000, profile), Recorded::default());
    let refused = scene.client.publish(&public, &credentials, &mut steps, &scene.library).await;
    let mismatch = matches!(&refused, Err(Failure::Rejected { code, .. }) if code == "privacy_level_option_mismatch");
    assert!(mismatch, "{refused:?}");
}

#[tokio::test]
async fn a_channel_at_youtube_offers_its_playlists() {
    let scene = Scene::new(Platform::Youtube);
    let (profile, credentials) = scene.account("UCnight-kitchen--sandbox").await;
    assert_eq!((profile.name.as_str(), profile.handle.as_str()), ("Night Kitchen", "nightkitchen"));
    let offers = scene.client.offers(&credentials).await.unwrap();
    let labels: Vec<_> = offers.choices["playlist"].iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["Soups", "Bread"]);
    assert_eq!(offers.video_max_ms, Some(900_000), "a channel without a phone number has a quarter of an hour");
}

#[tokio::test]
async fn a_person_without_a_channel_is_told_to_open_one() {
    let scene = Scene::new(Platform::Youtube);
    let refused = connect(&scene.router, &scene.tools, &scene.client, "default", "visitor").await;
    let Err(Failure::Rejected { advice, .. }) = refused else { panic!("{refused:?}") };
    assert!(advice.contains("Create a channel"), "{advice}");
}

#[tokio::test]
async fn figures_and_the_end_of_access() {
    for platform in [Platform::Youtube, Platform::Tiktok] {
        let scene = Scene::new(platform);
        let (profile, credentials) = scene.account("").await;
        let (job, mut steps) = (scene.video(5000, profile.clone()), Recorded::default());
        let published = scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        let figures = scene.client.insights(&published.remote_id, &credentials).await.unwrap();
        assert_eq!((figures.views, figures.likes, figures.comments), (Some(12), Some(3), Some(1)));
        let renewed = scene.client.refresh(&credentials).await.unwrap();
        assert_eq!(scene.client.check(&renewed).await.unwrap().remote_id, profile.remote_id);
        let again = scene.client.refresh(&credentials).await;
        match platform {
            Platform::Tiktok => assert!(matches!(again, Err(Failure::Revoked { .. })), "it was spent: {again:?}"),
            _ => assert!(again.is_ok(), "it stays the same: {again:?}"),
        }
        let deleted = scene.client.delete(&published.remote_id, &renewed).await;
        match platform {
            Platform::Tiktok => assert!(matches!(deleted, Err(Failure::Rejected { .. })), "{deleted:?}"),
            _ => {
                deleted.unwrap();
                assert_eq!(scene.shown(), 0);
                scene.client.delete(&published.remote_id, &renewed).await.unwrap();
            }
        }
        scene.client.revoke(&renewed).await.unwrap();
        scene.client.revoke(&renewed).await.unwrap();
        let over = scene.client.refresh(&renewed).await;
        assert!(matches!(over, Err(Failure::Revoked { .. })), "{platform:?}: {over:?}");
    }
}

#[tokio::test]
async fn a_channel_that_is_not_verified_publishes_without_its_cover() {
    const PNG: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAFCAIAAADtz9qMAAAAEElEQVR42mPQsKmAIwYyOAAotxExTYTJIwAAAABJRU5ErkJggg==";
    for (user, covered) in [("UCharbour-studio-sandbox", true), ("UCnight-kitchen--sandbox", false)] {
        let scene = Scene::new(Platform::Youtube);
        let (profile, credentials) = scene.account(user).await;
        let picture = scene.library.add("image/png", (4, 5), None, STANDARD.decode(PNG).unwrap().into());
        let (job, mut steps) = (with_cover(scene.video(3000, profile), picture), Recorded::default());
        scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        let shown = scene.world.shown(Platform::Youtube);
        assert_eq!((shown.len(), shown[0].notes.contains_key("cover")), (1, covered));
        let noted = steps.get("cover").unwrap();
        assert_eq!(noted == "set", covered, "{noted}");
        assert!(covered || noted.contains("permissions to upload and set custom video thumbnails"), "{noted}");
        // Whatever became of it, it is not tried again.
        let before = scene.world.seen().len();
        scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
        assert!(!scene.since(before).iter().any(|asked| asked.contains("thumbnails")));
    }
}

/// A channel's video with subtitles in two languages, published once. What was recorded, and the scene.
async fn subtitled(bring: impl FnOnce(&Scene)) -> (Scene, Job, Credentials, Recorded) {
    let scene = Scene::new(Platform::Youtube);
    let (profile, credentials) = scene.account("UCharbour-studio-sandbox").await;
    let files = vec![(scene.library.srt("Good morning."), "en"), (scene.library.vtt("Guten Morgen."), "de")];
    let (job, mut steps) = (with_subtitles(scene.video(3000, profile), files), Recorded::default());
    bring(&scene);
    scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    (scene, job, credentials, steps)
}

fn captions(scene: &Scene) -> Vec<String> {
    let notes = &scene.world.shown(Platform::Youtube)[0].notes;
    notes.keys().filter_map(|name| name.strip_prefix("captions ")).map(str::to_owned).collect()
}

const INSERT: &str = "/upload/youtube/v3/captions";

#[tokio::test]
async fn subtitles_are_added_once_and_looked_for_after_a_doubt() {
    let (scene, job, credentials, mut steps) = subtitled(|_| {}).await;
    assert_eq!(captions(&scene), ["de", "en"]);
    assert!(steps.get("subtitles.en").is_some_and(|id| id.starts_with("AUieDa")));
    let before = scene.world.seen().len();
    scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    assert!(!scene.since(before).iter().any(|asked| asked.contains("captions")), "what is recorded is left alone");
    // The process died before it could record that the first is there.
    steps.record("subtitles.en", "begun".to_owned()).await.unwrap();
    let before = scene.world.seen().len();
    scene.client.publish(&job, &credentials, &mut steps, &scene.library).await.unwrap();
    let asked: Vec<String> = scene.since(before).into_iter().filter(|asked| asked.contains("captions")).collect();
    assert!(asked.len() == 1 && asked[0].starts_with("GET"), "{asked:?}");
    assert!(steps.get("subtitles.en").is_some_and(|id| id.starts_with("AUieDa")), "not what YouTube heard by itself");
}

#[tokio::test]
async fn a_lost_answer_about_subtitles_is_looked_up_at_once() {
    let (scene, .., steps) = subtitled(|scene| scene.world.plan(Fault::next("POST", INSERT, Kind::LostAnswer))).await;
    assert_eq!(captions(&scene), ["de", "en"]);
    assert!(steps.get("subtitles.en").is_some_and(|id| id.starts_with("AUieDa")));
    let (scene, .., steps) = subtitled(|scene| scene.world.plan(Fault::next("POST", INSERT, Kind::LostRequest))).await;
    assert_eq!(captions(&scene), ["de"]);
    assert_eq!(steps.get("subtitles.en"), Some("begun"), "it may still arrive, and nobody can tell");
}

#[tokio::test]
async fn subtitles_that_are_refused_are_told_and_the_rest_goes_on() {
    let refused = |status: u16, reason: &str| {
        let errors = serde_json::json!([{"reason": reason, "message": "not this"}]);
        let body = serde_json::json!({"error": {"code": status, "message": "not this", "errors": errors}});
        Fault::json("POST", INSERT, status, &body)
    };
    let (scene, .., steps) = subtitled(|scene| scene.world.plan(refused(403, "forbidden"))).await;
    assert_eq!(captions(&scene), ["de"]);
    assert_eq!(steps.get("subtitles.en"), Some("failed: not this"));
    let (.., steps) = subtitled(|scene| scene.world.plan(refused(409, "captionExists"))).await;
    assert_eq!(steps.get("subtitles.en"), Some("there"), "one of this language is there");
}
