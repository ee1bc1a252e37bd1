//! How long a call to an AWS service may take, so that whoever waits can still answer.
//!
//! Without these the SDK waits for as long as a connection stays open, and the function's own time limit ends it
//! in the middle. The suites compare them with each function's `Timeout` in `template.yaml`.

use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

/// Time limits of the calls that one process makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection is made.
    pub connect: Duration,
    /// Until the first byte of an answer to one attempt.
    pub read: Duration,
    /// Until the call ends, with all its attempts.
    pub call: Duration,
}

impl Patience {
    /// Of functions that answer a person, or work for minutes.
    pub const ORDINARY: Self =
        Self { connect: Duration::from_secs(2), read: Duration::from_secs(5), call: Duration::from_secs(12) };
    /// Of the user pool's triggers: Cognito waits for five seconds (Customizing user pool workflows with Lambda
    /// triggers).
    pub const TRIGGER: Self =
        Self { connect: Duration::from_secs(1), read: Duration::from_secs(2), call: Duration::from_secs(4) };
    /// Of calls that move a file: a large one is copied before the answer begins.
    pub const FILES: Self =
        Self { connect: Duration::from_secs(2), read: Duration::from_secs(25), call: Duration::from_secs(26) };

    pub(crate) fn config(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(self.read)
            .operation_timeout(self.call)
            .build()
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::ORDINARY
    }
}
