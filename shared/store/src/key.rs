//! The keys of the one table. ARCHITECTURE.md has the same list as a table.

use std::fmt;

use domain::ids::{AccountId, AuditId, FileId, InvitationId, OrgId, PostId, SeriesId, UserId};
use domain::when::sortable;
use jiff::Timestamp;

use crate::due::{self, Due, DueCheck, DueDelivery, DueSeries};

/// Partition key attribute.
pub(crate) const PK: &str = "PK";
/// Sort key attribute.
pub(crate) const SK: &str = "SK";

/// The sort key of an item within an organization's partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgKey {
    /// The organization itself.
    Org,
    /// A member.
    Member(UserId),
    /// An invitation.
    Invitation(InvitationId),
    /// A social account.
    Account(AccountId),
    /// A reservation of a remote account, so that one is connected once: network and remote id.
    Remote(&'static str, String),
    /// A pending OAuth connection, by its nonce.
    Connect(String),
    /// Accounts that a user still has to choose among, by its id.
    Choice(String),
    /// The groups of accounts.
    Groups,
    /// A post. Its deliveries sort right behind it.
    Post(PostId),
    /// A delivery of a post to an account.
    Delivery(PostId, AccountId),
    /// A series.
    Series(SeriesId),
    /// The slots of an account.
    Slots(AccountId),
    /// The choices that a network last offered an account.
    Offers(AccountId),
    /// That a post holds an account's slot at this instant.
    Slot(AccountId, Timestamp),
    /// A file of the media library.
    File(FileId),
    /// A post on the public page, by its delivery key.
    PageEntry(String),
    /// A file that the public page shows.
    PageFile(FileId),
    /// An audit entry.
    Audit(AuditId),
}

impl fmt::Display for OrgKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org => f.write_str("ORG"),
            Self::Member(user) => write!(f, "MEMBER#{user}"),
            Self::Invitation(invitation) => write!(f, "INVITATION#{invitation}"),
            Self::Account(account) => write!(f, "ACCOUNT#{account}"),
            Self::Remote(platform, remote) => write!(f, "REMOTE#{platform}#{remote}"),
            Self::Connect(nonce) => write!(f, "CONNECT#{nonce}"),
            Self::Choice(id) => write!(f, "CHOICE#{id}"),
            Self::Groups => f.write_str("GROUPS"),
            Self::Post(post) => write!(f, "POST#{post}"),
            Self::Delivery(post, account) => write!(f, "POST#{post}#DELIVERY#{account}"),
            Self::Series(series) => write!(f, "SERIES#{series}"),
            Self::Slots(account) => write!(f, "SLOTS#{account}"),
            Self::Offers(account) => write!(f, "OFFERS#{account}"),
            Self::Slot(account, at) => write!(f, "SLOT#{account}#{}", sortable(*at)),
            Self::File(file) => write!(f, "FILE#{file}"),
            Self::PageEntry(key) => write!(f, "PAGE#{key}"),
            Self::PageFile(file) => write!(f, "PAGEFILE#{file}"),
            Self::Audit(entry) => write!(f, "AUDIT#{entry}"),
        }
    }
}

/// A kind of item within an organization that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgList {
    /// Members, by id.
    Members,
    /// Invitations, by creation.
    Invitations,
    /// Social accounts, by connection.
    Accounts,
    /// Series, by creation.
    Series,
    /// Files, by upload.
    Files,
    /// Audit entries, by time.
    Audit,
    /// What the public page shows, by publication.
    PageEntries,
}

impl OrgList {
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Members => "MEMBER#",
            Self::Invitations => "INVITATION#",
            Self::Accounts => "ACCOUNT#",
            Self::Series => "SERIES#",
            Self::Files => "FILE#",
            Self::Audit => "AUDIT#",
            Self::PageEntries => "PAGE#",
        }
    }
}

/// A whole primary key. Only a tenant-bound handle, or a named lookup of this crate, makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// Partition key.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.pk
    }

    /// Sort key.
    #[must_use]
    pub fn sort(&self) -> &str {
        &self.sk
    }

    pub(crate) fn org(org: OrgId, key: &OrgKey) -> Self {
        Self { pk: org_pk(org), sk: key.to_string() }
    }

    pub(crate) fn profile(user: UserId) -> Self {
        Self { pk: format!("USER#{user}"), sk: "PROFILE".to_owned() }
    }

    pub(crate) fn idempotency(user: UserId, key_hash: &str) -> Self {
        Self { pk: format!("USER#{user}"), sk: format!("IDEMPOTENCY#{key_hash}") }
    }

    pub(crate) fn remote_user(app: &str, user: &str, org: OrgId, account: AccountId) -> Self {
        Self { pk: remote_user_pk(app, user), sk: format!("{org}#{account}") }
    }

    pub(crate) fn erasure(code: &str) -> Self {
        Self { pk: format!("ERASURE#{code}"), sk: "ERASURE".to_owned() }
    }

    pub(crate) fn circuit(network: &str) -> Self {
        Self { pk: format!("NETWORK#{network}"), sk: "CIRCUIT".to_owned() }
    }

    pub(crate) fn slug(slug: &str) -> Self {
        Self { pk: format!("SLUG#{slug}"), sk: "SLUG".to_owned() }
    }
}

pub(crate) fn remote_user_pk(app: &str, user: &str) -> String {
    format!("REMOTEUSER#{app}#{user}")
}

pub(crate) fn org_pk(org: OrgId) -> String {
    format!("ORG#{org}")
}

/// What an item in the due index is, by its primary key and its sort key there.
pub(crate) fn parse_due(pk: &str, sk: &str, due: &str) -> Option<Due> {
    let (wake_at, wanted_at) = due::instants(due);
    let org = pk.strip_prefix("ORG#")?.parse().ok()?;
    if let Some(series) = sk.strip_prefix("SERIES#") {
        return Some(Due::Series(DueSeries { org, series: series.parse().ok()?, wake_at }));
    }
    let (post, account) = sk.strip_prefix("POST#")?.split_once("#DELIVERY#")?;
    let (post, account) = (post.parse().ok()?, account.parse().ok()?);
    Some(Due::Delivery(DueDelivery { org, post, account, wake_at, wanted_at }))
}

/// The account that an item in the due index is.
pub(crate) fn parse_check(pk: &str, sk: &str, due: &str) -> Option<DueCheck> {
    let (check_at, _) = due::instants(due);
    let org = pk.strip_prefix("ORG#")?.parse().ok()?;
    Some(DueCheck { org, account: sk.strip_prefix("ACCOUNT#")?.parse().ok()?, check_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Ulid;

    #[test]
    fn a_delivery_sorts_right_behind_its_post() {
        let (post, next) = (PostId::new(Ulid::from(1)), PostId::new(Ulid::from(2)));
        let account = AccountId::new(Ulid::from(3));
        let keys = [OrgKey::Post(post), OrgKey::Delivery(post, account), OrgKey::Post(next)].map(|key| key.to_string());
        assert!(keys.is_sorted());
    }

    #[test]
    fn a_delivery_key_reads_back() {
        let (org, post, account) =
            (OrgId::new(Ulid::from(1)), PostId::new(Ulid::from(2)), AccountId::new(Ulid::from(3)));
        let key = Key::org(org, &OrgKey::Delivery(post, account));
        let at = "2026-03-01T09:00:00.000Z";
        let (wake_at, wanted_at) = due::instants(at);
        let found = DueDelivery { org, post, account, wake_at, wanted_at };
        assert_eq!(parse_due(&key.pk, &key.sk, at), Some(Due::Delivery(found)));
        assert_eq!(parse_due(&key.pk, "POST#x", at), None);
    }

    #[test]
    fn an_account_s_key_reads_back() {
        let (org, account) = (OrgId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)));
        let key = Key::org(org, &OrgKey::Account(account));
        let check_at: Timestamp = "2026-03-01T09:00:00.000Z".parse().unwrap();
        let (partition, sort) = due::check(account, check_at);
        assert_eq!(partition, "CHECK#2");
        assert_eq!(parse_check(&key.pk, &key.sk, &sort), Some(DueCheck { org, account, check_at }));
        assert_eq!(parse_check(&key.pk, "SERIES#x", &sort), None);
    }

    #[test]
    fn a_series_key_reads_back() {
        let (org, series) = (OrgId::new(Ulid::from(1)), SeriesId::new(Ulid::from(2)));
        let key = Key::org(org, &OrgKey::Series(series));
        let at = "2026-03-01T09:00:00.000Z";
        let (wake_at, _) = due::instants(at);
        assert_eq!(parse_due(&key.pk, &key.sk, at), Some(Due::Series(DueSeries { org, series, wake_at })));
        assert_eq!(parse_due(&key.pk, "SERIES#x", at), None);
    }
}
