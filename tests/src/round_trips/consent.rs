//! Allowing access at a simulated network, as a browser does.

use anyhow::Context as _;
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::desk::{Answered, Ask, Desk};
use crate::person::Person;

/// How the callback is asked, once the network sent the browser back.
pub(super) struct Back {
    query: String,
    cookie: String,
}

impl Back {
    pub(super) fn ask(&self, platform: &str) -> Ask {
        let ask = Ask::new("GET /api/accounts/callback/{platform}", 302).of(platform);
        ask.query(&self.query).header("cookie", &self.cookie)
    }
}

/// Presses the button that allows everything that `way` asks for.
pub(super) async fn allow(begun: &Answered, scopes: &[String], user: &str) -> anyhow::Result<Back> {
    let cookie = begun.header("set-cookie")?.split(';').next().unwrap_or_default().to_owned();
    let mut page: Url = super::desk::text(&begun.body, "authorize_url")?.parse()?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(page.query_pairs()).append_pair("decision", "allow");
    // An instance is asked for scopes that no list of ways has.
    let asked: Vec<String> =
        page.query_pairs().filter(|(name, _)| name == "scope").map(|(_, all)| all.into()).collect();
    let asked: Vec<String> = asked.iter().flat_map(|all| all.split(' ')).map(str::to_owned).collect();
    for scope in if scopes.is_empty() { asked.as_slice() } else { scopes } {
        form.append_pair("granted", scope);
    }
    if !user.is_empty() {
        form.append_pair("user", user);
    }
    page.set_query(None);
    let client = Client::builder().redirect(Policy::none()).build()?;
    let request = client.post(page).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(form.finish()).send().await?;
    let to = answer.headers().get("location").context("no way back")?.to_str()?.to_owned();
    let to: Url = to.parse()?;
    Ok(Back { query: to.query().unwrap_or_default().to_owned(), cookie })
}

/// The name of a network's first way, and its scopes.
pub(super) fn way(networks: &Value, platform: &str) -> anyhow::Result<(Value, Vec<String>)> {
    let found = networks["networks"].as_array().into_iter().flatten().find(|one| one["platform"] == platform);
    let way = &found.context("the network")?["ways"][0];
    let scopes = way["scopes"].as_array().into_iter().flatten();
    Ok((way["name"].clone(), scopes.filter_map(|scope| scope["name"].as_str().map(str::to_owned)).collect()))
}

/// Connects a network's first account, unmeasured, and yields its id.
pub(super) async fn connect(desk: &Desk, who: &Person, platform: &str) -> anyhow::Result<String> {
    let begun = match platform {
        "page" => {
            let ask = Ask::new("POST /api/accounts/connect/page", 201).body(&json!({}));
            return desk.send(who, &ask).await?.id();
        }
        "bluesky" => {
            let ask = Ask::new("POST /api/accounts/connect/bluesky", 201).body(&bluesky());
            return desk.send(who, &ask).await?.id();
        }
        "mastodon" => {
            let ask = Ask::new("POST /api/accounts/connect/mastodon", 200);
            desk.send(who, &ask.body(&json!({ "instance": "mastodon.example" }))).await?
        }
        _ => {
            desk.send(who, &Ask::new("POST /api/accounts/connect/{platform}", 200).of(platform).body(&json!({})))
                .await?
        }
    };
    let scopes = if platform == "mastodon" {
        Vec::new()
    } else {
        way(&desk.send(who, &Ask::new("GET /api/networks", 200)).await?.body, platform)?.1
    };
    let back = allow(&begun, &scopes, "").await?;
    let ended = desk.send(who, &back.ask(platform)).await?;
    match told(&ended, "connected")? {
        Some(account) => Ok(account),
        None => choose(desk, who, &told(&ended, "choose")?.context("neither connected nor a choice")?).await,
    }
}

async fn choose(desk: &Desk, who: &Person, choice: &str) -> anyhow::Result<String> {
    let offered = desk.send(who, &Ask::new("GET /api/accounts/choices/{id}", 200).of(choice)).await?.body;
    let first = json!({ "remote_ids": [offered["accounts"][0]["remote_id"]] });
    let ask = Ask::new("POST /api/accounts/choices/{id}", 200).of(choice).body(&first);
    super::desk::text(&desk.send(who, &ask).await?.body["items"][0], "id")
}

/// What the callback tells the accounts page.
pub(super) fn told(ended: &Answered, name: &str) -> anyhow::Result<Option<String>> {
    let to = Url::parse("http://page.test")?.join(ended.header("location")?)?;
    Ok(to.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned()))
}

/// Somebody at the simulated Bluesky.
pub(super) fn bluesky() -> Value {
    json!({ "identifier": "ada.bsky.social", "app_password": "abcd-efgh-ijkl-mnop" })
}
