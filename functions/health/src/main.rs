//! The `health` Lambda: looks after connections each hour.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config, invocations};
use health::Keeper;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    let keeper = Keeper::new(&cloud);
    invocations::serve(&*cloud.clock, health::woken_by, |event| keeper.handle(event)).await
}
