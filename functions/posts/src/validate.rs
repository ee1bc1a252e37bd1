//! `POST /api/posts/validate`: the dry run.

use api::{ApiResult, Json, Tenant, can};
use domain::account::Account;
use domain::ids::AccountId;
use domain::offers::{Quota, quota_problem};
use domain::problem::Problem;
use domain::rules::{self, Count, Counts};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{CalendarRange, PageRequest};

use crate::parts::{Loaded, PostInput};

/// What every network would say.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Verdict {
    /// Every problem with its field, its account and what to do.
    problems: Vec<Problem>,
    /// How long the texts are as each account's network counts.
    counts: Vec<TextCount>,
}

/// How long the texts for one account are as its network counts.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct TextCount {
    /// The account.
    account_id: AccountId,
    /// Units used by the text.
    used: usize,
    /// Units allowed.
    limit: usize,
    /// The unit.
    unit: rules::Unit,
    /// Each further part of the thread, in order.
    thread: Vec<PartCount>,
    /// The first comment; null where there is none, or the network has none.
    #[schema(required)]
    first_comment: Option<PartCount>,
}

/// How long a part of a thread, or a first comment, is.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct PartCount {
    /// Units used.
    used: usize,
    /// Units allowed.
    limit: usize,
    /// The unit.
    unit: rules::Unit,
}

impl From<Count> for PartCount {
    fn from(Count { used, limit, unit, .. }: Count) -> Self {
        Self { used, limit, unit }
    }
}

impl TextCount {
    fn of(account_id: AccountId, Counts { text, thread, first_comment }: Counts) -> Self {
        let Count { used, limit, unit, .. } = text;
        let thread = thread.into_iter().map(PartCount::from).collect();
        Self { account_id, used, limit, unit, thread, first_comment: first_comment.map(PartCount::from) }
    }
}

/// Check a post against every chosen network without saving it.
#[utoipa::path(post, path = "/api/posts/validate", tag = "posts", request_body = PostInput, responses((status = 200, body = Verdict)))]
pub(crate) async fn validate_post(
    tenant: Tenant<can::Write>,
    Json(input): Json<PostInput>,
) -> ApiResult<axum::Json<Verdict>> {
    let loaded = Loaded::of(&tenant, &input).await?;
    let composition = loaded.composition(&input);
    let mut problems = composition.problems();
    problems.extend(quota_problems(&tenant, &loaded).await?);
    let counts = loaded.targets.iter();
    let counts = counts.filter_map(|target| Some(TextCount::of(target.account_id, composition.counts(target)?)));
    Ok(axum::Json(Verdict { problems, counts: counts.collect() }))
}

/// Most posts that are counted against a quota: more than any network takes in its window.
const COUNTED: usize = 500;

/// What the quotas say of accounts that have one; only then is the calendar read.
async fn quota_problems(tenant: &Tenant<can::Write>, loaded: &Loaded) -> ApiResult<Vec<Problem>> {
    let now = tenant.now();
    let mut problems = Vec::new();
    for (index, target) in loaded.targets.iter().enumerate() {
        let Some(account) = loaded.accounts.iter().find(|account| account.id == target.account_id) else { continue };
        if let Some(planned) = planned(tenant, account, now).await? {
            problems.extend(quota_problem(account, index, planned.posts, now));
        }
    }
    Ok(problems)
}

/// What is planned for an account within the window of its quota.
pub(crate) struct Planned {
    /// Posts.
    pub(crate) posts: usize,
    /// When the window ends.
    pub(crate) until: Timestamp,
}

/// What is planned for an account that has a quota; nothing for one that has none.
pub(crate) async fn planned(
    tenant: &Tenant<can::Write>,
    account: &Account,
    now: Timestamp,
) -> ApiResult<Option<Planned>> {
    let Some(Quota { window_seconds, .. }) = account.offered.as_ref().and_then(|offered| offered.quota) else {
        return Ok(None);
    };
    let until = now + SignedDuration::from_secs(window_seconds.into());
    let page = PageRequest { cursor: None, limit: COUNTED };
    let window = CalendarRange::Between(now, until);
    let found = tenant.store.calendar(window, "planned", &page, |post| post.goes_to(account.id)).await?;
    Ok(Some(Planned { posts: found.items.len(), until }))
}
