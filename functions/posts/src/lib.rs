//! Posts: write, validate, import, schedule, publish, send again, confirm, list.

mod import;
mod list;
mod parts;
mod queue;
mod recovery;
mod series;
mod timing;
mod validate;
mod view;
mod write;

use std::sync::Arc;

use api::{App, Routes, routes};
use axum::Router;
use cloud::Cloud;

/// The group's routes, with their part of the OpenAPI document.
#[must_use]
pub fn router() -> Routes<App> {
    Routes::new()
        .routes(routes!(list::list_posts, write::create_post))
        .routes(routes!(validate::validate_post))
        .routes(routes!(import::import_posts))
        .routes(routes!(write::get_post, write::update_post, write::delete_post))
        .routes(routes!(timing::schedule_post))
        .routes(routes!(timing::unschedule_post))
        .routes(routes!(timing::publish_post))
        .routes(routes!(write::duplicate_post))
        .routes(routes!(recovery::retry_delivery))
        .routes(routes!(recovery::confirm_delivery))
        .routes(routes!(queue::queue_post))
        .routes(routes!(series::list_series, series::create_series))
        .routes(routes!(series::preview_series))
        .routes(routes!(series::get_series, series::update_series, series::delete_series))
        .routes(routes!(series::pause_series))
        .routes(routes!(series::resume_series))
}

/// The group's routes, ready to answer.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), api::state(cloud))
}
