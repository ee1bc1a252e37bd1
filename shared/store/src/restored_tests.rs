use cloud::SystemRandom;
use domain::ids::{Ulid, UserId};
use domain::platform::Platform;
use domain::post::Target;
use domain::when::Schedule;
use jiff::SignedDuration;

use super::*;

const BACKUP: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn minutes(count: i64) -> Timestamp {
    BACKUP + SignedDuration::from_mins(count)
}

fn org() -> OrgId {
    OrgId::new(Ulid::from(1))
}

fn account(number: u8) -> AccountId {
    AccountId::new(Ulid::from(u128::from(number)))
}

/// A post that is due at each of these minutes, once per account: its items as they are stored.
fn stored(number: u128, due: i64, states: &[DeliveryState]) -> Vec<Item> {
    let id = PostId::new(Ulid::from(number));
    let schedule = Schedule { local: "2027-01-15T09:00:00".into(), zone: "UTC".into(), at: minutes(due) };
    let accounts = || (1..).take(states.len()).map(account).zip(states.iter().copied());
    let outcome = |state| TargetOutcome { state, permalink: None };
    let post = Post {
        id,
        version: 4,
        revision: 2,
        text: "Hello".into(),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: accounts().map(|(id, _)| Target::new(id, Platform::Page)).collect(),
        schedule: Some(schedule),
        outcomes: accounts().map(|(id, state)| (id, outcome(state))).collect(),
        series: None,
        slot: None,
        created_by: UserId::new(Ulid::from(1)),
        created_at: BACKUP,
        updated_at: BACKUP,
    };
    let delivery = |(account, state): (AccountId, DeliveryState)| {
        let waits = Delivery::new(id, account, Platform::Page, 2, minutes(due));
        let ended = Delivery { state, wake_at: None, ..waits.clone() };
        let delivery = if state.is_end() { ended } else { Delivery { state, ..waits } };
        put(Key::org(org(), &OrgKey::Delivery(id, account)), &delivery).unwrap()
    };
    let mut items = vec![put(Key::org(org(), &OrgKey::Post(id)), &post).unwrap()];
    items.extend(accounts().map(delivery));
    items
}

fn restore(items: &[Item], all: bool) -> (Vec<Item>, Doubts) {
    let mut doubts = Doubts::new(Window { backup: BACKUP, until: minutes(60), all });
    items.iter().for_each(|item| doubts.note(item).unwrap());
    let doubts = doubts.decided();
    let settled = items.iter().filter_map(|item| doubts.settled(item.clone(), &SystemRandom).unwrap());
    (settled.collect(), doubts)
}

fn state(item: &Item) -> String {
    item["state"].as_s().unwrap().clone()
}

#[test]
fn only_what_was_due_meanwhile_is_held() {
    use DeliveryState::{Pending, Published};
    let (early, late, done) = (stored(1, 30, &[Pending]), stored(2, 90, &[Pending]), stored(3, -30, &[Published]));
    let items = [early, late.clone(), done.clone()].concat();
    let (restored, doubts) = restore(&items, false);
    assert_eq!(doubts.count(), (1, 0));
    assert_eq!(restored[2..], [late, done].concat(), "what is not in doubt stays as it is, byte for byte");
    let post: Post = serde_dynamo::from_item(restored[0].clone()).unwrap();
    assert_eq!((post.version, post.revision), (5, 2));
    assert_eq!(post.outcomes[&account(1)].state, DeliveryState::Unknown);
    assert_eq!(state(&restored[1]), "unknown");
    assert!(!restored[1].contains_key("DUEPK"), "the sweep does not find it");
    assert!(restored[0].contains_key("CALPK") && restored[0].contains_key(LISTED), "the calendar does");
}

#[test]
fn what_this_code_does_not_know_is_kept() {
    let mut items = stored(1, 30, &[DeliveryState::Pending]);
    for item in &mut items {
        item.insert("of_tomorrow".to_owned(), AttributeValue::Bool(true));
    }
    let (restored, _) = restore(&items, false);
    assert!(restored.iter().all(|item| item["of_tomorrow"] == AttributeValue::Bool(true)), "{restored:?}");
}

#[test]
fn with_all_held_what_is_due_later_is_a_draft_and_its_slot_free() {
    use DeliveryState::{Pending, Published};
    let slot = SlotReservation {
        account_id: account(1),
        at: minutes(90),
        post_id: PostId::new(Ulid::from(1)),
        expires: 1_900_000_000,
    };
    let slot = put(Key::org(org(), &OrgKey::Slot(account(1), minutes(90))), &slot).unwrap();
    let items = [stored(1, 90, &[Pending]), stored(2, 90, &[Pending, Published]), vec![slot]].concat();
    let (restored, doubts) = restore(&items, true);
    assert_eq!((doubts.count(), restored.len()), ((1, 1), 5));
    let post: Post = serde_dynamo::from_item(restored[0].clone()).unwrap();
    assert!(post.schedule.is_none() && post.outcomes.is_empty() && post.revision == 3);
    assert_eq!(state(&restored[1]), "canceled");
    assert_eq!([state(&restored[3]), state(&restored[4])], ["unknown", "published"], "half of it is out already");
}

#[test]
fn each_organization_that_something_changed_for_is_told() {
    let (_, doubts) = restore(&stored(1, 30, &[DeliveryState::Pending]), false);
    let entries = doubts.audit(&SystemRandom).unwrap();
    let entry: AuditEntry = serde_dynamo::from_item(entries[0].clone()).unwrap();
    assert_eq!((entries.len(), entry.action.as_str(), entry.at), (1, "backup.restore", minutes(60)));
    let (_, calm) = restore(&stored(1, 90, &[DeliveryState::Pending]), false);
    assert!(calm.audit(&SystemRandom).unwrap().is_empty());
}
