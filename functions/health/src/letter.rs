//! What people are told by mail.

use domain::account::{Account, Notice};
use domain::org::Organization;
use domain::rules::rule;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// The mail about an account of an organization.
pub(crate) fn write(account: &Account, notice: Notice, organization: &Organization, base_url: &str) -> Letter {
    let network = &rule(account.platform).label;
    let Account { handle, .. } = account;
    let subject = match notice {
        Notice::Ending(_) => format!("{network} access for {handle} ends tomorrow"),
        Notice::Lost => format!("Connect {handle} on {network} again"),
    };
    let what = match notice {
        Notice::Ending(end) => format!(
            "Atelier's access to {handle} on {network} ends on {}. {network} lets nobody prolong it: somebody has to \
             allow it again. Posts that are due later would fail.",
            when(end, &organization.zone)
        ),
        Notice::Lost => format!(
            "{network} no longer lets Atelier publish to {handle}.{} Posts to it fail until somebody connects it again.",
            account.status_detail.as_deref().map(|detail| format!(" It says: {detail}")).unwrap_or_default()
        ),
    };
    let text = format!(
        "Hello,\n\n{what}\n\nConnect it again here. Its posts, times and history stay:\n{base_url}/accounts\n\n\
         You get this mail because you manage the accounts of {}.\n",
        organization.name
    );
    Letter { subject, text }
}

/// An instant by the wall clock of a zone.
fn when(at: Timestamp, zone: &str) -> String {
    let found = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    format!("{} ({zone})", at.to_zoned(found).strftime("%A, %-d %B %Y at %H:%M"))
}

#[cfg(test)]
mod tests {
    use domain::account::AccountStatus;
    use domain::ids::{AccountId, OrgId, Ulid, UserId};
    use domain::platform::Platform;

    use super::*;

    fn account() -> Account {
        let now = Timestamp::UNIX_EPOCH;
        Account {
            remote_id: "urn:li:person:1".into(),
            name: "Ada".into(),
            handle: "ada".into(),
            status: AccountStatus::Reconnect,
            status_detail: Some("the token was revoked".into()),
            ..Account::new(AccountId::new(Ulid::from(3_u128)), Platform::Linkedin, UserId::new(Ulid::from(1_u128)), now)
        }
    }

    fn organization() -> Organization {
        Organization {
            id: OrgId::new(Ulid::from(1_u128)),
            name: "Workshop".into(),
            slug: "workshop".into(),
            zone: "Europe/Berlin".into(),
            accent: "#224466".into(),
            about: String::new(),
            require_alt_text: false,
            owners: 1,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_letter_says_what_happened_and_where_to_mend_it() {
        let lost = write(&account(), Notice::Lost, &organization(), "https://a.example");
        assert_eq!(lost.subject, "Connect ada on LinkedIn again");
        for part in ["the token was revoked", "https://a.example/accounts\n", "accounts of Workshop."] {
            assert!(lost.text.contains(part), "{part}: {}", lost.text);
        }
        let end = "2026-11-24T08:00:00Z".parse().unwrap();
        let ending = write(&account(), Notice::Ending(end), &organization(), "https://a.example");
        let time = "Tuesday, 24 November 2026 at 09:00 (Europe/Berlin)";
        assert!(ending.text.contains(time), "{}", ending.text);
    }
}
