//! Signing up, signing in, and what the user pool asks at both.

use anyhow::Context as _;
use serde_json::json;

use super::desk::{Ask, Desk};
use crate::person::{PASSWORD, Person, Team};

/// A password that is none of the old ones.
const OTHER: &str = "wrong mule accumulator";

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<()> {
    let nobody = Person::anonymous(&desk.origin);
    let mut person = nobody.clone();
    (person.email, person.name) = ("trip@example.test".into(), "Tripp".into());
    let new = json!({ "email": person.email, "password": PASSWORD, "name": person.name });
    desk.ask(&nobody, Ask::new("POST /api/auth/register", 202).body(&new)).await?;
    let code = person.mailed(code_in).await;
    let confirmation = json!({ "email": person.email, "code": code });
    desk.ask(&nobody, Ask::new("POST /api/auth/confirm", 204).body(&confirmation)).await?;
    let login = json!({ "email": person.email, "password": PASSWORD });
    person.tokens = desk.ask(&nobody, Ask::new("POST /api/auth/login", 200).body(&login)).await?.body;
    let refresh = json!({ "refresh_token": person.tokens["refresh_token"] });
    desk.ask(&nobody, Ask::new("POST /api/auth/refresh", 200).body(&refresh)).await?;
    desk.ask(&person, Ask::new("GET /api/auth/me", 200).case("in no organization")).await?;
    desk.ask(&nobody, Ask::new("POST /api/auth/logout", 204).body(&refresh)).await?;
    let forgotten = json!({ "email": person.email });
    desk.ask(&nobody, Ask::new("POST /api/auth/forgot", 202).body(&forgotten)).await?;
    let code = person.mailed(|text| code_in(text).filter(|found| *found != code)).await;
    let reset = json!({ "email": person.email, "code": code, "password": OTHER });
    desk.ask(&nobody, Ask::new("POST /api/auth/reset", 204).body(&reset)).await?;

    let team = Team::new(&desk.origin).await;
    desk.ask(&team.owner, Ask::new("GET /api/auth/me", 200)).await?;
    triggers(desk, &team).await
}

/// The user pool's triggers, as it calls them.
async fn triggers(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let me = desk.send(&team.owner, &Ask::new("GET /api/auth/me", 200)).await?.body;
    let sub = subject(&team.owner).context("a subject")?;
    let event = |source: &str, sub: &str| {
        let attributes = json!({ "sub": sub, "email": me["email"], "name": me["name"], "email_verified": "true" });
        json!({ "triggerSource": source, "request": { "userAttributes": attributes } })
    };
    desk.begin();
    identity::handle(&desk.cloud, event("TokenGeneration_Authentication", &sub)).await?;
    desk.note("identity: token");
    let newcomer = "0b54a0a2-93a9-4e6c-8b8a-5a3f0d6a1c11";
    identity::handle(&desk.cloud, event("PostConfirmation_ConfirmSignUp", newcomer)).await?;
    desk.note("identity: confirmed");
    Ok(())
}

/// Who the user pool says a token is for.
pub(super) fn subject(person: &Person) -> Option<String> {
    use base64::Engine as _;
    let payload = person.tokens["access_token"].as_str()?.split('.').nth(1)?;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    claims["sub"].as_str().map(str::to_owned)
}

/// The six digits of a mail.
fn code_in(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).map(str::to_owned)
}
