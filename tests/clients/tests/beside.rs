//! What clients do beside publishing, against the simulated networks: connecting, renewing, choices, figures, deleting.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use clients::Stage;
use cloud::{Clock, SystemClock};
use domain::delivery::Failure;
use domain::platform::Platform;
use http_body_util::BodyExt as _;
use networks::World;
use networks::library::Library;
use networks::transport::InProcess;
use platforms::http::Http;
use platforms::network::Timer;
use platforms::token::SandboxApps;
use platforms::{Bluesky, Credentials, Holding, Job, Mastodon, Networks, Published, Steps, Tools};
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

const ORIGIN: &str = "http://127.0.0.1:4100";

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

async fn stage(platform: Platform) -> (Stage, networks::cases::Cases) {
    let all = networks::cases::all();
    let (_, make) = all.into_iter().find(|(known, _)| *known == platform).expect("the network has cases");
    Stage::set(platform, make).await.expect("an account is connected")
}

async fn publish(stage: &Stage, job: &Job) -> Result<Published, Failure> {
    let job = Job { profile: stage.profile.clone(), ..job.clone() };
    stage.client.publish(&job, &stage.credentials, &mut Memory::default(), &stage.library).await
}

#[tokio::test]
async fn a_post_is_counted_and_taken_back_once() {
    for platform in [Platform::Bluesky, Platform::Mastodon, Platform::Pinterest] {
        let (stage, cases) = stage(platform).await;
        let published = publish(&stage, &cases.formats[0].job).await.expect("it is published");
        let figures = stage.client.insights(&published.remote_id, &stage.credentials).await.expect("figures");
        assert!(figures.likes.is_some() && figures.comments.is_some(), "{platform:?}: {figures:?}");
        for _ in 0..2 {
            stage.client.delete(&published.remote_id, &stage.credentials).await.expect("it is gone");
            assert!(stage.world.shown(platform).is_empty());
        }
        let figures = stage.client.insights(&published.remote_id, &stage.credentials).await;
        assert!(matches!(figures, Err(Failure::Rejected { .. })), "{platform:?}: {figures:?}");
        let odd = stage.client.delete("../elsewhere", &stage.credentials).await;
        assert!(matches!(odd, Err(Failure::Rejected { .. })), "{platform:?}: {odd:?}");
    }
}

#[tokio::test]
async fn a_thread_that_stopped_half_way_is_told_from_a_whole_one() {
    for platform in [Platform::Bluesky, Platform::Mastodon] {
        let (stage, cases) = stage(platform).await;
        let thread = cases.formats.iter().find(|format| format.name == "thread").expect("a thread");
        let job = Job { profile: stage.profile.clone(), ..thread.job.clone() };
        let read = |steps: Memory| {
            let (stage, job) = (&stage, &job);
            async move { stage.client.read_back(job, &stage.credentials, &steps).await }
        };
        assert_eq!(read(Memory::default()).await, Ok(Holding::Nothing), "{platform:?}");
        let mut steps = Memory::default();
        let published = stage.client.publish(&job, &stage.credentials, &mut steps, &stage.library).await;
        let published = published.expect("it is published");
        let again = stage.client.publish(&job, &stage.credentials, &mut Memory(steps.0.clone()), &stage.library).await;
        assert_eq!(again, Ok(published.clone()), "{platform:?}");
        assert_eq!(stage.world.shown(platform).len(), 3);
        assert_eq!(read(Memory(steps.0.clone())).await, Ok(Holding::All(published)), "{platform:?}");
        let last = stage.world.shown(platform)[2].id.clone();
        stage.client.delete(&last, &stage.credentials).await.expect("the last part is gone");
        assert_eq!(read(steps).await, Ok(Holding::Part), "{platform:?}");
    }
}

#[tokio::test]
async fn what_cannot_go_together_is_refused_before_anything_is_sent() {
    for (platform, name, format) in
        [(Platform::Bluesky, "link card", "picture"), (Platform::Mastodon, "poll", "picture")]
    {
        let (stage, cases) = stage(platform).await;
        let find = |name: &str| &cases.formats.iter().find(|format| format.name == name).expect("a format").job;
        let job = Job { media: find(format).media.clone(), ..find(name).clone() };
        let refused = publish(&stage, &job).await;
        assert!(matches!(refused, Err(Failure::Rejected { .. })), "{platform:?}: {refused:?}");
        assert!(stage.world.seen().is_empty(), "{platform:?}");
    }
    let (stage, cases) = stage(Platform::Pinterest).await;
    let job = &cases.formats[0].job;
    for job in [Job { settings: Default::default(), ..job.clone() }, Job { media: Vec::new(), ..job.clone() }] {
        assert!(matches!(publish(&stage, &job).await, Err(Failure::Rejected { .. })));
    }
    assert!(stage.world.shown(Platform::Pinterest).is_empty());
}

#[tokio::test]
async fn pinterest_offers_the_accounts_boards() {
    let (stage, _) = stage(Platform::Pinterest).await;
    let offers = stage.client.offers(&stage.credentials).await.expect("offers");
    let labels: Vec<&str> = offers.choices["board"].iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["Furniture", "Workshop", "Drafts (protected)"]);
    assert_eq!((stage.profile.name.as_str(), stage.profile.handle.as_str()), ("Ada's Workshop", "ada"));
}

#[tokio::test]
async fn a_renewal_replaces_the_refresh_token_too() {
    let (stage, _) = stage(Platform::Pinterest).await;
    let refresh = |credentials: Credentials| {
        let client = Arc::clone(&stage.client);
        async move { client.refresh(&credentials).await }
    };
    let Credentials::Token(old) = stage.credentials.clone() else { panic!("a token") };
    let Ok(Credentials::Token(new)) = refresh(stage.credentials.clone()).await else { panic!("renewed") };
    assert_ne!(old.refresh_token, new.refresh_token);
    assert_eq!((&old.subject, &old.scopes), (&new.subject, &new.scopes));
    assert!(new.expires_at.is_some() && new.refresh_expires_at > new.expires_at);
    assert!(matches!(refresh(stage.credentials.clone()).await, Err(Failure::Revoked { .. })));
    stage.client.check(&Credentials::Token(new.clone())).await.expect("the new one works");
    refresh(Credentials::Token(new)).await.expect("and can be renewed again");
}

/// A world with its networks, and a way to them.
fn world() -> (World, axum::Router, Http) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let world = World::new(clock, ORIGIN, Arc::new(Library::default().shelf()));
    let router = networks::router(&world);
    let http = Http::with(Arc::new(InProcess::new(router.clone())), "https://atelier.test", true);
    (world, router, http.in_sandbox(ORIGIN.parse().ok()))
}

fn outside() -> (axum::Router, Http) {
    let (_, router, http) = world();
    (router, http)
}

/// As useless as it is, the access would stay in the user's list of connected apps.
#[tokio::test]
async fn access_without_what_publishing_needs_is_given_back() {
    for (platform, needed, revoke) in [
        (Platform::X, "tweet.write", "/oauth2/revoke"),
        (Platform::Tiktok, "video.publish", "oauth/revoke/"),
        (Platform::Youtube, "https://www.googleapis.com/auth/youtube.upload", "/revoke"),
    ] {
        let (world, router, http) = world();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let tools = Tools { http, clock, sleep: Arc::new(Timer), apps: Arc::new(SandboxApps) };
        let client = Arc::clone(&Networks::new(&tools).clients()[&platform]);
        let given_back = || world.seen().iter().filter(|seen| seen.what.ends_with(revoke)).count();
        networks::cases::connect(&router, &tools, &client, "default", "").await.expect("connected");
        assert_eq!(given_back(), 0, "{platform:?}");
        let refused = networks::cases::connect_without(&router, &tools, &client, "default", "", &[needed]).await;
        assert!(
            matches!(&refused, Err(Failure::Rejected { code, .. }) if code == platforms::token::LEFT_OUT),
            "{refused:?}"
        );
        assert!(given_back() > 0, "{platform:?}: {:?}", world.seen());
    }
}

#[tokio::test]
async fn tiktok_says_who_posts_and_how_long_a_video_may_be() {
    let (stage, _) = stage(Platform::Tiktok).await;
    let offers = stage.client.offers(&stage.credentials).await.expect("offers");
    assert!(offers.name.is_some_and(|name| !name.is_empty()));
    assert!(offers.avatar_url.is_some_and(|url| url.starts_with("http")));
    assert!(offers.video_max_ms.is_some_and(|longest| longest >= 60_000));
    assert!(!offers.choices["privacy"].is_empty());
}

#[tokio::test]
async fn bluesky_is_connected_with_a_handle_and_an_app_password() {
    let (_, http) = outside();
    let client = Bluesky::new(http, Arc::new(SystemClock));
    let connected = client.connect("@ada.bsky.social", "abcd-efgh-ijkl-mnop", None).await.expect("connected");
    assert_eq!((connected.profile.handle.as_str(), connected.profile.name.as_str()), ("ada.bsky.social", "Ada"));
    for (handle, password) in [("ada.bsky.social", "hunter2"), ("nobody.bsky.social", "abcd-efgh-ijkl-mnop")] {
        let refused = client.connect(handle, password, None).await;
        assert!(matches!(refused, Err(Failure::Rejected { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn any_other_host_is_an_instance_of_mastodon() {
    let (router, http) = outside();
    let client = Mastodon::new(http.clone(), Arc::new(SystemClock), Arc::new(Timer));
    let callback = "https://atelier.test/api/accounts/callback/mastodon";
    let app = client.register("@ben@wood.example", callback).await.expect("registered");
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let asked = http.place(client.authorize_url(&app, callback, "the-state", challenge));
    let page = send(&router, "GET", &asked, String::new()).await;
    assert!(page.1.contains("ben@wood.example") && page.1.contains("write:media"), "{}", page.1);
    let denied = back(&router, &asked, "deny").await;
    assert!(denied.iter().any(|(name, value)| name == "error" && value == "access_denied"));
    let allowed = back(&router, &asked, "allow").await;
    assert!(allowed.iter().any(|(name, value)| name == "state" && value == "the-state"));
    let code = &allowed.iter().find(|(name, _)| name == "code").expect("a code").1;
    let connected = client.exchange(&app, callback, code, verifier).await.expect("connected");
    assert_eq!(connected.profile.handle, "ben@wood.example");
    assert_eq!(connected.profile.limits.and_then(|limits| limits.text_max), Some(500));
    let spent = client.exchange(&app, callback, code, verifier).await;
    assert!(matches!(spent, Err(Failure::Rejected { .. })), "a code works once: {spent:?}");
}

async fn send(router: &axum::Router, method: &str, url: &Url, body: String) -> (Option<Url>, String) {
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = http::Request::builder().method(method).uri(target).body(axum::body::Body::from(body));
    let answer = router.clone().oneshot(request.expect("a request")).await.unwrap_or_else(|never| match never {});
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()?.parse().ok());
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    (location, String::from_utf8_lossy(&body).into_owned())
}

/// What the user comes back with.
async fn back(router: &axum::Router, asked: &Url, decision: &str) -> Vec<(String, String)> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(asked.query_pairs()).append_pair("decision", decision).append_pair("user", "ben");
    for scope in ["read:accounts", "read:statuses", "write:statuses", "write:media"] {
        form.append_pair("granted", scope);
    }
    let (location, body) = send(router, "POST", asked, form.finish()).await;
    let location = location.unwrap_or_else(|| panic!("not sent back: {body}"));
    location.query_pairs().into_owned().collect()
}
