//! Servers that others wrote, started for one test and stopped with it. `scripts/setup-tests` installs them.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A running server; dropping it stops it. Its standard input stays open meanwhile: when this process dies without
/// dropping anything, the input closes and the server ends by itself.
#[derive(Debug)]
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a launcher of `tests/counterparts` and waits for the line of JSON that it prints once the server answers.
async fn launch<T: DeserializeOwned + Send + 'static>(mut command: Command) -> anyhow::Result<(Running, T)> {
    let launched = tokio::task::spawn_blocking(move || {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut running = Running(child.with_context(|| format!("cannot start {command:?}: run scripts/setup-tests"))?);
        let output = running.0.stdout.take().context("the launcher has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(!line.is_empty(), "{command:?} ended before it was ready: run scripts/setup-tests");
        Ok((running, serde_json::from_str(&line)?))
    });
    launched.await?
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("counterparts")
}

fn python(server: &str) -> Command {
    let mut command = Command::new(folder().join("../.venv/services/bin/python"));
    command.arg(folder().join("serve.py")).arg(server);
    command
}

/// An account on the reference Bluesky server.
#[derive(Debug, Clone, Deserialize)]
pub struct BlueskyAccount {
    /// Such as `ada.test`.
    pub handle: String,
    /// Its decentralized identifier.
    pub did: String,
    /// A password made for this application.
    pub app_password: String,
}

#[derive(Deserialize)]
struct BlueskyReady {
    url: String,
    accounts: Vec<BlueskyAccount>,
}

/// The reference Bluesky server with a directory of its own.
#[derive(Debug)]
pub struct Bluesky {
    /// Base address.
    pub url: String,
    /// One account for each name asked for.
    pub accounts: Vec<BlueskyAccount>,
    _running: Running,
}

impl Bluesky {
    /// Starts one with an account for each of `names`.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start(names: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new("node");
        command.arg(folder().join("bluesky.mjs")).args(names).env("LOG_ENABLED", "false");
        let (running, ready) = launch::<BlueskyReady>(command).await?;
        Ok(Self { url: ready.url, accounts: ready.accounts, _running: running })
    }
}

#[derive(Deserialize)]
struct MastodonReady {
    url: String,
}

/// A Mastodon instance. Whoever asks to be [`Mastodon::USER`] there is let in.
#[derive(Debug)]
pub struct Mastodon {
    /// Base address.
    pub url: String,
    _running: Running,
}

impl Mastodon {
    /// The one account that it comes with.
    pub const USER: &'static str = "testuser";

    /// Starts one.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let (running, ready) = launch::<MastodonReady>(python("mastodon")).await?;
        Ok(Self { url: ready.url, _running: running })
    }
}

#[derive(Deserialize)]
struct MinistackReady {
    url: String,
    access_key: String,
    secret_key: String,
}

/// An independent implementation of the AWS interfaces, which verifies signatures.
#[derive(Debug)]
pub struct Ministack {
    /// Address of every service.
    pub url: String,
    /// Key pair of a user who may do everything.
    pub credentials: (String, String),
    _running: Running,
}

impl Ministack {
    /// Starts one.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::launch(python("ministack")).await
    }

    /// Starts one that keeps what it unpacks in `folder`: the code of functions.
    ///
    /// # Errors
    /// As [`Ministack::start`].
    pub async fn start_in(folder: &Path) -> anyhow::Result<Self> {
        let mut command = python("ministack");
        command.env("TMPDIR", folder);
        Self::launch(command).await
    }

    async fn launch(command: Command) -> anyhow::Result<Self> {
        let (running, ready) = launch::<MinistackReady>(command).await?;
        Ok(Self { url: ready.url, credentials: (ready.access_key, ready.secret_key), _running: running })
    }
}
