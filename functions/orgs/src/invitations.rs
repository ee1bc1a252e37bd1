//! Invitations by mail: single use, expiring, for one address.

use api::{Answer, ApiError, ApiResult, Idempotency, Json, List, Paging, Path, Query, Tenant, can};
use domain::ids::{InvitationId, OrgId, UserId};
use domain::org::{self, INVITATION_LIFETIME, Invitation, Member, Organization};
use domain::problem::Problem;
use domain::role::Role;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Condition, Order, OrgKey, OrgList, PageRequest};
use utoipa::ToSchema;

use crate::guard;

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InvitationStatus {
    /// Mailed; it can be accepted.
    Pending,
    /// Used.
    Accepted,
    /// Too old to accept.
    Expired,
}

/// An invitation. Its secret is only in the mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationView {
    id: InvitationId,
    email: String,
    role: Role,
    invited_by: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
    status: InvitationStatus,
}

impl InvitationView {
    fn of(invitation: &Invitation, now: Timestamp) -> Self {
        let status = match invitation {
            Invitation { accepted_at: Some(_), .. } => InvitationStatus::Accepted,
            invitation if invitation.expires_at <= now => InvitationStatus::Expired,
            _ => InvitationStatus::Pending,
        };
        Self {
            id: invitation.id,
            email: invitation.email.clone(),
            role: invitation.role,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            status,
        }
    }
}

/// Whom to invite, and as what.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CreateInvitation {
    email: String,
    role: Role,
}

/// Invite somebody by mail.
///
/// The mail leaves before the invitation is stored, so one that is listed was sent. If it cannot be
/// sent, the answer is 503 and there is no invitation.
#[utoipa::path(
    post, path = "/api/orgs/{id}/invitations", tag = "orgs",
    params(("id" = OrgId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = InvitationView))
)]
pub(crate) async fn create_invitation(
    tenant: Tenant<can::ManageMembers>,
    Path(id): Path<OrgId>,
    idempotency: Idempotency,
    Json(input): Json<CreateInvitation>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    if !tenant.role.may_grant(input.role) {
        return Err(ApiError::forbidden("You cannot invite somebody to a role above your own."));
    }
    let email = org::normalize_email(&input.email);
    let problems = problems(&tenant, &email).await?;
    if !problems.is_empty() {
        return Err(ApiError::rule_broken(problems));
    }
    let secret = tenant.cloud.random.secret();
    let invitation = new_invitation(&tenant, email, input.role, &secret);
    send(&tenant, &invitation, &secret).await?;
    let said = format!("Invited {} as {}.", invitation.email, invitation.role.as_str());
    let mut writes = vec![
        tenant.store.put(&OrgKey::Invitation(invitation.id), &invitation, Condition::Absent)?,
        tenant.audit("invitation.create", &invitation.id, said)?,
    ];
    writes.extend(guard::still_allowed(&tenant, None)?);
    let answer = Answer::created(&InvitationView::of(&invitation, tenant.now()))?;
    idempotency.commit(&input, writes, answer, ApiError::from).await
}

/// What is wrong with inviting this address.
async fn problems(tenant: &Tenant<can::ManageMembers>, email: &str) -> ApiResult<Vec<Problem>> {
    if let Some(problem) = org::validate_email(email) {
        return Ok(vec![problem]);
    }
    // In an organization of more than a thousand, accepting is what finds the rest.
    let first = PageRequest { cursor: None, limit: 1000 };
    let members = tenant.store.list::<Member>(OrgList::Members, Order::Ascending, &first).await?.items;
    let member = members.iter().any(|member| org::normalize_email(&member.email) == email);
    let problem = || {
        let detail = "Somebody with this address is a member already.";
        Problem::error("/email", "already-member", detail, "Change their role in the list of members.")
    };
    Ok(member.then(problem).into_iter().collect())
}

fn new_invitation(tenant: &Tenant<can::ManageMembers>, email: String, role: Role, secret: &str) -> Invitation {
    let now = tenant.now();
    Invitation {
        id: InvitationId::new(tenant.ulid()),
        email,
        role,
        secret_hash: cloud::crypto::sha256(secret.as_bytes()),
        invited_by: tenant.caller.user,
        created_at: now,
        expires_at: now + INVITATION_LIFETIME,
        accepted_at: None,
    }
}

async fn send(tenant: &Tenant<can::ManageMembers>, invitation: &Invitation, secret: &str) -> ApiResult<()> {
    let org: Organization = tenant.store.get(&OrgKey::Org).await?.ok_or_else(ApiError::not_found)?;
    let by = &tenant.caller.name;
    let link = format!("{}/invitation?token={}.{}.{secret}", tenant.cloud.config.base_url, org.id, invitation.id);
    let days = INVITATION_LIFETIME.as_hours() / 24;
    let text = format!(
        "Hello,\n\n{by} invites you to work with {} on Atelier, as {}.\n\nAccept here, signed in as {}:\n{link}\n\n\
         The link works once and for {days} days. If you did not expect this, do nothing.\n",
        org.name,
        invitation.role.as_str(),
        invitation.email,
    );
    let subject = format!("{by} invites you to {}", org.name);
    Ok(tenant.cloud.mail().send(&invitation.email, &subject, &text).await?)
}

/// List the invitations, newest first.
#[utoipa::path(
    get, path = "/api/orgs/{id}/invitations", tag = "orgs",
    params(("id" = OrgId, Path), Paging),
    responses((status = 200, body = List<InvitationView>))
)]
pub(crate) async fn list_invitations(
    tenant: Tenant<can::ManageMembers>,
    Path(id): Path<OrgId>,
    Query(paging): Query<Paging>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let request = paging.request(50, 200)?;
    let page = tenant.store.list::<Invitation>(OrgList::Invitations, Order::Descending, &request).await?;
    let now = tenant.now();
    Answer::ok(&List::of(page, |invitation| InvitationView::of(&invitation, now)))
}

/// Revoke an invitation: its link stops working.
#[utoipa::path(
    delete, path = "/api/orgs/{id}/invitations/{invitation_id}", tag = "orgs",
    params(("id" = OrgId, Path), ("invitation_id" = InvitationId, Path)),
    responses((status = 204))
)]
pub(crate) async fn revoke_invitation(
    tenant: Tenant<can::ManageMembers>,
    Path((id, invitation)): Path<(OrgId, InvitationId)>,
) -> ApiResult<StatusCode> {
    tenant.must_be(id)?;
    let key = OrgKey::Invitation(invitation);
    let invitation: Invitation = tenant.store.get(&key).await?.ok_or_else(ApiError::not_found)?;
    if !tenant.role.may_grant(invitation.role) {
        return Err(ApiError::forbidden("You cannot revoke an invitation to a role above your own."));
    }
    let said = format!("Revoked the invitation of {}.", invitation.email);
    let mut writes = vec![
        tenant.store.delete(&key, Condition::is("accepted_at", &invitation.accepted_at)?),
        tenant.audit("invitation.revoke", &invitation.id, said)?,
    ];
    writes.extend(guard::still_allowed(&tenant, None)?);
    tenant.store.transact(writes).await?;
    Ok(StatusCode::NO_CONTENT)
}
