//! The command line.

use anyhow::{Context as _, bail};

pub(crate) const HELP: &str = "\
operator dead-letters list           what failed for good, the oldest first
operator dead-letters show <id>      all that is known of one
operator dead-letters replay <id>    send one again
operator dead-letters replay --all   send all again
operator dead-letters purge <id>     remove one for good
operator backup <folder>             write all items of the table into a new folder
operator restore <folder> --table <name>     put them into a new table, what may have gone out since held back
operator restore <folder> --files <folder>   the same into files that AWS imports into a new table
operator upgrade                     add to the table what older versions of Atelier did not write yet
operator hold --table <name> --as-of <time>  hold back in a table that AWS restored by itself, before anything uses it

A backup does not know what was published after it. So deliveries that were due since do not go out by themselves
from a restored table: each waits for a person, who looks at the network. Stop publishing first. More words for
`restore` and `hold`:
  --as-of <time>   the instant that the data show, where the backup does not say it
  --until <time>   when publishing stopped; now, unless given
  --all            what was due later becomes a draft: it may have been moved forward and published, too

Replaying is safe: publishing never relies on a message being unique. Before anything is sent to a network the
delivery is claimed by a conditional write, so a message that comes twice, late, or for a post that was moved,
canceled or published meanwhile does nothing.

It looks at the running Atelier whose data is in DATA_DIR (.atelier), or on AWS when these are set to the outputs
of the stack, with credentials from the usual places:
  ATELIER_DEAD_LETTER_URLS     DeadLetterUrls: the queues, with commas between them
  ATELIER_RELEASE_QUEUE_URL    ReleaseQueue: where replayed messages go
  ATELIER_TABLE                TableName: the table to back up, and in whose region to restore

Neither a post's text nor a secret is ever printed: only ids and the service's own codes.
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    List,
    Show(String),
    Replay(Which),
    Purge(String),
    Backup(String),
    Restore(String, Target, Hold),
    Hold(String, Hold),
    Upgrade,
}

/// Where a backup is put.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A table that is not there yet.
    Table(String),
    /// A folder that is not there yet.
    Files(String),
}

/// What is held back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The instant that the data show.
    pub(crate) as_of: Option<String>,
    /// When publishing stopped.
    pub(crate) until: Option<String>,
    /// Whether what was due later is held back as well.
    pub(crate) all: bool,
}

impl Hold {
    /// The words that say so, and where to.
    fn parse<'a>(mut words: &[&'a str]) -> Option<(Vec<(&'a str, &'a str)>, Self)> {
        let (mut hold, mut others) = (Self::default(), Vec::new());
        while let Some((word, rest)) = words.split_first() {
            words = rest;
            if *word == "--all" {
                hold.all = true;
                continue;
            }
            let (value, rest) = words.split_first().filter(|(value, _)| is_id(value))?;
            words = rest;
            match *word {
                "--as-of" => hold.as_of = Some((*value).to_owned()),
                "--until" => hold.until = Some((*value).to_owned()),
                other => others.push((other, *value)),
            }
        }
        Some((others, hold))
    }
}

/// Which dead letters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Which {
    One(String),
    All,
}

impl Which {
    pub(crate) fn is(&self, id: &str) -> bool {
        match self {
            Self::One(own) => own == id,
            Self::All => true,
        }
    }
}

impl Command {
    /// # Errors
    /// When the words are no command.
    pub(crate) fn parse(arguments: &[String]) -> anyhow::Result<Self> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let unknown = || format!("there is no command `{}`: see `operator --help`", words.join(" "));
        let held = |words| Hold::parse(words).with_context(unknown);
        Ok(match words.as_slice() {
            [] | ["help" | "--help" | "-h"] | ["dead-letters", "help" | "--help" | "-h"] => Self::Help,
            ["dead-letters", "list"] => Self::List,
            ["dead-letters", "show", id] if is_id(id) => Self::Show((*id).to_owned()),
            ["dead-letters", "replay", "--all"] => Self::Replay(Which::All),
            ["dead-letters", "replay", id] if is_id(id) => Self::Replay(Which::One((*id).to_owned())),
            ["dead-letters", "purge", id] if is_id(id) => Self::Purge((*id).to_owned()),
            ["backup", folder] if is_id(folder) => Self::Backup((*folder).to_owned()),
            ["restore", folder, rest @ ..] if is_id(folder) => {
                let (target, hold) = held(rest)?;
                let target = match target.as_slice() {
                    [("--table", name)] => Target::Table((*name).to_owned()),
                    [("--files", folder)] => Target::Files((*folder).to_owned()),
                    _ => bail!(unknown()),
                };
                Self::Restore((*folder).to_owned(), target, hold)
            }
            ["upgrade"] => Self::Upgrade,
            ["hold", rest @ ..] => match held(rest)? {
                (table, hold) if table.len() == 1 && table[0].0 == "--table" => Self::Hold(table[0].1.to_owned(), hold),
                _ => bail!(unknown()),
            },
            _ => bail!(unknown()),
        })
    }
}

fn is_id(word: &str) -> bool {
    !word.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> anyhow::Result<Command> {
        Command::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_command_of_the_help_is_one() {
        for line in HELP.lines().filter_map(|line| line.strip_prefix("operator ")) {
            let (command, _) = line.split_once("  ").expect("a command and what it does");
            assert_ne!(parse(command).expect(command), Command::Help, "{command}");
        }
    }

    #[test]
    fn nothing_is_replayed_or_removed_by_a_slip() {
        for line in ["dead-letters replay", "dead-letters purge --all", "dead-letters replay --al", "replay --all"]
            .into_iter()
            .chain([
                "restore x",
                "restore --table y",
                "upgrade x",
                "restore x --table --all",
                "restore x --table y --files z",
                "hold x",
            ])
        {
            assert!(parse(line).is_err(), "{line}");
        }
        assert_eq!(parse("dead-letters replay x").unwrap(), Command::Replay(Which::One("x".to_owned())));
    }
}
