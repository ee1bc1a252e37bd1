//! Running an event function as a Lambda: a line for each invocation, and an answer to each, come what may.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::telemetry;

/// Hands each event to `handle` until the runtime ends the process. `woken_by` says in a word what an event is, for the
/// log. An error or a panic of the handler is told to the runtime, which repeats the event or keeps it as a dead letter;
/// the process goes on with the next.
///
/// # Errors
/// When the runtime fails.
pub async fn serve<F, E>(
    clock: &dyn Clock,
    woken_by: fn(&Value) -> String,
    handle: impl Fn(Value) -> F,
) -> Result<(), Error>
where
    F: Future<Output = Result<Value, E>>,
    E: std::error::Error,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(move |LambdaEvent { payload, context }: LambdaEvent<Value>| {
        telemetry::invoked(clock.now());
        let span = tracing::error_span!("invocation", request_id = context.request_id, woken_by = woken_by(&payload));
        answer(async move { handle(payload).await }).instrument(span)
    }))
    .await
}

async fn answer<E: std::error::Error>(work: impl Future<Output = Result<Value, E>>) -> Result<Value, Error> {
    let started = Instant::now();
    // What is left half-done is in the table, whose conditions hold whatever became of the process.
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    let duration_ms = milliseconds(started.elapsed());
    let error = match outcome {
        Ok(Ok(answer)) => {
            tracing::info!(status = "ok", duration_ms, "handled");
            return Ok(answer);
        }
        Ok(Err(error)) => chain(&error),
        Err(panic) => format!("panic: {}", words(&*panic)),
    };
    tracing::error!(status = "failed", duration_ms, error, "handled");
    Err(error.into())
}

/// What a panic says of itself.
#[must_use]
pub fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// A duration as lines tell it: in milliseconds, to the microsecond.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// An error with its sources, for the log: errors themselves never print theirs.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.extend([": ", &inner.to_string()]);
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the table could not be read")]
    struct Outer(#[source] std::fmt::Error);

    #[tokio::test]
    async fn an_error_and_a_panic_are_answered_with_their_cause() {
        let failed = answer(async { Err(Outer(std::fmt::Error)) }).await.unwrap_err().to_string();
        assert!(failed.starts_with("the table could not be read: an error occurred"), "{failed}");
        let panicked = answer::<Outer>(async { panic!("poison {}", 7) }).await.unwrap_err().to_string();
        assert_eq!(panicked, "panic: poison 7");
        assert_eq!(answer::<Outer>(async { Ok(Value::from(1)) }).await.unwrap(), 1);
    }

    #[test]
    fn durations_are_to_the_microsecond() {
        assert_eq!(milliseconds(Duration::from_nanos(1_234_567)).to_string(), "1.235");
    }
}
