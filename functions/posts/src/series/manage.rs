//! Changing a series: content and rule, pause, resume, stop.

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Path, Tenant, can};
use domain::ids::SeriesId;
use domain::media::UsedBy;
use domain::plan;
use domain::post::Post;
use domain::series::{Series, SeriesState, Step};
use http::StatusCode;
use store::{Condition, OrgKey, Write};

use super::SeriesInput;
use super::parts::{Checked, load, next_post, rule_broken, take_back, unclaimed_post, upcoming_post};
use super::view::{SeriesView, series_view};
use crate::parts::{commit, refused, writes_of};
use crate::timing::{forget, wake};

/// What a change does to the posts of a series.
#[derive(Default)]
struct PostChange {
    writes: Vec<Write>,
    /// Whose wake-up is stale.
    old: Option<Post>,
    /// Who waits now.
    new: Option<Post>,
}

/// Change content or rule for the posts to come, the waiting one included.
#[utoipa::path(put, path = "/api/series/{id}", tag = "series", request_body = SeriesInput,
    params(("id" = SeriesId, Path), ("If-Match" = String, Header)), responses((status = 200, body = SeriesView)))]
pub(crate) async fn update_series(
    tenant: Tenant<can::Publish>,
    Path(id): Path<SeriesId>,
    version: IfMatch,
    Json(input): Json<SeriesInput>,
) -> ApiResult<Answer> {
    let series = load(&tenant, id).await?;
    version.must_be(series.version)?;
    let checked = Checked::of(&tenant, &input).await?;
    let edited = Series {
        version: series.version + 1,
        content: checked.content.clone(),
        updated_at: tenant.now(),
        ..series.clone()
    };
    let (after, change) = if checked.rule == series.rule {
        let change = edit_waiting(&tenant, &edited, &checked).await?;
        (edited, change)
    } else {
        with_rule(&tenant, &series, edited, &checked).await?
    };
    store(&tenant, &series, &after, change, "series.update", "Changed content or rule").await
}

/// Pause a series: its waiting post is taken back, and none is made until it is resumed.
#[utoipa::path(post, path = "/api/series/{id}/pause", tag = "series",
    params(("id" = SeriesId, Path), ("If-Match" = String, Header)), responses((status = 200, body = SeriesView)))]
pub(crate) async fn pause_series(
    tenant: Tenant<can::Publish>,
    Path(id): Path<SeriesId>,
    version: IfMatch,
) -> ApiResult<Answer> {
    let series = load(&tenant, id).await?;
    version.must_be(series.version)?;
    if series.state != SeriesState::Active {
        return Err(ApiError::conflict("Only a series that is going can be paused."));
    }
    let change = take_back_waiting(&tenant, &series).await?;
    store(&tenant, &series, &series.paused(tenant.now()), change, "series.pause", "Paused the series").await
}

/// Resume a paused series with its next time. What fell into the pause does not go out.
#[utoipa::path(post, path = "/api/series/{id}/resume", tag = "series",
    params(("id" = SeriesId, Path), ("If-Match" = String, Header)), responses((status = 200, body = SeriesView)))]
pub(crate) async fn resume_series(
    tenant: Tenant<can::Publish>,
    Path(id): Path<SeriesId>,
    version: IfMatch,
) -> ApiResult<Answer> {
    let series = load(&tenant, id).await?;
    version.must_be(series.version)?;
    if series.state != SeriesState::Paused {
        return Err(ApiError::conflict("Only a paused series can be resumed."));
    }
    let input = SeriesInput::of(&series);
    let checked = Checked::of(&tenant, &input).await?;
    let step = series.resumed(tenant.now());
    let change = made(&tenant, &checked, &step)?;
    store(&tenant, &series, &step.series, change, "series.resume", "Resumed the series").await
}

/// Stop a series for good: its waiting post is taken back. What went out stays.
#[utoipa::path(delete, path = "/api/series/{id}", tag = "series",
    params(("id" = SeriesId, Path), ("If-Match" = String, Header)), responses((status = 204)))]
pub(crate) async fn delete_series(
    tenant: Tenant<can::Publish>,
    Path(id): Path<SeriesId>,
    version: IfMatch,
) -> ApiResult<StatusCode> {
    let series = load(&tenant, id).await?;
    version.must_be(series.version)?;
    let change = take_back_waiting(&tenant, &series).await?;
    let mut writes = vec![tenant.store.delete(&OrgKey::Series(id), Condition::Version(series.version))];
    writes.extend(change.writes);
    writes.push(tenant.audit("series.delete", &id, "Stopped the series")?);
    commit(&tenant, writes).await?;
    if let Some(old) = &change.old {
        forget(&tenant, old).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Stores a changed series with what follows for its posts.
async fn store<P>(
    tenant: &Tenant<P>,
    before: &Series,
    after: &Series,
    change: PostChange,
    action: &str,
    summary: &str,
) -> ApiResult<Answer> {
    let key = OrgKey::Series(after.id);
    let mut writes = vec![tenant.store.put(&key, after, Condition::Version(before.version))?];
    writes.extend(change.writes);
    writes.push(tenant.audit(action, &after.id, summary)?);
    commit(tenant, writes).await?;
    if let Some(old) = &change.old {
        forget(tenant, old).await;
    }
    if let Some(new) = &change.new {
        wake(tenant, new).await;
    }
    let post = match change.new {
        Some(post) => Some(post),
        None => upcoming_post(tenant, after).await?.map(|(post, _)| post),
    };
    let view = series_view(tenant, after.clone(), post.as_ref()).await?;
    Ok(Answer::ok(&view)?.version(after.version))
}

/// New content for the waiting post, where nobody began to publish it. Its own time stays.
async fn edit_waiting<P>(tenant: &Tenant<P>, edited: &Series, checked: &Checked) -> ApiResult<PostChange> {
    let files = &checked.loaded.files;
    let Some((post, deliveries)) = unclaimed_post(tenant, edited).await? else {
        let writes = tenant.store.note_use(files, &[UsedBy::Series(edited.id)])?;
        return Ok(PostChange { writes, ..PostChange::default() });
    };
    let content = edited.content.clone();
    let wanted = Post {
        text: content.text,
        media: content.media,
        files: content.files,
        targets: content.targets,
        ..post.clone()
    };
    let plan = plan::edit(&wanted, &deliveries, tenant.now()).map_err(refused)?;
    let mut writes = writes_of(tenant, &post, &plan)?;
    writes.extend(tenant.store.note_use(files, &[UsedBy::Series(edited.id), UsedBy::Post(post.id)])?);
    Ok(PostChange { writes, old: Some(post), new: Some(plan.post) })
}

/// Another rule: the waiting post makes room for the new rule's first one.
async fn with_rule<P>(
    tenant: &Tenant<P>,
    before: &Series,
    edited: Series,
    checked: &Checked,
) -> ApiResult<(Series, PostChange)> {
    let now = tenant.now();
    checked.rule.must_go_on_after(now).map_err(rule_broken)?;
    let edited = Series { rule: checked.rule.clone(), edition: before.edition + 1, ..edited };
    if before.state == SeriesState::Paused {
        let writes = tenant.store.note_use(&checked.loaded.files, &[UsedBy::Series(edited.id)])?;
        return Ok((edited, PostChange { writes, ..PostChange::default() }));
    }
    let old = take_back_waiting(tenant, before).await?;
    let step = edited.from_now(now);
    let mut change = made(tenant, checked, &step)?;
    change.writes.extend(old.writes);
    change.old = old.old;
    Ok((step.series, change))
}

fn made<P>(tenant: &Tenant<P>, checked: &Checked, step: &Step) -> ApiResult<PostChange> {
    let writes = next_post(tenant, &checked.loaded.files, step)?;
    Ok(PostChange { writes, old: None, new: step.next.as_ref().map(|(post, _)| post.clone()) })
}

async fn take_back_waiting<P>(tenant: &Tenant<P>, series: &Series) -> ApiResult<PostChange> {
    let Some((post, deliveries)) = unclaimed_post(tenant, series).await? else { return Ok(PostChange::default()) };
    Ok(PostChange { writes: take_back(tenant, &post, &deliveries)?, old: Some(post), new: None })
}
