//! `cost [--check]`: list prices from measured figures, written into `docs/cost.md`, or compared with what is there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tests::cost::{Cost, Prices, alike, tables};
use tests::round_trips::measure;

/// Between these the page's tables are.
const BEGIN: &str = "<!-- figures: make cost -->\n";
const END: &str = "<!-- end of figures -->";
/// Whose prices the last line tells.
const REGION: &str = "us-east-1";

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn main() -> anyhow::Result<()> {
    let check = std::env::args().nth(1).as_deref() == Some("--check");
    let (prices, measured) = (Prices::read()?, measure().await?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (secrets, alarms) = (count(&root, "AWS::SecretsManager::Secret")?, count(&root, "AWS::CloudWatch::Alarm")?);
    let tables = tables(&prices, &measured, secrets, alarms)?;
    let tables = format!("Prices as of {}.\n\n{tables}", prices.as_of);
    println!("{tables}");
    page(&root.join("docs/cost.md"), &tables, check)?;
    let cost = Cost::at(REGION, &prices, &measured)?;
    let posts = measured.channel_posts.iter();
    let page = posts.clone().find(|post| post.network == "page").context("a post to the page")?;
    let outside: Vec<f64> =
        posts.filter(|post| post.network != "page").map(|post| cost.channel_post(post).all()).collect();
    let (least, most) =
        (outside.iter().copied().fold(f64::INFINITY, f64::min), outside.iter().copied().fold(0.0, f64::max));
    let idle: f64 = cost.idle(secrets, alarms)?.iter().map(|(_, sum)| sum).sum();
    println!(
        "cost: api_request_usd_per_million={:.2} channel_post_usd_per_million={most:.2} (least {least:.2}, the page {:.2}) idle_usd_per_month={idle:.2}",
        cost.mix()?.all(),
        cost.channel_post(page).all(),
    );
    Ok(())
}

/// Writes the tables into the page, or says that it has others.
fn page(path: &PathBuf, tables: &str, check: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let (before, rest) = text.split_once(BEGIN).context("docs/cost.md has no place for figures")?;
    let (old, after) = rest.split_once(END).context("docs/cost.md has no end of figures")?;
    if !check {
        return Ok(std::fs::write(path, format!("{before}{BEGIN}\n{tables}{END}{after}"))?);
    }
    if !alike(old, tables) {
        bail!("docs/cost.md has other figures than these: run make cost");
    }
    Ok(())
}

/// How many resources of a kind the templates have.
fn count(root: &Path, kind: &str) -> anyhow::Result<usize> {
    let mut templates = vec![root.join("template.yaml")];
    for entry in std::fs::read_dir(root.join("infra"))? {
        templates.push(entry?.path());
    }
    let is_one = |line: &&str| line.trim() == format!("Type: {kind}");
    let mut found = 0;
    for template in templates.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        found += std::fs::read_to_string(template)?.lines().filter(is_one).count();
    }
    Ok(found)
}
