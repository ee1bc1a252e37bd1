//! Suites that cross crates, in one binary so that everything is linked once. Each module is a stage of `make test`.

mod backup;
mod conformance;
mod contract;
mod deadman;
mod journeys;
mod kill;
mod limits;
mod operator;
mod schema;
mod security;
mod telemetry;
mod template;
mod watch;
