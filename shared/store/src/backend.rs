//! The few calls that the store makes of a table.
//!
//! The product has one backend, [`crate::dynamo`]. The trait is where the simulation puts a table of
//! its own under the production code; the conformance suite holds both to the same behaviour.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::StoreError;
use crate::key::Key;
use crate::write::{LISTED, Write};

/// An item as the table holds it.
pub type Item = HashMap<String, AttributeValue>;

/// An index of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Posts of an organization by due time.
    Calendar,
    /// What has to be looked at, by time; keys only.
    Due,
    /// Memberships by person.
    User,
}

impl Index {
    /// Its name in `template.yaml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Due => "due",
            Self::User => "user",
        }
    }

    /// Its partition and sort key attributes.
    #[must_use]
    pub const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Calendar => ("CALPK", "CALSK"),
            Self::Due => ("DUEPK", "DUESK"),
            Self::User => ("USERPK", "USERSK"),
        }
    }

    /// The attributes that it carries beside the keys of table and index, as `template.yaml` has them; absent = all.
    #[must_use]
    pub const fn carries(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Calendar => Some(&[LISTED, "version", "outcomes"]),
            Self::Due => Some(&[]),
            Self::User => None,
        }
    }
}

/// Which sort keys of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    /// All.
    All,
    /// Those that begin so.
    Prefix(String),
    /// From the first to the second, both included.
    Between(String, String),
    /// Those before it.
    Before(String),
    /// Those before it, and it.
    UpTo(String),
}

/// One stretch of one partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The index; absent = the table itself, read as of now.
    pub index: Option<Index>,
    /// Partition key.
    pub partition: String,
    /// Sort keys.
    pub range: Range,
    /// Smallest sort key first.
    pub ascending: bool,
    /// Most items.
    pub limit: Option<i32>,
    /// Key of the item to go on behind.
    pub start: Option<Item>,
}

impl Query {
    /// All of a stretch of the table itself, ascending.
    #[must_use]
    pub const fn new(partition: String, range: Range) -> Self {
        Self { index: None, partition, range, ascending: true, limit: None, start: None }
    }
}

/// What a query found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Key of the last one when more may follow.
    pub last: Option<Item>,
}

/// A table. Every error but [`StoreError::Conflict`] leaves open whether a write happened.
#[async_trait]
pub trait Backend: Send + Sync + fmt::Debug {
    /// One item.
    async fn get(&self, key: Key, consistent: bool) -> Result<Option<Item>, StoreError>;

    /// Several items as of now, in any order; missing ones are left out.
    async fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError>;

    /// A stretch of a partition. Each item is as it was at some moment of the call.
    async fn query(&self, query: Query) -> Result<Found, StoreError>;

    /// Does all writes or none; [`StoreError::Conflict`] names those whose condition did not hold.
    async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError>;
}
