//! The `publish` Lambda: woken by one-time schedules, and each minute to sweep.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use publish::Publisher;
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    let publisher = Publisher::new(&cloud);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let publisher = publisher.clone();
        async move { publisher.handle(event.payload).await.map_err(Error::from) }
    }))
    .await
}
