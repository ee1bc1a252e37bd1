//! Writes that hold a change of memberships back unless it is allowed at that very moment.

use api::{ApiResult, Tenant};
use domain::ids::UserId;
use domain::membership::Owners;
use store::{Change, Condition, OrgKey, Write};

/// Keeps the count of owners right; losing one takes another.
pub(crate) fn owners<P>(tenant: &Tenant<P>, change: Owners) -> ApiResult<Write> {
    let (by, condition) = match change {
        Owners::Same => return Ok(tenant.store.check(&OrgKey::Org, Condition::Present)),
        Owners::Gained => (1, Condition::Present),
        Owners::Lost => (-1, Condition::MoreThan("owners", 1)),
    };
    Ok(tenant.store.change(&OrgKey::Org, Change::default().add("owners", by), condition))
}

/// Demands that the caller still has the role of their token, which may be minutes old. Not needed
/// where the caller's own membership is what changes: that write has a condition of its own.
pub(crate) fn still_allowed<P>(tenant: &Tenant<P>, changed: Option<UserId>) -> ApiResult<Option<Write>> {
    let caller = tenant.caller.user;
    if changed == Some(caller) {
        return Ok(None);
    }
    Ok(Some(tenant.store.check(&OrgKey::Member(caller), Condition::is("role", &tenant.role)?)))
}
