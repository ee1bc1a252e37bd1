//! Who is signed in.

use api::{ApiResult, App, Caller};
use axum::Json;
use axum::extract::State;
use domain::ids::{OrgId, UserId};
use domain::org::Organization;
use domain::role::Role;
use domain::tenancy::OrgScope;
use serde::Serialize;
use store::OrgKey;
use utoipa::ToSchema;

/// Who is signed in, and where they act.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    user_id: UserId,
    email: String,
    name: String,
    /// The organization they act in; null before they have one.
    #[schema(required)]
    org: Option<ActingIn>,
}

/// The organization somebody acts in, and as what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActingIn {
    id: OrgId,
    name: String,
    slug: String,
    zone: String,
    role: Role,
}

/// Who is signed in, and where they act.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = Me)))]
pub(crate) async fn get_me(State(app): State<App>, caller: Caller) -> ApiResult<Json<Me>> {
    let org = match caller.acting {
        Some((org, role)) => acting_in(&app, org, role).await?,
        None => None,
    };
    Ok(Json(Me { user_id: caller.user, email: caller.email, name: caller.name, org }))
}

async fn acting_in(app: &App, org: OrgId, role: Role) -> ApiResult<Option<ActingIn>> {
    let store = app.table.org(OrgScope::from_verified_claims(org));
    let found = store.get::<Organization>(&OrgKey::Org).await?;
    Ok(found.map(|org| ActingIn { id: org.id, name: org.name, slug: org.slug, zone: org.zone, role }))
}
