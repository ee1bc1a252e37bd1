//! What users allowed, and the pretend consent page: the part of OAuth 2.0 that all networks share.
//!
//! A network's module decides what its endpoints are called, what they answer and how long things live; it keeps codes
//! and tokens here, where a code works once and a rotated token never again.

use std::collections::BTreeMap;

use axum::response::Html;
use jiff::{SignedDuration, Timestamp};
use maud::html;

use crate::timeline::page;

/// A code that waits to be exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The app it was given to.
    pub client_id: String,
    /// Where it was sent to.
    pub redirect_uri: String,
    /// What the user allowed.
    pub scopes: Vec<String>,
    /// The PKCE challenge, if one was sent.
    pub challenge: Option<String>,
    /// Who allowed it.
    pub user: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// A token, and whom it acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The network's module that gave it.
    pub network: &'static str,
    /// The app it was given to.
    pub client_id: String,
    /// What the user allowed.
    pub scopes: Vec<String>,
    /// Who allowed it, or the page it acts for.
    pub user: String,
    /// What it is: `access`, `refresh`, `short`, `page`.
    pub kind: &'static str,
    /// Until when it works; absent = until revoked.
    pub until: Option<Timestamp>,
    /// Since when.
    pub since: Timestamp,
}

/// Codes and tokens of every network.
#[derive(Debug, Default)]
pub struct Grants {
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, Grant>,
}

impl Grants {
    /// Keeps a code.
    pub fn keep_code(&mut self, code: String, about: Code) {
        self.codes.insert(code, about);
    }

    /// Takes a code out: it works once.
    pub fn take_code(&mut self, code: &str, now: Timestamp) -> Option<Code> {
        self.codes.remove(code).filter(|code| code.until > now)
    }

    /// Keeps a token.
    pub fn keep(&mut self, token: String, grant: Grant) {
        self.tokens.insert(token, grant);
    }

    /// What a token stands for, if it still works at `now`.
    #[must_use]
    pub fn find(&self, token: &str, now: Timestamp) -> Option<Grant> {
        self.tokens.get(token).filter(|grant| grant.until.is_none_or(|until| until > now)).cloned()
    }

    /// What a token stood for, even when it ran out.
    #[must_use]
    pub fn find_expired(&self, token: &str) -> Option<Grant> {
        self.tokens.get(token).cloned()
    }

    /// Takes a token back. Says whether there was one.
    pub fn revoke(&mut self, token: &str) -> bool {
        self.tokens.remove(token).is_some()
    }

    /// Takes back everything that a user allowed at a network: what removing the app in its settings does.
    pub fn revoke_user(&mut self, network: &str, user: &str) {
        self.tokens.retain(|_, grant| grant.network != network || grant.user != user);
    }

    /// Lets every token of a kind at a network run out.
    pub fn expire(&mut self, network: &str, kind: &str, now: Timestamp) {
        for grant in self.tokens.values_mut().filter(|grant| grant.network == network && grant.kind == kind) {
            grant.until = Some(now - SignedDuration::from_secs(1));
        }
    }
}

/// What the pretend consent page asks.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The network's name for people.
    pub network: &'a str,
    /// Where the form goes; it gets every field of `fields` back, `scope` once for each box that is ticked, and
    /// `decision` = `allow` or `deny`.
    pub action: &'a str,
    /// The query of the request, to be sent back.
    pub fields: &'a [(String, String)],
    /// Scopes asked for, each a box that the user can untick.
    pub scopes: &'a [String],
    /// Who may be chosen to act as; the first is chosen.
    pub users: &'a [(String, String)],
}

/// The pretend consent page.
pub fn consent_page(ask: &Ask<'_>) -> Html<String> {
    let content = html! {
        p { "Atelier would like to use your account." }
        form method="post" action=(ask.action) {
            @for (name, value) in ask.fields { input type="hidden" name=(name) value=(value); }
            @if ask.users.len() > 1 {
                fieldset {
                    legend { "Act as" }
                    @for (index, (id, name)) in ask.users.iter().enumerate() {
                        label { input type="radio" name="user" value=(id) checked[index == 0]; " " (name) }
                    }
                }
            } @else {
                @for (id, name) in ask.users { input type="hidden" name="user" value=(id); p { "You are " b { (name) } "." } }
            }
            fieldset {
                legend { "Atelier may" }
                @for scope in ask.scopes {
                    label { input type="checkbox" name="granted" value=(scope) checked; " " code { (scope) } }
                }
            }
            p {
                button name="decision" value="allow" { "Allow" } " "
                button name="decision" value="deny" { "Deny" }
            }
        }
    };
    page(&format!("{} (simulated): allow access", ask.network), &content)
}
