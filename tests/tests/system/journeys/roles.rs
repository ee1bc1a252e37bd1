//! Every route, by every role, of what is one's own, of what is another organization's, and of what never was. Generated
//! from the operations and the permission that each handler asks for, so a new route is covered when it appears.

use domain::role::Role;
use reqwest::header::HeaderMap;
use tests::answer::Answer;
use tests::contract::{Operation, Permission, operations};
use tests::person::{Person, Team};
use tests::stack::stack;

use super::team;
use super::tenancy::{Things, ask, body};

/// Own things that do not exist here: nobody has anything to choose, no delivery has failed or is out.
const ABSENT: [&str; 6] = [
    "/api/accounts/choices/{id}",
    "/api/accounts/connect/{platform}",
    "/api/posts/{id}/deliveries/{account_id}/retry",
    "/api/posts/{id}/deliveries/{account_id}/confirm",
    "/api/accounts/{id}/posts/{post_id}/insights",
    "/api/accounts/{id}/posts/{post_id}/take-down",
];
/// Acts on the person who asks, who is needed for the rest.
const LEAVES: &str = "/api/orgs/{id}/leave";

/// What was asked and what came of it.
#[derive(Debug, Default)]
struct Counts {
    operations: usize,
    requests: usize,
    unsigned: usize,
    refused: usize,
    admitted: usize,
    foreign_like_missing: usize,
}

/// Somebody, and what they are where they act.
struct Asker {
    person: Person,
    role: Option<Role>,
}

/// An answer's status, headers and body, but for what differs in any two.
fn all_of(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let told = |headers: &HeaderMap| {
        let pairs = headers.iter().filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"));
        pairs.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect::<Vec<_>>()
    };
    let mut headers = told(&answer.headers);
    headers.sort();
    (answer.status, headers, answer.text.clone())
}

/// Own things for one request that may use them up.
async fn expendable(operation: &Operation, team: &Team, usual: &Things) -> Things {
    let mut things = usual.clone();
    if operation.method != "DELETE" && operation.path != "/api/orgs/{id}/members/{user_id}" {
        return things;
    }
    if operation.path.contains("{user_id}") {
        let me = team.member("viewer").await.get("/auth/me").await.expect(200);
        me["user_id"].as_str().expect("an id").clone_into(&mut things.user);
        return things;
    }
    let fresh = Things::of(team).await;
    Things { org: things.org, user: things.user, account: things.account, ..fresh }
}

struct Run {
    team: Team,
    own: Things,
    foreign: Things,
    never: Things,
    counts: Counts,
}

impl Run {
    async fn answer(&mut self, asker: &Asker, operation: &Operation, things: &Things) -> Answer {
        self.counts.requests += 1;
        let answer = ask(&asker.person, operation, &things.path(operation), &body(operation, &self.own)).await;
        assert!(answer.status < 500, "{:?}: {} {}", asker.role, answer.request, answer.text);
        answer
    }

    /// Who may not do it learns nothing of whether it is there.
    async fn is_refused(&mut self, asker: &Asker, operation: &Operation, status: u16) {
        let own = self.own.clone();
        let first = self.answer(asker, operation, &own).await;
        assert_eq!(first.status, status, "{:?}: {} {}", asker.role, first.request, first.text);
        for things in [self.foreign.clone(), self.never.clone()] {
            if operation.path.contains('{') {
                let other = self.answer(asker, operation, &things).await;
                assert_eq!(all_of(&first), all_of(&other), "{:?}: {}", asker.role, other.request);
            }
        }
    }

    async fn is_admitted(&mut self, asker: &Asker, operation: &Operation) {
        if operation.path.contains("_id}") || operation.path.contains("{id}") {
            let (foreign, never) = (self.foreign.clone(), self.never.clone());
            let foreign = self.answer(asker, operation, &foreign).await;
            let missing = self.answer(asker, operation, &never).await;
            assert_eq!(all_of(&foreign), all_of(&missing), "{:?}: {}", asker.role, foreign.request);
            foreign.problem(404, "not-found");
            self.counts.foreign_like_missing += 1;
        }
        if operation.path == LEAVES {
            return;
        }
        let things = expendable(operation, &self.team, &self.own).await;
        let answer = self.answer(asker, operation, &things).await;
        let absent = ABSENT.contains(&operation.path.as_str()) && answer.status == 404;
        let admitted = absent || !matches!(answer.status, 401 | 403 | 404);
        assert!(admitted, "{:?}: {} {}", asker.role, answer.request, answer.text);
        self.counts.admitted += 1;
    }
}

#[tokio::test]
async fn every_route_by_every_role_on_every_resource() {
    let (team, other) = (team().await, team().await);
    let (mut own, foreign) = (Things::of(&team).await, Things::of(&other).await);
    let bystander = team.member("viewer").await.get("/auth/me").await.expect(200);
    bystander["user_id"].as_str().expect("an id").clone_into(&mut own.user);

    let mut askers = vec![
        Asker { person: Person::anonymous(&stack().origin), role: None },
        Asker { person: Person::sign_up(&stack().origin, "Nobody").await, role: None },
        Asker { person: team.owner.clone(), role: Some(Role::Owner) },
    ];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        askers.push(Asker { person: team.member(role.as_str()).await, role: Some(role) });
    }
    let roles = askers.len();
    let mut run = Run { team, own, foreign, never: Things::never(), counts: Counts::default() };
    for operation in operations().into_iter().filter(|operation| !operation.public) {
        run.counts.operations += 1;
        for asker in &askers {
            let permission = operation.permission.expect("a permission");
            if asker.person.tokens.is_null() {
                run.is_refused(asker, &operation, 401).await;
                run.counts.unsigned += 1;
                continue;
            }
            match permission {
                Permission::May(action) if asker.role.is_none_or(|role| !role.may(action)) => {
                    run.is_refused(asker, &operation, 403).await;
                    run.counts.refused += 1;
                }
                // What is asked of a person alone, such as choosing an organization, has nothing of theirs to name.
                Permission::SignedIn if asker.role.is_none() && operation.path.contains("{id}") => {
                    run.is_refused(asker, &operation, 404).await;
                    run.counts.refused += 1;
                }
                _ => run.is_admitted(asker, &operation).await,
            }
        }
    }

    // Nothing that was tried on the other organization left a trace.
    let post = other.owner.get(&format!("/posts/{}", run.foreign.post)).await.expect(200);
    assert_eq!((post["text"].as_str(), post["version"].as_u64()), (Some("Ours"), Some(1)));
    for path in [
        format!("/media/{}", run.foreign.file),
        format!("/series/{}", run.foreign.series),
        format!("/accounts/{}/slots", run.foreign.account),
    ] {
        other.owner.get(&path).await.expect(200);
    }
    let org = other.owner.get(&format!("/orgs/{}", other.org)).await.expect(200);
    assert_eq!((org["name"].as_str(), org["version"].as_u64()), (Some("Workshop"), Some(1)));

    let Counts { operations, requests, unsigned, refused, admitted, foreign_like_missing } = run.counts;
    println!(
        "roles: operations={operations} roles={roles} requests={requests} unsigned={unsigned} refused={refused} \
         admitted={admitted} foreign_like_missing={foreign_like_missing}"
    );
    assert!(operations >= 50 && requests >= 1_000, "{operations} operations, {requests} requests");
}
