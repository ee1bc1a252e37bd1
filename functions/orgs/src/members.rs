//! Members: who belongs to an organization and as what.

use api::{Answer, ApiError, ApiResult, App, Json, List, Paging, Path, Query, Tenant, can};
use axum::extract::State;
use domain::ids::{OrgId, UserId};
use domain::membership::{self, Owners};
use domain::org::Member;
use domain::role::Role;
use domain::tenancy::UserScope;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Change, Condition, Order, OrgKey, OrgList, StoreError, Write};
use utoipa::ToSchema;

use crate::guard;

/// A member.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    user_id: UserId,
    email: String,
    name: String,
    role: Role,
    joined_at: Timestamp,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let Member { user_id, email, name, role, joined_at, .. } = member;
        Self { user_id, email, name, role, joined_at }
    }
}

/// List the members.
#[utoipa::path(
    get, path = "/api/orgs/{id}/members", tag = "orgs",
    params(("id" = OrgId, Path), Paging),
    responses((status = 200, body = List<MemberView>))
)]
pub(crate) async fn list_members(
    tenant: Tenant<can::Read>,
    Path(id): Path<OrgId>,
    Query(paging): Query<Paging>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let page = tenant.store.list::<Member>(OrgList::Members, Order::Ascending, &paging.request(200, 500)?).await?;
    Answer::ok(&List::of(page, MemberView::from))
}

/// A member's new role.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangeMember {
    role: Role,
}

/// Change a member's role.
///
/// It counts from the member's next token on, five minutes at most.
#[utoipa::path(
    patch, path = "/api/orgs/{id}/members/{user_id}", tag = "orgs",
    params(("id" = OrgId, Path), ("user_id" = UserId, Path)),
    responses((status = 200, body = MemberView))
)]
pub(crate) async fn change_member(
    tenant: Tenant<can::ManageMembers>,
    Path((id, user)): Path<(OrgId, UserId)>,
    Json(input): Json<ChangeMember>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let key = OrgKey::Member(user);
    let member: Member = tenant.store.get(&key).await?.ok_or_else(ApiError::not_found)?;
    let owners = membership::change(actor(&tenant, &member), member.role, input.role);
    let owners = owners.map_err(|refusal| ApiError::forbidden(refusal.to_string()))?;
    let change = Change::default().set("role", &input.role)?;
    let said = format!("Made {} {} instead of {}.", member.name, input.role.as_str(), member.role.as_str());
    let mut writes = vec![
        tenant.store.change(&key, change, Condition::is("role", &member.role)?),
        guard::owners(&tenant, owners)?,
        tenant.audit("member.role", &user, said)?,
    ];
    writes.extend(guard::still_allowed(&tenant, Some(user))?);
    tenant.store.transact(writes).await.map_err(|error| explain(error, owners))?;
    Answer::ok(&MemberView::from(Member { role: input.role, ..member }))
}

/// Remove a member.
///
/// Their present token works for five minutes at most.
#[utoipa::path(
    delete, path = "/api/orgs/{id}/members/{user_id}", tag = "orgs",
    params(("id" = OrgId, Path), ("user_id" = UserId, Path)),
    responses((status = 204))
)]
pub(crate) async fn remove_member(
    State(app): State<App>,
    tenant: Tenant<can::ManageMembers>,
    Path((id, user)): Path<(OrgId, UserId)>,
) -> ApiResult<StatusCode> {
    tenant.must_be(id)?;
    let member: Member = tenant.store.get(&OrgKey::Member(user)).await?.ok_or_else(ApiError::not_found)?;
    let owners = membership::remove(actor(&tenant, &member), member.role);
    let owners = owners.map_err(|refusal| ApiError::forbidden(refusal.to_string()))?;
    let mut writes = ending(&app, &tenant, &member, owners).await?;
    writes.push(tenant.audit("member.remove", &user, format!("Removed {}.", member.name))?);
    writes.extend(guard::still_allowed(&tenant, Some(user))?);
    tenant.store.transact(writes).await.map_err(|error| explain(error, owners))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave the organization.
#[utoipa::path(
    post, path = "/api/orgs/{id}/leave", tag = "orgs",
    params(("id" = OrgId, Path)),
    responses((status = 204))
)]
pub(crate) async fn leave_org(
    State(app): State<App>,
    tenant: Tenant<can::Read>,
    Path(id): Path<OrgId>,
) -> ApiResult<StatusCode> {
    tenant.must_be(id)?;
    let user = tenant.caller.user;
    let member: Member = tenant.store.get(&OrgKey::Member(user)).await?.ok_or_else(ApiError::not_found)?;
    let owners = Owners::between(Some(member.role), None);
    let mut writes = ending(&app, &tenant, &member, owners).await?;
    writes.push(tenant.audit("member.leave", &user, format!("{} left.", member.name))?);
    tenant.store.transact(writes).await.map_err(|error| explain(error, owners))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The role that the caller acts with towards `member`. Towards oneself the table's word counts, not
/// the token's: nobody takes back with an old token what was taken from them.
fn actor<P>(tenant: &Tenant<P>, member: &Member) -> Role {
    if member.user_id == tenant.caller.user { tenant.role.min(member.role) } else { tenant.role }
}

/// The writes that end a membership; whoever acted in the organization acts in none afterwards.
async fn ending<P>(app: &App, tenant: &Tenant<P>, member: &Member, owners: Owners) -> ApiResult<Vec<Write>> {
    let mut writes = vec![
        tenant.store.delete(&OrgKey::Member(member.user_id), Condition::is("role", &member.role)?),
        guard::owners(tenant, owners)?,
    ];
    let own = app.table.user(UserScope::from_membership(member));
    if let Some(profile) = own.profile().await? {
        let active = profile.active_org.filter(|org| *org != tenant.org);
        let change = Change::default().set("active_org", &active)?;
        writes.push(own.change_profile(change, Condition::is("active_org", &profile.active_org)?));
    }
    Ok(writes)
}

/// Positions as in the transactions above.
fn explain(error: StoreError, owners: Owners) -> ApiError {
    if owners == Owners::Lost && error.is_conflict_at(1) {
        return ApiError::conflict("This is the only owner. Make somebody else an owner first.");
    }
    error.into()
}
