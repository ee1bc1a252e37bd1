//! What a network says about a person who allowed access: that they took it back, or want their data removed.
//!
//! Meta's "Deauthorize callback" and "Data Deletion Request Callback". Nobody is signed in: the request proves
//! itself by a signature under our app's secret there. A person is known to an app, so accounts are found by both.

use api::{Answer, ApiError, ApiResult, Path, Raw};
use axum::extract::State;
use domain::account::{Account, AccountStatus};
use domain::audit::AuditEntry;
use domain::ids::{AccountId, AuditId};
use domain::platform::Platform;
use domain::rules::rule;
use http::StatusCode;
use jiff::SignedDuration;
use platforms::graph::signed_request::{self, SignedRequest};
use serde::{Deserialize, Serialize};
use store::{Condition, Erasure, OrgKey, OrgStore, StoreError, Write};
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::desk::Desk;

/// The networks that send such notices.
const NOTIFYING: [Platform; 3] = [Platform::Facebook, Platform::Instagram, Platform::Threads];
/// Tries to change an account that others change as well.
const TRIES: u32 = 4;
/// How long a person can ask what became of their wish.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(365 * 24);

/// What the network sends, as a form.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape for the document; the form is read by hand, so that its errors are ours")]
pub(crate) struct SignedNotice {
    /// Signature and payload.
    signed_request: String,
}

/// Where a person sees what became of their wish.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletionAnswer {
    /// A page that tells.
    url: String,
    /// By which they ask.
    confirmation_code: String,
}

/// A notice that is truly the network's.
struct Notice {
    platform: Platform,
    app: &'static str,
    request: SignedRequest,
}

/// Hear from a network that a person took back the access they allowed.
#[utoipa::path(
    post, path = "/api/accounts/deauthorized/{platform}", tag = "accounts",
    params(("platform" = String, Path)),
    request_body(content = SignedNotice, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Noted."))
)]
pub(crate) async fn note_deauthorization(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    Raw(form): Raw,
) -> ApiResult<StatusCode> {
    let notice = verified(&desk, &platform, &form).await?;
    for (scope, id) in desk.app.table.accounts_of_remote_user(notice.app, &notice.request.user_id).await? {
        let store = desk.app.table.org(scope);
        change(&desk, &store, id, &notice, lost).await?;
    }
    Ok(StatusCode::OK)
}

/// Remove a person's data, as they asked through a network.
#[utoipa::path(
    post, path = "/api/accounts/deletion/{platform}", tag = "accounts",
    params(("platform" = String, Path)),
    request_body(content = SignedNotice, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = DeletionAnswer))
)]
pub(crate) async fn delete_data(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    Raw(form): Raw,
) -> ApiResult<Answer> {
    let notice = verified(&desk, &platform, &form).await?;
    let found = desk.app.table.accounts_of_remote_user(notice.app, &notice.request.user_id).await?;
    let mut accounts = 0;
    for (scope, id) in found {
        let store = desk.app.table.org(scope);
        accounts += usize::from(change(&desk, &store, id, &notice, erased).await?);
        let forget = store.forget_remote_user(notice.app, &notice.request.user_id, id);
        store.transact(vec![forget]).await?;
    }
    let now = desk.app.now();
    let code = desk.app.cloud.random.secret();
    let expires = (now + REMEMBERED).as_second();
    let erasure = Erasure { code: code.clone(), platform: notice.platform, done_at: now, accounts, expires };
    desk.app.table.transact(vec![desk.app.table.put_erasure(&erasure)?]).await?;
    let url = format!("{}/p/-/deletion/{code}", desk.app.cloud.config.base_url);
    Answer::ok(&DeletionAnswer { url, confirmation_code: code })
}

/// The app whose notices concern an account: that of the way it was connected by. Absent where none are sent.
pub(crate) fn app(desk: &Desk, account: &Account) -> Option<&'static str> {
    let consent = desk.network(account.platform).consent().filter(|_| NOTIFYING.contains(&account.platform))?;
    let way = consent.ways().iter().find(|way| Some(way.name) == account.way.as_deref())?;
    Some(way.app)
}

/// The notice in a form, if one of our apps at the network vouches for it.
async fn verified(desk: &Desk, platform: &str, form: &[u8]) -> ApiResult<Notice> {
    let platform = Platform::parse(platform).filter(|platform| NOTIFYING.contains(platform));
    let platform = platform.ok_or_else(ApiError::not_found)?;
    let consent = desk.network(platform).consent().ok_or_else(ApiError::not_found)?;
    let mut fields = form_urlencoded::parse(form);
    let signed = fields.find(|(name, _)| name == "signed_request").map(|(_, value)| value);
    let signed = signed.ok_or_else(|| ApiError::bad_request("Send the form field signed_request."))?;
    for way in consent.ways() {
        let Some(registered) = desk.tools.apps.find(way.app).await.map_err(ApiError::unavailable)? else { continue };
        if let Some(request) = signed_request::verify(&signed, &registered.client_secret) {
            return Ok(Notice { platform, app: way.app, request });
        }
    }
    Err(ApiError::bad_request("The request is not signed by an app of this installation."))
}

/// What a notice makes of an account, and what it writes besides; nothing when it changes nothing.
type Effect = fn(&Desk, &OrgStore, &Account, &Notice) -> Result<Option<(Account, Vec<Write>)>, StoreError>;

/// Changes an account that acts by leave of the person. Says whether there was one.
async fn change(desk: &Desk, store: &OrgStore, id: AccountId, notice: &Notice, effect: Effect) -> ApiResult<bool> {
    for attempt in 1.. {
        let Some(account) = store.get::<Account>(&OrgKey::Account(id)).await? else { return Ok(false) };
        if !is_theirs(desk, store, &account, notice).await? {
            return Ok(false);
        }
        let Some((next, mut writes)) = effect(desk, store, &account, notice)? else { return Ok(true) };
        writes.push(store.put(&OrgKey::Account(id), &next, Condition::Version(account.version))?);
        match store.transact(writes).await {
            Ok(()) => break,
            Err(error) if error.is_conflict() && attempt < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

/// Whether the account still acts by leave of this person. One that was connected again since, perhaps by
/// somebody else, is not concerned; one without credentials was theirs.
async fn is_theirs(desk: &Desk, store: &OrgStore, account: &Account, notice: &Notice) -> ApiResult<bool> {
    if notice.request.issued_at.is_some_and(|issued_at| account.connected_at > issued_at + SignedDuration::from_mins(1))
    {
        return Ok(false);
    }
    if account.sealed.is_none() {
        return Ok(true);
    }
    let credentials = desk.vault.open(store.org(), account).await.map_err(ApiError::unavailable)?;
    Ok(credentials.user() == Some(notice.request.user_id.as_str()))
}

/// The access is gone: what we hold of it is destroyed, and the organization is told.
fn lost(
    desk: &Desk,
    store: &OrgStore,
    account: &Account,
    notice: &Notice,
) -> Result<Option<(Account, Vec<Write>)>, StoreError> {
    if account.sealed.is_none() {
        return Ok(None);
    }
    let label = &rule(notice.platform).label;
    let now = desk.app.now();
    let next = Account {
        status: AccountStatus::Reconnect,
        status_detail: Some(format!("Whoever allowed access took it back at {label}.")),
        checked_at: now,
        sealed: None,
        refresh_lease: None,
        expires_at: None,
        check_at: Some(now),
        version: account.version + 1,
        ..account.clone()
    };
    let said = format!("{label} says that access to {} was taken back.", account.handle);
    Ok(Some((next, vec![audit(desk, store, account, "account.deauthorized", said)?])))
}

/// The person is forgotten: of the account stays only its id, for the posts that name it.
fn erased(
    desk: &Desk,
    store: &OrgStore,
    account: &Account,
    notice: &Notice,
) -> Result<Option<(Account, Vec<Write>)>, StoreError> {
    let label = &rule(notice.platform).label;
    let next = Account {
        remote_id: format!("erased-{}", account.id),
        name: "Removed account".to_owned(),
        handle: "removed".to_owned(),
        avatar_url: None,
        url: None,
        instance: None,
        status: AccountStatus::Disconnected,
        status_detail: None,
        limits: None,
        sealed: None,
        paused_until: None,
        refresh_lease: None,
        expires_at: None,
        check_at: None,
        offered: None,
        told: None,
        version: account.version + 1,
        ..account.clone()
    };
    let said = format!("Removed the data of an account, as its person asked through {label}.");
    let writes = vec![
        store.delete(&OrgKey::Remote(account.platform.as_str(), account.remote_id.clone()), Condition::Always),
        store.delete(&OrgKey::Offers(account.id), Condition::Always),
        audit(desk, store, account, "account.erase", said)?,
    ];
    Ok(Some((next, writes)))
}

fn audit(desk: &Desk, store: &OrgStore, account: &Account, action: &str, summary: String) -> Result<Write, StoreError> {
    let at = desk.app.now();
    let entry = AuditEntry {
        id: AuditId::new(desk.app.ulid()),
        at,
        actor: None,
        actor_name: None,
        action: action.to_owned(),
        target: Some(account.id.to_string()),
        summary,
    };
    store.put(&OrgKey::Audit(entry.id), &entry, Condition::Always)
}
