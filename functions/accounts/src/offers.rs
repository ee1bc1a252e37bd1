//! What a network lets an account choose among at the moment.

use api::{Answer, ApiError, ApiResult, Path, Tenant, can};
use axum::extract::State;
use domain::account::{Account, AccountStatus};
use domain::ids::AccountId;
use domain::offers::{KnownChoices, Offered, Offers};
use store::{Change, Condition, OrgKey, StoreError, Write};

use crate::ask::ask;
use crate::desk::Desk;
use crate::manage::load;
use crate::trouble::unanswered;

/// Ask an account's network what may be chosen now: boards, privacy levels, what is left of its quota.
#[utoipa::path(
    get, path = "/api/accounts/{id}/offers", tag = "accounts",
    params(("id" = AccountId, Path)),
    responses((status = 200, body = Offers))
)]
pub(crate) async fn get_offers(
    State(desk): State<Desk>,
    tenant: Tenant<can::Write>,
    Path(id): Path<AccountId>,
) -> ApiResult<Answer> {
    let account = load(&tenant.store, id).await?;
    if account.status == AccountStatus::Disconnected {
        return Err(ApiError::conflict("This account is disconnected. Connect it again first."));
    }
    match ask(&desk, &tenant.store, &account, |network, credentials| network.offers(credentials)).await {
        Ok(offers) => {
            note(&tenant, &account, &offers).await;
            Answer::ok(&offers)
        }
        Err(failure) => Err(unanswered(failure, tenant.now())),
    }
}

/// Keeps what the dry run goes by, and what sheets name. It is only a note: without it the next answer is noted.
async fn note(tenant: &Tenant<can::Write>, account: &Account, offers: &Offers) {
    let offered = Offered::of(offers, tenant.now());
    if !offered.is_news(account.offered.as_ref()) {
        return;
    }
    let stored = match notes(tenant, account, offers, &offered) {
        Ok(writes) => tenant.store.transact(writes).await,
        Err(error) => Err(error),
    };
    if let Err(error) = stored {
        tracing::warn!(account = %account.id, %error, "could not note what the network offers");
    }
}

fn notes(
    tenant: &Tenant<can::Write>,
    account: &Account,
    offers: &Offers,
    offered: &Offered,
) -> Result<Vec<Write>, StoreError> {
    let change = Change::default().set("offered", offered)?;
    let mut writes = vec![tenant.store.change(&OrgKey::Account(account.id), change, Condition::Present)];
    if offered.has_other_choices(account.offered.as_ref()) {
        let known = KnownChoices { account_id: account.id, at: offered.at, choices: offers.choices.clone() };
        writes.push(tenant.store.put(&OrgKey::Offers(account.id), &known, Condition::Always)?);
    }
    Ok(writes)
}
