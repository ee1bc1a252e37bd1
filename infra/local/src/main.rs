//! `atelier`: the embedded default as a program.

use std::process::ExitCode;

use local::{Options, Running};
use mimalloc::MiMalloc;
use tokio::signal::unix::{SignalKind, signal};

/// Requests are handed from thread to thread here, and the system's allocator takes a sixth of the processor time for
/// what one thread allocates and another gives back. A function has one thread, and keeps the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    cloud::telemetry::start(cloud::telemetry::Lines::Readable);
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("atelier: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let options = Options::from_env()?;
    say(&format!("Starting Atelier with the data in {} …", options.data_dir.display()));
    let mut terminated = signal(SignalKind::terminate())?;
    let running = local::start(options).await?;
    welcome(&running);
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
    say("Stopping …");
    running.shutdown().await;
    Ok(())
}

fn welcome(running: &Running) {
    say(&format!("Mail is kept at {}", running.mailbox_url));
    if let Some(sandbox) = &running.sandbox_url {
        say(&format!("All networks are simulated. What people would see there is at {sandbox}"));
    }
    say(&format!("Atelier is ready at {}", running.base_url));
}

#[expect(clippy::print_stdout, reason = "a program started by hand says where it is")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "a program that cannot start says why in one line")]
fn complain(line: &str) {
    eprintln!("{line}");
}
