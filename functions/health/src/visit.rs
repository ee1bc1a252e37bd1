//! One account looked after.

use domain::account::{Account, AccountStatus, Notice};
use domain::audit::AuditEntry;
use domain::ids::AuditId;
use domain::org::{Member, Organization};
use domain::role::Action;
use domain::rules::rule;
use domain::tenancy::OrgScope;
use domain::upkeep::{self, HELD_FOR, RENEW_AHEAD};
use jiff::Timestamp;
use platforms::checkup;
use store::{Change, Condition, DueCheck, Order, OrgKey, OrgList, OrgStore, PageRequest, StoreError};

use crate::letter;
use crate::{Keeper, Visit};

/// Most members whose role is looked at.
const MEMBERS_MAX: usize = 1000;

impl Keeper {
    /// Looks after an account, unless somebody else has it.
    pub(crate) async fn visit(&self, due: DueCheck) -> Result<Visit, StoreError> {
        let store = self.table.org(OrgScope::from_own_wakeup(due.org));
        let key = OrgKey::Account(due.account);
        let Some(account) = store.get::<Account>(&key).await? else { return Ok(Visit::Passed) };
        let held = self.cloud.clock.now() + HELD_FOR;
        if !self.move_check(&store, &account, Change::default(), held, Vec::new()).await? {
            return Ok(Visit::Passed);
        }
        if matches!(account.status, AccountStatus::Healthy | AccountStatus::Error) {
            self.examine(&store, &account).await?;
        }
        let Some(account) = store.get::<Account>(&key).await? else { return Ok(Visit::Passed) };
        let Some(notice) = upkeep::notice(&account, self.cloud.clock.now()) else {
            self.conclude(&store, &account, Change::default(), Vec::new()).await?;
            return Ok(Visit::Done);
        };
        // The account's page says it all the same. It is told once there is a sender.
        if !self.cloud.mail().has_sender() {
            self.conclude(&store, &account, Change::default(), Vec::new()).await?;
            return Ok(Visit::Done);
        }
        // Told first and noted then: a crash in between tells twice rather than never.
        if !self.tell(&store, &account, notice).await? {
            return Ok(Visit::Done);
        }
        let audit = self.audit(&store, &account, notice)?;
        self.conclude(&store, &account, Change::default().set("told", &Some(notice))?, vec![audit]).await?;
        Ok(Visit::Told)
    }

    /// Asks the network, and notes what it says.
    async fn examine(&self, store: &OrgStore, account: &Account) -> Result<(), StoreError> {
        let Some(network) = self.network(account.platform) else { return Ok(()) };
        match self.vault.reseal(store, account).await {
            Ok(false) => {}
            Ok(true) => tracing::info!(account = %account.id, "sealed with the active key"),
            Err(failure) => {
                tracing::warn!(account = %account.id, class = ?failure.outcome(), "not sealed with the active key");
            }
        }
        let key = OrgKey::Account(account.id);
        let Some(seen) = store.get::<Account>(&key).await? else { return Ok(()) };
        let profile = checkup::check(&self.vault, store, &seen, network, RENEW_AHEAD).await;
        let change = checkup::noted(&seen, profile, self.cloud.clock.now())?.add("version", 1);
        // Renewing changed the item; whatever else changes it now is newer than this look.
        let Some(fresh) = store.get::<Account>(&key).await? else { return Ok(()) };
        match store.transact(vec![store.change(&key, change, Condition::Version(fresh.version))]).await {
            Err(error) if !error.is_conflict() => Err(error),
            _ => Ok(()),
        }
    }

    /// Says when the account is looked after next.
    async fn conclude(
        &self,
        store: &OrgStore,
        account: &Account,
        change: Change,
        others: Vec<store::Write>,
    ) -> Result<(), StoreError> {
        let next = upkeep::next_check(account.expires_at, self.cloud.clock.now(), self.cloud.random.fraction());
        self.move_check(store, account, change, next, others).await.map(drop)
    }

    /// Moves the next look if it is still where it was read.
    async fn move_check(
        &self,
        store: &OrgStore,
        seen: &Account,
        change: Change,
        to: Timestamp,
        mut others: Vec<store::Write>,
    ) -> Result<bool, StoreError> {
        let unmoved = Condition::is("check_at", &seen.check_at)?;
        others.push(store.change(&OrgKey::Account(seen.id), change.check_at(seen.id, to)?, unmoved));
        match store.transact(others).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Mails those who can mend it. Says whether at least one mail is on its way.
    async fn tell(&self, store: &OrgStore, account: &Account, notice: Notice) -> Result<bool, StoreError> {
        let Some(organization) = store.get::<Organization>(&OrgKey::Org).await? else { return Ok(false) };
        let page = PageRequest { cursor: None, limit: MEMBERS_MAX };
        let members = store.list::<Member>(OrgList::Members, Order::Ascending, &page).await?.items;
        let letter = letter::write(account, notice, &organization, &self.cloud.config.base_url);
        let mut sent = false;
        for member in members.iter().filter(|member| member.role.may(Action::ManageAccounts)) {
            match self.cloud.mail().send(&member.email, &letter.subject, &letter.text).await {
                Ok(()) => sent = true,
                Err(error) => tracing::warn!(account = %account.id, %error, "a notice was not sent"),
            }
        }
        Ok(sent)
    }

    fn audit(&self, store: &OrgStore, account: &Account, notice: Notice) -> Result<store::Write, StoreError> {
        let at = self.cloud.clock.now();
        let (action, what) = match notice {
            Notice::Ending(_) => ("account.ending", "ends soon"),
            Notice::Lost => ("account.lost", "was lost"),
        };
        let label = &rule(account.platform).label;
        let entry = AuditEntry {
            id: AuditId::new(self.cloud.random.ulid(at)),
            at,
            actor: None,
            actor_name: None,
            action: action.to_owned(),
            target: Some(account.id.to_string()),
            summary: format!("Access to {} on {label} {what}; told by mail.", account.handle),
        };
        store.put(&OrgKey::Audit(entry.id), &entry, Condition::Always)
    }
}
