//! What the handlers of series share.

use api::{ApiError, ApiResult, Tenant};
use domain::delivery::Delivery;
use domain::ids::SeriesId;
use domain::media::{File, UsedBy};
use domain::plan;
use domain::post::Post;
use domain::problem::Problem;
use domain::series::{BrokenRule, Content, Rule, Series, Step, is_unclaimed};
use jiff::Timestamp;
use store::{OrgKey, Write};

use super::SeriesInput;
use crate::parts::{Loaded, refused, removal_of};

/// An input that every network and the calendar accept.
pub(super) struct Checked {
    pub(super) content: Content,
    pub(super) rule: Rule,
    pub(super) loaded: Loaded,
}

impl Checked {
    /// Checks content and rule together, so that every problem is told at once.
    pub(super) async fn of<P>(tenant: &Tenant<P>, input: &SeriesInput) -> ApiResult<Self> {
        let loaded = Loaded::of(tenant, &input.content).await?;
        let mut problems = loaded.composition(&input.content).problems();
        for problem in &mut problems {
            problem.pointer.insert_str(0, "/content");
        }
        let rule = Rule::try_from(input.rule.clone()).map_err(|broken| problems.extend(in_rule(broken.problems)));
        let (Ok(rule), false) = (rule, problems.iter().any(Problem::is_error)) else {
            return Err(ApiError::rule_broken(problems));
        };
        let content = Content {
            text: input.content.text.clone(),
            media: input.content.media.clone(),
            thread: input.content.thread.clone(),
            first_comment: input.content.first_comment.clone(),
            files: loaded.media_uses(&input.content),
            targets: loaded.targets.clone(),
        };
        Ok(Self { content, rule, loaded })
    }

    /// That the rule's first time is to come.
    pub(super) fn must_begin_after(&self, now: Timestamp) -> ApiResult<()> {
        self.rule.must_begin_after(now).map_err(rule_broken)
    }
}

/// 422 for a broken rule, by pointers into the request.
pub(super) fn rule_broken(broken: BrokenRule) -> ApiError {
    ApiError::rule_broken(in_rule(broken.problems)).offering(broken.choices)
}

fn in_rule(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.iter_mut().for_each(|problem| problem.pointer.insert_str(0, "/rule"));
    problems
}

/// A series.
pub(super) async fn load<P>(tenant: &Tenant<P>, id: SeriesId) -> ApiResult<Series> {
    tenant.store.get(&OrgKey::Series(id)).await?.ok_or_else(ApiError::not_found)
}

/// The post that waits, unless somebody deleted it.
pub(super) async fn upcoming_post<P>(tenant: &Tenant<P>, series: &Series) -> ApiResult<Option<(Post, Vec<Delivery>)>> {
    match &series.upcoming {
        Some(upcoming) => Ok(tenant.store.post(upcoming.post_id).await?),
        None => Ok(None),
    }
}

/// The same, unless a network has it or may have it.
pub(super) async fn unclaimed_post<P>(tenant: &Tenant<P>, series: &Series) -> ApiResult<Option<(Post, Vec<Delivery>)>> {
    let post = upcoming_post(tenant, series).await?;
    Ok(post.filter(|(_, deliveries)| deliveries.iter().all(is_unclaimed)))
}

/// The writes that take an upcoming post back.
pub(super) fn take_back<P>(tenant: &Tenant<P>, post: &Post, deliveries: &[Delivery]) -> ApiResult<Vec<Write>> {
    removal_of(tenant, post, &plan::delete(deliveries).map_err(refused)?)
}

/// The writes of a step's next post, with the notes on the files that series and post use.
pub(super) fn next_post<P>(tenant: &Tenant<P>, files: &[File], step: &Step) -> ApiResult<Vec<Write>> {
    let mut users = vec![UsedBy::Series(step.series.id)];
    let mut writes = Vec::new();
    if let Some((post, deliveries)) = &step.next {
        users.push(UsedBy::Post(post.id));
        writes.extend(tenant.store.new_post(post, deliveries)?);
    }
    writes.extend(tenant.store.note_use(files, &users)?);
    Ok(writes)
}
