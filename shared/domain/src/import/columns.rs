//! Which column of a sheet is which.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use super::names::network_named;
use super::{SEPARATORS, TEMPLATE, records, short, wrong};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::rules::{SettingRule, rule};

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
    /// The alternative texts of the files, in their order, separated by semicolons.
    Alt,
    /// The first comment.
    FirstComment,
    /// What it becomes where a network has several forms.
    Form,
    /// One of a network's own settings.
    Setting(SettingColumn),
}

impl Column {
    /// Every column but those of networks' settings, in the order in which a template has them.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Date,
        Self::Time,
        Self::When,
        Self::Zone,
        Self::Accounts,
        Self::Media,
        Self::Alt,
        Self::FirstComment,
        Self::Form,
    ];

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
            Self::Alt => &["alt", "alt text", "alternative text", "alternative texts", "descriptions"],
            Self::FirstComment => &["first comment", "comment"],
            Self::Form => &["form", "format", "post type"],
            Self::Setting(_) => &[],
        }
    }

    /// The column of this name, however it is capitalized; `_` and `-` are spaces. One of a network's settings is named
    /// after both, such as `tiktok.privacy` or `TikTok privacy`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain = folded(name);
        let own = Self::ALL.into_iter().find(|column| column.names().contains(&plain.as_str()));
        own.or_else(|| SettingColumn::named(name).map(Self::Setting))
    }
}

/// A column for one of a network's own settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingColumn {
    /// The network.
    pub platform: Platform,
    /// The setting, as the rule table names it.
    pub name: &'static str,
}

impl SettingColumn {
    /// The columns of a network, in the order of the rule table.
    pub fn of(platform: Platform) -> impl Iterator<Item = Self> {
        rule(platform).settings.iter().map(move |setting| Self { platform, name: &setting.name })
    }

    fn named(name: &str) -> Option<Self> {
        let (network, setting) = name.split_once('.').or_else(|| name.trim().split_once([' ', '_', '-']))?;
        let setting = folded(setting);
        Self::of(network_named(network)?).find(|column| folded(column.name) == setting)
    }

    /// What the rule table says of it.
    pub(super) fn rule(self) -> Option<&'static SettingRule> {
        rule(self.platform).setting(self.name)
    }
}

impl fmt::Display for SettingColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.platform.as_str(), self.name)
    }
}

impl Serialize for SettingColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// In lower case, with one space between words.
fn folded(name: &str) -> String {
    let name = name.to_lowercase().replace(['_', '-'], " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ")
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
    let wrong: Vec<Problem> = twice(&columns, &names).into_iter().chain(no_settings(&columns, &names)).collect();
    if !wrong.is_empty() {
        return Err(wrong);
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
    let fix = format!("Columns that are read: {}, and networks’ settings such as tiktok.privacy.", known.join(", "));
    wrong("column-unknown", detail, fix).as_warning()
}

/// Columns that name a network and something that is no setting of it: whoever wrote them wants it sent.
fn no_settings(columns: &[Option<Column>], names: &[String]) -> Vec<Problem> {
    let unknown = columns.iter().zip(names).filter(|(column, _)| column.is_none());
    let unknown = unknown.filter_map(|(_, name)| {
        let (network, setting) = name.split_once('.')?;
        Some((network_named(network)?, setting))
    });
    unknown.map(|(platform, setting)| no_setting(platform, setting)).collect()
}

fn no_setting(platform: Platform, setting: &str) -> Problem {
    let label = &rule(platform).label;
    let there: Vec<String> = SettingColumn::of(platform).map(|column| column.to_string()).collect();
    let fix = if there.is_empty() {
        "Take the column out: it has no settings.".to_owned()
    } else {
        format!("Write one of these: {}.", there.join(", "))
    };
    wrong("column-setting-unknown", format!("{label} has no setting “{}”.", short(setting.trim())), fix)
}

/// Columns that hold the same.
fn twice(columns: &[Option<Column>], names: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let distinct: BTreeSet<Column> = columns.iter().copied().flatten().collect();
    for column in distinct {
        let same = columns.iter().zip(names).filter(|(found, _)| **found == Some(column));
        let same: Vec<String> = same.map(|(_, name)| format!("“{}”", short(name))).collect();
        if same.len() > 1 {
            let detail = format!("The columns {} mean the same.", same.join(" and "));
            problems.push(wrong("column-twice", detail, "Keep one of them, or give the others another name."));
        }
    }
    problems
}
