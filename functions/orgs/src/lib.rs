//! Organizations, their members, invitations and audit log.

mod acceptance;
mod audit;
mod guard;
mod invitations;
mod join;
mod members;
mod organizations;
mod settings;

use std::sync::Arc;

use api::{App, Routes, routes};
use axum::Router;
use cloud::Cloud;

/// The group's routes with their documentation.
pub fn router() -> Routes<App> {
    Routes::new()
        .routes(routes!(organizations::create_org, organizations::list_orgs))
        .routes(routes!(organizations::get_org, settings::update_org))
        .routes(routes!(organizations::activate_org))
        .routes(routes!(members::list_members))
        .routes(routes!(members::change_member, members::remove_member))
        .routes(routes!(members::leave_org))
        .routes(routes!(invitations::create_invitation, invitations::list_invitations))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(acceptance::accept_invitation))
        .routes(routes!(audit::list_audit))
}

/// The group, ready to serve.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), api::state(cloud))
}
