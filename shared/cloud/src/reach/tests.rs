//! The wall, with requests that the key builders cannot make, against a server that counts what arrives.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::operation::get_item::GetItemInput;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, TransactWriteItem, Update,
};
use domain::ids::Ulid;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::config::{Config, Endpoints};
use crate::{Cloud, ObjectError};

/// A table and a bucket that answer nothing of use, and count.
struct Counting {
    cloud: Arc<Cloud>,
    arrived: Arc<AtomicUsize>,
}

impl Counting {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 4096];
                drop(stream.read(&mut request).await);
                let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
                drop(stream.write_all(answer).await);
            }
        });
        let config = Config {
            region: "us-east-1".into(),
            table: "table".into(),
            bucket: "bucket".into(),
            endpoints: Endpoints { dynamodb: Some(address.clone()), s3: Some(address), ..Endpoints::default() },
            static_credentials: Some(("id".into(), "secret".into())),
            ..Config::default()
        };
        Self { cloud: Cloud::connect(config).await, arrived }
    }

    /// That the wall refused it, and nothing arrived.
    async fn refuses<T: fmt::Debug, E: Error + 'static>(
        &self,
        reach: Reach,
        request: impl Future<Output = Result<T, E>>,
    ) {
        let before = self.arrived.load(Ordering::SeqCst);
        let error = within(reach, request).await.expect_err("it names another tenant");
        assert!(refusal(&error).is_some(), "{error:?}");
        assert_eq!(self.arrived.load(Ordering::SeqCst), before, "it was sent");
    }

    /// That it arrived; what the answer is worth does not matter.
    async fn passes<T, E>(&self, reach: Reach, request: impl Future<Output = Result<T, E>>) {
        let before = self.arrived.load(Ordering::SeqCst);
        drop(within(reach, request).await);
        assert!(self.arrived.load(Ordering::SeqCst) > before, "it was not sent");
    }
}

fn org(number: u128) -> OrgScope {
    OrgScope::from_verified_claims(OrgId::new(Ulid::from(number)))
}

fn user(number: u128) -> UserScope {
    UserScope::from_verified_claims(UserId::new(Ulid::from(number)))
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn item(pairs: &[(&str, &str)]) -> table::Values {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), s(text))).collect()
}

fn at(partition: &str, sort: &str) -> table::Values {
    item(&[("PK", partition), ("SK", sort)])
}

fn pk(scope: &OrgScope) -> String {
    format!("ORG#{}", scope.org())
}

fn put(item: table::Values, condition: Option<&str>) -> TransactWriteItem {
    let put = Put::builder().table_name("table").set_item(Some(item));
    TransactWriteItem::builder().put(put.set_condition_expression(condition.map(Into::into)).build().unwrap()).build()
}

#[tokio::test]
async fn single_reads_and_writes_stay_inside() {
    let table = Counting::start().await;
    let client = table.cloud.dynamodb();
    let (own, other, me) = (org(1), org(2), user(3));
    let get = |key: table::Values| client.get_item().table_name("table").set_key(Some(key)).send();
    let save = |item: table::Values| client.put_item().table_name("table").set_item(Some(item)).send();

    table.passes(Reach::org(&own), get(at(&pk(&own), "POST#1"))).await;
    table.passes(Reach::user(&me), get(at(&format!("USER#{}", me.user()), "PROFILE"))).await;
    table.refuses(Reach::org(&own), get(at(&pk(&other), "POST#1"))).await;
    table.refuses(Reach::org(&own), get(at(&format!("USER#{}", me.user()), "PROFILE"))).await;
    table.refuses(Reach::user(&user(4)), get(at(&format!("USER#{}", me.user()), "PROFILE"))).await;
    table.refuses(Reach::org(&own), get(at("SLUG#theirs", "SLUG"))).await;
    table.refuses(Reach::org(&own), get(at("DUE#1", "x"))).await;
    table.refuses(Reach::default(), get(at(&pk(&own), "POST#1"))).await;

    table.passes(Reach::org(&own), save(at(&pk(&own), "POST#1"))).await;
    table.refuses(Reach::org(&own), save(at(&pk(&other), "POST#1"))).await;
    let (ours, theirs) = (pk(&own), format!("{}#CAL", pk(&other)));
    let in_their_calendar = item(&[("PK", ours.as_str()), ("SK", "POST#1"), ("CALPK", theirs.as_str())]);
    table.refuses(Reach::org(&own), save(in_their_calendar)).await;
    let listed_as = format!("USER#{}", user(9).user());
    let as_another = item(&[("PK", ours.as_str()), ("SK", "MEMBER#x"), ("USERPK", listed_as.as_str())]);
    table.refuses(Reach::org(&own), save(as_another)).await;

    // In nobody's name at all.
    let before = table.arrived.load(Ordering::SeqCst);
    let error = get(at(&pk(&own), "POST#1")).await.expect_err("nobody asks");
    assert!(refusal(&error).is_some() && table.arrived.load(Ordering::SeqCst) == before);
}

#[tokio::test]
async fn stretches_and_batches_stay_inside() {
    let table = Counting::start().await;
    let client = table.cloud.dynamodb();
    let (own, other) = (org(1), org(2));
    let query = |index: Option<&str>, condition: &str, partition: &str| {
        let request = client.query().table_name("table").set_index_name(index.map(Into::into));
        request.key_condition_expression(condition).expression_attribute_values(":pk", s(partition))
    };
    let mine = Reach::org(&own);
    table.passes(mine.clone(), query(None, "PK = :pk AND begins_with(SK, :a)", &pk(&own)).send()).await;
    table.passes(mine.clone(), query(Some("calendar"), "CALPK = :pk", &format!("{}#CAL", pk(&own))).send()).await;
    for (index, condition, partition) in [
        (None, "PK = :pk", pk(&other)),
        (None, "PK = :other", pk(&own)),
        (None, "PK = :pk OR PK = :other", pk(&own)),
        (Some("calendar"), "CALPK = :pk", format!("{}#CAL", pk(&other))),
        (Some("calendar"), "PK = :pk", pk(&own)),
        (Some("due"), "DUEPK = :pk", "DUE#1".into()),
        (Some("user"), "USERPK = :pk", format!("USER#{}", user(1).user())),
        (Some("other"), "PK = :pk", pk(&own)),
    ] {
        table.refuses(mine.clone(), query(index, condition, &partition).send()).await;
    }
    let beyond = query(None, "PK = :pk", &pk(&own)).set_exclusive_start_key(Some(at(&pk(&other), "POST#1")));
    table.refuses(mine.clone(), beyond.send()).await;

    let batch = |keys: Vec<table::Values>| {
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build().unwrap();
        client.batch_get_item().request_items("table", keys).send()
    };
    table.passes(mine.clone(), batch(vec![at(&pk(&own), "A"), at(&pk(&own), "B")])).await;
    table.refuses(mine.clone(), batch(vec![at(&pk(&own), "A"), at(&pk(&other), "B")])).await;
    table.refuses(mine, client.scan().table_name("table").send()).await;
}

#[tokio::test]
async fn transactions_stay_inside() {
    let table = Counting::start().await;
    let client = table.cloud.dynamodb();
    let (own, other) = (org(1), org(2));
    let send = |parts: Vec<TransactWriteItem>| client.transact_write_items().set_transact_items(Some(parts)).send();
    let sure = Some("attribute_not_exists(PK)");
    let slug = |of: &OrgScope| item(&[("PK", "SLUG#a"), ("SK", "SLUG"), ("org_id", of.org().to_string().as_str())]);
    let note = |of: &OrgScope| at("REMOTEUSER#meta#7", &format!("{}#acc_1", of.org()));
    let update = |key: table::Values, expression: &str, name: &str| {
        let update = Update::builder().table_name("table").set_key(Some(key)).update_expression(expression);
        TransactWriteItem::builder().update(update.expression_attribute_names("#m0", name).build().unwrap()).build()
    };
    let check = |key: table::Values| {
        let check = ConditionCheck::builder().table_name("table").set_key(Some(key)).condition_expression("x");
        TransactWriteItem::builder().condition_check(check.build().unwrap()).build()
    };
    let free = |holder: &OrgScope| {
        let delete = Delete::builder().table_name("table").set_key(Some(at("SLUG#a", "SLUG")));
        let delete = delete.condition_expression("#name = :value").expression_attribute_names("#name", "org_id");
        let delete = delete.expression_attribute_values(":value", s(&holder.org().to_string()));
        TransactWriteItem::builder().delete(delete.build().unwrap()).build()
    };
    let gone = |key: table::Values| {
        let delete = Delete::builder().table_name("table").set_key(Some(key));
        TransactWriteItem::builder().delete(delete.build().unwrap()).build()
    };
    let first = || put(at(&pk(&own), "POST#1"), None);
    for allowed in [
        vec![first(), update(at(&pk(&own), "POST#2"), "SET #m0 = :c0", "text"), check(at(&pk(&own), "ORG"))],
        vec![put(slug(&own), sure), free(&own), put(note(&own), None), gone(note(&own))],
    ] {
        table.passes(Reach::org(&own), send(allowed)).await;
    }
    for foreign in [
        put(at(&pk(&other), "POST#1"), None),
        put(slug(&other), sure),
        put(slug(&own), None),
        put(note(&other), None),
        put(at("ERASURE#c", "ERASURE"), sure),
        update(at(&pk(&other), "POST#1"), "SET #m0 = :c0", "text"),
        update(at(&pk(&own), "POST#1"), "SET #m0 = :c0", "CALPK"),
        update(at(&pk(&own), "POST#1"), "SET USERPK = :c0", "text"),
        check(at(&pk(&other), "ORG")),
        free(&other),
        gone(at("SLUG#a", "SLUG")),
        gone(at(&pk(&other), "POST#1")),
        TransactWriteItem::builder().build(),
    ] {
        table.refuses(Reach::org(&own), send(vec![first(), foreign])).await;
    }
}

#[tokio::test]
async fn what_acts_across_reaches_the_keys_of_its_purpose_alone() {
    let table = Counting::start().await;
    let client = table.cloud.dynamodb();
    let get = |key: table::Values| client.get_item().table_name("table").set_key(Some(key)).send();
    let query = |index: Option<&str>, condition: &str, partition: &str| {
        let request = client.query().table_name("table").set_index_name(index.map(Into::into));
        request.key_condition_expression(condition).expression_attribute_values(":pk", s(partition)).send()
    };
    let (ours, member) = (pk(&org(1)), format!("MEMBER#{}", user(3).user()));
    let me = Across::OwnMembership(user(3).user());
    table.passes(Reach::across(me), get(at(&ours, &member))).await;
    table.passes(Reach::across(Across::Invitation), get(at(&ours, "INVITATION#inv_1"))).await;
    table.passes(Reach::across(Across::PublicAddress), get(at("SLUG#a", "SLUG"))).await;
    table.passes(Reach::across(Across::Erasure), get(at("ERASURE#c", "ERASURE"))).await;
    table.passes(Reach::across(Across::NetworkState), get(at("NETWORK#x", "CIRCUIT"))).await;
    table.passes(Reach::across(Across::DueIndex), query(Some("due"), "DUEPK = :pk", "CHECK#7")).await;
    table.passes(Reach::across(Across::NetworkNotice), query(None, "PK = :pk", "REMOTEUSER#meta#7")).await;
    let ours_of = at(&ours, "POST#1");
    table.passes(Reach::across(Across::WholeTable), get(ours_of)).await;
    table.passes(Reach::across(Across::WholeTable), client.scan().table_name("table").send()).await;
    table.refuses(Reach::org(&org(1)), client.scan().table_name("table").send()).await;
    let all = [
        me,
        Across::Invitation,
        Across::PublicAddress,
        Across::Erasure,
        Across::NetworkState,
        Across::DueIndex,
        Across::NetworkNotice,
        Across::BucketPlace,
    ];
    for across in all {
        table.refuses(Reach::across(across), get(at(&ours, "POST#1"))).await;
        table.refuses(Reach::across(across), get(at(&ours, "MEMBER#usr_x"))).await;
        table.refuses(Reach::across(across), query(None, "PK = :pk", &ours)).await;
        let key = at(&ours, "INVITATION#inv_1");
        let written = client.put_item().table_name("table").set_item(Some(key)).send();
        table.refuses(Reach::across(across), written).await;
    }
}

#[tokio::test]
async fn objects_stay_inside() {
    let bucket = Counting::start().await;
    let sdk = bucket.cloud.sdk();
    let s3 = aws_sdk_s3::config::Builder::from(sdk).endpoint_url(bucket.cloud.config.endpoints.s3.clone().unwrap());
    let s3 = aws_sdk_s3::Client::from_conf(s3.force_path_style(true).interceptor(BucketWall).build());
    let (own, other) = (org(1), org(2));
    let mine = Reach::org(&own);
    let get = |key: &str| s3.get_object().bucket("bucket").key(key).send();
    bucket.passes(mine.clone(), get(&format!("{}/a.png", own.org()))).await;
    bucket.passes(mine.clone(), get(&format!("uploads/{}/a.png", own.org()))).await;
    let theirs = format!("{}/a.png", other.org());
    let climbing = format!("{}/../{theirs}", own.org());
    for key in [theirs.as_str(), &format!("uploads/{theirs}"), &climbing, "a.png", NO_OBJECT] {
        bucket.refuses(mine.clone(), get(key)).await;
    }
    bucket.refuses(mine.clone(), s3.list_objects_v2().bucket("bucket").send()).await;
    let copy = |from: &str| s3.copy_object().bucket("bucket").key(format!("{}/a", own.org())).copy_source(from).send();
    bucket.passes(mine.clone(), copy(&format!("bucket/uploads/{}/a", own.org()))).await;
    bucket.refuses(mine.clone(), copy(&format!("bucket/uploads/{}/a", other.org()))).await;
    bucket.refuses(mine.clone(), copy(&format!("elsewhere/{}/a", own.org()))).await;
    // An address gives permission away, so it counts as a request.
    let presigning = aws_sdk_s3::presigning::PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    bucket.refuses(mine.clone(), s3.get_object().bucket("bucket").key(&theirs).presigned(presigning)).await;
    assert!(within(mine.clone(), async { demand(&theirs) }).await.is_err());
    assert!(within(mine, async { demand(&format!("{}/a.png", own.org())) }).await.is_ok());
    // The handle itself passes.
    let (objects, now) = (bucket.cloud.objects(), SystemClock.now());
    let upload = objects.uploads().presign_put(&own, "a.png", "image/png", 9, now, SignedDuration::from_mins(5)).await;
    assert!(upload.unwrap().url.contains(&format!("uploads/{}/a.png", own.org())));
    assert!(objects.presign_get(&own, "a.png").await.unwrap().contains(&own.org().to_string()));
    let refused = objects.presign_get(&own, "../a.png").await;
    assert!(matches!(refused, Err(ObjectError::Outside(_))), "{refused:?}");
}

#[test]
fn nothing_is_changed_in_two_organizations_at_once() {
    let both = Reach::org(&org(1)).and(&Reach::user(&user(3))).unwrap();
    assert_eq!(both, Reach::user(&user(3)).and(&both).unwrap());
    assert!(both.and(&Reach::org(&org(2))).is_err());
}

/// What the wall costs, printed; the bound is for an unoptimized build on a busy machine.
#[tokio::test]
async fn the_wall_costs_next_to_nothing() {
    const TIMES: u32 = 20_000;
    let own = org(1);
    let get = GetItemInput::builder().table_name("table").set_key(Some(at(&pk(&own), "POST#1"))).build().unwrap();
    let three = [put(at(&pk(&own), "A"), None), put(at(&pk(&own), "B"), None), put(at(&pk(&own), "C"), None)];
    let begun = SystemClock.now();
    for _ in 0..TIMES {
        within(Reach::org(&own), async { judge("GetItem", |reach| table::read(reach, get.key())) }).await.unwrap();
    }
    let between = SystemClock.now();
    for _ in 0..TIMES {
        let rules = |reach: &Reach| three.iter().try_for_each(|item| table::part(reach, item));
        within(Reach::org(&own), async { judge("TransactWriteItems", rules) }).await.unwrap();
    }
    let each = |from, to: jiff::Timestamp| to.duration_since(from).as_nanos() / i128::from(TIMES);
    let (read, transaction) = (each(begun, between), each(between, SystemClock.now()));
    println!("wall: read_ns={read} transaction_of_3_ns={transaction}");
    assert!(read < 100_000 && transaction < 300_000, "{read} ns, {transaction} ns");
}
