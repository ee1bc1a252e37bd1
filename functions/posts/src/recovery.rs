//! What a person decides about one delivery: to send it again, or that it is there.

use api::{Answer, ApiError, ApiResult, Json, Path, Tenant, can};
use domain::delivery::{Decider, DeliveryState, MAX_ADDRESS, web_address};
use domain::ids::{AccountId, PostId};
use domain::plan::{self, Hindrance};
use domain::problem::Problem;
use serde::{Deserialize, Serialize};

use crate::parts::{commit, load, writes_of};
use crate::timing::after;
use crate::view::{PostView, post_view};

/// Where somebody found it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliveryConfirmation)]
pub(crate) struct Confirmation {
    /// Its address at the network, `https`; it is kept as it is said, and never looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    url: Option<String>,
}

impl Confirmation {
    /// The address, in its usual spelling.
    fn address(self) -> ApiResult<Option<String>> {
        let Some(given) = self.url else { return Ok(None) };
        let wrong = || {
            ApiError::rule_broken(vec![Problem::error(
                "/url",
                "not-an-address",
                "This is not the address of a post.",
                format!(
                    "Copy it from the network: it begins with https://, holds no password, and has at most {MAX_ADDRESS} characters."
                ),
            )])
        };
        web_address(&given).map(Some).ok_or_else(wrong)
    }
}

/// Send one failed or unknown delivery again. The others are not touched.
#[utoipa::path(post, path = "/api/posts/{id}/deliveries/{account_id}/retry", tag = "posts",
    params(("id" = PostId, Path), ("account_id" = AccountId, Path)), responses((status = 202, body = PostView)))]
pub(crate) async fn retry_delivery(
    tenant: Tenant<can::Publish>,
    Path((id, account)): Path<(PostId, AccountId)>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    let plan = plan::retry(&post, &deliveries, account, &decider(&tenant)).map_err(|hindrance| match hindrance {
        Hindrance::NotThere => ApiError::not_found(),
        _ => ApiError::conflict("Only a failed delivery, or one whose outcome is unknown, can be sent again."),
    })?;
    let unknown = plan
        .deliveries
        .iter()
        .filter_map(|change| change.before.as_ref())
        .any(|before| before.state == DeliveryState::Unknown);
    let mut writes = writes_of(&tenant, &post, &plan)?;
    let summary = if unknown {
        format!("Sent again to {account}, whose outcome was unknown")
    } else {
        format!("Sent again to {account}")
    };
    writes.push(tenant.audit("delivery.retry", &id, summary)?);
    commit(&tenant, writes).await?;
    crate::timing::wake(&tenant, &plan.post).await;
    let (version, deliveries) = (plan.post.version, after(&deliveries, &plan));
    let view = post_view(&tenant, plan.post, deliveries).await?;
    Ok(Answer::accepted(&view)?.version(version))
}

/// Say of a delivery whose outcome is unknown that it is there, and where. It counts as published.
#[utoipa::path(post, path = "/api/posts/{id}/deliveries/{account_id}/confirm", tag = "posts",
    params(("id" = PostId, Path), ("account_id" = AccountId, Path)), request_body = Option<Confirmation>,
    responses((status = 200, body = PostView)))]
pub(crate) async fn confirm_delivery(
    tenant: Tenant<can::Publish>,
    Path((id, account)): Path<(PostId, AccountId)>,
    said: Option<Json<Option<Confirmation>>>,
) -> ApiResult<Answer> {
    let (post, deliveries) = load(&tenant, id).await?;
    let address = said.and_then(|Json(said)| said).unwrap_or_default().address()?;
    let plan = plan::confirm(&post, &deliveries, account, &decider(&tenant), address).map_err(not_unknown)?;
    let mut writes = writes_of(&tenant, &post, &plan)?;
    let summary = format!("Confirmed that it is there at {account}, whose outcome was unknown");
    writes.push(tenant.audit("delivery.confirm", &id, summary)?);
    commit(&tenant, writes).await?;
    let (version, deliveries) = (plan.post.version, after(&deliveries, &plan));
    let view = post_view(&tenant, plan.post, deliveries).await?;
    Ok(Answer::ok(&view)?.version(version))
}

/// Whoever asks.
fn decider(tenant: &Tenant<can::Publish>) -> Decider {
    Decider { id: tenant.caller.user, name: tenant.caller.name.clone(), at: tenant.now() }
}

/// Why there is nothing to confirm.
fn not_unknown(hindrance: Hindrance) -> ApiError {
    ApiError::conflict(match hindrance {
        Hindrance::NotThere => return ApiError::not_found(),
        Hindrance::Published => "It is published already. There is nothing left to say.",
        Hindrance::NeverOut => "It surely did not arrive, so it cannot be there. Send it again, or duplicate the post.",
        Hindrance::UnderWay => "It is still to go out, or on its way. Wait for its outcome; it may not need you.",
    })
}
