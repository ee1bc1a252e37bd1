//! What is kept for a few minutes between two requests: sealed, and taken out once.

use api::{ApiError, ApiResult};
use domain::account::Sealed;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Condition, Entity, OrgKey, OrgStore, Write};

use crate::desk::Desk;

/// How long it is kept.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// As stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    sealed: Sealed,
    /// When the table may drop it, in seconds since 1970.
    expires: i64,
}

impl Entity for Stored {}

/// As sealed.
#[derive(Serialize, Deserialize)]
struct Note<T> {
    until: Timestamp,
    what: T,
}

/// Keeps something at a place where nothing is.
pub(crate) async fn keep<T: Serialize + Sync>(
    desk: &Desk,
    store: &OrgStore,
    place: &OrgKey,
    what: &T,
) -> ApiResult<()> {
    let cloud = &desk.app.cloud;
    let until = desk.app.now() + LIFETIME;
    let plain = serde_json::to_vec(&Note { until, what }).map_err(ApiError::internal)?;
    let keys = cloud.secrets().keyring().await?;
    let sealed = keys.seal(&*cloud.random, &context(store, place), &plain).map_err(ApiError::internal)?;
    let stored = Stored { sealed, expires: until.as_second() };
    Ok(store.transact(vec![store.put(place, &stored, Condition::Absent)?]).await?)
}

/// What is kept at a place: nothing when it was taken, is too old, or is not ours.
pub(crate) async fn look<T: DeserializeOwned>(desk: &Desk, store: &OrgStore, place: &OrgKey) -> ApiResult<Option<T>> {
    let Some(stored) = store.get::<Stored>(place).await? else { return Ok(None) };
    let keys = desk.app.cloud.secrets().keyring_for(&stored.sealed).await?;
    let Ok(plain) = keys.open(&context(store, place), &stored.sealed) else { return Ok(None) };
    let note: Note<T> = serde_json::from_slice(&plain).map_err(ApiError::internal)?;
    Ok((note.until > desk.app.now()).then_some(note.what))
}

/// Takes it out, in the transaction of what is done with it. Of two, one succeeds.
pub(crate) fn take(store: &OrgStore, place: &OrgKey) -> Write {
    store.delete(place, Condition::Present)
}

/// What it is bound to: copied elsewhere, it does not open.
fn context(store: &OrgStore, place: &OrgKey) -> String {
    format!("{}/{place}", store.org())
}
