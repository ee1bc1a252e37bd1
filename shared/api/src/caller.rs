//! Who asks, and what they may do: permission is an argument type of each handler.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use cloud::Cloud;
use domain::audit::AuditEntry;
use domain::ids::{AuditId, OrgId, Ulid, UserId};
use domain::role::{Action, Role};
use domain::tenancy::{OrgScope, UserScope};
use http::request::Parts;
use jiff::Timestamp;
use lambda_http::request::RequestContext;
use store::{Condition, OrgKey, OrgStore, Write};

use crate::app::App;
use crate::limit::Whose;
use crate::problem::{ApiError, ApiResult};

/// A signed-in person. The gateway verified the token; these are its claims.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The organization they act in, and as what.
    pub acting: Option<(OrgId, Role)>,
}

impl Caller {
    /// Permission to touch their own items.
    #[must_use]
    pub const fn scope(&self) -> UserScope {
        UserScope::from_verified_claims(self.user)
    }

    /// The audit entry of a change they make in the organization of `store`, for the change's own
    /// transaction. The summary holds no secret and no post text.
    ///
    /// # Errors
    /// 500 when it cannot be stored.
    pub fn audit(
        &self,
        cloud: &Cloud,
        store: &OrgStore,
        action: &str,
        target: &impl ToString,
        summary: impl Into<String>,
    ) -> ApiResult<Write> {
        let at = cloud.clock.now();
        let entry = AuditEntry {
            id: AuditId::new(cloud.random.ulid(at)),
            at,
            actor: Some(self.user),
            actor_name: Some(self.name.clone()),
            action: action.to_owned(),
            target: Some(target.to_string()),
            summary: summary.into(),
        };
        Ok(store.put(&OrgKey::Audit(entry.id), &entry, Condition::Always)?)
    }

    /// Only the authorizer's claims count; a header of the request never does.
    fn from_context(context: &RequestContext) -> Option<Self> {
        let RequestContext::ApiGatewayV2(context) = context else {
            return None;
        };
        let claims = &context.authorizer.as_ref()?.jwt.as_ref()?.claims;
        let text = |name: &str| claims.get(name).cloned().unwrap_or_default();
        let org = claims.get("org_id").and_then(|id| id.parse().ok());
        let role = claims.get("role").and_then(|name| Role::parse(name));
        Some(Self {
            user: claims.get("user_id")?.parse().ok()?,
            email: text("email"),
            name: text("name"),
            acting: org.zip(role),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let context = parts.extensions.get::<RequestContext>();
        let caller = context.and_then(Self::from_context).ok_or_else(ApiError::not_signed_in)?;
        let app = App::from_ref(state);
        let org = caller.acting.map(|(org, _)| Whose::Org(org.ulid().into()));
        let whose = [Some(Whose::User(caller.user.ulid().into())), org];
        let fast = app.limiter.take(whose.into_iter().flatten(), app.now());
        fast.map_err(ApiError::too_many_requests)?;
        tracing::Span::current().record("org", caller.acting.map(|(org, _)| org.to_string()));
        Ok(caller)
    }
}

/// What a handler's caller must be allowed to do.
pub trait Permission: Send + Sync {
    /// The action.
    const ACTION: Action;
    /// What a refusal says.
    const REFUSAL: &'static str;
}

/// Permissions, as types.
pub mod can {
    use super::{Action, Permission};

    macro_rules! permissions {
        ($($(#[$doc:meta])* $name:ident: $refusal:literal;)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permission for $name {
                const ACTION: Action = Action::$name;
                const REFUSAL: &'static str = $refusal;
            }
        )*};
    }

    permissions! {
        /// See what is there.
        Read: "You are not a member.";
        /// Write drafts and upload media.
        Write: "Authors and above can write. Ask an admin for that role.";
        /// Schedule and publish.
        Publish: "Editors and above can publish. Ask an admin for that role.";
        /// Connect and disconnect accounts.
        ManageAccounts: "Admins and owners manage accounts. Ask one of them.";
        /// Invite, remove and change members.
        ManageMembers: "Admins and owners manage members. Ask one of them.";
        /// Change settings.
        ManageOrg: "Admins and owners change settings. Ask one of them.";
        /// Read the audit log.
        ReadAudit: "Admins and owners read the audit log. Ask one of them.";
    }
}

/// A member of an organization who may do `P`, with the organization's items.
#[derive(Debug)]
pub struct Tenant<P> {
    /// The person.
    pub caller: Caller,
    /// The organization.
    pub org: OrgId,
    /// What they are in it.
    pub role: Role,
    /// Its items.
    pub store: OrgStore,
    /// Everything outside the program.
    pub cloud: Arc<Cloud>,
    permission: PhantomData<P>,
}

impl<P> Tenant<P> {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.cloud.clock.now()
    }

    /// A fresh ULID.
    #[must_use]
    pub fn ulid(&self) -> Ulid {
        self.cloud.random.ulid(self.now())
    }

    /// Permission to touch the organization's objects.
    #[must_use]
    pub fn scope(&self) -> OrgScope {
        *self.store.scope()
    }

    /// That the organization in the path is the one they act in.
    ///
    /// # Errors
    /// 404, as for an organization that does not exist.
    pub fn must_be(&self, org: OrgId) -> ApiResult<()> {
        if org == self.org { Ok(()) } else { Err(ApiError::not_found()) }
    }

    /// The audit entry of a change, for the change's own transaction. The summary holds no secret and
    /// no post text.
    ///
    /// # Errors
    /// 500 when it cannot be stored.
    pub fn audit(&self, action: &str, target: &impl ToString, summary: impl Into<String>) -> ApiResult<Write> {
        self.caller.audit(&self.cloud, &self.store, action, target, summary)
    }
}

impl<P: Permission, S: Send + Sync> FromRequestParts<S> for Tenant<P>
where
    App: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Some((org, role)) = caller.acting else {
            return Err(ApiError::forbidden("Create an organization, or activate one, then sign in again."));
        };
        if !role.may(P::ACTION) {
            return Err(ApiError::forbidden(P::REFUSAL));
        }
        let app = App::from_ref(state);
        let store = app.table.org(OrgScope::from_verified_claims(org));
        Ok(Self { caller, org, role, store, cloud: app.cloud, permission: PhantomData })
    }
}
