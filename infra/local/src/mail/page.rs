//! The mailbox page, for the person at this machine.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use linkify::{LinkFinder, LinkKind};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Mailbox, Message};
use crate::look;

/// Where the mailbox is served.
pub(crate) const PATH: &str = "/_local/mail";

#[derive(Clone)]
struct Shown {
    mailbox: Mailbox,
    /// Opens the mailbox from elsewhere; codes and links in it let their reader sign in as anybody.
    key: String,
    /// Whether Atelier's own address is on this machine.
    on_this_machine: bool,
}

#[derive(Deserialize)]
struct Ask {
    format: Option<String>,
    key: Option<String>,
}

/// Serves the mailbox: to this machine when `base_url` is on it, and to whoever has `key`.
pub(crate) fn routes(mailbox: Mailbox, base_url: &url::Url, key: String) -> Router {
    let on_this_machine = is_on_this_machine(base_url);
    Router::new().route(PATH, get(show)).with_state(Shown { mailbox, key, on_this_machine })
}

/// Whether Atelier is reached by a name of this machine only, so that the mailbox opens without key.
pub(crate) fn is_on_this_machine(base_url: &url::Url) -> bool {
    base_url.host_str().is_some_and(is_loopback_name)
}

async fn show(
    State(shown): State<Shown>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Response {
    let has_key = ask.key.as_deref() == Some(shown.key.as_str());
    let is_here = shown.on_this_machine && comes_from_here(peer, &headers);
    if !has_key && !is_here {
        let text = html! { h1 { "This mailbox is private" } p { "Open it on the machine that runs Atelier, with the address printed at its start." } };
        return look::page(StatusCode::FORBIDDEN, "wide", "Mailbox", &text);
    }
    let messages = match shown.mailbox.messages().await {
        Ok(messages) => messages,
        Err(error) => {
            tracing::error!(%error, "the mailbox cannot be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    match ask.format.as_deref() {
        Some("json") => Json(messages).into_response(),
        _ => look::page(StatusCode::OK, "wide", "Mailbox", &list(&messages)),
    }
}

/// A request made on this machine and by name of this machine: not forwarded, and not from a page
/// elsewhere whose name was made to point here.
fn comes_from_here(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let forwarded = headers.contains_key("forwarded") || headers.contains_key("x-forwarded-for");
    peer.ip().to_canonical().is_loopback() && is_loopback_name(name) && !forwarded
}

fn is_loopback_name(name: &str) -> bool {
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

fn list(messages: &[Message]) -> Markup {
    html! {
        h1 { "Mailbox" }
        p.lead { "Atelier sends no mail from this machine. What it would have sent is kept here, newest first." }
        @if messages.is_empty() {
            p.empty { "No mail yet. Sign up, or invite somebody, and it appears here." }
        } @else {
            ol.letters {
                @for message in messages {
                    li {
                        div.row {
                            h2 { (message.subject) }
                            time.meta datetime=(message.sent_at) { (message.sent_at.strftime("%-d %B %Y, %H:%M UTC")) }
                        }
                        p.meta { "To " (message.to) }
                        p.letter { (linked(&message.text)) }
                    }
                }
            }
        }
    }
}

/// The text with its web addresses made into links.
fn linked(text: &str) -> Markup {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    html! {
        @for span in finder.spans(text) {
            @if span.kind().is_some() && span.as_str().starts_with("http") {
                a href=(span.as_str()) rel="noreferrer" { (span.as_str()) }
            } @else { (span.as_str()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::comes_from_here;

    #[test]
    fn only_direct_local_requests_count_as_local() {
        let local = "127.0.0.1:5000".parse().unwrap();
        let far = "192.0.2.7:5000".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("host", "localhost:4000".parse().unwrap());
        assert!(comes_from_here(local, &headers));
        assert!(!comes_from_here(far, &headers));
        headers.insert("x-forwarded-for", "192.0.2.7".parse().unwrap());
        assert!(!comes_from_here(local, &headers));
        headers.remove("x-forwarded-for");
        headers.insert("host", "rebound.example:4000".parse().unwrap());
        assert!(!comes_from_here(local, &headers));
    }
}
