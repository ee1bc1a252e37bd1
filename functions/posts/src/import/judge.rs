//! What each row would be, and what is wrong with it: its cells here, all else by the rules of every post.

use api::{Tenant, can};
use domain::account::Account;
use domain::ids::AccountId;
use domain::import::{self, Row, SettingColumn, Sheet, twins};
use domain::problem::Problem;
use domain::role::Action;
use domain::when::Schedule;
use jiff::Timestamp;

use super::{ImportInput, Shelf};
use crate::parts::{PostInput, TargetInput};

/// What authors are told whose sheet has times.
pub(super) const NOT_YOURS_TO_SCHEDULE: &str =
    "Editors and above can schedule. Leave the times out to import drafts, or ask one of them.";

/// Most problems that are told of one row, errors first: more would not fit one answer.
const TOLD: usize = 20;

/// A row as the post that it would be.
pub(super) struct Judged {
    pub(super) input: PostInput,
    /// Nothing for a draft, and where its time is at fault.
    pub(super) schedule: Option<Schedule>,
    pub(super) problems: Vec<Problem>,
}

impl Judged {
    pub(super) fn is_faulty(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Judges every row, in order.
pub(super) fn all(tenant: &Tenant<can::Write>, input: &ImportInput, sheet: &Sheet, shelf: &Shelf) -> Vec<Judged> {
    let judge = Judge { input, sheet, shelf, now: tenant.now(), may_schedule: tenant.role.may(Action::Publish) };
    let rows = sheet.rows.iter().zip(twins(&sheet.rows)).enumerate();
    rows.map(|(index, (row, twin))| {
        let mut judged = judge.row(row, &shelf.alts[index]);
        judged.problems.extend(twin.map(|twin| twice(row, &sheet.rows[twin])));
        judged.problems.sort_by_key(|problem| !problem.is_error());
        judged.problems.truncate(TOLD);
        for problem in &mut judged.problems {
            problem.pointer.insert_str(0, &pointer_of(index));
        }
        judged
    })
    .collect()
}

/// Where a row is in the answer.
pub(super) fn pointer_of(index: usize) -> String {
    format!("/rows/{index}")
}

struct Judge<'a> {
    input: &'a ImportInput,
    sheet: &'a Sheet,
    shelf: &'a Shelf,
    now: Timestamp,
    may_schedule: bool,
}

impl Judge<'_> {
    fn row(&self, row: &Row, alts: &[Problem]) -> Judged {
        let mut problems: Vec<Problem> = row.form_problem().into_iter().collect();
        let schedule = match row.schedule(self.sheet.days, &self.input.zone, self.now) {
            Ok(schedule) => schedule,
            Err(problem) => {
                problems.push(*problem);
                None
            }
        };
        if row.is_timed() && !self.may_schedule {
            problems.push(not_yours(row));
        }
        let (accounts, nobody) = self.accounts(row);
        let (media, nothing) = self.shelf.library.find(&row.media);
        let named: Vec<&Account> = accounts.iter().filter_map(|id| self.account(*id)).collect();
        let (mut settings, mut unclear) = import::settings(row, &named, &self.shelf.offered);
        let (forms, without) = import::forms(row, &named);
        unclear.extend(without);
        // An account that is not understood may be the one.
        unclear.retain(|problem| nobody.is_empty() || !problem.code.ends_with("-without-account"));
        let target = |id| TargetInput {
            format: forms.get(&id).copied().unwrap_or_default(),
            settings: settings.remove(&id).unwrap_or_default(),
            ..TargetInput::plain(id)
        };
        let input = PostInput {
            text: row.text.clone(),
            media,
            thread: Vec::new(),
            first_comment: Some(row.first_comment.clone()).filter(|comment| !comment.is_empty()),
            targets: accounts.into_iter().map(target).collect(),
        };
        let loaded = self.shelf.loaded(&input);
        let composition = loaded.composition(&input);
        let broken = if row.is_timed() { composition.problems() } else { composition.problems_of_draft() };
        // What only follows from a name that is not understood is not told beside it.
        let follows = |problem: &Problem| {
            let of_accounts = !nobody.is_empty() && problem.code == "targets-missing";
            let of_media = !nothing.is_empty() && problem.pointer.contains("/media");
            let at = self.column(problem).map(|column| format!("/{column}"));
            of_accounts || of_media || unclear.iter().any(|unclear| Some(&unclear.pointer) == at.as_ref())
        };
        let broken = broken.into_iter().filter(|problem| !follows(problem)).map(|problem| self.placed(problem));
        let broken = broken.collect();
        problems.extend([nobody.clone(), nothing.clone(), alts.to_vec(), unclear.clone(), broken].concat());
        Judged { input, schedule, problems }
    }

    fn accounts(&self, row: &Row) -> (Vec<AccountId>, Vec<Problem>) {
        if row.accounts.is_empty() {
            return (self.input.accounts.clone(), Vec::new());
        }
        import::accounts(&row.accounts, &self.shelf.accounts)
    }

    fn account(&self, id: AccountId) -> Option<&Account> {
        self.shelf.accounts.iter().find(|account| account.id == id)
    }

    /// The column of the network's setting that a problem is about.
    fn column(&self, problem: &Problem) -> Option<SettingColumn> {
        let (_, name) = problem.pointer.split_once("/settings/")?;
        let account = self.account(problem.account_id?)?;
        SettingColumn::of(account.platform).find(|column| column.name == name)
    }

    /// Says in which column a network's setting is.
    fn placed(&self, mut problem: Problem) -> Problem {
        if let Some(column) = self.column(&problem) {
            problem.fix.push_str(&format!(" Its column is “{column}”."));
        }
        problem
    }
}

fn not_yours(row: &Row) -> Problem {
    let pointer = if row.when.is_empty() { "/date" } else { "/when" };
    let fix = "Take date and time out to import a draft, or ask one of them.";
    Problem::error(pointer, "schedule-not-allowed", "Only editors and above can schedule.", fix)
}

fn twice(row: &Row, earlier: &Row) -> Problem {
    let detail = format!("Line {} says exactly the same as line {}.", row.line, earlier.line);
    Problem::error("", "row-twice", detail, "Take one of them out, unless both are meant.").as_warning()
}
