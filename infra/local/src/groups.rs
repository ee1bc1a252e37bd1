//! The route groups and event functions that this process runs: one line each.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use cloud::Cloud;
use health::Keeper;
use publish::Publisher;

use crate::invoke::Invoker;

/// The routes of all groups, behind no gateway yet.
pub fn routes(cloud: &Arc<Cloud>) -> Router {
    Router::new()
        .merge(accounts::routes(cloud))
        .merge(auth::routes(cloud))
        .merge(media::routes(cloud))
        .merge(orgs::routes(cloud))
        .merge(pages::routes(cloud))
        .merge(posts::routes(cloud))
        .route("/api/{*unknown}", any(api::unknown_route))
}

/// The event functions, by the names in their ARNs.
pub(crate) fn register(invoker: &Invoker, cloud: &Arc<Cloud>) {
    let identity_cloud = Arc::clone(cloud);
    invoker.register("identity", move |event| {
        let cloud = Arc::clone(&identity_cloud);
        async move { identity::handle(&cloud, event).await.map_err(|error| error.to_string()) }
    });
    let keeper = Keeper::new(cloud);
    invoker.register("health", move |event| {
        let keeper = keeper.clone();
        async move { keeper.handle(event).await.map_err(|error| error.to_string()) }
    });
    let publisher = Publisher::new(cloud);
    invoker.register("publish", move |event| {
        let publisher = publisher.clone();
        async move { publisher.handle(event).await.map_err(|error| error.to_string()) }
    });
}
