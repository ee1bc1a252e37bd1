//! An organization's settings.

use api::{Answer, ApiError, ApiResult, IfMatch, Json, Path, Tenant, can};
use domain::ids::OrgId;
use domain::org::{self, Member, Organization};
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use store::{Change, Condition, Order, OrgKey, OrgList, PageRequest, StoreError, Write};
use utoipa::ToSchema;

use crate::organizations::{OrganizationView, SLUG, explain_slug};

/// Members whose copy of the name and the slug changes in one transaction, which holds 100 writes.
const MEMBERS_AT_ONCE: usize = 80;

/// What to change; what is absent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct UpdateOrg {
    name: Option<String>,
    /// A new public address. The old one stops working, and others may take it.
    slug: Option<String>,
    #[schema(example = "Europe/Berlin")]
    zone: Option<String>,
    #[schema(example = "#24447c")]
    accent: Option<String>,
    about: Option<String>,
    require_alt_text: Option<bool>,
}

impl UpdateOrg {
    fn problems(&self) -> Vec<Problem> {
        let checks = [
            self.name.as_deref().and_then(org::validate_name),
            self.slug.as_deref().and_then(org::validate_slug),
            self.zone.as_deref().and_then(org::validate_zone),
            self.accent.as_deref().and_then(org::validate_accent),
            self.about.as_deref().and_then(org::validate_about),
        ];
        checks.into_iter().flatten().collect()
    }

    fn apply(self, org: &Organization) -> Organization {
        let org = org.clone();
        Organization {
            name: self.name.map_or(org.name, |name| name.trim().to_owned()),
            slug: self.slug.unwrap_or(org.slug),
            zone: self.zone.unwrap_or(org.zone),
            accent: self.accent.unwrap_or(org.accent),
            about: self.about.unwrap_or(org.about),
            require_alt_text: self.require_alt_text.unwrap_or(org.require_alt_text),
            version: org.version + 1,
            ..org
        }
    }
}

/// Change an organization's settings.
#[utoipa::path(
    patch, path = "/api/orgs/{id}", tag = "orgs",
    params(("id" = OrgId, Path), ("If-Match" = String, Header, description = "The `ETag` last read.")),
    responses((status = 200, body = OrganizationView))
)]
pub(crate) async fn update_org(
    tenant: Tenant<can::ManageOrg>,
    Path(id): Path<OrgId>,
    version: IfMatch,
    Json(input): Json<UpdateOrg>,
) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let problems = input.problems();
    if !problems.is_empty() {
        return Err(ApiError::rule_broken(problems));
    }
    let old: Organization = tenant.store.get(&OrgKey::Org).await?.ok_or_else(ApiError::not_found)?;
    version.must_be(old.version)?;
    let new = input.apply(&old);
    let mut writes = changes(&tenant, &old, &new)?;
    writes.extend(member_copies(&tenant, &old, &new).await?);
    tenant.store.transact(writes).await.map_err(|error| explain(error, &old, &new))?;
    let version = new.version;
    Ok(Answer::ok(&OrganizationView::from(new))?.version(version))
}

/// The writes of the organization itself. Only settings are written: the count of owners changes
/// with the members, whatever the version.
fn changes(tenant: &Tenant<can::ManageOrg>, old: &Organization, new: &Organization) -> ApiResult<Vec<Write>> {
    let mut writes = Vec::new();
    if old.slug != new.slug {
        writes.extend([tenant.store.reserve_slug(&new.slug)?, tenant.store.release_slug(&old.slug)]);
    }
    let change = Change::default()
        .set("name", &new.name)?
        .set("slug", &new.slug)?
        .set("zone", &new.zone)?
        .set("accent", &new.accent)?
        .set("about", &new.about)?
        .set("require_alt_text", &new.require_alt_text)?
        .set("version", &new.version)?;
    writes.push(tenant.store.change(&OrgKey::Org, change, Condition::Version(old.version)));
    writes.push(tenant.audit("org.update", &new.id, format!("Changed {}.", changed(old, new)))?);
    Ok(writes)
}

/// Which settings differ, in words.
fn changed(old: &Organization, new: &Organization) -> String {
    let settings = [
        ("name", old.name != new.name),
        ("address", old.slug != new.slug),
        ("time zone", old.zone != new.zone),
        ("colour", old.accent != new.accent),
        ("description", old.about != new.about),
        ("alternative text rule", old.require_alt_text != new.require_alt_text),
    ];
    let changed = settings.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect::<Vec<_>>();
    if changed.is_empty() { "nothing".to_owned() } else { changed.join(", ") }
}

/// The writes of the copies that memberships hold of name and slug, which make the list of one's
/// organizations a single read. They join the organization's own transaction. Where they are more
/// than fit, all but the last lot go before it: a failure in between leaves some members reading the
/// new name early, and repeating the request mends it, as the version has not changed.
async fn member_copies(
    tenant: &Tenant<can::ManageOrg>,
    old: &Organization,
    new: &Organization,
) -> ApiResult<Vec<Write>> {
    if (&old.name, &old.slug) == (&new.name, &new.slug) {
        return Ok(Vec::new());
    }
    let mut request = PageRequest { cursor: None, limit: MEMBERS_AT_ONCE };
    loop {
        let page = tenant.store.list::<Member>(OrgList::Members, Order::Ascending, &request).await?;
        let copy = |member: &Member| {
            let change = Change::default().set("org_name", &new.name)?.set("org_slug", &new.slug)?;
            Ok(tenant.store.change(&OrgKey::Member(member.user_id), change, Condition::Present))
        };
        let writes = page.items.iter().map(copy).collect::<Result<Vec<_>, StoreError>>()?;
        if page.next_cursor.is_none() {
            return Ok(writes);
        }
        tenant.store.transact(writes).await?;
        request.cursor = page.next_cursor;
    }
}

fn explain(error: StoreError, old: &Organization, new: &Organization) -> ApiError {
    let moved = old.slug != new.slug;
    let own = if moved { SLUG + 2 } else { 0 };
    if moved && error.is_conflict_at(SLUG) {
        return explain_slug(&new.slug);
    }
    if error.is_conflict_at(own) { ApiError::stale_version() } else { error.into() }
}
