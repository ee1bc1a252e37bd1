//! Organizations: found one, see them, change settings, choose the one to act in.

use api::{Answer, ApiError, ApiResult, App, Caller, Idempotency, Json, List, Path, Tenant, can};
use axum::extract::State;
use domain::ids::OrgId;
use domain::org::{self, Member, Organization, User};
use domain::problem::Problem;
use domain::role::Role;
use domain::tenancy::OrgScope;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Condition, OrgKey, StoreError, Write};
use utoipa::ToSchema;

use crate::join;

/// Accent colour until somebody chooses one.
const FIRST_ACCENT: &str = "#24447c";

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationView {
    id: OrgId,
    name: String,
    /// Its public page is at `/p/{slug}`.
    slug: String,
    /// IANA time zone in which it plans.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// Colour of its public page.
    #[schema(example = "#24447c")]
    accent: String,
    /// A sentence or two on its public page.
    about: String,
    /// Whether a picture without alternative text stops a post.
    require_alt_text: bool,
    version: u64,
    created_at: Timestamp,
}

impl From<Organization> for OrganizationView {
    fn from(org: Organization) -> Self {
        let Organization { id, name, slug, zone, accent, about, require_alt_text, owners: _, version, created_at } =
            org;
        Self { id, name, slug, zone, accent, about, require_alt_text, version, created_at }
    }
}

/// What founding an organization takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CreateOrg {
    name: String,
    slug: String,
    #[schema(example = "Europe/Berlin")]
    zone: String,
}

/// Found an organization, as its owner.
///
/// The caller acts in it from their next token on: refresh the tokens after this.
#[utoipa::path(post, path = "/api/orgs", tag = "orgs", params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = OrganizationView)))]
pub(crate) async fn create_org(
    State(app): State<App>,
    caller: Caller,
    idempotency: Idempotency,
    Json(input): Json<CreateOrg>,
) -> ApiResult<Answer> {
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    let problems = org::validate_org(&input.name, &input.slug, &input.zone);
    if !problems.is_empty() {
        return Err(ApiError::rule_broken(problems));
    }
    let profile = app.table.user(caller.scope()).profile().await?;
    let org = new_org(&app, &input);
    let writes = founding(&app, &caller, profile.as_ref(), &org)?;
    let answer = Answer::created(&OrganizationView::from(org))?.version(1);
    idempotency.commit(&input, writes, answer, |error| explain(error, &input.slug)).await
}

fn new_org(app: &App, input: &CreateOrg) -> Organization {
    Organization {
        id: OrgId::new(app.ulid()),
        name: input.name.trim().to_owned(),
        slug: input.slug.clone(),
        zone: input.zone.clone(),
        accent: FIRST_ACCENT.to_owned(),
        about: String::new(),
        require_alt_text: false,
        owners: 1,
        version: 1,
        created_at: app.now(),
    }
}

/// Position of the slug's reservation among the writes of founding and of changing settings.
pub(crate) const SLUG: usize = 0;

fn founding(app: &App, caller: &Caller, profile: Option<&User>, org: &Organization) -> ApiResult<Vec<Write>> {
    let store = app.table.org(OrgScope::for_new_org(org.id));
    let owner = join::member(org, caller, Role::Owner, org.created_at);
    Ok(vec![
        store.reserve_slug(&org.slug)?,
        store.put(&OrgKey::Org, org, Condition::Absent)?,
        store.put(&OrgKey::Member(caller.user), &owner, Condition::Absent)?,
        join::activation(app, caller, profile, org.id)?,
        caller.audit(&app.cloud, &store, "org.create", &org.id, format!("Founded {}.", org.name))?,
    ])
}

fn explain(error: StoreError, slug: &str) -> ApiError {
    if error.is_conflict_at(SLUG) { explain_slug(slug) } else { error.into() }
}

/// What is answered when somebody else has the slug.
pub(crate) fn explain_slug(slug: &str) -> ApiError {
    let others = org::alternative_slugs(slug).take(2).collect::<Vec<_>>().join(" or ");
    let detail = format!("The address {slug} is taken.");
    ApiError::rule_broken(vec![Problem::error("/slug", "slug-taken", detail, format!("Try {others}."))])
}

/// An organization that the caller belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Belonging {
    id: OrgId,
    name: String,
    slug: String,
    /// What the caller is in it.
    role: Role,
    /// Whether the caller's token acts in it.
    active: bool,
}

/// List the caller's organizations.
#[utoipa::path(get, path = "/api/orgs", tag = "orgs", responses((status = 200, body = List<Belonging>)))]
pub(crate) async fn list_orgs(State(app): State<App>, caller: Caller) -> ApiResult<Answer> {
    let memberships = app.table.memberships(caller.scope()).await?;
    let acting = caller.acting.map(|(org, _)| org);
    let show = |Member { org_id, org_name, org_slug, role, .. }| Belonging {
        active: acting == Some(org_id),
        id: org_id,
        name: org_name,
        slug: org_slug,
        role,
    };
    Answer::ok(&List::whole(memberships.into_iter().map(show).collect()))
}

/// Show an organization.
#[utoipa::path(
    get, path = "/api/orgs/{id}", tag = "orgs",
    params(("id" = OrgId, Path)),
    responses((status = 200, body = OrganizationView))
)]
pub(crate) async fn get_org(tenant: Tenant<can::Read>, Path(id): Path<OrgId>) -> ApiResult<Answer> {
    tenant.must_be(id)?;
    let org: Organization = tenant.store.get(&OrgKey::Org).await?.ok_or_else(ApiError::not_found)?;
    let version = org.version;
    Ok(Answer::ok(&OrganizationView::from(org))?.version(version))
}

/// Choose the organization to act in.
///
/// It counts from the caller's next token on: refresh the tokens after this.
#[utoipa::path(
    post, path = "/api/orgs/{id}/activate", tag = "orgs",
    params(("id" = OrgId, Path)),
    responses((status = 204))
)]
pub(crate) async fn activate_org(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrgId>,
) -> ApiResult<StatusCode> {
    let member = app.table.membership(caller.scope(), id).await?.ok_or_else(ApiError::not_found)?;
    let profile = app.table.user(caller.scope()).profile().await?;
    let store = app.table.org(OrgScope::from_membership(member.org_id));
    let writes = vec![
        store.check(&OrgKey::Member(caller.user), Condition::Present),
        join::activation(&app, &caller, profile.as_ref(), id)?,
    ];
    app.table.transact(writes).await?;
    Ok(StatusCode::NO_CONTENT)
}
