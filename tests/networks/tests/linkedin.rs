//! LinkedIn beyond its formats and errors: consent, renewal, giving up, deleting, figures, limits, and repeats.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use cloud::Clock;
use domain::delivery::Failure;
use domain::ids::FileId;
use domain::platform::{Class, Platform};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use networks::World;
use networks::cases::{connect, credentials, job, with_text};
use networks::library::Library;
use networks::linkedin::{CALLS_A_DAY, NAME};
use networks::transport::InProcess;
use platforms::http::{Chunks, Http};
use platforms::token::SandboxApps;
use platforms::{Credentials, Granted, Holding, Job, Linkedin, MediaSource, Network, Profile, Sleep, Steps, Tools};
use tower::ServiceExt as _;
use url::Url;

const ORIGIN: &str = "http://127.0.0.1:4100";

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
        *self.0.lock().unwrap() += SignedDuration::try_from(duration).unwrap();
    }
}

struct Scene {
    time: Arc<Time>,
    world: World,
    router: Router,
    library: Library,
    tools: Tools,
    client: Arc<dyn Network>,
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
        let client = Arc::new(Linkedin::new(&tools));
        Self { time, world, router, library, tools, client }
    }

    async fn connect(&self, way: &str, user: &str) -> Result<Granted, Failure> {
        connect(&self.router, &self.tools, &self.client, way, user).await
    }

    async fn connected(&self, way: &str) -> (Profile, Credentials) {
        credentials(&self.connect(way, "ada").await.unwrap(), 0)
    }

    async fn publish(&self, job: &Job, credentials: &Credentials, steps: &mut Recorded) -> Result<String, Failure> {
        let published = self.client.publish(job, credentials, steps, &self.library).await?;
        Ok(published.remote_id)
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

fn code(failure: &Failure) -> &str {
    match failure {
        Failure::Rejected { code, .. } => code,
        _ => "",
    }
}

fn token(credentials: &Credentials) -> platforms::Token {
    match credentials {
        Credentials::Token(token) => token.clone(),
        _ => panic!("no token"),
    }
}

#[tokio::test]
async fn a_person_is_one_account_whose_access_ends_after_sixty_days() {
    let scene = Scene::new();
    let granted = scene.connect("person", "ben").await.unwrap();
    assert_eq!((granted.accounts.len(), granted.missing.len()), (1, 0));
    let (profile, credentials) = crate::credentials(&granted, 0);
    assert_eq!((profile.remote_id.as_str(), profile.name.as_str()), ("urn:li:person:Ben1971aBc", "Ben Moreau"));
    let token = token(&credentials);
    assert_eq!(token.subject, profile.remote_id);
    assert_eq!(token.expires_at.unwrap(), scene.time.now() + SignedDuration::from_hours(60 * 24));
    assert!(token.refresh_token.is_none());
    let renewed = scene.client.refresh(&credentials).await;
    assert!(matches!(renewed, Err(Failure::Revoked { .. })), "{renewed:?}");
    assert_eq!(scene.client.class_for(Some(&profile)), Class::Blind);
}

#[tokio::test]
async fn an_organizations_consent_lists_those_one_may_post_for() {
    let scene = Scene::new();
    let granted = scene.connect("organization", "ada").await.unwrap();
    let names: Vec<&str> = granted.accounts.iter().map(|account| account.profile.name.as_str()).collect();
    assert_eq!(names, ["Analytical Engines", "Difference Works"], "not where she only reads figures");
    let (profile, credentials) = crate::credentials(&granted, 1);
    assert_eq!(profile.url.as_deref(), Some("https://www.linkedin.com/company/difference-works/"));
    assert_eq!(token(&credentials).subject, "urn:li:organization:5590506");
    assert_eq!(token(&credentials).user(), "urn:li:person:Ada1815xYz");
    assert_eq!(scene.client.class_for(Some(&profile)), Class::Searchable);
    assert_eq!(scene.client.class_for(None), Class::Searchable);
    assert_eq!(scene.client.check(&credentials).await.unwrap(), profile);
    let none = scene.connect("organization", "ben").await.unwrap_err();
    assert_eq!(code(&none), "no-organization", "a role that was asked for is none");
}

#[tokio::test]
async fn a_wrong_code_is_refused_with_what_to_do() {
    let scene = Scene::new();
    let consent = scene.client.consent().unwrap();
    let way = consent.ways()[0];
    let attempt = platforms::Attempt {
        way,
        app: scene.tools.apps.get(way.app).await.unwrap(),
        redirect_uri: "https://atelier.test/back".to_owned(),
        state: "s".to_owned(),
        verifier: platforms::Secret::new("v"),
    };
    assert_eq!(code(&consent.exchange(&attempt, "made-up").await.unwrap_err()), "code-refused");
}

#[tokio::test]
async fn an_organizations_access_is_renewed_until_its_year_is_over() {
    let scene = Scene::new();
    let (_, credentials) = scene.connected("organization").await;
    scene.world.pass(SignedDuration::from_hours(61 * 24));
    let expired = scene.client.check(&credentials).await;
    assert!(matches!(expired, Err(Failure::TokenExpired { .. })), "{expired:?}");
    let renewed = scene.client.refresh(&credentials).await.unwrap();
    assert_eq!(token(&renewed).subject, token(&credentials).subject);
    assert_eq!(token(&renewed).user(), token(&credentials).user());
    assert!(scene.client.check(&renewed).await.is_ok());
    scene.world.pass(SignedDuration::from_hours(305 * 24));
    let over = scene.client.refresh(&renewed).await;
    assert!(matches!(over, Err(Failure::Revoked { .. })), "{over:?}");
}

#[tokio::test]
async fn giving_up_a_person_ends_it_and_giving_up_an_organization_leaves_the_others() {
    let scene = Scene::new();
    let (_, person) = scene.connected("person").await;
    scene.client.revoke(&person).await.unwrap();
    assert!(matches!(scene.client.check(&person).await, Err(Failure::Revoked { .. })));
    scene.client.revoke(&person).await.unwrap();
    let granted = scene.connect("organization", "ada").await.unwrap();
    scene.client.revoke(&granted.accounts[0].credentials).await.unwrap();
    assert!(scene.client.check(&granted.accounts[1].credentials).await.is_ok());
}

#[tokio::test]
async fn a_post_is_deleted_and_figures_are_told_for_organizations() {
    let scene = Scene::new();
    for way in ["person", "organization"] {
        let (profile, credentials) = scene.connected(way).await;
        let job = Job { profile, ..job("soon gone", Vec::new()) };
        let urn = scene.publish(&job, &credentials, &mut Recorded::default()).await.unwrap();
        let figures = scene.client.insights(&urn, &credentials).await;
        match way {
            "person" => assert_eq!(code(&figures.unwrap_err()), "not-offered"),
            _ => assert_eq!((figures.as_ref().unwrap().views, figures.unwrap().comments), (Some(1204), Some(0))),
        }
        scene.client.delete(&urn, &credentials).await.unwrap();
        assert!(scene.world.shown(Platform::Linkedin).is_empty());
        scene.client.delete(&urn, &credentials).await.unwrap();
    }
}

#[tokio::test]
async fn the_days_limit_ends_at_midnight() {
    let scene = Scene::new();
    let (_, credentials) = scene.connected("organization").await;
    let mut last = Ok(Profile::default());
    for _ in 0..CALLS_A_DAY {
        last = scene.client.check(&credentials).await;
    }
    let Err(Failure::RateLimited { retry_at: Some(until), .. }) = last else { panic!("{last:?}") };
    assert!(until > scene.time.now() && until.as_second() % 86_400 == 0);
    scene.world.pass(until.duration_since(scene.time.now()));
    assert!(scene.client.check(&credentials).await.is_ok());
}

/// A second attempt whose first may have landed.
fn unsettled(job: &Job) -> Job {
    Job { unsettled: true, ..job.clone() }
}

#[tokio::test]
async fn an_organizations_post_is_found_before_it_is_made_again() {
    let scene = Scene::new();
    let (profile, credentials) = scene.connected("organization").await;
    let job = Job { profile, ..with_text(job("(once) #only", vec![]), "link", "https://example.com/") };
    let first = scene.publish(&job, &credentials, &mut Recorded::default()).await.unwrap();
    let again = scene.publish(&unsettled(&job), &credentials, &mut Recorded::default()).await.unwrap();
    assert_eq!(first, again);
    let other = Job { text: "(twice) #only".to_owned(), ..job.clone() };
    let held = scene.client.read_back(&other, &credentials, &Recorded::default()).await.unwrap();
    assert_eq!(held, Holding::Nothing);
    let later = Job { created_at: job.created_at + SignedDuration::from_hours(1), ..job };
    let held = scene.client.read_back(&later, &credentials, &Recorded::default()).await.unwrap();
    assert_eq!(held, Holding::Nothing, "what was there before the key is another's");
    assert_eq!(scene.world.shown(Platform::Linkedin).len(), 1);
}

#[tokio::test]
async fn a_repeat_of_what_is_no_longer_there_is_no_success() {
    let scene = Scene::new();
    for way in ["person", "organization"] {
        let (profile, credentials) = scene.connected(way).await;
        let job = Job { profile, ..job("seen twice", Vec::new()) };
        let urn = scene.publish(&job, &credentials, &mut Recorded::default()).await.unwrap();
        scene.client.delete(&urn, &credentials).await.unwrap();
        let again = scene.publish(&unsettled(&job), &credentials, &mut Recorded::default()).await.unwrap_err();
        assert_eq!(code(&again), "duplicate", "{again:?}");
        assert!(again.message().contains(&urn), "{again:?}");
    }
}

#[tokio::test]
async fn contents_that_exclude_each_other_are_refused_before_anything_is_sent() {
    let scene = Scene::new();
    let (profile, credentials) = scene.connected("organization").await;
    let seen = scene.world.seen().len();
    let plain = || Job { profile: profile.clone(), ..job("text", Vec::new()) };
    let library = &scene.library;
    let refused = [
        (Job { media: vec![library.pdf(), library.png()], ..plain() }, "content"),
        (Job { media: vec![library.mp4(100_000)], ..with_text(plain(), "link", "https://a.example/") }, "content"),
        (Job { media: vec![library.pdf()], ..plain() }, "document-title"),
        (networks::cases::with_list(plain(), "poll", &["a", "b"]), "poll-question"),
        (with_text(plain(), "visibility", "connections"), "visibility"),
        (networks::cases::with_thread(plain(), &["more"]), "format"),
    ];
    for (job, expected) in refused {
        let failure = scene.publish(&job, &credentials, &mut Recorded::default()).await.unwrap_err();
        assert_eq!(code(&failure), expected, "{failure:?}");
    }
    assert_eq!(scene.world.seen().len(), seen);
}

/// Files that can only be read in pieces.
struct InPieces(Library, AtomicU64);

#[async_trait]
impl MediaSource for InPieces {
    async fn bytes(&self, _: &FileId) -> Result<Bytes, Failure> {
        panic!("a video does not fit into memory")
    }

    async fn range(&self, file: &FileId, from: u64, length: u64) -> Result<Bytes, Failure> {
        self.1.fetch_max(length, Ordering::SeqCst);
        self.0.range(file, from, length).await
    }

    async fn url(&self, file: &FileId) -> Result<Url, Failure> {
        self.0.url(file).await
    }

    fn stream(&self, file: &FileId, length: u64) -> Chunks {
        self.0.stream(file, length)
    }
}

#[tokio::test]
async fn a_video_is_prepared_in_pieces_and_then_published_by_one_request() {
    let scene = Scene::new();
    let (profile, credentials) = scene.connected("organization").await;
    let job = Job { profile, ..job("moving", vec![scene.library.mp4(9_000_000)]) };
    let media = InPieces(scene.library.clone(), AtomicU64::new(0));
    let mut steps = Recorded::default();
    scene.client.prepare(&job, &credentials, &mut steps, &media).await.unwrap();
    assert_eq!(media.1.load(Ordering::SeqCst), 4_194_304);
    assert!(scene.world.shown(Platform::Linkedin).is_empty());
    let before = scene.world.seen().len();
    scene.client.publish(&job, &credentials, &mut steps, &media).await.unwrap();
    let sent: Vec<String> = scene.world.seen()[before..].iter().map(|seen| seen.what.clone()).collect();
    assert_eq!(sent, ["POST /rest/posts"]);
}

/// Asks the simulated API directly.
async fn asked(scene: &Scene, credentials: &Credentials, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let bearer = format!("Bearer {}", token(credentials).access_token.expose());
    let mut request = http::Request::get(format!("/api.linkedin.com{path}")).header("authorization", bearer);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    scene.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
}

#[tokio::test]
async fn the_simulation_refuses_what_the_documents_say() {
    let scene = Scene::new();
    let (_, credentials) = scene.connected("organization").await;
    let restli = ("x-restli-protocol-version", "2.0.0");
    let path = "/rest/organizations/5515715";
    assert_eq!(asked(&scene, &credentials, path, &[restli]).await, 400, "no version");
    for version in ["202512", "202610", "2026-09"] {
        assert_eq!(asked(&scene, &credentials, path, &[restli, ("linkedin-version", version)]).await, 426, "{version}");
    }
    let version = ("linkedin-version", "202609");
    assert_eq!(asked(&scene, &credentials, path, &[version]).await, 400, "no protocol");
    assert_eq!(asked(&scene, &credentials, path, &[restli, version]).await, 200);
    let plain = "/rest/posts?q=author&author=urn:li:organization:5515715";
    assert_eq!(asked(&scene, &credentials, plain, &[restli, version]).await, 400, "a URN is encoded");
    // Another consent of the same member for other scopes would end this one; the same scopes do not.
    scene.connect("organization", "ada").await.unwrap();
    assert_eq!(asked(&scene, &credentials, path, &[restli, version]).await, 200);
    scene.world.grants(|grants| grants.revoke_user(NAME, "ada"));
    assert_eq!(asked(&scene, &credentials, path, &[restli, version]).await, 401);
}
