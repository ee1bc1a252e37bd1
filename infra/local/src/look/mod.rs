//! What the process's own pages (sign-in, mailbox) share: one frame, one style sheet, one content
//! security policy. The pages work without scripts, and have none.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

/// Where the style sheet is served.
const STYLE_PATH: &str = "/_local/look.css";

/// Nothing but our own style sheet and forms back to us; never inside a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Serves the style sheet.
pub(crate) fn routes() -> Router {
    let style = || async {
        let headers = [("content-type", "text/css; charset=utf-8"), ("cache-control", "no-cache")];
        (headers, include_str!("look.css"))
    };
    Router::new().route(STYLE_PATH, get(style))
}

/// A whole page: `kind` names the layout (`narrow` for forms, `wide` for lists).
pub(crate) fn page(status: StatusCode, kind: &str, title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · Atelier" }
                link rel="icon" href="/favicon.svg";
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body class=(kind) {
                header { p.mark { img.sign src="/favicon.svg" alt="" width="26" height="26"; "Atelier" } }
                main { (content) }
            }
        }
    };
    let headers = [
        ("content-security-policy", POLICY),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    (status, headers, Html(page.into_string())).into_response()
}
