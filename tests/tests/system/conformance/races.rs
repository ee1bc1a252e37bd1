//! Many at once: of conditional writes on one item exactly one wins, on either backend.

use domain::delivery::Delivery;
use domain::ids::Ulid;
use domain::platform::Platform;
use futures::future::join_all;
use store::{Change, Condition, OrgKey};

use super::backend::{Backend, noon};
use super::on_every_table;

on_every_table!(one_claim_wins, counting_loses_nothing);

const CALLERS: u128 = 20;

async fn one_claim_wins(backend: Backend) {
    let org = backend.org();
    let delivery = Delivery::new(Backend::post(0), Backend::account(), Platform::Mastodon, 1, noon());
    let key = OrgKey::Delivery(delivery.post_id, delivery.account_id);
    let create = org.put(&key, &delivery, Condition::Absent).expect("a write");
    org.transact(vec![create]).await.expect("stored");
    let claims = (0..CALLERS).map(|caller| {
        let claimed = delivery.claim(1, noon(), Ulid::from(caller)).expect("its time has come");
        let write = org.put(&key, &claimed, Condition::unmoved(&delivery)).expect("a write");
        let org = org.clone();
        async move { org.transact(vec![write]).await }
    });
    let won = join_all(claims).await.iter().filter(|claim| claim.is_ok()).count();
    assert_eq!(won, 1);
}

async fn counting_loses_nothing(backend: Backend) {
    let org = backend.org();
    let create = org.put(&OrgKey::Org, &Counter { version: 0 }, Condition::Absent).expect("a write");

    backend.table.transact(vec![create]).await.expect("stored");
    // Transactions, since those meet and are tried again.
    let adds = (0..CALLERS).map(|_| {
        let add = org.change(&OrgKey::Org, Change::default().add("version", 1), Condition::Present);
        let check = org.check(&OrgKey::Member(Backend::user().user()), Condition::Absent);
        let org = org.clone();
        async move { org.transact(vec![add, check]).await.is_ok() }
    });
    let done = join_all(adds).await.into_iter().filter(|done| *done).count();
    let counter: Counter = org.get(&OrgKey::Org).await.expect("a read").expect("the counter");
    assert_eq!(counter.version, u64::try_from(done).expect("a count"));
    assert!(done > 0);
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Counter {
    version: u64,
}

impl store::Entity for Counter {}
