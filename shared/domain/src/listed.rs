//! What a list shows of a post.
//!
//! It is stored beside the post, so that a page of the calendar reads only that and not every text, file and variant.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::ids::{AccountId, FileId, PostId};
use crate::platform::Platform;
use crate::post::{OccurrenceOf, Post, PostStatus, TargetOutcome, status_of};
use crate::when::Schedule;

/// What changes only with the post's content, targets and time.
///
/// It is written as a sequence in the order of the fields, and read from that as well as from an object. The names would
/// be a third of it, and it counts twice: towards the kilobyte that a short post can be written for as one unit, and in
/// each page of a calendar. So a field is only ever added at the end, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, excerpt, cover, schedule, targets, series, created_at, updated_at } = self;
        let schedule = schedule.as_ref().map(|Schedule { local, zone, at }| (local, zone, at));
        let series = series.map(|OccurrenceOf { series_id, number }| (series_id, number));
        (id, excerpt, cover, schedule, targets, series, created_at, updated_at).serialize(serializer)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{SeriesId, Ulid};

    fn listed() -> Listed {
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        Listed {
            id: PostId::new(Ulid::from(1)),
            excerpt: "The \"first\" of many".to_owned(),
            cover: Some(FileId::new(Ulid::from(2))),
            schedule: Some(Schedule { local: "2026-11-24T09:00:00".to_owned(), zone: "Europe/Berlin".to_owned(), at }),
            targets: vec![
                (AccountId::new(Ulid::from(3)), Platform::Page),
                (AccountId::new(Ulid::from(4)), Platform::X),
            ],
            series: Some(OccurrenceOf { series_id: SeriesId::new(Ulid::from(5)), number: 7 }),
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let whole = listed();
        let bare = Listed { cover: None, schedule: None, targets: Vec::new(), series: None, ..listed() };
        for listed in [whole, bare] {
            let written = serde_json::to_string(&listed).unwrap();
            assert_eq!(serde_json::from_str::<Listed>(&written).unwrap(), listed, "{written}");
        }
    }

    #[test]
    fn one_with_names_is_read_as_well() {
        let named = r#"{"id":"pst_00000000000000000000000001","excerpt":"The \"first\" of many",
            "cover":"fil_00000000000000000000000002",
            "schedule":{"local":"2026-11-24T09:00:00","zone":"Europe/Berlin","at":"2026-11-24T08:00:00Z"},
            "targets":[["acc_00000000000000000000000003","page"],["acc_00000000000000000000000004","x"]],
            "series":{"series_id":"ser_00000000000000000000000005","number":7},
            "created_at":"2026-11-24T08:00:00Z","updated_at":"2026-11-24T08:00:00Z"}"#;
        assert_eq!(serde_json::from_str::<Listed>(named).unwrap(), listed());
    }
}
