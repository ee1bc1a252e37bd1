use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::ids::{AccountId, PostId, Ulid};
use crate::platform::{Class, Platform};
use crate::post::TargetOutcome;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn ada(seconds: i64) -> Decider {
    Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: at(seconds) }
}

fn delivery(state: DeliveryState) -> Delivery {
    let fresh = Delivery::new(PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)), Platform::Mastodon, 3, at(0));
    let receipt = Receipt { remote_id: "p0".into(), permalink: "https://net.test/p0".into(), published_at: at(1) };
    Delivery {
        state,
        fence: 4,
        wake_at: (!state.is_end()).then_some(at(60)),
        receipt: (state == DeliveryState::Published).then_some(receipt),
        ..fresh
    }
}

/// One that is out, with `parts` of a thread and what was recorded of its first comment.
fn out(parts: usize, comment: Option<&str>) -> Delivery {
    let mut out = delivery(DeliveryState::Published);
    out.steps = (0..parts).map(|number| (format!("{OUT}{PART}{number}"), format!("p{number}"))).collect();
    out.steps.extend(comment.map(|comment| (COMMENT.to_owned(), comment.to_owned())));
    // What else is recorded on the way is nothing that people see.
    out.steps.insert("part.1.media-0".into(), "m1".into());
    out
}

fn states() -> impl Strategy<Value = DeliveryState> {
    prop_oneof![
        Just(DeliveryState::Pending),
        Just(DeliveryState::Publishing),
        Just(DeliveryState::Published),
        Just(DeliveryState::Retrying),
        Just(DeliveryState::Failed),
        Just(DeliveryState::Unknown),
        Just(DeliveryState::Canceled),
    ]
}

fn plain(note: &str) -> Option<String> {
    Some(note.to_owned())
}

proptest! {
    #[test]
    fn only_what_is_out_is_taken_down_and_once(state in states(), later in 0i64..1_000_000) {
        let before = delivery(state);
        let down = before.take_down(&ada(later));
        prop_assert_eq!(down.is_ok(), state == DeliveryState::Published);
        prop_assert_eq!(before.evidence().is_ok(), state == DeliveryState::Published);
        let Ok(down) = down else { return Ok(()) };
        prop_assert_eq!(down.take_down(&ada(later + 5)), Ok(down.clone()), "who was first stays noted");
        prop_assert_eq!((down.taken_down.as_ref().unwrap().at, down.fence), (at(later), before.fence + 1));
        prop_assert_eq!(down.evidence(), Err(Missing::TakenDown));
        prop_assert_eq!(TargetOutcome::from(&down), TargetOutcome { state: DeliveryState::Published, permalink: None });
        prop_assert_eq!(Delivery { taken_down: None, fence: before.fence, ..down }, before, "the rest says what happened");
    }

    #[test]
    fn what_was_taken_down_never_goes_out_again(later in 0i64..1_000_000, revision in 0u64..5) {
        let down = out(3, None).take_down(&ada(1)).unwrap();
        prop_assert!(down.claim(revision, at(later), Ulid::from(9)).is_err());
        prop_assert!(down.retried(revision, at(later)).is_err());
        prop_assert!(down.sent_again(&ada(later), revision).is_err());
        prop_assert!(down.confirmed(&ada(later), None).is_err());
        prop_assert!(!down.is_in_doubt(at(later)) && !down.is_overdue(at(later)) && !down.may_be_seen());
        prop_assert!(down.wake_at.is_none(), "the sweep does not find it");
    }

    #[test]
    fn every_part_goes_once_the_last_first_and_the_first_last(
        parts in 0usize..30,
        comment in any::<bool>(),
        comments_are_posts in any::<bool>(),
    ) {
        let out = out(parts, comment.then_some("c"));
        let ids = out.removal(comments_are_posts, plain).unwrap();
        let mut expected: Vec<String> = (1..parts).rev().map(|number| format!("p{number}")).collect();
        if comment && comments_are_posts {
            expected.insert(0, "c".into());
        }
        expected.push("p0".into());
        prop_assert_eq!(ids, expected);
    }
}

#[test]
fn a_comment_that_was_never_made_is_not_looked_for() {
    for note in [BEGUN, "failed: no", ""] {
        assert_eq!(out(0, Some(note)).removal(true, plain).unwrap(), ["p0"], "{note}");
    }
}

#[test]
fn gates_hold_until_the_post_is_gone() {
    let mut out = out(2, Some("c"));
    out.steps.insert(GATES.into(), "g1 g2".into());
    assert_eq!(out.removal(true, plain).unwrap(), ["c", "p1", "p0", "g1", "g2"]);
}

#[test]
fn what_cannot_be_read_is_not_passed_over() {
    assert_eq!(out(2, None).removal(false, |_| None), None);
    assert_eq!(delivery(DeliveryState::Pending).removal(false, plain), None, "there is nothing to go by");
}

#[test]
fn the_network_is_asked_only_about_what_it_named() {
    let said = delivery(DeliveryState::Unknown).confirmed(&ada(1), Some("https://net.test/1".into())).unwrap();
    assert_eq!(said.evidence(), Err(Missing::Unnamed));
    let missing = |state| delivery(state).evidence().unwrap_err();
    assert_eq!(missing(DeliveryState::Unknown), Missing::Undecided);
    assert_eq!(missing(DeliveryState::Failed), Missing::NeverOut);
    assert_eq!(missing(DeliveryState::Retrying), Missing::Waiting);
}

#[test]
fn a_conclusion_of_before_finds_another_fence() {
    let claimed = delivery(DeliveryState::Pending).claim(3, at(60), Ulid::from(9)).unwrap();
    let receipt = Receipt { remote_id: "1".into(), permalink: String::new(), published_at: at(61) };
    let published = claimed.conclude(at(61), Ok(receipt), Class::Keyed, 0.5);
    assert!(published.take_down(&ada(90)).unwrap().fence > claimed.fence);
}

#[test]
fn items_without_the_note_are_read_and_stay_as_they_were() {
    let before = out(1, None);
    let stored = serde_json::to_value(&before).unwrap();
    assert!(stored.get("taken_down").is_none());
    assert_eq!(serde_json::from_value::<Delivery>(stored).unwrap(), before);
}
