//! Storing a connected account: a new one, or one that was connected before.

use api::{ApiError, ApiResult, Caller};
use domain::account::Account;
use domain::ids::AccountId;
use domain::platform::Platform;
use domain::upkeep;
use platforms::{Connected, Credentials, Profile};
use store::{Condition, OrgKey, OrgStore, RemoteReservation, Write};

use crate::desk::Desk;
use crate::notices;

/// Stores what connecting yielded. A remote account that this organization connected before keeps its
/// id, so posts, schedules and history go on with it.
pub(crate) async fn save(desk: &Desk, store: &OrgStore, caller: &Caller, connected: Connected) -> ApiResult<Account> {
    let (account, writes) = prepare(desk, store, caller, connected).await?;
    commit(store, writes).await?;
    Ok(account)
}

/// The account as it will be, and the writes that make it so: for a transaction of several.
pub(crate) async fn prepare(
    desk: &Desk,
    store: &OrgStore,
    caller: &Caller,
    connected: Connected,
) -> ApiResult<(Account, Vec<Write>)> {
    let Connected { profile, credentials } = connected;
    let platform = credentials.platform();
    let reservation = OrgKey::Remote(platform.as_str(), remote_key(platform, &profile));
    let known: Option<RemoteReservation> = store.get(&reservation).await?;
    let before = match &known {
        Some(known) => store.get::<Account>(&OrgKey::Account(known.account_id)).await?,
        None => None,
    };
    let id = before.as_ref().map_or_else(|| AccountId::new(desk.app.ulid()), |account| account.id);
    let account = account(desk, caller, before.as_ref(), id, profile, &credentials, store).await?;
    let reserved = RemoteReservation { account_id: id };
    let (condition, free) = match &before {
        Some(before) => (Condition::Version(before.version), Condition::Always),
        None if known.is_some() => (Condition::Absent, Condition::Always),
        None => (Condition::Absent, Condition::Absent),
    };
    let action = if before.is_some() { "account.reconnect" } else { "account.connect" };
    let summary = format!("Connected {} on {}.", account.handle, domain::rules::rule(platform).label);
    let mut writes = vec![
        store.put(&reservation, &reserved, free)?,
        store.put(&OrgKey::Account(id), &account, condition)?,
        caller.audit(&desk.app.cloud, store, action, &id, summary)?,
    ];
    if let (Some(app), Some(user)) = (notices::app(desk, &account), credentials.user()) {
        writes.push(store.note_remote_user(app, user, id)?);
    }
    Ok((account, writes))
}

/// Does the writes of [`prepare`], and others with them.
pub(crate) async fn commit(store: &OrgStore, writes: Vec<Write>) -> ApiResult<()> {
    store.transact(writes).await.map_err(|error| {
        if error.is_conflict() {
            ApiError::conflict("The same account is being connected by somebody else. Look at the list of accounts.")
        } else {
            error.into()
        }
    })
}

async fn account(
    desk: &Desk,
    caller: &Caller,
    before: Option<&Account>,
    id: AccountId,
    profile: Profile,
    credentials: &Credentials,
    store: &OrgStore,
) -> ApiResult<Account> {
    let now = desk.app.now();
    Ok(Account {
        remote_id: profile.remote_id,
        name: profile.name,
        handle: profile.handle,
        avatar_url: profile.avatar_url,
        url: profile.url,
        instance: profile.instance,
        limits: profile.limits,
        sealed: desk.vault.seal(store.org(), id, credentials).await.map_err(ApiError::unavailable)?,
        way: credentials.way().map(str::to_owned),
        expires_at: credentials.ends_at(),
        check_at: (credentials != &Credentials::Page)
            .then(|| upkeep::next_check(credentials.ends_at(), now, desk.app.cloud.random.fraction())),
        version: before.map_or(1, |before| before.version + 1),
        ..Account::new(id, credentials.platform(), caller.user, now)
    })
}

/// What makes a remote account one of a kind. Ids of a network of many servers are each server's own.
fn remote_key(platform: Platform, profile: &Profile) -> String {
    match (&profile.instance, platform) {
        (Some(instance), Platform::Mastodon) => format!("{instance}/{}", profile.remote_id),
        _ => profile.remote_id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_on_two_instances_is_two_accounts() {
        let on =
            |instance: &str| Profile { remote_id: "42".into(), instance: Some(instance.into()), ..Profile::default() };
        assert_ne!(remote_key(Platform::Mastodon, &on("a.example")), remote_key(Platform::Mastodon, &on("b.example")));
        // A Bluesky account keeps its DID when it moves to another server.
        assert_eq!(remote_key(Platform::Bluesky, &on("a.example")), remote_key(Platform::Bluesky, &on("b.example")));
    }
}
