//! Types and rules of Atelier: pure, without async, AWS or HTTP.
//!
//! Everything here is a value or a function of its arguments. Time and randomness come in from
//! outside, so every rule can be tested by itself and replayed.

pub mod account;
pub mod audit;
pub mod circuit;
pub mod composition;
pub mod delivery;
pub mod groups;
pub mod ids;
pub mod import;
pub mod insights;
pub mod listed;
pub mod media;
pub mod membership;
pub mod offers;
pub mod org;
pub mod plan;
pub mod platform;
pub mod post;
pub mod problem;
pub mod role;
pub mod rules;
pub mod series;
pub mod slots;
pub mod sweep;
pub mod target;
pub mod tenancy;
pub mod upkeep;
pub mod wake;
pub mod wall;
pub mod when;
