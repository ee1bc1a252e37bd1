//! Comments on posts, in plain text, and an organization's figures.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use domain::platform::Platform;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde_json::json;

use super::Sim;
use super::api::{bad_field, error};
use super::content::unreadable;
use crate::world::Shown;

const COMMENT_CHARS: usize = 1250;

pub(super) fn routes() -> Router<Sim> {
    Router::new()
        .route("/api.linkedin.com/rest/socialActions/{urn}/comments", post(comment))
        .route("/api.linkedin.com/rest/organizationalEntityShareStatistics", get(statistics))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    actor: String,
    object: String,
    message: Message,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    text: String,
}

async fn comment(
    State(sim): State<Sim>,
    headers: HeaderMap,
    uri: Uri,
    Path(urn): Path<String>,
    body: Bytes,
) -> Response {
    commented(&sim, &headers, &uri, &urn, &body).unwrap_or_else(|refused| refused)
}

fn commented(sim: &Sim, headers: &HeaderMap, uri: &Uri, urn: &str, body: &[u8]) -> Result<Response, Response> {
    let grant = sim.admit(headers, uri, &["w_member_social", "w_organization_social"], "socialActions.CREATE")?;
    let comment: Comment = serde_json::from_slice(body).map_err(|problem| unreadable(&problem))?;
    sim.acts_as(&grant, &comment.actor, "socialActions.CREATE")?;
    if comment.object != urn {
        return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/object"));
    }
    if comment.message.text.trim().is_empty() {
        return Err(bad_field("INVALID_VALUE_BLANK_FIELD", "/message/text"));
    }
    if comment.message.text.encode_utf16().count() > COMMENT_CHARS {
        return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/message/text"));
    }
    if !sim.state().posts.iter().any(|post| post.urn == urn && !post.deleted) {
        return Err(error(404, 0, "NOT_FOUND", "Could not find entity"));
    }
    let id = sim.world.number();
    let comment_urn = format!("urn:li:comment:(urn:li:activity:{},{id})", urn.rsplit(':').next().unwrap_or_default());
    sim.world.show(Shown {
        platform: Platform::Linkedin,
        account: comment.actor.clone(),
        id: comment_urn.clone(),
        kind: "comment",
        parent: Some(urn.to_owned()),
        text: comment.message.text.clone(),
        media: Vec::new(),
        notes: BTreeMap::new(),
        at: sim.world.now(),
    });
    let view = json!({
        "actor": comment.actor,
        "object": urn,
        "id": id.to_string(),
        "commentUrn": comment_urn,
        "message": {"text": comment.message.text},
    });
    Ok((StatusCode::CREATED, [("x-restli-id", id.to_string())], Json(view)).into_response())
}

async fn statistics(State(sim): State<Sim>, headers: HeaderMap, uri: Uri) -> Response {
    let scopes = ["rw_organization_admin", "r_organization_admin"];
    let grant = match sim.admit(&headers, &uri, &scopes, "organizationalEntityShareStatistics.FINDER") {
        Ok(grant) => grant,
        Err(refused) => return refused,
    };
    // Read as it is written: in a list, what is inside is encoded and the list's own brackets are not.
    let query = uri.query().unwrap_or_default();
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let plain = |encoded: &str| encoded.replace("%3A", ":");
    let owner = value("organizationalEntity").map(plain).unwrap_or_default();
    let listed = |name: &str| value(name).and_then(|list| list.strip_prefix("List(")?.strip_suffix(')')).map(plain);
    let wanted = match (listed("shares"), listed("ugcPosts")) {
        (Some(urn), None) if urn.starts_with("urn:li:share:") => urn,
        (None, Some(urn)) if urn.starts_with("urn:li:ugcPost:") => urn,
        _ => return error(400, 0, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request"),
    };
    if value("q") != Some("organizationalEntity") {
        return error(400, 0, "ILLEGAL_ARGUMENT", "Unknown finder");
    }
    if let Err(refused) = sim.acts_as(&grant, &owner, "organizationalEntityShareStatistics.FINDER") {
        return refused;
    }
    let known = sim.state().posts.iter().any(|post| post.urn == wanted && post.author == owner && !post.deleted);
    let replies =
        sim.world.shown(Platform::Linkedin).iter().filter(|shown| shown.parent.as_ref() == Some(&wanted)).count();
    let mut elements = Vec::new();
    if known {
        let figures = json!({
            "impressionCount": 1204,
            "uniqueImpressionsCount": 873,
            "clickCount": 41,
            "likeCount": 32,
            "commentCount": replies,
            "shareCount": 5,
            "engagement": 0.064,
        });
        let name = if wanted.starts_with("urn:li:share:") { "share" } else { "ugcPost" };
        let mut element = json!({"organizationalEntity": owner, "totalShareStatistics": figures});
        element[name] = json!(wanted);
        elements.push(element);
    }
    Json(json!({"elements": elements, "paging": {"start": 0, "count": 10, "links": []}})).into_response()
}
