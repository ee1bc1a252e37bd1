//! When a post goes out.

use std::collections::BTreeSet;

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Path, Tenant, can};
use cloud::WakeUp;
use domain::delivery::Delivery;
use domain::ids::{AccountId, PostId};
use domain::org::Organization;
use domain::plan::{self, Plan};
use domain::post::Post;
use domain::when::{self, Disambiguation, Schedule};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{OrgKey, Write};

use crate::parts::{Loaded, commit, input_of, load, must_be_fine, refused, writes_of};
use crate::view::{PostView, post_view};

/// When to publish, as the user says it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleInput {
    /// Wall-clock time, such as `2026-11-24T09:00`.
    local: String,
    /// IANA zone, such as `Europe/Berlin`.
    zone: String,
    /// Which of two readings is meant, on a day when clocks change.
    disambiguation: Option<Disambiguation>,
}

impl ScheduleInput {
    /// The instant it means.
    ///
    /// # Errors
    /// 422 with the ways out; a field at fault lies below `at` in the request.
    pub(crate) fn resolve(&self, now: Timestamp, at: &str) -> ApiResult<Schedule> {
        let time = when::resolve(&self.local, &self.zone, self.disambiguation, now);
        time.map_err(|trouble| ApiError::time_trouble(trouble).below(at))
    }
}

/// Schedule a post, or move it to another time.
#[utoipa::path(post, path = "/api/posts/{id}/schedule", tag = "posts", request_body = ScheduleInput,
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 200, body = PostView)))]
pub(crate) async fn schedule_post(
    tenant: Tenant<can::Publish>,
    Path(id): Path<PostId>,
    version: IfMatch,
    Json(input): Json<ScheduleInput>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    let now = tenant.now();
    let time = input.resolve(now, "")?;
    check(&tenant, &post).await?;
    let summary = format!("Scheduled for {} {}", time.local, time.zone);
    let plan = plan::schedule(&post, &deliveries, time, now).map_err(refused)?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    writes.push(tenant.audit("post.schedule", &id, summary)?);
    store_and_wake(&tenant, (&post, &deliveries), plan, writes, StatusCode::OK).await
}

/// Take a post off the schedule: it becomes a draft again.
#[utoipa::path(post, path = "/api/posts/{id}/unschedule", tag = "posts",
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 200, body = PostView)))]
pub(crate) async fn unschedule_post(
    tenant: Tenant<can::Publish>,
    Path(id): Path<PostId>,
    version: IfMatch,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    let not_scheduled = || ApiError::conflict("It is not scheduled.");
    let plan = plan::unschedule(&post, &deliveries, tenant.now()).map_err(|hindrance| match hindrance {
        plan::Hindrance::NotThere => not_scheduled(),
        other => refused(other),
    })?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    writes.push(tenant.audit("post.unschedule", &id, "Took the post off the schedule")?);
    store_and_wake(&tenant, (&post, &deliveries), plan, writes, StatusCode::OK).await
}

/// Publish a post now.
#[utoipa::path(post, path = "/api/posts/{id}/publish", tag = "posts",
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 202, body = PostView)))]
pub(crate) async fn publish_post(
    tenant: Tenant<can::Publish>,
    Path(id): Path<PostId>,
    version: IfMatch,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    let ((), zone) = tokio::try_join!(check(&tenant, &post), zone_of(&tenant, &post))?;
    let now = tenant.now();
    let plan = plan::schedule(&post, &deliveries, when::immediately(&zone, now), now).map_err(refused)?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    writes.push(tenant.audit("post.publish", &id, "Published at once")?);
    store_and_wake(&tenant, (&post, &deliveries), plan, writes, StatusCode::ACCEPTED).await
}

/// The zone the user thinks in: the schedule's, or the organization's when there is none.
async fn zone_of(tenant: &Tenant<can::Publish>, post: &Post) -> ApiResult<String> {
    if let Some(schedule) = &post.schedule {
        return Ok(schedule.zone.clone());
    }
    let organization = tenant.store.get::<Organization>(&OrgKey::Org).await?;
    Ok(organization.map_or_else(|| "UTC".to_owned(), |organization| organization.zone))
}

/// Only what every network will take is given a time.
pub(crate) async fn check(tenant: &Tenant<can::Publish>, post: &Post) -> ApiResult<()> {
    let input = input_of(post);
    let loaded = Loaded::of(tenant, &input).await?;
    must_be_fine(loaded.composition(&input).problems())
}

/// Stores a plan, then arranges its wake-up and forgets the old one. The table is the truth: should
/// queue or scheduler be out of reach, the sweep publishes up to a minute late, and the answer stands.
pub(crate) async fn store_and_wake<P>(
    tenant: &Tenant<P>,
    before: (&Post, &[Delivery]),
    plan: Plan,
    writes: Vec<Write>,
    status: StatusCode,
) -> ApiResult<Answer> {
    commit(tenant, writes).await?;
    wake_and_answer(tenant, before, plan, status).await
}

/// What follows once a plan is stored.
pub(crate) async fn wake_and_answer<P>(
    tenant: &Tenant<P>,
    (before, deliveries): (&Post, &[Delivery]),
    plan: Plan,
    status: StatusCode,
) -> ApiResult<Answer> {
    let old = async {
        if before.schedule.is_some() {
            forget(tenant, before).await;
        }
    };
    tokio::join!(old, wake(tenant, &plan.post));
    let deliveries = after(deliveries, &plan);
    let version = plan.post.version;
    let view = post_view(tenant, plan.post, deliveries).await?;
    let answer = if status == StatusCode::ACCEPTED { Answer::accepted(&view)? } else { Answer::ok(&view)? };
    Ok(answer.version(version))
}

/// Wakes `publish` for the post's time, if it has one.
pub(crate) async fn wake<P>(tenant: &Tenant<P>, post: &Post) {
    let Some(schedule) = &post.schedule else { return };
    if let Err(error) = tenant.cloud.wake(wake_up(tenant, post), schedule.at).await {
        tracing::error!(post = %post.id, error, "no wake-up: the sweep will publish");
    }
}

/// Removes the schedule of an older revision. One that stays does nothing.
pub(crate) async fn forget<P>(tenant: &Tenant<P>, post: &Post) {
    let Some(schedule) = &post.schedule else { return };
    let at = domain::wake::scheduled_at(schedule.at);
    // What was due sooner never had a schedule, and one that was set ahead of now has fired.
    if at <= tenant.now() {
        return;
    }
    if let Err(error) = tenant.cloud.forget(wake_up(tenant, post), at).await {
        tracing::warn!(post = %post.id, %error, "a stale wake-up stays");
    }
}

fn wake_up<P>(tenant: &Tenant<P>, post: &Post) -> WakeUp {
    WakeUp { org: tenant.org, post: post.id, revision: post.revision }
}

/// The deliveries that a plan stores.
pub(crate) fn current(plan: &Plan) -> Vec<Delivery> {
    plan.deliveries.iter().filter_map(|change| change.after.clone()).collect()
}

/// All deliveries of the post as the plan leaves them, in the order in which they are read.
pub(crate) fn after(before: &[Delivery], plan: &Plan) -> Vec<Delivery> {
    let changed: BTreeSet<AccountId> =
        plan.deliveries.iter().filter_map(|change| change.before.as_ref()).map(|before| before.account_id).collect();
    let kept = before.iter().filter(|delivery| !changed.contains(&delivery.account_id)).cloned();
    let mut all: Vec<Delivery> = kept.chain(current(plan)).collect();
    all.sort_by_key(|delivery| delivery.account_id);
    all
}
