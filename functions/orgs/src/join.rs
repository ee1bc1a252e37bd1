//! What founding, joining and choosing an organization have in common.

use api::{ApiResult, App, Caller};
use domain::ids::OrgId;
use domain::org::{Member, Organization, User};
use domain::role::Role;
use jiff::Timestamp;
use store::{Change, Condition, Write};

/// The caller as a member of `org`.
pub(crate) fn member(org: &Organization, caller: &Caller, role: Role, joined_at: Timestamp) -> Member {
    Member {
        org_id: org.id,
        org_name: org.name.clone(),
        org_slug: org.slug.clone(),
        user_id: caller.user,
        email: caller.email.clone(),
        name: caller.name.clone(),
        role,
        joined_at,
    }
}

/// The write that makes `org` the one the caller acts in from their next token on. Whoever has no
/// profile, because the user pool could not write it when they signed up, gets one.
pub(crate) fn activation(app: &App, caller: &Caller, profile: Option<&User>, org: OrgId) -> ApiResult<Write> {
    let own = app.table.user(caller.scope());
    if profile.is_some() {
        let change = Change::default().set("active_org", &org)?;
        return Ok(own.change_profile(change, Condition::Present));
    }
    let profile = User {
        id: caller.user,
        email: caller.email.clone(),
        name: caller.name.clone(),
        active_org: Some(org),
        created_at: app.now(),
    };
    Ok(own.put_profile(&profile, Condition::Absent)?)
}
