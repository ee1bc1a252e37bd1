//! The `publish` Lambda: woken by one-time schedules, and each minute to sweep.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config, invocations};
use lambda_runtime::Error;
use publish::Publisher;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config::from_env()?).await;
    let publisher = Publisher::new(&cloud);
    invocations::serve(&*cloud.clock, publish::woken_by, |event| publisher.handle(event)).await
}
