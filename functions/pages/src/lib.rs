//! What anybody may read: organizations' public pages and feeds, health, and the API's contract.

mod answer;
mod assets;
mod colour;
mod contract;
mod entry;
mod feeds;
mod files;
mod health;
mod look;
mod papers;
mod reference;
mod site;
mod text;

use std::sync::Arc;

use api::{App, Routes, routes};
use axum::Router;
use cloud::Cloud;

/// The group's routes with their documentation.
pub fn router() -> Routes<App> {
    Routes::new()
        .routes(routes!(health::get_health))
        .routes(routes!(contract::get_contract))
        .routes(routes!(reference::get_docs))
        .routes(routes!(assets::get_asset))
        .routes(routes!(papers::get_privacy))
        .routes(routes!(papers::get_terms))
        .routes(routes!(papers::get_deletion))
        .routes(routes!(site::get_page))
        .routes(routes!(entry::get_page_entry))
        .routes(routes!(feeds::get_atom_feed))
        .routes(routes!(feeds::get_json_feed))
        .routes(routes!(files::get_page_file))
        .routes(routes!(files::get_page_thumb))
}

/// The group, ready to serve.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), api::state(cloud))
}
