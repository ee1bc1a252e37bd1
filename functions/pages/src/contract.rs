//! The API's contract, as generated from the handlers and kept beside them.

use axum::response::Response;
use http::HeaderMap;

use crate::answer::Document;

/// The document that `make gen` writes; a test compares it with the handlers.
pub(crate) const CONTRACT: &str = include_str!("../../../openapi.json");

/// Get the OpenAPI document.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "pages",
    responses((status = 200, body = serde_json::Value, description = "OpenAPI 3.1."))
)]
pub(crate) async fn get_contract(headers: HeaderMap) -> Response {
    Document::new("application/json", CONTRACT).cached("public, max-age=60").answer(&headers)
}
