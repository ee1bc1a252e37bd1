//! What a network lets an account do at the moment: choices that only it knows, and quotas.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::AccountId;
use crate::problem::Problem;
use crate::rules::rule;

/// Values for settings, by the setting's name: boards, playlists, privacy levels.
pub type Choices = BTreeMap<String, Vec<OfferedChoice>>;

/// What an account may choose among now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Offers {
    /// How the account is called there now, where the network wants it shown before each post.
    pub name: Option<String>,
    /// Its picture there now.
    pub avatar_url: Option<String>,
    /// Values for a setting, by its name: boards, playlists, privacy levels.
    #[schema(value_type = BTreeMap<String, Vec<OfferedChoice>>)]
    pub choices: Choices,
    /// Settings that the account may not use now, by name.
    pub disabled: Vec<String>,
    /// Longest video that this account may post, in milliseconds.
    pub video_max_ms: Option<u64>,
    /// How many posts it may still publish.
    pub quota: Option<Quota>,
}

/// A value for a setting.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferedChoice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// How much a network lets an account publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quota {
    /// Posts published within the window.
    pub used: u32,
    /// Posts allowed within it.
    pub total: u32,
    /// Length of the window in seconds.
    pub window_seconds: u32,
}

/// What is kept of [`Offers`] for the dry run, which asks no network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// When the network said so.
    pub at: Timestamp,
    /// Longest video that the account may post, in milliseconds.
    #[serde(default)]
    pub video_max_ms: Option<u64>,
    /// How many posts it may still publish.
    #[serde(default)]
    pub quota: Option<Quota>,
    /// A mark of the choices that [`KnownChoices`] has: another one means others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<u64>,
}

/// The choices that a network last offered an account, kept beside it: a sheet names them by what they are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownChoices {
    /// The account.
    pub account_id: AccountId,
    /// When the network said so.
    pub at: Timestamp,
    /// They.
    pub choices: Choices,
}

/// How long it is good enough: what is asked for again within it need not be written again.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

impl Offered {
    /// What is kept of `offers`.
    #[must_use]
    pub fn of(offers: &Offers, now: Timestamp) -> Self {
        let choices = (!offers.choices.is_empty()).then(|| mark(&offers.choices));
        Self { at: now, video_max_ms: offers.video_max_ms, quota: offers.quota, choices }
    }

    /// Whether it tells something that `known` does not.
    #[must_use]
    pub fn is_news(&self, known: Option<&Self>) -> bool {
        let ages = self.video_max_ms.is_some() || self.quota.is_some();
        let Some(known) = known else { return ages || self.choices.is_some() };
        let same = known.video_max_ms == self.video_max_ms && known.quota == self.quota;
        !same || self.has_other_choices(Some(known)) || (ages && self.at.duration_since(known.at) > FRESH)
    }

    /// Whether the choices are others than those of `known`.
    #[must_use]
    pub fn has_other_choices(&self, known: Option<&Self>) -> bool {
        self.choices != known.and_then(|known| known.choices)
    }
}

/// Another version of the standard library may make other marks, which then costs each account one more write.
fn mark(choices: &Choices) -> u64 {
    let mut hasher = DefaultHasher::new();
    choices.hash(&mut hasher);
    hasher.finish()
}

/// What is to be said of the quota of the account that is the `index`th target of a post, when so many posts are
/// `planned` for it within the quota's window from `now`. A remark only: a quota slides, and a post is tried until it fits.
#[must_use]
pub fn quota_problem(account: &Account, index: usize, planned: usize, now: Timestamp) -> Option<Problem> {
    let Offered { at, quota, .. } = account.offered.as_ref()?;
    let Quota { used, total, window_seconds } = (*quota)?;
    let window = SignedDuration::from_secs(window_seconds.into());
    // What was used before the window is free again.
    let used = if now.duration_since(*at) < window { used } else { 0 };
    let left = usize::try_from(total.saturating_sub(used)).unwrap_or(usize::MAX);
    let (label, hours) = (&rule(account.platform).label, window_seconds.div_ceil(3600));
    let (code, detail) = if left == 0 {
        ("quota-used", format!("{label} takes {total} posts of this account in {hours} hours, and all are used."))
    } else if planned >= left {
        let detail = format!(
            "{label} takes {left} more posts of this account in {hours} hours, and {planned} are planned for them already."
        );
        ("quota-planned", detail)
    } else {
        return None;
    };
    let fix = "Plan it for later, or leave the account out. Sent too early, it is tried again until there is room.";
    let problem = Problem::error(format!("/targets/{index}/account_id"), code, detail, fix).as_warning();
    Some(Problem { account_id: Some(account.id), ..problem })
}

#[cfg(test)]
#[path = "offers_tests.rs"]
mod tests;
