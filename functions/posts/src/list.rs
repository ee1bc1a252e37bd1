//! `GET /api/posts`.

use api::{ApiError, ApiResult, List, Paging, Query, Tenant, can};
use axum::Json;
use domain::ids::AccountId;
use domain::listed::PostInList;
use domain::post::PostStatus;
use futures::future::try_join_all;
use jiff::Timestamp;
use serde::Deserialize;
use store::CalendarRange;

use crate::view::{PostSummary, summary};

/// Which posts.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Due from this instant on (with `to`); oldest first.
    from: Option<Timestamp>,
    /// Due before this instant (with `from`).
    to: Option<Timestamp>,
    /// Only with this status.
    status: Option<PostStatus>,
    /// Only to this account.
    account: Option<AccountId>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Most posts looked at; a page may be shorter.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Posts of a stretch of the calendar, or all: drafts first, then newest first.
#[utoipa::path(get, path = "/api/posts", tag = "posts", params(Filter), responses((status = 200, body = List<PostSummary>)))]
pub(crate) async fn list_posts(
    tenant: Tenant<can::Read>,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<List<PostSummary>>> {
    let now = tenant.now();
    let range = range(&filter)?;
    let name = format!("{:?} {:?}", filter.status, filter.account);
    let page = Paging { cursor: filter.cursor.clone(), limit: filter.limit }.request(50, 500)?;
    let page = tenant.store.calendar(range, &name, &page, |post| keep(&filter, post, now)).await?;
    let items = try_join_all(page.items.into_iter().map(|post| summary(&tenant, post, now))).await?;
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

fn range(filter: &Filter) -> ApiResult<CalendarRange> {
    match (filter.from, filter.to) {
        (Some(from), Some(to)) if from < to => Ok(CalendarRange::Between(from, to)),
        (None, None) => Ok(match filter.status {
            Some(PostStatus::Draft) => CalendarRange::Drafts,
            Some(_) => CalendarRange::Dated,
            None => CalendarRange::Newest,
        }),
        _ => Err(ApiError::bad_request("Give both from and to, with from before to, or neither.")),
    }
}

fn keep(filter: &Filter, post: &PostInList, now: Timestamp) -> bool {
    filter.status.is_none_or(|status| post.status(now) == status)
        && filter.account.is_none_or(|account| post.goes_to(account))
}
