//! Who may change whom, and that an organization never loses its last owner, whoever asks at the same time.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::answer::Answer;
use tests::person::{Person, Team};
use tests::stack::stack;

use super::{each, id, team};

async fn member_path(team: &Team, person: &Person) -> String {
    let me = person.get("/auth/me").await.expect(200);
    format!("/orgs/{}/members/{}", team.org, me["user_id"].as_str().expect("an id"))
}

async fn change_role(by: &Person, member: &str, role: &str) -> Answer {
    Answer::to(by.request(Method::PATCH, member).json(&json!({ "role": role }))).await
}

async fn owners(by: &Person, org: &str) -> usize {
    let members = by.get(&format!("/orgs/{org}/members")).await.expect(200);
    each(&members, "role").into_iter().filter(|role| *role == "owner").count()
}

#[tokio::test]
async fn owners_who_leave_at_once_leave_one_behind() {
    let team = team().await;
    let viewer = team.member("viewer").await;
    let (second, third) = (team.member("owner").await, team.member("owner").await);
    let leave = format!("/orgs/{}/leave", team.org);
    let all = [&team.owner, &second, &third].map(|owner| owner.post(&leave, &Value::Null));
    let answers = join_all(all).await;
    let left = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(left, 2, "{answers:?}");
    for refused in answers.into_iter().filter(|answer| answer.status != 204) {
        let problem = refused.problem(409, "conflict");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("owner")), "{problem}");
    }
    assert_eq!(owners(&viewer, &team.org).await, 1);
}

#[tokio::test]
async fn owners_who_demote_each_other_at_once_leave_one_behind() {
    let team = team().await;
    let second = team.member("owner").await;
    let (first_path, second_path) = (member_path(&team, &team.owner).await, member_path(&team, &second).await);
    let answers = join_all([
        change_role(&team.owner, &second_path, "viewer"),
        change_role(&second, &first_path, "viewer"),
        change_role(&team.owner, &first_path, "viewer"),
    ])
    .await;
    assert!(answers.iter().any(|answer| answer.status == 200), "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 403 | 409)), "{answers:?}");
    assert_eq!(owners(&second, &team.org).await, 1);
}

#[tokio::test]
async fn nobody_takes_back_with_an_old_token_what_was_taken_from_them() {
    let team = team().await;
    let (second, viewer) = (team.member("owner").await, team.member("viewer").await);
    let (first_path, viewer_path) = (member_path(&team, &team.owner).await, member_path(&team, &viewer).await);
    change_role(&second, &first_path, "viewer").await.expect(200);
    change_role(&team.owner, &first_path, "owner").await.problem(403, "forbidden");
    change_role(&team.owner, &viewer_path, "admin").await.problem(409, "conflict");
    let invitation = json!({ "email": "friend@example.test", "role": "owner" });
    team.owner.post(&format!("/orgs/{}/invitations", team.org), &invitation).await.problem(409, "conflict");
}

#[tokio::test]
async fn nobody_reaches_above_themselves() {
    let team = team().await;
    let (admin, editor) = (team.member("admin").await, team.member("editor").await);
    let (owner_path, admin_path) = (member_path(&team, &team.owner).await, member_path(&team, &admin).await);
    change_role(&admin, &owner_path, "viewer").await.problem(403, "forbidden");
    admin.delete(&owner_path).await.problem(403, "forbidden");
    change_role(&admin, &admin_path, "owner").await.problem(403, "forbidden");
    let invitation = json!({ "email": "boss@example.test", "role": "owner" });
    admin.post(&format!("/orgs/{}/invitations", team.org), &invitation).await.problem(403, "forbidden");
    change_role(&editor, &admin_path, "viewer").await.problem(403, "forbidden");
    Person::anonymous(&stack().origin).get(&format!("/orgs/{}/members", team.org)).await.problem(401, "not-signed-in");
    let editor_path = member_path(&team, &editor).await;
    assert_eq!(change_role(&admin, &editor_path, "author").await.expect(200)["role"], "author");
}

#[tokio::test]
async fn whoever_leaves_acts_nowhere_and_can_be_invited_again() {
    let team = team().await;
    let mut author = team.member("author").await;
    let member = json!({ "email": author.email, "role": "editor" });
    let again = team.owner.post(&format!("/orgs/{}/invitations", team.org), &member).await;
    assert_eq!(again.problem(422, "rule-broken")["errors"][0]["code"], "already-member");
    author.post(&format!("/orgs/{}/leave", team.org), &Value::Null).await.expect(204);
    author.refresh().await;
    assert!(author.get("/auth/me").await.expect(200)["org"].is_null());
    author.post(&format!("/orgs/{}/activate", team.org), &Value::Null).await.problem(404, "not-found");
    team.invite(&author, "editor").await;
}

#[tokio::test]
async fn an_invitation_accepted_twice_at_once_counts_once() {
    let team = team().await;
    let guest = Person::sign_up(&stack().origin, "Greta").await;
    team.invite(&guest, "owner").await;
    let link = |text: &str| text.split_once("?token=").map(|(_, rest)| rest.lines().next().unwrap_or("").to_owned());
    let accept = json!({ "token": guest.mailed(link).await });
    let answers = join_all([0; 4].map(|_| guest.post("/invitations/accept", &accept))).await;
    assert!(answers.iter().any(|answer| answer.status == 200), "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409)), "{answers:?}");
    assert_eq!(owners(&team.owner, &team.org).await, 2);
    guest.post("/invitations/accept", &accept).await.expect(200);
    assert_eq!(owners(&team.owner, &team.org).await, 2);
}

#[tokio::test]
async fn a_new_address_frees_the_old_one_and_members_see_it() {
    let team = team().await;
    let viewer = team.member("viewer").await;
    let path = format!("/orgs/{}", team.org);
    let org = team.owner.get(&path).await.expect(200);
    let slug = format!("{}-new", team.slug);
    let change = json!({ "name": "Moved", "slug": slug });
    team.owner.at_version(Method::PATCH, &path, &org["version"], &change).await.expect(200);
    let seen = viewer.get("/orgs").await.expect(200);
    assert_eq!((each(&seen, "name"), each(&seen, "slug")), (vec!["Moved"], vec![slug.as_str()]));
    let other = Person::sign_up(&stack().origin, "Nina").await;
    let founding = |slug: &str| json!({ "name": "Next", "slug": slug, "zone": "UTC" });
    let taken = other.post("/orgs", &founding(&slug)).await.problem(422, "rule-broken");
    assert_eq!(taken["errors"][0]["code"], "slug-taken");
    assert!(!id(&other.post("/orgs", &founding(&team.slug)).await.expect(201)).is_empty());
}
