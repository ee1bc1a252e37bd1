//! Writes: one, or several that agree or do not happen.

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::reach::Reach;
use domain::delivery::{Delivery, DeliveryState};
use domain::ids::AccountId;
use jiff::Timestamp;
use serde::Serialize;

use crate::backend::{Index, Item};
use crate::due;
use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::{Key, PK, SK};

/// The attribute with what lists show of a post. `template.yaml` projects it into the calendar.
pub(crate) const LISTED: &str = "listed";

/// What must hold for a write to happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Nothing.
    Always,
    /// There is no such item.
    Absent,
    /// There is such an item.
    Present,
    /// The item is at this version.
    Version(u64),
    /// The attribute of this name has this value.
    Is(&'static str, AttributeValue),
    /// The list of this name has so many elements.
    Length(&'static str, usize),
    /// The number of this name is greater.
    MoreThan(&'static str, i64),
    /// The delivery is where it was read: same state, revision and fence.
    Unmoved {
        /// State that was read.
        state: DeliveryState,
        /// Revision that was read.
        revision: u64,
        /// Fence that was read.
        fence: u64,
    },
}

impl Condition {
    /// That a delivery is still as it was read.
    #[must_use]
    pub const fn unmoved(delivery: &Delivery) -> Self {
        Self::Unmoved { state: delivery.state, revision: delivery.revision, fence: delivery.fence }
    }

    /// That the attribute `name` has the value that `value` is stored as.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn is(name: &'static str, value: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self::Is(name, serde_dynamo::to_attribute_value(value)?))
    }
}

/// A DynamoDB number.
#[must_use]
pub fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// One write, with its condition and in whose name it is done. Only a tenant-bound handle makes one.
#[derive(Debug, Clone)]
pub struct Write(pub(crate) Kind, pub(crate) Reach);

/// What a write does.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Writes a whole item.
    Put(Item, Condition),
    /// Removes an item.
    Delete(Key, Condition),
    /// Only demands the condition.
    Check(Key, Condition),
    /// Changes some attributes.
    Update(Key, Change, Condition),
}

/// One change of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// Sets an attribute.
    Set(String, AttributeValue),
    /// Sets an entry of a map that is there: map, key, value.
    SetIn(String, String, AttributeValue),
    /// Adds to a number that is there.
    Add(String, i64),
    /// Appends to a list that is there.
    Append(String, Vec<AttributeValue>),
}

/// Changes to some attributes of an item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    pub(crate) clauses: Vec<Clause>,
}

impl Change {
    /// The changes, in order.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Sets the entry `key` of the map `map` to `value`.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn set_in(mut self, map: &str, key: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        let value = serde_dynamo::to_attribute_value(value)?;
        self.clauses.push(Clause::SetIn(map.to_owned(), key.to_owned(), value));
        Ok(self)
    }

    /// Sets the attribute `name` to `value`.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn set(mut self, name: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        self.clauses.push(Clause::Set(name.to_owned(), serde_dynamo::to_attribute_value(value)?));
        Ok(self)
    }

    /// Sets when an account is looked after next, in the item and in the due index.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it cannot be stored.
    pub fn check_at(self, account: AccountId, at: Timestamp) -> Result<Self, StoreError> {
        let (partition, sort) = Index::Due.keys();
        let (shard, key) = due::check(account, at);
        self.set("check_at", &at)?.set(partition, &shard)?.set(sort, &key)
    }

    /// Adds `by` to the number `name`.
    #[must_use]
    pub fn add(mut self, name: &str, by: i64) -> Self {
        self.clauses.push(Clause::Add(name.to_owned(), by));
        self
    }

    /// Appends `values` to the list `name`.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when they cannot be stored.
    pub fn append(mut self, name: &str, values: &[impl Serialize]) -> Result<Self, StoreError> {
        let values = values.iter().map(|value| Ok(serde_dynamo::to_attribute_value(value)?));
        self.clauses.push(Clause::Append(name.to_owned(), values.collect::<Result<_, StoreError>>()?));
        Ok(self)
    }
}

impl Write {
    /// What it does.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.0
    }

    pub(crate) fn put<T: Entity>(reach: Reach, key: Key, entity: &T, condition: Condition) -> Result<Self, StoreError> {
        let mut item: Item = serde_dynamo::to_item(entity)?;
        let indexes = entity.indexes();
        let mut index = |index: Index, partition: String, sort: String| {
            let (partition_name, sort_name) = index.keys();
            item.insert(partition_name.to_owned(), AttributeValue::S(partition));
            item.insert(sort_name.to_owned(), AttributeValue::S(sort));
        };
        if let Some(calendar) = indexes.calendar {
            index(Index::Calendar, format!("{}#CAL", key.pk), calendar);
        }
        if let Some((partition, at)) = indexes.due {
            index(Index::Due, partition, at);
        }
        if let Some(user) = indexes.user {
            index(Index::User, format!("USER#{user}"), key.pk.clone());
        }
        if let Some(listed) = entity.listed() {
            item.insert(LISTED.to_owned(), AttributeValue::S(listed));
        }
        item.insert(PK.to_owned(), AttributeValue::S(key.pk));
        item.insert(SK.to_owned(), AttributeValue::S(key.sk));
        Ok(Self(Kind::Put(item, condition), reach))
    }

    pub(crate) const fn delete(reach: Reach, key: Key, condition: Condition) -> Self {
        Self(Kind::Delete(key, condition), reach)
    }

    pub(crate) const fn check(reach: Reach, key: Key, condition: Condition) -> Self {
        Self(Kind::Check(key, condition), reach)
    }

    pub(crate) const fn update(reach: Reach, key: Key, change: Change, condition: Condition) -> Self {
        Self(Kind::Update(key, change, condition), reach)
    }
}
