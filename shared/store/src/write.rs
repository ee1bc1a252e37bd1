//! Writes: one, or several that agree or do not happen.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update as UpdateItem};
use domain::delivery::{Delivery, DeliveryState};
use serde::Serialize;

use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::{Key, PK, SK};
use crate::table::Table;

/// Tries of a transaction that met another one on the same items.
const TRIES: u32 = 6;

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
    /// The attribute of this name has this value; any name may be given.
    Is(&'static str, AttributeValue),
    /// The delivery is where it was read: same state, revision and fence.
    Unmoved {
        /// State that was read.
        state: DeliveryState,
        /// Revision that was read.
        revision: u64,
        /// Fence that was read.
        fence: u64,
    },
    /// An expression of this crate's callers, with its values; names must not be reserved words.
    Expression(&'static str, Vec<(&'static str, AttributeValue)>),
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

    fn parts(self) -> (Option<String>, Names, Values) {
        let mut names = Names::new();
        let mut values = Values::new();
        let expression = match self {
            Self::Always => return (None, names, values),
            Self::Absent => "attribute_not_exists(PK)".to_owned(),
            Self::Present => "attribute_exists(PK)".to_owned(),
            Self::Version(version) => {
                names.insert("#version".to_owned(), "version".to_owned());
                values.insert(":version".to_owned(), number(version));
                "#version = :version".to_owned()
            }
            Self::Is(name, value) => {
                names.insert("#name".to_owned(), name.to_owned());
                values.insert(":value".to_owned(), value);
                "#name = :value".to_owned()
            }
            Self::Unmoved { state, revision, fence } => {
                names.insert("#state".to_owned(), "state".to_owned());
                values.insert(":state".to_owned(), AttributeValue::S(state.as_str().to_owned()));
                values.insert(":revision".to_owned(), number(revision));
                values.insert(":fence".to_owned(), number(fence));
                "#state = :state AND revision = :revision AND fence = :fence".to_owned()
            }
            Self::Expression(expression, given) => {
                values.extend(given.into_iter().map(|(name, value)| (name.to_owned(), value)));
                expression.to_owned()
            }
        };
        (Some(expression), names, values)
    }
}

type Names = HashMap<String, String>;
type Values = HashMap<String, AttributeValue>;

/// A DynamoDB number.
#[must_use]
pub fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// One write, with its condition.
#[derive(Debug, Clone)]
pub struct Write(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Put(HashMap<String, AttributeValue>, Condition),
    Delete(Key, Condition),
    Check(Key, Condition),
    Update(Key, Change, Condition),
}

/// Changes to some attributes of an item.
#[derive(Debug, Clone, Default)]
pub struct Change {
    clauses: Vec<String>,
    names: Names,
    values: Values,
}

impl Change {
    /// Sets `map.<key>` to `value`, where the attribute `map` exists.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn set_in(mut self, map: &str, key: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        let slot = self.clauses.len();
        self.names.insert(format!("#m{slot}"), map.to_owned());
        self.names.insert(format!("#k{slot}"), key.to_owned());
        self.values.insert(format!(":c{slot}"), serde_dynamo::to_attribute_value(value)?);
        self.clauses.push(format!("#m{slot}.#k{slot} = :c{slot}"));
        Ok(self)
    }

    /// Sets the attribute `name` to `value`.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn set(mut self, name: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        let slot = self.clauses.len();
        self.names.insert(format!("#m{slot}"), name.to_owned());
        self.values.insert(format!(":c{slot}"), serde_dynamo::to_attribute_value(value)?);
        self.clauses.push(format!("#m{slot} = :c{slot}"));
        Ok(self)
    }

    /// Adds `by` to the number `name`.
    #[must_use]
    pub fn add(mut self, name: &str, by: i64) -> Self {
        let slot = self.clauses.len();
        self.names.insert(format!("#m{slot}"), name.to_owned());
        self.values.insert(format!(":c{slot}"), number(by));
        self.clauses.push(format!("#m{slot} = #m{slot} + :c{slot}"));
        self
    }

    /// Appends `value` to the list `name`.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when `value` cannot be stored.
    pub fn append(mut self, name: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        let slot = self.clauses.len();
        self.names.insert(format!("#m{slot}"), name.to_owned());
        let list = AttributeValue::L(vec![serde_dynamo::to_attribute_value(value)?]);
        self.values.insert(format!(":c{slot}"), list);
        self.clauses.push(format!("#m{slot} = list_append(#m{slot}, :c{slot})"));
        Ok(self)
    }
}

impl Write {
    pub(crate) fn put<T: Entity>(key: Key, entity: &T, condition: Condition) -> Result<Self, StoreError> {
        let mut item: HashMap<String, AttributeValue> = serde_dynamo::to_item(entity)?;
        let indexes = entity.indexes();
        let mut set = |name: &str, value: String| item.insert(name.to_owned(), AttributeValue::S(value));
        if let Some(calendar) = indexes.calendar {
            set("CALPK", format!("{}#CAL", key.pk));
            set("CALSK", calendar);
        }
        if let Some((shard, at)) = indexes.due {
            set("DUEPK", format!("DUE#{shard}"));
            set("DUESK", at);
        }
        if let Some(user) = indexes.user {
            set("USERPK", format!("USER#{user}"));
            set("USERSK", key.pk.clone());
        }
        set(PK, key.pk);
        set(SK, key.sk);
        Ok(Self(Kind::Put(item, condition)))
    }

    pub(crate) const fn delete(key: Key, condition: Condition) -> Self {
        Self(Kind::Delete(key, condition))
    }

    pub(crate) const fn check(key: Key, condition: Condition) -> Self {
        Self(Kind::Check(key, condition))
    }

    pub(crate) const fn update(key: Key, change: Change, condition: Condition) -> Self {
        Self(Kind::Update(key, change, condition))
    }

    fn into_item(self, table: &str) -> Result<TransactWriteItem, StoreError> {
        let builder = TransactWriteItem::builder();
        let built = match self.0 {
            Kind::Put(item, condition) => {
                let (expression, names, values) = condition.parts();
                let put = Put::builder().table_name(table).set_item(Some(item)).set_condition_expression(expression);
                builder.put(
                    put.set_expression_attribute_names(some(names))
                        .set_expression_attribute_values(some(values))
                        .build()
                        .map_err(StoreError::unavailable)?,
                )
            }
            Kind::Delete(key, condition) => {
                let (expression, names, values) = condition.parts();
                let delete =
                    Delete::builder().table_name(table).set_key(Some(key.into())).set_condition_expression(expression);
                builder.delete(
                    delete
                        .set_expression_attribute_names(some(names))
                        .set_expression_attribute_values(some(values))
                        .build()
                        .map_err(StoreError::unavailable)?,
                )
            }
            Kind::Check(key, condition) => {
                let (expression, names, values) = condition.parts();
                let check = ConditionCheck::builder().table_name(table).set_key(Some(key.into()));
                builder.condition_check(
                    check
                        .set_condition_expression(expression)
                        .set_expression_attribute_names(some(names))
                        .set_expression_attribute_values(some(values))
                        .build()
                        .map_err(StoreError::unavailable)?,
                )
            }
            Kind::Update(key, change, condition) => {
                let (expression, mut names, mut values) = condition.parts();
                names.extend(change.names);
                values.extend(change.values);
                let update = UpdateItem::builder().table_name(table).set_key(Some(key.into()));
                builder.update(
                    update
                        .update_expression(format!("SET {}", change.clauses.join(", ")))
                        .set_condition_expression(expression)
                        .set_expression_attribute_names(some(names))
                        .set_expression_attribute_values(some(values))
                        .build()
                        .map_err(StoreError::unavailable)?,
                )
            }
        };
        Ok(built.build())
    }
}

impl From<Key> for HashMap<String, AttributeValue> {
    fn from(key: Key) -> Self {
        Self::from([(PK.to_owned(), AttributeValue::S(key.pk)), (SK.to_owned(), AttributeValue::S(key.sk))])
    }
}

fn some<K, V>(map: HashMap<K, V>) -> Option<HashMap<K, V>> {
    (!map.is_empty()).then_some(map)
}

impl Table {
    /// Does all `writes` or none. A single put goes out as a plain one, which costs half.
    pub(crate) async fn commit(&self, mut writes: Vec<Write>) -> Result<(), StoreError> {
        if writes.len() == 1
            && let Some(Write(Kind::Put(item, condition))) = writes.pop_if(|write| matches!(write.0, Kind::Put(..)))
        {
            return self.put_one(item, condition).await;
        }
        let items = writes.into_iter().map(|write| write.into_item(&self.name)).collect::<Result<Vec<_>, _>>()?;
        for attempt in 1.. {
            let answer = self.client.transact_write_items().set_transact_items(Some(items.clone())).send().await;
            let Err(error) = answer else { break };
            let failed = failed_conditions(&error);
            match failed {
                Some(failed) if !failed.is_empty() => return Err(StoreError::Conflict(failed)),
                // Another transaction was on the same items: it is over in milliseconds.
                Some(_) if attempt < TRIES => tokio::time::sleep(Duration::from_millis(5 << attempt)).await,
                _ => return Err(StoreError::unavailable(error.into_service_error())),
            }
        }
        Ok(())
    }

    async fn put_one(&self, item: HashMap<String, AttributeValue>, condition: Condition) -> Result<(), StoreError> {
        let (expression, names, values) = condition.parts();
        let answer = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .set_condition_expression(expression)
            .set_expression_attribute_names(some(names))
            .set_expression_attribute_values(some(values))
            .send()
            .await;
        match answer.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(()),
            Err(error) if error.is_conditional_check_failed_exception() => Err(StoreError::Conflict(vec![0])),
            Err(error) => Err(StoreError::unavailable(error)),
        }
    }
}

/// Positions whose condition did not hold, when the transaction was canceled; empty when it only met another.
fn failed_conditions<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Vec<usize>> {
    let TransactWriteItemsError::TransactionCanceledException(canceled) = error.as_service_error()? else {
        return None;
    };
    let reasons = canceled.cancellation_reasons();
    let position = |code: &str| {
        let hit = |(index, reason): (usize, &aws_sdk_dynamodb::types::CancellationReason)| {
            (reason.code() == Some(code)).then_some(index)
        };
        reasons.iter().enumerate().filter_map(hit).collect::<Vec<_>>()
    };
    let failed = position("ConditionalCheckFailed");
    (!failed.is_empty() || !position("TransactionConflict").is_empty()).then_some(failed)
}
