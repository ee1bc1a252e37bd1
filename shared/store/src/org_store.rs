//! An organization's items. A handler that holds one of these cannot name another tenant's item.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use domain::delivery::Delivery;
use domain::ids::{OrgId, PostId};
use domain::post::Post;
use domain::tenancy::OrgScope;
use domain::when::sortable;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::cursor::{self, Page, PageRequest};
use crate::entity::{DRAFT_PREFIX, Entity, SlugReservation};
use crate::error::StoreError;
use crate::key::{Key, OrgKey, OrgList, PK, SK, org_pk};
use crate::table::Table;
use crate::write::{Change, Condition, Write};

/// Items that a list may leave out of a page before the page comes out shorter than asked for.
const FEW: usize = 20;

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest or smallest first.
    Ascending,
    /// Newest or largest first.
    Descending,
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarRange {
    /// Due from the first instant up to, not including, the second; oldest first.
    Between(Timestamp, Timestamp),
    /// Everything: drafts first, then by due time, newest first.
    Newest,
    /// Drafts only, newest first.
    Drafts,
    /// Everything with a due time, newest first.
    Dated,
}

/// The items of one organization.
#[derive(Debug, Clone)]
pub struct OrgStore {
    pub(crate) table: Table,
    pub(crate) scope: OrgScope,
}

impl OrgStore {
    /// Whose items these are.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.scope.org()
    }

    /// The scope it was made from.
    #[must_use]
    pub const fn scope(&self) -> &OrgScope {
        &self.scope
    }

    /// One item, as of now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get<T: Entity>(&self, key: &OrgKey) -> Result<Option<T>, StoreError> {
        self.table.get(Key::org(self.org(), key), true).await
    }

    /// Several items of one kind in one round trip, in any order; missing ones are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_all<T: Entity>(&self, keys: &[OrgKey]) -> Result<Vec<T>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut wanted = keys.iter().map(|key| HashMap::from(Key::org(self.org(), key))).collect::<Vec<_>>();
        let mut found = Vec::new();
        // A batch may come back in part when the table is throttled.
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(100));
            let keys = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
            let request = self.table.client.batch_get_item();
            let answer = request
                .request_items(&self.table.name, keys.map_err(StoreError::unavailable)?)
                .send()
                .await
                .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
            let items = answer.responses.and_then(|mut tables| tables.remove(&self.table.name)).unwrap_or_default();
            found.extend(serde_dynamo::from_items::<_, T>(items)?);
            let unread = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table.name));
            wanted = unread.map(|keys| keys.keys).unwrap_or_default();
            wanted.extend(rest);
        }
        Ok(found)
    }

    /// A post with its deliveries, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post(&self, post: PostId) -> Result<Option<(Post, Vec<Delivery>)>, StoreError> {
        let answer = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("PK = :pk AND begins_with(SK, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(org_pk(self.org())))
            .expression_attribute_values(":sk", AttributeValue::S(OrgKey::Post(post).to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        let mut items = answer.items.unwrap_or_default().into_iter();
        let Some(first) = items.next().filter(|item| sort_key(item) == OrgKey::Post(post).to_string()) else {
            return Ok(None);
        };
        let deliveries = items.map(serde_dynamo::from_item).collect::<Result<_, _>>()?;
        Ok(Some((serde_dynamo::from_item(first)?, deliveries)))
    }

    /// One page of a list.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another list.
    pub async fn list<T: Entity>(
        &self,
        list: OrgList,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<T>, StoreError> {
        let query = Query {
            index: None,
            partition: org_pk(self.org()),
            condition: "PK = :pk AND begins_with(SK, :a)",
            bounds: vec![(":a", list.prefix().to_owned())],
            order,
        };
        self.page(&query, list.prefix(), page, SK, |_: &T| true).await
    }

    /// One page of those items of a list that `keep` keeps, in one round trip; with a filter it reads up
    /// to 1 MB. A page may be shorter than asked for while more follows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another list or filter (`filter` names it).
    pub async fn search<T: Entity>(
        &self,
        list: OrgList,
        order: Order,
        filter: &str,
        page: &PageRequest,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, StoreError> {
        let query = Query {
            index: None,
            partition: org_pk(self.org()),
            condition: "PK = :pk AND begins_with(SK, :a)",
            bounds: vec![(":a", list.prefix().to_owned())],
            order,
        };
        let name = query.name(&format!("{} {filter}", list.prefix()));
        // Without a filter nearly everything is kept, and reading much further would be wasted.
        let most = filter.is_empty().then(|| i32::try_from(page.limit + FEW).unwrap_or(i32::MAX));
        let answer = self.run(&query, &name, page.cursor.as_deref(), most).await?;
        let last = answer.last_evaluated_key.as_ref();
        let mut found =
            Page { items: Vec::new(), next_cursor: last.map(|last| cursor::encode(&name, &query.position(last, SK))) };
        let mut items = answer.items.unwrap_or_default().into_iter();
        while let Some(item) = items.next() {
            let position = sort_key(&item).to_owned();
            found.items.extend(Some(serde_dynamo::from_item(item)?).filter(&keep));
            if found.items.len() == page.limit && items.len() > 0 {
                found.next_cursor = Some(cursor::encode(&name, &position));
                break;
            }
        }
        Ok(found)
    }

    /// One page of the posts in a stretch of the calendar that `keep` keeps, in one round trip. A page
    /// may be shorter than asked for while more follows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another list or filter (`filter` names it).
    pub async fn calendar(
        &self,
        range: CalendarRange,
        filter: &str,
        page: &PageRequest,
        keep: impl Fn(&Post) -> bool,
    ) -> Result<Page<Post>, StoreError> {
        let (condition, bounds, order) = match range {
            CalendarRange::Between(from, to) => (
                "CALPK = :pk AND CALSK BETWEEN :a AND :b",
                vec![(":a", sortable(from)), (":b", sortable(to))],
                Order::Ascending,
            ),
            CalendarRange::Newest => ("CALPK = :pk", Vec::new(), Order::Descending),
            CalendarRange::Drafts => {
                ("CALPK = :pk AND begins_with(CALSK, :a)", vec![(":a", DRAFT_PREFIX.to_owned())], Order::Descending)
            }
            CalendarRange::Dated => {
                ("CALPK = :pk AND CALSK < :a", vec![(":a", DRAFT_PREFIX.to_owned())], Order::Descending)
            }
        };
        let partition = format!("{}#CAL", org_pk(self.org()));
        let query = Query { index: Some("calendar"), partition, condition, bounds, order };
        self.page(&query, &format!("CAL {filter}"), page, "CALSK", keep).await
    }

    async fn page<T: DeserializeOwned>(
        &self,
        query: &Query,
        list: &str,
        page: &PageRequest,
        sort: &str,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, StoreError> {
        let list = query.name(list);
        let limit = i32::try_from(page.limit).unwrap_or(i32::MAX);
        let answer = self.run(query, &list, page.cursor.as_deref(), Some(limit)).await?;
        let next_cursor =
            answer.last_evaluated_key.as_ref().map(|last| cursor::encode(&list, &query.position(last, sort)));
        let items = serde_dynamo::from_items::<_, T>(answer.items.unwrap_or_default())?;
        Ok(Page { items: items.into_iter().filter(keep).collect(), next_cursor })
    }

    async fn run(
        &self,
        query: &Query,
        list: &str,
        cursor: Option<&str>,
        limit: Option<i32>,
    ) -> Result<QueryOutput, StoreError> {
        let mut request = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(query.condition)
            .expression_attribute_values(":pk", AttributeValue::S(query.partition.clone()))
            .scan_index_forward(query.order == Order::Ascending)
            // An index cannot; the table itself shows what was written a moment ago.
            .consistent_read(query.index.is_none())
            .set_limit(limit);
        for (name, value) in &query.bounds {
            request = request.expression_attribute_values(*name, AttributeValue::S(value.clone()));
        }
        if let Some(cursor) = cursor {
            let position = cursor::decode(list, cursor)?;
            let start = query.start(self.org(), &position)?;
            request = request.set_exclusive_start_key(Some(start));
        }
        request.send().await.map_err(|error| StoreError::unavailable(error.into_service_error()))
    }

    /// Writes an item.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn put<T: Entity>(&self, key: &OrgKey, entity: &T, condition: Condition) -> Result<Write, StoreError> {
        Write::put(Key::org(self.org(), key), entity, condition)
    }

    /// Removes an item.
    #[must_use]
    pub fn delete(&self, key: &OrgKey, condition: Condition) -> Write {
        Write::delete(Key::org(self.org(), key), condition)
    }

    /// Only demands that a condition holds for an item.
    #[must_use]
    pub fn check(&self, key: &OrgKey, condition: Condition) -> Write {
        Write::check(Key::org(self.org(), key), condition)
    }

    /// Changes some attributes of an item. Not for attributes that an index is keyed by.
    #[must_use]
    pub fn change(&self, key: &OrgKey, change: Change, condition: Condition) -> Write {
        Write::update(Key::org(self.org(), key), change, condition)
    }

    /// Takes a public address for this organization, if it is free.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn reserve_slug(&self, slug: &str) -> Result<Write, StoreError> {
        Write::put(Key::slug(slug), &SlugReservation { org_id: self.org() }, Condition::Absent)
    }

    /// Gives a public address back, if it is this organization's.
    #[must_use]
    pub fn release_slug(&self, slug: &str) -> Write {
        let own = vec![(":org", AttributeValue::S(self.org().to_string()))];
        Write::delete(Key::slug(slug), Condition::Expression("org_id = :org", own))
    }

    /// Does all `writes` or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the positions whose condition did not hold.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.table.commit(writes).await
    }
}

struct Query {
    index: Option<&'static str>,
    partition: String,
    condition: &'static str,
    bounds: Vec<(&'static str, String)>,
    order: Order,
}

impl Query {
    /// What its cursors are bound to.
    fn name(&self, list: &str) -> String {
        format!("{} {list} {:?} {:?}", self.partition, self.bounds, self.order)
    }

    /// The sort key where a page ended; for an index also the item's own, which breaks ties.
    fn position(&self, last: &HashMap<String, AttributeValue>, sort: &str) -> String {
        let text = |name: &str| last.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
        if self.index.is_some() { format!("{}\n{}", text(sort), text(SK)) } else { text(sort).to_owned() }
    }

    fn start(&self, org: OrgId, position: &str) -> Result<HashMap<String, AttributeValue>, StoreError> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let mut start = HashMap::from([(PK.to_owned(), AttributeValue::S(org_pk(org)))]);
        if self.index.is_some() {
            let (sort, own) = position.split_once('\n').ok_or(StoreError::Cursor)?;
            start.extend([
                ("CALPK".to_owned(), text(&self.partition)),
                ("CALSK".to_owned(), text(sort)),
                (SK.to_owned(), text(own)),
            ]);
        } else {
            start.insert(SK.to_owned(), text(position));
        }
        Ok(start)
    }
}

fn sort_key(item: &HashMap<String, AttributeValue>) -> &str {
    item.get(SK).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
