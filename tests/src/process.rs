//! The real program, as `make run` starts it: for tests that kill it, and for measuring it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::log;

/// How long the program may take to answer for the first time.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running program; dropping it kills it.
#[derive(Debug)]
pub struct Atelier {
    child: Child,
    port: u16,
    data: PathBuf,
    /// From the start of the process to its first answer.
    pub startup: Duration,
    sandbox: bool,
    log: Option<PathBuf>,
}

/// A port that nobody listens on, bound and released at once: the program takes its address as a setting and must
/// know its own.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Atelier {
    /// Starts the program on a free port with its data in `data`, and waits until it answers.
    ///
    /// # Errors
    /// When it is not built, ends, or does not answer in time.
    pub async fn start(data: &Path) -> anyhow::Result<Self> {
        Self::start_on(free_port()?, data, false, None).await
    }

    /// The same with simulated networks.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_sandbox(data: &Path) -> anyhow::Result<Self> {
        Self::start_on(free_port()?, data, true, None).await
    }

    /// The same as [`Self::start`], with all that it has to say, down to the last detail, in the file `log`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_logged(data: &Path, log: &Path) -> anyhow::Result<Self> {
        Self::start_on(free_port()?, data, false, Some(log.to_owned())).await
    }

    async fn start_on(port: u16, data: &Path, sandbox: bool, log: Option<PathBuf>) -> anyhow::Result<Self> {
        let (output, errors) = match &log {
            Some(log) => log::sinks(log)?.into(),
            None => (Stdio::null(), Stdio::inherit()),
        };
        let program = program("atelier")?;
        let started = Instant::now();
        let child = Command::new(&program)
            .env("PORT", port.to_string())
            .env("DATA_DIR", data)
            .env("FRONTEND_DIST", concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/dist"))
            .env("RUST_LOG", if log.is_some() { "trace" } else { "warn" })
            .env("SANDBOX", if sandbox { "1" } else { "" })
            // The networks that tests publish to are on this machine.
            .env("ATELIER_ALLOW_LOOPBACK", "1")
            // Tests and measurements are one very busy person.
            .env("ATELIER_RATE_LIMIT", "0")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut running = Self { child, port, data: data.to_owned(), sandbox, log, startup: Duration::ZERO };
        let health = format!("{}/api/health", running.url());
        let client = reqwest::Client::new();
        while !client.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if let Some(status) = running.child.try_wait()? {
                bail!("{} ended with {status}", program.display());
            }
            if started.elapsed() > START_LIMIT {
                bail!("{} does not answer", program.display());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        running.startup = started.elapsed();
        Ok(running)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        // A sandbox is where X sends people back to, which refuses `localhost`.
        let host = if self.sandbox { "127.0.0.1" } else { "localhost" };
        format!("http://{host}:{}", self.port)
    }

    /// Ends it at once, as `kill -9` does: it gets no chance to tidy up.
    ///
    /// # Errors
    /// When there is nothing to kill.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again where it was, on the same data.
    ///
    /// # Errors
    /// As [`Atelier::start`].
    pub async fn restart(mut self) -> anyhow::Result<Self> {
        // Fails when it was killed already.
        drop(self.kill());
        Self::start_on(self.port, &self.data, self.sandbox, self.log.clone()).await
    }

    /// Memory it holds now, and the most it ever held, in MB (`VmRSS`, `VmHWM`).
    ///
    /// # Errors
    /// When the system does not tell; only Linux does.
    pub fn memory_mb(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<f64>().map(|kilobytes| kilobytes / 1024.0)
        };
        Ok((kilobytes("VmRSS")?, kilobytes("VmHWM")?))
    }

    /// Processor time it used so far, in steps of 10 ms.
    ///
    /// # Errors
    /// When the system does not tell; only Linux does.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is the program's name in parentheses; what follows is numbers. 14 and 15 are user and system
        // time in ticks, of which every Linux has 100 a second.
        let (_, fields) = stat.rsplit_once(") ").context("not a process's figures")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Atelier {
    fn drop(&mut self) {
        // Fails when it was killed already.
        drop(self.kill());
    }
}

/// A program of the same build as the caller: `target/<profile>/<name>`, beside it or one folder up.
///
/// # Errors
/// When it is not built.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{name} is not built: run `cargo build --workspace --bins`"))
}

/// An empty folder below the system's temporary one, removed when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one; `name` tells it from those of other tests.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("atelier-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is in the system's temporary folder.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
