//! Connecting accounts of networks whose users allow access at the network's own site: all of them simulated.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Clock as _, SystemClock, crypto};
use image::ImageFormat;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::person::{Person, Team, upload};
use tests::picture::picture;
use tests::stack::sandbox;
use url::{Url, form_urlencoded};

use super::publishing::settled;
use super::{each, id};

pub(super) async fn team() -> Team {
    Team::new(&sandbox().origin).await
}

/// Somebody's browser on its way to a network and back.
struct Visit {
    client: Client,
    /// The consent page.
    page: Url,
    cookie: String,
}

impl Visit {
    async fn begin(person: &Person, platform: &str, way: &Value) -> Self {
        let begun = person.post(&format!("/accounts/connect/{platform}"), &json!({ "way": way })).await;
        let cookie = begun.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let page = begun.expect(200)["authorize_url"].as_str().expect("an address").parse().expect("a URL");
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { client, page, cookie }
    }

    /// Presses a button of the consent page, with these boxes ticked, and yields where it leads.
    async fn decide(&self, decision: &str, granted: &[&str]) -> Url {
        self.decide_as("", decision, granted).await
    }

    /// The same as one of the people that the page offers; empty = the first.
    async fn decide_as(&self, user: &str, decision: &str, granted: &[&str]) -> Url {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(self.page.query_pairs()).append_pair("decision", decision);
        for scope in granted {
            form.append_pair("granted", scope);
        }
        if !user.is_empty() {
            form.append_pair("user", user);
        }
        let mut action = self.page.clone();
        action.set_query(None);
        let request = self.client.post(action).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form.finish()).send().await.expect("an answer");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        let Some(to) = to else { panic!("no way back: {}", answer.text().await.unwrap_or_default()) };
        to.parse().expect("a URL")
    }

    /// Follows the way back, with the cookie or without, and yields what the accounts page is told.
    async fn back(&self, to: &Url, cookie: bool) -> Told {
        let mut request = self.client.get(to.clone());
        if cookie {
            request = request.header("cookie", &self.cookie);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 302);
        let location = answer.headers()["location"].to_str().expect("text");
        Told(Url::parse("http://page.test").and_then(|page| page.join(location)).expect("a URL"))
    }
}

/// What the accounts page is told.
struct Told(Url);

impl Told {
    fn get(&self, name: &str) -> Option<String> {
        assert_eq!(self.0.path(), "/accounts");
        self.0.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    fn word(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }
}

/// The scopes of a way, as the API lists them.
fn scopes(way: &Value) -> Vec<&str> {
    way["scopes"].as_array().expect("scopes").iter().filter_map(|scope| scope["name"].as_str()).collect()
}

pub(super) async fn ways(person: &Person, platform: &str) -> Vec<Value> {
    let networks = person.get("/networks").await.expect(200);
    let found = networks["networks"].as_array().expect("networks").iter().find(|one| one["platform"] == platform);
    found.expect("the network")["ways"].as_array().expect("ways").clone()
}

/// Connects with every permission, all accounts where there are several.
pub(super) async fn connect(person: &Person, platform: &str, way: &Value) -> Vec<Value> {
    let visit = Visit::begin(person, platform, &way["name"]).await;
    let told = visit.back(&visit.decide("allow", &scopes(way)).await, true).await;
    if let Some(choice) = told.get("choose") {
        let path = format!("/accounts/choices/{choice}");
        let offered = person.get(&path).await.expect(200);
        let ids: Vec<&Value> =
            offered["accounts"].as_array().expect("accounts").iter().map(|account| &account["remote_id"]).collect();
        let connected = person.post(&path, &json!({ "remote_ids": ids })).await.expect(200);
        return connected["items"].as_array().expect("items").clone();
    }
    let account = told.word("connected");
    let list = person.get("/accounts").await.expect(200);
    let found = list["items"].as_array().expect("items").iter().find(|item| item["id"] == account.as_str());
    vec![found.expect("the account").clone()]
}

#[tokio::test]
async fn every_network_can_be_connected_and_answers_for_its_accounts() {
    let team = team().await;
    let networks = team.owner.get("/networks").await.expect(200);
    assert_eq!(networks["sandbox"], true);
    let mut connected = 0;
    for network in networks["networks"].as_array().expect("networks") {
        let platform = network["platform"].as_str().expect("a name");
        let ways = network["ways"].as_array().expect("ways");
        assert_eq!(network["connect"] == "consent", !ways.is_empty(), "{platform}");
        for way in ways {
            assert_eq!(way["configured"], true, "{platform}");
            assert!(way["secret"].as_str().is_some_and(|name| name.starts_with("network/")), "{way}");
            for account in connect(&team.owner, platform, way).await {
                assert_eq!((account["platform"].as_str(), &account["way"]), (Some(platform), &way["name"]));
                assert_eq!(account["status"], "healthy", "{account}");
                assert!(account.get("expires_at").is_some(), "{account}");
                let path = format!("/accounts/{}", id(&account));
                let checked = team.owner.post(&format!("{path}/check"), &Value::Null).await.expect(200);
                assert_eq!(checked["status"], "healthy", "{checked}");
                let offers = team.owner.get(&format!("{path}/offers")).await.expect(200);
                assert!(offers["choices"].is_object(), "{offers}");
                connected += 1;
            }
        }
    }
    assert!(connected >= 2, "only {connected} accounts");
}

#[tokio::test]
async fn a_code_and_a_state_work_once_in_one_browser_for_one_network() {
    let team = team().await;
    let way = &ways(&team.owner, "x").await[0];
    let visit = Visit::begin(&team.owner, "x", &Value::Null).await;
    let to = visit.decide("allow", &scopes(way)).await;
    assert_eq!(visit.back(&to, false).await.word("error"), "stale", "another browser");
    let elsewhere: Url = to.as_str().replace("/callback/x", "/callback/pinterest").parse().expect("a URL");
    assert_eq!(visit.back(&elsewhere, true).await.word("error"), "stale", "another network");
    let state = to.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    let tampered: Url = to.as_str().replace(&state[..8], "AAAAAAAA").parse().expect("a URL");
    assert_eq!(visit.back(&tampered, true).await.word("error"), "stale", "a state of somebody else's making");
    let account = visit.back(&to, true).await.word("connected");
    assert_eq!(visit.back(&to, true).await.word("error"), "stale", "a second use");
    let again = connect(&team.owner, "x", way).await;
    assert_eq!(id(&again[0]), account, "connected again, it is the same account");
}

#[tokio::test]
async fn a_refused_code_is_not_tried_again() {
    let team = team().await;
    let way = &ways(&team.owner, "x").await[0];
    let visit = Visit::begin(&team.owner, "x", &way["name"]).await;
    let mut to = visit.decide("allow", &scopes(way)).await;
    let query: Vec<(String, String)> = to.query_pairs().into_owned().collect();
    let wrong = |(name, value): &(String, String)| {
        (name.clone(), if name == "code" { "made-up".to_owned() } else { value.clone() })
    };
    let right = to.clone();
    to.query_pairs_mut().clear().extend_pairs(query.iter().map(wrong));
    assert_eq!(visit.back(&to, true).await.word("error"), "refused");
    assert_eq!(visit.back(&right, true).await.word("error"), "stale", "the attempt is over");
    assert!(each(&team.owner.get("/accounts").await.expect(200), "id").is_empty());
}

#[tokio::test]
async fn a_no_and_half_a_yes_are_told_in_plain_words() {
    let team = team().await;
    let way = &ways(&team.owner, "x").await[0];
    let visit = Visit::begin(&team.owner, "x", &way["name"]).await;
    let told = visit.back(&visit.decide("deny", &[]).await, true).await;
    assert_eq!(told.word("error"), "declined");

    let visit = Visit::begin(&team.owner, "x", &way["name"]).await;
    let some: Vec<&str> = scopes(way).into_iter().filter(|scope| *scope != "tweet.write").collect();
    let told = visit.back(&visit.decide("allow", &some).await, true).await;
    assert_eq!(told.word("error"), "missing-permissions");
    assert!(told.word("detail").contains("publish posts"), "{}", told.word("detail"));
    assert!(each(&team.owner.get("/accounts").await.expect(200), "id").is_empty());

    let visit = Visit::begin(&team.owner, "x", &way["name"]).await;
    let some: Vec<&str> = scopes(way).into_iter().filter(|scope| *scope != "media.write").collect();
    let told = visit.back(&visit.decide("allow", &some).await, true).await;
    assert_eq!(told.word("missing"), "media.write");
    told.word("connected");
}

#[tokio::test]
async fn only_known_ways_of_known_networks_can_be_begun_and_only_by_admins() {
    let team = team().await;
    let unknown = team.owner.post("/accounts/connect/x", &json!({ "way": "nobody" })).await;
    assert_eq!(unknown.problem(422, "rule-broken")["errors"][0]["pointer"], "/way");
    team.owner.post("/accounts/connect/friendster", &json!({})).await.problem(404, "not-found");
    let editor = team.member("editor").await;
    editor.post("/accounts/connect/x", &json!({})).await.problem(403, "forbidden");
    editor.get("/networks").await.expect(200);
    editor.get("/accounts/choices/none").await.problem(403, "forbidden");
}

#[tokio::test]
async fn without_a_registration_the_operator_is_told_what_to_do() {
    let team = Team::new(&tests::stack::stack().origin).await;
    let networks = team.owner.get("/networks").await.expect(200);
    assert_eq!(networks["sandbox"], false);
    let refused = team.owner.post("/accounts/connect/x", &json!({})).await;
    let problem = refused.problem(422, "not-configured");
    let detail = problem["detail"].as_str().expect("a detail");
    for part in ["network/x", "/api/accounts/callback/x", "docs/networks/x.md"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    assert_eq!(ways(&team.owner, "x").await[0]["configured"], false);
}

#[tokio::test]
async fn groups_are_replaced_as_a_whole_and_nobody_s_change_is_lost() {
    let team = team().await;
    let page = team.page().await;
    let none = team.owner.get("/accounts/groups").await.expect(200);
    assert_eq!(none, json!({ "version": 0, "groups": [] }));
    let input = json!({ "groups": [{ "name": "Everything", "account_ids": [page] }] });
    let set = |version: Value, input: Value| {
        let owner = team.owner.clone();
        async move { owner.at_version(Method::PUT, "/accounts/groups", &version, &input).await }
    };
    let first = set(json!(0), input.clone()).await.expect(200);
    assert_eq!((first["version"].as_u64(), first["groups"][0]["name"].as_str()), (Some(1), Some("Everything")));
    set(json!(0), input.clone()).await.problem(412, "stale-version");
    let stranger = json!({ "groups": [{ "name": "Theirs", "account_ids": ["acc_01ZZZZZZZZZZZZZZZZZZZZZZZZ"] }] });
    let refused = set(json!(1), stranger).await;
    assert_eq!(refused.problem(422, "rule-broken")["errors"][0]["pointer"], "/groups/0/account_ids/0");
    let renamed = json!({ "groups": [{ "id": first["groups"][0]["id"], "name": "All", "account_ids": [] }] });
    let second = set(json!(1), renamed).await.expect(200);
    assert_eq!(second["groups"][0]["id"], first["groups"][0]["id"]);
    assert_eq!(team.owner.get("/accounts/groups").await.expect(200), second);
    let author = team.member("author").await;
    let put = author.at_version(Method::PUT, "/accounts/groups", &json!(2), &json!({ "groups": [] })).await;
    put.problem(403, "forbidden");
}

#[tokio::test]
async fn what_networks_ask_an_operator_for_is_there() {
    let origin = &sandbox().origin;
    for (page, says) in [("privacy", "How to have it removed"), ("terms", "What you may publish")] {
        let answer = reqwest::get(format!("{origin}/p/-/{page}")).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let html = answer.text().await.expect("text");
        assert!(html.contains(says) && html.contains(origin.as_str()), "{page}");
    }
    let unknown = reqwest::get(format!("{origin}/p/-/deletion/none")).await.expect("an answer");
    assert_eq!(unknown.status(), 404);
    let config: Value =
        reqwest::get(format!("{origin}/config.json")).await.expect("an answer").json().await.expect("JSON");
    assert_eq!(config["sandbox"], true);
}

/// A notice about a person, signed by the app's secret.
async fn notice(path: &str, user: &str, secret: &str) -> reqwest::Response {
    let now = SystemClock.now().as_second();
    let payload = json!({ "algorithm": "HMAC-SHA256", "user_id": user, "issued_at": now }).to_string();
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let tag = URL_SAFE_NO_PAD.encode(crypto::tag(secret.as_bytes(), payload.as_bytes()));
    let form = [("signed_request", format!("{tag}.{payload}"))];
    let address = format!("{}/api/accounts/{path}", sandbox().origin);
    Client::new().post(address).form(&form).send().await.expect("an answer")
}

/// Grace, whom no other test connects: a notice concerns her accounts in every organization.
const GRACE: &str = "26180000000000003";
const SECRET: &str = "sandbox-secret-of-threads";

async fn connect_grace(person: &Person) -> String {
    let way = &ways(person, "threads").await[0];
    let visit = Visit::begin(person, "threads", &way["name"]).await;
    let mut to = visit.decide_as(GRACE, "allow", &scopes(way)).await;
    to.set_fragment(None);
    visit.back(&to, true).await.word("connected")
}

async fn account(person: &Person, account: &str) -> Value {
    let list = person.get("/accounts").await.expect(200);
    let found = list["items"].as_array().expect("items").iter().find(|item| item["id"] == account);
    found.expect("the account").clone()
}

#[tokio::test]
async fn a_person_s_notice_reaches_their_accounts_in_every_organization() {
    let (one, other) = (team().await, team().await);
    let ids = [connect_grace(&one.owner).await, connect_grace(&other.owner).await];
    let forged = notice("deauthorized/threads", GRACE, "another secret").await;
    assert_eq!(forged.status(), 400);
    assert_eq!(notice("deauthorized/x", GRACE, SECRET).await.status(), 404, "X sends none");
    assert_eq!(notice("deauthorized/threads", "somebody else", SECRET).await.status(), 200);
    assert_eq!(account(&one.owner, &ids[0]).await["status"], "healthy");

    assert_eq!(notice("deauthorized/threads", GRACE, SECRET).await.status(), 200);
    for (team, id) in [(&one, &ids[0]), (&other, &ids[1])] {
        let lost = account(&team.owner, id).await;
        assert_eq!(lost["status"], "reconnect");
        assert!(lost["status_detail"].as_str().is_some_and(|detail| detail.contains("took it back")), "{lost}");
    }
    assert_eq!(connect_grace(&one.owner).await, ids[0], "connected again, it is the same account");
    assert_eq!(account(&one.owner, &ids[0]).await["status"], "healthy");

    let answer: Value = notice("deletion/threads", GRACE, SECRET).await.json().await.expect("JSON");
    for (team, id) in [(&one, &ids[0]), (&other, &ids[1])] {
        let erased = account(&team.owner, id).await;
        assert_eq!((erased["status"].as_str(), erased["handle"].as_str()), (Some("disconnected"), Some("removed")));
        assert!(!erased.to_string().to_lowercase().contains("grace"), "{erased}");
        let log = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
        assert!(each(&log, "action").contains(&"account.erase"), "{log}");
    }
    let page = reqwest::get(answer["url"].as_str().expect("an address")).await.expect("an answer");
    let page = page.text().await.expect("text");
    let code = answer["confirmation_code"].as_str().expect("a code");
    assert!(page.contains(code) && page.contains("2 connected accounts"), "{page}");
    assert_ne!(connect_grace(&one.owner).await, ids[0], "who was forgotten comes back as somebody new");
}

#[tokio::test]
async fn a_picture_reaches_a_simulated_network_by_its_address() {
    let team = team().await;
    let way = &ways(&team.owner, "threads").await[0];
    let connected = connect(&team.owner, "threads", way).await;
    let file = upload(&team.owner, "work.png", "image/png", picture(640, 480, ImageFormat::Png)).await;
    let text = format!("From the bench of {}", team.slug);
    let target = json!({ "account_id": id(&connected[0]), "text": null, "media": null });
    let post = json!({ "text": text, "media": [id(&file)], "targets": [target] });
    let post = team.owner.post("/posts", &post).await.expect(201);
    let publish = format!("/posts/{}/publish", id(&post));
    let post = team.owner.at_version(Method::POST, &publish, &post["version"], &Value::Null).await.expect(202);
    let post = settled(&team.owner, &post).await;
    assert_eq!(post["status"], "published", "{post}");
    let place = sandbox().config.sandbox.as_ref().expect("a sandbox").join("timeline/threads.json").expect("a URL");
    let shown: Value = reqwest::get(place).await.expect("an answer").json().await.expect("JSON");
    let own: Vec<&Value> =
        shown.as_array().expect("a list").iter().filter(|item| item["text"] == text.as_str()).collect();
    assert_eq!(own.len(), 1, "{shown}");
    assert!(own[0]["media"][0].as_str().is_some_and(|media| media.contains("image/jpeg")), "{}", own[0]);
}
