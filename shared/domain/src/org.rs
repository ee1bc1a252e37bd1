//! Organizations, their members and invitations.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{InvitationId, OrgId, UserId};
use crate::problem::Problem;
use crate::role::Role;
use crate::when;

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Longest address of a public page, in characters.
const MOST_SLUG: usize = 40;

/// Longest text about an organization, in characters.
const MOST_ABOUT: usize = 300;

/// Addresses under `/p/` that organizations cannot take.
const RESERVED_SLUGS: [&str; 12] =
    ["admin", "api", "app", "assets", "atelier", "help", "login", "new", "signin", "signup", "static", "www"];

/// A tenant, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// The name people see.
    pub name: String,
    /// Its public page's address: `/p/{slug}`.
    pub slug: String,
    /// IANA zone in which it plans.
    pub zone: String,
    /// Colour of its public page, `#rrggbb`.
    pub accent: String,
    /// A sentence or two on its public page.
    pub about: String,
    /// Whether a picture without alternative text stops a post.
    pub require_alt_text: bool,
    /// How many owners it has: never below one.
    pub owners: u32,
    /// For `ETag` and `If-Match`.
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What a person is in an organization, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The organization.
    pub org_id: OrgId,
    /// The organization's name when last written, so that a list of one's organizations is one read.
    pub org_name: String,
    /// The organization's slug.
    pub org_slug: String,
    /// The person.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// A person, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their confirmed address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The organization they act in.
    pub active_org: Option<OrgId>,
    /// When they confirmed their address.
    pub created_at: Timestamp,
}

/// An invitation, as stored. The mailed secret itself is never stored, only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To whom it was mailed.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// SHA-256 of the mailed secret, base64url.
    pub secret_hash: String,
    /// Who invited.
    pub invited_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted, once.
    pub accepted_at: Option<Timestamp>,
}

/// What is wrong with an organization's name, address or zone.
#[must_use]
pub fn validate_org(name: &str, slug: &str, zone: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(validate_name(name));
    problems.extend(validate_slug(slug));
    problems.extend(validate_zone(zone));
    problems
}

/// What is wrong with a name: 1 to 80 characters, not only spaces, no control characters.
#[must_use]
pub fn validate_name(name: &str) -> Option<Problem> {
    let length = name.trim().chars().count();
    let fine = (1..=80).contains(&length) && !name.chars().any(char::is_control);
    (!fine).then(|| {
        Problem::error(
            "/name",
            "name-invalid",
            "The name is empty, too long or has control characters.",
            "Use 1 to 80 visible characters.",
        )
    })
}

/// What is wrong with a slug: 3 to 40 of `a-z`, `0-9` and inner single hyphens, not reserved.
#[must_use]
pub fn validate_slug(slug: &str) -> Option<Problem> {
    let shape = (3..=MOST_SLUG).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !slug.contains("--");
    if !shape {
        return Some(Problem::error(
            "/slug",
            "slug-invalid",
            "That cannot be a page address.",
            "Use 3 to 40 lower-case letters, digits and single hyphens between them.",
        ));
    }
    RESERVED_SLUGS
        .contains(&slug)
        .then(|| Problem::error("/slug", "slug-taken", "That address is taken.", "Choose another address."))
}

/// Addresses to offer instead of one that is taken, best first.
pub fn alternative_slugs(slug: &str) -> impl Iterator<Item = String> {
    ["-studio", "-team", "-2", "-3", "-4"].into_iter().map(move |ending| {
        let kept = slug.len().min(MOST_SLUG - ending.len());
        format!("{}{ending}", slug[..kept].trim_end_matches('-'))
    })
}

/// What is wrong with a zone.
#[must_use]
pub fn validate_zone(zone: &str) -> Option<Problem> {
    (!when::zone_exists(zone)).then(|| {
        Problem::error(
            "/zone",
            "zone-unknown",
            "There is no time zone of that name.",
            "Use an IANA name such as Europe/Berlin.",
        )
    })
}

/// What is wrong with an accent colour.
#[must_use]
pub fn validate_accent(accent: &str) -> Option<Problem> {
    let fine = accent.len() == 7 && accent.starts_with('#') && accent[1..].bytes().all(|b| b.is_ascii_hexdigit());
    (!fine).then(|| {
        Problem::error(
            "/accent",
            "colour-invalid",
            "That is not a colour.",
            "Use six hexadecimal digits such as #24447c.",
        )
    })
}

/// What is wrong with the text about an organization: up to 300 characters, line breaks allowed.
#[must_use]
pub fn validate_about(about: &str) -> Option<Problem> {
    let fine = about.chars().count() <= MOST_ABOUT && !about.chars().any(|c| c.is_control() && c != '\n');
    (!fine).then(|| {
        Problem::error(
            "/about",
            "about-invalid",
            "The text about the organization is too long or has control characters.",
            format!("Use up to {MOST_ABOUT} visible characters."),
        )
    })
}

/// How an address is compared and stored: people write theirs in varying case.
#[must_use]
pub fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// An address that its owner recognizes and nobody else learns, such as `a***@example.org`.
#[must_use]
pub fn mask_email(email: &str) -> String {
    let (user, host) = email.split_once('@').unwrap_or((email, ""));
    let first: String = user.chars().take(1).collect();
    format!("{first}***@{host}")
}

/// What is wrong with an e-mail address: only what cannot possibly be delivered is refused.
#[must_use]
pub fn validate_email(email: &str) -> Option<Problem> {
    let fine = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        });
    (!fine).then(|| {
        Problem::error(
            "/email",
            "email-invalid",
            "That is not an e-mail address.",
            "Check it for spaces and a missing part, as in ada@example.org.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn slugs() {
        assert!(validate_slug("ada-lovelace").is_none());
        for bad in ["", "ab", "Ada", "-ada", "ada-", "a--da", "ada lovelace", "api", "ädä", &"a".repeat(41)] {
            assert!(validate_slug(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn emails_compare_without_case_and_show_little() {
        assert_eq!(normalize_email(" Ada@Example.org "), "ada@example.org");
        assert_eq!(mask_email("ada@example.org"), "a***@example.org");
    }

    #[test]
    fn emails_and_colours() {
        assert!(validate_email("ada@example.org").is_none());
        for bad in ["", "ada", "ada@", "@example.org", "ada@example", "a da@example.org", "ada@x@example.org"] {
            assert!(validate_email(bad).is_some(), "{bad}");
        }
        assert!(validate_accent("#24447c").is_none());
        assert!(validate_accent("#24447").is_some() && validate_accent("#äääcc").is_some());
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*") {
            let problems = validate_org(&text, &text, &text);
            prop_assert!(problems.iter().all(Problem::is_error));
            drop((validate_accent(&text), validate_email(&text), validate_about(&text), mask_email(&text)));
        }

        #[test]
        fn what_is_offered_instead_of_a_slug_is_a_slug(slug in "[a-z0-9]{2,8}(-[a-z0-9]{1,15}){1,2}") {
            for other in alternative_slugs(&slug) {
                prop_assert!(validate_slug(&other).is_none() && other != slug, "{}", other);
            }
        }
    }
}
