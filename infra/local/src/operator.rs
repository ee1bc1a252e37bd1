//! What the operator's command needs to reach this process: one file in the data folder, for its owner only.

use cloud::Config;
use serde_json::json;

use crate::folder::{self, Folder};

const FILE: &str = "operator.json";

/// Says where queues and table are and how requests to them are signed.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn announce(folder: &Folder, config: &Config) -> anyhow::Result<()> {
    let said = json!({
        "region": config.region,
        "endpoint": config.endpoints.sqs,
        "table_endpoint": config.endpoints.dynamodb,
        "table": config.table,
        "credentials": config.static_credentials,
        "release_queue_url": config.release_queue_url,
        "dead_letter_urls": config.dead_letter_urls,
    });
    Ok(folder::replace(&folder.join(FILE), said.to_string().as_bytes())?)
}

/// Takes it back. A process that dies leaves it; its folder's lock then tells that nobody is there.
pub(crate) fn withdraw(folder: &Folder) {
    // What is not there need not be removed, and what cannot be is told by the lock as well.
    drop(std::fs::remove_file(folder.join(FILE)));
}
