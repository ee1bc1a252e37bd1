use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::delivery::{Attempt, AttemptOutcome, DeliveryError, DeliveryKey};
use crate::ids::{AccountId, PostId, Ulid};
use crate::platform::Platform;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn ada(seconds: i64) -> Decider {
    Decider { id: UserId::new(Ulid::from(7)), name: "Ada".into(), at: at(seconds) }
}

fn delivery(state: DeliveryState) -> Delivery {
    let fresh = Delivery::new(PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)), Platform::Bluesky, 3, at(0));
    let attempt = Attempt {
        number: 1,
        started_at: at(0),
        ended_at: Some(at(30)),
        outcome: Some(AttemptOutcome::Ambiguous),
        detail: Some("cut off".into()),
    };
    let error = DeliveryError { class: AttemptOutcome::Ambiguous, message: "cut off".into(), advice: "look".into() };
    Delivery {
        state,
        fence: 4,
        wake_at: (!state.is_end()).then_some(at(60)),
        key: Some(DeliveryKey { id: "k".into(), created_at: at(0) }),
        attempts: vec![attempt],
        error: Some(error),
        ..fresh
    }
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

proptest! {
    #[test]
    fn only_what_nobody_knows_is_confirmed_and_nothing_is_made_up(
        state in states(),
        later in 0i64..1_000_000,
        link in any::<bool>(),
    ) {
        let before = delivery(state);
        let url = link.then(|| "https://net.test/1".to_owned());
        let confirmed = before.confirmed(&ada(later), url.clone());
        prop_assert_eq!(confirmed.is_ok(), state == DeliveryState::Unknown);
        let Ok(after) = confirmed else { return Ok(()) };
        prop_assert_eq!(after.state, DeliveryState::Published);
        prop_assert!(after.wake_at.is_none() && after.lease_until.is_none() && after.error.is_none());
        prop_assert!(after.receipt.is_none() && after.late_ms().is_none() && !after.is_late());
        prop_assert_eq!(after.permalink(), url.as_deref());
        prop_assert_eq!(&after.attempts, &before.attempts, "the ledger says what happened, not what was decided");
        prop_assert_eq!((after.fence, after.revision, &after.key), (before.fence, before.revision, &before.key));
        prop_assert!(after.claim(3, at(later + 1_000), Ulid::from(9)).is_err(), "never sent after that");
        let decision = after.decision.unwrap();
        prop_assert_eq!((decision.choice, decision.by, decision.at), (Choice::There, ada(0).id, at(later)));
    }

    #[test]
    fn sending_again_notes_who_decided_only_where_there_was_a_choice(state in states(), later in 0i64..1_000_000) {
        let before = delivery(state);
        let again = before.sent_again(&ada(later), 5);
        prop_assert_eq!(again.is_ok(), matches!(state, DeliveryState::Failed | DeliveryState::Unknown));
        let Ok(again) = again else { return Ok(()) };
        prop_assert_eq!(again.decision.is_some(), state == DeliveryState::Unknown);
        prop_assert!(again.decision.iter().all(|decision| decision.choice == Choice::Again && decision.url.is_none()));
        prop_assert_eq!((again.state, again.wake_at, again.due_at), (DeliveryState::Pending, Some(at(later)), at(0)));
        prop_assert_eq!((again.wanted_at(), again.is_overdue(at(later))), (at(later), false));
        prop_assert_eq!(Delivery { decision: None, asked_at: None, ..again }, before.retried(5, at(later)).unwrap());
    }

    #[test]
    fn overdue_is_what_has_no_end_long_after_somebody_wanted_it(state in states(), seconds in 0i64..1_000) {
        let overdue = delivery(state).is_overdue(at(seconds));
        prop_assert_eq!(overdue, !state.is_end() && seconds > 300);
    }

    #[test]
    fn an_address_is_taken_as_it_is_or_not_at_all(given in ".{0,80}") {
        if let Some(address) = web_address(&given) {
            prop_assert!(address.starts_with("https://") && address.len() > "https://".len());
            let again = web_address(&address);
            prop_assert_eq!(again, Some(address));
        }
    }
}

#[test]
fn the_last_decision_goes_on_with_the_delivery() {
    let again = delivery(DeliveryState::Unknown).sent_again(&ada(100), 3).unwrap();
    let failed = Delivery { state: DeliveryState::Failed, wake_at: None, ..again.clone() };
    assert_eq!(failed.sent_again(&ada(200), 3).unwrap().decision, again.decision);
    let unknown = Delivery { state: DeliveryState::Unknown, wake_at: None, ..again };
    let there = unknown.confirmed(&ada(300), None).unwrap().decision.unwrap();
    assert_eq!((there.choice, there.at, there.by_name.as_str()), (Choice::There, at(300), "Ada"));
}

#[test]
fn a_word_about_the_past_is_no_address_of_the_present() {
    let there = delivery(DeliveryState::Unknown).confirmed(&ada(1), Some("https://net.test/1".into())).unwrap();
    let unknown = Delivery { state: DeliveryState::Unknown, ..there };
    assert_eq!(unknown.permalink(), None);
}

#[test]
fn an_address_is_of_the_web_and_keeps_no_secret() {
    assert_eq!(web_address(" https://Net.test/@ada/1?x=1#y ").as_deref(), Some("https://net.test/@ada/1?x=1#y"));
    for wrong in ["", "net.test/1", "http://net.test/1", "javascript:alert(1)", "https://", "https://a:b@net.test/1"] {
        assert_eq!(web_address(wrong), None, "{wrong}");
    }
    assert_eq!(web_address("https://a@net.test/1"), None);
    let path = |length: usize| format!("https://net.test/{}", "a".repeat(length - "https://net.test/".len()));
    assert!(web_address(&path(MAX_ADDRESS)).is_some());
    assert_eq!(web_address(&path(MAX_ADDRESS + 1)), None);
}
