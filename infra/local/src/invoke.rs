//! Calling event functions by name, as AWS would by ARN.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;

/// How long one call may take. Mirrors the longest function timeout of the template: what runs
/// longer is stopped, and the caller (the scheduler) tries again.
const LIMIT: Duration = Duration::from_secs(120);

type Function = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// The event functions this process can run, by function name (`identity`, `publish`).
#[derive(Clone, Default)]
pub struct Invoker {
    functions: Arc<RwLock<HashMap<String, Function>>>,
}

impl Invoker {
    /// Makes `function` callable under `name`, replacing an earlier one.
    pub fn register<F, R>(&self, name: &str, function: F)
    where
        F: Fn(Value) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Value, String>> + Send + 'static,
    {
        let function: Function = Arc::new(move |event| Box::pin(function(event)));
        self.functions.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), function);
    }

    /// Whether `name` is callable.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.functions.read().unwrap_or_else(PoisonError::into_inner).contains_key(name)
    }

    /// Runs the function and returns its answer. It runs in its own task, so that its panic or its
    /// hanging ends this call only.
    ///
    /// # Errors
    /// The function's own error, or a sentence saying that it is unknown, panicked or took too long.
    pub async fn invoke(&self, name: &str, event: Value) -> Result<Value, String> {
        let function = self
            .functions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
            .ok_or_else(|| format!("there is no function named {name}"))?;
        let mut task = tokio::spawn(function(event));
        match tokio::time::timeout(LIMIT, &mut task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(format!("the function {name} panicked")),
            Err(_) => {
                task.abort();
                Err(format!("the function {name} timed out after {} s", LIMIT.as_secs()))
            }
        }
    }
}

/// The function's name in a Lambda ARN, without version or alias; a bare name stands for itself.
pub(crate) fn function_name(arn: &str) -> &str {
    let tail = arn.split_once(":function:").map_or(arn, |(_, tail)| tail);
    tail.split(':').next().unwrap_or(tail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Invoker, function_name};

    #[test]
    fn names_come_out_of_arns() {
        assert_eq!(function_name("arn:aws:lambda:eu-central-1:1:function:publish:live"), "publish");
        assert_eq!(function_name("publish"), "publish");
    }

    #[tokio::test]
    async fn a_panic_ends_one_call_only() {
        let invoker = Invoker::default();
        invoker.register("bad", |_| async { panic!("broken") });
        invoker.register("good", |event| async { Ok(event) });
        assert!(invoker.invoke("bad", json!({})).await.is_err());
        assert_eq!(invoker.invoke("good", json!(1)).await, Ok(json!(1)));
        assert!(invoker.invoke("none", json!({})).await.is_err());
    }
}
