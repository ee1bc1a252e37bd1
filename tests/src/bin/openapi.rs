//! Writes the OpenAPI document to the path given.

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).context("give the path to write to")?;
    std::fs::write(&path, tests::contract::text()?).with_context(|| format!("cannot write {path}"))
}
