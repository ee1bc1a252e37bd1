//! The publish pipeline in a deterministic simulation.
//!
//! The production handlers of `publish` and `posts` run unchanged on an executor of one thread, over a
//! simulated table, scheduler, clock and networks, in an order and with faults that a seed decides.
//! `MODEL.md` beside this crate says what is assumed and what is shown.
//!
//! This crate is linked by the suites alone. It may panic and say why.

pub mod check;
pub mod choice;
pub mod guards;
pub mod machine;
pub mod memory;
pub mod nets;
pub mod network;
#[cfg(test)]
mod outage;
pub mod record;
pub mod scenario;
pub mod setup;
pub mod sim;
pub mod user;
pub mod world;
