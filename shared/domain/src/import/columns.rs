//! Which column of a sheet is which.

use super::{SEPARATORS, TEMPLATE, records, short, wrong};
use crate::problem::Problem;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The text.
    Text,
    /// The day.
    Date,
    /// The time of day.
    Time,
    /// Day and time in one.
    When,
    /// The IANA zone of its clock.
    Zone,
    /// The accounts, separated by semicolons.
    Accounts,
    /// The files, separated by semicolons.
    Media,
    /// The first comment.
    FirstComment,
}

impl Column {
    /// Every column, in the order in which a template has them.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Date, Self::Time, Self::When, Self::Zone, Self::Accounts, Self::Media, Self::FirstComment];

    /// The names it goes by, its own first; in lower case, with a space between words.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["text", "post", "message", "content", "caption"],
            Self::Date => &["date", "day"],
            Self::Time => &["time"],
            Self::When => &["when", "date and time", "datetime", "date time", "scheduled at", "publish at"],
            Self::Zone => &["zone", "time zone", "timezone", "tz"],
            Self::Accounts => &["accounts", "account", "networks", "channels", "profiles"],
            Self::Media => &["media", "files", "file", "images", "image", "pictures", "attachments"],
            Self::FirstComment => &["first comment", "comment"],
        }
    }

    /// The column of this name, however it is capitalized; `_` and `-` are spaces.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase().replace(['_', '-'], " ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::ALL.into_iter().find(|column| column.names().contains(&name.as_str()))
    }
}

/// How a sheet is laid out.
pub(super) struct Columns {
    pub(super) separator: u8,
    /// What each column holds; nothing where its name is unknown.
    pub(super) columns: Vec<Option<Column>>,
    pub(super) remarks: Vec<Problem>,
}

/// Finds the columns. The separator is the one that makes most of the first line's names known.
pub(super) fn columns(text: &str, announced: Option<u8>) -> Result<Columns, Vec<Problem>> {
    let header = |separator: u8| -> Vec<String> {
        let first = records(text, separator).next().unwrap_or_default();
        first.iter().map(|name| name.trim().to_owned()).collect()
    };
    let known = |names: &[String]| names.iter().filter(|name| Column::named(name).is_some()).count();
    let tried = SEPARATORS.into_iter().rev().filter(|separator| announced.is_none_or(|only| only == *separator));
    let tried = tried.map(|separator| (separator, header(separator)));
    // The last of equals wins: the most usual one.
    let best = tried.max_by_key(|(_, names)| (known(names), names.len()));
    let (separator, names) = best.unwrap_or((SEPARATORS[0], Vec::new()));
    let columns: Vec<Option<Column>> = names.iter().map(|name| Column::named(name)).collect();
    if !columns.contains(&Some(Column::Text)) {
        return Err(vec![wrong("column-text-missing", "The first line names no column “text”.", TEMPLATE)]);
    }
    let twice = twice(&columns, &names);
    if !twice.is_empty() {
        return Err(twice);
    }
    let unknown: Vec<String> = names
        .iter()
        .zip(&columns)
        .filter(|(name, column)| column.is_none() && !name.is_empty())
        .map(|(name, _)| format!("“{}”", short(name)))
        .collect();
    let remarks = if unknown.is_empty() { Vec::new() } else { vec![left_out(&unknown)] };
    Ok(Columns { separator, columns, remarks })
}

fn left_out(unknown: &[String]) -> Problem {
    let detail = match unknown {
        [one] => format!("The column {one} is not known and is left out."),
        several => format!("The columns {} are not known and are left out.", several.join(", ")),
    };
    let known: Vec<&str> = Column::ALL.into_iter().map(|column| column.names()[0]).collect();
    wrong("column-unknown", detail, format!("Columns that are read: {}.", known.join(", "))).as_warning()
}

/// Columns that hold the same.
fn twice(columns: &[Option<Column>], names: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for column in Column::ALL {
        let same = columns.iter().zip(names).filter(|(found, _)| **found == Some(column));
        let same: Vec<String> = same.map(|(_, name)| format!("“{}”", short(name))).collect();
        if same.len() > 1 {
            let detail = format!("The columns {} mean the same.", same.join(" and "));
            problems.push(wrong("column-twice", detail, "Keep one of them, or give the others another name."));
        }
    }
    problems
}
