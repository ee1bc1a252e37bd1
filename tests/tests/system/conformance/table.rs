//! The table: conditions, transactions, indexes and paging.

use std::collections::BTreeMap;

use domain::audit::AuditEntry;
use domain::delivery::Delivery;
use domain::ids::{AuditId, PostId, Ulid};
use domain::org::Member;
use domain::platform::Platform;
use domain::post::Post;
use domain::role::Role;
use domain::when::Schedule;
use jiff::{SignedDuration, Timestamp};
use store::{CalendarRange, Change, Condition, Order, OrgKey, OrgList, OrgStore, PageRequest, StoreError};

use super::backend::{Backend, noon};
use super::on_every_table;

on_every_table!(
    an_item_is_created_once,
    a_transaction_happens_whole_or_not_at_all,
    a_version_guards_a_change,
    a_change_touches_what_it_names,
    a_list_pages_through_everything_once,
    a_post_comes_with_its_deliveries,
    the_calendar_orders_and_pages,
    unfinished_deliveries_are_due,
    many_items_come_in_one_call,
    memberships_are_found_by_person,
    a_public_address_has_one_holder,
    tenants_do_not_meet,
);

fn entry(number: u128) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(Ulid::from(number)),
        at: noon(),
        actor: None,
        actor_name: None,
        action: "test.entry".to_owned(),
        target: None,
        summary: format!("entry {number}"),
    }
}

fn post(id: PostId, due: Option<Timestamp>) -> Post {
    Post {
        id,
        version: 1,
        revision: 1,
        text: "Hello, wörld 👋".to_owned(),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: Vec::new(),
        schedule: due.map(|at| Schedule {
            local: "2035-11-24T13:00:00".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            at,
        }),
        outcomes: BTreeMap::new(),
        series: None,
        slot: None,
        created_by: Backend::user().user(),
        created_at: noon(),
        updated_at: noon(),
    }
}

async fn save(org: &OrgStore, post: &Post) {
    let write = org.put(&OrgKey::Post(post.id), post, Condition::Always).expect("a write");
    org.transact(vec![write]).await.expect("stored");
}

fn first(limit: usize) -> PageRequest {
    PageRequest { cursor: None, limit }
}

async fn an_item_is_created_once(backend: Backend) {
    let org = backend.org();
    let create = || org.put(&OrgKey::Audit(entry(1).id), &entry(1), Condition::Absent).expect("a write");
    org.transact(vec![create()]).await.expect("the first");
    let again = org.transact(vec![create()]).await;
    assert!(matches!(&again, Err(StoreError::Conflict(failed)) if failed == &[0]), "{again:?}");
    let read: Option<AuditEntry> = org.get(&OrgKey::Audit(entry(1).id)).await.expect("a read");
    assert_eq!(read.map(|entry| entry.summary), Some("entry 1".to_owned()));
    let missing: Option<AuditEntry> = org.get(&OrgKey::Audit(entry(2).id)).await.expect("a read");
    assert!(missing.is_none());
}

async fn a_transaction_happens_whole_or_not_at_all(backend: Backend) {
    let org = backend.org();
    let write =
        |number, condition| org.put(&OrgKey::Audit(entry(number).id), &entry(number), condition).expect("a write");
    org.transact(vec![write(1, Condition::Absent)]).await.expect("stored");

    let writes = vec![
        write(2, Condition::Absent),
        write(1, Condition::Absent),
        org.check(&OrgKey::Audit(entry(8).id), Condition::Absent),
        org.delete(&OrgKey::Audit(entry(9).id), Condition::Present),
    ];
    let failed = org.transact(writes).await;
    assert!(matches!(&failed, Err(StoreError::Conflict(failed)) if failed == &[1, 3]), "{failed:?}");
    let absent: Option<AuditEntry> = org.get(&OrgKey::Audit(entry(2).id)).await.expect("a read");
    assert!(absent.is_none(), "the first write must not have happened");

    let writes = vec![
        write(2, Condition::Absent),
        org.check(&OrgKey::Audit(entry(3).id), Condition::Absent),
        org.delete(&OrgKey::Audit(entry(1).id), Condition::Present),
    ];
    org.transact(writes).await.expect("all hold");
    let page = org.list::<AuditEntry>(OrgList::Audit, Order::Ascending, &first(10)).await.expect("a page");
    assert_eq!(page.items.iter().map(|entry| entry.summary.as_str()).collect::<Vec<_>>(), ["entry 2"]);
}

async fn a_version_guards_a_change(backend: Backend) {
    let org = backend.org();
    let mut post = post(Backend::post(0), None);
    save(&org, &post).await;
    post.version = 2;
    let write = |version| org.put(&OrgKey::Post(post.id), &post, Condition::Version(version)).expect("a write");
    org.transact(vec![write(1)]).await.expect("the version that was read");
    let stale = org.transact(vec![write(1)]).await.expect_err("a stale version");
    assert!(stale.is_conflict_at(0));
    let delivery = Delivery::new(post.id, Backend::account(), Platform::Page, 1, noon());
    let key = OrgKey::Delivery(post.id, delivery.account_id);
    let create = org.put(&key, &delivery, Condition::Absent).expect("a write");
    org.transact(vec![create]).await.expect("stored");
    let claimed = delivery.claim(1, noon(), Ulid::from(7)).expect("its time has come");
    let claim = || org.put(&key, &claimed, Condition::unmoved(&delivery)).expect("a write");
    org.transact(vec![claim()]).await.expect("the first claim");
    assert!(org.transact(vec![claim()]).await.expect_err("the second claim").is_conflict());
}

async fn a_change_touches_what_it_names(backend: Backend) {
    let org = backend.org();
    let post = post(Backend::post(0), None);
    save(&org, &post).await;
    let account = Backend::account();
    let outcome = domain::post::TargetOutcome { state: domain::delivery::DeliveryState::Published, permalink: None };
    let change = Change::default()
        .set("text", &"New")
        .and_then(|change| change.set_in("outcomes", &account.to_string(), &outcome))
        .and_then(|change| change.append("media", &[domain::ids::FileId::new(Ulid::from(5))]))
        .expect("a change")
        .add("version", 1);
    let update = org.change(&OrgKey::Post(post.id), change.clone(), Condition::Version(1));
    org.transact(vec![update]).await.expect("changed");

    let (read, _) = org.post(post.id).await.expect("a read").expect("the post");
    assert_eq!((read.version, read.text.as_str(), read.media.len()), (2, "New", 1));
    assert_eq!(read.outcomes.get(&account).map(|outcome| outcome.state), Some(outcome.state));
    assert_eq!(read.created_by, post.created_by, "the rest stays");
    let missing = org.change(&OrgKey::Post(Backend::post(0)), change, Condition::Present);
    assert!(org.transact(vec![missing]).await.expect_err("no such post").is_conflict_at(0));
}

async fn a_list_pages_through_everything_once(backend: Backend) {
    let org = backend.org();
    for number in 1..=7 {
        let write = org.put(&OrgKey::Audit(entry(number).id), &entry(number), Condition::Always).expect("a write");
        org.transact(vec![write]).await.expect("stored");
    }
    save(&org, &post(Backend::post(0), None)).await;
    for (order, wanted) in [(Order::Ascending, [1, 2, 3, 4, 5, 6, 7]), (Order::Descending, [7, 6, 5, 4, 3, 2, 1])] {
        let (mut seen, mut page) = (Vec::new(), first(3));
        loop {
            let answer = org.list::<AuditEntry>(OrgList::Audit, order, &page).await.expect("a page");
            assert!(answer.items.len() <= 3);
            seen.extend(answer.items.into_iter().map(|entry| u128::from(entry.id.ulid())));
            page.cursor = answer.next_cursor;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, wanted);
    }
    let page = org.list::<AuditEntry>(OrgList::Audit, Order::Ascending, &first(3)).await.expect("a page");
    let elsewhere = PageRequest { cursor: page.next_cursor, limit: 3 };
    let refused = backend.org().list::<AuditEntry>(OrgList::Audit, Order::Ascending, &elsewhere).await;
    assert!(matches!(refused, Err(StoreError::Cursor)), "another tenant's cursor");
}

async fn a_post_comes_with_its_deliveries(backend: Backend) {
    let org = backend.org();
    let (own, next) = (Backend::post(0), Backend::post(0));
    assert!(org.post(own).await.expect("a read").is_none());
    for id in [own, next] {
        save(&org, &post(id, None)).await;
        for _ in 0..3 {
            let delivery = Delivery::new(id, Backend::account(), Platform::Bluesky, 1, noon());
            let key = OrgKey::Delivery(id, delivery.account_id);
            let write = org.put(&key, &delivery, Condition::Absent).expect("a write");
            org.transact(vec![write]).await.expect("stored");
        }
    }
    let (read, deliveries) = org.post(own).await.expect("a read").expect("the post");
    assert_eq!((read.id, read.text.as_str()), (own, "Hello, wörld 👋"));
    assert_eq!(deliveries.len(), 3);
    assert!(deliveries.iter().all(|delivery| delivery.post_id == own));
}

async fn the_calendar_orders_and_pages(backend: Backend) {
    let org = backend.org();
    let day = |days: i64| noon() + SignedDuration::from_hours(24 * days);
    // Two at the same instant, so that a page can end between them.
    let dues = [Some(day(3)), None, Some(day(1)), Some(day(1)), Some(day(2))];
    for due in dues {
        save(&org, &post(Backend::post(0), due)).await;
    }
    let (mut seen, mut page) = (Vec::new(), first(1));
    loop {
        let range = CalendarRange::Between(day(1), day(3));
        let answer = org.calendar(range, "month", &page, |_| true).await.expect("a page");
        seen.extend(answer.items.into_iter().filter_map(|listed| listed.post.schedule).map(|schedule| schedule.at));
        page.cursor = answer.next_cursor;
        if page.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [day(1), day(1), day(2)], "up to, not including, the end");

    let all = org.calendar(CalendarRange::Newest, "", &first(50), |_| true).await.expect("a page").items;
    let order: Vec<_> = all.into_iter().map(|listed| listed.post.schedule.map(|schedule| schedule.at)).collect();
    assert_eq!(order, [None, Some(day(3)), Some(day(2)), Some(day(1)), Some(day(1))], "drafts, then newest first");
    let drafts = org.calendar(CalendarRange::Drafts, "", &first(50), |_| true).await.expect("a page").items;
    assert_eq!(drafts.len(), 1);
    let dated = org.calendar(CalendarRange::Dated, "", &first(50), |_| true).await.expect("a page").items;
    assert_eq!(dated.len(), 4);

    // Stored before lists had an attribute of their own: read whole, and shown the same.
    let older = &drafts[0];
    let without = Change::default().set("listed", &None::<String>).expect("a change");
    let write = org.change(&OrgKey::Post(older.post.id), without, Condition::Present);
    org.transact(vec![write]).await.expect("a write");
    let again = org.calendar(CalendarRange::Drafts, "", &first(50), |_| true).await.expect("a page").items;
    assert_eq!(&again[0], older);
}

async fn unfinished_deliveries_are_due(backend: Backend) {
    let org = backend.org();
    let mut waiting = Delivery::new(Backend::post(5), Backend::account(), Platform::Page, 1, noon());
    let key = OrgKey::Delivery(waiting.post_id, waiting.account_id);
    let save = |delivery: &Delivery| org.put(&key, delivery, Condition::Always).expect("a write");
    let found = async |now| {
        let due = backend.table.due(5, now, 1000).await.expect("a page");
        due.into_iter().filter_map(store::Due::delivery).filter(|due| due.org == org.org()).collect::<Vec<_>>()
    };
    org.transact(vec![save(&waiting)]).await.expect("stored");
    assert!(found(noon() - SignedDuration::from_secs(1)).await.is_empty(), "not yet");
    let due = found(noon()).await;
    assert_eq!(
        due.iter().map(|due| (due.post, due.account)).collect::<Vec<_>>(),
        [(waiting.post_id, waiting.account_id)]
    );
    assert_eq!((due[0].wake_at, due[0].wanted_at), (noon(), noon()));
    waiting.wake_at = Some(noon() + SignedDuration::from_mins(40));
    org.transact(vec![save(&waiting)]).await.expect("stored");
    assert!(found(noon() + SignedDuration::from_mins(39)).await.is_empty(), "it is looked at later");
    let later = found(noon() + SignedDuration::from_hours(1)).await;
    assert_eq!(later.iter().map(|due| due.wanted_at).collect::<Vec<_>>(), [noon()], "and was wanted at its time");
    waiting = waiting.canceled();
    org.transact(vec![save(&waiting)]).await.expect("stored");
    assert!(found(noon() + SignedDuration::from_hours(1)).await.is_empty(), "nothing is left to do");
}

async fn many_items_come_in_one_call(backend: Backend) {
    let org = backend.org();
    let key = |number| OrgKey::Audit(entry(number).id);
    for chunk in (1..=110).collect::<Vec<u128>>().chunks(50) {
        let put = |&number: &u128| org.put(&key(number), &entry(number), Condition::Always).expect("a write");
        org.transact(chunk.iter().map(put).collect()).await.expect("stored");
    }
    let keys: Vec<_> = (1..=120).map(key).collect();
    let found: Vec<AuditEntry> = org.get_all(&keys).await.expect("a read");
    assert_eq!(found.len(), 110, "more than one batch, and the missing left out");
}

async fn memberships_are_found_by_person(backend: Backend) {
    let person = Backend::user();
    for name in ["One", "Two"] {
        let org = backend.org();
        let member = Member {
            org_id: org.org(),
            org_name: name.to_owned(),
            org_slug: name.to_lowercase(),
            user_id: person.user(),
            email: "ada@example.test".to_owned(),
            name: "Ada".to_owned(),
            role: Role::Editor,
            joined_at: noon(),
        };
        let write = org.put(&OrgKey::Member(person.user()), &member, Condition::Absent).expect("a write");
        org.transact(vec![write]).await.expect("stored");
    }
    let mut found = backend.table.memberships(person).await.expect("a read");
    found.sort_by(|a, b| a.org_name.cmp(&b.org_name));
    assert_eq!(found.iter().map(|member| member.org_name.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    assert!(backend.table.memberships(Backend::user()).await.expect("a read").is_empty());
}

async fn a_public_address_has_one_holder(backend: Backend) {
    let (own, other) = (backend.org(), backend.org());
    let slug = format!("studio-{}", own.org());
    own.transact(vec![own.reserve_slug(&slug).expect("a write")]).await.expect("it is free");
    let taken = other.transact(vec![other.reserve_slug(&slug).expect("a write")]).await;
    assert!(taken.expect_err("it is taken").is_conflict_at(0));
    assert!(other.transact(vec![other.release_slug(&slug)]).await.is_err(), "not theirs to give back");
    let holder = backend.table.page_scope(&slug).await.expect("a read").expect("the holder");
    assert_eq!(holder.org(), own.org());
    own.transact(vec![own.release_slug(&slug)]).await.expect("given back");
    assert!(backend.table.page_scope(&slug).await.expect("a read").is_none());
}

async fn tenants_do_not_meet(backend: Backend) {
    let (own, other) = (backend.org(), backend.org());
    let post = post(Backend::post(0), Some(noon()));
    save(&own, &post).await;
    assert!(other.post(post.id).await.expect("a read").is_none());
    assert!(other.get_all::<Post>(&[OrgKey::Post(post.id)]).await.expect("a read").is_empty());
    assert!(other.calendar(CalendarRange::Newest, "", &first(10), |_| true).await.expect("a page").items.is_empty());
    let delete = other.delete(&OrgKey::Post(post.id), Condition::Present);
    assert!(other.transact(vec![delete]).await.expect_err("nothing there").is_conflict());
    assert!(own.post(post.id).await.expect("a read").is_some());
}
