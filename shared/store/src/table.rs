//! The table itself: the handle that everything tenant-bound is made from.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::Cloud;
use domain::ids::{AccountId, InvitationId, OrgId, PostId};
use domain::org::{Invitation, Member};
use domain::tenancy::{OrgScope, UserScope};
use domain::when::sortable;
use jiff::Timestamp;

use crate::entity::{DUE_SHARDS, Entity, SlugReservation};
use crate::error::StoreError;
use crate::key::{Key, OrgKey, PK, SK, parse_delivery};
use crate::org_store::OrgStore;
use crate::user_store::UserStore;
use crate::write::Write;

/// The one table. By itself it reads nothing that belongs to anybody; see [`Table::org`].
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: aws_sdk_dynamodb::Client,
    pub(crate) name: String,
}

/// A delivery that the due index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDelivery {
    /// The tenant.
    pub org: OrgId,
    /// The post.
    pub post: PostId,
    /// The account.
    pub account: AccountId,
}

impl Table {
    /// The deployment's table.
    #[must_use]
    pub fn new(cloud: &Cloud) -> Self {
        Self { client: cloud.dynamodb.clone(), name: cloud.config.table.clone() }
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
        self.commit(writes).await
    }

    /// The organization whose public page has this address. What it yields may read what is public.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page_scope(&self, slug: &str) -> Result<Option<OrgScope>, StoreError> {
        let found: Option<SlugReservation> = self.get(Key::slug(slug), false).await?;
        Ok(found.map(|found| OrgScope::from_public_page(found.org_id)))
    }

    /// The person's own membership of an organization, as of now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn membership(&self, scope: UserScope, org: OrgId) -> Result<Option<Member>, StoreError> {
        self.get(Key::org(org, &OrgKey::Member(scope.user())), true).await
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
        let found: Option<Invitation> = self.get(Key::org(org, &OrgKey::Invitation(id)), true).await?;
        let hash = cloud::crypto::sha256(secret.as_bytes());
        let fits = |invitation: &Invitation| cloud::crypto::same(&invitation.secret_hash, &hash);
        Ok(found.filter(fits).map(|invitation| (OrgScope::from_verified_secret(org), invitation)))
    }

    /// The organizations a person belongs to, from the index: a new one may take a moment to appear.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn memberships(&self, scope: UserScope) -> Result<Vec<Member>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("user");
        let answer = query
            .key_condition_expression("USERPK = :user")
            .expression_attribute_values(":user", AttributeValue::S(format!("USER#{}", scope.user())))
            .send()
            .await
            .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        Ok(serde_dynamo::from_items(answer.items.unwrap_or_default())?)
    }

    /// Up to `limit` deliveries of one shard whose time to look has come, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, shard: u8, now: Timestamp, limit: i32) -> Result<Vec<DueDelivery>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("due");
        let answer = query
            .key_condition_expression("DUEPK = :shard AND DUESK <= :now")
            .expression_attribute_values(":shard", AttributeValue::S(format!("DUE#{}", shard % DUE_SHARDS)))
            .expression_attribute_values(":now", AttributeValue::S(sortable(now)))
            .limit(limit)
            .send()
            .await
            .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        let text = |item: &HashMap<String, AttributeValue>, name: &str| {
            item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
        };
        let items = answer.items.unwrap_or_default();
        let parse = |item: &HashMap<String, AttributeValue>| {
            let (org, post, account) = parse_delivery(&text(item, PK), &text(item, SK))?;
            Some(DueDelivery { org, post, account })
        };
        Ok(items.iter().filter_map(parse).collect())
    }

    pub(crate) async fn get<T: Entity>(&self, key: Key, consistent: bool) -> Result<Option<T>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key.into()));
        let answer = request.consistent_read(consistent).send().await;
        let answer = answer.map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        Ok(answer.item.map(serde_dynamo::from_item).transpose()?)
    }
}
