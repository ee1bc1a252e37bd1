//! Counts how often the table asks for patience. The client tries again by itself, so that callers seldom hear of it.

use std::sync::Arc;

use aws_sdk_dynamodb::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;

use crate::clock::Clock;
use crate::telemetry::{Figures, Unit};

/// What DynamoDB calls it ("Programmatic errors with DynamoDB"), in an error or among a transaction's reasons.
const NAMES: [&str; 4] =
    ["ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingException", "ThrottlingError"];

/// Looks at each answer.
#[derive(Debug)]
pub(crate) struct Throttles {
    pub(crate) clock: Arc<dyn Clock>,
}

impl Intercept for Throttles {
    fn name(&self) -> &'static str {
        "Throttles"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let refused = context.response().filter(|response| response.status().as_u16() >= 400);
        if refused.and_then(|response| response.body().bytes()).is_some_and(is_throttle) {
            Figures::new(self.clock.now()).figure("TableThrottles", Unit::Count, 1).write();
        }
        Ok(())
    }
}

fn is_throttle(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    NAMES.iter().any(|name| body.contains(name))
}

#[cfg(test)]
mod tests {
    use super::is_throttle;

    #[test]
    fn throttles_are_told_from_other_refusals() {
        let kind = |name: &str| format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{name}","message":"-"}}"#);
        assert!(is_throttle(kind("ProvisionedThroughputExceededException").as_bytes()));
        assert!(is_throttle(kind("ThrottlingException").as_bytes()));
        assert!(!is_throttle(kind("ConditionalCheckFailedException").as_bytes()));
        let reasons = r#"{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError"}]}"#;
        assert!(is_throttle(reasons.as_bytes()));
        assert!(!is_throttle(reasons.replace("ThrottlingError", "TransactionConflict").as_bytes()));
    }
}
