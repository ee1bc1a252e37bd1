//! Asking a network something with an account's credentials.

use std::pin::Pin;

use domain::account::Account;
use domain::delivery::Failure;
use platforms::{Credentials, Network};
use store::OrgStore;

use crate::desk::Desk;

/// A network's answer, when it comes.
pub(crate) type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// Asks `question`, and once more if the credentials ran out and could be renewed. It must be safe to repeat.
///
/// # Errors
/// A classified [`Failure`].
pub(crate) async fn ask<T>(
    desk: &Desk,
    store: &OrgStore,
    account: &Account,
    question: impl for<'a> Fn(&'a dyn Network, &'a Credentials) -> Asked<'a, T>,
) -> Result<T, Failure> {
    let network = desk.network(account.platform);
    let credentials = desk.vault.open_fresh(store, account, network).await?;
    match question(network, &credentials).await {
        Err(Failure::TokenExpired { .. }) => {
            let renewed = desk.vault.renew(store, account, network).await?;
            question(network, &renewed).await
        }
        other => other,
    }
}
