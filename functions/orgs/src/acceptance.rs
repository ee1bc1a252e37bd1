//! Accepting an invitation.

use api::{Answer, ApiError, ApiResult, App, Caller, Json};
use axum::extract::State;
use domain::ids::{InvitationId, OrgId};
use domain::membership::Owners;
use domain::org::{self, Invitation, Organization};
use domain::role::Role;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Change, Condition, OrgKey, OrgStore, StoreError, Write};
use utoipa::ToSchema;

use crate::join;

/// The token of the mailed link.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AcceptInvitation {
    token: String,
}

/// Where the caller now belongs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Joined {
    org_id: OrgId,
    name: String,
    role: Role,
}

/// Accept an invitation.
///
/// The caller acts in the organization from their next token on: refresh the tokens after this.
#[utoipa::path(post, path = "/api/invitations/accept", tag = "orgs", responses((status = 200, body = Joined)))]
pub(crate) async fn accept_invitation(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<AcceptInvitation>,
) -> ApiResult<Answer> {
    let (org, id, secret) = parse(&input.token).ok_or_else(unknown)?;
    let (scope, invitation) = app.table.invitation(org, id, secret).await?.ok_or_else(unknown)?;
    let store = app.table.org(scope);
    let org: Organization = store.get(&OrgKey::Org).await?.ok_or_else(unknown)?;
    must_be_for(&invitation, &caller)?;
    if invitation.accepted_at.is_some() {
        let member = app.table.membership(caller.scope(), org.id).await?.ok_or_else(used)?;
        return Answer::ok(&Joined { org_id: org.id, name: org.name, role: member.role });
    }
    let now = app.now();
    if invitation.expires_at <= now {
        return Err(expired());
    }
    let writes = joining(&app, &store, &caller, &org, &invitation, now).await?;
    store.transact(writes).await.map_err(explain)?;
    Answer::ok(&Joined { org_id: org.id, name: org.name, role: invitation.role })
}

/// Organization, invitation and secret of a link's token.
fn parse(token: &str) -> Option<(OrgId, InvitationId, &str)> {
    let (org, rest) = token.split_once('.')?;
    let (id, secret) = rest.split_once('.')?;
    Some((org.parse().ok()?, id.parse().ok()?, secret))
}

/// The writes of joining, in the order that [`explain`] knows. Name, slug and count of owners are as
/// they were read, or the organization's version or the condition on the count says otherwise.
async fn joining(
    app: &App,
    store: &OrgStore,
    caller: &Caller,
    org: &Organization,
    invitation: &Invitation,
    now: Timestamp,
) -> ApiResult<Vec<Write>> {
    let profile = app.table.user(caller.scope()).profile().await?;
    let accepted = Change::default().set("accepted_at", &now)?;
    let unused = Condition::is("accepted_at", &None::<Timestamp>)?;
    let member = join::member(org, caller, invitation.role, now);
    let unchanged = Condition::Version(org.version);
    let said = format!("{} joined as {}.", caller.name, invitation.role.as_str());
    Ok(vec![
        store.change(&OrgKey::Invitation(invitation.id), accepted, unused),
        store.put(&OrgKey::Member(caller.user), &member, Condition::Absent)?,
        match Owners::between(None, Some(invitation.role)) {
            Owners::Gained => store.change(&OrgKey::Org, Change::default().add("owners", 1), unchanged),
            Owners::Same | Owners::Lost => store.check(&OrgKey::Org, unchanged),
        },
        join::activation(app, caller, profile.as_ref(), org.id)?,
        caller.audit(&app.cloud, store, "invitation.accept", &invitation.id, said)?,
    ])
}

fn explain(error: StoreError) -> ApiError {
    if error.is_conflict_at(0) {
        return used();
    }
    if error.is_conflict_at(1) {
        return ApiError::conflict("You are a member already. Choose the organization from the menu.");
    }
    error.into()
}

/// Whoever holds the link must also be whom it was mailed to.
fn must_be_for(invitation: &Invitation, caller: &Caller) -> ApiResult<()> {
    if invitation.email == org::normalize_email(&caller.email) {
        return Ok(());
    }
    let address = org::mask_email(&invitation.email);
    Err(ApiError::forbidden(format!("This invitation is for {address}. Sign in with that address to accept it.")))
}

fn unknown() -> ApiError {
    ApiError::not_found().saying("This invitation was revoked, or the link is not whole. Ask for a new one.")
}

fn used() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "invitation-used",
        "Invitation used",
        "This invitation was accepted before and works once. Ask for a new one.",
    )
}

fn expired() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "invitation-expired",
        "Invitation expired",
        "This invitation has expired. Ask for a new one.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Ulid;

    #[test]
    fn a_token_has_three_parts() {
        let (org, id) = (OrgId::new(Ulid::from(1)), InvitationId::new(Ulid::from(2)));
        assert_eq!(parse(&format!("{org}.{id}.s-e_c")), Some((org, id, "s-e_c")));
        for bad in [String::new(), format!("{org}.{id}"), format!("{id}.{org}.x"), "..".to_owned()] {
            assert_eq!(parse(&bad), None);
        }
    }
}
