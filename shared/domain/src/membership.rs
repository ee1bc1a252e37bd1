//! Who may change whose membership, and what that does to the number of owners.

use crate::role::Role;

/// Why a membership cannot be changed like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The member is above whoever asks.
    #[error("You cannot change a member whose role is above yours.")]
    AboveYou,
    /// The role is above that of whoever asks.
    #[error("You cannot give a role above your own.")]
    MoreThanYouHave,
}

/// What a change does to the number of owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owners {
    /// Nothing.
    Same,
    /// One more.
    Gained,
    /// One fewer: only where another stays.
    Lost,
}

impl Owners {
    /// What it does when a member's role changes; absent means not a member.
    #[must_use]
    pub fn between(from: Option<Role>, to: Option<Role>) -> Self {
        match (from == Some(Role::Owner), to == Some(Role::Owner)) {
            (false, true) => Self::Gained,
            (true, false) => Self::Lost,
            _ => Self::Same,
        }
    }
}

/// Decides whether `actor` may give the role `to` to a member who has the role `from`.
///
/// # Errors
/// [`Refusal`].
pub fn change(actor: Role, from: Role, to: Role) -> Result<Owners, Refusal> {
    remove(actor, from)?;
    if actor.may_grant(to) { Ok(Owners::between(Some(from), Some(to))) } else { Err(Refusal::MoreThanYouHave) }
}

/// Decides whether `actor` may remove a member who has the role `from`. Everybody may leave.
///
/// # Errors
/// [`Refusal::AboveYou`].
pub fn remove(actor: Role, from: Role) -> Result<Owners, Refusal> {
    if actor.may_grant(from) { Ok(Owners::between(Some(from), None)) } else { Err(Refusal::AboveYou) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    fn role() -> impl Strategy<Value = Role> {
        select(Role::ALL.to_vec())
    }

    /// The condition under which the table carries a change out.
    fn apply(owners: u32, change: Owners) -> Option<u32> {
        match change {
            Owners::Same => Some(owners),
            Owners::Gained => Some(owners + 1),
            Owners::Lost => (owners > 1).then(|| owners - 1),
        }
    }

    proptest! {
        #[test]
        fn the_count_is_right_and_never_zero(
            steps in vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), role(), 0..4), 0..60),
        ) {
            let mut members = vec![Role::Owner];
            let mut owners = 1;
            for (actor, target, to, step) in steps {
                if members.is_empty() {
                    break;
                }
                let (actor, target) = (members[actor.index(members.len())], target.index(members.len()));
                let from = members[target];
                let (change, to) = match step {
                    0 if actor.may_grant(to) => {
                        members.push(to);
                        owners = apply(owners, Owners::between(None, Some(to))).unwrap();
                        continue;
                    }
                    1 => (remove(actor, from), None),
                    2 => (Ok(Owners::between(Some(from), None)), None),
                    _ => (change(actor, from, to), Some(to)),
                };
                let Some(count) = change.ok().and_then(|change| apply(owners, change)) else { continue };
                owners = count;
                match to {
                    Some(to) => members[target] = to,
                    None => drop(members.remove(target)),
                }
                let counted = members.iter().filter(|role| **role == Role::Owner).count();
                prop_assert_eq!(counted, owners as usize);
                prop_assert!(owners >= 1);
            }
        }

        #[test]
        fn nobody_touches_or_makes_somebody_above_them(actor in role(), from in role(), to in role()) {
            let allowed = change(actor, from, to).is_ok();
            prop_assert_eq!(allowed, actor >= Role::Admin && from <= actor && to <= actor);
            prop_assert_eq!(remove(actor, from).is_ok(), actor >= Role::Admin && from <= actor);
        }
    }
}
