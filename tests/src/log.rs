//! What a program says, kept in a file: whatever it wrote before it answered stands there once the answer is in.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

/// Output and errors of a program, both at the end of one file.
pub(crate) fn sinks(path: &Path) -> std::io::Result<[Stdio; 2]> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    Ok([file.try_clone()?.into(), file.into()])
}

/// A program's log, from where one last looked.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    read: usize,
}

impl Log {
    /// The log in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), read: 0 }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was said since the last look.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn more(&mut self) -> Vec<Value> {
        let text = fs::read_to_string(&self.path).expect("a log");
        let new = text[self.read..].lines();
        // What a program says in no form of ours is a line all the same.
        let lines = new.map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.into())).collect();
        self.read = text.len();
        lines
    }
}

/// The values of a figure among lines; of one kind of it if `of` is a dimension with its value.
#[must_use]
pub fn figures(lines: &[Value], name: &str, of: Option<(&str, &str)>) -> Vec<i64> {
    let fits = |line: &&Value| line["_aws"].is_object() && of.is_none_or(|(name, value)| line[name] == value);
    lines.iter().filter(fits).filter_map(|line| line[name].as_i64()).collect()
}

/// The lines with this message.
#[must_use]
pub fn saying<'a>(lines: &'a [Value], message: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["message"] == message).collect()
}
