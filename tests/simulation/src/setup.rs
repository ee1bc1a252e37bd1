//! What every run begins with: an organization, an account on each network, and drafts.

use std::collections::BTreeMap;

use domain::account::{Account, Sealed};
use domain::ids::{AccountId, OrgId, PostId, Ulid, UserId};
use domain::org::Organization;
use domain::plan;
use domain::platform::Platform;
use domain::post::{Post, Target};
use domain::tenancy::OrgScope;
use domain::when::Schedule;
use jiff::Timestamp;
use platforms::{Credentials, Secret, Token};
use store::{Condition, OrgKey, OrgStore, Write};

/// The organization.
pub const ORG: OrgId = OrgId::new(Ulid(1));
/// The person.
pub const USER: UserId = UserId::new(Ulid(2));
/// Where they live: a zone whose clocks change.
pub const ZONE: &str = "Europe/Berlin";
/// The keys that seal credentials.
pub const TOKEN_KEY: &str = r#"{"active":"k1","keys":{"k1":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}}"#;

/// The account on a network.
#[must_use]
pub const fn account(platform: Platform) -> AccountId {
    AccountId::new(Ulid(100 + platform as u128))
}

/// A post's id.
#[must_use]
pub const fn post(number: u8) -> PostId {
    PostId::new(Ulid(200 + number as u128))
}

/// Permission to touch the organization's items.
#[must_use]
pub const fn scope() -> OrgScope {
    OrgScope::from_own_wakeup(ORG)
}

/// The networks of the simulation, which play under the names of real ones.
pub const NETWORKS: [Platform; 3] = [Platform::Page, Platform::Bluesky, Platform::Mastodon];

/// The credentials of a network's account, with its first token.
///
/// # Panics
/// Never: the addresses are well formed.
#[must_use]
pub fn credentials(platform: Platform) -> Credentials {
    let token = Secret::new("1");
    match platform {
        Platform::Page => Credentials::Page,
        Platform::Bluesky => Credentials::Bluesky {
            service: "https://net.test".parse().expect("an address"),
            did: "did:plc:test".to_owned(),
            access_jwt: token,
            refresh_jwt: Secret::new("r"),
        },
        Platform::Mastodon => Credentials::Mastodon {
            instance: "https://net.test".parse().expect("an address"),
            access_token: token,
            client_id: "c".to_owned(),
            client_secret: Secret::new("s"),
        },
        network => Credentials::Token(Token {
            network,
            way: "default".to_owned(),
            subject: "42".to_owned(),
            access_token: token,
            expires_at: None,
            refresh_token: Some(Secret::new("r")),
            refresh_expires_at: None,
            scopes: Vec::new(),
            extra: BTreeMap::new(),
        }),
    }
}

/// The account on a network, without its credentials.
#[must_use]
pub fn one(platform: Platform) -> Account {
    let at = Timestamp::UNIX_EPOCH;
    Account {
        remote_id: platform.as_str().to_owned(),
        name: "Studio".to_owned(),
        handle: "studio".to_owned(),
        ..Account::new(account(platform), platform, USER, at)
    }
}

/// The organization and its accounts.
///
/// # Panics
/// When an item cannot be stored.
#[must_use]
pub fn items(store: &OrgStore, sealed: &BTreeMap<Platform, Option<Sealed>>) -> Vec<Write> {
    let at = Timestamp::UNIX_EPOCH;
    let organization = Organization {
        id: ORG,
        name: "Studio".to_owned(),
        slug: "studio".to_owned(),
        zone: ZONE.to_owned(),
        accent: "#224466".to_owned(),
        about: String::new(),
        require_alt_text: false,
        owners: 1,
        version: 1,
        created_at: at,
    };
    let mut writes = vec![store.put(&OrgKey::Org, &organization, Condition::Always).expect("it can be stored")];
    for platform in NETWORKS {
        let account = Account { sealed: sealed.get(&platform).cloned().flatten(), ..one(platform) };
        let key = OrgKey::Account(account.id);
        writes.push(store.put(&key, &account, Condition::Always).expect("it can be stored"));
    }
    writes
}

/// A draft.
#[must_use]
pub fn draft(id: PostId, platforms: &[Platform], now: Timestamp) -> Post {
    let target = |platform: &Platform| Target::new(account(*platform), *platform);
    Post {
        id,
        version: 1,
        revision: 1,
        text: "as written first".to_owned(),
        media: Vec::new(),
        thread: Vec::new(),
        first_comment: None,
        files: Vec::new(),
        targets: platforms.iter().map(target).collect(),
        schedule: None,
        outcomes: BTreeMap::new(),
        series: None,
        slot: None,
        created_by: USER,
        created_at: now,
        updated_at: now,
    }
}

/// The writes that schedule a draft.
///
/// # Panics
/// When an item cannot be stored.
#[must_use]
pub fn scheduled(store: &OrgStore, draft: &Post, at: Timestamp, now: Timestamp) -> (Post, Vec<Write>) {
    let time = Schedule { local: String::new(), zone: ZONE.to_owned(), at };
    let plan = plan::schedule(draft, &[], time, now).expect("a draft can be scheduled");
    let key = OrgKey::Post(draft.id);
    let mut writes = vec![store.put(&key, &plan.post, Condition::Always).expect("it can be stored")];
    for delivery in plan.deliveries.iter().filter_map(|change| change.after.as_ref()) {
        let key = OrgKey::Delivery(draft.id, delivery.account_id);
        writes.push(store.put(&key, delivery, Condition::Always).expect("it can be stored"));
    }
    (plan.post, writes)
}
