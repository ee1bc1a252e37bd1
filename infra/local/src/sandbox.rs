//! The sandbox: every network simulated in this process, for trying everything out without an app anywhere.
//!
//! What was published lives as long as the process; accounts connected before a restart ask to be connected again.

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use networks::World;
use networks::fetch::{Fetch, Fetched, HEAD};
use reqwest::Client;
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::SharedClock;
use crate::folder::{self, Folder};

/// Marks a data folder whose accounts are at simulated networks.
const MARK: &str = "sandbox";
/// How long a simulated network waits for a file.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps installations of the sandbox and real ones apart: accounts of one do not exist in the other.
///
/// # Errors
/// When the folder belongs to the other kind; the message says what to do.
pub(crate) fn keep_apart(folder: &Folder, sandbox: bool) -> anyhow::Result<()> {
    let used = folder.join("table.sqlite").exists();
    let marked = folder.join(MARK).exists();
    match (used, marked, sandbox) {
        (_, true, false) => {
            bail!("this data folder belongs to a sandbox: set SANDBOX=1, or DATA_DIR to another folder")
        }
        (true, false, true) => {
            bail!("this data folder belongs to an Atelier without sandbox: set DATA_DIR to another folder")
        }
        (false, false, true) => Ok(folder::replace(&folder.join(MARK), b"The networks here are simulated.\n")?),
        _ => Ok(()),
    }
}

/// Starts the simulated networks on `listener` until `stopped` turns true. Yields their address.
///
/// # Errors
/// When the listener has no address, or no client can be made.
pub(crate) fn start(
    listener: TcpListener,
    clock: SharedClock,
    mut stopped: watch::Receiver<bool>,
) -> anyhow::Result<(Url, JoinHandle<()>)> {
    let origin = format!("http://{}", listener.local_addr()?);
    let client = Client::builder().timeout(PATIENCE).no_proxy().build().context("no client for the sandbox")?;
    let world = World::new(clock, &origin, Arc::new(OverHttp(client)));
    let task = tokio::spawn(async move {
        let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
        if let Err(error) = networks::serve(&world, listener, stop).await {
            tracing::error!(%error, "the simulated networks failed");
        }
    });
    Ok((origin.parse()?, task))
}

/// Reads files as a network would: from the address it was given.
#[derive(Debug)]
struct OverHttp(Client);

#[async_trait]
impl Fetch for OverHttp {
    async fn fetch(&self, url: &Url) -> Option<Fetched> {
        // Presigned addresses are good for one method only, so the length comes with the beginning.
        let range = format!("bytes=0-{}", HEAD - 1);
        let answer = self.0.get(url.clone()).header(RANGE, range).send().await.ok()?;
        let answer = answer.error_for_status().ok()?;
        let text = |name| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let mime = text(CONTENT_TYPE).unwrap_or_default();
        let whole = text(CONTENT_RANGE).and_then(|range| range.rsplit_once('/')?.1.parse().ok());
        let length = whole.or(answer.content_length());
        let body = answer.bytes().await.ok()?;
        let length = length.unwrap_or(body.len() as u64);
        Some(Fetched { mime, length, head: body.slice(..body.len().min(HEAD)) })
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use http::{HeaderMap, StatusCode};

    use super::*;

    #[test]
    fn a_folder_is_for_the_sandbox_or_for_real_never_for_both() {
        let sandbox = Folder::open(&crate::test_folder("sandbox")).unwrap();
        keep_apart(&sandbox, true).unwrap();
        keep_apart(&sandbox, true).unwrap();
        assert!(keep_apart(&sandbox, false).unwrap_err().to_string().contains("SANDBOX=1"));
        let real = Folder::open(&crate::test_folder("real")).unwrap();
        keep_apart(&real, false).unwrap();
        std::fs::write(real.join("table.sqlite"), b"").unwrap();
        assert!(keep_apart(&real, true).unwrap_err().to_string().contains("DATA_DIR"));
        keep_apart(&real, false).unwrap();
    }

    #[tokio::test]
    async fn a_file_is_read_at_its_beginning_and_measured_whole() {
        let content = vec![7_u8; 3 * HEAD];
        let serve = get(async move |headers: HeaderMap| match headers.contains_key(RANGE) {
            true => {
                let range = format!("bytes 0-{}/{}", HEAD - 1, content.len());
                let headers = [(CONTENT_TYPE, "video/mp4".to_owned()), (CONTENT_RANGE, range)];
                (StatusCode::PARTIAL_CONTENT, headers, content[..HEAD].to_vec())
            }
            false => panic!("the whole file was asked for"),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/film", serve)).await });
        let fetch = OverHttp(Client::builder().no_proxy().build().unwrap());
        let film = fetch.fetch(&format!("{origin}/film").parse().unwrap()).await.unwrap();
        assert_eq!((film.mime.as_str(), film.length, film.head.len()), ("video/mp4", 3 * HEAD as u64, HEAD));
        assert!(fetch.fetch(&format!("{origin}/none").parse().unwrap()).await.is_none());
    }
}
