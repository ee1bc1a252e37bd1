//! The `identity` Lambda: the user pool's triggers.

use cloud::telemetry::{self, Lines};
use cloud::{Cloud, Config, Patience, invocations};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start(Lines::Json);
    let cloud = Cloud::connect(Config { patience: Patience::TRIGGER, ..Config::from_env()? }).await;
    invocations::serve(&*cloud.clock, identity::woken_by, |event| identity::handle(&cloud, event)).await
}
