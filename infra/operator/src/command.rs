//! The command line.

use anyhow::bail;

pub(crate) const HELP: &str = "\
operator dead-letters list           what failed for good, the oldest first
operator dead-letters show <id>      all that is known of one
operator dead-letters replay <id>    send one again
operator dead-letters replay --all   send all again
operator dead-letters purge <id>     remove one for good

Replaying is safe: publishing never relies on a message being unique. Before anything is sent to a network the
delivery is claimed by a conditional write, so a message that comes twice, late, or for a post that was moved,
canceled or published meanwhile does nothing.

It looks at the running Atelier whose data is in DATA_DIR (.atelier), or on AWS when these are set to the outputs
of the stack, with credentials from the usual places:
  ATELIER_DEAD_LETTER_URLS     DeadLetterUrls: the queues, with commas between them
  ATELIER_RELEASE_QUEUE_URL    ReleaseQueue: where replayed messages go

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
        Ok(match words.as_slice() {
            [] | ["help" | "--help" | "-h"] | ["dead-letters", "help" | "--help" | "-h"] => Self::Help,
            ["dead-letters", "list"] => Self::List,
            ["dead-letters", "show", id] if is_id(id) => Self::Show((*id).to_owned()),
            ["dead-letters", "replay", "--all"] => Self::Replay(Which::All),
            ["dead-letters", "replay", id] if is_id(id) => Self::Replay(Which::One((*id).to_owned())),
            ["dead-letters", "purge", id] if is_id(id) => Self::Purge((*id).to_owned()),
            _ => bail!("there is no command `{}`: see `operator --help`", words.join(" ")),
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
        for line in ["dead-letters replay", "dead-letters purge --all", "dead-letters replay --al", "replay --all"] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert_eq!(parse("dead-letters replay x").unwrap(), Command::Replay(Which::One("x".to_owned())));
    }
}
