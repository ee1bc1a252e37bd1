//! Logs and figures: JSON lines for CloudWatch, readable lines for a terminal. No secret, no post text.
//!
//! docs/runbooks.md says how the lines are queried and what the figures mean.

mod figures;
mod lines;

use std::panic::{self, PanicHookInfo};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::clock::{Clock as _, SystemClock};

pub use figures::{Figures, Unit};

/// The CloudWatch namespace of all figures; `infra/monitoring.yaml` names it too.
pub const NAMESPACE: &str = "Atelier";

/// The crates that may be told of in detail. What others (clients of AWS, TLS, HTTP) say in detail holds requests with
/// their tokens and texts, so no setting brings it into a log.
pub const DETAILED: [&str; 17] = [
    "accounts",
    "api",
    "atelier",
    "auth",
    "cloud",
    "domain",
    "health",
    "identity",
    "local",
    "media",
    "operator",
    "orgs",
    "pages",
    "platforms",
    "posts",
    "publish",
    "store",
];

/// Where the lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// By CloudWatch.
    Json,
    /// By a person.
    Readable,
}

/// The function whose figures these are, once CloudWatch reads them.
static FUNCTION: OnceLock<String> = OnceLock::new();

/// Starts logging; `RUST_LOG` narrows or widens it, for other crates than [`DETAILED`] down to `info` at most. A person
/// is told of trouble only, CloudWatch of every request, of figures and of panics. A second call changes nothing.
pub fn start(lines: Lines) {
    let usual = match lines {
        // What `invocations` tells of a handler's failure, the runtime tells again.
        Lines::Json => Targets::new()
            .with_default(LevelFilter::INFO)
            .with_target("lambda_runtime::layers::panic", LevelFilter::OFF),
        Lines::Readable => Targets::new().with_default(LevelFilter::WARN),
    };
    // Levels by target alone: filters on fields would bring a machine for regular expressions to every start.
    let asked = std::env::var("RUST_LOG").ok().filter(|asked| !asked.is_empty()).and_then(|asked| asked.parse().ok());
    let filter = asked.unwrap_or(usual);
    let registry = tracing_subscriber::registry().with(filter).with(filter_fn(may_be_told));
    let started = match lines {
        Lines::Json => registry.with(lines::Json::new(lines::print)).try_init(),
        Lines::Readable => {
            let readable = tracing_subscriber::fmt::layer().with_target(false).with_ansi(false).compact();
            registry.with(readable.with_writer(std::io::stderr)).try_init()
        }
    };
    if started.is_ok() && lines == Lines::Json {
        // Tells this deployment's figures from another's in the same AWS account.
        let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "local".to_owned());
        FUNCTION.get_or_init(|| name);
        panic::set_hook(Box::new(panicked));
    }
}

/// Notes that the process has got an event. The first one makes it a cold start that somebody waited for.
pub fn invoked(at: Timestamp) {
    static BEFORE: AtomicBool = AtomicBool::new(false);
    if !BEFORE.swap(true, Ordering::Relaxed) {
        Figures::new(at).figure("ColdStarts", Unit::Count, 1).write();
    }
}

fn may_be_told(metadata: &Metadata<'_>) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || DETAILED.contains(&of)
}

/// A panic is a line of the request that it happened in, with its place; whoever caught it answers.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, panic = panic.payload_as_str(), "panicked");
    Figures::new(SystemClock.now()).figure("Panics", Unit::Count, 1).write();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_crates_are_told_of_in_detail() {
        let subscriber = tracing_subscriber::registry().with(filter_fn(may_be_told));
        tracing::subscriber::with_default(subscriber, || {
            assert!(tracing::enabled!(target: "cloud::telemetry", Level::TRACE));
            assert!(tracing::enabled!(target: "hyper::client", Level::INFO));
            assert!(!tracing::enabled!(target: "hyper::client", Level::DEBUG));
            assert!(!tracing::enabled!(target: "cloudy::hyper", Level::TRACE));
        });
    }
}
