//! The media library: uploads straight to the object store, checks, thumbnails, descriptions.

mod check;
mod document;
mod library;
mod picture;
mod subtitles;
mod upload;
mod video;
mod view;

use std::sync::Arc;

use api::{App, Routes, routes};
use axum::Router;
use cloud::Cloud;

/// The group's routes with their documentation.
pub fn router() -> Routes<App> {
    Routes::new()
        .routes(routes!(library::list_files, upload::create_file))
        .routes(routes!(upload::complete_file))
        .routes(routes!(library::get_file, library::update_file, library::delete_file))
}

/// The group, ready to serve.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), api::state(cloud))
}
