//! The `identity` Lambda: the user pool's triggers.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config, invocations};
use lambda_runtime::Error;
use cloud::{Cloud, Config, Patience};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    invocations::serve(&*cloud.clock, identity::woken_by, |event| identity::handle(&cloud, event)).await
    let cloud = Cloud::connect(Config { patience: Patience::TRIGGER, ..Config::from_env()? }).await;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let cloud = cloud.clone();
        async move { identity::handle(&cloud, event.payload).await.map_err(Error::from) }
    }))
    .await
}
