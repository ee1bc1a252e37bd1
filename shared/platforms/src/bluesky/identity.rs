//! From what a user calls an account to the server that holds it.

use domain::delivery::Failure;
use serde::Deserialize;
use url::Url;

use super::Bluesky;
use super::facets::is_domain;
use super::xrpc::{is_absent, method, rejected};
use crate::http::{Effect, Request, address};

/// Resolves handles of every server.
const RESOLVER: &str = "https://public.api.bsky.app";
/// Knows the documents of `did:plc` identities.
const DIRECTORY: &str = "https://plc.directory";
/// Signs in accounts by e-mail address, on the servers that Bluesky runs.
const ENTRYWAY: &str = "https://bsky.social";
/// Handles without a dot are of this domain.
const DEFAULT_DOMAIN: &str = "bsky.social";

/// What to sign in with, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// Handle, DID or e-mail address.
    pub(super) identifier: String,
    /// The account, when it was resolved.
    pub(super) did: Option<String>,
    /// Its server.
    pub(super) service: Url,
    /// Whether the server may name another one: it is only an entry point.
    pub(super) entry_point: bool,
}

/// The part of a DID document that says where an account lives.
#[derive(Debug, Default, Deserialize)]
pub(super) struct DidDocument {
    #[serde(default)]
    service: Vec<Service>,
}

#[derive(Debug, Deserialize)]
struct Service {
    #[serde(default)]
    id: String,
    #[serde(default, rename = "serviceEndpoint")]
    endpoint: serde_json::Value,
}

impl DidDocument {
    /// The account's server.
    pub(super) fn pds(&self) -> Option<Url> {
        let service = self.service.iter().find(|service| service.id.ends_with("#atproto_pds"))?;
        Url::parse(service.endpoint.as_str()?).ok()
    }
}

#[derive(Deserialize)]
struct Resolved {
    did: String,
}

impl Bluesky {
    /// Finds the server of an account.
    pub(super) async fn locate(&self, identifier: &str, service: Option<&str>) -> Result<Located, Failure> {
        let identifier = normal(identifier)?;
        if let Some(service) = service.map(str::trim).filter(|service| !service.is_empty()) {
            let service = origin(service, self.http.allow_loopback())?;
            return Ok(Located { identifier, did: None, service, entry_point: false });
        }
        if identifier.contains('@') {
            let service = fixed(ENTRYWAY)?;
            return Ok(Located { identifier, did: None, service, entry_point: true });
        }
        let did =
            if identifier.starts_with("did:") { identifier.clone() } else { self.resolve_handle(&identifier).await? };
        let service = self.resolve_did(&did).await?;
        Ok(Located { identifier, did: Some(did), service, entry_point: false })
    }

    /// The DID of a handle: by the public resolver, else by the handle's own web server.
    async fn resolve_handle(&self, handle: &str) -> Result<String, Failure> {
        match self.resolve_at(&fixed(RESOLVER)?, handle).await {
            Ok(did) => return Ok(did),
            Err(failure) if !is_absent(&failure) => return Err(failure),
            Err(_) => {}
        }
        let url = parsed(&format!("https://{handle}/.well-known/atproto-did"))?;
        let answer = self.http.send(Request::get(url, "/.well-known/atproto-did")).await;
        let did = answer.ok().filter(|answer| answer.status.is_success()).and_then(|answer| {
            let text = std::str::from_utf8(&answer.body).ok()?.trim().to_owned();
            is_did(&text).then_some(text)
        });
        did.ok_or_else(|| {
            rejected(
                "HandleNotFound",
                format!("there is no account {handle}"),
                "Check the handle, for example ada.bsky.social.",
            )
        })
    }

    /// The DID of a handle, asked of one server.
    pub(super) async fn resolve_at(&self, service: &Url, handle: &str) -> Result<String, Failure> {
        const METHOD: &str = "com.atproto.identity.resolveHandle";
        let mut url = method(service, METHOD);
        url.query_pairs_mut().append_pair("handle", handle);
        let resolved: Resolved = self.call(Request::get(url, METHOD), Effect::None).await?;
        is_did(&resolved.did).then_some(resolved.did).ok_or_else(|| {
            rejected("HandleNotFound", format!("{handle} resolves to nothing usable"), "Check the handle.")
        })
    }

    /// The server that a DID's document names.
    async fn resolve_did(&self, did: &str) -> Result<Url, Failure> {
        let url = match did.strip_prefix("did:web:") {
            Some(host) if is_domain(host) => format!("https://{host}/.well-known/did.json"),
            None if did.starts_with("did:plc:") && is_did(did) => format!("{DIRECTORY}/{did}"),
            _ => return Err(rejected("InvalidDid", "that is not an account's DID", "Use the handle instead.")),
        };
        let document: Result<DidDocument, _> = self.call(Request::get(parsed(&url)?, "/{did}"), Effect::None).await;
        let document = document.map_err(|failure| match failure {
            Failure::Rejected { .. } => rejected("DidNotFound", format!("{did} is unknown"), "Check the account."),
            other => other,
        })?;
        let pds = document.pds().ok_or_else(|| {
            rejected("NoServer", format!("{did} names no server"), "Give the server's address as well.")
        })?;
        origin(pds.as_str(), self.http.allow_loopback())
    }
}

/// A handle without decoration, a DID or an e-mail address.
fn normal(identifier: &str) -> Result<String, Failure> {
    // Handles copied from the app carry invisible direction marks.
    let visible = |c: &char| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = identifier.trim().chars().filter(visible).collect();
    let text = text.trim().trim_start_matches('@');
    if is_did(text) {
        return Ok(text.to_owned());
    }
    if text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && is_domain(domain)) {
        return Ok(text.to_owned());
    }
    let handle = text.to_ascii_lowercase();
    let handle = if handle.contains('.') { handle } else { format!("{handle}.{DEFAULT_DOMAIN}") };
    is_domain(&handle)
        .then_some(handle)
        .ok_or_else(|| rejected("InvalidHandle", "that is not a handle", "Use a handle such as ada.bsky.social."))
}

/// Whether this is a DID of a kind that accounts have.
pub(super) fn is_did(text: &str) -> bool {
    let ordinary = |rest: &str| {
        !rest.is_empty()
            && rest.len() <= 250
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'%'))
    };
    ["did:plc:", "did:web:"].iter().any(|prefix| text.strip_prefix(prefix).is_some_and(ordinary))
}

/// The origin of an address that a user or a document gives.
fn origin(text: &str, allow_loopback: bool) -> Result<Url, Failure> {
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = parsed(&text)?;
    address::check_url(&url, allow_loopback)
        .map_err(|reason| rejected("address-refused", reason, "Use the public https address of the server."))?;
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn parsed(text: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|_| {
        rejected("InvalidAddress", "that is not an address", "Use an address such as https://bsky.social.")
    })
}

/// Answers what the public may see.
pub(super) fn resolver() -> Result<Url, Failure> {
    fixed(RESOLVER)
}

fn fixed(text: &'static str) -> Result<Url, Failure> {
    parsed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_understood_however_they_are_written() {
        for (text, wanted) in [
            ("@Ada.bsky.social ", "ada.bsky.social"),
            ("ada", "ada.bsky.social"),
            ("\u{202a}ada.test\u{202c}", "ada.test"),
            ("ada@example.com", "ada@example.com"),
            ("did:plc:abc123", "did:plc:abc123"),
            ("did:web:example.com", "did:web:example.com"),
        ] {
            assert_eq!(normal(text).unwrap(), wanted);
        }
        for text in ["", "@", "a b.test", "did:key:abc", "-.test", "ada@", "a/b"] {
            assert!(normal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn servers_are_reduced_to_their_origin() {
        assert_eq!(origin("pds.example/xrpc?x#y", false).unwrap().as_str(), "https://pds.example/");
        assert_eq!(origin("http://localhost:2583", true).unwrap().as_str(), "http://localhost:2583/");
        for text in ["http://pds.example", "https://10.0.0.1", "https://u:p@pds.example", "https://", "ftp://x"] {
            assert!(origin(text, false).is_err(), "{text}");
        }
    }
}
