//! A function that panics when asked to, on the very ground that the real ones stand on: what becomes of an invocation then
//! is theirs. `FAULTY=routes` answers requests, `FAULTY=events` handles events.

use std::convert::Infallible;

use api::{App, Routes};
use axum::Router;
use axum::routing::get;
use cloud::telemetry::{self, Lines};
use cloud::{SystemClock, invocations};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if std::env::var("FAULTY").is_ok_and(|kind| kind == "routes") {
        return api::serve(|cloud| api::finish(Routes::from(routes()), api::state(cloud))).await;
    }
    telemetry::start(Lines::Json);
    invocations::serve(&SystemClock, |_| "test".to_owned(), handle).await
}

fn routes() -> Router<App> {
    Router::new().route("/api/broken/{id}", get(broken)).route("/api/sound", get(async || "sound"))
}

async fn broken() -> &'static str {
    panic!("a broken assumption")
}

async fn handle(event: Value) -> Result<Value, Infallible> {
    assert!(event["poison"] != true, "a broken assumption");
    Ok(event)
}
