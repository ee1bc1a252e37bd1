//! `counterparts [--cwd DIR] [--sandbox] -- COMMAND...`: runs a command beside the program and the independent servers, with
//! their addresses in its environment, and ends with the command's status. With `--sandbox` the program has simulated
//! networks, and no other server runs.
//!
//! `ATELIER_URL`, `BSKY_URL`, `BSKY_HANDLE`, `BSKY_APP_PASSWORD`, `MASTODON_URL`, `MASTODON_USER`.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, ensure};
use tests::counterparts::{Bluesky, Mastodon};
use tests::process::{Atelier, Scratch};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).peekable();
    let mut folder = ".".to_owned();
    if arguments.peek().is_some_and(|argument| argument == "--cwd") {
        folder = arguments.nth(1).context("--cwd needs a folder")?;
    }
    let sandbox = arguments.next_if(|argument| argument == "--sandbox").is_some();
    ensure!(arguments.next().is_some_and(|argument| argument == "--"), "give a command after --");
    let program = arguments.next().context("give a command after --")?;

    let mut command = Command::new(&program);
    command.args(arguments).current_dir(folder);
    let data = Scratch::new("counterparts")?;
    let status = if sandbox {
        let atelier = Atelier::start_sandbox(data.path()).await?;
        command.env("ATELIER_URL", atelier.url()).status()
    } else {
        let (bluesky, mastodon) = tokio::try_join!(Bluesky::start(&["ada"]), Mastodon::start())?;
        let atelier = Atelier::start(data.path()).await?;
        let account = bluesky.accounts.first().context("an account")?;
        command
            .env("ATELIER_URL", atelier.url())
            .env("BSKY_URL", &bluesky.url)
            .env("BSKY_HANDLE", &account.handle)
            .env("BSKY_APP_PASSWORD", &account.app_password)
            .env("MASTODON_URL", &mastodon.url)
            .env("MASTODON_USER", Mastodon::USER)
            .status()
    };
    let status = status.with_context(|| format!("cannot run {program}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
