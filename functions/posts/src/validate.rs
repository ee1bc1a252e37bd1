//! `POST /api/posts/validate`: the dry run.

use api::{ApiResult, Json, Tenant, can};
use domain::account::Account;
use domain::ids::AccountId;
use domain::problem::Problem;
use domain::rules;
use serde::Serialize;

use crate::parts::{Loaded, PostInput, TargetInput};

/// What every network would say.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Verdict {
    /// Every problem with its field, its account and what to do.
    problems: Vec<Problem>,
    /// How long the text is as each account's network counts.
    counts: Vec<TextCount>,
}

/// How long the text is as one network counts.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct TextCount {
    /// The account.
    account_id: AccountId,
    /// Units used.
    used: usize,
    /// Units allowed.
    limit: usize,
    /// The unit.
    unit: rules::Unit,
}

/// Check a post against every chosen network without saving it.
#[utoipa::path(post, path = "/api/posts/validate", tag = "posts", request_body = PostInput, responses((status = 200, body = Verdict)))]
pub(crate) async fn validate_post(
    tenant: Tenant<can::Write>,
    Json(input): Json<PostInput>,
) -> ApiResult<axum::Json<Verdict>> {
    let loaded = Loaded::of(&tenant, &input).await?;
    let problems = loaded.composition(&input).problems();
    let account = |target: &TargetInput| loaded.accounts.iter().find(|account| account.id == target.account_id);
    let counts = input.targets.iter().filter_map(|target| Some(count(target, account(target)?, &input.text)));
    Ok(axum::Json(Verdict { problems, counts: counts.collect() }))
}

fn count(target: &TargetInput, account: &Account, text: &str) -> TextCount {
    let limits = account.limits.clone().unwrap_or_default();
    let counted = rules::count(account.platform, &limits, target.text.as_deref().unwrap_or(text));
    TextCount { account_id: account.id, used: counted.used, limit: counted.limit, unit: counted.unit }
}
