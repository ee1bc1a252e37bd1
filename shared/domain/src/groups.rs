//! Groups of accounts: what an organization likes to choose together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, GroupId};
use crate::problem::Problem;

/// Most groups of an organization.
pub const GROUPS_MAX: usize = 50;
/// Longest name of a group, in characters.
const NAME_MAX: usize = 60;

/// Some accounts under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountGroup {
    /// Its id.
    pub id: GroupId,
    /// The name people see.
    pub name: String,
    /// The accounts, in the order they were chosen in.
    pub account_ids: Vec<AccountId>,
}

/// All groups of an organization, as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountGroups {
    /// For `ETag` and `If-Match`; 0 while none were set.
    pub version: u64,
    /// The groups, in the order people see.
    pub groups: Vec<AccountGroup>,
}

/// A group as somebody wants it; one without id is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedGroup {
    /// Its id; absent for another group than there are.
    #[serde(default)]
    pub id: Option<GroupId>,
    /// The name, 1 to 60 characters, unlike the others'.
    pub name: String,
    /// The accounts.
    pub account_ids: Vec<AccountId>,
}

impl AccountGroups {
    /// These groups replaced by `wanted`, one version on. `accounts` are those there are; `new_id` makes ids.
    ///
    /// # Errors
    /// What is wrong, each with its field.
    pub fn replaced(
        &self,
        wanted: Vec<WantedGroup>,
        accounts: &BTreeSet<AccountId>,
        mut new_id: impl FnMut() -> GroupId,
    ) -> Result<Self, Vec<Problem>> {
        let known: BTreeSet<GroupId> = self.groups.iter().map(|group| group.id).collect();
        let problems = problems(&wanted, &known, accounts);
        if !problems.is_empty() {
            return Err(problems);
        }
        let group = |wanted: WantedGroup| AccountGroup {
            id: wanted.id.unwrap_or_else(&mut new_id),
            name: wanted.name.trim().to_owned(),
            account_ids: each_once(wanted.account_ids),
        };
        Ok(Self { version: self.version + 1, groups: wanted.into_iter().map(group).collect() })
    }
}

fn each_once(ids: Vec<AccountId>) -> Vec<AccountId> {
    let mut seen = BTreeSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}

fn problems(wanted: &[WantedGroup], known: &BTreeSet<GroupId>, accounts: &BTreeSet<AccountId>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if wanted.len() > GROUPS_MAX {
        let detail = format!("An organization has {GROUPS_MAX} groups at most.");
        problems.push(Problem::error("/groups", "groups-too-many", detail, "Remove some."));
    }
    let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (index, group) in wanted.iter().enumerate() {
        let at = format!("/groups/{index}");
        let name = group.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            let detail = "The name is empty, too long or has control characters.";
            let fix = format!("Use 1 to {NAME_MAX} ordinary characters.");
            problems.push(Problem::error(format!("{at}/name"), "name-invalid", detail, fix));
        } else if !names.insert(name.to_lowercase()) {
            let detail = "Another group has this name.";
            problems.push(Problem::error(format!("{at}/name"), "name-taken", detail, "Choose another name."));
        }
        if group.id.is_some_and(|id| !known.contains(&id) || !ids.insert(id)) {
            let detail = "There is no such group, or it is listed twice.";
            problems.push(Problem::error(format!("{at}/id"), "group-unknown", detail, "Leave the id out to make one."));
        }
        let strange = |(_, id): &(usize, &AccountId)| !accounts.contains(id);
        problems.extend(group.account_ids.iter().enumerate().filter(strange).map(|(position, _)| {
            let detail = "There is no such account.";
            let pointer = format!("{at}/account_ids/{position}");
            Problem::error(pointer, "account-unknown", detail, "Choose among this organization's accounts.")
        }));
    }
    problems
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::Ulid;

    fn account(number: u128) -> AccountId {
        AccountId::new(Ulid::from(number))
    }

    fn id(number: u128) -> GroupId {
        GroupId::new(Ulid::from(number))
    }

    fn wanted(name: &str, accounts: &[u128]) -> WantedGroup {
        WantedGroup { id: None, name: name.into(), account_ids: accounts.iter().copied().map(account).collect() }
    }

    fn replaced(before: &AccountGroups, wanted: Vec<WantedGroup>) -> Result<AccountGroups, Vec<Problem>> {
        let accounts = (1..=3).map(account).collect();
        let mut next = 100;
        let new_id = || {
            next += 1;
            id(next)
        };
        before.replaced(wanted, &accounts, new_id)
    }

    #[test]
    fn what_is_wanted_replaces_what_is_there_and_keeps_ids() {
        let first = replaced(&AccountGroups::default(), vec![wanted(" All ", &[1, 2, 1])]).unwrap();
        assert_eq!((first.version, first.groups[0].id), (1, id(101)));
        assert_eq!(
            (first.groups[0].name.as_str(), &first.groups[0].account_ids),
            ("All", &vec![account(1), account(2)])
        );
        let kept = WantedGroup { id: Some(id(101)), ..wanted("Renamed", &[]) };
        let second = replaced(&first, vec![wanted("Other", &[3]), kept]).unwrap();
        assert_eq!((second.version, second.groups[1].id), (2, id(101)));
    }

    #[test]
    fn every_rule_names_its_field() {
        let before = AccountGroups::default();
        let stranger = WantedGroup { id: Some(id(9)), ..wanted("Stranger", &[]) };
        let cases = [
            (vec![wanted("  ", &[])], "/groups/0/name"),
            (vec![wanted(&"x".repeat(61), &[])], "/groups/0/name"),
            (vec![wanted("One", &[]), wanted("one ", &[])], "/groups/1/name"),
            (vec![wanted("One", &[1, 4])], "/groups/0/account_ids/1"),
            (vec![stranger], "/groups/0/id"),
            ((0..=GROUPS_MAX).map(|number| wanted(&number.to_string(), &[])).collect(), "/groups"),
        ];
        for (wanted, pointer) in cases {
            let problems = replaced(&before, wanted).unwrap_err();
            assert_eq!(problems.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(), [pointer]);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_keeps_the_rules(
            names in prop::collection::vec("[a-cA-C ]{0,3}", 0..6),
            chosen in prop::collection::vec(0_u128..5, 0..6),
        ) {
            let asked: Vec<WantedGroup> = names.iter().map(|name| wanted(name, &chosen)).collect();
            if let Ok(groups) = replaced(&AccountGroups::default(), asked) {
                let lower: BTreeSet<String> = groups.groups.iter().map(|group| group.name.to_lowercase()).collect();
                prop_assert_eq!(lower.len(), groups.groups.len());
                for group in &groups.groups {
                    let members: BTreeSet<_> = group.account_ids.iter().collect();
                    prop_assert_eq!(members.len(), group.account_ids.len());
                    prop_assert!(members.iter().all(|member| (1..=3).map(account).any(|known| known == **member)));
                }
            }
        }
    }
}
