use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::delivery::{Choice, Receipt};
use crate::ids::{PostId, Ulid, UserId};
use crate::platform::Platform;
use crate::post::Target;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn time(second: i64) -> Schedule {
    Schedule { local: "1970-01-01T00:00:00".into(), zone: "UTC".into(), at: at(second) }
}

fn account(index: usize) -> AccountId {
    AccountId::new(Ulid::from(index as u128 + 1))
}

fn post(targets: usize) -> Post {
    let target = |index| Target::new(account(index), Platform::Page);
    Post {
        id: PostId::new(Ulid::from(1)),
        version: 3,
        revision: 2,
        text: "hello".into(),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: (0..targets).map(target).collect(),
        schedule: None,
        outcomes: BTreeMap::new(),
        series: None,
        slot: None,
        created_by: UserId::new(Ulid::from(1)),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn delivery(index: usize, state: DeliveryState) -> Delivery {
    let fresh = Delivery::new(PostId::new(Ulid::from(1)), account(index), Platform::Page, 2, at(100));
    let receipt = (state == DeliveryState::Published).then(|| Receipt {
        remote_id: "r".into(),
        permalink: "https://example.org/r".into(),
        published_at: at(101),
    });
    Delivery { state, receipt, wake_at: (!state.is_end()).then_some(at(100)), ..fresh }
}

#[test]
fn a_new_post_is_stored_as_it_is_with_its_deliveries_if_it_has_a_time() {
    let draft = create(post(2));
    assert_eq!((draft.post, draft.deliveries.len()), (post(2), 0));
    let plan = create(Post { schedule: Some(time(500)), ..post(2) });
    assert_eq!((plan.post.version, plan.post.revision, plan.post.outcomes.len()), (3, 2, 2));
    for change in &plan.deliveries {
        let after = change.after.as_ref().unwrap();
        assert_eq!((after.state, after.revision, after.due_at), (DeliveryState::Pending, 2, at(500)));
        assert!(change.before.is_none());
    }
    assert_eq!(plan.deliveries.len(), 2);
}

#[test]
fn scheduling_a_draft_makes_a_waiting_delivery_per_target() {
    let plan = schedule(&post(2), &[], time(500), at(1)).unwrap();
    assert_eq!((plan.post.version, plan.post.revision), (4, 3));
    assert_eq!(plan.post.outcomes.len(), 2);
    for change in plan.deliveries {
        let after = change.after.unwrap();
        assert_eq!((after.state, after.revision, after.due_at), (DeliveryState::Pending, 3, at(500)));
    }
}

#[test]
fn taking_the_time_away_cancels_what_waits() {
    let scheduled = Post { schedule: Some(time(100)), ..post(1) };
    let plan = unschedule(&scheduled, &[delivery(0, DeliveryState::Pending)], at(1)).unwrap();
    assert_eq!(plan.deliveries[0].after.as_ref().unwrap().state, DeliveryState::Canceled);
    assert!(plan.post.outcomes.is_empty() && plan.post.schedule.is_none());
    assert_eq!(unschedule(&post(1), &[], at(1)), Err(Hindrance::NotThere));
}

#[test]
fn an_edit_never_touches_what_is_published() {
    let scheduled = Post { schedule: Some(time(100)), ..post(3) };
    let states = [DeliveryState::Published, DeliveryState::Failed, DeliveryState::Pending];
    let deliveries: Vec<_> = states.iter().enumerate().map(|(index, state)| delivery(index, *state)).collect();
    let plan = edit(&scheduled, &deliveries, at(1)).unwrap();
    assert_eq!(plan.deliveries.len(), 1);
    assert_eq!(plan.deliveries[0].after.as_ref().unwrap().account_id, account(2));
    assert_eq!(plan.post.outcomes[&account(0)].state, DeliveryState::Published);
    assert_eq!(edit(&scheduled, &deliveries[..1], at(1)), Err(Hindrance::Published));
}

#[test]
fn a_dropped_target_takes_its_waiting_delivery_along() {
    let scheduled = Post { schedule: Some(time(100)), ..post(1) };
    let deliveries = [delivery(0, DeliveryState::Pending), delivery(1, DeliveryState::Pending)];
    let plan = edit(&scheduled, &deliveries, at(1)).unwrap();
    assert!(plan.deliveries.iter().any(|c| c.after.is_none() && c.before.as_ref().unwrap().account_id == account(1)));
    assert_eq!(plan.post.outcomes.len(), 1);
}

#[test]
fn a_retry_takes_the_present_revision() {
    let scheduled = Post { schedule: Some(time(100)), revision: 9, ..post(1) };
    let plan = retry(&scheduled, &[delivery(0, DeliveryState::Failed)], account(0), &somebody(7)).unwrap();
    let after = plan.deliveries[0].after.as_ref().unwrap();
    assert_eq!((after.state, after.revision, after.wake_at), (DeliveryState::Pending, 9, Some(at(7))));
    assert_eq!(plan.post.revision, 9);
    let out = [delivery(0, DeliveryState::Published)];
    assert_eq!(retry(&scheduled, &out, account(0), &somebody(7)), Err(Hindrance::UnderWay));
}

#[test]
fn what_is_confirmed_is_published_where_the_person_says() {
    let scheduled = Post { schedule: Some(time(100)), ..post(2) };
    let deliveries = [delivery(0, DeliveryState::Unknown), delivery(1, DeliveryState::Published)];
    assert_eq!(scheduled.version, 3);
    let link = Some("https://net.test/1".to_owned());
    let plan = confirm(&scheduled, &deliveries, account(0), &somebody(7), link.clone()).unwrap();
    let after = plan.deliveries[0].after.as_ref().unwrap();
    assert_eq!((after.state, plan.deliveries.len()), (DeliveryState::Published, 1));
    assert_eq!(after.decision.as_ref().map(|decision| decision.choice), Some(Choice::There));
    assert_eq!((plan.post.version, plan.post.revision), (4, 2));
    assert_eq!(plan.post.outcomes[&account(0)], TargetOutcome { state: DeliveryState::Published, permalink: link });
}

#[test]
fn sending_again_is_the_other_choice() {
    let scheduled = Post { schedule: Some(time(100)), ..post(1) };
    let plan = retry(&scheduled, &[delivery(0, DeliveryState::Unknown)], account(0), &somebody(7)).unwrap();
    let after = plan.deliveries[0].after.as_ref().unwrap();
    assert_eq!(after.decision.as_ref().map(|decision| decision.choice), Some(Choice::Again));
    assert_eq!(plan.post.outcomes[&account(0)].state, DeliveryState::Pending);
}

fn somebody(second: i64) -> Decider {
    Decider { id: UserId::new(Ulid::from(1)), name: "Ada".into(), at: at(second) }
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
    fn only_an_unknown_delivery_of_a_target_is_confirmed(state in states(), targets in 0usize..2) {
        let scheduled = Post { schedule: Some(time(100)), ..post(targets) };
        let result = confirm(&scheduled, &[delivery(0, state)], account(0), &somebody(7), None);
        let expected = match state {
            _ if targets == 0 => Err(Hindrance::NotThere),
            DeliveryState::Unknown => Ok(1),
            DeliveryState::Published => Err(Hindrance::Published),
            DeliveryState::Failed | DeliveryState::Canceled => Err(Hindrance::NeverOut),
            _ => Err(Hindrance::UnderWay),
        };
        prop_assert_eq!(result.map(|plan| plan.deliveries.len()), expected);
    }

    #[test]
    fn no_plan_changes_a_delivery_that_is_or_may_be_out(states in vec(states(), 0..5), targets in 0usize..5, which in 0u8..4) {
        let deliveries: Vec<_> = states.iter().enumerate().map(|(index, state)| delivery(index, *state)).collect();
        let scheduled = Post { schedule: Some(time(100)), ..post(targets) };
        let plan = match which {
            0 => schedule(&scheduled, &deliveries, time(900), at(1)),
            1 => unschedule(&scheduled, &deliveries, at(1)),
            2 => edit(&scheduled, &deliveries, at(1)),
            _ => edit(&post(targets), &deliveries, at(1)),
        };
        let Ok(plan) = plan else { return Ok(()) };
        for change in &plan.deliveries {
            if let Some(before) = &change.before {
                prop_assert!(!matches!(
                    before.state,
                    DeliveryState::Publishing | DeliveryState::Retrying | DeliveryState::Unknown | DeliveryState::Published
                ));
            }
            if let Some(after) = &change.after {
                prop_assert!(after.state == DeliveryState::Canceled || after.revision == plan.post.revision);
            }
        }
        for (account, outcome) in &plan.post.outcomes {
            let after = plan.deliveries.iter().filter_map(|c| c.after.as_ref()).find(|d| d.account_id == *account);
            let state = after.or_else(|| deliveries.iter().find(|d| d.account_id == *account)).map(|d| d.state);
            prop_assert_eq!(Some(outcome.state), state);
        }
    }
}
