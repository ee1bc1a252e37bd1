//! How a published post does, as its network tells it at this moment. Nothing of it is kept.

use api::{Answer, ApiResult, Path, Tenant, can};
use axum::extract::State;
use domain::ids::{AccountId, PostId};
use domain::insights::Insights;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ask::ask;
use crate::desk::Desk;
use crate::published::Publication;
use crate::trouble::unanswered_about;

/// How a published post does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostInsights)]
pub(crate) struct InsightsView {
    /// The figures; null where the network does not tell.
    figures: Insights,
    /// When the network was asked.
    #[schema(value_type = String, format = DateTime)]
    as_of: Timestamp,
}

/// Ask an account's network how a published post does; of a thread, its first part.
#[utoipa::path(
    get, path = "/api/accounts/{id}/posts/{post_id}/insights", tag = "accounts",
    params(("id" = AccountId, Path), ("post_id" = PostId, Path)),
    responses((status = 200, body = InsightsView))
)]
pub(crate) async fn get_insights(
    State(desk): State<Desk>,
    tenant: Tenant<can::Read>,
    Path((id, post)): Path<(AccountId, PostId)>,
) -> ApiResult<Answer> {
    let published = Publication::load(&tenant.store, id, post).await?;
    let receipt = published.receipt()?;
    let remote_id = receipt.remote_id.clone();
    let asked = ask(&desk, &tenant.store, &published.account, move |network, credentials| {
        let remote_id = remote_id.clone();
        Box::pin(async move { network.insights(&remote_id, credentials).await })
    });
    let figures = asked.await.map_err(|failure| unanswered_about(failure, &receipt.permalink, tenant.now()))?;
    Answer::ok(&InsightsView { figures, as_of: tenant.now() })
}
