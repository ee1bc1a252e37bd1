//! From handles to identities, and from those to servers.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, PDS, PEOPLE, invalid};
use crate::answers::{Refused, field, json as answer};

/// The document of an identity.
pub(super) fn did_document(did: &str, handle: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/did/v1"], "id": did, "alsoKnownAs": [format!("at://{handle}")],
        "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": PDS}],
    })
}

pub(super) async fn document(Path(did): Path<String>) -> Response {
    match PEOPLE.iter().find(|person| person.0 == did) {
        Some((did, handle, _)) => answer(200, &did_document(did, handle)),
        None => answer(404, &json!({"message": format!("DID not registered: {did}")})),
    }
}

pub(super) async fn of_host(Path(host): Path<String>) -> Response {
    let person = PEOPLE.iter().find(|person| person.1 == host);
    person.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |person| person.0.into_response())
}

pub(super) fn resolve(call: &Call) -> Result<Response, Refused> {
    let handle = field(&call.query, "handle").to_ascii_lowercase();
    let person = PEOPLE.iter().find(|person| person.1 == handle);
    let (did, _, _) = person.ok_or_else(|| invalid("Unable to resolve handle"))?;
    Ok(answer(200, &json!({"did": did})))
}
