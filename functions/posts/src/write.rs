//! Writing, reading, duplicating and deleting posts.

use api::{Answer, ApiError, ApiResult, Idempotency, IfMatch, Json, Path, Tenant, can};
use domain::delivery::Delivery;
use domain::ids::PostId;
use domain::plan;
use domain::post::Post;
use domain::when::Schedule;
use http::StatusCode;
use serde::Serialize;
use store::Write;

use crate::parts::{
    Loaded, NewPost, PostInput, commit, draft, input_of, load, must_be_fine, refused, removal_of, writes_of,
    writes_of_new,
};
use crate::timing::{ScheduleInput, current, wake};
use crate::view::{PostView, post_view};

/// Save a new post: as a draft, or scheduled.
#[utoipa::path(post, path = "/api/posts", tag = "posts", request_body = NewPost,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = PostView)))]
pub(crate) async fn create_post(
    tenant: Tenant<can::Write>,
    idempotency: Idempotency,
    Json(input): Json<NewPost>,
) -> ApiResult<Answer> {
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    let asked = input.clone();
    let (input, schedule) = input.parts();
    let schedule = schedule.map(|schedule| resolve_for(&tenant, &schedule)).transpose()?;
    let loaded = Loaded::of(&tenant, &input).await?;
    let new = new_post(&tenant, input, schedule, &loaded, "post.create")?;
    save_new(&tenant, &idempotency, &asked, new).await
}

/// Copy a post as a new draft.
#[utoipa::path(post, path = "/api/posts/{id}/duplicate", tag = "posts",
    params(("id" = PostId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = PostView)))]
pub(crate) async fn duplicate_post(
    tenant: Tenant<can::Write>,
    idempotency: Idempotency,
    Path(id): Path<PostId>,
) -> ApiResult<Answer> {
    let (original, _) = load(&tenant, id).await?;
    let mut input = input_of(&original);
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    let loaded = Loaded::of(&tenant, &input).await?;
    // What is gone since cannot be copied; everything else can.
    input.targets.retain(|target| loaded.accounts.iter().any(|account| account.id == target.account_id));
    let exists = |id: &domain::ids::FileId| loaded.files.iter().any(|file| file.id == *id);
    input.media.retain(exists);
    let parts = input.thread.iter_mut().map(|part| &mut part.media);
    let own = input.targets.iter_mut().flat_map(|target| {
        let parts = target.thread.iter_mut().flatten().map(|part| &mut part.media);
        target.media.iter_mut().chain(parts)
    });
    for media in parts.chain(own) {
        media.retain(exists);
    }
    for target in &mut input.targets {
        target.cover = target.cover.filter(|cover| cover.media_id().is_none_or(|id| exists(&id)));
        target.subtitles.retain(|one| exists(&one.media_id));
    }
    let loaded = loaded.narrowed(&input);
    let asked = input_of(&original);
    let new = new_post(&tenant, input, None, &loaded, "post.duplicate")?;
    save_new(&tenant, &idempotency, &asked, new).await
}

/// The time that a new post is to have, for those who may give it one.
fn resolve_for(tenant: &Tenant<can::Write>, schedule: &ScheduleInput) -> ApiResult<Schedule> {
    if !tenant.role.may(domain::role::Action::Publish) {
        return Err(ApiError::forbidden("Editors and above can schedule. Save it as a draft, or ask one of them."));
    }
    schedule.resolve(tenant.now(), "/schedule")
}

/// A post that is new, with its deliveries and all that stores them.
pub(crate) struct NewWrites {
    pub(crate) post: Post,
    deliveries: Vec<Delivery>,
    pub(crate) writes: Vec<Write>,
}

/// A new post, judged: with a time it must be fine for every network, as a draft only fit to be kept. Post and time are
/// stored both or neither.
pub(crate) fn new_post(
    tenant: &Tenant<can::Write>,
    input: PostInput,
    schedule: Option<Schedule>,
    loaded: &Loaded,
    action: &str,
) -> ApiResult<NewWrites> {
    let composition = loaded.composition(&input);
    must_be_fine(if schedule.is_some() { composition.problems() } else { composition.structural_problems() })?;
    let summary = match &schedule {
        Some(time) => format!("Scheduled for {} {}", time.local, time.zone),
        None => "Saved a draft".to_owned(),
    };
    let plan = plan::create(Post { schedule, ..draft(tenant, input, loaded) });
    let mut writes = writes_of_new(tenant, &plan)?;
    writes.extend(loaded.note_uses(tenant, plan.post.id)?);
    writes.push(tenant.audit(action, &plan.post.id, summary)?);
    let deliveries = current(&plan);
    Ok(NewWrites { post: plan.post, deliveries, writes })
}

async fn save_new(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    asked: &impl Serialize,
    new: NewWrites,
) -> ApiResult<Answer> {
    let NewWrites { post, deliveries, writes } = new;
    let answer = Answer::created(&post_view(tenant, post.clone(), deliveries).await?)?.version(post.version);
    let answer = idempotency.commit(asked, writes, answer, Into::into).await?;
    wake(tenant, &post).await;
    Ok(answer)
}

/// Read a post with its deliveries.
#[utoipa::path(get, path = "/api/posts/{id}", tag = "posts", params(("id" = PostId, Path)), responses((status = 200, body = PostView)))]
pub(crate) async fn get_post(tenant: Tenant<can::Read>, Path(id): Path<PostId>) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    let version = post.version;
    Ok(Answer::ok(&post_view(&tenant, post, deliveries).await?)?.version(version))
}

/// Replace a post's content. What is published stays at the networks as it is.
#[utoipa::path(put, path = "/api/posts/{id}", tag = "posts", request_body = PostInput,
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 200, body = PostView)))]
pub(crate) async fn update_post(
    tenant: Tenant<can::Write>,
    Path(id): Path<PostId>,
    version: IfMatch,
    Json(input): Json<PostInput>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    let scheduled = post.schedule.is_some();
    if scheduled && !tenant.role.may(domain::role::Action::Publish) {
        return Err(ApiError::forbidden("It is scheduled: editors and above can change it now."));
    }
    let loaded = Loaded::of(&tenant, &input).await?;
    let composition = loaded.composition(&input);
    must_be_fine(if scheduled { composition.problems() } else { composition.structural_problems() })?;
    let edited = Post {
        files: loaded.media_uses(&input),
        text: input.text,
        media: input.media,
        thread: input.thread,
        first_comment: input.first_comment,
        targets: loaded.targets.clone(),
        ..post.clone()
    };
    let plan = plan::edit(&edited, &deliveries, tenant.now()).map_err(refused)?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    writes.extend(loaded.note_uses(&tenant, id)?);
    writes.push(tenant.audit("post.update", &id, "Changed the content")?);
    crate::timing::store_and_wake(&tenant, (&post, &deliveries), plan, writes, StatusCode::OK).await
}

/// Delete a post from Atelier. What is published stays at the networks.
#[utoipa::path(delete, path = "/api/posts/{id}", tag = "posts",
    params(("id" = PostId, Path), ("If-Match" = String, Header)), responses((status = 204)))]
pub(crate) async fn delete_post(
    tenant: Tenant<can::Write>,
    Path(id): Path<PostId>,
    version: IfMatch,
) -> ApiResult<StatusCode> {
    let (post, deliveries) = load(&tenant, id).await?;
    version.must_be(post.version)?;
    if post.schedule.is_some() && !tenant.role.may(domain::role::Action::Publish) {
        return Err(ApiError::forbidden("It is scheduled: editors and above can delete it now."));
    }
    let mut writes = removal_of(&tenant, &post, &plan::delete(&deliveries).map_err(refused)?)?;
    writes.push(tenant.audit("post.delete", &id, "Deleted the post from Atelier")?);
    commit(&tenant, writes).await?;
    crate::timing::forget(&tenant, &post).await;
    Ok(StatusCode::NO_CONTENT)
}
