//! Another organization's things are not there: every operation that names one answers its stranger exactly as it
//! answers for an id that never was. Generated from the OpenAPI document, so a new route is covered when it appears.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::contract::{Operation, operations};
use tests::person::{Person, Team, upload};
use tests::picture::picture;

use super::{id, next_year, post_for, series_for, team};

/// The same kind of id, of something that never was.
fn missing(id: &str) -> String {
    let (prefix, _) = id.split_once('_').expect("a prefixed id");
    format!("{prefix}_01ZZZZZZZZZZZZZZZZZZZZZZZZ")
}

/// What one organization has, by the variable that names it in a path.
#[derive(Clone)]
pub(super) struct Things {
    pub(super) org: String,
    pub(super) user: String,
    pub(super) invitation: String,
    pub(super) account: String,
    pub(super) post: String,
    pub(super) series: String,
    pub(super) file: String,
}

impl Things {
    pub(super) async fn of(team: &Team) -> Self {
        let account = team.page().await;
        let post = team.owner.post("/posts", &post_for("Ours", &[&account])).await.expect(201);
        let series = team.owner.post("/series", &series_for("Ours", &account)).await.expect(201);
        let file = upload(&team.owner, "a.png", "image/png", picture(9, 9, ImageFormat::Png)).await;
        let guest = Person::sign_up(&team.owner.origin, "Guest").await;
        let invitation = team.invite(&guest, "viewer").await;
        let me = team.owner.get("/auth/me").await.expect(200);
        Self {
            org: team.org.clone(),
            user: me["user_id"].as_str().expect("an id").to_owned(),
            invitation: id(&invitation).to_owned(),
            account,
            post: id(&post).to_owned(),
            series: id(&series).to_owned(),
            file: id(&file).to_owned(),
        }
    }

    pub(super) fn never() -> Self {
        let of = |prefix: &str| missing(&format!("{prefix}_"));
        Self {
            org: of("org"),
            user: of("usr"),
            invitation: of("inv"),
            account: of("acc"),
            post: of("pst"),
            series: of("ser"),
            file: of("fil"),
        }
    }

    pub(super) fn path(&self, operation: &Operation) -> String {
        let own = match operation.group {
            "orgs" => &self.org,
            "accounts" => &self.account,
            "posts" if operation.path.starts_with("/api/series") => &self.series,
            "posts" => &self.post,
            _ => &self.file,
        };
        let path = operation.path.trim_start_matches("/api").replace("{id}", own);
        let path = path.replace("{user_id}", &self.user).replace("{invitation_id}", &self.invitation);
        path.replace("{account_id}", &self.account).replace("{post_id}", &self.post)
    }
}

/// A body that is well formed for an operation, so that the answer is about the thing it names.
pub(super) fn body(operation: &Operation, stranger: &Things) -> Value {
    match (operation.method, operation.path.as_str()) {
        ("PUT", "/api/posts/{id}") => post_for("Mine now", &[&stranger.account]),
        ("POST", "/api/posts/{id}/queue") => json!({ "account_id": stranger.account }),
        ("PUT", "/api/series/{id}") => series_for("Mine now", &stranger.account),
        ("POST", "/api/accounts/choices/{id}") => json!({ "remote_ids": ["1"] }),
        ("PUT", "/api/accounts/{id}/slots") => json!({ "zone": null, "times": [] }),
        ("POST", "/api/posts/{id}/schedule") => json!({ "local": next_year("01-01T09:00"), "zone": "UTC" }),
        ("PATCH", "/api/orgs/{id}") => json!({ "name": "Mine now" }),
        ("PATCH", "/api/orgs/{id}/members/{user_id}") => json!({ "role": "viewer" }),
        ("POST", "/api/orgs/{id}/invitations") => json!({ "email": "me@example.test", "role": "viewer" }),
        ("PATCH", "/api/media/{id}") => json!({ "alt": "Mine now" }),
        _ => json!({}),
    }
}

pub(super) async fn ask(person: &Person, operation: &Operation, path: &str, body: &Value) -> Answer {
    let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
    let request = person.request(method, path).header("if-match", "\"1\"");
    Answer::to(if operation.has_body { request.json(body) } else { request }).await
}

#[tokio::test]
async fn a_stranger_sees_what_never_was() {
    let (team, stranger) = (team().await, team().await);
    let (theirs, own, never) = (Things::of(&team).await, Things::of(&stranger).await, Things::never());
    let named = operations().into_iter().filter(|operation| operation.path.contains('{') && !operation.public);
    let mut seen = 0;
    for operation in named {
        let body = body(&operation, &own);
        let foreign = ask(&stranger.owner, &operation, &theirs.path(&operation), &body).await;
        let absent = ask(&stranger.owner, &operation, &never.path(&operation), &body).await;
        assert_eq!(foreign.bytes(), absent.bytes(), "{} {}", operation.method, operation.path);
        foreign.problem(404, "not-found");
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} operations name something");

    // Nothing of it left a trace.
    let post = team.owner.get(&format!("/posts/{}", theirs.post)).await.expect(200);
    assert_eq!((post["text"].as_str(), post["version"].as_u64()), (Some("Ours"), Some(1)));
    team.owner.get(&format!("/media/{}", theirs.file)).await.expect(200);
}

#[tokio::test]
async fn a_stranger_s_names_in_a_body_are_unknown_too() {
    let (team, stranger) = (team().await, team().await);
    let (theirs, own) = (Things::of(&team).await, Things::of(&stranger).await);
    let with = |account: &str, file: &str| json!({ "text": "Mine", "media": [file], "targets": [{ "account_id": account, "text": null, "media": null }] });
    for (account, file) in [(&theirs.account, &own.file), (&own.account, &theirs.file)] {
        let foreign = stranger.owner.post("/posts", &with(account, file)).await;
        foreign.problem(422, "rule-broken");
    }
    let mut covered = with(&own.account, &own.file);
    covered["targets"][0]["cover"] = json!({ "media_id": theirs.file });
    stranger.owner.post("/posts", &covered).await.problem(422, "rule-broken");
    let mut subtitled = with(&own.account, &own.file);
    subtitled["targets"][0]["subtitles"] = json!([{ "media_id": theirs.file, "language": "en" }]);
    stranger.owner.post("/posts", &subtitled).await.problem(422, "rule-broken");
    stranger.owner.post("/posts", &with(&own.account, &own.file)).await.expect(201);
}
