//! No secret, token or text of a post is in a log, however much is asked to be logged. A whole journey with planted
//! values, through the embedded program and through the functions' own processes; then everything they wrote is searched.

use std::fs;
use std::path::Path;

use image::ImageFormat;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::gateway_event::request;
use tests::person::{PASSWORD, Person, Team, put};
use tests::picture::picture;
use tests::process::{Atelier, Scratch};
use tests::runtime_api::Function;

use super::network::{CLIENT_SECRET, Next, Scripted, TOKEN};
use super::{Site, give, outcome};

const TEXT: &str = "planted-text-of-a-post-9e1b";
const ALT: &str = "planted-words-of-a-picture-04cc";
const CODE: &str = "planted-code-of-a-consent-b2f7";

/// What may be in no log, by name.
#[derive(Default)]
struct Planted(Vec<(&'static str, String)>);

impl Planted {
    fn of(person: &Person) -> Self {
        let token = |name: &str| person.tokens[name].as_str().expect("a token").to_owned();
        let mut planted = Self::default();
        let fixed = [
            ("password", PASSWORD),
            ("text", TEXT),
            ("alternative text", ALT),
            ("code of a consent", CODE),
            ("token of an account", TOKEN),
            ("secret of our registration", CLIENT_SECRET),
        ];
        for (name, value) in fixed {
            planted.add(name, value.to_owned());
        }
        planted.add("access token", token("access_token"));
        planted.add("id token", token("id_token"));
        planted.add("refresh token", token("refresh_token"));
        planted
    }

    fn add(&mut self, name: &'static str, value: String) {
        assert!(value.len() >= 6, "{name} is too short to be looked for: {value}");
        self.0.push((name, value));
    }

    /// A signed address: its signature is what opens it.
    fn add_signature(&mut self, name: &'static str, address: &str) {
        let (_, signature) = address.split_once("X-Amz-Signature=").expect("a signed address");
        self.add(name, signature.split('&').next().unwrap_or_default().to_owned());
    }

    /// Searches a log, which must show that it told of `detail`.
    fn assert_hidden(&self, log: &Path, detail: &[&str]) {
        let log = fs::read_to_string(log).expect("a log");
        for told in detail {
            assert!(log.contains(told), "nothing of {told} in {} bytes of log", log.len());
        }
        for (name, value) in &self.0 {
            let told = log.lines().find(|line| line.contains(value.as_str()));
            assert!(told.is_none(), "the {name} {value} is in the log: {told:?}");
        }
    }
}

fn post_for(account: &str, media: &str) -> Value {
    let target = json!({ "account_id": account, "text": null, "media": null });
    json!({ "text": TEXT, "media": [media], "targets": [target] })
}

/// The six digits of the mail that confirms an address.
async fn mailed_code(origin: &str, email: &str) -> String {
    let mails = Answer::to(Client::new().get(format!("{origin}/_local/mail?format=json"))).await.expect(200);
    let own = mails.as_array().into_iter().flatten().filter(|mail| mail["to"] == email);
    let digits = |mail: &Value| {
        let text = mail["text"].as_str()?.to_owned();
        text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).map(str::to_owned)
    };
    own.filter_map(digits).next().expect("a code")
}

/// Waits until a post is no longer on its way.
async fn settled(person: &Person, post: &Value) -> Value {
    let path = format!("/posts/{}", post["id"].as_str().expect("an id"));
    for _ in 0..300 {
        let now = person.get(&path).await.expect(200);
        if !matches!(now["status"].as_str(), Some("scheduled" | "publishing")) {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the post never went out");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_program_tells_no_secret() {
    let data = Scratch::new("telemetry-secrets").expect("a folder");
    let log = data.path().join("log");
    let atelier = Atelier::start_logged(&data.path().join("data"), &log).await.expect("the program");
    let network = Scripted::start().await;
    let team = Team::new(&atelier.url()).await;
    let owner = &team.owner;
    let mut planted = Planted::of(owner);
    planted.add("code of a mail", mailed_code(&owner.origin, &owner.email).await);

    let account = team.mastodon(&network.origin()).await;
    let bytes = picture(40, 30, ImageFormat::Png);
    let new = json!({ "name": "a.png", "type": "image/png", "size": bytes.len() });
    let announced = owner.post("/media", &new).await.expect(201);
    planted.add_signature("signature of an upload", announced["upload"]["url"].as_str().expect("an address"));
    assert_eq!(put(&announced["upload"], bytes).await, 200);
    let file = announced["file"]["id"].as_str().expect("an id").to_owned();
    let whole = owner.post(&format!("/media/{file}/complete"), &Value::Null).await.expect(200);
    let described = json!({ "alt": ALT });
    let version = owner.at_version(Method::PATCH, &format!("/media/{file}"), &whole["version"], &described).await;
    assert_eq!(version.expect(200)["alt"], ALT);

    for next in [Next::Out, Next::Refused, Next::Revoked] {
        let post = owner.post("/posts", &post_for(&account, &file)).await.expect(201);
        network.next(next);
        let path = format!("/posts/{}/publish", post["id"].as_str().expect("an id"));
        owner.at_version(Method::POST, &path, &post["version"], &Value::Null).await.expect(202);
        let out = settled(owner, &post).await;
        assert_eq!(out["status"] == "published", next == Next::Out, "{out}");
        if next == Next::Refused {
            // The network's words are for its user, with all that they repeat.
            assert!(out.to_string().contains(TOKEN), "{out}");
        }
    }
    owner.post("/auth/login", &json!({ "email": owner.email, "password": format!("{PASSWORD}-wrong") })).await;
    drop(atelier);
    planted.assert_hidden(&log, &["network call", "answered", "/api/posts/{id}/publish", &team.org]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_functions_tell_no_secret() {
    for level in [None, Some("trace")] {
        let mut site = Site::open(&format!("secrets-{}", level.unwrap_or("usual"))).await;
        site.settings.extend(level.map(|level| ("RUST_LOG", level.to_owned())));
        let planted = functions_journey(&site).await;
        let told = ["answered", "handled", "concluded", "/api/posts/{id}/publish", &site.team.org];
        let in_detail = level.map(|_| "network call");
        planted.assert_hidden(&site.log, &told.into_iter().chain(in_detail).collect::<Vec<_>>());
        site.running.shutdown().await;
    }
}

/// Signs in, allows access, uploads, writes and publishes, each by the function's own process.
async fn functions_journey(site: &Site) -> Planted {
    let owner = &site.team.owner;
    let mut planted = Planted::of(owner);
    let (_, key) = site.running.cloud.config.static_credentials.clone().expect("credentials");
    planted.add("key of AWS", key);
    let nobody = Person::anonymous(&owner.origin);
    let ask = async |function: &Function, person: &Person, method: &str, path: &str, body: &Value, status: u16| {
        let event = request(person, method, path, Some(body).filter(|body| !body.is_null())).expect("an event");
        answered(function, &event, status).await
    };

    let (auth, _) = site.function("auth").await;
    let login = json!({ "email": owner.email, "password": PASSWORD });
    let tokens = body(&ask(&auth, &nobody, "POST", "/api/auth/login", &login, 200).await);
    planted.add("second access token", tokens["access_token"].as_str().expect("a token").to_owned());
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    ask(&auth, &nobody, "POST", "/api/auth/refresh", &refresh, 200).await;
    ask(&auth, owner, "GET", "/api/auth/me", &Value::Null, 200).await;

    let (accounts, _) = site.function("accounts").await;
    let instance = json!({ "instance": site.network.origin() });
    let begun = ask(&accounts, owner, "POST", "/api/accounts/connect/mastodon", &instance, 200).await;
    let cookie = begun["cookies"][0].as_str().and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
    let address: url::Url = body(&begun)["authorize_url"].as_str().expect("an address").parse().expect("a URL");
    let state = address.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    planted.add("state of a consent", state.clone());
    planted.add("cookie of a consent", cookie.split_once('=').expect("a value").1.to_owned());
    let back = format!("/api/accounts/callback/mastodon?code={CODE}&state={state}");
    let mut back = request(&nobody, "GET", &back, None).expect("an event");
    back["cookies"] = json!([cookie]);
    let location = answered(&accounts, &back, 302).await["headers"]["location"].as_str().expect("a place").to_owned();
    let (_, account) = location.split_once("connected=").unwrap_or_else(|| panic!("{location}"));

    let (media, _) = site.function("media").await;
    let bytes = picture(40, 30, ImageFormat::Png);
    let new = json!({ "name": "a.png", "type": "image/png", "size": bytes.len() });
    let announced = body(&ask(&media, owner, "POST", "/api/media", &new, 201).await);
    planted.add_signature("signature of an upload", announced["upload"]["url"].as_str().expect("an address"));
    assert_eq!(put(&announced["upload"], bytes).await, 200);
    let file = announced["file"]["id"].as_str().expect("an id");
    let path = format!("/api/media/{file}/complete");
    let whole = ask(&media, owner, "POST", &path, &Value::Null, 200).await;
    let mut described =
        request(owner, "PATCH", &format!("/api/media/{file}"), Some(&json!({ "alt": ALT }))).expect("one");
    described["headers"]["if-match"] = format!("\"{}\"", body(&whole)["version"]).into();
    answered(&media, &described, 200).await;

    let ((posts, _), (publish, _)) = (site.function("posts").await, site.function("publish").await);
    for next in [Next::Out, Next::Refused, Next::Lost, Next::Revoked] {
        let post = body(&ask(&posts, owner, "POST", "/api/posts", &post_for(account, file), 201).await);
        let id = post["id"].as_str().expect("an id");
        let mut now = request(owner, "POST", &format!("/api/posts/{id}/publish"), None).expect("an event");
        now["headers"]["if-match"] = format!("\"{}\"", post["version"]).into();
        let revision = body(&answered(&posts, &now, 202).await)["revision"].clone();
        site.network.next(next);
        let wake_up = json!({ "org": site.team.org, "post": id, "revision": revision });
        assert_eq!(give(&publish, &wake_up).await, json!({ "tried": 1 }), "{next:?}");
    }
    let (identity, _) = site.function("identity").await;
    let attributes = json!({ "sub": "00000000-0000-4000-8000-000000000001", "email": "planted@example.test" });
    let trigger =
        json!({ "triggerSource": "TokenGeneration_Authentication", "request": { "userAttributes": attributes } });
    give(&identity, &trigger).await;
    outcome(&identity, &json!({ "triggerSource": "TokenGeneration_Authentication", "password": PASSWORD })).await;
    planted
}

async fn answered(function: &Function, event: &Value, status: u16) -> Value {
    let answer = give(function, event).await;
    assert_eq!(answer["statusCode"], status, "{} answered {answer}", event["rawPath"]);
    answer
}

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().expect("a body")).expect("JSON")
}
