//! The audit log: who changed what, when.

use api::{Answer, ApiResult, List, Paging, Path, Query, Tenant, can};
use domain::audit::AuditEntry;
use domain::ids::{AuditId, OrgId, UserId};
use jiff::Timestamp;
use serde::Serialize;
use store::{Order, OrgList};
use utoipa::ToSchema;

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditView {
    id: AuditId,
    at: Timestamp,
    /// Who made it; null when the system itself acted.
    #[schema(required)]
    actor: Option<Actor>,
    /// What happened.
    #[schema(example = "post.schedule")]
    action: String,
    /// Id of the thing it happened to.
    #[schema(required)]
    target: Option<String>,
    /// The same as a sentence.
    summary: String,
}

/// Whoever made a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Actor {
    user_id: UserId,
    /// Their name at the time.
    name: String,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, actor_name, action, target, summary } = entry;
        let actor = actor.map(|user_id| Actor { user_id, name: actor_name.unwrap_or_default() });
        Self { id, at, actor, action, target, summary }
    }
}

/// List what was changed, newest first.
#[utoipa::path(
    get, path = "/api/orgs/{id}/audit", tag = "orgs",
    params(("id" = OrgId, Path), Paging),
    responses((status = 200, body = List<AuditView>))
)]
pub(crate) async fn list_audit(
    tenant: Tenant<can::ReadAudit>,
    Path(id): Path<OrgId>,
    Query(paging): Query<Paging>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let page = tenant.store.list::<AuditEntry>(OrgList::Audit, Order::Descending, &paging.request(50, 200)?).await?;
    Answer::ok(&List::of(page, AuditView::from))
}
