//! Accounts: connected, looked at, grouped, with slots, given up.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::{Clock as _, SystemClock, crypto};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::consent::{allow, bluesky, connect, told, way};
use super::desk::{Ask, Desk};
use crate::person::{Person, Team};

/// Somebody at the simulated Threads, and the secret of our app there.
const GRACE: &str = "26180000000000003";
const SECRET: &str = "sandbox-secret-of-threads";

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let team = Team::new(&desk.origin).await;
    let owner = &team.owner;
    cold(desk, owner).await?;
    let networks = desk.ask(owner, Ask::new("GET /api/networks", 200)).await?.body;
    let page = desk.ask(owner, Ask::new("POST /api/accounts/connect/page", 201).body(&json!({}))).await?.id()?;
    let connected = Ask::new("POST /api/accounts/connect/bluesky", 201).body(&bluesky());
    let account = desk.ask(owner, connected).await?.id()?;
    let instance = Ask::new("POST /api/accounts/connect/mastodon", 200);
    let begun = desk.ask(owner, instance.body(&json!({ "instance": "mastodon.example" }))).await?;
    let back = allow(&begun, &[], "").await?;
    desk.ask(owner, back.ask("mastodon").case("Mastodon")).await?;
    consents(desk, owner, &networks).await?;
    notices(desk, owner, &networks).await?;

    desk.ask(owner, Ask::new("GET /api/accounts", 200)).await?;
    desk.ask(owner, Ask::new("POST /api/accounts/{id}/check", 200).of(&page).case("the page")).await?;
    desk.ask(owner, Ask::new("POST /api/accounts/{id}/check", 200).of(&account)).await?;
    let pinterest = connect(desk, owner, "pinterest").await?;
    let offers = Ask::new("GET /api/accounts/{id}/offers", 200).of(&pinterest);
    desk.ask(owner, offers.clone().case("other choices")).await?;
    desk.ask(owner, offers).await?;
    let groups = desk.ask(owner, Ask::new("GET /api/accounts/groups", 200)).await?.body;
    let wanted = json!({ "groups": [{ "name": "All", "account_ids": [page, account] }] });
    desk.ask(owner, Ask::new("PUT /api/accounts/groups", 200).version(&groups).body(&wanted)).await?;
    let slots = desk.ask(owner, Ask::new("GET /api/accounts/{id}/slots", 200).of(&page).case("none")).await?.body;
    let times = json!({ "zone": null, "times": [{ "weekday": "monday", "time": "09:00" }] });
    desk.ask(owner, Ask::new("PUT /api/accounts/{id}/slots", 200).of(&page).version(&slots).body(&times)).await?;
    desk.ask(owner, Ask::new("GET /api/accounts/{id}/slots", 200).of(&page)).await?;
    desk.ask(owner, Ask::new("DELETE /api/accounts/{id}", 204).of(&account)).await?;
    Ok(())
}

/// The first request of a process also fetches the secrets that it needs; every later one has them.
async fn cold(desk: &mut Desk, owner: &Person) -> anyhow::Result<()> {
    desk.ask(owner, Ask::new("GET /api/networks", 200).case("a process's first")).await?;
    desk.begin();
    desk.cloud.secrets().keyring().await?;
    desk.cloud.secrets().state_keys().await?;
    desk.note("cold: keys of seals and states");
    Ok(())
}

async fn consents(desk: &mut Desk, owner: &Person, networks: &Value) -> anyhow::Result<()> {
    let begin = |platform: &str| Ask::new("POST /api/accounts/connect/{platform}", 200).of(platform).body(&json!({}));
    let (_, scopes) = way(networks, "x")?;
    let begun = desk.ask(owner, begin("x")).await?;
    let back = allow(&begun, &scopes, "").await?;
    desk.ask(owner, back.ask("x")).await?;
    let (_, scopes) = way(networks, "facebook")?;
    let begun = desk.send(owner, &begin("facebook")).await?;
    let back = allow(&begun, &scopes, "").await?;
    let ended = desk.ask(owner, back.ask("facebook").case("several accounts")).await?;
    let choice = told(&ended, "choose")?.context("a choice")?;
    let offered = desk.ask(owner, Ask::new("GET /api/accounts/choices/{id}", 200).of(&choice)).await?.body;
    let first = json!({ "remote_ids": [offered["accounts"][0]["remote_id"]] });
    desk.ask(owner, Ask::new("POST /api/accounts/choices/{id}", 200).of(&choice).body(&first)).await?;
    Ok(())
}

/// What a network says of a person with one account here.
async fn notices(desk: &mut Desk, owner: &Person, networks: &Value) -> anyhow::Result<()> {
    let (_, scopes) = way(networks, "threads")?;
    for (route, case) in
        [("POST /api/accounts/deauthorized/{platform}", ""), ("POST /api/accounts/deletion/{platform}", "")]
    {
        let begin = Ask::new("POST /api/accounts/connect/{platform}", 200).of("threads").body(&json!({}));
        let begun = desk.send(owner, &begin).await?;
        let back = allow(&begun, &scopes, GRACE).await?;
        desk.send(owner, &back.ask("threads")).await?;
        let ask = Ask::new(route, 200).case(case).of("threads").form(signed());
        let told = desk.ask(&Person::anonymous(&desk.origin.clone()), ask).await?;
        if let Some(code) = told.body["confirmation_code"].as_str() {
            let nobody = Person::anonymous(&desk.origin);
            desk.ask(&nobody, Ask::new("GET /p/-/deletion/{code}", 200).of(code)).await?;
        }
    }
    Ok(())
}

/// A notice about Grace, signed by our app's secret.
fn signed() -> String {
    let now = SystemClock.now().as_second();
    let payload = json!({ "algorithm": "HMAC-SHA256", "user_id": GRACE, "issued_at": now }).to_string();
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let tag = URL_SAFE_NO_PAD.encode(crypto::tag(SECRET.as_bytes(), payload.as_bytes()));
    form_urlencoded::Serializer::new(String::new()).append_pair("signed_request", &format!("{tag}.{payload}")).finish()
}
