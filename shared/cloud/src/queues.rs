//! The queues: releases, which wake `publish` at the second, and what failed for good.
//!
//! A release is only a wake-up, like a schedule; the table is the truth. A lost one is found by the
//! sweep, a stale or repeated one does nothing.

mod dead_letters;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_types::SdkConfig;

pub use dead_letters::{DeadLetter, DeadLetters};

use crate::config::Config;
use crate::schedules::WakeUp;

/// The longest that the service keeps a message back.
const LONGEST_DELAY: u64 = 900;

/// The service refused or was out of reach.
#[derive(Debug, thiserror::Error)]
#[error("the queue could not be reached: {0}")]
pub struct QueueError(String);

impl QueueError {
    /// With the cause in words, for the log.
    pub fn new(cause: impl Into<String>) -> Self {
        Self(cause.into())
    }

    /// What a client of the service reports, with the service's own error below it.
    fn from_sdk<E: std::error::Error + 'static, R: Debug>(error: &aws_sdk_sqs::error::SdkError<E, R>) -> Self {
        Self(aws_sdk_sqs::error::DisplayErrorContext(error).to_string())
    }
}

/// Where releases are sent. The queue itself, or whatever simulates it.
#[async_trait]
pub trait ReleaseQueue: Send + Sync + Debug {
    /// Takes a wake-up that nobody may see for `delay` whole seconds, 0 to 900. Once this returns, it is
    /// delivered at least once.
    ///
    /// # Errors
    /// [`QueueError`]; it may have been taken all the same.
    async fn send(&self, wake_up: WakeUp, delay: u16) -> Result<(), QueueError>;
}

/// Sends the messages that wake `publish` at the second.
#[derive(Debug, Clone)]
pub struct Releases {
    queue: Arc<dyn ReleaseQueue>,
}

impl Releases {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        Self::over(Arc::new(Sqs { client: client(sdk, config), url: config.release_queue_url.clone() }))
    }

    /// Over a queue of one's own.
    #[must_use]
    pub fn over(queue: Arc<dyn ReleaseQueue>) -> Self {
        Self { queue }
    }

    /// Wakes `publish` for `wake_up` after `delay`: rounded up to whole seconds, so that it never comes
    /// early, and at most 15 minutes.
    ///
    /// # Errors
    /// [`QueueError`]; the sweep publishes all the same, up to a minute late.
    pub async fn send(&self, wake_up: WakeUp, delay: Duration) -> Result<(), QueueError> {
        self.queue.send(wake_up, whole_seconds(delay)).await
    }
}

fn whole_seconds(delay: Duration) -> u16 {
    let begun = u64::from(delay.subsec_nanos() > 0);
    u16::try_from(delay.as_secs().saturating_add(begun).min(LONGEST_DELAY)).unwrap_or(0)
}

fn client(sdk: &SdkConfig, config: &Config) -> Client {
    let mut builder = aws_sdk_sqs::config::Builder::from(sdk);
    builder.set_endpoint_url(config.endpoints.sqs.clone());
    Client::from_conf(builder.build())
}

#[derive(Debug)]
struct Sqs {
    client: Client,
    url: String,
}

#[async_trait]
impl ReleaseQueue for Sqs {
    async fn send(&self, wake_up: WakeUp, delay: u16) -> Result<(), QueueError> {
        let body = serde_json::to_string(&wake_up).map_err(|error| QueueError(error.to_string()))?;
        let send = self.client.send_message().queue_url(&self.url).message_body(body).delay_seconds(delay.into());
        send.send().await.map(drop).map_err(|error| QueueError::from_sdk(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain::ids::{OrgId, PostId, Ulid};

    use super::*;

    #[derive(Debug, Default)]
    struct Recorded(Mutex<Vec<(WakeUp, u16)>>);

    #[async_trait]
    impl ReleaseQueue for Recorded {
        async fn send(&self, wake_up: WakeUp, delay: u16) -> Result<(), QueueError> {
            self.0.lock().unwrap().push((wake_up, delay));
            Ok(())
        }
    }

    #[tokio::test]
    async fn delays_are_whole_seconds_that_the_service_takes() {
        let queue = Arc::new(Recorded::default());
        let cloud = crate::Cloud::connect(Config::default()).await;
        cloud.replace_releases(Releases::over(Arc::clone(&queue) as Arc<dyn ReleaseQueue>)).unwrap();
        let wake_up = WakeUp { org: OrgId::new(Ulid::from(1)), post: PostId::new(Ulid::from(2)), revision: 3 };
        for delay in [Duration::ZERO, Duration::from_millis(1), Duration::from_secs(30), Duration::MAX] {
            cloud.releases().send(wake_up, delay).await.unwrap();
        }
        let sent = queue.0.lock().unwrap();
        assert_eq!(sent.iter().map(|(_, delay)| *delay).collect::<Vec<_>>(), [0, 1, 30, 900]);
        assert_eq!(sent[0].0, wake_up);
    }
}
