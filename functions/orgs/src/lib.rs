//! Organizations, their members, invitations and audit log.

mod audit;
mod join;
mod organizations;

use std::sync::Arc;

use api::App;
use axum::Router;
use cloud::Cloud;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The group's routes with their documentation.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(organizations::create_org, organizations::list_orgs))
        .routes(routes!(organizations::get_org))
        .routes(routes!(organizations::activate_org))
        .routes(routes!(audit::list_audit))
}

/// The group, ready to serve.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), api::state(cloud))
}
