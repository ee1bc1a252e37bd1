//! Series: posts that repeat.

mod manage;
mod parts;
mod view;

use api::{Answer, ApiResult, Idempotency, Json, List, Paging, Path, Query, Tenant, can};
use domain::ids::SeriesId;
use domain::series::{Occurrence, RepeatRule, Rule, Series, SeriesState};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use store::{Condition, Order, OrgKey, OrgList};

use crate::parts::{PostInput, TargetInput};
use crate::timing::wake;

use parts::{Checked, load, rule_broken};
use view::{SeriesSummary, SeriesView, series_view, summary};

pub(crate) use manage::{
    __path_delete_series, __path_pause_series, __path_resume_series, __path_update_series, delete_series, pause_series,
    resume_series, update_series,
};

/// Occurrences that an answer looks ahead.
const AHEAD: usize = 10;

/// What repeats, and how.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeriesInput {
    /// What every post says, and where.
    content: PostInput,
    /// When they go out.
    rule: RepeatRule,
}

impl SeriesInput {
    /// The input that would write this series.
    fn of(series: &Series) -> Self {
        let content = PostInput {
            text: series.content.text.clone(),
            media: series.content.media.clone(),
            thread: series.content.thread.clone(),
            first_comment: series.content.first_comment.clone(),
            targets: series.content.targets.iter().map(TargetInput::from).collect(),
        };
        Self { content, rule: series.rule.said().clone() }
    }
}

/// A rule to look at.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewInput {
    /// The rule.
    rule: RepeatRule,
}

/// What a rule would do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Preview {
    /// Its next occurrences, ten at most; a number above 1 first tells that earlier ones have passed.
    upcoming: Vec<Occurrence>,
}

/// List series, newest first.
#[utoipa::path(get, path = "/api/series", tag = "series", params(Paging), responses((status = 200, body = List<SeriesSummary>)))]
pub(crate) async fn list_series(tenant: Tenant<can::Read>, Query(paging): Query<Paging>) -> ApiResult<Answer> {
    let page = paging.request(50, 200)?;
    let page = tenant.store.list::<Series>(OrgList::Series, Order::Descending, &page).await?;
    let items = try_join_all(page.items.into_iter().map(|series| summary(&tenant, series))).await?;
    Answer::ok(&List { items, next_cursor: page.next_cursor })
}

/// Start a series: its first post waits at once.
#[utoipa::path(post, path = "/api/series", tag = "series", request_body = SeriesInput,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = SeriesView)))]
pub(crate) async fn create_series(
    tenant: Tenant<can::Publish>,
    idempotency: Idempotency,
    Json(input): Json<SeriesInput>,
) -> ApiResult<Answer> {
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    let now = tenant.now();
    let checked = Checked::of(&tenant, &input).await?;
    checked.must_begin_after(now)?;
    let new = Series {
        id: SeriesId::new(tenant.ulid()),
        version: 1,
        content: checked.content,
        rule: checked.rule,
        edition: 1,
        state: SeriesState::Active,
        upcoming: None,
        missed: Vec::new(),
        missed_count: 0,
        created_by: tenant.caller.user,
        created_at: now,
        updated_at: now,
    };
    let step = new.from_now(now);
    let (series, key) = (&step.series, OrgKey::Series(step.series.id));
    let mut writes = vec![tenant.store.put(&key, series, Condition::Absent)?];
    writes.extend(parts::next_post(&tenant, &checked.loaded.files, &step)?);
    writes.push(tenant.audit("series.create", &series.id, "Started a series")?);
    let post = step.next.map(|(post, _)| post);
    let answer = Answer::created(&series_view(&tenant, series.clone(), post.as_ref()).await?)?.version(1);
    let answer = idempotency.commit(&input, writes, answer, Into::into).await?;
    if let Some(post) = &post {
        wake(&tenant, post).await;
    }
    Ok(answer)
}

/// See what a rule would do, without starting anything.
#[utoipa::path(post, path = "/api/series/preview", tag = "series", request_body = PreviewInput, responses((status = 200, body = Preview)))]
pub(crate) async fn preview_series(tenant: Tenant<can::Write>, Json(input): Json<PreviewInput>) -> ApiResult<Answer> {
    let rule = Rule::try_from(input.rule).map_err(rule_broken)?;
    let next = rule.must_go_on_after(tenant.now()).map_err(rule_broken)?;
    Answer::ok(&Preview { upcoming: rule.from_number(next.number).take(AHEAD).collect() })
}

/// Read a series with what comes and what was missed.
#[utoipa::path(get, path = "/api/series/{id}", tag = "series", params(("id" = SeriesId, Path)), responses((status = 200, body = SeriesView)))]
pub(crate) async fn get_series(tenant: Tenant<can::Read>, Path(id): Path<SeriesId>) -> ApiResult<Answer> {
    let series = load(&tenant, id).await?;
    let post = parts::upcoming_post(&tenant, &series).await?.map(|(post, _)| post);
    let version = series.version;
    Ok(Answer::ok(&series_view(&tenant, series, post.as_ref()).await?)?.version(version))
}
