//! Where the installation is: queues and table on AWS, or a running Atelier with its data in a folder.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, bail};
use cloud::{Config, Endpoints};
use serde::Deserialize;

/// What a running Atelier writes into its data folder.
#[derive(Deserialize)]
struct Announced {
    region: String,
    endpoint: String,
    table: String,
    table_endpoint: String,
    credentials: (String, String),
    release_queue_url: String,
    dead_letter_urls: Vec<String>,
}

/// Settings that reach the queues.
///
/// # Errors
/// When neither is there.
pub fn find(setting: impl Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
    if let Some(urls) = setting("ATELIER_DEAD_LETTER_URLS") {
        return Ok(on_aws(&urls, &setting));
    }
    embedded(Path::new(&setting("DATA_DIR").unwrap_or_else(|| ".atelier".to_owned())))
}

/// Settings that reach the table.
///
/// # Errors
/// When there is none.
pub fn table(setting: impl Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
    let Some(table) = setting("ATELIER_TABLE") else { return find(setting) };
    let region = setting("AWS_REGION").or_else(|| setting("AWS_DEFAULT_REGION"));
    Ok(Config {
        region: region.context("set AWS_REGION to the region of the stack")?,
        table,
        endpoints: Endpoints { dynamodb: setting("AWS_ENDPOINT_URL_DYNAMODB"), ..Endpoints::default() },
        ..Config::default()
    })
}

fn on_aws(urls: &str, setting: &impl Fn(&str) -> Option<String>) -> Config {
    let urls: Vec<String> = urls.split(',').map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()).collect();
    let region = urls.first().and_then(|url| region_in(url)).map(str::to_owned);
    let region = region.or_else(|| setting("AWS_REGION")).or_else(|| setting("AWS_DEFAULT_REGION"));
    Config {
        region: region.unwrap_or_default(),
        release_queue_url: setting("ATELIER_RELEASE_QUEUE_URL").unwrap_or_default(),
        dead_letter_urls: urls,
        endpoints: Endpoints { sqs: setting("AWS_ENDPOINT_URL_SQS"), ..Endpoints::default() },
        ..Config::default()
    }
}

/// The region in `https://sqs.<region>.amazonaws.com/…`.
fn region_in(url: &str) -> Option<&str> {
    url.strip_prefix("https://sqs.")?.split_once(".amazonaws.com").map(|(region, _)| region)
}

fn embedded(folder: &Path) -> anyhow::Result<Config> {
    let shown = folder.display();
    // Whoever runs there holds the lock; what a killed one left behind leads nowhere.
    let not_running = || format!("no Atelier runs with its data in {shown}: start it, or set DATA_DIR to its folder");
    let lock = File::open(folder.join("lock")).with_context(not_running)?;
    if lock.try_lock().is_ok() {
        bail!(not_running());
    }
    let announced = std::fs::read(folder.join("operator.json")).with_context(not_running)?;
    let announced: Announced = serde_json::from_slice(&announced).with_context(|| {
        format!("{shown}/operator.json is of another version: restart Atelier, and build both of the same version")
    })?;
    Ok(Config {
        region: announced.region,
        table: announced.table,
        release_queue_url: announced.release_queue_url,
        dead_letter_urls: announced.dead_letter_urls,
        endpoints: Endpoints {
            sqs: Some(announced.endpoint),
            dynamodb: Some(announced.table_endpoint),
            ..Endpoints::default()
        },
        static_credentials: Some(announced.credentials),
        ..Config::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_on_aws_say_their_region() {
        let config = find(|name| match name {
            "ATELIER_DEAD_LETTER_URLS" => Some("https://sqs.eu-central-1.amazonaws.com/1/a, https://x/b,".to_owned()),
            "ATELIER_RELEASE_QUEUE_URL" => Some("https://sqs.eu-central-1.amazonaws.com/1/r".to_owned()),
            _ => None,
        })
        .unwrap();
        assert_eq!(config.region, "eu-central-1");
        assert_eq!(config.dead_letter_urls.len(), 2);
        assert!(config.static_credentials.is_none());
    }

    #[test]
    fn a_folder_where_nothing_runs_is_said_to_be_one() {
        let error = find(|name| (name == "DATA_DIR").then(|| "/nonexistent".to_owned())).unwrap_err();
        assert!(error.to_string().contains("set DATA_DIR"), "{error}");
    }
}
