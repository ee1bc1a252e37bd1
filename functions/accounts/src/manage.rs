//! Accounts that are connected: list, check, disconnect.

use api::{Answer, ApiError, ApiResult, List, Path, Tenant, can};
use axum::extract::State;
use domain::account::{Account, AccountStatus};
use domain::delivery::Failure;
use domain::ids::AccountId;
use domain::listed::PostInList;
use domain::org::Organization;
use domain::platform::Platform;
use domain::upkeep;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use platforms::{Profile, checkup};
use store::{CalendarRange, Change, Condition, Order, OrgKey, OrgList, OrgStore, PageRequest, StoreError};

use crate::desk::Desk;
use crate::trouble;
use crate::view::AccountView;

/// Most accounts of an organization that a list shows.
pub(crate) const ACCOUNTS_MAX: usize = 500;
/// Access that ends sooner is renewed by a check.
const SOON: SignedDuration = SignedDuration::from_hours(1);
/// How far back a delivery may still be unfinished: far beyond the end of all retries.
const UNFINISHED_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// List the organization's accounts.
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", responses((status = 200, body = List<AccountView>)))]
pub(crate) async fn list_accounts(tenant: Tenant<can::Read>) -> ApiResult<Answer> {
    let all = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
    let page = tenant.store.list::<Account>(OrgList::Accounts, Order::Ascending, &all).await?;
    Answer::ok(&List::of(page, AccountView::from))
}

/// Check an account: whether its network still accepts the connection, and how it looks there now.
#[utoipa::path(
    post, path = "/api/accounts/{id}/check", tag = "accounts",
    params(("id" = AccountId, Path)),
    responses((status = 200, body = AccountView))
)]
pub(crate) async fn check_account(
    State(desk): State<Desk>,
    tenant: Tenant<can::Write>,
    Path(id): Path<AccountId>,
) -> ApiResult<Answer> {
    let account = load(&tenant.store, id).await?;
    if account.status == AccountStatus::Disconnected {
        return Err(ApiError::conflict("This account is disconnected. Connect it again first."));
    }
    let seen = match look(&desk, &tenant.store, &account).await? {
        Err(ours @ Failure::Internal { .. }) => return Err(trouble::unanswered(ours, tenant.now())),
        seen => seen,
    };
    let mut change = checkup::noted(&account, seen, tenant.now())?;
    if account.check_at.is_none() && account.platform != Platform::Page {
        let next = upkeep::next_check(account.expires_at, tenant.now(), tenant.cloud.random.fraction());
        change = change.check_at(id, next)?;
    }
    let fresh = load(&tenant.store, id).await?;
    match change_connected(&tenant.store, &fresh, change).await {
        // Changed in between: what is there now is newer than this check.
        Err(error) if !error.is_conflict() => return Err(error.into()),
        _ => {}
    }
    Answer::ok(&AccountView::from(load(&tenant.store, id).await?))
}

pub(crate) async fn load(store: &OrgStore, id: AccountId) -> ApiResult<Account> {
    store.get(&OrgKey::Account(id)).await?.ok_or_else(ApiError::not_found)
}

/// The account as its network knows it, renewing access once if it ran out.
async fn look(desk: &Desk, store: &OrgStore, account: &Account) -> ApiResult<Result<Profile, Failure>> {
    if account.platform == Platform::Page {
        let org: Organization = store.get(&OrgKey::Org).await?.ok_or_else(ApiError::not_found)?;
        return Ok(Ok(desk.page.profile(&org)));
    }
    let network = desk.network(account.platform);
    Ok(checkup::check(&desk.vault, store, account, network, SOON).await)
}

/// Changes the account if it is still as `seen`.
async fn change_connected(store: &OrgStore, seen: &Account, change: Change) -> Result<(), StoreError> {
    let write = store.change(&OrgKey::Account(seen.id), change.add("version", 1), Condition::Version(seen.version));
    store.transact(vec![write]).await
}

/// Disconnect an account.
///
/// Its credentials are destroyed and, where the network offers it, revoked. What it published stays.
#[utoipa::path(
    delete, path = "/api/accounts/{id}", tag = "accounts",
    params(("id" = AccountId, Path)),
    responses((status = 204))
)]
pub(crate) async fn disconnect_account(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Path(id): Path<AccountId>,
) -> ApiResult<StatusCode> {
    let account = load(&tenant.store, id).await?;
    if account.status == AccountStatus::Disconnected {
        return Ok(StatusCode::NO_CONTENT);
    }
    if is_needed(&tenant.store, id, tenant.now()).await? {
        return Err(ApiError::in_use(
            "Posts are still going out to this account. Unschedule them or wait, then disconnect.",
        ));
    }
    let summary = format!("Disconnected {} on {}.", account.handle, domain::rules::rule(account.platform).label);
    let audit = tenant.audit("account.disconnect", &id, summary)?;
    // As a whole: an account that is given up is in no index.
    let given_up = Account {
        status: AccountStatus::Disconnected,
        status_detail: None,
        sealed: None,
        refresh_lease: None,
        expires_at: None,
        check_at: None,
        offered: None,
        version: account.version + 1,
        ..account.clone()
    };
    let write = tenant.store.put(&OrgKey::Account(id), &given_up, Condition::Version(account.version))?;
    let forgotten = tenant.store.delete(&OrgKey::Offers(id), Condition::Always);
    tenant.store.transact(vec![write, audit, forgotten]).await?;
    revoke(&desk, &tenant.store, &account).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a delivery to the account is scheduled or under way.
async fn is_needed(store: &OrgStore, id: AccountId, now: Timestamp) -> ApiResult<bool> {
    let range = CalendarRange::Between(now - UNFINISHED_FOR, Timestamp::MAX);
    let mut page = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
    loop {
        let posts = store.calendar(range, "unfinished", &page, |post| awaits(post, id)).await?;
        if !posts.items.is_empty() {
            return Ok(true);
        }
        match posts.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return Ok(false),
        }
    }
}

fn awaits(listed: &PostInList, id: AccountId) -> bool {
    let unfinished = listed.outcomes.get(&id).is_none_or(|outcome| !outcome.state.is_end());
    listed.post.schedule.is_some() && listed.goes_to(id) && unfinished
}

/// Gives the access up at the network. Ours is destroyed already, so failing costs nothing here.
async fn revoke(desk: &Desk, store: &OrgStore, account: &Account) {
    let result = match desk.vault.open(store.org(), account).await {
        Ok(credentials) => desk.network(account.platform).revoke(&credentials).await,
        Err(error) => Err(error.into()),
    };
    if let Err(failure) = result {
        tracing::warn!(class = ?failure.outcome(), account = %account.id, "access was not revoked at the network");
    }
}

#[cfg(test)]
mod tests;
