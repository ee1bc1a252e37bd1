//! Posts from a spreadsheet: CSV text read into rows, and what each cell means.
//!
//! Nothing is guessed: what a cell leaves open is a [`Problem`] of that cell which names the choices. What a row says
//! is judged by the same rules as any other post, once its cells are understood.

mod alts;
mod columns;
mod day;
mod forms;
mod names;
mod settings;
mod timing;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

pub use columns::{Column, SettingColumn};
pub use day::DayOrder;
pub use forms::forms;
pub use names::{Library, WantedFiles, account_spelling, accounts};
pub use settings::settings;

use crate::platform::Platform;
use crate::problem::Problem;
use crate::rules::SettingKind;
use columns::{Columns, columns};

/// Most rows of one sheet.
pub const MAX_ROWS: usize = 200;
/// Where problems of the sheet as a whole are.
const SHEET: &str = "/csv";
/// What separates cells, the most usual first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A sheet, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its rows, without those that are empty.
    pub rows: Vec<Row>,
    /// How days such as `3/4/2026` are meant, as far as the sheet itself tells.
    pub days: DayOrder,
    /// What does not stop the import and should be known, such as columns that nobody knows.
    pub remarks: Vec<Problem>,
}

/// One row as it is written: every cell without space around it, empty where its column is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Row {
    /// The line of the sheet on which it begins, from 1.
    #[serde(skip)]
    pub line: usize,
    /// The text.
    pub text: String,
    /// The day.
    pub date: String,
    /// The time of day.
    pub time: String,
    /// Day and time in one.
    pub when: String,
    /// The IANA zone of its clock.
    pub zone: String,
    /// The accounts, separated by semicolons.
    pub accounts: String,
    /// The files, separated by semicolons.
    pub media: String,
    /// The alternative texts of the files, in their order, separated by semicolons.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// The first comment.
    pub first_comment: String,
    /// What it becomes where a network has several forms: one for all, or some such as `instagram: story`, separated by
    /// semicolons.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// What it says of networks' own settings, where it says anything.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<SettingColumn, String>,
    /// That it has cells beyond the last column.
    #[serde(skip)]
    pub overlong: bool,
}

impl Row {
    fn set(&mut self, column: Column, cell: String) {
        let own = match column {
            Column::Text => &mut self.text,
            Column::Date => &mut self.date,
            Column::Time => &mut self.time,
            Column::When => &mut self.when,
            Column::Zone => &mut self.zone,
            Column::Accounts => &mut self.accounts,
            Column::Media => &mut self.media,
            Column::Alt => &mut self.alt,
            Column::FirstComment => &mut self.first_comment,
            Column::Form => &mut self.form,
            Column::Setting(_) if cell.is_empty() => return,
            Column::Setting(setting) => self.settings.entry(setting).or_default(),
        };
        *own = cell;
    }

    /// Whether it says anything of when it goes out: else it becomes a draft.
    #[must_use]
    pub const fn is_timed(&self) -> bool {
        !(self.date.is_empty() && self.time.is_empty() && self.when.is_empty())
    }

    /// The alternative texts of its files, by their places.
    #[must_use]
    pub fn alts(&self) -> Vec<String> {
        alts::texts(&self.alt)
    }

    /// The networks of which it says something that only they know, such as the name of a board.
    pub fn choosing(&self) -> impl Iterator<Item = Platform> {
        let remote = |column: &&SettingColumn| column.rule().is_some_and(|rule| rule.kind == SettingKind::Remote);
        self.settings.keys().filter(remote).map(|column| column.platform)
    }

    /// The same, wherever in the sheet it stands.
    fn said(&self) -> Self {
        Self { line: 0, ..self.clone() }
    }

    /// What is wrong with its form.
    #[must_use]
    pub fn form_problem(&self) -> Option<Problem> {
        self.overlong.then(|| {
            Problem::error(
                "",
                "cells-too-many",
                "The row has more cells than there are columns.",
                "Put quotation marks around a cell that has a comma, a semicolon or a line break in it; a spreadsheet does so by itself.",
            )
        })
    }
}

/// Reads a sheet. The first line names the columns, in any order; comma, semicolon or tab separates the cells.
///
/// # Errors
/// What is wrong with the sheet as a whole, such as no column for the text or more than [`MAX_ROWS`] rows.
pub fn read(csv: &str) -> Result<Sheet, Vec<Problem>> {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let (announced, text, before) = announced(text);
    if text.trim().is_empty() {
        return Err(vec![wrong("sheet-empty", "There is nothing in the sheet.", TEMPLATE)]);
    }
    let Columns { separator, columns, remarks } = columns(text, announced)?;
    if let Some(line) = unclosed(text, separator) {
        let detail = format!("A quotation mark in line {} is never closed.", line + before);
        let fix = "Close it, or write it twice where it belongs to the text; a spreadsheet does so by itself.";
        return Err(vec![wrong("sheet-quote-open", detail, fix)]);
    }
    let mut rows = Vec::new();
    let mut lines = Lines { text, at: 0, line: 1 + before };
    for record in records(text, separator).skip(1) {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let mut row = Row { line: lines.of(start), ..Row::default() };
        for (index, cell) in record.iter().enumerate() {
            match columns.get(index) {
                Some(Some(column)) => row.set(*column, tidy(cell)),
                Some(None) => {}
                None => row.overlong |= !cell.trim().is_empty(),
            }
        }
        rows.push(row);
    }
    must_have_rows(rows.len())?;
    let days = DayOrder::of(&rows);
    let remarks = [remarks, lost_characters(text).into_iter().collect(), days.remark(&rows).into_iter().collect()];
    Ok(Sheet { rows, days, remarks: remarks.concat() })
}

/// What a sheet should look like.
const TEMPLATE: &str =
    "The first line names the columns, such as text, date, time, accounts; each line below is a post.";

fn must_have_rows(count: usize) -> Result<(), Vec<Problem>> {
    match count {
        0 => Err(vec![wrong("sheet-empty", "There are no rows below the names of the columns.", TEMPLATE)]),
        1..=MAX_ROWS => Ok(()),
        _ => {
            let detail = format!("The sheet has {count} rows; at most {MAX_ROWS} are imported at once.");
            Err(vec![wrong("sheet-too-long", detail, "Split it, and import one part after the other.")])
        }
    }
}

/// For each row, the earlier one that says exactly the same, by their places in `rows`.
#[must_use]
pub fn twins(rows: &[Row]) -> Vec<Option<usize>> {
    let mut first = std::collections::HashMap::new();
    let twin = |(index, row): (usize, &Row)| {
        let earlier = *first.entry(row.said()).or_insert(index);
        (earlier < index).then_some(earlier)
    };
    rows.iter().enumerate().map(twin).collect()
}

fn wrong(code: &str, detail: impl Into<String>, fix: impl Into<String>) -> Problem {
    Problem::error(SHEET, code, detail, fix)
}

/// Enough of a cell to find it again.
fn short(cell: &str) -> String {
    const MOST: usize = 40;
    let kept: String = cell.chars().take(MOST).collect();
    if kept.len() < cell.len() { format!("{kept}…") } else { kept }
}

/// Letters that were lost before the sheet came here stand as U+FFFD in it.
fn lost_characters(text: &str) -> Option<Problem> {
    text.contains('\u{fffd}').then(|| {
        let fix = "Save the sheet as “CSV UTF-8”, and look at the texts.";
        wrong("sheet-characters-lost", "Some characters could not be read and show as “\u{fffd}”.", fix).as_warning()
    })
}

/// Line breaks as everywhere else, and no space around.
fn tidy(cell: &str) -> String {
    cell.trim().replace("\r\n", "\n").replace('\r', "\n")
}

/// What a first line `sep=;` announces, as some spreadsheets write it; the rest, and the lines before it.
fn announced(text: &str) -> (Option<u8>, &str, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let separator = first.trim_end().strip_prefix("sep=").and_then(|rest| match rest.as_bytes() {
        [separator] if SEPARATORS.contains(separator) => Some(*separator),
        _ => None,
    });
    if separator.is_some() { (separator, rest, 1) } else { (None, text, 0) }
}

/// Every record of valid UTF-8, as the whole text is; the names of the columns first.
fn records(text: &str, separator: u8) -> impl Iterator<Item = csv::StringRecord> {
    let mut builder = csv::ReaderBuilder::new();
    let builder = builder.has_headers(false).flexible(true).delimiter(separator);
    builder.from_reader(text.as_bytes()).into_records().map_while(Result::ok)
}

/// The line of the quotation mark that opens the last cell, where none closes it.
fn unclosed(text: &str, separator: u8) -> Option<usize> {
    let (mut line, mut opened, mut fresh) = (1, None, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line = character == '\n' || (character == '\r' && characters.peek() != Some(&'\n'));
        line += usize::from(ends_line);
        match (character, opened) {
            ('"', Some(_)) if characters.peek() == Some(&'"') => {
                characters.next();
            }
            ('"', Some(_)) => opened = None,
            ('"', None) if fresh => opened = Some(line),
            _ => {}
        }
        fresh = opened.is_none() && (matches!(character, '\n' | '\r') || character == char::from(separator));
    }
    opened
}

/// Counts lines up to ever later places.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the first character from `start` on that ends no line.
    fn of(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\n' | b'\r') {
                break;
            }
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(self.at + 1) != Some(&b'\n'));
            self.line += usize::from(ends_line);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests;
