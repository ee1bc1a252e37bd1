//! Making the posts of a sheet: each by itself and once, several at a time.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use api::{Answer, ApiError, ApiResult, Idempotency, Tenant, can};
use domain::ids::{AccountId, FileId, PostId};
use domain::import::{Row, Sheet};
use domain::problem::Problem;
use domain::when::Schedule;
use futures::future::join_all;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::judge::{Judged, pointer_of};
use super::{ImportInput, Shelf};
use crate::timing::wake;
use crate::write::{NewWrites, new_post};

/// Posts that are being made at the same time.
const AT_ONCE: usize = 8;
/// How long new ones are begun: what is left is for the next request, well within the time that a function has.
const BEGUN_WITHIN: SignedDuration = SignedDuration::from_secs(7);

/// What a row asks for, by which a repeat is known to be one.
#[derive(Serialize)]
pub(super) struct Asked<'a> {
    row: &'a Row,
    zone: &'a str,
    accounts: &'a [AccountId],
}

/// What was made of a row, kept under the row's key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) post_id: PostId,
    pub(super) schedule: Option<Schedule>,
    pub(super) accounts: Vec<AccountId>,
    pub(super) media: Vec<FileId>,
}

/// What became of a row that was to be made.
pub(super) enum Outcome {
    Made(Made),
    Failed(Vec<Problem>),
    Waiting,
}

/// What each row asks for.
pub(super) fn asked<'a>(input: &'a ImportInput, sheet: &'a Sheet) -> Vec<Asked<'a>> {
    sheet.rows.iter().map(|row| Asked { row, zone: &input.zone, accounts: &input.accounts }).collect()
}

/// What earlier requests with this key made of each row.
pub(super) async fn before(idempotency: &Idempotency, asked: &[Asked<'_>]) -> ApiResult<Vec<Option<Made>>> {
    let answers = idempotency.replay_parts(asked).await?;
    answers.into_iter().map(|answer| answer.map(|answer| answer.read()).transpose()).collect()
}

/// Makes the posts of all rows that are fine and have none, by their places in the sheet.
pub(super) async fn all(
    tenant: &Tenant<can::Write>,
    idempotency: &Idempotency,
    shelf: &Shelf,
    asked: &[Asked<'_>],
    judged: &[Judged],
    made: &[Option<Made>],
) -> HashMap<usize, Outcome> {
    let until = tenant.now() + BEGUN_WITHIN;
    let bench = Bench { tenant, idempotency, shelf, asked, judged, until };
    let wanted = (0..judged.len()).filter(|index| made[*index].is_none() && !judged[*index].is_faulty());
    let lanes = Mutex::new(VecDeque::from(lanes(wanted.map(|index| (index, &judged[index].input.media[..])))));
    let done = join_all((0..AT_ONCE).map(|_| bench.work(&lanes))).await;
    done.into_iter().flatten().collect()
}

/// Rows that share a file are made one after the other: each notes its use on the file, and transactions that touch the
/// same item refuse one another.
fn lanes<'a>(rows: impl Iterator<Item = (usize, &'a [FileId])>) -> Vec<Vec<usize>> {
    let mut lanes: Vec<(BTreeSet<FileId>, Vec<usize>)> = Vec::new();
    for (index, media) in rows {
        let mut files: BTreeSet<FileId> = media.iter().copied().collect();
        let mut lane = Vec::new();
        for (of, rows) in lanes.extract_if(.., |(of, _)| !of.is_disjoint(&files)).collect::<Vec<_>>() {
            files.extend(of);
            lane.extend(rows);
        }
        lane.push(index);
        lanes.push((files, lane));
    }
    lanes.into_iter().map(|(_, rows)| rows).collect()
}

struct Bench<'a> {
    tenant: &'a Tenant<can::Write>,
    idempotency: &'a Idempotency,
    shelf: &'a Shelf,
    asked: &'a [Asked<'a>],
    judged: &'a [Judged],
    until: Timestamp,
}

impl Bench<'_> {
    async fn work(&self, lanes: &Mutex<VecDeque<Vec<usize>>>) -> Vec<(usize, Outcome)> {
        let mut done = Vec::new();
        while let Some(lane) = next(lanes) {
            for index in lane {
                done.push((index, self.outcome(index).await));
            }
        }
        done
    }

    async fn outcome(&self, index: usize) -> Outcome {
        if self.tenant.now() >= self.until {
            return Outcome::Waiting;
        }
        match self.make(index).await {
            Ok(made) => Outcome::Made(made),
            Err(error) => Outcome::Failed(failure(error, index)),
        }
    }

    /// Makes a row's post by the path that every new post takes, under the row's own key.
    async fn make(&self, index: usize) -> ApiResult<Made> {
        let (asked, judged) = (&self.asked[index], &self.judged[index]);
        let part = self.idempotency.part(index);
        let loaded = self.shelf.loaded(&judged.input);
        let new = new_post(self.tenant, judged.input.clone(), judged.schedule.clone(), &loaded, "post.create")?;
        let NewWrites { post, writes, .. } = new;
        let accounts = post.targets.iter().map(|target| target.account_id).collect();
        let schedule = post.schedule.clone();
        let made = Made { post_id: post.id, schedule, accounts, media: post.media.clone() };
        match part.commit(asked, writes, Answer::created(&made)?, Into::into).await {
            Ok(_) => {
                wake(self.tenant, &post).await;
                Ok(made)
            }
            // The same request made it in between: then it is there.
            Err(error) if error.status() == StatusCode::CONFLICT => match part.replay(asked).await? {
                Some(answer) => answer.read(),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}

fn next(lanes: &Mutex<VecDeque<Vec<usize>>>) -> Option<Vec<usize>> {
    lanes.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Why a row's post was not made, at the row.
fn failure(error: ApiError, index: usize) -> Vec<Problem> {
    let document = error.told();
    let mut problems = document.errors;
    if problems.is_empty() {
        let code = document.kind.rsplit(':').next().unwrap_or_default();
        problems.push(Problem::error(
            "",
            code,
            document.detail,
            "Import the sheet again: what is there stays as it is.",
        ));
    }
    for problem in &mut problems {
        problem.pointer.insert_str(0, &pointer_of(index));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Ulid;

    #[test]
    fn rows_that_share_a_file_are_in_one_lane_and_in_order() {
        let [a, b, c] = [1_u128, 2, 3].map(|number| FileId::new(Ulid::from(number)));
        let rows: [&[FileId]; 6] = [&[a], &[], &[b], &[a, b], &[c], &[b]];
        let mut found = lanes(rows.into_iter().enumerate());
        found.sort();
        assert_eq!(found, [vec![0, 2, 3, 5], vec![1], vec![4]]);
    }
}
