//! `POST /api/posts/import`: posts from a spreadsheet.

mod describe;
mod judge;
mod make;
mod remarks;
mod shelf;

use std::collections::BTreeMap;

use api::{ApiError, ApiResult, Idempotency, Json, Tenant, can};
use domain::ids::{AccountId, FileId, PostId};
use domain::import::{self, Row, Sheet};
use domain::post::excerpt;
use domain::problem::Problem;
use domain::when::{self, Schedule};
use serde::{Deserialize, Serialize};

use crate::parts::must_be_fine;
use judge::Judged;
use make::{Made, Outcome};
use shelf::Shelf;

/// A sheet to import.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportInput {
    /// The sheet: CSV whose first line names the columns `text`, `date`, `time`, `when`, `zone`, `accounts`, `media`, `alt`,
    /// `first comment`, `form`, of which only the text is needed, and networks' own settings by the names of the rule table, such
    /// as `tiktok.privacy`. At most 200 rows.
    csv: String,
    /// IANA zone of the rows that name none, such as `Europe/Berlin`.
    zone: String,
    /// The accounts of the rows that name none.
    #[serde(default)]
    #[schema(required)]
    accounts: Vec<AccountId>,
    /// Only tell what would become of each row.
    #[serde(default)]
    dry_run: bool,
}

/// What becomes of a sheet.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportReport {
    /// What is wrong with the sheet as a whole, or worth knowing.
    problems: Vec<Problem>,
    /// What becomes of each row, in order.
    rows: Vec<ImportRow>,
    /// How many there are of each.
    counts: ImportCounts,
}

/// What becomes of a row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportRow {
    /// The line of the sheet on which it begins, from 1.
    line: usize,
    /// Where it stands.
    state: RowState,
    /// The beginning of its text.
    excerpt: String,
    /// When it goes out; null for a draft, and where its time is at fault.
    #[schema(required)]
    schedule: Option<Schedule>,
    /// The accounts it goes to, as far as they are known.
    accounts: Vec<AccountId>,
    /// Its files, as far as they are known.
    media: Vec<FileId>,
    /// The alternative texts that it has for its files, in their order, as they are written.
    alts: Vec<String>,
    /// What it becomes where a network has several forms, as it is written; empty for ordinary posts.
    form: String,
    /// What it says of networks' own settings: the column, such as `tiktok.privacy`, and the cell as it is written.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    settings: BTreeMap<String, String>,
    /// Every problem. Pointers begin with `/rows/` and the row's place, from 0; then comes the cell, such as `/date` or
    /// `/tiktok.privacy`, or the field of the post that the row would be, such as `/targets/0/text`.
    problems: Vec<Problem>,
    /// The post that was made of it.
    #[schema(required)]
    post_id: Option<PostId>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RowState {
    /// It can be imported.
    Ready,
    /// Something keeps it from being imported.
    Faulty,
    /// Its post is there.
    Made,
    /// Its post was not made, or nobody knows: repeat the request with the same `Idempotency-Key`.
    Failed,
    /// Its turn did not come: repeat the request with the same `Idempotency-Key`.
    Waiting,
}

/// How many rows there are of each kind.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportCounts {
    /// All.
    rows: usize,
    /// That can be imported.
    ready: usize,
    /// That something is wrong with.
    faulty: usize,
    /// Whose posts are there.
    made: usize,
    /// Whose posts are not, and would be after a repeat with the same `Idempotency-Key`: failed and waiting ones.
    left: usize,
    /// Without a time, but for faulty ones.
    drafts: usize,
    /// With a time, but for faulty ones.
    scheduled: usize,
}

impl ImportCounts {
    fn of(rows: &[ImportRow]) -> Self {
        let count = |is: fn(&ImportRow) -> bool| rows.iter().filter(|row| is(row)).count();
        Self {
            rows: rows.len(),
            ready: count(|row| row.state == RowState::Ready),
            faulty: count(|row| row.state == RowState::Faulty),
            made: count(|row| row.state == RowState::Made),
            left: count(|row| matches!(row.state, RowState::Failed | RowState::Waiting)),
            drafts: count(|row| row.state != RowState::Faulty && row.schedule.is_none()),
            scheduled: count(|row| row.state != RowState::Faulty && row.schedule.is_some()),
        }
    }
}

impl ImportReport {
    fn of(problems: Vec<Problem>, rows: Vec<ImportRow>) -> axum::Json<Self> {
        let counts = ImportCounts::of(&rows);
        axum::Json(Self { problems, rows, counts })
    }
}

impl ImportRow {
    /// A row that was judged, and nothing else yet.
    fn judged(row: &Row, judged: Judged) -> Self {
        Self {
            line: row.line,
            state: if judged.is_faulty() { RowState::Faulty } else { RowState::Ready },
            excerpt: excerpt(&row.text),
            schedule: judged.schedule,
            accounts: judged.input.targets.iter().map(|target| target.account_id).collect(),
            media: judged.input.media,
            alts: row.alts(),
            form: row.form.clone(),
            settings: row.settings.iter().map(|(column, cell)| (column.to_string(), cell.clone())).collect(),
            problems: judged.problems,
            post_id: None,
        }
    }

    fn after(self, outcome: Outcome) -> Self {
        match outcome {
            Outcome::Made(made) => self.made(made),
            Outcome::Failed(problems) => Self { state: RowState::Failed, problems, ..self },
            Outcome::Waiting => Self { state: RowState::Waiting, ..self },
        }
    }

    /// A row whose post is there, as it was made.
    fn made(self, Made { post_id, schedule, accounts, media }: Made) -> Self {
        let state = RowState::Made;
        Self { state, schedule, accounts, media, post_id: Some(post_id), problems: Vec::new(), ..self }
    }
}

/// Import posts from a spreadsheet: as drafts, or scheduled.
///
/// A dry run tells of each row what would become of it. An import makes nothing while any row is at fault. It needs an
/// `Idempotency-Key`, under which each row is made once: a repeat makes only what is still to be made, whatever is wrong
/// with other rows by then, and the answer says of each row which post it is. A dry run with that key knows it too.
#[utoipa::path(post, path = "/api/posts/import", tag = "posts", request_body = ImportInput,
    params(("Idempotency-Key" = Option<String>, Header, description = "Needed unless it is a dry run.")),
    responses((status = 200, body = ImportReport)))]
pub(crate) async fn import_posts(
    tenant: Tenant<can::Write>,
    idempotency: Idempotency,
    Json(input): Json<ImportInput>,
) -> ApiResult<axum::Json<ImportReport>> {
    if !when::zone_exists(&input.zone) {
        let fix = "Choose one such as Europe/Berlin.";
        return Err(ApiError::rule_broken(vec![Problem::error(
            "/zone",
            "zone-unknown",
            "There is no such zone.",
            fix,
        )]));
    }
    match import::read(&input.csv) {
        Ok(sheet) if input.dry_run => try_out(&tenant, &idempotency, &input, &sheet).await,
        Ok(sheet) => carry_out(&tenant, &idempotency, &input, &sheet).await,
        Err(problems) if input.dry_run => Ok(ImportReport::of(problems, Vec::new())),
        Err(problems) => Err(ApiError::rule_broken(problems)),
    }
}

async fn try_out(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    input: &ImportInput,
    sheet: &Sheet,
) -> ApiResult<axum::Json<ImportReport>> {
    let made = make::before(idempotency, &make::asked(input, sheet)).await?;
    let shelf = Shelf::of(tenant, sheet, &input.accounts).await?;
    let mut judged = judge::all(tenant, input, sheet, &shelf);
    remarks::add(tenant, &shelf, &mut judged).await?;
    let rows = sheet.rows.iter().zip(judged).zip(made).map(|((row, judged), made)| {
        let row = ImportRow::judged(row, judged);
        if let Some(made) = made { row.made(made) } else { row }
    });
    Ok(ImportReport::of(sheet.remarks.clone(), rows.collect()))
}

async fn carry_out(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    input: &ImportInput,
    sheet: &Sheet,
) -> ApiResult<axum::Json<ImportReport>> {
    idempotency.must_be_given()?;
    if sheet.rows.iter().any(Row::is_timed) && !tenant.role.may(domain::role::Action::Publish) {
        return Err(ApiError::forbidden(judge::NOT_YOURS_TO_SCHEDULE));
    }
    let asked = make::asked(input, sheet);
    let mut made = make::before(idempotency, &asked).await?;
    let shelf = Shelf::of(tenant, sheet, &input.accounts).await?;
    let judged = judge::all(tenant, input, sheet, &shelf);
    if made.iter().all(Option::is_none) {
        must_be_fine(judged.iter().flat_map(|row| row.problems.clone()).collect())?;
    }
    let to_make = judged.iter().zip(&made).filter(|(row, made)| made.is_none() && !row.is_faulty());
    describe::all(tenant, &shelf, to_make.flat_map(|(row, _)| &row.input.media)).await?;
    let mut outcomes = make::all(tenant, idempotency, &shelf, &asked, &judged, &made).await;
    let rows = sheet.rows.iter().zip(judged).enumerate().map(|(index, (row, judged))| {
        let row = ImportRow::judged(row, judged);
        match (made[index].take(), outcomes.remove(&index)) {
            (Some(made), _) => row.made(made),
            (None, Some(outcome)) => row.after(outcome),
            (None, None) => row,
        }
    });
    let rows = rows.collect();
    Ok(ImportReport::of(sheet.remarks.clone(), rows))
}
