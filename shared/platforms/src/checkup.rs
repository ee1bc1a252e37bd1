//! Asking a network whether it still gives access, and what its answer changes.

use domain::account::{Account, AccountStatus, Notice};
use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use store::{Change, OrgStore, StoreError};

use crate::network::{Network, Profile};
use crate::vault::Vault;

/// The account as its network knows it. Access that ends within `ahead` is renewed first, and once more if the
/// network says that it ran out.
///
/// # Errors
/// A classified [`Failure`].
pub async fn check(
    vault: &Vault,
    store: &OrgStore,
    account: &Account,
    network: &dyn Network,
    ahead: SignedDuration,
) -> Result<Profile, Failure> {
    let credentials = vault.open_for(store, account, network, ahead).await?;
    match network.check(&credentials).await {
        Err(Failure::TokenExpired { .. }) => network.check(&vault.renew(store, account, network).await?).await,
        other => other,
    }
}

/// What a check changes. Only the network's own refusal asks for connecting again, and what failed on our side says
/// nothing of the account.
///
/// # Errors
/// [`StoreError::Shape`] when it cannot be stored.
pub fn noted(account: &Account, seen: Result<Profile, Failure>, now: Timestamp) -> Result<Change, StoreError> {
    if matches!(seen, Err(Failure::Internal { .. })) {
        return Ok(Change::default());
    }
    let change = Change::default().set("checked_at", &now)?;
    let (status, detail) = match seen {
        Ok(profile) => return healthy(change, account, &profile),
        Err(Failure::Revoked { message } | Failure::TokenExpired { message }) => (AccountStatus::Reconnect, message),
        Err(_) if account.status == AccountStatus::Reconnect => return Ok(change),
        Err(Failure::Rejected { message, advice, .. }) => (AccountStatus::Error, format!("{message}. {advice}")),
        Err(passing) => (AccountStatus::Error, passing.to_string()),
    };
    change.set("status", &status)?.set("status_detail", &Some(detail))
}

fn healthy(change: Change, account: &Account, profile: &Profile) -> Result<Change, StoreError> {
    let change = change
        .set("status", &AccountStatus::Healthy)?
        .set("status_detail", &None::<String>)?
        .set("name", &profile.name)?
        .set("handle", &profile.handle)?
        .set("avatar_url", &profile.avatar_url)?
        .set("url", &profile.url)?
        .set("instance", &profile.instance)?
        .set("limits", &profile.limits)?;
    // Lost once more, it is told once more.
    if account.told == Some(Notice::Lost) { change.set("told", &None::<Notice>) } else { Ok(change) }
}

#[cfg(test)]
mod tests {
    use domain::ids::{AccountId, Ulid, UserId};
    use domain::platform::Platform;

    use super::*;

    fn account(status: AccountStatus) -> Account {
        let now = Timestamp::UNIX_EPOCH;
        Account {
            remote_id: "42".into(),
            name: "Ada".into(),
            handle: "ada@m.example".into(),
            instance: Some("m.example".into()),
            status,
            ..Account::new(AccountId::new(Ulid::from(3_u128)), Platform::Mastodon, UserId::new(Ulid::from(1_u128)), now)
        }
    }

    /// What a check writes, as text.
    fn note(status: AccountStatus, seen: Result<Profile, Failure>) -> String {
        format!("{:?}", noted(&account(status), seen, Timestamp::UNIX_EPOCH).unwrap())
    }

    #[test]
    fn only_a_refusal_asks_for_connecting_again() {
        let text = || "words".to_owned();
        let healthy = AccountStatus::Healthy;
        assert!(note(healthy, Err(Failure::Revoked { message: text() })).contains("\"reconnect\""));
        for passing in [
            Failure::Transient { message: text() },
            Failure::Ambiguous { message: text() },
            Failure::RateLimited { retry_at: None, message: text() },
            Failure::Rejected { code: text(), message: text(), advice: text() },
        ] {
            let note = note(healthy, Err(passing));
            assert!(note.contains("\"error\"") && !note.contains("reconnect"), "{note}");
        }
    }

    #[test]
    fn what_failed_on_our_side_is_not_the_account_s_trouble() {
        let ours = Failure::internal("the key could not be read");
        let note = note(AccountStatus::Healthy, Err(ours));
        assert!(!note.contains("status") && !note.contains("checked_at"), "{note}");
    }

    #[test]
    fn trouble_does_not_hide_that_the_user_must_act() {
        let passing = Failure::Transient { message: "503".into() };
        assert!(!note(AccountStatus::Reconnect, Err(passing)).contains("status"));
        assert!(note(AccountStatus::Reconnect, Ok(Profile::default())).contains("\"healthy\""));
    }
}
