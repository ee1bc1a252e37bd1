//! A table in memory that behaves as the store relies on: conditions, transactions, queries, indexes.
//!
//! The conformance suite runs on it as it does on the other tables.

use std::collections::BTreeMap;

use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};
use store::{
    AttributeValue, Backend, Change, Clause, Condition, Found, Index, Item, Key, Kind, Query, Range, StoreError, Write,
    number,
};

/// Partition and sort key.
pub type Place = (String, String);

/// The items, by key.
#[derive(Debug, Default, Clone)]
pub struct Memory {
    items: BTreeMap<Place, Item>,
}

/// The text of an attribute.
#[must_use]
pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// The whole number of an attribute.
#[must_use]
pub fn integer(item: &Item, name: &str) -> i64 {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Where an item lies.
#[must_use]
pub fn place(item: &Item) -> Place {
    (text(item, "PK").to_owned(), text(item, "SK").to_owned())
}

fn place_of(key: &Key) -> Place {
    (key.partition().to_owned(), key.sort().to_owned())
}

/// What a write is about and what it demands.
#[must_use]
pub fn target(write: &Write) -> (Place, &Condition) {
    match write.kind() {
        Kind::Put(item, condition) => (place(item), condition),
        Kind::Delete(key, condition) | Kind::Check(key, condition) | Kind::Update(key, _, condition) => {
            (place_of(key), condition)
        }
    }
}

impl Memory {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// The item at a place.
    #[must_use]
    pub fn at(&self, place: &Place) -> Option<&Item> {
        self.items.get(place)
    }

    /// All items.
    pub fn all(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// One item.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Item> {
        self.items.get(&place_of(key)).cloned()
    }

    /// Whether a write's condition holds.
    #[must_use]
    pub fn holds(&self, place: &Place, condition: &Condition) -> bool {
        let item = self.items.get(place);
        let attribute = |name: &str| item.and_then(|item| item.get(name));
        match condition {
            Condition::Always => true,
            Condition::Absent => item.is_none(),
            Condition::Present => item.is_some(),
            Condition::Version(version) => attribute("version") == Some(&number(version)),
            Condition::Is(name, value) => attribute(name) == Some(value),
            Condition::Length(name, length) => {
                attribute(name).and_then(|value| value.as_l().ok()).is_some_and(|list| list.len() == *length)
            }
            Condition::MoreThan(name, least) => item.is_some_and(|item| integer(item, name) > *least),
            Condition::Unmoved { state, revision, fence } => item.is_some_and(|item| {
                text(item, "state") == state.as_str()
                    && item.get("revision") == Some(&number(revision))
                    && item.get("fence") == Some(&number(fence))
            }),
        }
    }

    /// Does all writes or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the positions whose condition did not hold.
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let failed = |(index, write): (usize, &Write)| {
            let (place, condition) = target(write);
            (!self.holds(&place, condition)).then_some(index)
        };
        let failed: Vec<usize> = writes.iter().enumerate().filter_map(failed).collect();
        if !failed.is_empty() {
            return Err(StoreError::Conflict(failed));
        }
        for write in writes {
            self.apply(write);
        }
        Ok(())
    }

    /// Writes an item whatever is there.
    pub fn put(&mut self, item: Item) {
        self.items.insert(place(&item), item);
    }

    /// Does a write whatever its condition.
    pub fn apply(&mut self, write: &Write) {
        match write.kind() {
            Kind::Put(item, _) => {
                self.put(item.clone());
            }
            Kind::Delete(key, _) => {
                self.items.remove(&place_of(key));
            }
            Kind::Check(..) => {}
            Kind::Update(key, change, _) => {
                let new = Item::from([
                    ("PK".to_owned(), AttributeValue::S(key.partition().to_owned())),
                    ("SK".to_owned(), AttributeValue::S(key.sort().to_owned())),
                ]);
                update(self.items.entry(place_of(key)).or_insert(new), change);
            }
        }
    }

    /// A stretch of a partition.
    #[must_use]
    pub fn query(&self, query: &Query) -> Found {
        let (partition_name, sort_name) = query.index.map_or(("PK", "SK"), Index::keys);
        let inside = |item: &&Item| {
            text(item, partition_name) == query.partition && contains(&query.range, text(item, sort_name))
        };
        let position = |item: &Item| {
            let (partition, own) = place(item);
            (text(item, sort_name).to_owned(), partition, own)
        };
        let mut found: Vec<&Item> = if query.index.is_none() {
            let from = (query.partition.clone(), String::new());
            let partition = self.items.range(from..).take_while(|((pk, _), _)| *pk == query.partition);
            partition.map(|(_, item)| item).filter(inside).collect()
        } else {
            let mut found: Vec<&Item> = self.items.values().filter(inside).collect();
            found.sort_by_cached_key(|item| position(item));
            found
        };
        if !query.ascending {
            found.reverse();
        }
        if let Some(start) = &query.start {
            let start = position(start);
            let behind = |item: &&Item| {
                if query.ascending { position(item) > start } else { position(item) < start }
            };
            found.retain(behind);
        }
        let limit = query.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let more = found.len() >= limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more).map(|item| {
            let names = ["PK", "SK", partition_name, sort_name];
            names.iter().filter_map(|name| Some(((*name).to_owned(), item.get(*name)?.clone()))).collect()
        });
        let carried = |item: &Item| {
            let mut item = item.clone();
            if let Some(carries) = query.index.and_then(Index::carries) {
                let keys = ["PK", "SK", partition_name, sort_name];
                item.retain(|name, _| keys.contains(&name.as_str()) || carries.contains(&name.as_str()));
            }
            item
        };
        Found { items: found.into_iter().map(carried).collect(), last }
    }
}

fn contains(range: &Range, sort: &str) -> bool {
    match range {
        Range::All => true,
        Range::Prefix(prefix) => sort.starts_with(prefix),
        Range::Between(from, to) => (from.as_str()..=to.as_str()).contains(&sort),
        Range::Before(end) => sort < end.as_str(),
        Range::UpTo(end) => sort <= end.as_str(),
    }
}

fn update(item: &mut Item, change: &Change) {
    for clause in change.clauses() {
        match clause {
            Clause::Set(name, value) => {
                item.insert(name.clone(), value.clone());
            }
            Clause::SetIn(map, key, value) => {
                if let Some(AttributeValue::M(map)) = item.get_mut(map) {
                    map.insert(key.clone(), value.clone());
                }
            }
            Clause::Add(name, by) => {
                let sum = integer(item, name) + by;
                item.insert(name.clone(), number(sum));
            }
            Clause::Append(name, values) => {
                if let Some(AttributeValue::L(list)) = item.get_mut(name) {
                    list.extend(values.iter().cloned());
                }
            }
        }
    }
}

/// The table by itself, without anything going wrong.
#[derive(Debug, Default)]
pub struct Calm(Mutex<Memory>);

impl Calm {
    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Backend for Calm {
    async fn get(&self, key: Key, _: bool) -> Result<Option<Item>, StoreError> {
        Ok(self.with(|table| table.get(&key)))
    }

    async fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        Ok(self.with(|table| keys.iter().filter_map(|key| table.get(key)).collect()))
    }

    async fn query(&self, query: Query) -> Result<Found, StoreError> {
        Ok(self.with(|table| table.query(&query)))
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.with(|table| table.commit(&writes))
    }
}
