//! What a row becomes at networks that have several forms, such as a reel or a story.

use std::collections::BTreeMap;

use super::names::{names, network_named};
use super::{Row, short};
use crate::account::Account;
use crate::ids::AccountId;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::rules::{rule, rule_for};
use crate::target::Format;

/// Where the cell is.
const AT: &str = "/form";

/// The form at each of a row's accounts that has one named for it, and what is wrong with the cell.
///
/// `reel` is for every account whose network has reels, the others get an ordinary post; `instagram: story` is for that
/// network alone and goes before the first.
#[must_use]
pub fn forms(row: &Row, accounts: &[&Account]) -> (BTreeMap<AccountId, Format>, Vec<Problem>) {
    let mut said = BTreeMap::new();
    let mut problems = Vec::new();
    for item in names(&row.form) {
        match understood(item, accounts) {
            Ok((network, _)) if said.contains_key(&network) => problems.push(*twice(network)),
            Ok((network, format)) => drop(said.insert(network, format)),
            Err(problem) => problems.push(*problem),
        }
    }
    let form = |account: &&Account| {
        let own = said.get(&Some(account.platform)).copied();
        let every = || said.get(&None).copied().filter(|format| offers(account.platform, *format));
        Some((account.id, own.or_else(every)?))
    };
    (accounts.iter().filter_map(form).collect(), problems)
}

/// The network that an item names, if it does, and the form.
fn understood(item: &str, accounts: &[&Account]) -> Result<(Option<Platform>, Format), Box<Problem>> {
    let (network, word) = item.split_once(':').map_or((None, item), |(network, word)| (Some(network), word));
    let network = match network {
        Some(name) => Some(network_named(name).ok_or_else(|| {
            wrong(
                "form-network-unknown",
                format!("“{}” is no network.", short(name.trim())),
                "Write it as in “instagram: story”.",
            )
        })?),
        None => None,
    };
    let word = word.trim().to_lowercase();
    let Some(format) = Format::ALL.into_iter().find(|format| format.as_str() == word) else {
        let fix = format!("Write {}.", listed(Format::ALL.into_iter()));
        return Err(wrong("form-unknown", format!("“{}” is no form of a post.", short(&word)), fix));
    };
    match network {
        Some(platform) if !offers(platform, format) => {
            let fix = format!("Write {}.", listed(Format::ALL.into_iter().filter(|form| offers(platform, *form))));
            Err(wrong("form-not-offered", format!("{} has no form “{word}”.", rule(platform).label), fix))
        }
        Some(platform) if !accounts.iter().any(|account| account.platform == platform) => {
            let detail = format!("The row goes to no account of {}.", rule(platform).label);
            Err(wrong("form-without-account", detail, WITHOUT))
        }
        None if !accounts.iter().any(|account| offers(account.platform, format)) => {
            let there: Vec<&str> = Platform::ALL
                .into_iter()
                .filter(|platform| offers(*platform, format))
                .map(|platform| rule(platform).label.as_str())
                .collect();
            let detail =
                format!("The row goes to no network that has the form “{word}”, such as {}.", there.join(" or "));
            Err(wrong("form-without-account", detail, WITHOUT))
        }
        _ => Ok((network, format)),
    }
}

/// What to do about a form that none of the row's accounts can have.
const WITHOUT: &str = "Name an account of it in the column “accounts”, or empty the cell.";

fn offers(platform: Platform, format: Format) -> bool {
    rule_for(platform, format).is_some()
}

fn listed(forms: impl Iterator<Item = Format>) -> String {
    forms.map(Format::as_str).collect::<Vec<_>>().join(" or ")
}

fn twice(network: Option<Platform>) -> Box<Problem> {
    let of = network.map_or_else(|| "all".to_owned(), |platform| rule(platform).label.clone());
    let fix = "Keep one of them, or name the network of each, as in “instagram: story; facebook: reel”.";
    wrong("form-twice", format!("The cell has two forms for {of}."), fix)
}

fn wrong(code: &str, detail: String, fix: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::error(AT, code, detail, fix))
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
