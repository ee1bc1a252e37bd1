//! An account's slots: the times of the week at which it likes to post.

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Path, Tenant, can};
use domain::account::Account;
use domain::ids::AccountId;
use domain::org::Organization;
use domain::slots::{Slot, SlotPlan, SlotTime, Slots};
use serde::{Deserialize, Serialize};
use store::{Condition, OrgKey};
use utoipa::ToSchema;

/// Free slots that an answer looks ahead.
const AHEAD: usize = 10;

/// The times at which an account likes to post.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotsInput {
    /// IANA zone; null = the organization's.
    #[schema(required, example = "Europe/Berlin")]
    zone: Option<String>,
    /// The times, 50 at most, in any order.
    times: Vec<SlotTime>,
}

/// An account's slots.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountSlots)]
pub(crate) struct SlotsView {
    /// The account.
    account_id: AccountId,
    /// Also the `ETag`; 0 while none were set.
    version: u64,
    /// IANA zone that was chosen; null = the organization's.
    #[schema(required)]
    own_zone: Option<String>,
    /// IANA zone in which the times are.
    zone: String,
    /// The times, in order of the week.
    times: Vec<SlotTime>,
    /// The next ones that no queued post holds.
    next_free: Vec<Slot>,
}

/// Read an account's slots with the next free ones.
#[utoipa::path(get, path = "/api/accounts/{id}/slots", tag = "accounts", params(("id" = AccountId, Path)),
    responses((status = 200, body = SlotsView)))]
pub(crate) async fn get_slots(tenant: Tenant<can::Read>, Path(id): Path<AccountId>) -> ApiResult<Answer> {
    let (plan, zone) = load(&tenant, id).await?;
    answer(&tenant, plan, zone).await
}

/// Replace an account's slots. Posts that are queued already stay where they are.
#[utoipa::path(put, path = "/api/accounts/{id}/slots", tag = "accounts", request_body = SlotsInput,
    params(("id" = AccountId, Path), ("If-Match" = String, Header)), responses((status = 200, body = SlotsView)))]
pub(crate) async fn put_slots(
    tenant: Tenant<can::Publish>,
    Path(id): Path<AccountId>,
    version: IfMatch,
    Json(input): Json<SlotsInput>,
) -> ApiResult<Answer> {
    let (before, zone) = load(&tenant, id).await?;
    version.must_be(before.version)?;
    let checked = Slots::new(&input.times, input.zone.as_deref().unwrap_or(&zone)).map_err(ApiError::rule_broken)?;
    let plan = SlotPlan { account_id: id, zone: input.zone, times: checked.times(), version: before.version + 1 };
    let unchanged = if before.version == 0 { Condition::Absent } else { Condition::Version(before.version) };
    let writes = vec![
        tenant.store.put(&OrgKey::Slots(id), &plan, unchanged)?,
        tenant.audit("account.slots", &id, format!("Set {} times of the week", plan.times.len()))?,
    ];
    tenant
        .store
        .transact(writes)
        .await
        .map_err(|error| if error.is_conflict() { ApiError::stale_version() } else { error.into() })?;
    answer(&tenant, plan, zone).await
}

/// The slots of an account that exists, and the organization's zone.
async fn load<P>(tenant: &Tenant<P>, id: AccountId) -> ApiResult<(SlotPlan, String)> {
    let (account, plan) = (OrgKey::Account(id), OrgKey::Slots(id));
    let mut found = tenant.store.get_together(&[account.clone(), plan.clone(), OrgKey::Org]).await?;
    let (account, plan) = (found.take_one::<Account>(&account)?, found.take_one::<SlotPlan>(&plan)?);
    let organization: Option<Organization> = found.take_one(&OrgKey::Org)?;
    let none = || SlotPlan { account_id: id, zone: None, times: Vec::new(), version: 0 };
    match (account, organization) {
        (Some(_), Some(organization)) => Ok((plan.unwrap_or_else(none), organization.zone)),
        _ => Err(ApiError::not_found()),
    }
}

async fn answer<P>(tenant: &Tenant<P>, plan: SlotPlan, organization_zone: String) -> ApiResult<Answer> {
    let zone = plan.zone.clone().unwrap_or(organization_zone);
    let slots = Slots::new(&plan.times, &zone).map_err(ApiError::rule_broken)?;
    let next_free = tenant.store.free_slots(plan.account_id, &slots, tenant.now(), None, AHEAD).await?;
    let version = plan.version;
    let view =
        SlotsView { account_id: plan.account_id, version, own_zone: plan.zone, zone, times: plan.times, next_free };
    Ok(Answer::ok(&view)?.version(version))
}
