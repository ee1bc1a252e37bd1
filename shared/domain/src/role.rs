//! Roles and what each may do. The one place that answers "may they?".

use serde::{Deserialize, Serialize};

/// What a member is in an organization, least first. Module roles see what a viewer sees here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything, changes nothing.
    Viewer,
    /// Works with students.
    Teacher,
    /// Works with people's records.
    Hr,
    /// Works with the books.
    Finance,
    /// Writes posts and uploads media.
    Author,
    /// Publishes.
    Editor,
    /// Runs the organization: accounts, members, settings.
    Admin,
    /// Everything, and there is always at least one.
    Owner,
}

/// Something a role may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read posts, media, accounts, members and settings.
    Read,
    /// Write drafts and upload media.
    Write,
    /// Schedule, unschedule, publish and retry.
    Publish,
    /// Connect, check and disconnect social accounts.
    ManageAccounts,
    /// Invite, remove and change the roles of members.
    ManageMembers,
    /// Change the organization's settings.
    ManageOrg,
    /// Read the audit log.
    ReadAudit,
}

impl Role {
    /// Every role, least first.
    pub const ALL: [Self; 8] =
        [Self::Viewer, Self::Teacher, Self::Hr, Self::Finance, Self::Author, Self::Editor, Self::Admin, Self::Owner];

    /// Whether this role may do `action`.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        let least = match action {
            Action::Read => Self::Viewer,
            Action::Write => Self::Author,
            Action::Publish => Self::Editor,
            Action::ManageAccounts | Action::ManageMembers | Action::ManageOrg | Action::ReadAudit => Self::Admin,
        };
        self >= least
    }

    /// Whether a member with this role may give `other` to somebody, or take it away:
    /// nobody hands out more than they have.
    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        self.may(Action::ManageMembers) && self >= other
    }

    /// The name used in tokens, in the API and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Teacher => "teacher",
            Self::Hr => "hr",
            Self::Finance => "finance",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_only_grow_with_the_role() {
        let actions = [
            Action::Read,
            Action::Write,
            Action::Publish,
            Action::ManageAccounts,
            Action::ManageMembers,
            Action::ManageOrg,
            Action::ReadAudit,
        ];
        for action in actions {
            assert!(Role::ALL.windows(2).all(|pair| pair[0].may(action) <= pair[1].may(action)));
        }
        assert!(!Role::Finance.may(Action::Write));
        assert!(Role::Author.may(Action::Write) && !Role::Author.may(Action::Publish));
    }

    #[test]
    fn nobody_grants_more_than_they_have() {
        assert!(Role::Owner.may_grant(Role::Owner));
        assert!(!Role::Admin.may_grant(Role::Owner));
        assert!(!Role::Editor.may_grant(Role::Viewer));
    }

    #[test]
    fn names_round_trip() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }
}
