//! Logs: JSON lines for CloudWatch, readable lines for a terminal. No secret, no post text.

use tracing_subscriber::EnvFilter;

/// Where the lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// By CloudWatch.
    Json,
    /// By a person.
    Readable,
}

/// Starts logging; `RUST_LOG` narrows or widens it. A person is told of trouble only, CloudWatch of
/// every request. A second call changes nothing.
pub fn start(lines: Lines) {
    let usual = match lines {
        Lines::Json => "info,aws_config=warn",
        Lines::Readable => "warn",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(false);
    drop(match lines {
        Lines::Json => builder.json().flatten_event(true).without_time().try_init(),
        Lines::Readable => builder.compact().with_writer(std::io::stderr).try_init(),
    });
}
