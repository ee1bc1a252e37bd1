//! Who is there: people, organizations, and who may do what for which.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::json;

use super::Sim;
use super::api::{denied, error, header};

/// A member: login, id for this app, given name, family name.
const PEOPLE: [(&str, &str, &str, &str); 2] =
    [("ada", "Ada1815xYz", "Ada", "Lovelace"), ("ben", "Ben1971aBc", "Ben", "Moreau")];

/// An organization: id, name, vanity name.
const ORGANIZATIONS: [(u64, &str, &str); 3] = [
    (5_515_715, "Analytical Engines", "analytical-engines"),
    (5_590_506, "Difference Works", "difference-works"),
    (2_414_183, "Reading Room", "reading-room"),
];

/// Who has which role where.
const ROLES: [(&str, u64, &str, &str); 4] = [
    ("ada", 5_515_715, "ADMINISTRATOR", "APPROVED"),
    ("ada", 5_590_506, "CONTENT_ADMINISTRATOR", "APPROVED"),
    ("ada", 2_414_183, "ANALYST", "APPROVED"),
    ("ben", 2_414_183, "ADMINISTRATOR", "REQUESTED"),
];

/// Roles that may post as the organization.
const POSTING: [&str; 3] = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"];

/// Logins with the names people know.
pub(super) fn users() -> Vec<(String, String)> {
    PEOPLE.iter().map(|(login, _, given, family)| ((*login).to_owned(), format!("{given} {family}"))).collect()
}

fn person_urn(login: &str) -> Option<String> {
    let (_, id, _, _) = PEOPLE.iter().find(|person| person.0 == login)?;
    Some(format!("urn:li:person:{id}"))
}

/// Whether a member may post as an author.
pub(super) fn may_post(login: &str, author: &str) -> bool {
    if let Some(id) = author.strip_prefix("urn:li:organization:") {
        return ROLES.iter().any(|(who, organization, role, state)| {
            *who == login && organization.to_string() == id && POSTING.contains(role) && *state == "APPROVED"
        });
    }
    person_urn(login).is_some_and(|urn| urn == author)
}

/// The name that a mention of this URN must be written with.
pub(super) fn name_of(urn: &str) -> Option<String> {
    let organization = ORGANIZATIONS.iter().find(|known| urn == format!("urn:li:organization:{}", known.0));
    let person = PEOPLE.iter().find(|known| urn == format!("urn:li:person:{}", known.1));
    organization.map(|known| known.1.to_owned()).or_else(|| person.map(|known| format!("{} {}", known.2, known.3)))
}

pub(super) fn routes() -> Router<Sim> {
    Router::new()
        .route("/api.linkedin.com/v2/userinfo", get(userinfo))
        .route("/api.linkedin.com/rest/organizationAcls", get(acls))
        .route("/api.linkedin.com/rest/organizations/{id}", get(organization))
}

async fn userinfo(State(sim): State<Sim>, headers: HeaderMap) -> Response {
    let grant = match sim.caller(&headers) {
        Ok(grant) => grant,
        Err(refused) => return refused,
    };
    let person = PEOPLE.iter().find(|person| person.0 == grant.user);
    let (Some((login, sub, given, family)), true) = (person, grant.scopes.iter().any(|scope| scope == "openid")) else {
        return denied("userinfo.GET");
    };
    Json(json!({
        "sub": sub,
        "name": format!("{given} {family}"),
        "given_name": given,
        "family_name": family,
        "picture": format!("https://media.licdn.com/{login}.jpg"),
        "locale": {"country": "US", "language": "en"},
        "email": format!("{login}@example.com"),
        "email_verified": true,
    }))
    .into_response()
}

#[derive(Deserialize)]
struct Acls {
    q: Option<String>,
    role: Option<String>,
    state: Option<String>,
    start: Option<usize>,
    count: Option<usize>,
}

async fn acls(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, Query(query): Query<Acls>) -> Response {
    let scopes = ["rw_organization_admin", "r_organization_admin"];
    let grant = match sim.admit(&headers, &uri, &scopes, "organizationAcls.FINDER-roleAssignee") {
        Ok(grant) => grant,
        Err(refused) => return refused,
    };
    if query.q.as_deref() != Some("roleAssignee") || header(&headers, "x-restli-method").is_some_and(|m| m != "FINDER")
    {
        return error(400, 0, "ILLEGAL_ARGUMENT", "Unknown finder");
    }
    let (start, count) = (query.start.unwrap_or(0), query.count.unwrap_or(10).min(100));
    let wanted = |role: &str, state: &str| {
        query.role.as_deref().is_none_or(|asked| asked == role)
            && query.state.as_deref().is_none_or(|asked| asked == state)
    };
    let mine = ROLES.iter().filter(|(who, _, role, state)| *who == grant.user && wanted(role, state));
    let elements: Vec<_> = mine
        .skip(start)
        .take(count)
        .map(|(who, organization, role, state)| {
            json!({
                "organization": format!("urn:li:organization:{organization}"),
                "roleAssignee": person_urn(who),
                "role": role,
                "state": state,
            })
        })
        .collect();
    Json(json!({"elements": elements, "paging": {"start": start, "count": count, "links": []}})).into_response()
}

async fn organization(State(sim): State<Sim>, headers: HeaderMap, uri: Uri, Path(id): Path<String>) -> Response {
    let scopes = ["rw_organization_admin", "r_organization_admin"];
    if let Err(refused) = sim.admit(&headers, &uri, &scopes, "organizations.GET") {
        return refused;
    }
    let Some((id, name, vanity)) = ORGANIZATIONS.iter().find(|known| known.0.to_string() == id) else {
        return error(404, 0, "NOT_FOUND", "Could not find organization");
    };
    Json(json!({
        "id": id,
        "localizedName": name,
        "vanityName": vanity,
        "logoV2": {"original": format!("urn:li:digitalmediaAsset:{id}")},
    }))
    .into_response()
}
