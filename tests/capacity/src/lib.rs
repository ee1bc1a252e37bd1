//! What a deployment can carry: each AWS quota in posts per second, and a million posts of the same hour played
//! through the wake-ups, queues, shards and sweeps that the product really uses.
//!
//! `docs/capacity.md` explains the figures that `make capacity` prints.

pub mod cost;
pub mod load;
pub mod play;
pub mod quotas;
pub mod report;
mod service;
mod tables;
#[cfg(test)]
mod tests;

pub use load::Load;
pub use play::play;
pub use quotas::Quotas;
pub use report::Report;
pub use tables::tables;
