use std::sync::Mutex;

use async_trait::async_trait;
use cloud::SystemRandom;
use domain::account::AccountStatus;
use domain::ids::{Ulid, UserId};
use domain::platform::Class;

use super::*;
use crate::network::{Holding, Job, MediaSource, Profile, Published, Secret, Steps};
use crate::testing::FixedClock;

const CONTEXT: &str = "org/acc";

fn keys() -> Keyring {
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    Keyring::parse(&format!(r#"{{"active":"k1","keys":{{"k1":"{key}"}}}}"#)).unwrap()
}

fn credentials(token: &str) -> Credentials {
    Credentials::Bluesky {
        service: "https://pds.example/".parse().unwrap(),
        did: "did:plc:me".into(),
        access_jwt: Secret::new(token),
        refresh_jwt: Secret::new(token),
    }
}

fn sealed(token: &str) -> Sealed {
    seal(&keys(), &SystemRandom, CONTEXT, &credentials(token)).unwrap()
}

fn account() -> Account {
    let now = Timestamp::UNIX_EPOCH;
    Account {
        remote_id: "did:plc:me".into(),
        name: "Me".into(),
        handle: "me.test".into(),
        sealed: Some(sealed("old")),
        ..Account::new(AccountId::new(Ulid::from(3_u128)), Platform::Bluesky, UserId::new(Ulid::from(1_u128)), now)
    }
}

/// The item in memory, with the same conditions as in the table.
struct Memory {
    item: Mutex<Account>,
    failing_keeps: Mutex<u32>,
}

impl Memory {
    fn new(account: Account) -> Self {
        Self { item: Mutex::new(account), failing_keeps: Mutex::new(0) }
    }

    fn change(&self, until: Timestamp, change: impl FnOnce(&mut Account)) -> Result<(), Failure> {
        let mut item = self.item.lock().unwrap();
        if item.refresh_lease != Some(until) {
            return Err(Failure::internal("changed"));
        }
        change(&mut item);
        item.refresh_lease = None;
        item.version += 1;
        Ok(())
    }
}

#[async_trait]
impl Shelf for Memory {
    async fn load(&self) -> Result<Account, Failure> {
        Ok(self.item.lock().unwrap().clone())
    }

    async fn lease(&self, seen: &Account, until: Timestamp) -> Result<bool, Failure> {
        // Others run between a read and a write.
        tokio::task::yield_now().await;
        let mut item = self.item.lock().unwrap();
        let won = item.version == seen.version;
        if won {
            item.refresh_lease = Some(until);
            item.version += 1;
        }
        Ok(won)
    }

    async fn keep(&self, sealed: &Sealed, ends_at: Option<Timestamp>, until: Timestamp) -> Result<(), Failure> {
        let failing = {
            let mut failing = self.failing_keeps.lock().unwrap();
            let now = *failing > 0;
            *failing = failing.saturating_sub(1);
            now
        };
        if failing {
            return Err(Failure::internal("throttled"));
        }
        self.change(until, |item| {
            item.sealed = Some(sealed.clone());
            item.expires_at = ends_at;
        })
    }

    async fn give_up(&self, until: Timestamp, detail: &str, _: Timestamp) -> Result<(), Failure> {
        self.change(until, |item| {
            item.status = AccountStatus::Reconnect;
            item.status_detail = Some(detail.to_owned());
        })
    }

    async fn release(&self, until: Timestamp) -> Result<(), Failure> {
        self.change(until, |_| ())
    }
}

/// Answers every renewal the same way and counts them.
#[derive(Debug)]
struct Remote {
    answer: Result<Credentials, Failure>,
    calls: Mutex<u32>,
}

impl Remote {
    fn new(answer: Result<Credentials, Failure>) -> Self {
        Self { answer, calls: Mutex::new(0) }
    }

    fn calls(&self) -> u32 {
        *self.calls.lock().unwrap()
    }
}

#[async_trait]
impl Network for Remote {
    fn platform(&self) -> Platform {
        Platform::Bluesky
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

    async fn check(&self, _: &Credentials) -> Result<Profile, Failure> {
        unreachable!("nothing is checked here")
    }

    async fn refresh(&self, current: &Credentials) -> Result<Credentials, Failure> {
        assert_eq!(*current, credentials("old"), "only the present credentials are renewed");
        *self.calls.lock().unwrap() += 1;
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        self.answer.clone()
    }

    async fn revoke(&self, _: &Credentials) -> Result<(), Failure> {
        unreachable!("nothing is revoked here")
    }
}

/// Lets others run instead of waiting.
#[derive(Debug)]
struct Yield;

#[async_trait]
impl Sleep for Yield {
    async fn sleep(&self, _: Duration) {
        tokio::task::yield_now().await;
    }
}

/// Renews what an account held that was read when its credentials were still the old ones.
async fn renew(shelf: &Memory, remote: &Remote, seen: &Account) -> Result<Credentials, Failure> {
    renew_in(Mode::Ended, shelf, remote, seen).await
}

async fn renew_in(mode: Mode, shelf: &Memory, remote: &Remote, seen: &Account) -> Result<Credentials, Failure> {
    let flight = Flight {
        shelf,
        keys: &keys(),
        context: CONTEXT,
        network: remote,
        clock: &FixedClock(Timestamp::UNIX_EPOCH),
        random: &SystemRandom,
        sleep: &Yield,
        mode,
    };
    flight.renew(seen).await
}

fn stored(shelf: &Memory) -> Credentials {
    let item = shelf.item.lock().unwrap();
    open(&keys(), CONTEXT, item.sealed.as_ref().unwrap()).unwrap()
}

#[tokio::test]
async fn of_many_callers_one_renews_and_all_get_the_result() {
    let seen = account();
    let shelf = Memory::new(seen.clone());
    let remote = Remote::new(Ok(credentials("new")));
    let results = futures::future::join_all((0..20).map(|_| renew(&shelf, &remote, &seen))).await;
    assert!(results.into_iter().all(|result| result == Ok(credentials("new"))));
    assert_eq!(remote.calls(), 1);
    assert_eq!(stored(&shelf), credentials("new"));
    assert_eq!(shelf.item.lock().unwrap().refresh_lease, None);
}

#[tokio::test]
async fn a_transient_failure_changes_nothing_and_gives_the_lease_back() {
    let seen = account();
    let shelf = Memory::new(seen.clone());
    let remote = Remote::new(Err(Failure::Transient { message: "503".into() }));
    assert!(matches!(renew(&shelf, &remote, &seen).await, Err(Failure::Transient { .. })));
    let item = shelf.item.lock().unwrap().clone();
    assert_eq!((item.status, item.refresh_lease), (AccountStatus::Healthy, None));
    assert_eq!(stored(&shelf), credentials("old"));
}

#[tokio::test]
async fn a_refusal_asks_the_user_to_reconnect() {
    let seen = account();
    let shelf = Memory::new(seen.clone());
    let remote = Remote::new(Err(Failure::Revoked { message: "the session was ended".into() }));
    assert!(matches!(renew(&shelf, &remote, &seen).await, Err(Failure::Revoked { .. })));
    let item = shelf.item.lock().unwrap().clone();
    assert_eq!(item.status, AccountStatus::Reconnect);
    assert_eq!(item.status_detail.as_deref(), Some("the session was ended"));
}

#[tokio::test]
async fn renewed_credentials_are_stored_before_they_are_used() {
    let seen = account();
    let shelf = Memory::new(seen.clone());
    *shelf.failing_keeps.lock().unwrap() = 2;
    let remote = Remote::new(Ok(credentials("new")));
    assert_eq!(renew(&shelf, &remote, &seen).await, Ok(credentials("new")));
    assert_eq!(stored(&shelf), credentials("new"));
    let shelf = Memory::new(seen.clone());
    *shelf.failing_keeps.lock().unwrap() = 99;
    assert!(matches!(renew(&shelf, &remote, &seen).await, Err(Failure::Internal { .. })));
}

#[tokio::test]
async fn a_running_lease_is_waited_for_and_an_ended_one_taken_over() {
    let seen = account();
    let held = Account { refresh_lease: Some(Timestamp::UNIX_EPOCH + LEASE), ..seen.clone() };
    let shelf = Memory::new(held);
    let remote = Remote::new(Ok(credentials("new")));
    assert!(matches!(renew(&shelf, &remote, &seen).await, Err(Failure::Internal { .. })));
    assert_eq!(remote.calls(), 0);
    let ended = Account { refresh_lease: Some(Timestamp::UNIX_EPOCH), ..seen.clone() };
    assert_eq!(renew(&Memory::new(ended), &remote, &seen).await, Ok(credentials("new")));
}

#[tokio::test]
async fn what_the_user_did_meanwhile_stays() {
    let seen = account();
    let shelf = Memory::new(Account { sealed: None, ..seen.clone() });
    let remote = Remote::new(Ok(credentials("new")));
    assert!(matches!(renew(&shelf, &remote, &seen).await, Err(Failure::Revoked { .. })));
    assert_eq!(remote.calls(), 0);
    let reconnected = Memory::new(Account { sealed: Some(sealed("reconnected")), ..seen.clone() });
    assert_eq!(renew(&reconnected, &remote, &seen).await, Ok(credentials("reconnected")));
}

#[test]
fn sealed_credentials_open_only_for_their_account() {
    let text = serde_json::to_string(&sealed("old")).unwrap();
    assert!(!text.contains("pds.example"));
    assert_eq!(open(&keys(), CONTEXT, &sealed("old")).unwrap(), credentials("old"));
    assert!(matches!(open(&keys(), "org/other", &sealed("old")), Err(VaultError::Crypto(_))));
}

#[tokio::test]
async fn ahead_of_the_end_a_refusal_costs_nothing() {
    let seen = account();
    let shelf = Memory::new(seen.clone());
    let remote = Remote::new(Err(Failure::Revoked { message: "there is nothing to renew it with".into() }));
    assert!(matches!(renew_in(Mode::Ahead, &shelf, &remote, &seen).await, Err(Failure::Revoked { .. })));
    let item = shelf.item.lock().unwrap().clone();
    assert_eq!((item.status, item.refresh_lease), (AccountStatus::Healthy, None));
    assert_eq!(stored(&shelf), credentials("old"));
}

#[tokio::test]
async fn ahead_of_the_end_nobody_waits_for_another() {
    let seen = account();
    let held = Account { refresh_lease: Some(Timestamp::UNIX_EPOCH + LEASE), ..seen.clone() };
    let shelf = Memory::new(held);
    let remote = Remote::new(Ok(credentials("new")));
    let asked = renew_in(Mode::Ahead, &shelf, &remote, &seen).await;
    assert!(matches!(asked, Err(Failure::Internal { .. })));
    assert_eq!(remote.calls(), 0);
}

#[test]
fn another_key_takes_over_what_an_older_one_sealed() {
    let (one, two) = ("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=");
    let ring = |text: &str| Keyring::parse(text).unwrap();
    let both = ring(&format!(r#"{{"active":"k2","keys":{{"k1":"{one}","k2":"{two}"}}}}"#));
    let only_new = ring(&format!(r#"{{"active":"k2","keys":{{"k2":"{two}"}}}}"#));
    let fresh = resealed(&both, &SystemRandom, CONTEXT, &sealed("old")).unwrap().expect("another seal");
    assert_eq!(fresh.key_id, "k2");
    // Both open while both keys are there; afterwards the old key can go.
    assert_eq!(open(&both, CONTEXT, &sealed("old")).unwrap(), credentials("old"));
    assert_eq!(open(&only_new, CONTEXT, &fresh).unwrap(), credentials("old"));
    assert!(resealed(&both, &SystemRandom, CONTEXT, &fresh).unwrap().is_none(), "once is enough");
    // What cannot be opened for want of a key is not the user's to mend.
    let unopened = open(&only_new, CONTEXT, &sealed("old")).unwrap_err();
    assert!(matches!(Failure::from(unopened), Failure::Internal { .. }));
}
