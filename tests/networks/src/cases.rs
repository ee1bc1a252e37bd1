//! What is tried with every network: each of its formats, and each of its documented errors.

mod bluesky;
mod facebook;
mod instagram;
mod linkedin;
mod mastodon;
mod pictures;
mod pinterest;
mod threads;
mod tiktok;
mod x;
mod youtube;

use std::sync::Arc;

use domain::delivery::{AttemptOutcome, Failure};
use domain::ids::{AccountId, OrgId, PostId, Ulid};
use domain::media::MediaUse;
use domain::platform::Platform;
use domain::target::{Format, Setting, Settings};
use platforms::{Attempt, Cover, Credentials, Granted, Job, Network, Profile, Secret, Subtitles, ThreadPart};
use url::{Url, form_urlencoded};

use crate::library::Library;
use crate::world::{Shown, World};

/// What is tried with a network.
pub type Make = fn(&Library) -> Cases;

/// The networks and what is tried with each. A network that is connected in several ways may be listed once for each.
#[must_use]
pub fn all() -> Vec<(Platform, Make)> {
    vec![
        (Platform::Bluesky, bluesky::cases),
        (Platform::Mastodon, mastodon::cases),
        (Platform::Linkedin, linkedin::person),
        (Platform::Linkedin, linkedin::organization),
        (Platform::Facebook, facebook::cases),
        (Platform::Instagram, instagram::cases),
        (Platform::Instagram, instagram::by_page),
        (Platform::Threads, threads::cases),
        (Platform::Tiktok, tiktok::cases),
        (Platform::X, x::cases),
        (Platform::Youtube, youtube::cases),
        (Platform::Pinterest, pinterest::cases),
    ]
}

/// How a network is connected in a world, and what is tried with it.
pub struct Cases {
    /// How the account is connected.
    pub connect: Connect,
    /// Each format.
    pub formats: Vec<FormatCase>,
    /// Each documented error.
    pub errors: Vec<ErrorCase>,
}

/// How an account is connected.
pub enum Connect {
    /// By consent at the network's page.
    Consent {
        /// The way.
        way: &'static str,
        /// Who allows it; empty = whom the page offers first.
        user: &'static str,
        /// Which of the accounts that the consent gave.
        account: usize,
    },
    /// With these, which the network's simulation accepts from the start.
    Given(Box<(Profile, Credentials)>),
}

/// One format of a network.
pub struct FormatCase {
    /// Its name in the table, such as `text`, `pictures` or `thread`.
    pub name: &'static str,
    /// What is published; account and profile are filled in.
    pub job: Job,
    /// How many things people then see.
    pub shown: usize,
    /// What must be true of them.
    pub check: fn(&[Shown]) -> Result<(), String>,
}

/// One documented error, with the first format.
pub struct ErrorCase {
    /// Its name in the table, such as `token expired`.
    pub name: &'static str,
    /// The format it is tried with, by name.
    pub format: &'static str,
    /// Brings it about.
    pub bring: fn(&World),
    /// What the client must make of it.
    pub expect: AttemptOutcome,
    /// What a rejection's advice or message must contain; empty = anything.
    pub says: &'static str,
}

/// A job that publishes `text` with `media`.
#[must_use]
pub fn job(text: &str, media: Vec<MediaUse>) -> Job {
    let created_at = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 56);
    Job {
        org: OrgId::new(Ulid::from(1_u128)),
        post: PostId::new(Ulid::from(2_u128)),
        account: AccountId::new(Ulid::from(3_u128)),
        revision: 1,
        key: Ulid::from_parts(1_700_000_000_000, 12_345_678).to_string(),
        created_at,
        text: text.to_owned(),
        media,
        format: Format::Post,
        settings: Settings::new(),
        cover: None,
        subtitles: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        profile: Profile::default(),
        unsettled: false,
    }
}

/// The job with a setting that is a text.
#[must_use]
pub fn with_text(mut job: Job, name: &str, value: &str) -> Job {
    job.settings.insert(name.to_owned(), Setting::Text(value.to_owned()));
    job
}

/// The job with a setting that is on.
#[must_use]
pub fn with_flag(mut job: Job, name: &str) -> Job {
    job.settings.insert(name.to_owned(), Setting::Flag(true));
    job
}

/// The job with a setting that is a list.
#[must_use]
pub fn with_list(mut job: Job, name: &str, values: &[&str]) -> Job {
    job.settings.insert(name.to_owned(), Setting::List(values.iter().map(|value| (*value).to_owned()).collect()));
    job
}

/// The job with a moment of its film as the cover.
#[must_use]
pub fn with_frame(job: Job, at_ms: u64) -> Job {
    Job { cover: Some(Cover::Frame { at_ms }), ..job }
}

/// The job with a picture as the cover.
#[must_use]
pub fn with_cover(job: Job, picture: MediaUse) -> Job {
    Job { cover: Some(Cover::Picture(picture)), ..job }
}

/// The job with subtitles in these languages.
#[must_use]
pub fn with_subtitles(job: Job, files: Vec<(MediaUse, &str)>) -> Job {
    let of = |(file, language): (MediaUse, &str)| Subtitles { file, language: language.to_owned() };
    Job { subtitles: files.into_iter().map(of).collect(), ..job }
}

/// The job followed by a thread of these texts.
#[must_use]
pub fn with_thread(mut job: Job, texts: &[&str]) -> Job {
    job.thread = texts.iter().map(|text| ThreadPart { text: (*text).to_owned(), media: Vec::new() }).collect();
    job
}

/// Allows access at the pretend consent page as `user` would, and exchanges the code.
///
/// Every network's authorize endpoint takes a `POST` of its own query with `decision`, `granted` (once for each scope)
/// and `user`, and answers with a redirect.
///
/// # Errors
/// What the client makes of it.
///
/// # Panics
/// When the network has no such way, or its page does not redirect.
pub async fn connect(
    router: &axum::Router,
    tools: &platforms::Tools,
    network: &Arc<dyn Network>,
    way: &str,
    user: &str,
) -> Result<Granted, Failure> {
    connect_without(router, tools, network, way, user, &[]).await
}

/// The same with some permissions left out.
///
/// # Errors
/// What the client makes of it.
///
/// # Panics
/// As [`connect`].
pub async fn connect_without(
    router: &axum::Router,
    tools: &platforms::Tools,
    network: &Arc<dyn Network>,
    way: &str,
    user: &str,
    left_out: &[&str],
) -> Result<Granted, Failure> {
    let consent = network.consent().expect("users allow access at its site");
    let way = *consent.ways().iter().find(|known| known.name == way).expect("a way of this name");
    let attempt = Attempt {
        way,
        app: tools.apps.get(way.app).await?,
        redirect_uri: format!("https://atelier.test/api/accounts/callback/{}", network.platform().as_str()),
        state: "state-to-return".to_owned(),
        verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    };
    let asked = tools.http.place(consent.authorize_url(&attempt));
    let granted = way.scope_names().into_iter().filter(|scope| !left_out.contains(scope)).collect();
    let code = allow(router, &asked, user, granted).await;
    consent.exchange(&attempt, &code).await
}

/// Ticks the boxes and returns the code.
async fn allow(router: &axum::Router, asked: &Url, user: &str, scopes: Vec<&str>) -> String {
    use tower::ServiceExt as _;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(asked.query_pairs());
    form.append_pair("decision", "allow").append_pair("user", user);
    for scope in scopes {
        form.append_pair("granted", scope);
    }
    let request = http::Request::post(asked.path())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(form.finish()))
        .expect("a request");
    let answer = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let location: Url = location.parse().expect("the consent page sends the user back");
    let state = location.query_pairs().find(|(name, _)| name == "state").map(|(_, state)| state.into_owned());
    assert_eq!(state.as_deref(), Some("state-to-return"), "the state comes back unchanged");
    location.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned()).expect("a code")
}

/// The credentials of the account at `index` that a consent gave.
#[must_use]
pub fn credentials(granted: &Granted, index: usize) -> (Profile, Credentials) {
    let account = &granted.accounts[index];
    (account.profile.clone(), account.credentials.clone())
}
