//! What a dry run tells beside the problems: what the calendar says of the rows.

use std::collections::BTreeSet;

use api::{ApiResult, Tenant, can};
use domain::offers::quota_problem;
use domain::post::excerpt;
use domain::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use store::{CalendarRange, PageRequest};

use super::Shelf;
use super::judge::{Judged, pointer_of};
use crate::validate::planned;

/// Most posts of the calendar that the rows are compared with.
const COMPARED: usize = 500;

/// Adds what the quotas of accounts say, and which rows seem to be there already.
pub(super) async fn add(tenant: &Tenant<can::Write>, shelf: &Shelf, rows: &mut [Judged]) -> ApiResult<()> {
    quotas(tenant, shelf, rows).await?;
    already_there(tenant, rows).await
}

/// Each row counts as planned for those that go out after it.
async fn quotas(tenant: &Tenant<can::Write>, shelf: &Shelf, rows: &mut [Judged]) -> ApiResult<()> {
    let now = tenant.now();
    let mut in_time: Vec<(Timestamp, usize)> =
        rows.iter().enumerate().filter_map(|(index, row)| Some((row.schedule.as_ref()?.at, index))).collect();
    in_time.sort_unstable();
    let named: BTreeSet<_> =
        rows.iter().flat_map(|row| row.input.targets.iter().map(|target| target.account_id)).collect();
    for account in shelf.accounts.iter().filter(|account| named.contains(&account.id)) {
        let Some(planned) = planned(tenant, account, now).await? else { continue };
        let mut posts = planned.posts;
        for (_, index) in in_time.iter().filter(|(at, _)| *at < planned.until) {
            let targets = &rows[*index].input.targets;
            let Some(target) = targets.iter().position(|target| target.account_id == account.id) else { continue };
            let problem = quota_problem(account, target, posts, now);
            rows[*index].problems.extend(problem.map(|problem| placed(*index, problem)));
            posts += 1;
        }
    }
    Ok(())
}

/// A sheet that was imported before is not imported again without a word.
async fn already_there(tenant: &Tenant<can::Write>, rows: &mut [Judged]) -> ApiResult<()> {
    let times = || rows.iter().filter_map(|row| row.schedule.as_ref()).map(|schedule| schedule.at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(()) };
    let page = PageRequest { cursor: None, limit: COMPARED };
    let range = CalendarRange::Between(first, last + SignedDuration::from_secs(1));
    let found = tenant.store.calendar(range, "alike", &page, |_| true).await?;
    let there: BTreeSet<(Timestamp, String)> =
        found.items.into_iter().filter_map(|listed| Some((listed.post.schedule?.at, listed.post.excerpt))).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        let Some(schedule) = &row.schedule else { continue };
        if there.contains(&(schedule.at, excerpt(&row.input.text))) {
            let detail = "A post with these words is planned for that time already.";
            let fix = "Take the row out, unless both are meant.";
            row.problems.push(placed(index, Problem::error("", "post-there", detail, fix).as_warning()));
        }
    }
    Ok(())
}

fn placed(index: usize, mut problem: Problem) -> Problem {
    problem.pointer.insert_str(0, &pointer_of(index));
    problem
}
