//! Items as older versions of the code stored them, read, published and changed by the code of today; and what an older
//! version does with items of a newer one.

use std::path::Path;
use std::sync::Arc;

use cloud::reach::{self, Across, Reach};
use cloud::{Clock as _, Cloud, SystemClock};
use domain::account::{Account, AccountStatus};
use domain::delivery::Delivery;
use domain::ids::{AccountId, OrgId};
use domain::post::Post;
use domain::tenancy::OrgScope;
use publish::Publisher;
use reqwest::Method;
use serde_json::{Value, json};
use store::{AttributeValue, Item, OrgKey, OrgStore, Table};
use tests::person::{Person, Team};
use tests::stack::stack;

/// The organization and the person that the stored items belong to.
const ORG: &str = "org_01JD0000000000000000000001";
const USER: &str = "usr_01JD0000000000000000000002";
const PAGE: &str = "acc_01JD0000000000000000000003";
const BLUESKY: &str = "acc_01JD0000000000000000000004";

fn post_id(number: u8) -> String {
    format!("pst_01JD00000000000000000000{number:02}")
}

/// A new organization that holds what a folder of `tests/fixtures/items` does.
struct Old {
    team: Team,
    cloud: Arc<Cloud>,
}

impl Old {
    async fn of(version: &str) -> Self {
        Self::with(version, |_| {}).await
    }

    /// The same, with each item changed before it is stored: from then on the stack's own sweep may find it.
    async fn with(version: &str, change: impl Fn(&mut Item)) -> Self {
        let team = Team::new(&stack().origin).await;
        let cloud = Cloud::connect(stack().config.clone()).await;
        let me = team.owner.get("/auth/me").await.expect(200);
        let old = Self { cloud, team };
        for mut item in items(version, &old.team.org, me["user_id"].as_str().expect("an id")) {
            change(&mut item);
            old.put(item).await;
        }
        old
    }

    async fn put(&self, item: Item) {
        let put = self.cloud.dynamodb().put_item().table_name(&self.cloud.config.table).set_item(Some(item));
        reach::within(Reach::across(Across::WholeTable), put.send()).await.expect("stored");
    }

    fn store(&self) -> OrgStore {
        Table::new(&self.cloud).org(OrgScope::from_own_wakeup(self.org()))
    }

    fn org(&self) -> OrgId {
        self.team.org.parse().expect("an id")
    }

    /// The item itself.
    async fn raw(&self, sort: &str) -> Item {
        let text = |text: String| AttributeValue::S(text);
        let get = self.cloud.dynamodb().get_item().table_name(&self.cloud.config.table).consistent_read(true);
        let get = get.key("PK", text(format!("ORG#{}", self.team.org))).key("SK", text(sort.to_owned()));
        let item = reach::within(Reach::across(Across::WholeTable), get.send()).await.expect("a read").item;
        item.expect("an item")
    }

    fn owner(&self) -> &Person {
        &self.team.owner
    }
}

fn items(version: &str, org: &str, user: &str) -> Vec<Item> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/items").join(version);
    let files = std::fs::read_dir(folder).expect("the stored items").map(|file| file.expect("a file").path());
    let items: Vec<Item> = files
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a file").replace(ORG, org).replace(USER, user);
            operator::json::item(&text).expect("an item")
        })
        .collect();
    assert!(items.len() > 10, "there are items of {version}");
    items
}

async fn every_version(check: impl AsyncFn(Old)) {
    for version in ["1-first", "2-series", "3-lists"] {
        check(Old::of(version).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_pages_show_what_older_code_stored() {
    every_version(async |old: Old| {
        let owner = old.owner();
        let posts = owner.get("/posts?limit=100").await.expect(200);
        let posts = posts["items"].as_array().expect("items").clone();
        assert!(posts.len() >= 6, "{posts:?}");
        for post in &posts {
            let id = post["id"].as_str().expect("an id");
            let whole = owner.get(&format!("/posts/{id}")).await.expect(200);
            assert!(whole["text"].as_str().is_some_and(|text| !text.is_empty()), "{whole}");
            assert!(whole["targets"][0]["format"] == "post", "{whole}");
        }
        let status =
            async |number: u8| owner.get(&format!("/posts/{}", post_id(number))).await.expect(200)["status"].clone();
        assert_eq!(status(11).await, "scheduled");
        assert_eq!(status(12).await, "published");
        assert_eq!(status(13).await, "attention");
        assert_eq!(status(15).await, "draft");
        let accounts = owner.get("/accounts").await.expect(200);
        assert_eq!(accounts["items"].as_array().map(Vec::len), Some(2), "{accounts}");
        let files = owner.get("/media").await.expect(200);
        assert_eq!(files["items"][0]["alt"], "A dot", "{files}");
        let slots = owner.get(&format!("/accounts/{PAGE}/slots")).await.expect(200);
        assert!(slots["times"].is_array(), "{slots}");
        owner.get("/series").await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_older_code_scheduled_is_published_once() {
    every_version(async |old: Old| {
        let publisher = Publisher::new(&old.cloud);
        for number in [10, 14] {
            let wake_up = json!({ "org": old.team.org, "post": post_id(number), "revision": 1 });
            for _ in 0..2 {
                publisher.handle(wake_up.clone()).await.expect("handled");
            }
            let post = old.owner().get(&format!("/posts/{}", post_id(number))).await.expect(200);
            assert_eq!(post["status"], "published", "{post}");
            let attempts = post["deliveries"][0]["attempts"].as_array().expect("attempts");
            let published = attempts.iter().filter(|attempt| attempt["outcome"] == "published");
            assert_eq!(published.count(), 1, "{post}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_on_with_what_older_code_stored() {
    every_version(async |old: Old| {
        let owner = old.owner();
        let path = format!("/posts/{}", post_id(11));
        let post = owner.get(&path).await.expect(200);
        let target = json!({ "account_id": PAGE, "text": null, "media": null });
        let edited = json!({ "text": "Mended", "media": [], "targets": [target] });
        let post = owner.at_version(Method::PUT, &path, &post["version"], &edited).await.expect(200);
        assert_eq!((&post["text"], &post["status"]), (&json!("Mended"), &json!("scheduled")));
        owner.at_version(Method::POST, &format!("{path}/unschedule"), &post["version"], &Value::Null).await.expect(200);
        let unknown = format!("/posts/{}/deliveries/{BLUESKY}/confirm", post_id(13));
        owner.post(&unknown, &json!({})).await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_older_code_published_is_taken_down() {
    every_version(async |old: Old| {
        let (owner, post) = (old.owner(), format!("/posts/{}", post_id(12)));
        let before = owner.get(&post).await.expect(200);
        assert_eq!(before["deliveries"][0]["taken_down"], Value::Null, "{before}");
        let path = format!("/accounts/{PAGE}{post}/take-down");
        let done = owner.post(&path, &json!({})).await.expect(200);
        let after = owner.get(&post).await.expect(200);
        assert_eq!((&after["status"], &after["deliveries"][0]["taken_down"]), (&json!("published"), &done));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upgrade_adds_what_older_code_did_not_write() {
    let old = Old::of("2-series").await;
    let account: AccountId = BLUESKY.parse().expect("an id");
    let looked_after = async || {
        let account: Account = old.store().get(&OrgKey::Account(account)).await.expect("a read").expect("an account");
        account.check_at
    };
    assert_eq!(looked_after().await, None);
    let item = old.raw(&format!("ACCOUNT#{BLUESKY}")).await;
    let now = SystemClock.now();
    let write = store::upgraded(&item, now, 0.5).expect("an account").expect("a write");
    Table::new(&old.cloud).transact(vec![write]).await.expect("stored");
    let next = looked_after().await.expect("a time");
    assert!(next > now);
    let due = Table::new(&old.cloud).due_checks(account_shard(account), next, 500).await.expect("the due index");
    assert!(due.iter().any(|due| due.org == old.org() && due.account == account), "{due:?}");
    let again = store::upgraded(&old.raw(&format!("ACCOUNT#{BLUESKY}")).await, now, 0.5).expect("an account");
    assert!(again.is_none(), "once");

    let post = old.raw(&format!("POST#{}", post_id(11))).await;
    let write = store::upgraded(&post, now, 0.5).expect("a post").expect("a write");
    Table::new(&old.cloud).transact(vec![write]).await.expect("stored");
    assert!(old.raw(&format!("POST#{}", post_id(11))).await.contains_key("listed"));
    assert!(store::upgraded(&old.raw(&format!("ACCOUNT#{PAGE}")).await, now, 0.5).expect("an account").is_none());
}

fn account_shard(account: AccountId) -> u8 {
    u128::from(account.ulid()).to_be_bytes()[15] % store::DUE_SHARDS
}

/// After a deploy was taken back, older code meets what newer code stored: an attribute that it does not know is
/// ignored, kept by a change of some attributes, and lost when the item is written as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn an_attribute_of_tomorrow_hinders_nobody() {
    let tomorrows = || AttributeValue::M([("a".to_owned(), AttributeValue::Bool(true))].into());
    let old = Old::with("3-lists", |item| drop(item.insert("of_tomorrow".to_owned(), tomorrows()))).await;
    let sorts = [
        format!("POST#{}", post_id(10)),
        format!("POST#{}#DELIVERY#{PAGE}", post_id(10)),
        format!("ACCOUNT#{PAGE}"),
        format!("SLOTS#{PAGE}"),
    ];
    let wake_up = json!({ "org": old.team.org, "post": post_id(10), "revision": 1 });
    Publisher::new(&old.cloud).handle(wake_up).await.expect("handled");
    let post = old.owner().get(&format!("/posts/{}", post_id(10))).await.expect(200);
    assert_eq!(post["status"], "published", "{post}");
    let kept = async |sort: &str| old.raw(sort).await.contains_key("of_tomorrow");
    assert!(kept(&sorts[0]).await, "a conclusion changes only the post's outcomes");
    assert!(kept(&sorts[2]).await && kept(&sorts[3]).await, "nobody wrote them");
    assert!(!kept(&sorts[1]).await, "a delivery is written as a whole: see the rules in docs/schema.md");
}

/// A value that older code does not know keeps that item from being read, and with it the lists that it is in: so such a
/// value may only be written once no code runs that cannot read it. Everything else goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_tomorrow_stops_its_own_item_only() {
    let old = Old::of("3-lists").await;
    let mut item = old.raw(&format!("POST#{}#DELIVERY#{PAGE}", post_id(14))).await;
    item.insert("state".to_owned(), AttributeValue::S("beamed".to_owned()));
    old.put(item).await;
    let publisher = Publisher::new(&old.cloud);
    let wake_up = |number| json!({ "org": old.team.org, "post": post_id(number), "revision": 1 });
    publisher.handle(wake_up(14)).await.expect_err("it cannot be read");
    publisher.handle(json!({ "sweep": true })).await.expect("the others are swept");
    let (post, deliveries): (Post, Vec<Delivery>) =
        old.store().post(post_id(10).parse().expect("an id")).await.expect("a read").expect("a post");
    assert!(post.outcomes.values().all(|outcome| outcome.state == deliveries[0].state));
    assert_eq!(deliveries[0].state.as_str(), "published");
    assert_eq!(
        old.owner().get("/posts?limit=100").await.expect(200)["items"].as_array().map(Vec::is_empty),
        Some(false)
    );
    let account: Account =
        old.store().get(&OrgKey::Account(PAGE.parse().expect("an id"))).await.expect("a read").expect("an account");
    assert_eq!(account.status, AccountStatus::Healthy);
}
