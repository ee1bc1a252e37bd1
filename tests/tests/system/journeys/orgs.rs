//! Organizations: founding, roles, invitations, the audit log.

use reqwest::Method;
use serde_json::{Value, json};
use tests::person::{Person, Team};
use tests::stack::stack;

use super::{each, id, team};

fn new_org(slug: &str) -> Value {
    json!({ "name": "Atelier Nord", "slug": slug, "zone": "Europe/Berlin" })
}

async fn user_id(person: &Person) -> String {
    let me = person.get("/auth/me").await.expect(200);
    me["user_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn founding_makes_an_owner() {
    let team = team().await;
    let me = team.owner.get("/auth/me").await.expect(200);
    assert_eq!((me["org"]["id"].as_str(), me["org"]["role"].as_str()), (Some(team.org.as_str()), Some("owner")));
    let orgs = team.owner.get("/orgs").await.expect(200);
    assert_eq!(orgs["items"][0]["active"], true);
    let members = team.owner.get(&format!("/orgs/{}/members", team.org)).await.expect(200);
    assert_eq!(each(&members, "role"), ["owner"]);
    let audit = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    assert!(!each(&audit, "action").is_empty());
}

#[tokio::test]
async fn addresses_are_unique_and_well_formed() {
    let team = team().await;
    let other = Person::sign_up(&stack().origin, "Otto").await;
    let taken = other.post("/orgs", &new_org(&team.slug)).await.problem(422, "rule-broken");
    assert_eq!(taken["errors"][0]["pointer"], "/slug");
    let broken = json!({ "name": "", "slug": "Not A Slug", "zone": "Mars/Olympus" });
    let problem = other.post("/orgs", &broken).await.problem(422, "rule-broken");
    let pointers: Vec<_> =
        problem["errors"].as_array().into_iter().flatten().filter_map(|e| e["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/name", "/slug", "/zone"]);
}

#[tokio::test]
async fn creating_twice_with_one_key_creates_once() {
    let person = Person::sign_up(&stack().origin, "Ida").await;
    let slug = person.email.replace(['@', '.'], "-");
    let create = |body: Value| {
        let request = person.request(Method::POST, "/orgs").header("idempotency-key", "found-it");
        tests::answer::Answer::to(request.json(&body))
    };
    let first = create(new_org(&slug)).await.expect(201);
    let again = create(new_org(&slug)).await.expect(201);
    assert_eq!(first, again);
    create(new_org("something-else")).await.problem(422, "idempotency-mismatch");
    assert_eq!(person.get("/orgs").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn settings_change_at_the_version_that_was_read() {
    let team = team().await;
    let path = format!("/orgs/{}", team.org);
    let org = team.owner.get(&path).await;
    assert_eq!(org.header("etag"), format!("\"{}\"", org.body["version"]));
    let change = json!({ "name": "Atelier Süd", "accent": "#aa3311", "about": "We paint.", "require_alt_text": true });
    let changed = team.owner.at_version(Method::PATCH, &path, &org.body["version"], &change).await.expect(200);
    assert_eq!((changed["name"].as_str(), changed["accent"].as_str()), (Some("Atelier Süd"), Some("#aa3311")));
    let stale = team.owner.at_version(Method::PATCH, &path, &org.body["version"], &change).await;
    stale.problem(412, "stale-version");
    let missing = tests::answer::Answer::to(team.owner.request(Method::PATCH, &path).json(&change)).await;
    missing.problem(428, "version-required");
    let bad = json!({ "accent": "red" });
    let bad = team.owner.at_version(Method::PATCH, &path, &changed["version"], &bad).await;
    assert_eq!(bad.problem(422, "rule-broken")["errors"][0]["pointer"], "/accent");
}

#[tokio::test]
async fn each_role_may_do_its_part() {
    let team = team().await;
    let page = team.page().await;
    let post = super::post_for("Hello", &[&page]);
    // What each may: read, write posts, connect accounts and invite, change settings.
    for (role, write, manage) in [("viewer", 403, 403), ("author", 201, 403), ("editor", 201, 403), ("admin", 201, 201)]
    {
        let person = team.member(role).await;
        let me = person.get("/auth/me").await.expect(200);
        assert_eq!(me["org"]["role"], role);
        person.get("/posts").await.expect(200);
        assert_eq!(person.post("/posts", &post).await.status, write, "{role} writes");
        let connect = person.post("/accounts/connect/page", &json!({})).await;
        assert_eq!(connect.status == 403, manage == 403, "{role} connects: {}", connect.text);
        let invitation = json!({ "email": format!("guest-of-{}", person.email), "role": "viewer" });
        let invite = person.post(&format!("/orgs/{}/invitations", team.org), &invitation).await;
        assert_eq!(invite.status, manage, "{role} invites");
        let audit = person.get(&format!("/orgs/{}/audit", team.org)).await;
        assert_eq!(audit.status == 403, manage == 403, "{role} reads the audit log");
    }
}

#[tokio::test]
async fn an_invitation_works_once_and_for_its_address() {
    let team = team().await;
    let guest = Person::sign_up(&stack().origin, "Gina").await;
    team.invite(&guest, "editor").await;
    let token = guest
        .mailed(|text| {
            text.split_once("?token=").map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default().to_owned())
        })
        .await;
    let accept = json!({ "token": token });
    let thief = Person::sign_up(&stack().origin, "Theo").await;
    assert!(thief.post("/invitations/accept", &accept).await.status >= 400, "it was for somebody else");
    Person::anonymous(&stack().origin).post("/invitations/accept", &accept).await.problem(401, "not-signed-in");
    let joined = guest.post("/invitations/accept", &accept).await.expect(200);
    assert_eq!((joined["org_id"].as_str(), joined["role"].as_str()), (Some(team.org.as_str()), Some("editor")));
    assert!(thief.post("/invitations/accept", &accept).await.status >= 400, "it was used");
    let list = team.owner.get(&format!("/orgs/{}/invitations", team.org)).await.expect(200);
    assert_eq!(each(&list, "status"), ["accepted"]);
}

#[tokio::test]
async fn a_revoked_invitation_is_worth_nothing() {
    let team = team().await;
    let guest = Person::sign_up(&stack().origin, "Rita").await;
    let invitation = team.invite(&guest, "author").await;
    let token = guest
        .mailed(|text| {
            text.split_once("?token=").map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default().to_owned())
        })
        .await;
    team.owner.delete(&format!("/orgs/{}/invitations/{}", team.org, id(&invitation))).await.expect(204);
    let refused = guest.post("/invitations/accept", &json!({ "token": token })).await;
    assert!(refused.status >= 400, "{}", refused.text);
}

#[tokio::test]
async fn there_is_always_an_owner() {
    let Team { owner, org, .. } = team().await;
    let own = format!("/orgs/{org}/members/{}", user_id(&owner).await);
    owner.post(&format!("/orgs/{org}/leave"), &Value::Null).await.problem(409, "conflict");
    let demote = tests::answer::Answer::to(owner.request(Method::PATCH, &own).json(&json!({ "role": "admin" }))).await;
    demote.problem(409, "conflict");
}

#[tokio::test]
async fn a_removed_member_is_out() {
    let team = team().await;
    let mut editor = team.member("editor").await;
    let member = format!("/orgs/{}/members/{}", team.org, user_id(&editor).await);
    let promote = team.owner.request(Method::PATCH, &member).json(&json!({ "role": "admin" }));
    assert_eq!(tests::answer::Answer::to(promote).await.expect(200)["role"], "admin");
    editor.refresh().await;
    assert_eq!(editor.get("/auth/me").await.expect(200)["org"]["role"], "admin");
    team.owner.delete(&member).await.expect(204);
    editor.refresh().await;
    assert!(editor.get("/auth/me").await.expect(200)["org"].is_null());
    editor.get("/posts").await.problem(403, "forbidden");
}

#[tokio::test]
async fn every_change_leaves_an_audit_entry_and_pages_are_stable() {
    let team = team().await;
    let path = format!("/orgs/{}", team.org);
    for name in ["One", "Two", "Three"] {
        let version = team.owner.get(&path).await.body["version"].clone();
        team.owner.at_version(Method::PATCH, &path, &version, &json!({ "name": name })).await.expect(200);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = team.owner.get(&format!("{path}/audit?limit=2{cursor}")).await.expect(200);
        seen.extend(each(&page, "action").into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.iter().filter(|action| *action == "org.update").count(), 3, "{seen:?}");
    let stranger = super::team().await;
    let foreign = stranger.owner.get(&format!("/orgs/{}/audit?limit=2{cursor}", stranger.org)).await;
    assert!(cursor.is_empty() || foreign.status == 400, "another organization's cursor");
}
