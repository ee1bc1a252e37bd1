//! Choosing among the accounts that one consent gave access to: pages, organizations, channels.
//!
//! What the network gave lies in the table meanwhile, sealed, for ten minutes; only who began may see
//! it, and it is used once.

use std::collections::BTreeSet;

use api::{Answer, ApiError, ApiResult, Json, List, Path, Tenant, can};
use axum::extract::State;
use domain::account::{Account, AccountStatus};
use domain::ids::UserId;
use domain::platform::Platform;
use domain::problem::Problem;
use platforms::{Connected, Credentials, Granted, Profile, Scope};
use serde::{Deserialize, Serialize};
use store::{Order, OrgKey, OrgList, OrgStore, PageRequest};
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::kept;
use crate::manage::ACCOUNTS_MAX;
use crate::pending::{Begun, Pending};
use crate::save::{commit, prepare};
use crate::view::AccountView;

/// Most accounts of one consent that can be chosen among: what fits an item.
const OFFERED_MAX: usize = 200;
/// Most accounts connected at once: what fits a transaction.
const CHOSEN_MAX: usize = 20;
/// Longest id that is looked for, in bytes: ours are shorter.
const ID_MAX: usize = 100;

/// What is chosen among.
#[derive(Serialize, Deserialize)]
pub(crate) struct Choice {
    platform: Platform,
    way: String,
    user: UserId,
    accounts: Vec<Offered>,
    missing: Vec<String>,
}

/// One account to choose.
#[derive(Serialize, Deserialize)]
struct Offered {
    profile: Profile,
    credentials: Credentials,
}

impl Choice {
    /// Keeps what a consent gave until the user chose; yields its id.
    pub(crate) async fn keep(desk: &Desk, store: &OrgStore, pending: &Pending, granted: Granted) -> ApiResult<String> {
        let offered = |Connected { profile, credentials }| Offered { profile, credentials };
        let choice = Self {
            platform: pending.platform,
            way: match &pending.begun {
                Begun::Way(way) => way.clone(),
                Begun::Instance(_) => String::new(),
            },
            user: pending.user,
            accounts: granted.accounts.into_iter().take(OFFERED_MAX).map(offered).collect(),
            missing: granted.missing.iter().map(|scope| scope.name.to_owned()).collect(),
        };
        let id = desk.app.cloud.random.secret();
        kept::keep(desk, store, &OrgKey::Choice(id.clone()), &choice).await?;
        Ok(id)
    }

    /// What this caller may choose among, and where it lies.
    async fn load(desk: &Desk, tenant: &Tenant<can::ManageAccounts>, id: String) -> ApiResult<(Self, OrgKey)> {
        if id.len() > ID_MAX {
            return Err(ApiError::not_found());
        }
        let place = OrgKey::Choice(id);
        let found: Option<Self> = kept::look(desk, &tenant.store, &place).await?;
        let own = found.filter(|choice| choice.user == tenant.caller.user);
        own.map(|choice| (choice, place)).ok_or_else(ApiError::not_found)
    }

    /// Those of these ids, each once.
    fn chosen(self, ids: &[String]) -> Result<Vec<Connected>, Vec<Problem>> {
        let wanted: BTreeSet<&String> = ids.iter().collect();
        let known: BTreeSet<&String> = self.accounts.iter().map(|offered| &offered.profile.remote_id).collect();
        let unknown = |(index, id): (usize, &String)| {
            let fix = "Choose among the accounts that the network gave access to.";
            (!known.contains(id)).then(|| {
                Problem::error(format!("/remote_ids/{index}"), "account-unknown", "There is no such account.", fix)
            })
        };
        let mut problems: Vec<Problem> = ids.iter().enumerate().filter_map(unknown).collect();
        if wanted.is_empty() || wanted.len() > CHOSEN_MAX {
            let detail = format!("Between 1 and {CHOSEN_MAX} accounts can be connected at once.");
            problems.push(Problem::error("/remote_ids", "choice-size", detail, "Connect the others afterwards."));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let wanted: BTreeSet<String> = wanted.into_iter().cloned().collect();
        let taken = self.accounts.into_iter().filter(|offered| wanted.contains(&offered.profile.remote_id));
        Ok(taken.map(|Offered { profile, credentials }| Connected { profile, credentials }).collect())
    }
}

/// Accounts to choose among.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountChoice)]
pub(crate) struct ChoiceView {
    platform: Platform,
    way: String,
    accounts: Vec<OfferedView>,
    /// Optional permissions that were left out.
    missing: Vec<MissingScope>,
}

/// One account to choose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferedAccount)]
pub(crate) struct OfferedView {
    /// Its id at the network.
    remote_id: String,
    name: String,
    handle: String,
    #[schema(required)]
    avatar_url: Option<String>,
    /// Whether it is connected already; choosing it renews its access.
    connected: bool,
}

/// A permission that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingScope {
    name: String,
    /// What does not work without it, as in "read figures".
    purpose: String,
}

/// See the accounts that a consent gave access to.
#[utoipa::path(
    get, path = "/api/accounts/choices/{id}", tag = "accounts",
    params(("id" = String, Path)),
    responses((status = 200, body = ChoiceView))
)]
pub(crate) async fn get_choice(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Path(id): Path<String>,
) -> ApiResult<Answer> {
    let (choice, _) = Choice::load(&desk, &tenant, id).await?;
    let all = PageRequest { cursor: None, limit: ACCOUNTS_MAX };
    let accounts = tenant.store.list::<Account>(OrgList::Accounts, Order::Ascending, &all).await?.items;
    let missing = purposes(&desk, &choice);
    let connected = |remote_id: &str| {
        let same = |account: &Account| account.platform == choice.platform && account.remote_id == remote_id;
        accounts.iter().any(|account| same(account) && account.status != AccountStatus::Disconnected)
    };
    let offered = choice.accounts.iter().map(|Offered { profile, .. }| OfferedView {
        connected: connected(&profile.remote_id),
        remote_id: profile.remote_id.clone(),
        name: profile.name.clone(),
        handle: profile.handle.clone(),
        avatar_url: profile.avatar_url.clone(),
    });
    let accounts = offered.collect();
    Answer::ok(&ChoiceView { platform: choice.platform, way: choice.way.clone(), accounts, missing })
}

/// What the left-out permissions are for.
fn purposes(desk: &Desk, choice: &Choice) -> Vec<MissingScope> {
    let consent = desk.network(choice.platform).consent();
    let way = consent.and_then(|consent| consent.ways().iter().find(|way| way.name == choice.way));
    let scopes = way.map_or(&[][..], |way| way.scopes);
    let left_out = |scope: &&Scope| choice.missing.iter().any(|name| name == scope.name);
    let show = |scope: &Scope| MissingScope { name: scope.name.to_owned(), purpose: scope.purpose.to_owned() };
    scopes.iter().filter(left_out).map(show).collect()
}

/// Which accounts to connect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    /// Their ids at the network, 20 at most.
    remote_ids: Vec<String>,
}

/// Connect some of the accounts that a consent gave access to: all of them or none.
///
/// A choice is made once, within ten minutes.
#[utoipa::path(
    post, path = "/api/accounts/choices/{id}", tag = "accounts",
    params(("id" = String, Path)),
    responses((status = 200, body = List<AccountView>))
)]
pub(crate) async fn choose_accounts(
    State(desk): State<Desk>,
    tenant: Tenant<can::ManageAccounts>,
    Path(id): Path<String>,
    Json(input): Json<Chosen>,
) -> ApiResult<Answer> {
    let (choice, place) = Choice::load(&desk, &tenant, id).await?;
    let chosen = choice.chosen(&input.remote_ids).map_err(ApiError::rule_broken)?;
    let mut writes = vec![kept::take(&tenant.store, &place)];
    let mut accounts = Vec::new();
    for connected in chosen {
        let (account, own) = prepare(&desk, &tenant.store, &tenant.caller, connected).await?;
        accounts.push(AccountView::from(account));
        writes.extend(own);
    }
    commit(&tenant.store, writes).await?;
    Answer::ok(&List::whole(accounts))
}

#[cfg(test)]
mod tests {
    use domain::ids::Ulid;

    use super::*;

    fn choice(accounts: usize) -> Choice {
        let offered = |number: usize| Offered {
            profile: Profile { remote_id: number.to_string(), ..Profile::default() },
            credentials: Credentials::Page,
        };
        Choice {
            platform: Platform::Facebook,
            way: "default".into(),
            user: UserId::new(Ulid::from(1_u128)),
            accounts: (0..accounts).map(offered).collect(),
            missing: Vec::new(),
        }
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn only_what_was_offered_can_be_chosen_and_once() {
        let chosen = choice(3).chosen(&ids(&["2", "0", "2"])).unwrap();
        let chosen: Vec<String> = chosen.into_iter().map(|connected| connected.profile.remote_id).collect();
        assert_eq!(chosen, ["0", "2"]);
        let problems = choice(3).chosen(&ids(&["0", "9"])).unwrap_err();
        assert_eq!(problems.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(), ["/remote_ids/1"]);
    }

    #[test]
    fn a_choice_is_of_at_least_one_and_not_of_too_many() {
        assert_eq!(choice(3).chosen(&[]).unwrap_err()[0].code, "choice-size");
        let many: Vec<String> = (0..=CHOSEN_MAX).map(|number| number.to_string()).collect();
        assert_eq!(choice(30).chosen(&many).unwrap_err()[0].code, "choice-size");
        assert_eq!(choice(30).chosen(&many[1..]).unwrap().len(), CHOSEN_MAX);
    }
}
