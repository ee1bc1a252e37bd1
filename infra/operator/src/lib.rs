//! What whoever runs an installation does with it by hand: look at what failed for good and send it
//! again, back the table up and restore it. The same on AWS and on the embedded default.
//!
//! Nothing here prints a post's text or a secret: dead letters are shown by ids and by the service's own
//! codes.

mod backup;
mod command;
pub mod json;
pub mod place;

use std::io::Write;
use std::sync::Arc;

use anyhow::{bail, ensure};
use aws_config::{BehaviorVersion, Region};
use cloud::{Cloud, Config, DeadLetter, DeadLetters, SystemClock, SystemRandom};

use command::{Command, Which};

/// Carries out a command line, with settings as the environment has them, and writes what it found.
///
/// # Errors
/// In one sentence that says what to do: when the command is unknown, the installation cannot be found or
/// reached, or there is no such dead letter.
pub async fn run(
    arguments: &[String],
    setting: impl Fn(&str) -> Option<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let command = Command::parse(arguments)?;
    if command == Command::Help {
        return Ok(out.write_all(command::HELP.as_bytes())?);
    }
    match &command {
        Command::Backup(folder) => return backup::backup(place::table(setting)?, folder, out).await,
        Command::Restore(folder, target, hold) => {
            return backup::restore(place::table(setting)?, folder, target, hold, out).await;
        }
        Command::Upgrade => return backup::upgrade(place::table(setting)?, out).await,
        Command::Hold(table, hold) => return backup::hold(place::table(setting)?, table, hold, out).await,
        _ => {}
    }
    let config = place::find(setting)?;
    ensure!(
        !matches!(command, Command::Replay(_)) || !config.release_queue_url.is_empty(),
        "set ATELIER_RELEASE_QUEUE_URL to the queue to send to: the output ReleaseQueue of the stack"
    );
    let letters = connect(config).await.dead_letters();
    match command {
        Command::Help | Command::Backup(_) | Command::Restore(..) | Command::Hold(..) | Command::Upgrade => Ok(()),
        Command::List => list(&letters.list().await?, out),
        Command::Show(id) => show(&found(letters.list().await?, &id)?, out),
        Command::Replay(which) => replay(&letters, &which, out).await,
        Command::Purge(id) => {
            let purged = letters.purge(|letter| letter.id == id).await?;
            Ok(writeln!(out, "Removed {} for good.", found(purged, &id)?.id)?)
        }
    }
}

/// Reaches a running Atelier with its own credentials, and AWS with the operator's, wherever their tools keep them: profiles,
/// single sign-on, an instance's role.
async fn connect(config: Config) -> Arc<Cloud> {
    if config.static_credentials.is_some() {
        return Cloud::connect(config).await;
    }
    let settings = aws_config::defaults(BehaviorVersion::latest()).region(Region::new(config.region.clone()));
    Arc::new(Cloud::over(settings.load().await, config, Arc::new(SystemClock), Arc::new(SystemRandom)))
}

async fn replay(letters: &DeadLetters, which: &Which, out: &mut impl Write) -> anyhow::Result<()> {
    let replayed = letters.replay(|letter| which.is(&letter.id)).await?;
    if let (Which::One(id), true) = (which, replayed.is_empty()) {
        let left = found(letters.list().await?, id)?;
        bail!("{} is not a wake-up and cannot be sent again: look at it with `show`, remove it with `purge`", left.id);
    }
    for letter in &replayed {
        writeln!(out, "Sent {} again: {}", letter.id, wakes(letter))?;
    }
    Ok(writeln!(out, "{} sent again.", replayed.len())?)
}

fn found(letters: Vec<DeadLetter>, id: &str) -> anyhow::Result<DeadLetter> {
    match letters.into_iter().find(|letter| letter.id == id) {
        Some(letter) => Ok(letter),
        None => bail!("there is no dead letter {id}; another operator may be looking at it: try again in a minute"),
    }
}

fn list(letters: &[DeadLetter], out: &mut impl Write) -> anyhow::Result<()> {
    if letters.is_empty() {
        return Ok(writeln!(out, "No dead letters.")?);
    }
    writeln!(out, "{:36}  {:20}  {:24}  WAKES", "ID", "SENT", "QUEUE")?;
    for letter in letters {
        writeln!(out, "{:36}  {:20}  {:24}  {}", letter.id, sent(letter), letter.queue, wakes(letter))?;
    }
    Ok(())
}

fn show(letter: &DeadLetter, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "id     {}", letter.id)?;
    writeln!(out, "queue  {}", letter.queue)?;
    writeln!(out, "sent   {}", sent(letter))?;
    writeln!(out, "size   {} bytes", letter.bytes)?;
    writeln!(out, "wakes  {}", wakes(letter))?;
    if let Some(wake_up) = &letter.wake_up {
        writeln!(out, "org    {}", wake_up.org)?;
    }
    for (name, value) in &letter.notes {
        writeln!(out, "{name}  {value}")?;
    }
    Ok(())
}

fn sent(letter: &DeadLetter) -> String {
    letter.sent.map_or_else(|| "-".to_owned(), |sent| sent.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn wakes(letter: &DeadLetter) -> String {
    letter.wake_up.map_or_else(
        || "nothing: not a wake-up".to_owned(),
        |wake_up| format!("{} at revision {}", wake_up.post, wake_up.revision),
    )
}
