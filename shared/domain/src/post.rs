//! Posts: what the user wants published, where and when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, DeliveryState};
use crate::ids::{AccountId, FileId, PostId, SeriesId, UserId};
use crate::media::MediaUse;
use crate::platform::Class;
pub use crate::target::{ChosenCover, ChosenSubtitles, Format, Part, Setting, Settings, Target};
use crate::when::Schedule;

/// Most accounts one post can go to: it, its deliveries, files and audit entry fit one transaction.
pub const MAX_TARGETS: usize = 25;
/// Most files one post can carry over all its variants.
pub const MAX_FILES: usize = 40;
/// Longest text of any network, in bytes, before any network's own rule is asked.
pub const MAX_TEXT_BYTES: usize = 100_000;
/// Characters of text that a list shows.
const EXCERPT_CHARS: usize = 140;

/// What a list needs to know of a delivery, kept on the post so that a list is one round trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetOutcome {
    /// Where the delivery stood when last concluded.
    pub state: DeliveryState,
    /// Its address at the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
}

impl From<&Delivery> for TargetOutcome {
    fn from(delivery: &Delivery) -> Self {
        Self { state: delivery.state, permalink: delivery.permalink().map(str::to_owned) }
    }
}

/// Which occurrence of which series a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OccurrenceOf {
    /// The series; it may have been stopped since.
    pub series_id: SeriesId,
    /// Which occurrence of its rule, from 1.
    pub number: u32,
}

/// A slot of an account's queue that a post holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeldSlot {
    /// The account whose slot it is.
    pub account_id: AccountId,
    /// The slot's instant, in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A post, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// For `ETag` and `If-Match`; counts the user's changes.
    pub version: u64,
    /// Counts changes of content, targets or time: a wake-up for an older revision does nothing.
    pub revision: u64,
    /// Text for every account without one of its own.
    pub text: String,
    /// Media for every account without its own, in order.
    pub media: Vec<FileId>,
    /// What follows the first part as a thread, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Vec<Part>,
    /// The first comment, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<String>,
    /// Facts of every file that body and variants name.
    #[serde(default)]
    pub files: Vec<MediaUse>,
    /// Where it goes.
    pub targets: Vec<Target>,
    /// When it goes or went out; absent for a draft.
    pub schedule: Option<Schedule>,
    /// Where each delivery stands; empty for a draft.
    #[serde(default)]
    pub outcomes: BTreeMap<AccountId, TargetOutcome>,
    /// The series it belongs to, if it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<OccurrenceOf>,
    /// The slot it was queued into, until it is moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<HeldSlot>,
    /// Who wrote it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When the user last changed it.
    pub updated_at: Timestamp,
}

/// Where a post as a whole stands: derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostStatus {
    /// Not scheduled.
    Draft,
    /// Waits for its time.
    Scheduled,
    /// On its way, or being tried again.
    Publishing,
    /// On every network.
    Published,
    /// On some networks, failed on others.
    Partial,
    /// On no network.
    Failed,
    /// An occurrence of a series that was not sent because its time had long passed.
    Missed,
    /// Perhaps on a network: a person must look.
    Attention,
}

impl Post {
    /// Where it stands at `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> PostStatus {
        status_of(self.schedule.as_ref(), &self.outcomes, now)
    }

    /// The beginning of its text, for lists.
    #[must_use]
    pub fn excerpt(&self) -> String {
        excerpt(&self.text)
    }

    /// The text that goes to this target.
    #[must_use]
    pub fn text_for<'a>(&'a self, target: &'a Target) -> &'a str {
        target.text.as_deref().unwrap_or(&self.text)
    }

    /// The media that go to this target, in order.
    #[must_use]
    pub fn media_for<'a>(&'a self, target: &'a Target) -> Vec<&'a MediaUse> {
        let ids = target.media.as_ref().unwrap_or(&self.media);
        ids.iter().filter_map(|id| self.file(*id)).collect()
    }

    /// The facts of a file it uses.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&MediaUse> {
        self.files.iter().find(|file| file.file_id == id)
    }

    /// The parts that follow the first at this target, with their media, in order.
    #[must_use]
    pub fn thread_for<'a>(&'a self, target: &'a Target) -> Vec<(&'a str, Vec<&'a MediaUse>)> {
        let parts = target.thread.as_ref().unwrap_or(&self.thread).iter();
        parts.map(|part| (part.text.as_str(), part.media.iter().filter_map(|id| self.file(*id)).collect())).collect()
    }

    /// The first comment at this target.
    #[must_use]
    pub fn first_comment_for<'a>(&'a self, target: &'a Target) -> Option<&'a str> {
        let comment = target.first_comment.as_deref().or(self.first_comment.as_deref());
        comment.filter(|comment| !comment.trim().is_empty())
    }

    /// Every file that body, thread and variants name, once each.
    #[must_use]
    pub fn file_ids(media: &[FileId], thread: &[Part], targets: &[Target]) -> Vec<FileId> {
        let thread = thread.iter().flat_map(|part| part.media.iter().copied());
        let variants = targets.iter().flat_map(Target::file_ids);
        let mut ids: Vec<FileId> = Vec::new();
        for id in media.iter().copied().chain(thread).chain(variants) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// Whether a delivery of it has yet to reach an end state, or it is a draft: its files are needed.
    #[must_use]
    pub fn needs_files(&self) -> bool {
        self.schedule.is_none() || self.outcomes.values().any(|outcome| !outcome.state.is_end())
    }
}

/// Where a post with this schedule and these outcomes stands at `now`.
#[must_use]
pub fn status_of(
    schedule: Option<&Schedule>,
    outcomes: &BTreeMap<AccountId, TargetOutcome>,
    now: Timestamp,
) -> PostStatus {
    let Some(schedule) = schedule else {
        return PostStatus::Draft;
    };
    let states = || outcomes.values().map(|outcome| outcome.state);
    let any = |wanted: DeliveryState| states().any(|state| state == wanted);
    let all = |wanted: DeliveryState| states().all(|state| state == wanted);
    if all(DeliveryState::Pending) && schedule.at > now {
        PostStatus::Scheduled
    } else if states().any(|state| !state.is_end()) {
        PostStatus::Publishing
    } else if any(DeliveryState::Unknown) {
        PostStatus::Attention
    } else if !outcomes.is_empty() && all(DeliveryState::Canceled) {
        PostStatus::Missed
    } else if all(DeliveryState::Published) {
        PostStatus::Published
    } else if any(DeliveryState::Published) {
        PostStatus::Partial
    } else {
        PostStatus::Failed
    }
}

/// The beginning of a text, on one line.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > EXCERPT_CHARS {
            let kept: String = words.chars().take(EXCERPT_CHARS).collect();
            return format!("{}…", kept.trim_end());
        }
    }
    words
}

/// Whether content, targets and time of a post may change, given its deliveries: not while one is
/// or may be at a network. What is published stays as it is; what surely failed may be mended.
#[must_use]
pub fn may_change(deliveries: &[Delivery]) -> bool {
    !deliveries.iter().any(|delivery| match delivery.state {
        DeliveryState::Publishing | DeliveryState::Retrying | DeliveryState::Unknown => true,
        // Sent again by a person who could not know: the first may be there.
        DeliveryState::Pending => delivery.may_have_landed(Class::Keyed) || delivery.is_partly_out(),
        DeliveryState::Published | DeliveryState::Failed | DeliveryState::Canceled => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ulid;
    use crate::platform::Platform;

    fn post(states: &[DeliveryState]) -> Post {
        let at = Timestamp::UNIX_EPOCH;
        let outcomes = states.iter().enumerate().map(|(index, state)| {
            let id = AccountId::new(Ulid::from(index as u128));
            (id, TargetOutcome { state: *state, permalink: None })
        });
        Post {
            id: PostId::new(Ulid::from(1)),
            version: 1,
            revision: 1,
            text: "one  two\nthree".into(),
            media: Vec::new(),
            thread: Vec::new(),
            first_comment: None,
            files: Vec::new(),
            targets: Vec::new(),
            schedule: Some(Schedule { local: "1970-01-01T00:00:00".into(), zone: "UTC".into(), at }),
            outcomes: outcomes.collect(),
            series: None,
            slot: None,
            created_by: UserId::new(Ulid::from(1)),
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn the_status_follows_from_the_deliveries() {
        use DeliveryState::{Canceled, Failed, Pending, Published, Retrying, Unknown};
        let now = Timestamp::UNIX_EPOCH;
        let status = |states: &[DeliveryState]| post(states).status(now);
        assert_eq!(status(&[Published, Published]), PostStatus::Published);
        assert_eq!(status(&[Published, Failed]), PostStatus::Partial);
        assert_eq!(status(&[Failed, Failed]), PostStatus::Failed);
        assert_eq!(status(&[Canceled, Canceled]), PostStatus::Missed);
        assert_eq!(status(&[Canceled, Published]), PostStatus::Partial);
        assert_eq!(status(&[Published, Retrying]), PostStatus::Publishing);
        assert_eq!(status(&[Published, Unknown]), PostStatus::Attention);
        assert_eq!(status(&[Pending]), PostStatus::Publishing);
        assert_eq!(post(&[Pending]).status(Timestamp::MIN), PostStatus::Scheduled);
        assert_eq!(Post { schedule: None, ..post(&[]) }.status(now), PostStatus::Draft);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(post(&[]).excerpt(), "one two three");
        let long = Post { text: "long ".repeat(100), ..post(&[]) };
        assert!(long.excerpt().chars().count() <= EXCERPT_CHARS + 1 && long.excerpt().ends_with('…'));
    }

    #[test]
    fn nothing_changes_while_a_delivery_is_or_may_be_out() {
        let mut delivery = Delivery::new(
            PostId::new(Ulid::from(1)),
            AccountId::new(Ulid::from(2)),
            Platform::Page,
            1,
            Timestamp::UNIX_EPOCH,
        );
        assert!(may_change(std::slice::from_ref(&delivery)));
        for state in [DeliveryState::Publishing, DeliveryState::Retrying, DeliveryState::Unknown] {
            delivery.state = state;
            assert!(!may_change(std::slice::from_ref(&delivery)));
        }
    }
}
