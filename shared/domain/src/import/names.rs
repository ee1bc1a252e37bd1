//! Accounts and files as a sheet names them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::short;
use crate::account::{Account, AccountStatus};
use crate::ids::{AccountId, FileId};
use crate::media::File;
use crate::platform::Platform;
use crate::post::{MAX_FILES, MAX_TARGETS};
use crate::problem::Problem;
use crate::rules::rule;

/// Most names that a problem lists.
const LISTED: usize = 8;
/// The other name of a network that many still use.
const TWITTER: &str = "twitter";

/// The names in a cell: separated by semicolons or line breaks.
pub(super) fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty())
}

fn folded(name: &str) -> String {
    let name = name.trim();
    name.strip_prefix('@').unwrap_or(name).to_lowercase()
}

/// The accounts that a cell names, in its order, and a problem for each name that does not tell exactly one.
///
/// An account goes by its id, its handle, its name, its network where that has no other, and by `network:handle`. One
/// that was disconnected gives way to one that was not.
#[must_use]
pub fn accounts(cell: &str, known: &[Account]) -> (Vec<AccountId>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), too_many(cell, MAX_TARGETS, "/accounts"));
    for name in names(cell).take(MAX_TARGETS) {
        match matching(name, known)[..] {
            [one] => found.push(one.id),
            [] => problems.push(unknown_account(name, known)),
            ref several => {
                let spelled = several.iter().take(LISTED).map(|account| account_spelling(account, known));
                let spelled = listed(&spelled.collect::<Vec<_>>(), several.len());
                let detail = format!("“{}” can be any of several accounts: {spelled}.", short(name));
                let fix = "Write the one that is meant in this way.";
                problems.push(Problem::error("/accounts", "account-ambiguous", detail, fix));
            }
        }
    }
    (found, problems)
}

fn matching<'a>(name: &str, known: &'a [Account]) -> Vec<&'a Account> {
    if let Ok(id) = name.parse::<AccountId>() {
        return known.iter().filter(|account| account.id == id).collect();
    }
    let all: Vec<&Account> = known.iter().collect();
    let by_name = named(name, &all);
    if !by_name.is_empty() {
        return by_name;
    }
    let of_network = |network: &str| {
        let of = network_named(network);
        known.iter().filter(|account| of == Some(account.platform)).collect::<Vec<_>>()
    };
    match name.split_once(':') {
        Some((network, rest)) => named(rest, &of_network(network)),
        None => connected(of_network(name)),
    }
}

/// Those whose handle it is, else those whose name it is.
fn named<'a>(name: &str, among: &[&'a Account]) -> Vec<&'a Account> {
    let name = folded(name);
    if name.is_empty() {
        return Vec::new();
    }
    let of = |field: fn(&Account) -> &str| {
        let same = among.iter().filter(|account| folded(field(account)) == name);
        connected(same.copied().collect())
    };
    let by_handle = of(|account| &account.handle);
    if by_handle.is_empty() { of(|account| &account.name) } else { by_handle }
}

/// Without those that were disconnected, unless there are no others.
fn connected(accounts: Vec<&Account>) -> Vec<&Account> {
    let there: Vec<&Account> =
        accounts.iter().filter(|account| account.status != AccountStatus::Disconnected).copied().collect();
    if there.is_empty() { accounts } else { there }
}

pub(super) fn network_named(name: &str) -> Option<Platform> {
    let name = name.trim().to_lowercase();
    let is = |platform: &Platform| name == platform.as_str() || name == rule(*platform).label.to_lowercase();
    Platform::ALL.into_iter().find(is).or((name == TWITTER).then_some(Platform::X))
}

/// How a sheet names an account so that no other is meant.
#[must_use]
pub fn account_spelling(account: &Account, known: &[Account]) -> String {
    let spelled = format!("{}:{}", account.platform.as_str(), account.handle);
    let plain = !account.handle.contains([';', '\n']) && !account.handle.trim().is_empty();
    let alone = matches!(matching(&spelled, known)[..], [one] if one.id == account.id);
    if plain && alone { spelled } else { account.id.to_string() }
}

fn unknown_account(name: &str, known: &[Account]) -> Problem {
    let there = known.iter().filter(|account| account.status != AccountStatus::Disconnected);
    let count = there.clone().count();
    let spelled: Vec<String> = there.take(LISTED).map(|account| account_spelling(account, known)).collect();
    let detail = format!("No connected account is called “{}”.", short(name));
    let fix = if spelled.is_empty() {
        "Connect an account first, or leave the cell empty.".to_owned()
    } else {
        format!("Write one of these: {}. Separate several by semicolons.", listed(&spelled, count))
    };
    Problem::error("/accounts", "account-unknown", detail, fix)
}

/// More names than a post can have.
fn too_many(cell: &str, most: usize, pointer: &str) -> Vec<Problem> {
    let count = names(cell).count();
    let problem = || {
        let detail = format!("The cell has {count} names; at most {most} fit.");
        Problem::error(pointer, "names-too-many", detail, "Split it over several rows.")
    };
    (count > most).then(problem).into_iter().collect()
}

/// The first of `count` names.
pub(super) fn listed(names: &[String], count: usize) -> String {
    let shown = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if count > LISTED { format!("{shown} and {} more", count - LISTED) } else { shown }
}

/// The files that cells name, before they are looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedFiles {
    /// Those that are named by their id.
    pub ids: BTreeSet<FileId>,
    /// Names, in lower case.
    names: BTreeSet<String>,
}

impl WantedFiles {
    /// What these cells name.
    #[must_use]
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut wanted = Self::default();
        for name in cells.flat_map(|cell| names(cell).take(MAX_FILES)) {
            match name.parse() {
                Ok(id) => {
                    wanted.ids.insert(id);
                }
                Err(_) => {
                    wanted.names.insert(folded_name(name));
                }
            }
        }
        wanted
    }

    /// Whether no file is named at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.names.is_empty()
    }

    /// Whether files have to be found by their names.
    #[must_use]
    pub fn by_name(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether a file has one of the names.
    #[must_use]
    pub fn has_name_of(&self, file: &File) -> bool {
        self.names.contains(&folded_name(&file.name))
    }
}

/// The files that a sheet may name.
#[derive(Debug, Clone, Default)]
pub struct Library {
    pub(super) files: BTreeMap<FileId, File>,
    by_name: HashMap<String, Vec<FileId>>,
    /// Whether it has every file of the names that are wanted, or older ones were not looked at.
    whole: bool,
    /// What the sheet describes that was not described, and in which line.
    pub(super) described: BTreeMap<FileId, usize>,
}

impl Library {
    /// These files; `whole` says whether none of the names that are wanted was left out.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = File>, whole: bool) -> Self {
        let files: BTreeMap<FileId, File> = files.into_iter().map(|file| (file.id, file)).collect();
        let mut by_name: HashMap<String, Vec<FileId>> = HashMap::new();
        for file in files.values() {
            by_name.entry(folded_name(&file.name)).or_default().push(file.id);
        }
        Self { files, by_name, whole, described: BTreeMap::new() }
    }

    /// The file of this id.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&File> {
        self.files.get(&id)
    }

    /// The files that a cell names, in its order, and a problem for each name that does not tell exactly one.
    #[must_use]
    pub fn find(&self, cell: &str) -> (Vec<FileId>, Vec<Problem>) {
        let (mut found, mut problems) = (Vec::new(), too_many(cell, MAX_FILES, "/media"));
        for name in names(cell).take(MAX_FILES) {
            let id = name.parse::<FileId>().ok();
            let by_id = id.filter(|id| self.files.contains_key(id)).map(|id| vec![id]);
            let same = by_id.or_else(|| self.by_name.get(&folded_name(name)).cloned()).unwrap_or_default();
            match same[..] {
                [one] => found.push(one),
                [] => problems.push(unknown_file(name, id.is_some() || self.whole)),
                ref several => {
                    let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
                    let detail = format!("Several files of the library are called “{}”.", short(name));
                    let fix = format!(
                        "Rename them apart in the library, or write the id of the one that is meant: {}.",
                        listed(&ids, ids.len())
                    );
                    problems.push(Problem::error("/media", "file-ambiguous", detail, fix));
                }
            }
        }
        (found, problems)
    }
}

fn folded_name(name: &str) -> String {
    name.trim().to_lowercase()
}

fn unknown_file(name: &str, all: bool) -> Problem {
    let name = short(name);
    let (detail, fix) = if all {
        let fix = "Upload it to the media library first, or write its name as the library has it. Separate several by semicolons.";
        (format!("No file of the library is called “{name}”."), fix)
    } else {
        let fix = "Upload it again, or write its id.";
        (format!("None of the newest files of the library is called “{name}”."), fix)
    };
    Problem::error("/media", "file-unknown", detail, fix)
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
