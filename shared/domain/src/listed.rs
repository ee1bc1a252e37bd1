//! What a list shows of a post.
//!
//! It is stored beside the post, so that a page of the calendar reads only that and not every text, file and variant.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FileId, PostId};
use crate::platform::Platform;
use crate::post::{OccurrenceOf, Post, PostStatus, TargetOutcome, status_of};
use crate::when::Schedule;

/// What changes only with the post's content, targets and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The post.
    pub id: PostId,
    /// The beginning of its text.
    pub excerpt: String,
    /// Its first file, where that has a thumbnail.
    pub cover: Option<FileId>,
    /// When it goes or went out; absent for a draft.
    pub schedule: Option<Schedule>,
    /// Where it goes.
    pub targets: Vec<(AccountId, Platform)>,
    /// The series it belongs to, if it repeats.
    pub series: Option<OccurrenceOf>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the user last changed it.
    pub updated_at: Timestamp,
}

impl From<&Post> for Listed {
    fn from(post: &Post) -> Self {
        let cover = post.media.first().and_then(|id| post.file(*id)).filter(|file| file.thumb);
        Self {
            id: post.id,
            excerpt: post.excerpt(),
            cover: cover.map(|file| file.file_id),
            schedule: post.schedule.clone(),
            targets: post.targets.iter().map(|target| (target.account_id, target.platform)).collect(),
            series: post.series,
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}

/// A post in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostInList {
    /// Its version.
    pub version: u64,
    /// Where each delivery stands; empty for a draft.
    pub outcomes: BTreeMap<AccountId, TargetOutcome>,
    /// The rest.
    pub post: Listed,
}

impl PostInList {
    /// Where it stands at `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> PostStatus {
        status_of(self.post.schedule.as_ref(), &self.outcomes, now)
    }

    /// Whether it goes to this account.
    #[must_use]
    pub fn goes_to(&self, account: AccountId) -> bool {
        self.post.targets.iter().any(|(id, _)| *id == account)
    }
}

impl From<&Post> for PostInList {
    fn from(post: &Post) -> Self {
        Self { version: post.version, outcomes: post.outcomes.clone(), post: Listed::from(post) }
    }
}
