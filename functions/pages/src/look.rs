//! The frame of every page: head, styles and the policy that lets the browser load nothing else.

use cloud::crypto::sha256;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::answer::Document;
use crate::assets::TYPEFACE;
use crate::colour;

/// Styles that all pages share.
const BASE: &str = include_str!("look/base.css");
/// Styles of organizations' pages.
const SITE: &str = include_str!("look/site.css");
/// Accent of pages that belong to no organization.
const NEUTRAL: &str = "#33302b";

/// A page before it is framed.
pub(crate) struct Frame<'a> {
    /// Title of the window.
    pub(crate) title: &'a str,
    /// What else belongs into the head.
    pub(crate) head: Markup,
    /// Everything visible.
    pub(crate) body: Markup,
    /// Styles of its own.
    pub(crate) styles: &'a str,
    /// Accent colour, `#rrggbb`.
    pub(crate) accent: &'a str,
    /// Origin of the object store, where pictures and videos come from.
    pub(crate) media: &'a str,
}

impl<'a> Frame<'a> {
    /// A page of an organization.
    pub(crate) fn site(title: &'a str, accent: &'a str, media: &'a str, head: Markup, body: Markup) -> Self {
        Self { title, head, body, styles: SITE, accent, media }
    }

    /// The whole document with its policy.
    pub(crate) fn document(self) -> Document {
        let rules = [format!("{BASE}{}", colour::rules(self.accent)), self.styles.to_owned()];
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content="Atelier";
                    title { (self.title) }
                    link rel="preload" href={ "/p/assets/" (TYPEFACE) } as="font" type="font/woff2" crossorigin;
                    @for rules in &rules { style { (PreEscaped(rules)) } }
                    (self.head)
                }
                body { (self.body) }
            }
        };
        Document::page(page.into_string(), policy(&rules, self.media))
    }
}

/// Nothing but these styles, the typeface, and pictures and videos from here and the object store.
fn policy(rules: &[String], media: &str) -> String {
    let hashes: Vec<String> =
        rules.iter().map(|rules| format!("'sha256-{}'", standard(&sha256(rules.as_bytes())))).collect();
    format!(
        "default-src 'none'; style-src {}; font-src 'self'; img-src 'self' {media}; media-src 'self' {media}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hashes.join(" ")
    )
}

/// The same 32 bytes in the alphabet and with the padding that policies use.
fn standard(base64url: &str) -> String {
    format!("{}=", base64url.replace('-', "+").replace('_', "/"))
}

/// A page that only says something.
pub(crate) fn notice(title: &str, advice: &str) -> Document {
    let body = html! {
        header.band { div.column { h1 { (title) } p.about { (advice) } } }
    };
    let head = html! { meta name="robots" content="noindex"; };
    Frame::site(title, NEUTRAL, "", head, body).document()
}

/// A document to read, which belongs to no organization.
pub(crate) fn paper(title: &str, content: &Markup) -> Document {
    let body = html! {
        header.band { div.column { h1 { (title) } } }
        main { div.column { article { div.text { (content) } } } }
    };
    Frame::site(title, NEUTRAL, "", html! {}, body).document()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_styles_by_hash() {
        let policy = policy(&["a{}".to_owned()], "https://media.test");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(policy.contains("img-src 'self' https://media.test;"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(standard(&"A".repeat(43)).len(), 44);
    }

    #[test]
    fn styles_cannot_end_their_element() {
        assert!(!format!("{BASE}{SITE}").contains('<'));
    }
}
