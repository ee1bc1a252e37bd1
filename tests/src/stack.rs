//! The embedded stack inside the test process, shared by all tests of a suite.

use std::path::PathBuf;
use std::sync::{OnceLock, mpsc};
use std::thread;

use anyhow::Context as _;
use cloud::Config;
use local::Options;

/// The embedded stack. It runs until the process ends, on a runtime of its own: each test's runtime ends with the test.
#[derive(Debug)]
pub struct Stack {
    /// Its public origin.
    pub origin: String,
    /// Settings with which product code reaches its stand-ins.
    pub config: Config,
}

/// The stack of this process; the first caller starts it.
///
/// # Panics
/// When it does not start.
pub fn stack() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(|| start("stack", false))
}

/// A stack whose networks are all simulated; the first caller starts it.
///
/// # Panics
/// When it does not start.
pub fn sandbox() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(|| start("sandbox", true))
}

fn start(name: &'static str, sandbox: bool) -> Stack {
    let (ready, started) = mpsc::channel();
    // It answers once when it is up; a second time only when it could not start.
    thread::spawn(move || {
        if let Err(error) = run(name, sandbox, &ready) {
            drop(ready.send(Err(error)));
        }
    });
    started.recv().expect("the stack's thread").expect("the embedded stack")
}

fn run(name: &str, sandbox: bool, ready: &mpsc::Sender<anyhow::Result<Stack>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        // Nothing drops it, so it is kept where `make test` clears up: below tests/.
        let work = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".work");
        let data = work.join(format!("{}-{name}", std::process::id()));
        let options = Options { allow_loopback: true, rate_limit: None, sandbox, ..Options::new(data) };
        let running = local::start(options).await?;
        let stack = Stack { origin: running.base_url.clone(), config: running.cloud.config.clone() };
        ready.send(Ok(stack)).context("nobody waits for the stack")?;
        std::future::pending().await
    })
}
