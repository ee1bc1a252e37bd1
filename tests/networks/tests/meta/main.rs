//! Facebook and Instagram beyond their formats and errors: consent, renewal, deleting, figures, quotas, and uploads
//! that go on where they stopped.

#![expect(clippy::unwrap_used, reason = "set-up that fails is a failed test")]

mod uploads;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use cloud::Clock;
use domain::delivery::Failure;
use domain::media::MediaUse;
use domain::platform::Platform;
use domain::target::Format;
use http::StatusCode;
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use networks::World;
use networks::cases::{connect, credentials, job};
use networks::library::Library;
use networks::transport::InProcess;
use platforms::graph::login::{USER_ID, USER_UNTIL};
use platforms::http::Http;
use platforms::token::SandboxApps;
use platforms::{
    Attempt, Credentials, Facebook, Granted, Holding, Instagram, Job, Network, Profile, Secret, Sleep, Steps, Token,
    Tools,
};
use tower::ServiceExt as _;

const ORIGIN: &str = "http://127.0.0.1:4100";
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug)]
struct Time(Mutex<Timestamp>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl Time {
    fn pass(&self, time: SignedDuration) {
        *self.0.lock().unwrap() += time;
    }
}

#[async_trait]
impl Sleep for Time {
    async fn sleep(&self, duration: Duration) {
        self.pass(SignedDuration::try_from(duration).unwrap());
    }
}

#[derive(Debug, Default, Clone)]
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

struct Scene {
    time: Arc<Time>,
    world: World,
    router: Router,
    library: Library,
    tools: Tools,
    facebook: Arc<dyn Network>,
    instagram: Arc<dyn Network>,
}

impl Scene {
    fn new() -> Self {
        let library = Library::default();
        let time = Arc::new(Time(Mutex::new(job("", Vec::new()).created_at)));
        let world = World::new(Arc::clone(&time) as Arc<dyn Clock>, ORIGIN, Arc::new(library.shelf()));
        let router = networks::router(&world);
        let http = Http::with(Arc::new(InProcess::new(router.clone())), "https://atelier.test", true);
        let tools = Tools {
            http: http.in_sandbox(Some(ORIGIN.parse().unwrap())),
            clock: Arc::clone(&time) as Arc<dyn Clock>,
            sleep: Arc::clone(&time) as Arc<dyn Sleep>,
            apps: Arc::new(SandboxApps),
        };
        let (facebook, instagram) = (Arc::new(Facebook::new(&tools)), Arc::new(Instagram::new(&tools)));
        Self { time, world, router, library, tools, facebook, instagram }
    }

    async fn pages(&self, user: &str) -> Result<Granted, Failure> {
        connect(&self.router, &self.tools, &self.facebook, "default", user).await
    }

    async fn page(&self) -> (Profile, Credentials) {
        credentials(&self.pages("8801").await.unwrap(), 0)
    }

    async fn account(&self, way: &str) -> (Profile, Credentials) {
        credentials(&connect(&self.router, &self.tools, &self.instagram, way, "").await.unwrap(), 0)
    }

    /// Sends a request to the networks by hand.
    async fn ask(&self, request: http::Request<Body>) -> (StatusCode, serde_json::Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn token(credentials: &Credentials) -> &Token {
    match credentials {
        Credentials::Token(token) => token,
        other => panic!("{other:?} is no token"),
    }
}

fn code(failure: &Failure) -> &str {
    match failure {
        Failure::Rejected { code, .. } => code,
        other => panic!("{other:?} is no rejection"),
    }
}

fn reel(file: MediaUse) -> Job {
    Job { format: Format::Reel, ..job("A reel", vec![file]) }
}

#[tokio::test]
async fn the_user_chooses_among_the_pages_they_may_publish_on() {
    let scene = Scene::new();
    let granted = scene.pages("8801").await.unwrap();
    let names: Vec<&str> = granted.accounts.iter().map(|account| account.profile.name.as_str()).collect();
    // Of the user's own all but the one that they may only look at, and the one that a business holds.
    assert_eq!(names, ["Weber Werkstatt", "Atelier Nord", "Nordlicht Verlag"]);
    assert!(granted.missing.is_empty());
    for account in &granted.accounts {
        let token = token(&account.credentials);
        assert_eq!((token.subject.as_str(), token.expires_at), (account.profile.remote_id.as_str(), None));
        assert_eq!(token.extra[USER_ID].expose(), "8801");
        let until: Timestamp = token.extra[USER_UNTIL].expose().parse().unwrap();
        assert!(until > scene.world.now() + DAY * 59);
        let profile = scene.facebook.check(&account.credentials).await.unwrap();
        assert_eq!(profile, account.profile);
    }
}

#[tokio::test]
async fn whoever_has_no_page_is_told_so() {
    let scene = Scene::new();
    assert_eq!(code(&scene.pages("8802").await.unwrap_err()), "no-page");
    let none = connect(&scene.router, &scene.tools, &scene.instagram, "facebook", "8802").await;
    assert_eq!(code(&none.unwrap_err()), "no-professional-account");
}

#[tokio::test]
async fn a_code_works_once_and_a_required_box_must_stay_ticked() {
    let scene = Scene::new();
    let consent = scene.facebook.consent().unwrap();
    let way = consent.ways()[0];
    let attempt = Attempt {
        way,
        app: scene.tools.apps.get(way.app).await.unwrap(),
        redirect_uri: "https://atelier.test/api/accounts/callback/facebook".to_owned(),
        state: "s".to_owned(),
        verifier: Secret::new("v"),
    };
    let allow = async |granted: &str| {
        let asked = scene.tools.http.place(consent.authorize_url(&attempt));
        let form = format!("{}&decision=allow{granted}", asked.query().unwrap());
        let request = http::Request::post(asked.path())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let answer = scene.router.clone().oneshot(request).await.unwrap();
        let back: url::Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    };
    let three = "&granted=pages_show_list&granted=pages_read_engagement&granted=pages_manage_posts";
    let once = allow(three).await;
    let granted = consent.exchange(&attempt, &once).await.unwrap();
    let missing: Vec<&str> = granted.missing.iter().map(|scope| scope.name).collect();
    assert_eq!(missing, ["pages_manage_engagement", "pages_read_user_content", "read_insights", "business_management"]);
    assert_eq!(granted.accounts.len(), 2, "what businesses hold was not to be looked at");
    assert_eq!(code(&consent.exchange(&attempt, &once).await.unwrap_err()), "code-refused");
    let two = allow("&granted=pages_show_list&granted=pages_read_engagement").await;
    let refused = consent.exchange(&attempt, &two).await.unwrap_err();
    assert_eq!(code(&refused), "permission-left-out");
    assert!(refused.message().contains("publish posts"), "{refused}");
}

#[tokio::test]
async fn both_logins_lead_to_the_same_account() {
    let scene = Scene::new();
    let (direct, _) = scene.account("instagram").await;
    let (by_page, _) = scene.account("facebook").await;
    assert_eq!(direct, by_page);
    assert_eq!((direct.handle.as_str(), direct.remote_id.as_str()), ("weber.werkstatt", "17841400000000501"));
    for way in ["instagram", "facebook"] {
        let (profile, credentials) = scene.account(way).await;
        assert_eq!(scene.instagram.check(&credentials).await.unwrap(), profile);
        assert_eq!(token(&credentials).expires_at.is_some(), way == "instagram");
    }
}

#[tokio::test]
async fn an_instagram_token_is_renewed_between_its_first_day_and_its_end() {
    let scene = Scene::new();
    let (_, first) = scene.account("instagram").await;
    assert!(matches!(scene.instagram.refresh(&first).await, Err(Failure::Rejected { .. })), "too young");
    scene.time.pass(DAY * 50);
    let second = scene.instagram.refresh(&first).await.unwrap();
    assert_ne!(token(&first).access_token, token(&second).access_token);
    scene.time.pass(DAY * 50);
    assert!(scene.instagram.check(&second).await.is_ok());
    assert!(matches!(scene.instagram.check(&first).await, Err(Failure::Revoked { .. })));
    assert!(matches!(scene.instagram.refresh(&first).await, Err(Failure::Revoked { .. })));
    let (_, page) = scene.page().await;
    assert_eq!(scene.facebook.refresh(&page).await.unwrap(), page, "a page's token has no end");
}

#[tokio::test]
async fn what_is_prepared_leaves_one_call_for_the_second() {
    let scene = Scene::new();
    let (_, page) = scene.page().await;
    let (_, account) = scene.account("instagram").await;
    let video = scene.library.mp4(5 * 1024 * 1024);
    let jobs = [
        (&scene.facebook, &page, reel(video.clone()), "finish"),
        (&scene.instagram, &account, job("Two", vec![scene.library.jpeg(), video]), "media_publish"),
    ];
    for (client, credentials, job, last) in jobs {
        let mut steps = Recorded::default();
        client.prepare(&job, credentials, &mut steps, &scene.library).await.unwrap();
        assert!(scene.world.shown(client.platform()).is_empty(), "nobody sees what is prepared");
        let before = scene.world.seen().len();
        client.publish(&job, credentials, &mut steps, &scene.library).await.unwrap();
        let writes = scene.world.seen()[before..].iter().filter(|seen| seen.what.starts_with("POST")).count();
        assert_eq!((writes, scene.world.shown(client.platform()).len()), (1, 1), "only {last}");
    }
}

#[tokio::test]
async fn a_container_that_expired_is_built_anew() {
    let scene = Scene::new();
    let (_, account) = scene.account("facebook").await;
    let job = job("Later", vec![scene.library.jpeg()]);
    let mut steps = Recorded::default();
    scene.instagram.prepare(&job, &account, &mut steps, &scene.library).await.unwrap();
    let first = steps.get("container").unwrap().to_owned();
    scene.time.pass(DAY + SignedDuration::from_mins(1));
    let late = scene.instagram.publish(&job, &account, &mut steps, &scene.library).await;
    assert!(matches!(late, Err(Failure::Transient { .. })), "{late:?}");
    scene.instagram.publish(&job, &account, &mut steps, &scene.library).await.unwrap();
    assert_ne!(steps.get("container"), Some(first.as_str()));
    assert_eq!(scene.world.shown(Platform::Instagram).len(), 1);
}

#[tokio::test]
async fn what_is_out_is_found_at_the_network_without_the_last_step() {
    let scene = Scene::new();
    let (_, page) = scene.page().await;
    let (_, account) = scene.account("instagram").await;
    let video = || scene.library.mp4(2_000_000);
    let story = |file| Job { format: Format::Story, ..job("", vec![file]) };
    let jobs = [
        (&scene.facebook, &page, job("Words  with\nspace ", Vec::new())),
        (&scene.facebook, &page, job("A video", vec![video()])),
        (&scene.facebook, &page, reel(video())),
        (&scene.facebook, &page, story(video())),
        (&scene.instagram, &account, job("A picture", vec![scene.library.jpeg()])),
        (&scene.instagram, &account, story(video())),
    ];
    for (client, credentials, job) in jobs {
        let mut steps = Recorded::default();
        let nothing = client.read_back(&job, credentials, &steps).await;
        assert_eq!(nothing, Ok(Holding::Nothing), "{} before", job.text);
        let published = client.publish(&job, credentials, &mut steps, &scene.library).await.unwrap();
        steps.0.remove("out.post");
        let found = client.read_back(&job, credentials, &steps).await;
        assert_eq!(found, Ok(Holding::All(published.clone())), "{}", job.text);
        // A comment that was not begun is still to be written, and only that.
        if job.format != Format::Story {
            let commented = Job { first_comment: Some("First".to_owned()), unsettled: true, ..job.clone() };
            assert_eq!(client.read_back(&commented, credentials, &steps).await, Ok(Holding::Part));
            let before = scene.world.shown(client.platform()).len();
            assert_eq!(client.publish(&commented, credentials, &mut steps, &scene.library).await, Ok(published));
            assert_eq!(scene.world.shown(client.platform()).len(), before + 1, "{}", job.text);
        }
    }
}

#[tokio::test]
async fn the_quota_counts_what_was_published() {
    let scene = Scene::new();
    let (_, account) = scene.account("instagram").await;
    let quota = async || scene.instagram.offers(&account).await.unwrap().quota.unwrap();
    assert_eq!((quota().await.used, quota().await.total, quota().await.window_seconds), (0, 100, 86_400));
    for number in 0..100 {
        let job = job(&format!("Number {number}"), vec![scene.library.jpeg()]);
        scene.instagram.publish(&job, &account, &mut Recorded::default(), &scene.library).await.unwrap();
    }
    assert_eq!(quota().await.used, 100);
    let next = job("One more", vec![scene.library.jpeg()]);
    let refused = scene.instagram.publish(&next, &account, &mut Recorded::default(), &scene.library).await;
    assert!(matches!(refused, Err(Failure::RateLimited { .. })), "{refused:?}");
    scene.time.pass(DAY);
    scene.instagram.publish(&next, &account, &mut Recorded::default(), &scene.library).await.unwrap();
}

#[tokio::test]
async fn posts_are_counted_and_taken_back() {
    let scene = Scene::new();
    let (_, page) = scene.page().await;
    let text = job("Text", Vec::new());
    let post = scene.facebook.publish(&text, &page, &mut Recorded::default(), &scene.library).await.unwrap();
    let figures = scene.facebook.insights(&post.remote_id, &page).await.unwrap();
    assert_eq!((figures.likes, figures.shares, figures.views, figures.clicks), (Some(5), Some(2), Some(10), Some(10)));
    for _ in 0..2 {
        scene.facebook.delete(&post.remote_id, &page).await.unwrap();
    }
    assert!(scene.world.shown(Platform::Facebook).is_empty());
    for (way, deletes) in [("facebook", true), ("instagram", false)] {
        let (_, account) = scene.account(way).await;
        let job = job(way, vec![scene.library.jpeg()]);
        let media = scene.instagram.publish(&job, &account, &mut Recorded::default(), &scene.library).await.unwrap();
        let figures = scene.instagram.insights(&media.remote_id, &account).await.unwrap();
        assert_eq!((figures.likes, figures.views, figures.saves), (Some(7), Some(100), Some(102)));
        assert_eq!(scene.instagram.delete(&media.remote_id, &account).await.is_ok(), deletes);
    }
    assert_eq!(scene.world.shown(Platform::Instagram).len(), 1);
}

#[tokio::test]
async fn the_simulation_refuses_what_the_real_one_refuses() {
    let scene = Scene::new();
    let (_, page) = scene.page().await;
    let bearer = token(&page).access_token.expose().to_owned();
    let asked = async |uri: &str| {
        let request = http::Request::post(uri).header("authorization", format!("Bearer {bearer}"));
        let (status, body) = scene.ask(request.body(Body::empty()).unwrap()).await;
        (status, body["error"]["code"].as_i64())
    };
    let without_proof = asked("/graph.facebook.com/v25.0/2051001/feed?message=x").await;
    assert_eq!(without_proof, (StatusCode::BAD_REQUEST, Some(100)));
    assert_eq!(asked("/graph.facebook.com/v19.0/2051001/feed?message=x").await.1, Some(2635));
    let nobody = http::Request::get("/graph.facebook.com/v25.0/me").body(Body::empty()).unwrap();
    assert_eq!(scene.ask(nobody).await.1["error"]["code"], 104);
    assert!(scene.world.shown(Platform::Facebook).is_empty());
    // A format that Instagram's crawler refuses, and an address that is not there.
    let (_, account) = scene.account("instagram").await;
    let png = job("No", vec![scene.library.png()]);
    let refused = scene.instagram.publish(&png, &account, &mut Recorded::default(), &scene.library).await;
    assert_eq!(code(&refused.unwrap_err()), "36001/2207005");
}
