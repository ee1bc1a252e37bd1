//! What every call of the versioned API is asked for, and how errors look.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::json;

use super::people::may_post;
use super::{CALLS_A_DAY, NAME, Sim};
use crate::oauth::Grant;

/// The versions that are live.
const LIVE: std::ops::RangeInclusive<u32> = 202_601..=202_609;

/// An error in the envelope of API Error Handling.
pub(super) fn error(status: u16, service: u32, code: &str, message: &str) -> Response {
    let body = json!({"status": status, "serviceErrorCode": service, "code": code, "message": message});
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

/// A field that the schema refuses.
pub(super) fn bad_field(code: &str, field: &str) -> Response {
    error(400, 100, code, &format!("{code} :: {field}"))
}

/// Not this app, or not this member.
pub(super) fn denied(what: &str) -> Response {
    error(403, 100, "ACCESS_DENIED", &format!("Not enough permissions to access: {what}"))
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

impl Sim {
    /// Whom a bearer token stands for.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<Grant, Response> {
        let token = header(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Err(error(401, 65_604, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"));
        };
        let now = self.world.now();
        let (works, ran_out) = self.world.grants(|grants| (grants.find(token, now), grants.find_expired(token)));
        match (works, ran_out) {
            (Some(grant), _) if grant.network == NAME && grant.kind == "access" => Ok(grant),
            (None, Some(_)) => {
                Err(error(401, 65_602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"))
            }
            _ if self.state().issued.contains_key(token) => {
                let message = "The token used in the request has been revoked by the user";
                Err(error(401, 65_601, "REVOKED_ACCESS_TOKEN", message))
            }
            _ => Err(error(401, 65_600, "INVALID_ACCESS_TOKEN", "Invalid access token")),
        }
    }

    /// Lets a call of the versioned API in: token, version, protocol, scope, the day's limit, and how the URN in its
    /// path is written.
    pub(super) fn admit(&self, headers: &HeaderMap, uri: &Uri, scopes: &[&str], what: &str) -> Result<Grant, Response> {
        let grant = self.caller(headers)?;
        let Some(version) = header(headers, "linkedin-version") else {
            return Err(error(400, 0, "VERSION_MISSING", "A version must be present. Please specify a version"));
        };
        if version.len() != 6 || !version.parse().is_ok_and(|version| LIVE.contains(&version)) {
            let message = format!("Requested version {version} is not active");
            return Err(error(426, 0, "NONEXISTENT_VERSION", &message));
        }
        if header(headers, "x-restli-protocol-version") != Some("2.0.0") {
            return Err(error(400, 0, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request"));
        }
        if uri.path().contains("urn:li:") || uri.query().is_some_and(|query| query.contains("urn:li:")) {
            return Err(error(400, 0, "ILLEGAL_ARGUMENT", "Syntax exception in path variables"));
        }
        self.count(&grant)?;
        let allowed = scopes.is_empty() || grant.scopes.iter().any(|scope| scopes.contains(&scope.as_str()));
        if allowed { Ok(grant) } else { Err(denied(what)) }
    }

    /// The limit of Share on LinkedIn: so many calls a member and day, counted anew at midnight UTC.
    fn count(&self, grant: &Grant) -> Result<(), Response> {
        let day = self.world.now().strftime("%F").to_string();
        let mut state = self.state();
        let calls = state.calls.entry((grant.user.clone(), grant.client_id.clone(), day)).or_default();
        *calls += 1;
        if *calls <= CALLS_A_DAY {
            return Ok(());
        }
        let message = "Resource level throttle MEMBER DAY limit for calls to this resource is reached.";
        Err(error(429, 101, "TOO_MANY_REQUESTS", message))
    }

    /// Whether the caller may act as `author`, with the scope for that kind of author.
    pub(super) fn acts_as(&self, grant: &Grant, author: &str, what: &str) -> Result<(), Response> {
        let scope =
            if author.starts_with("urn:li:organization:") { "w_organization_social" } else { "w_member_social" };
        if !author.starts_with("urn:li:organization:") && !author.starts_with("urn:li:person:") {
            return Err(bad_field("INVALID_URN_TYPE", author));
        }
        let may = grant.scopes.iter().any(|name| name == scope) && may_post(&grant.user, author);
        if may { Ok(()) } else { Err(denied(what)) }
    }
}
