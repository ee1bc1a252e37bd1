//! `oracle BINARIES`: the template, with the functions built into that folder, on an independent implementation of AWS.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let binaries = std::env::args().nth(1).map(PathBuf::from).context("oracle BINARIES")?;
    let steps = tests::oracle::run(&binaries).await?;
    println!("oracle: left-out={}", steps.left_out);
    println!("oracle: steps={} failed={}", steps.taken, steps.failed);
    ensure!(steps.failed == 0, "not every step succeeded");
    Ok(())
}
