use std::collections::BTreeMap;

use domain::delivery::DeliveryState;
use domain::ids::{PostId, Ulid, UserId};
use domain::post::{Post, Target, TargetOutcome};
use domain::when::Schedule;

use super::*;

fn account(status: AccountStatus) -> Account {
    let now = Timestamp::UNIX_EPOCH;
    Account {
        remote_id: "42".into(),
        name: "Ada".into(),
        handle: "ada@m.example".into(),
        instance: Some("m.example".into()),
        status,
        ..Account::new(AccountId::new(Ulid::from(3_u128)), Platform::Mastodon, UserId::new(Ulid::from(1_u128)), now)
    }
}

fn listed(state: Option<DeliveryState>, scheduled: bool) -> PostInList {
    let id = account(AccountStatus::Healthy).id;
    let now = Timestamp::UNIX_EPOCH;
    let outcome = |state| (id, TargetOutcome { state, permalink: None });
    let post = Post {
        id: PostId::new(Ulid::from(9_u128)),
        version: 1,
        revision: 1,
        text: String::new(),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: vec![Target::new(id, Platform::Mastodon)],
        schedule: scheduled.then(|| Schedule { local: "2026-11-24T09:00".into(), zone: "UTC".into(), at: now }),
        outcomes: state.map(outcome).into_iter().collect::<BTreeMap<_, _>>(),
        series: None,
        slot: None,
        created_by: UserId::new(Ulid::from(1_u128)),
        created_at: now,
        updated_at: now,
    };
    PostInList::from(&post)
}

#[test]
fn an_account_is_needed_while_a_delivery_has_no_end() {
    let id = account(AccountStatus::Healthy).id;
    for state in [DeliveryState::Pending, DeliveryState::Publishing, DeliveryState::Retrying] {
        assert!(awaits(&listed(Some(state), true), id), "{state:?}");
    }
    for state in [DeliveryState::Published, DeliveryState::Failed, DeliveryState::Unknown, DeliveryState::Canceled] {
        assert!(!awaits(&listed(Some(state), true), id), "{state:?}");
    }
    assert!(!awaits(&listed(None, false), id), "a draft waits for nobody");
    assert!(!awaits(&listed(Some(DeliveryState::Pending), true), AccountId::new(Ulid::from(4_u128))));
}
