//! The API's contract for people: one page, made from the OpenAPI document.

mod operation;
mod schema;

use std::sync::LazyLock;

use axum::response::Response;
use http::HeaderMap;
use maud::{Markup, html};
use serde_json::Value;

use crate::answer::Document;
use crate::contract::CONTRACT;
use crate::look::Frame;
use operation::Operation;
use schema::Schemas;

const STYLES: &str = include_str!("look/reference.css");
const ACCENT: &str = "#24447c";

static PAGE: LazyLock<Option<Document>> = LazyLock::new(|| {
    let contract: Value = serde_json::from_str(CONTRACT).ok()?;
    Some(render(&contract))
});

/// Read the API's reference.
#[utoipa::path(
    get, path = "/api/docs", tag = "pages",
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn get_docs(headers: HeaderMap) -> Response {
    let page = PAGE.clone().unwrap_or_else(|| crate::look::notice("There is no reference", "Read /api/openapi.json."));
    page.cached("public, max-age=60").answer(&headers)
}

fn render(contract: &Value) -> Document {
    let schemas = Schemas::of(contract);
    let operations = Operation::all(contract);
    let mut tags: Vec<&str> = operations.iter().map(|operation| operation.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    let of = |tag: &str| operations.iter().filter(|operation| operation.tag == tag).collect::<Vec<_>>();
    let body = html! {
        (masthead(contract))
        div.layout {
            nav.contents aria-label="Contents" {
                @for tag in &tags {
                    h2 { a href={ "#" (tag) } { (tag) } }
                    ul { @for operation in of(tag) { (operation.entry()) } }
                }
                h2 { a href="#schemas" { "schemas" } }
            }
            main {
                (basics())
                @for tag in &tags {
                    section.group id=(tag) aria-labelledby={ (tag) "-title" } {
                        h2 id={ (tag) "-title" } { (tag) }
                        @for operation in of(tag) { (operation.section(&schemas)) }
                    }
                }
                section.group id="schemas" aria-labelledby="schemas-title" {
                    h2 id="schemas-title" { "schemas" }
                    @for (name, schema) in schemas.all() { (schemas.section(name, schema)) }
                }
            }
        }
    };
    Frame { title: "API reference", head: html! {}, body, styles: STYLES, accent: ACCENT, media: "" }.document()
}

fn masthead(contract: &Value) -> Markup {
    let text = |pointer: &str| contract.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    html! {
        header.top {
            h1 { (text("/info/title")) " API" span.version { (text("/info/version")) } }
            p { (prose(text("/info/description"))) }
            p { a href="/api/openapi.json" { "OpenAPI document" } }
        }
    }
}

/// What holds for every operation.
fn basics() -> Markup {
    html! {
        section.basics {
            p { strong { "Signing in. " } "Send an access token as " code { "Authorization: Bearer …" } ", from "
                a href="#login" { code { "POST /api/auth/login" } } ". Operations marked " span.open { "open" } " need none." }
            p { strong { "Versions. " } "Reads of what can change carry an " code { "ETag" } "; send it back as "
                code { "If-Match" } ", so that nobody's change is overwritten: 412 when it is stale, 428 when it is missing." }
            p { strong { "Repeats. " } "Creating requests take an " code { "Idempotency-Key" }
                ": the same request with the same key has one effect and one answer for a day." }
            p { strong { "Lists. " } "Follow " code { "next_cursor" } " until it is null; a page may be short before that." }
            p { strong { "Errors. " } "All are " code { "application/problem+json" } " with a stable " code { "type" }
                " and a " code { "detail" } " that says what to do: see "
                a href="#schema-ProblemDocument" { "ProblemDocument" } "." }
        }
    }
}

/// Text of the document, which marks code with backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operation_and_schema_has_its_place() {
        let contract = json!({
            "info": {"title": "Test <API>", "version": "1"},
            "paths": {"/api/things/{id}": {
                "get": {
                    "operationId": "get_thing", "tags": ["things"], "summary": "Get a `thing` <now>.",
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Thing"}}}}},
                },
            }},
            "components": {"schemas": {"Thing": {
                "type": "object", "required": ["id"],
                "properties": {
                    "id": {"type": "string", "examples": ["thg_1"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "at": {"type": ["string", "null"], "format": "date-time", "description": "When </p>."},
                },
            }}},
        });
        let html = format!("{:?}", render(&contract));
        for part in ["id=\\\"get_thing\\\"", "id=\\\"schema-Thing\\\"", "thg_1", "Test &lt;API&gt;", "When &lt;/p&gt;."]
        {
            assert!(html.contains(part), "{part}");
        }
    }

    #[test]
    fn the_kept_contract_can_be_shown() {
        assert!(PAGE.is_some());
    }
}
