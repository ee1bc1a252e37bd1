//! Alternative texts: they belong to the files of the library, so a sheet may add one and never replaces one.

use super::names::{Library, names};
use super::{Row, short};
use crate::ids::FileId;
use crate::media::{File, validate_alt};
use crate::problem::Problem;

/// Where the cell is.
const AT: &str = "/alt";

impl Library {
    /// Gives the files the alternative texts that the rows have for them, where they have none, and says what is wrong
    /// with each row's. The first row that describes a file counts.
    #[must_use]
    pub fn describe(&mut self, rows: &[Row]) -> Vec<Vec<Problem>> {
        rows.iter().map(|row| self.describe_by(row)).collect()
    }

    /// The files that [`Self::describe`] gave a text.
    pub fn described(&self) -> impl Iterator<Item = &File> {
        self.described.keys().filter_map(|id| self.get(*id))
    }

    fn describe_by(&mut self, row: &Row) -> Vec<Problem> {
        let texts = texts(&row.alt);
        let named = names(&row.media).count();
        if texts.len() > named {
            return vec![too_many(texts.len(), named)];
        }
        let (files, unknown) = self.find(&row.media);
        if !unknown.is_empty() {
            // Which text is whose is not known before every name is.
            return Vec::new();
        }
        let given = files.into_iter().zip(texts).filter(|(_, text)| !text.is_empty());
        given.filter_map(|(id, text)| self.give(id, &text, row.line)).collect()
    }

    fn give(&mut self, id: FileId, text: &str, line: usize) -> Option<Problem> {
        if let Some(problem) = validate_alt(text) {
            return Some(problem);
        }
        let file = self.files.get_mut(&id)?;
        match file.alt.trim() {
            "" => {
                text.clone_into(&mut file.alt);
                self.described.insert(id, line);
                None
            }
            same if same == text => None,
            other => Some(differs(&file.name, other, self.described.get(&id).copied())),
        }
    }
}

/// The texts in a cell, empty ones between others included: they are for files by their places.
pub(super) fn texts(cell: &str) -> Vec<String> {
    let mut texts: Vec<String> = cell.split('\n').flat_map(pieces).collect();
    while texts.last().is_some_and(String::is_empty) {
        texts.pop();
    }
    texts
}

/// What semicolons separate in a line; one at its end says no more than the line's own end, and one after a backslash
/// belongs to its text.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = line.trim_end();
    while let Some(at) = rest.find(';') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let last = pieces.len() - 1;
        match before.strip_suffix('\\') {
            Some(kept) => pieces[last].extend([kept, ";"]),
            None => {
                pieces[last].push_str(before);
                if !after.is_empty() {
                    pieces.push(String::new());
                }
            }
        }
        rest = after;
    }
    if let Some(piece) = pieces.last_mut() {
        piece.push_str(rest);
    }
    pieces.iter().map(|piece| piece.trim().to_owned()).collect()
}

fn too_many(texts: usize, files: usize) -> Problem {
    let (texts, fix) = if texts == 1 { ("a text".to_owned(), None) } else { (format!("{texts} texts"), Some(())) };
    let files = match files {
        0 => "no file".to_owned(),
        1 => "one file".to_owned(),
        several => format!("{several} files"),
    };
    let fix = fix.map_or(
        "Name the file in the column “media”, or empty the cell.",
        |()| "Write one text per file, in the order of the files. A semicolon or a line break begins the next text; write \\; for a semicolon within one.",
    );
    Problem::error(AT, "alt-too-many", format!("The cell has {texts}, and the row names {files}."), fix)
}

fn differs(name: &str, there: &str, line: Option<usize>) -> Problem {
    let (name, there) = (short(name), short(there));
    let (detail, fix) = match line {
        Some(line) => (
            format!("Line {line} describes “{name}” in other words: “{there}”."),
            "A file has one alternative text: write the same in both lines, or in one of them only.",
        ),
        None => (
            format!("The library describes “{name}” in other words: “{there}”."),
            "Leave the place empty to keep them, or change them in the media library first: a sheet replaces no text.",
        ),
    };
    Problem::error(AT, "alt-differs", detail, fix)
}

#[cfg(test)]
#[path = "alts_tests.rs"]
mod tests;
