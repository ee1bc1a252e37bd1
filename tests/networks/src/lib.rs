//! The networks, simulated from their documents: what the clients are tested against, and what the sandbox offers.
//!
//! Each module is one network, written from its public documentation and not from our client: required headers,
//! versions, state machines, limits, error envelopes. It refuses what the real one refuses. All are mounted by host
//! under one listener: `https://api.x.com/2/tweets` is `/api.x.com/2/tweets` here, and `platforms::http::Http` in its
//! sandbox mode sends everything there.

#![expect(
    clippy::result_large_err,
    reason = "a simulated network refuses with a whole response, and speed is no matter here"
)]

mod answers;
pub mod bluesky;
pub mod cases;
pub mod facebook;
pub mod faults;
pub mod fetch;
pub mod graph;
pub mod instagram;
mod intake;
mod late;
pub mod library;
pub mod linkedin;
pub mod mastodon;
pub mod meta;
mod multipart;
pub mod oauth;
pub mod pinterest;
pub mod threads;
pub mod tiktok;
pub mod timeline;
pub mod transport;
pub mod world;
pub mod x;
pub mod youtube;

use axum::Router;
use axum::middleware::from_fn_with_state;

pub use world::World;

/// Every simulated network over one world, with the page that shows what they hold.
pub fn router(world: &World) -> Router {
    let networks = Router::new()
        .merge(bluesky::routes(world))
        .merge(linkedin::routes(world))
        .merge(mastodon::routes(world))
        .merge(meta::routes(world))
        .merge(pinterest::routes(world))
        .merge(threads::routes(world))
        .merge(tiktok::routes(world))
        .merge(x::routes(world))
        .merge(youtube::routes(world));
    let networks = networks.layer(from_fn_with_state(world.clone(), faults::apply));
    networks.merge(timeline::routes(world))
}

/// Serves the networks on `listener` until `stop` ends.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    world: &World,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(world)).with_graceful_shutdown(stop).await
}
