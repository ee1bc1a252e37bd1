//! What cells say of networks' own settings. Whether a network takes it is judged by its rules, as with every post.

use std::collections::BTreeMap;

use super::columns::SettingColumn;
use super::names::{account_spelling, listed, names};
use super::{Row, short, words};
use crate::account::Account;
use crate::ids::AccountId;
use crate::offers::{Choices, OfferedChoice};
use crate::problem::Problem;
use crate::rules::{SettingKind, SettingRule, rule};
use crate::target::{Setting, Settings};

/// The settings of each of a row's accounts, and a problem for each cell that is not understood. `offered` is what
/// the networks last let each account choose among.
#[must_use]
pub fn settings(
    row: &Row,
    accounts: &[&Account],
    offered: &BTreeMap<AccountId, Choices>,
) -> (BTreeMap<AccountId, Settings>, Vec<Problem>) {
    let (mut found, mut problems) = (BTreeMap::<AccountId, Settings>::new(), Vec::new());
    for (column, cell) in &row.settings {
        let Some(rule) = column.rule() else { continue };
        let own: Vec<&Account> =
            accounts.iter().filter(|account| account.platform == column.platform).copied().collect();
        if own.is_empty() {
            problems.push(without_account(*column));
        }
        for account in own {
            let cell = Cell { column: *column, rule, text: cell };
            match cell.value(account, accounts, offered.get(&account.id)) {
                Ok(value) => {
                    found.entry(account.id).or_default().insert(column.name.to_owned(), value);
                }
                // What holds whatever the account is told once.
                Err(problem) if problems.contains(&problem) => {}
                Err(problem) => problems.push(*problem),
            }
        }
    }
    (found, problems)
}

fn without_account(column: SettingColumn) -> Problem {
    let label = &rule(column.platform).label;
    let detail = format!("The row goes to no account of {label}.");
    let fix = format!("Name one in the column “accounts”, or empty the cell “{column}”.");
    Problem::error(format!("/{column}"), "setting-without-account", detail, fix)
}

/// A cell with the setting that it is about.
struct Cell<'a> {
    column: SettingColumn,
    rule: &'static SettingRule,
    text: &'a str,
}

impl Cell<'_> {
    fn value(&self, account: &Account, known: &[&Account], offered: Option<&Choices>) -> Result<Setting, Box<Problem>> {
        match self.rule.kind {
            SettingKind::Text => Ok(Setting::Text(self.text.to_owned())),
            SettingKind::List => Ok(Setting::List(names(self.text).map(str::to_owned).collect())),
            SettingKind::Flag => flag(self.text).map(Setting::Flag).ok_or_else(|| {
                self.wrong("setting-flag", format!("“{}” is neither yes nor no.", short(self.text)), "Write yes or no.")
            }),
            SettingKind::Choice => self.choice().map(|choice| Setting::Text(choice.to_owned())),
            SettingKind::Remote => {
                let found = self.remote(offered.and_then(|offered| offered.get(self.column.name)));
                found.map(Setting::Text).map_err(|problem| {
                    let detail = if known.iter().filter(|other| other.platform == account.platform).count() > 1 {
                        let known: Vec<Account> = known.iter().copied().cloned().collect();
                        format!("{}: {}", account_spelling(account, &known), problem.detail)
                    } else {
                        problem.detail.clone()
                    };
                    Box::new(Problem { account_id: Some(account.id), detail, ..*problem })
                })
            }
        }
    }

    /// One of the table's choices, by its name there or by the page's word for it.
    fn choice(&self) -> Result<&'static str, Box<Problem>> {
        let choices = &self.rule.choices;
        let label = |value: &str| words::choice(self.column.platform, self.column.name, value);
        let by_value = choices.iter().find(|value| is_same(value, self.text));
        let by_label = || choices.iter().find(|value| label(value).is_some_and(|label| is_same(label, self.text)));
        // A spreadsheet's own yes and no.
        let by_flag = || {
            let word = if flag(self.text)? { "yes" } else { "no" };
            choices.iter().find(|value| *value == word)
        };
        by_value.or_else(by_label).or_else(by_flag).map(String::as_str).ok_or_else(|| {
            let ways = choices.iter().map(|value| spelled(value, label(value).unwrap_or(value)));
            self.no_choice(&ways.collect::<Vec<_>>())
        })
    }

    /// One of those that the network offers the account, by its id, its name, or the page's word for it.
    fn remote(&self, offered: Option<&Vec<OfferedChoice>>) -> Result<String, Box<Problem>> {
        let network = &rule(self.column.platform).label;
        let Some(offered) = offered else {
            let detail = format!("What {network} offers this account for {} is not known yet.", self.said());
            let fix = format!(
                "Choose the account in the composer once: then {network} is asked, and the sheet can be looked at again."
            );
            return Err(self.wrong("choices-unknown", detail, fix));
        };
        if let Some(choice) = offered.iter().find(|choice| choice.value == self.text) {
            return Ok(choice.value.clone());
        }
        let word = |choice: &OfferedChoice| words::choice(self.column.platform, self.column.name, &choice.value);
        let is_meant = |choice: &&OfferedChoice| {
            let names = [Some(choice.value.as_str()), Some(choice.label.as_str()), word(choice)];
            names.into_iter().flatten().any(|name| is_same(name, self.text))
        };
        match offered.iter().filter(is_meant).collect::<Vec<_>>()[..] {
            [one] => Ok(one.value.clone()),
            [] => {
                let ways: Vec<String> = offered.iter().map(|choice| choice.label.clone()).collect();
                Err(self.no_choice(&ways))
            }
            ref several => {
                let ids: Vec<String> = several.iter().map(|choice| choice.value.clone()).collect();
                let detail = format!("Several of what {network} offers are called “{}”.", short(self.text));
                let fix = format!(
                    "Write the id of the one that is meant: {}. Or rename them apart at {network}.",
                    listed(&ids, ids.len())
                );
                Err(self.wrong("setting-ambiguous", detail, fix))
            }
        }
    }

    fn no_choice(&self, ways: &[String]) -> Box<Problem> {
        let network = &rule(self.column.platform).label;
        let detail = format!("{network} does not offer “{}” for {}.", short(self.text), self.said());
        let fix = if ways.is_empty() {
            format!("There is nothing to choose yet: make one at {network}, or empty the cell.")
        } else {
            format!("Write one of these: {}.", listed(ways, ways.len()))
        };
        self.wrong("setting-choice", detail, fix)
    }

    fn said(&self) -> String {
        self.column.name.replace('_', " ")
    }

    fn wrong(&self, code: &str, detail: String, fix: impl Into<String>) -> Box<Problem> {
        Box::new(Problem::error(format!("/{}", self.column), code, detail, fix))
    }
}

/// A value, with what people call it where that differs.
fn spelled(value: &str, label: &str) -> String {
    if is_same(value, label) { value.to_owned() } else { format!("{value} (“{label}”)") }
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Yes or no, as people and spreadsheets write it.
fn flag(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" | "x" => Some(true),
        "no" | "n" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
