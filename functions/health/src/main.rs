//! The `health` Lambda: looks after connections each hour.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config};
use health::Keeper;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    let keeper = Keeper::new(&cloud);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let keeper = keeper.clone();
        async move { keeper.handle(event.payload).await.map_err(Error::from) }
    }))
    .await
}
