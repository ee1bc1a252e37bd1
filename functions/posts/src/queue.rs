//! `POST /api/posts/{id}/queue`: the account's next free slot.

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Path, Tenant, can};
use domain::ids::{AccountId, PostId};
use domain::org::Organization;
use domain::plan;
use domain::post::HeldSlot;
use domain::problem::Problem;
use domain::slots::{SlotPlan, Slots};
use http::StatusCode;
use serde::Deserialize;
use store::OrgKey;

use crate::parts::{load, refused, writes_of};
use crate::timing::{check, wake_and_answer};
use crate::view::PostView;

/// Slots tried when others take them at the same moment.
const TRIES: usize = 20;
/// Where in the transaction the reservation is: right behind the post.
const RESERVATION: usize = 1;

/// Whose slots to use.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueInput {
    /// One of the post's accounts. The post goes to all of them at this one's slot.
    account_id: AccountId,
}

/// Schedule a post at an account's next free slot.
#[utoipa::path(post, path = "/api/posts/{id}/queue", tag = "posts", request_body = QueueInput,
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 200, body = PostView)))]
pub(crate) async fn queue_post(
    tenant: Tenant<can::Publish>,
    Path(id): Path<PostId>,
    version: IfMatch,
    Json(QueueInput { account_id }): Json<QueueInput>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    if !post.targets.iter().any(|target| target.account_id == account_id) {
        return Err(broken("account-not-chosen", "The post does not go to this account.", "Choose one it goes to."));
    }
    check(&tenant, &post).await?;
    let slots = slots_of(&tenant, account_id).await?;
    for _ in 0..TRIES {
        let now = tenant.now();
        let free = tenant.store.free_slots(account_id, &slots, now, Some(id), 1).await?;
        let Some(slot) = free.into_iter().next() else { return Err(full()) };
        let held = HeldSlot { account_id, at: slot.schedule.at };
        let summary = format!("Queued for {} {}", slot.schedule.local, slot.schedule.zone);
        let mut plan = plan::schedule(&post, &deliveries, slot.schedule, now).map_err(refused)?;
        plan.post.slot = Some(held);
        let mut writes = writes_of(&tenant, &post, &plan)?;
        writes.push(tenant.audit("post.queue", &id, summary)?);
        match tenant.store.transact(writes).await {
            Ok(()) => return wake_and_answer(&tenant, (&post, &deliveries), plan, StatusCode::OK).await,
            Err(error) if error.is_conflict_at(0) => return Err(ApiError::stale_version()),
            // Another post took it just now: the next one, then.
            Err(error) if error.is_conflict_at(RESERVATION) && post.slot != Some(held) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::conflict("Many posts are being queued at once. Try again in a moment."))
}

async fn slots_of<P>(tenant: &Tenant<P>, account: AccountId) -> ApiResult<Slots> {
    let key = OrgKey::Slots(account);
    let mut found = tenant.store.get_together(&[key.clone(), OrgKey::Org]).await?;
    let (plan, organization) = (found.take_one::<SlotPlan>(&key)?, found.take_one::<Organization>(&OrgKey::Org)?);
    let Some(plan) = plan.filter(|plan| !plan.times.is_empty()) else {
        let fix = "Set the times at which it likes to post on the accounts page, or schedule the post yourself.";
        return Err(broken("slots-missing", "This account has no slots.", fix));
    };
    let zone = plan.zone.or(organization.map(|organization| organization.zone));
    Slots::new(&plan.times, zone.as_deref().unwrap_or("UTC")).map_err(ApiError::rule_broken)
}

fn broken(code: &str, detail: &str, fix: &str) -> ApiError {
    ApiError::rule_broken(vec![Problem::error("/account_id", code, detail, fix)])
}

fn full() -> ApiError {
    ApiError::conflict("Every slot of the next two years is taken. Add times on the accounts page.")
}
