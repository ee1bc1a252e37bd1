//! An organization's items. A handler that holds one of these cannot name another tenant's item.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::reach::Reach;
use domain::delivery::Delivery;
use domain::ids::{AccountId, OrgId, PostId};
use domain::listed::PostInList;
use domain::post::{Post, TargetOutcome};
use domain::tenancy::OrgScope;
use domain::when::sortable;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::backend::{Found, Index, Item, Query, Range};
use crate::cursor::{self, Page, PageRequest};
use crate::entity::{DRAFT_PREFIX, Entity, SlugReservation};
use crate::error::StoreError;
use crate::key::{Key, OrgKey, OrgList, PK, SK, org_pk};
use crate::table::Table;
use crate::write::{Change, Condition, LISTED, Write};

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

/// What a list needs beside the listed: what conclusions change.
#[derive(Deserialize)]
struct Facts {
    version: u64,
    #[serde(default)]
    outcomes: BTreeMap<AccountId, TargetOutcome>,
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

    /// In whose name its requests are made.
    pub(crate) const fn reach(&self) -> Reach {
        Reach::org(&self.scope)
    }

    /// One item, as of now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get<T: Entity>(&self, key: &OrgKey) -> Result<Option<T>, StoreError> {
        self.table.get(self.reach(), Key::org(self.org(), key), true).await
    }

    /// Several items of one kind in one round trip, in any order; missing ones are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_all<T: Entity>(&self, keys: &[OrgKey]) -> Result<Vec<T>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys = keys.iter().map(|key| Key::org(self.org(), key)).collect();
        let found = self.table.get_all(self.reach(), keys).await?;
        Ok(serde_dynamo::from_items(found)?)
    }

    /// A post with its deliveries, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post(&self, post: PostId) -> Result<Option<(Post, Vec<Delivery>)>, StoreError> {
        let query = Query::new(org_pk(self.org()), Range::Prefix(OrgKey::Post(post).to_string()));
        let mut items = self.table.query(self.reach(), query).await?.items.into_iter();
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
        let query = self.listing(list, order);
        self.page(query, list.prefix(), page, |_: &T| true).await
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
        let query = self.listing(list, order);
        let name = cursor_name(&query, &format!("{} {filter}", list.prefix()));
        // Without a filter nearly everything is kept, and reading much further would be wasted.
        let most = filter.is_empty().then(|| i32::try_from(page.limit + FEW).unwrap_or(i32::MAX));
        let answer = self.run(query, &name, page.cursor.as_deref(), most).await?;
        let next_cursor = answer.last.as_ref().map(|last| cursor::encode(&name, &position(None, last)));
        let mut found = Page { items: Vec::new(), next_cursor };
        let mut items = answer.items.into_iter();
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

    /// One page of the posts in a stretch of the calendar that `keep` keeps, in one round trip: only what
    /// lists show is read. A page may be shorter than asked for while more follows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another list or filter (`filter` names it).
    pub async fn calendar(
        &self,
        range: CalendarRange,
        filter: &str,
        page: &PageRequest,
        keep: impl Fn(&PostInList) -> bool,
    ) -> Result<Page<PostInList>, StoreError> {
        let (range, ascending) = match range {
            CalendarRange::Between(from, to) => (Range::Between(sortable(from), sortable(to)), true),
            CalendarRange::Newest => (Range::All, false),
            CalendarRange::Drafts => (Range::Prefix(DRAFT_PREFIX.to_owned()), false),
            CalendarRange::Dated => (Range::Before(DRAFT_PREFIX.to_owned()), false),
        };
        let partition = format!("{}#CAL", org_pk(self.org()));
        let index = Some(Index::Calendar);
        let query = Query { index, ascending, ..Query::new(partition, range) };
        let name = cursor_name(&query, &format!("CAL {filter}"));
        let limit = i32::try_from(page.limit).unwrap_or(i32::MAX);
        let answer = self.run(query, &name, page.cursor.as_deref(), Some(limit)).await?;
        let next_cursor = answer.last.as_ref().map(|last| cursor::encode(&name, &position(index, last)));
        let mut items = Vec::with_capacity(answer.items.len());
        for item in answer.items {
            items.extend(self.in_list(item).await?.filter(&keep));
        }
        Ok(Page { items, next_cursor })
    }

    /// A post of the calendar. One that was stored before lists had an attribute of their own is read whole.
    async fn in_list(&self, mut item: Item) -> Result<Option<PostInList>, StoreError> {
        let listed = item.remove(LISTED);
        let listed = listed.as_ref().and_then(|value| serde_json::from_str(value.as_s().ok()?).ok());
        let Some(post) = listed else {
            let key = Key { pk: org_pk(self.org()), sk: sort_key(&item).to_owned() };
            return Ok(self.table.get::<Post>(self.reach(), key, false).await?.as_ref().map(PostInList::from));
        };
        let Facts { version, outcomes } = serde_dynamo::from_item(item)?;
        Ok(Some(PostInList { version, outcomes, post }))
    }

    fn listing(&self, list: OrgList, order: Order) -> Query {
        let range = Range::Prefix(list.prefix().to_owned());
        Query { ascending: order == Order::Ascending, ..Query::new(org_pk(self.org()), range) }
    }

    async fn page<T: DeserializeOwned>(
        &self,
        query: Query,
        list: &str,
        page: &PageRequest,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, StoreError> {
        let (name, index) = (cursor_name(&query, list), query.index);
        let limit = i32::try_from(page.limit).unwrap_or(i32::MAX);
        let answer = self.run(query, &name, page.cursor.as_deref(), Some(limit)).await?;
        let next_cursor = answer.last.as_ref().map(|last| cursor::encode(&name, &position(index, last)));
        let items = serde_dynamo::from_items::<_, T>(answer.items)?;
        Ok(Page { items: items.into_iter().filter(keep).collect(), next_cursor })
    }

    async fn run(
        &self,
        query: Query,
        name: &str,
        cursor: Option<&str>,
        limit: Option<i32>,
    ) -> Result<Found, StoreError> {
        let start = match cursor {
            Some(cursor) => Some(start(self.org(), &query, &cursor::decode(name, cursor)?)?),
            None => None,
        };
        self.table.query(self.reach(), Query { limit, start, ..query }).await
    }

    /// Writes an item.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn put<T: Entity>(&self, key: &OrgKey, entity: &T, condition: Condition) -> Result<Write, StoreError> {
        Write::put(self.reach(), Key::org(self.org(), key), entity, condition)
    }

    /// Removes an item.
    #[must_use]
    pub fn delete(&self, key: &OrgKey, condition: Condition) -> Write {
        Write::delete(self.reach(), Key::org(self.org(), key), condition)
    }

    /// Only demands that a condition holds for an item.
    #[must_use]
    pub fn check(&self, key: &OrgKey, condition: Condition) -> Write {
        Write::check(self.reach(), Key::org(self.org(), key), condition)
    }

    /// Changes some attributes of an item. Not for attributes that an index is keyed by.
    #[must_use]
    pub fn change(&self, key: &OrgKey, change: Change, condition: Condition) -> Write {
        Write::update(self.reach(), Key::org(self.org(), key), change, condition)
    }

    /// Takes a public address for this organization, if it is free.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn reserve_slug(&self, slug: &str) -> Result<Write, StoreError> {
        Write::put(self.reach(), Key::slug(slug), &SlugReservation { org_id: self.org() }, Condition::Absent)
    }

    /// Gives a public address back, if it is this organization's.
    #[must_use]
    pub fn release_slug(&self, slug: &str) -> Write {
        let own = AttributeValue::S(self.org().to_string());
        Write::delete(self.reach(), Key::slug(slug), Condition::Is("org_id", own))
    }

    /// Does all `writes` or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the positions whose condition did not hold; [`StoreError::Outside`] when one is
    /// another organization's.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.table.commit(self.reach(), writes).await
    }
}

/// What the cursors of a list are bound to.
fn cursor_name(query: &Query, list: &str) -> String {
    format!("{} {list} {:?} {}", query.partition, query.range, query.ascending)
}

/// The sort key where a page ended; for an index also the item's own, which breaks ties.
fn position(index: Option<Index>, last: &Item) -> String {
    let text = |name: &str| last.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
    index.map_or_else(|| text(SK).to_owned(), |index| format!("{}\n{}", text(index.keys().1), text(SK)))
}

fn start(org: OrgId, query: &Query, position: &str) -> Result<Item, StoreError> {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let mut start = Item::from([(PK.to_owned(), AttributeValue::S(org_pk(org)))]);
    if let Some(index) = query.index {
        let (sort, own) = position.split_once('\n').ok_or(StoreError::Cursor)?;
        let (partition_name, sort_name) = index.keys();
        start.insert(partition_name.to_owned(), text(&query.partition));
        start.insert(sort_name.to_owned(), text(sort));
        start.insert(SK.to_owned(), text(own));
    } else {
        start.insert(SK.to_owned(), text(position));
    }
    Ok(start)
}

pub(crate) fn sort_key(item: &Item) -> &str {
    item.get(SK).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
