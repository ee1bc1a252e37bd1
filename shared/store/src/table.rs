//! The table itself: the handle that everything tenant-bound is made from.

use std::sync::Arc;

use cloud::Cloud;
use cloud::reach::{self, Across, Reach};
use domain::ids::{InvitationId, OrgId};
use domain::org::{Invitation, Member};
use domain::sweep::DUE_SHARDS;
use domain::tenancy::{OrgScope, UserScope};
use jiff::Timestamp;

use crate::backend::{Backend, Found, Index, Item, Query, Range};
use crate::due::{self, Due, DueCheck};
use crate::dynamo::Dynamo;
use crate::entity::{Entity, SlugReservation};
use crate::error::StoreError;
use crate::key::{Key, OrgKey, PK, SK, parse_check, parse_due};
use crate::org_store::OrgStore;
use crate::user_store::UserStore;
use crate::write::Write;

/// The one table. By itself it reads nothing that belongs to anybody; see [`Table::org`].
#[derive(Debug, Clone)]
pub struct Table {
    /// Called below only, and only in somebody's name.
    backend: Arc<dyn Backend>,
}

impl Table {
    /// The deployment's table.
    #[must_use]
    pub fn new(cloud: &Cloud) -> Self {
        Self::over(Arc::new(Dynamo { client: cloud.dynamodb().clone(), name: cloud.config.table.clone() }))
    }

    /// A table over another backend: the simulation's.
    #[must_use]
    pub fn over(backend: Arc<dyn Backend>) -> Self {
        Self { backend }
    }

    /// The items of one organization.
    #[must_use]
    pub fn org(&self, scope: OrgScope) -> OrgStore {
        OrgStore { table: self.clone(), scope }
    }

    /// The items of one person.
    #[must_use]
    pub fn user(&self, scope: UserScope) -> UserStore {
        UserStore { table: self.clone(), scope }
    }

    /// Does all `writes`, made by tenant-bound handles, or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the positions whose condition did not hold.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.commit(Reach::default(), writes).await
    }

    /// The organization whose public page has this address. What it yields may read what is public.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page_scope(&self, slug: &str) -> Result<Option<OrgScope>, StoreError> {
        let found: Option<SlugReservation> =
            self.get(Reach::across(Across::PublicAddress), Key::slug(slug), false).await?;
        Ok(found.map(|found| OrgScope::from_public_page(found.org_id)))
    }

    /// The person's own membership of an organization, as of now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn membership(&self, scope: UserScope, org: OrgId) -> Result<Option<Member>, StoreError> {
        let reach = Reach::across(Across::OwnMembership(scope.user()));
        self.get(reach, Key::org(org, &OrgKey::Member(scope.user())), true).await
    }

    /// The invitation that was mailed with `secret`, with permission to act on it; nothing when the
    /// secret is another.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invitation(
        &self,
        org: OrgId,
        id: InvitationId,
        secret: &str,
    ) -> Result<Option<(OrgScope, Invitation)>, StoreError> {
        let reach = Reach::across(Across::Invitation);
        let found: Option<Invitation> = self.get(reach, Key::org(org, &OrgKey::Invitation(id)), true).await?;
        let hash = cloud::crypto::sha256(secret.as_bytes());
        let fits = |invitation: &Invitation| cloud::crypto::same(&invitation.secret_hash, &hash);
        Ok(found.filter(fits).map(|invitation| (OrgScope::from_verified_secret(org), invitation)))
    }

    /// The organizations a person belongs to, from the index: a new one may take a moment to appear.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn memberships(&self, scope: UserScope) -> Result<Vec<Member>, StoreError> {
        let query = Query { index: Some(Index::User), ..Query::new(format!("USER#{}", scope.user()), Range::All) };
        Ok(serde_dynamo::from_items(self.query(Reach::user(&scope), query).await?.items)?)
    }

    /// Up to `limit` deliveries and series of one shard that are to be looked at by `until`, soonest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, shard: u8, until: Timestamp, limit: i32) -> Result<Vec<Due>, StoreError> {
        let found = self.look("DUE", shard, until, limit).await?;
        Ok(found.iter().filter_map(|[pk, sk, due]| parse_due(pk, sk, due)).collect())
    }

    /// Up to `limit` accounts of one shard that are to be looked after by `until`, soonest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_checks(&self, shard: u8, until: Timestamp, limit: i32) -> Result<Vec<DueCheck>, StoreError> {
        let found = self.look("CHECK", shard, until, limit).await?;
        Ok(found.iter().filter_map(|[pk, sk, due]| parse_check(pk, sk, due)).collect())
    }

    /// The keys of what one partition of the due index holds up to `until`: its own, and the one there.
    async fn look(&self, what: &str, shard: u8, until: Timestamp, limit: i32) -> Result<Vec<[String; 3]>, StoreError> {
        let query = Query {
            index: Some(Index::Due),
            limit: Some(limit),
            ..Query::new(format!("{what}#{}", shard % DUE_SHARDS), Range::UpTo(due::up_to(until)))
        };
        let items = self.query(Reach::across(Across::DueIndex), query).await?.items;
        let text =
            |item: &Item, name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        Ok(items.iter().map(|item| [PK, SK, Index::Due.keys().1].map(|name| text(item, name))).collect())
    }

    pub(crate) async fn get<T: Entity>(
        &self,
        reach: Reach,
        key: Key,
        consistent: bool,
    ) -> Result<Option<T>, StoreError> {
        let found = reach::within(reach, self.backend.get(key, consistent)).await?;
        Ok(found.map(serde_dynamo::from_item).transpose()?)
    }

    pub(crate) async fn get_all(&self, reach: Reach, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        reach::within(reach, self.backend.get_all(keys)).await
    }

    pub(crate) async fn query(&self, reach: Reach, query: Query) -> Result<Found, StoreError> {
        reach::within(reach, self.backend.query(query)).await
    }

    /// Does all `writes` or none, in the name of `reach` and of whoever made them: one organization at most.
    pub(crate) async fn commit(&self, reach: Reach, writes: Vec<Write>) -> Result<(), StoreError> {
        let reach = writes.iter().try_fold(reach, |reach, write| reach.and(&write.1))?;
        reach::within(reach, self.backend.commit(writes)).await
    }
}
