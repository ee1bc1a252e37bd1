//! Series: posts that repeat.
//!
//! A series holds content and a [`Rule`], and has one upcoming post at a time. When that occurrence's
//! time has come the next post is made. What was missed meanwhile is skipped and listed: after a
//! standstill nothing goes out in a burst.

mod rule;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, DeliveryState};
use crate::ids::{AccountId, FileId, PostId, SeriesId, Ulid, UserId};
use crate::media::MediaUse;
use crate::post::{OccurrenceOf, Part, Post, Target, TargetOutcome};

pub use rule::{BrokenRule, Ends, Frequency, Occurrence, RepeatRule, Rule};

/// Later than this after its time, an occurrence that nobody began to publish is not published any more.
pub const LAPSES_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Missed occurrences that are listed one by one; all are counted.
pub const MISSED_LISTED: usize = 100;

/// Whether a series goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesState {
    /// Its next post waits for its time.
    Active,
    /// Nothing goes out until somebody resumes it.
    Paused,
    /// Its last occurrence has passed.
    Ended,
}

/// An occurrence that did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missed {
    /// The occurrence.
    #[serde(flatten)]
    pub occurrence: Occurrence,
    /// Its post, if one had been made; it was not sent because more than an hour had passed.
    #[schema(required)]
    pub post_id: Option<PostId>,
}

/// The occurrence whose post was made and waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// Its number.
    pub number: u32,
    /// Its post. A person may have moved or deleted it; the series goes on by its rule.
    pub post_id: PostId,
    /// Its time by the rule.
    pub at: Timestamp,
}

/// What every post of a series says, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
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
    pub files: Vec<MediaUse>,
    /// Where it goes.
    pub targets: Vec<Target>,
}

/// A series, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// For `ETag` and `If-Match`; also counts each next post.
    pub version: u64,
    /// What its posts say.
    pub content: Content,
    /// When they go out.
    pub rule: Rule,
    /// Counts rules: occurrences of different ones never share a post's id.
    pub edition: u32,
    /// Whether it goes on.
    pub state: SeriesState,
    /// The post that waits; present exactly while it is active.
    pub upcoming: Option<Upcoming>,
    /// The latest missed occurrences, oldest first.
    pub missed: Vec<Missed>,
    /// How many were missed in all.
    pub missed_count: u64,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When a person last changed it.
    pub updated_at: Timestamp,
}

/// A series one step on, and the post that is to be made with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The series.
    pub series: Series,
    /// Its next post with its deliveries; absent when there is none.
    pub next: Option<(Post, Vec<Delivery>)>,
}

impl Series {
    /// The same series set going from its first occurrence after `now`, or ended when there is none.
    #[must_use]
    pub fn from_now(self, now: Timestamp) -> Step {
        let next = self.rule.first_after(now);
        self.with_next(next, now)
    }

    /// When the upcoming occurrence's time has come: the series with the one after it. What passed in
    /// between is missed.
    #[must_use]
    pub fn advanced(&self, now: Timestamp) -> Option<Step> {
        let passed = self.upcoming.as_ref().filter(|upcoming| upcoming.at <= now)?;
        let next = self.rule.first_after(now);
        let mut series = self.clone();
        series.version += 1;
        let is_missed = |occurrence: &Occurrence| match &next {
            Some(next) => occurrence.number < next.number,
            None => true,
        };
        for occurrence in self.rule.from_number(passed.number + 1).take_while(is_missed) {
            series.note_missed(Missed { occurrence, post_id: None });
        }
        Some(series.with_next(next, now))
    }

    /// The same series with nothing to go out.
    #[must_use]
    pub fn paused(&self, now: Timestamp) -> Self {
        let paused = Self { state: SeriesState::Paused, upcoming: None, ..self.clone() };
        Self { version: self.version + 1, updated_at: now, ..paused }
    }

    /// The same series going on after a pause. What fell into the pause was not wanted, so it is not missed.
    #[must_use]
    pub fn resumed(&self, now: Timestamp) -> Step {
        Self { version: self.version + 1, updated_at: now, ..self.clone() }.from_now(now)
    }

    /// The same series with one more missed occurrence; one that is listed already is not counted again.
    pub fn note_missed(&mut self, missed: Missed) {
        let known = |other: &Missed| missed.post_id.is_some() && other.post_id == missed.post_id;
        if self.missed.iter().any(known) {
            return;
        }
        self.missed_count += 1;
        self.missed.push(missed);
        let surplus = self.missed.len().saturating_sub(MISSED_LISTED);
        self.missed.drain(..surplus);
    }

    /// The id of the post that an occurrence of the present rule has, whoever makes it.
    #[must_use]
    pub fn post_id(&self, number: u32) -> PostId {
        let offset = (u128::from(self.edition) << 32) + u128::from(number);
        let own = self.id.ulid();
        PostId::new(Ulid::from_parts(own.timestamp_ms(), own.random().wrapping_add(offset)))
    }

    /// Whether its posts to come carry this file.
    #[must_use]
    pub fn needs_file(&self, file: FileId) -> bool {
        self.state != SeriesState::Ended && self.content.files.iter().any(|used| used.file_id == file)
    }

    /// The upcoming occurrence as its rule has it.
    #[must_use]
    pub fn next_occurrence(&self) -> Option<Occurrence> {
        self.rule.occurrence(self.upcoming.as_ref()?.number)
    }

    fn with_next(mut self, next: Option<Occurrence>, now: Timestamp) -> Step {
        let upcoming = |next: &Occurrence| Upcoming {
            number: next.number,
            post_id: self.post_id(next.number),
            at: next.schedule.at,
        };
        self.upcoming = next.as_ref().map(upcoming);
        self.state = if next.is_some() { SeriesState::Active } else { SeriesState::Ended };
        let next = next.map(|next| self.post_of(next, now));
        Step { series: self, next }
    }

    fn post_of(&self, occurrence: Occurrence, now: Timestamp) -> (Post, Vec<Delivery>) {
        let id = self.post_id(occurrence.number);
        let Content { text, media, thread, first_comment, files, targets } = self.content.clone();
        let at = occurrence.schedule.at;
        let deliveries: Vec<Delivery> =
            targets.iter().map(|target| Delivery::new(id, target.account_id, target.platform, 1, at)).collect();
        let pending = || TargetOutcome { state: DeliveryState::Pending, permalink: None };
        let outcomes: BTreeMap<AccountId, TargetOutcome> =
            targets.iter().map(|target| (target.account_id, pending())).collect();
        let post = Post {
            id,
            version: 1,
            revision: 1,
            text,
            media,
            thread,
            first_comment,
            files,
            targets,
            schedule: Some(occurrence.schedule),
            outcomes,
            series: Some(OccurrenceOf { series_id: self.id, number: occurrence.number }),
            slot: None,
            created_by: self.created_by,
            created_at: now,
            updated_at: now,
        };
        (post, deliveries)
    }
}

/// The deliveries of an occurrence that nobody began in time: they are not to go out any more. Other
/// posts are published however late.
#[must_use]
pub fn lapsed(post: &Post, deliveries: &[Delivery], now: Timestamp) -> Vec<Delivery> {
    let late = |delivery: &&Delivery| {
        post.series.is_some() && is_unclaimed(delivery) && now.duration_since(delivery.due_at) > LAPSES_AFTER
    };
    deliveries.iter().filter(late).filter(|delivery| delivery.state == DeliveryState::Pending).cloned().collect()
}

/// Whether nobody began to publish it: it can be taken back without a trace at any network.
#[must_use]
pub fn is_unclaimed(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Pending | DeliveryState::Canceled) && delivery.attempts.is_empty()
}

#[cfg(test)]
#[path = "series/series_tests.rs"]
mod tests;
