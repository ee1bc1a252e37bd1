//! What goes beside a post, such as its first comment: it may fail while the post stands.

use jiff::Timestamp;
use serde::Serialize;

use super::{Delivery, DeliveryState, LATE_LANDING};
use crate::rules::rule;

/// The step of the first comment.
pub const COMMENT: &str = "comment";
/// The step of a cover that is set once the post is out.
pub const COVER: &str = "cover";
/// The step of putting it into a playlist.
pub const PLAYLIST: &str = "playlist";
/// The step of switching its comments off.
pub const CLOSED: &str = "closed";
/// What begins the step of subtitles that are added once the post is out; their language follows.
pub const SUBTITLES: &str = "subtitles.";
/// What is recorded of something beside the post before it is done.
pub const BEGUN: &str = "begun";
/// What begins the record of something beside the post that could not be done.
pub const FAILED: &str = "failed: ";
/// Why there is no comment that was looked for.
const NOT_THERE: &str = "it is not there";

/// Something that goes beside a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Its first comment.
    FirstComment,
    /// What stands for its film until it plays.
    Cover,
    /// Its place in a playlist.
    Playlist,
    /// That nobody can comment.
    NoComments,
    /// Subtitles of its film.
    Subtitles,
}

/// Something beside a published post that is missing, or may be; of one that was taken down, what may be left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DeliveryShortfall)]
pub struct Shortfall {
    /// What.
    pub what: Beside,
    /// Why it is missing; null when nobody knows whether it is there.
    #[schema(required)]
    pub reason: Option<String>,
    /// Of subtitles: their language; null of anything else.
    #[schema(required)]
    pub language: Option<String>,
}

impl Delivery {
    /// What is missing beside a post that is out, or may be: a person can add it there. `commented`: the post has a
    /// first comment for this account.
    ///
    /// Of one that was taken down nothing is missing, but a comment may be there that was cut off before the network
    /// named it: where comments are posts of their own it stayed, and a person can delete it.
    #[must_use]
    pub fn shortfalls(&self, commented: bool) -> Vec<Shortfall> {
        if self.state != DeliveryState::Published || self.receipt.is_none() {
            return Vec::new();
        }
        let comment = self.comment_lack(commented);
        if self.taken_down.is_some() {
            // Where a network has threads, a comment is one more post of it.
            let stays = rule(self.platform).thread.is_some() && comment == Some(None);
            let left = Shortfall { what: Beside::FirstComment, reason: None, language: None };
            return if stays { vec![left] } else { Vec::new() };
        }
        let lacks = |name| self.steps.get(name).and_then(|note| lack(note));
        let found = [
            (Beside::FirstComment, comment),
            (Beside::Cover, lacks(COVER)),
            (Beside::Playlist, lacks(PLAYLIST)),
            (Beside::NoComments, lacks(CLOSED)),
        ];
        let found = found.into_iter().map(|(what, lack)| (what, None, lack));
        let subtitles = self.steps.iter().filter_map(|(name, note)| {
            let language = name.strip_prefix(SUBTITLES)?.to_owned();
            Some((Beside::Subtitles, Some(language), lack(note)))
        });
        let found = found.chain(subtitles);
        found.filter_map(|(what, language, lack)| Some(Shortfall { what, reason: lack?, language })).collect()
    }

    /// Whether its first comment may be there although the network never named it. `commented`: as for
    /// [`Self::shortfalls`].
    #[must_use]
    pub fn has_lost_comment(&self, commented: bool) -> bool {
        self.comment_lack(commented) == Some(None)
    }

    /// The moment from which on a comment that was cut off lands no more; absent when the post itself has no receipt.
    #[must_use]
    pub fn comment_lands_until(&self) -> Option<Timestamp> {
        self.receipt.as_ref().map(|receipt| receipt.published_at + LATE_LANDING)
    }

    /// The same delivery once its lost comment was looked for at `at`: it has a name now, or is known not to be there.
    /// What was not found while it could still land stays in doubt.
    #[must_use]
    pub fn with_comment_sought(&self, found: Option<String>, at: Timestamp) -> Self {
        let landed = self.comment_lands_until().is_some_and(|until| at >= until);
        let note = found.or_else(|| landed.then(|| format!("{FAILED}{NOT_THERE}")));
        let mut next = self.clone();
        next.steps.extend(note.map(|note| (COMMENT.to_owned(), note)));
        next
    }

    fn comment_lack(&self, commented: bool) -> Option<Option<String>> {
        match self.steps.get(COMMENT) {
            Some(note) => lack(note),
            // The attempt could not even note that it began.
            None => commented.then_some(None),
        }
    }
}

/// Nothing when a note says that it was done; else why not, if that is known.
fn lack(note: &str) -> Option<Option<String>> {
    match note.strip_prefix(FAILED) {
        Some(reason) => Some(Some(reason.to_owned())),
        None => (note == BEGUN).then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::delivery::{Decider, Receipt};
    use crate::ids::{AccountId, PostId, Ulid, UserId};
    use crate::platform::Platform;

    fn out(steps: &[(&str, &str)]) -> Delivery {
        let at = Timestamp::UNIX_EPOCH;
        let fresh = Delivery::new(PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)), Platform::X, 1, at);
        let receipt = Receipt { remote_id: "1".into(), permalink: "https://net.test/1".into(), published_at: at };
        let steps = steps.iter().map(|(name, note)| ((*name).to_owned(), (*note).to_owned())).collect();
        Delivery { state: DeliveryState::Published, wake_at: None, receipt: Some(receipt), steps, ..fresh }
    }

    fn of(what: Beside, reason: Option<&str>) -> Vec<Shortfall> {
        vec![Shortfall { what, reason: reason.map(str::to_owned), language: None }]
    }

    #[test]
    fn what_was_done_is_not_missing() {
        assert_eq!(out(&[(COMMENT, "c1"), (COVER, "set")]).shortfalls(true), []);
        assert_eq!(out(&[]).shortfalls(false), []);
    }

    #[test]
    fn what_failed_says_why_and_what_was_cut_off_may_be_there() {
        let failed = out(&[(COMMENT, "failed: no links")]);
        assert_eq!(failed.shortfalls(true), of(Beside::FirstComment, Some("no links")));
        assert_eq!(out(&[(COMMENT, BEGUN)]).shortfalls(true), of(Beside::FirstComment, None));
        assert_eq!(out(&[]).shortfalls(true), of(Beside::FirstComment, None));
        assert_eq!(out(&[(COVER, "failed: x")]).shortfalls(false), of(Beside::Cover, Some("x")));
        assert_eq!(out(&[(CLOSED, "failed: x")]).shortfalls(false), of(Beside::NoComments, Some("x")));
        assert_eq!(out(&[(PLAYLIST, BEGUN)]).shortfalls(false), of(Beside::Playlist, None));
    }

    #[test]
    fn subtitles_are_told_by_their_language() {
        let delivery = out(&[("subtitles.de", "failed: no"), ("subtitles.en", "c1"), ("subtitles.fr", BEGUN)]);
        let lacking = |language: &str, reason: Option<&str>| Shortfall {
            what: Beside::Subtitles,
            reason: reason.map(str::to_owned),
            language: Some(language.to_owned()),
        };
        assert_eq!(delivery.shortfalls(false), [lacking("de", Some("no")), lacking("fr", None)]);
        let by = Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: Timestamp::UNIX_EPOCH };
        assert_eq!(delivery.take_down(&by).unwrap().shortfalls(false), []);
    }

    #[test]
    fn nothing_is_missing_of_what_is_not_there() {
        let short = out(&[(COMMENT, BEGUN)]);
        let waiting = Delivery { state: DeliveryState::Retrying, ..short.clone() };
        assert_eq!(waiting.shortfalls(true), []);
        let said = Delivery { receipt: None, ..short.clone() };
        assert_eq!(said.shortfalls(true), [], "a person said that it is there, and has seen it");
        let by = Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: Timestamp::UNIX_EPOCH };
        assert_eq!(out(&[(COMMENT, "failed: no")]).take_down(&by).unwrap().shortfalls(true), []);
        assert_eq!(out(&[(COMMENT, "c1"), (COVER, BEGUN)]).take_down(&by).unwrap().shortfalls(true), []);
        assert_eq!(out(&[]).take_down(&by).unwrap().shortfalls(false), []);
    }

    #[test]
    fn a_comment_that_nobody_named_may_stay_when_its_post_goes() {
        let by = Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: Timestamp::UNIX_EPOCH };
        for short in [out(&[(COMMENT, BEGUN)]), out(&[])] {
            let down = short.take_down(&by).unwrap();
            assert_eq!(down.shortfalls(true), of(Beside::FirstComment, None));
            let hangs_below = Delivery { platform: Platform::Facebook, ..down };
            assert_eq!(hangs_below.shortfalls(true), [], "it went with its post");
        }
    }

    #[test]
    fn a_comment_that_is_found_has_a_name_and_one_that_is_not_never_was() {
        let by = Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: Timestamp::UNIX_EPOCH };
        for short in [out(&[(COMMENT, BEGUN)]), out(&[])] {
            assert!(short.has_lost_comment(true));
            let landed = short.comment_lands_until().unwrap();
            let found = short.with_comment_sought(Some("c1".into()), Timestamp::UNIX_EPOCH);
            assert_eq!((found.has_lost_comment(true), found.steps[COMMENT].as_str()), (false, "c1"));
            let nowhere = short.with_comment_sought(None, landed);
            for known in [found, nowhere] {
                assert_eq!(known.take_down(&by).unwrap().shortfalls(true), []);
            }
            let too_early = short.with_comment_sought(None, landed - SignedDuration::from_secs(1));
            assert_eq!(too_early, short, "it may still land");
        }
        for known in ["c1", "failed: no links"] {
            assert!(!out(&[(COMMENT, known)]).has_lost_comment(true), "{known}");
        }
        assert!(!out(&[]).has_lost_comment(false));
    }
}
