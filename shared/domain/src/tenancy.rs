//! The proof that a tenant was verified, without which no key can be built.

use crate::ids::{OrgId, UserId};
use crate::org::Member;

/// Permission to touch one organization's items. Only the named constructors make one, and each
/// says what vouched for it, so that a review finds every way in by searching for its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrgScope(OrgId);

impl OrgScope {
    /// From the claims of a token whose signature was verified.
    #[must_use]
    pub const fn from_verified_claims(org: OrgId) -> Self {
        Self(org)
    }

    /// For an organization that the caller is creating in this request.
    #[must_use]
    pub const fn for_new_org(org: OrgId) -> Self {
        Self(org)
    }

    /// From a wake-up or a due-index entry that this system wrote itself.
    #[must_use]
    pub const fn from_own_wakeup(org: OrgId) -> Self {
        Self(org)
    }

    /// From a secret this system issued and checked (an invitation, an OAuth state).
    #[must_use]
    pub const fn from_verified_secret(org: OrgId) -> Self {
        Self(org)
    }

    /// From the published address of a public page: only what is public may be read with it.
    #[must_use]
    pub const fn from_public_page(org: OrgId) -> Self {
        Self(org)
    }

    /// From our own note that an account acts by leave of a person, about whom a network sent a notice that it
    /// signed.
    #[must_use]
    pub const fn from_network_notice(org: OrgId) -> Self {
        Self(org)
    }

    /// From a membership of the signed-in user that was just read from the table.
    #[must_use]
    pub const fn from_membership(org: OrgId) -> Self {
        Self(org)
    }

    /// The organization.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.0
    }
}

/// Permission to touch one person's own items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserScope(UserId);

impl UserScope {
    /// From the claims of a token whose signature was verified, or from the user pool itself.
    #[must_use]
    pub const fn from_verified_claims(user: UserId) -> Self {
        Self(user)
    }

    /// From a membership read through an organization's own handle, for what leaving it changes.
    #[must_use]
    pub const fn from_membership(member: &Member) -> Self {
        Self(member.user_id)
    }

    /// The person.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.0
    }
}
