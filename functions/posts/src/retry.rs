//! `POST /api/posts/{id}/deliveries/{account}/retry`.

use api::{Answer, ApiError, ApiResult, Path, Tenant, can};
use domain::ids::{AccountId, PostId};
use domain::plan::{self, Hindrance};

use crate::parts::{commit, load, writes_of};
use crate::view::{PostView, post_view};

/// Send one failed or unknown delivery again. The others are not touched.
#[utoipa::path(post, path = "/api/posts/{id}/deliveries/{account_id}/retry", tag = "posts",
    params(("id" = PostId, Path), ("account_id" = AccountId, Path)), responses((status = 202, body = PostView)))]
pub(crate) async fn retry_delivery(
    tenant: Tenant<can::Publish>,
    Path((id, account)): Path<(PostId, AccountId)>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    let plan = plan::retry(&post, &deliveries, account, tenant.now()).map_err(|hindrance| match hindrance {
        Hindrance::NotThere => ApiError::not_found(),
        _ => ApiError::conflict("Only a failed delivery, or one whose outcome is unknown, can be sent again."),
    })?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    writes.push(tenant.audit("delivery.retry", &id, format!("Sent again to {account}"))?);
    commit(&tenant, writes).await?;
    crate::timing::wake(&tenant, &plan.post).await;
    let (post, deliveries) = load(&tenant, id).await?;
    let version = post.version;
    let view = post_view(&tenant, post, deliveries).await?;
    Ok(Answer::accepted(&view)?.version(version))
}
