//! The whole product on an independent implementation of AWS: the template deployed by its `CloudFormation`, the real
//! zips run by its Lambda, every signature and policy enforced, and a journey through its HTTP API.
//!
//! `docs/oracle.md` lists where it differs from AWS, and what the run does about it.

mod aws;
mod deploy;
mod journey;
mod relay;
mod roles;
mod steps;

use std::path::Path;

pub use steps::Steps;

use crate::process::Scratch;

/// Deploys what was built into `binaries`, goes through the journey, and tries every role. Says each step as it ends.
///
/// # Errors
/// When a step that others stand on cannot be begun: no oracle, no folder.
pub async fn run(binaries: &Path) -> anyhow::Result<Steps> {
    let scratch = Scratch::new("oracle")?;
    let mut steps = Steps::default();
    let Some(stack) = deploy::deploy(&mut steps, binaries, scratch.path()).await? else { return Ok(steps) };
    journey::walk(&mut steps, &stack).await;
    roles::examine(&mut steps, &stack).await;
    deploy::say_what_is_left_out(&mut steps, &stack);
    Ok(steps)
}
