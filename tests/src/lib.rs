//! What the suites stand on: the embedded stack, people who use it, and the independent servers it talks to.
//!
//! This crate is linked by nothing. It may panic and say why: a broken assumption here is a failed test.

pub mod answer;
pub mod bench;
pub mod contract;
pub mod cost;
pub mod counterparts;
pub mod due;
pub mod film;
pub mod gateway_event;
pub mod kill_trials;
pub mod log;
pub mod meter;
pub mod office;
pub mod oracle;
pub mod person;
pub mod picture;
pub mod process;
pub mod round_trips;
pub mod runtime_api;
pub mod scopes;
pub mod server;
pub mod stack;
pub mod tally;
pub mod template;
pub mod wire;
