//! What DynamoDB consumes, by its documented rules ("DynamoDB read and write operations: capacity unit consumption"): a
//! write unit for each kilobyte begun, an index's writes by themselves, transactions double; a read unit for four
//! kilobytes read as of now, half of one otherwise. The budgets stand on the embedded table's word for it.

use std::sync::Arc;

use cloud::SystemClock;
use domain::audit::AuditEntry;
use domain::delivery::Delivery;
use domain::ids::{AuditId, Ulid};
use domain::platform::Platform;
use domain::tenancy::OrgScope;
use jiff::SignedDuration;
use store::{Condition, Order, OrgKey, OrgList, OrgStore, PageRequest, Table};
use tests::meter::{Meter, Units};

use super::backend::{Backend, noon};
use super::on_both;

on_both!(writes_count_by_the_kilobyte, a_transaction_counts_double, an_index_counts_what_it_stores,);

/// An organization on the backend, with a meter.
async fn metered(backend: &Backend) -> (Meter, OrgStore) {
    let meter = Meter::default();
    let cloud = meter.cloud(backend.cloud.config.clone(), Arc::new(SystemClock)).await;
    let org = Table::new(&cloud).org(OrgScope::for_new_org(backend.org().org()));
    (meter, org)
}

fn entry(number: u128, length: usize) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(Ulid::from(number)),
        at: noon(),
        actor: None,
        actor_name: None,
        action: "test.entry".to_owned(),
        target: None,
        summary: "x".repeat(length),
    }
}

async fn write(meter: &Meter, org: &OrgStore, entries: &[AuditEntry]) -> f64 {
    let put = |entry: &AuditEntry| org.put(&OrgKey::Audit(entry.id), entry, Condition::Always).expect("a write");
    drop(meter.take());
    org.transact(entries.iter().map(put).collect()).await.expect("stored");
    meter.take().units.write
}

#[track_caller]
fn are(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} units, and the rules say {expected}");
}

async fn writes_count_by_the_kilobyte(backend: Backend) {
    let (meter, org) = metered(&backend).await;
    are(write(&meter, &org, &[entry(1, 10)]).await, 1.0);
    are(write(&meter, &org, &[entry(2, 1500)]).await, 2.0);
    are(write(&meter, &org, &[entry(2, 10)]).await, 2.0);
}

async fn a_transaction_counts_double(backend: Backend) {
    let (meter, org) = metered(&backend).await;
    are(write(&meter, &org, &[entry(1, 10), entry(2, 10)]).await, 4.0);
    are(write(&meter, &org, &[entry(3, 1500), entry(4, 10)]).await, 6.0);
}

async fn an_index_counts_what_it_stores(backend: Backend) {
    let (meter, org) = metered(&backend).await;
    let waiting = Delivery::new(Backend::post(1), Backend::account(), Platform::Page, 1, noon());
    let key = OrgKey::Delivery(waiting.post_id, waiting.account_id);
    let store = async |delivery: &Delivery| -> Units {
        drop(meter.take());
        org.transact(vec![org.put(&key, delivery, Condition::Always).expect("a write")]).await.expect("stored");
        meter.take().units
    };
    let due = |units: &Units| units.indexes.get("due").copied().unwrap_or(0.0);
    let new = store(&waiting).await;
    are(new.write, 2.0);
    are(due(&new), 1.0);
    let late = noon() + SignedDuration::from_secs(1);
    let claimed = waiting.claim(1, late, Ulid::from(7)).expect("a claim");
    are(store(&claimed).await.write, 1.0);
    let later = Delivery { wake_at: Some(late), ..waiting.clone() };
    let moved = store(&later).await;
    are(moved.write, 3.0);
    are(due(&moved), 2.0);
    are(store(&later.canceled()).await.write, 2.0);
}

/// Only here: the independent implementation counts every read as one.
#[tokio::test]
async fn reads_count_by_four_kilobytes() {
    let backend = Backend::embedded().await;
    let (meter, org) = metered(&backend).await;
    for number in 1..=3 {
        write(&meter, &org, &[entry(number, 2000)]).await;
    }
    let key = |number| OrgKey::Audit(AuditId::new(Ulid::from(number)));
    drop(meter.take());
    org.get::<AuditEntry>(&key(1)).await.expect("a read");
    are(meter.take().units.read, 1.0);
    org.get_all::<AuditEntry>(&[key(1), key(2)]).await.expect("a read");
    are(meter.take().units.read, 2.0);
    let page = PageRequest { cursor: None, limit: 10 };
    org.list::<AuditEntry>(OrgList::Audit, Order::Ascending, &page).await.expect("a page");
    are(meter.take().units.read, 2.0);
    let nothing = org.get::<AuditEntry>(&key(9)).await.expect("a read");
    assert!(nothing.is_none());
    are(meter.take().units.read, 1.0);
}
