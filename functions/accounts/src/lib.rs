//! Social accounts: connect, choose, group, check, disconnect; and what is published there: its figures, its end.

mod ask;
mod callback;
mod choices;
mod connect;
mod desk;
mod figures;
mod groups;
mod kept;
mod lost;
mod manage;
mod networks;
mod notices;
mod offers;
mod pending;
mod published;
mod refusal;
mod save;
mod slots;
mod take_down;
mod trouble;
mod view;

use std::sync::Arc;

use api::{Routes, routes};
use axum::Router;
use cloud::Cloud;

pub use desk::Desk;

/// The group's routes with their documentation.
pub fn router() -> Routes<Desk> {
    Routes::new()
        .routes(routes!(networks::list_networks))
        .routes(routes!(manage::list_accounts))
        .routes(routes!(connect::connect_page))
        .routes(routes!(connect::connect_bluesky))
        .routes(routes!(connect::connect_mastodon))
        .routes(routes!(connect::connect_network))
        .routes(routes!(callback::finish_connecting))
        .routes(routes!(notices::note_deauthorization))
        .routes(routes!(notices::delete_data))
        .routes(routes!(choices::get_choice, choices::choose_accounts))
        .routes(routes!(groups::get_groups, groups::put_groups))
        .routes(routes!(offers::get_offers))
        .routes(routes!(figures::get_insights))
        .routes(routes!(take_down::take_down_post))
        .routes(routes!(manage::check_account))
        .routes(routes!(manage::disconnect_account))
        .routes(routes!(slots::get_slots, slots::put_slots))
}

/// The group, ready to serve.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    api::finish(router(), Desk::new(cloud))
}
