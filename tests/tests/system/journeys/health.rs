//! Connections looked after: access renewed, lost and ending, with the mail that people get, on the embedded stack.
//! Networks are stand-ins here, so that each account can be in another kind of trouble.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cloud::{Clock as _, Cloud, SystemClock};
use domain::account::{Account, AccountStatus};
use domain::delivery::Failure;
use domain::ids::{AccountId, OrgId, Ulid, UserId};
use domain::platform::{Class, Platform};
use domain::tenancy::OrgScope;
use health::Keeper;
use jiff::{SignedDuration, Timestamp};
use platforms::network::Timer;
use platforms::{
    Clients, Credentials, Holding, Job, MediaSource, Network, Profile, Published, Secret, Steps, Token, Vault,
};
use serde_json::{Value, json};
use store::{Change, Condition, OrgKey, OrgStore, Table};
use tests::person::Person;
use tests::stack::stack;

use super::team;

/// A network that answers by the token: `good`, `revoked`, `shaky`. A refresh token is good for a good token.
#[derive(Debug, Default)]
struct Moody {
    renewed: Mutex<u32>,
}

fn is(credentials: &Credentials, word: &str) -> bool {
    matches!(credentials, Credentials::Token(token) if token.access_token.expose() == word)
}

#[async_trait]
impl Network for Moody {
    fn platform(&self) -> Platform {
        Platform::Threads
    }

    fn class(&self) -> Class {
        Class::Keyed
    }

    async fn publish(
        &self,
        _: &Job,
        _: &Credentials,
        _: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        unreachable!("nothing is published here")
    }

    async fn read_back(&self, _: &Job, _: &Credentials, _: &dyn Steps) -> Result<Holding, Failure> {
        unreachable!("nothing is read back here")
    }

    async fn check(&self, credentials: &Credentials) -> Result<Profile, Failure> {
        match credentials {
            good if is(good, "good") => {
                Ok(Profile { name: "Seen today".into(), handle: "ada".into(), ..Profile::default() })
            }
            shaky if is(shaky, "shaky") => Err(Failure::Transient { message: "503".into() }),
            _ => Err(Failure::Revoked { message: "the app was removed".into() }),
        }
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        let Credentials::Token(token) = credentials else { unreachable!("only tokens are here") };
        if token.refresh_token.is_none() {
            return Err(Failure::Revoked { message: "there is nothing to renew it with".into() });
        }
        *self.renewed.lock().expect("the count") += 1;
        Ok(Credentials::Token(Token { expires_at: Some(in_hours(60 * 24)), ..token.clone() }))
    }

    async fn revoke(&self, _: &Credentials) -> Result<(), Failure> {
        Ok(())
    }
}

fn in_hours(hours: i64) -> Timestamp {
    SystemClock.now() + SignedDuration::from_hours(hours)
}

/// An organization's accounts, put into the table as they are to be found.
struct Bench {
    cloud: Arc<Cloud>,
    store: OrgStore,
    vault: Vault,
    keeper: Keeper,
    network: Arc<Moody>,
}

impl Bench {
    async fn new(org: &str) -> Self {
        let cloud = Cloud::connect(stack().config.clone()).await;
        let table = Table::new(&cloud);
        let org: OrgId = org.parse().expect("an id");
        let network = Arc::new(Moody::default());
        let client: Arc<dyn Network> = Arc::clone(&network) as _;
        let clients = Clients::from([(Platform::Threads, client)]);
        Self {
            store: table.org(OrgScope::from_own_wakeup(org)),
            vault: Vault::new(&cloud, Arc::new(Timer)),
            keeper: Keeper::with(&cloud, table, clients, Arc::new(Timer)),
            cloud,
            network,
        }
    }

    /// An account whose token is `word` and ends after these hours.
    async fn put(&self, word: &str, ends_in: Option<i64>, renewable: bool) -> AccountId {
        let now = SystemClock.now();
        let id = AccountId::new(self.cloud.random.ulid(now));
        let token = Token {
            network: Platform::Threads,
            way: "default".into(),
            subject: id.to_string(),
            access_token: Secret::new(word),
            expires_at: ends_in.map(in_hours),
            refresh_token: renewable.then(|| Secret::new("next")),
            refresh_expires_at: renewable.then(|| in_hours(365 * 24)),
            scopes: Vec::new(),
            extra: std::collections::BTreeMap::new(),
        };
        let credentials = Credentials::Token(token);
        let account = Account {
            remote_id: id.to_string(),
            name: "As connected".into(),
            handle: word.to_owned(),
            sealed: self.vault.seal(self.store.org(), id, &credentials).await.expect("a seal"),
            way: Some("default".into()),
            expires_at: credentials.ends_at(),
            check_at: Some(now - SignedDuration::from_secs(1)),
            ..Account::new(id, Platform::Threads, UserId::new(Ulid::from(1_u128)), now)
        };
        let write = self.store.put(&OrgKey::Account(id), &account, Condition::Absent).expect("a write");
        self.store.transact(vec![write]).await.expect("stored");
        id
    }

    async fn account(&self, id: AccountId) -> Account {
        self.store.get(&OrgKey::Account(id)).await.expect("the table").expect("the account")
    }

    async fn due_again(&self, id: AccountId) {
        let change = Change::default().check_at(id, SystemClock.now()).expect("a change");
        let write = self.store.change(&OrgKey::Account(id), change, Condition::Present);
        self.store.transact(vec![write]).await.expect("stored");
    }

    async fn run(&self) -> Value {
        self.keeper.handle(json!({ "check": true })).await.expect("a run")
    }
}

/// The subjects of all mails about accounts that somebody got.
async fn subjects(person: &Person) -> Vec<String> {
    let mails = reqwest::get(format!("{}/_local/mail?format=json", person.origin)).await.expect("an answer");
    let mails: Value = mails.json().await.expect("JSON");
    let own = mails.as_array().into_iter().flatten().filter(|mail| mail["to"] == person.email.as_str());
    let mut subjects: Vec<String> = own.filter_map(|mail| Some(mail["subject"].as_str()?.to_owned())).collect();
    subjects.retain(|subject| subject.contains("Threads"));
    subjects.sort();
    subjects
}

/// One test, since a run looks after whatever is due.
#[tokio::test]
async fn connections_are_looked_after() {
    let team = team().await;
    let (admin, editor) = tokio::join!(team.member("admin"), team.member("editor"));
    let bench = Bench::new(&team.org).await;
    let fine = bench.put("good", None, false).await;
    let lost = bench.put("revoked", None, false).await;
    let shaky = bench.put("shaky", None, false).await;
    let ending = bench.put("good", Some(20), false).await;
    let renewable = bench.put("good", Some(3 * 24), true).await;
    let all = [fine, lost, shaky, ending, renewable];
    // Other tests' accounts may be due as well.
    let first = bench.run().await;
    assert!(first["checked"].as_u64() >= Some(5) && first["told"].as_u64() >= Some(2), "{first}");

    let now = SystemClock.now();
    for id in all {
        let account = bench.account(id).await;
        let next = account.check_at.expect("another look").duration_since(now);
        assert!(next > SignedDuration::from_hours(19) && next < SignedDuration::from_hours(26), "{next}");
    }
    let status = async |id| bench.account(id).await.status;
    assert_eq!((status(fine).await, bench.account(fine).await.name.as_str()), (AccountStatus::Healthy, "Seen today"));
    assert_eq!(status(lost).await, AccountStatus::Reconnect);
    assert_eq!(status(shaky).await, AccountStatus::Error, "trouble that may pass disconnects nobody");
    assert_eq!(status(ending).await, AccountStatus::Healthy, "it still works");
    assert_eq!(
        (status(renewable).await, *bench.network.renewed.lock().expect("the count")),
        (AccountStatus::Healthy, 1)
    );

    let expected = ["Connect revoked on Threads again", "Threads access for ada ends tomorrow"];
    for person in [&team.owner, &admin] {
        assert_eq!(subjects(person).await, expected);
    }
    assert!(subjects(&editor).await.is_empty(), "who cannot mend it is left alone");
    let log = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200);
    assert_eq!(super::each(&log, "action").iter().filter(|action| action.starts_with("account.")).count(), 2, "{log}");

    // Each event is told once.
    for id in all {
        bench.due_again(id).await;
    }
    let second = bench.run().await;
    assert!(second["checked"].as_u64() >= Some(5), "{second}");
    assert_eq!(subjects(&team.owner).await.len(), 2);

    without_a_sender(&bench).await;
    key_rotation(&bench, fine).await;
}

/// An installation that cannot mail looks after connections all the same, and tells once it can.
async fn without_a_sender(bench: &Bench) {
    let id = bench.put("revoked", None, false).await;
    let config = cloud::Config { mail_from: String::new(), ..stack().config.clone() };
    let cloud = Cloud::connect(config).await;
    let clients = Clients::from([(Platform::Threads, Arc::clone(&bench.network) as Arc<dyn Network>)]);
    let mute = Keeper::with(&cloud, Table::new(&cloud), clients, Arc::new(Timer));
    mute.handle(json!({ "check": true })).await.expect("a run");
    let account = bench.account(id).await;
    assert_eq!((account.status, account.told), (AccountStatus::Reconnect, None));
    let next = account.check_at.expect("another look").duration_since(SystemClock.now());
    assert!(next > SignedDuration::from_hours(19), "not asked again each hour: {next}");

    bench.due_again(id).await;
    bench.run().await;
    assert!(bench.account(id).await.told.is_some());
}

/// The operator adds a key and makes it the active one: while processes know either, nobody is shut out.
async fn key_rotation(bench: &Bench, id: AccountId) {
    let mut client = aws_sdk_secretsmanager::config::Builder::from(bench.cloud.sdk());
    client.set_endpoint_url(stack().config.endpoints.secrets.clone());
    let client = aws_sdk_secretsmanager::Client::from_conf(client.build());
    let mut keys: Value =
        serde_json::from_str(&bench.cloud.secrets().get("token-key").await.expect("the keys")).expect("JSON");
    keys["keys"]["k2"] = json!("AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=");
    keys["active"] = json!("k2");
    let name = format!("{}/token-key", stack().config.secrets_prefix);
    client.put_secret_value().secret_id(name).secret_string(keys.to_string()).send().await.expect("stored");

    // A process that starts now seals anew; one that started before still opens.
    let later = Bench::new(&bench.store.org().to_string()).await;
    later.due_again(id).await;
    later.run().await;
    let account = later.account(id).await;
    assert_eq!(
        (account.sealed.as_ref().expect("a seal").key_id.as_str(), account.status),
        ("k2", AccountStatus::Healthy)
    );
    let opened = bench.vault.open(bench.store.org(), &account).await.expect("opened with the key of another process");
    assert!(is(&opened, "good"));
}
