//! Who is measured.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use serde_json::Value;
use tests::runtime_api::{Function, Outcome};

/// A program that answers one event, over and over.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// What it is there for.
    pub(crate) kind: Kind,
    /// What runs.
    pub(crate) program: PathBuf,
    /// With which arguments.
    pub(crate) arguments: Vec<PathBuf>,
    /// With which settings.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// What it is asked.
    pub(crate) event: Value,
    /// What that is, in a few words.
    pub(crate) asked: &'static str,
    /// A field of a good answer, and its value.
    pub(crate) answer: (&'static str, Value),
}

/// What a contender is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To be compared with.
    Floor,
    /// To be compared with: the same on Node.
    Node,
    /// To be measured.
    Function,
}

impl Contender {
    /// Starts it and waits until it asks for an event.
    pub(crate) async fn start(&self) -> anyhow::Result<Function> {
        let arguments: Vec<&Path> = self.arguments.iter().map(PathBuf::as_path).collect();
        Function::start_program(&self.program, &arguments, self.name, &self.settings).await
    }

    /// That an answer is the good one: a fast refusal is no answer.
    pub(crate) fn check(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let (field, value) = &self.answer;
        let good = matches!(outcome, Outcome::Answer(answer) if answer[*field] == *value);
        ensure!(good, "{} answered {outcome:?}", self.name);
        Ok(())
    }

    /// The program's size, and what it takes in a zip (the same compression, without the archive's hundred bytes).
    pub(crate) fn sizes(&self) -> anyhow::Result<(usize, usize)> {
        let bytes = std::fs::read(&self.program)?;
        Ok((bytes.len(), miniz_oxide::deflate::compress_to_vec(&bytes, 9).len()))
    }
}
