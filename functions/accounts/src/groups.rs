//! Groups of accounts: one item per organization, replaced as a whole.

use std::collections::BTreeSet;

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Tenant, can};
use domain::account::Account;
use domain::groups::{AccountGroup, AccountGroups, WantedGroup};
use domain::ids::{AccountId, GroupId};
use serde::{Deserialize, Serialize};
use store::{Condition, Order, OrgKey, OrgList, PageRequest};
use utoipa::ToSchema;

use crate::manage::ACCOUNTS_MAX;

/// The groups that an organization shall have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupsInput {
    /// All of them, 50 at most; one that is not listed is removed.
    groups: Vec<WantedGroup>,
}

/// An organization's groups of accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountGroups)]
pub(crate) struct GroupsView {
    /// Also the `ETag`; 0 while none were set.
    version: u64,
    groups: Vec<AccountGroup>,
}

/// List the groups of accounts.
#[utoipa::path(get, path = "/api/accounts/groups", tag = "accounts", responses((status = 200, body = GroupsView)))]
pub(crate) async fn get_groups(tenant: Tenant<can::Read>) -> ApiResult<Answer> {
    answer(load(&tenant).await?)
}

/// Replace the groups of accounts.
#[utoipa::path(put, path = "/api/accounts/groups", tag = "accounts", request_body = GroupsInput,
    params(("If-Match" = String, Header)), responses((status = 200, body = GroupsView)))]
pub(crate) async fn put_groups(
    tenant: Tenant<can::Publish>,
    version: IfMatch,
    Json(input): Json<GroupsInput>,
) -> ApiResult<Answer> {
    let before = load(&tenant).await?;
    version.must_be(before.version)?;
    let all = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
    let accounts = tenant.store.list::<Account>(OrgList::Accounts, Order::Ascending, &all).await?.items;
    let accounts: BTreeSet<AccountId> = accounts.iter().map(|account| account.id).collect();
    let groups = before.replaced(input.groups, &accounts, || GroupId::new(tenant.ulid()));
    let groups = groups.map_err(ApiError::rule_broken)?;
    let unchanged = if before.version == 0 { Condition::Absent } else { Condition::Version(before.version) };
    let writes = vec![
        tenant.store.put(&OrgKey::Groups, &groups, unchanged)?,
        tenant.audit("account.groups", &tenant.org, format!("Set {} groups of accounts", groups.groups.len()))?,
    ];
    let stored = tenant.store.transact(writes).await;
    stored.map_err(|error| if error.is_conflict() { ApiError::stale_version() } else { error.into() })?;
    answer(groups)
}

async fn load<P>(tenant: &Tenant<P>) -> ApiResult<AccountGroups> {
    Ok(tenant.store.get(&OrgKey::Groups).await?.unwrap_or_default())
}

fn answer(groups: AccountGroups) -> ApiResult<Answer> {
    let AccountGroups { version, groups } = groups;
    Ok(Answer::ok(&GroupsView { version, groups })?.version(version))
}
