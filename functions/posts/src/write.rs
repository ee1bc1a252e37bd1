//! Writing, reading, duplicating and deleting posts.

use api::{Answer, ApiError, ApiResult, Idempotency, IfMatch, Json, Path, Tenant, can};
use domain::ids::PostId;
use domain::plan;
use domain::post::Post;
use http::StatusCode;
use serde::Serialize;
use store::{Condition, OrgKey};

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
    match input.parts() {
        (input, None) => {
            let loaded = Loaded::of(&tenant, &input).await?;
            save_draft(&tenant, &idempotency, &asked, input, &loaded, "post.create").await
        }
        (input, Some(schedule)) => save_scheduled(&tenant, &idempotency, &asked, input, &schedule).await,
    }
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
    }
    let loaded = loaded.narrowed(&input);
    let asked = input_of(&original);
    save_draft(&tenant, &idempotency, &asked, input, &loaded, "post.duplicate").await
}

/// Saves a post together with its time: both or neither.
async fn save_scheduled(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    asked: &NewPost,
    input: PostInput,
    schedule: &ScheduleInput,
) -> ApiResult<Answer> {
    if !tenant.role.may(domain::role::Action::Publish) {
        return Err(ApiError::forbidden("Editors and above can schedule. Save it as a draft, or ask one of them."));
    }
    let time = schedule.resolve(tenant.now(), "/schedule")?;
    let loaded = Loaded::of(tenant, &input).await?;
    must_be_fine(loaded.composition(&input).problems())?;
    let summary = format!("Scheduled for {} {}", time.local, time.zone);
    let plan = plan::create(Post { schedule: Some(time), ..draft(tenant, input, &loaded) });
    let mut writes = writes_of_new(tenant, &plan)?;
    writes.extend(loaded.note_uses(tenant, plan.post.id)?);
    writes.push(tenant.audit("post.create", &plan.post.id, summary)?);
    let deliveries = current(&plan);
    let answer = Answer::created(&post_view(tenant, plan.post.clone(), deliveries).await?)?.version(plan.post.version);
    let answer = idempotency.commit(asked, writes, answer, Into::into).await?;
    wake(tenant, &plan.post).await;
    Ok(answer)
}

async fn save_draft(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    asked: &impl Serialize,
    input: PostInput,
    loaded: &Loaded,
    action: &str,
) -> ApiResult<Answer> {
    must_be_fine(loaded.composition(&input).structural_problems())?;
    let post = draft(tenant, input, loaded);
    let mut writes = vec![tenant.store.put(&OrgKey::Post(post.id), &post, Condition::Absent)?];
    writes.extend(loaded.note_uses(tenant, post.id)?);
    writes.push(tenant.audit(action, &post.id, "Saved a draft")?);
    let answer = Answer::created(&post_view(tenant, post, Vec::new()).await?)?.version(1);
    idempotency.commit(asked, writes, answer, Into::into).await
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
