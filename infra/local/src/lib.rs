//! The embedded default: Atelier in one durable process.
//!
//! The same routers and handlers that run as Lambdas, on stand-ins that speak the AWS protocols on
//! loopback. Product code cannot tell the difference: it is the AWS SDK with other addresses. Nothing
//! imports this crate but the tests.
//!
//! [`start`] is the whole interface. Two listeners come up: the public one (API, page, sign-in,
//! uploads) and one on loopback for the AWS protocols, which takes signed requests only.

mod app;
mod aws;
mod demo;
mod direct;
mod dynamo;
mod folder;
mod gateway;
mod groups;
mod invoke;
mod look;
mod mail;
mod objects;
mod operator;
mod options;
mod pool;
mod queue;
mod random;
mod remote;
mod sandbox;
mod scheduler;
mod secrets;
mod services;
mod site;
mod sqlite;

use std::sync::Arc;

pub use app::{Running, start, start_with};
pub use groups::routes;
pub use invoke::Invoker;
pub use mail::Message;
pub use options::Options;
pub use remote::Functions;

/// Tells the time to every stand-in.
type SharedClock = Arc<dyn cloud::Clock>;

/// The key pair that signs requests to the stand-ins.
#[derive(Clone)]
struct Credentials {
    access_key: String,
    secret_key: String,
}

/// An empty folder of its own for a test.
#[cfg(test)]
fn test_folder(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("atelier-{name}-{}", random::uuid()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[cfg(test)]
fn test_clock() -> SharedClock {
    Arc::new(cloud::SystemClock)
}
