//! The table in DynamoDB.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, TransactWriteItem, Update as UpdateItem,
};

use crate::backend::{Backend, Found, Item, Query, Range};
use crate::error::StoreError;
use crate::key::{Key, PK, SK};
use crate::write::{Change, Clause, Condition, Kind, Write, number};

/// Tries of a transaction that met another one on the same items.
const TRIES: u32 = 6;
/// Keys that one batch reads at most.
const BATCH: usize = 100;

type Names = HashMap<String, String>;
type Values = HashMap<String, AttributeValue>;

/// The table of a deployment.
#[derive(Debug)]
pub(crate) struct Dynamo {
    pub(crate) client: aws_sdk_dynamodb::Client,
    pub(crate) name: String,
}

#[async_trait]
impl Backend for Dynamo {
    async fn get(&self, key: Key, consistent: bool) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key.into()));
        let answer = request.consistent_read(consistent).send().await;
        Ok(answer.map_err(|error| StoreError::unavailable(error.into_service_error()))?.item)
    }

    async fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        let mut wanted = keys.into_iter().map(Item::from).collect::<Vec<_>>();
        let mut found = Vec::new();
        // A batch may come back in part when the table is throttled.
        while !wanted.is_empty() {
            let rest = wanted.split_off(wanted.len().min(BATCH));
            let keys = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
            let request = self.client.batch_get_item();
            let answer = request
                .request_items(&self.name, keys.map_err(StoreError::unavailable)?)
                .send()
                .await
                .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
            found.extend(answer.responses.and_then(|mut tables| tables.remove(&self.name)).unwrap_or_default());
            let unread = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.name));
            wanted = unread.map(|keys| keys.keys).unwrap_or_default();
            wanted.extend(rest);
        }
        Ok(found)
    }

    async fn query(&self, query: Query) -> Result<Found, StoreError> {
        let (partition, sort) = query.index.map_or((PK, SK), crate::backend::Index::keys);
        let (condition, bounds) = expression(partition, sort, query.range);
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(|index| index.name().to_owned()))
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", AttributeValue::S(query.partition))
            .scan_index_forward(query.ascending)
            // An index cannot; the table itself shows what was written a moment ago.
            .consistent_read(query.index.is_none())
            .set_limit(query.limit)
            .set_exclusive_start_key(query.start);
        for (name, value) in bounds {
            request = request.expression_attribute_values(name, AttributeValue::S(value));
        }
        let answer = request.send().await.map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        Ok(Found { items: answer.items.unwrap_or_default(), last: answer.last_evaluated_key })
    }

    /// A single put goes out as a plain one, which costs half.
    async fn commit(&self, mut writes: Vec<Write>) -> Result<(), StoreError> {
        if writes.len() == 1
            && let Some(Write(Kind::Put(item, condition), _)) = writes.pop_if(|write| matches!(write.0, Kind::Put(..)))
        {
            return self.put_one(item, condition).await;
        }
        let items = writes.into_iter().map(|write| transact_item(write, &self.name)).collect::<Result<Vec<_>, _>>()?;
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
}

impl Dynamo {
    async fn put_one(&self, item: Item, condition: Condition) -> Result<(), StoreError> {
        let (expression, names, values) = condition_parts(condition);
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

/// The condition on a key, and its bounds.
fn expression(partition: &str, sort: &str, range: Range) -> (String, Vec<(&'static str, String)>) {
    match range {
        Range::All => (format!("{partition} = :pk"), Vec::new()),
        Range::Prefix(prefix) => (format!("{partition} = :pk AND begins_with({sort}, :a)"), vec![(":a", prefix)]),
        Range::Between(from, to) => {
            (format!("{partition} = :pk AND {sort} BETWEEN :a AND :b"), vec![(":a", from), (":b", to)])
        }
        Range::Before(end) => (format!("{partition} = :pk AND {sort} < :a"), vec![(":a", end)]),
        Range::UpTo(end) => (format!("{partition} = :pk AND {sort} <= :a"), vec![(":a", end)]),
    }
}

fn condition_parts(condition: Condition) -> (Option<String>, Names, Values) {
    let mut names = Names::new();
    let mut values = Values::new();
    let mut compared = |name: &str, value: AttributeValue| {
        names.insert("#name".to_owned(), name.to_owned());
        values.insert(":value".to_owned(), value);
    };
    let expression = match condition {
        Condition::Always => return (None, names, values),
        Condition::Absent => "attribute_not_exists(PK)",
        Condition::Present => "attribute_exists(PK)",
        Condition::Version(version) => {
            compared("version", number(version));
            "#name = :value"
        }
        Condition::Is(name, value) => {
            compared(name, value);
            "#name = :value"
        }
        Condition::Length(name, length) => {
            compared(name, number(length));
            "size(#name) = :value"
        }
        Condition::MoreThan(name, least) => {
            compared(name, number(least));
            "#name > :value"
        }
        Condition::Unmoved { state, revision, fence } => {
            names.insert("#state".to_owned(), "state".to_owned());
            values.insert(":state".to_owned(), AttributeValue::S(state.as_str().to_owned()));
            values.insert(":revision".to_owned(), number(revision));
            values.insert(":fence".to_owned(), number(fence));
            "#state = :state AND revision = :revision AND fence = :fence"
        }
    };
    (Some(expression.to_owned()), names, values)
}

fn update_parts(change: Change) -> (String, Names, Values) {
    let mut names = Names::new();
    let mut values = Values::new();
    let mut clauses = Vec::new();
    for (slot, clause) in change.clauses.into_iter().enumerate() {
        let (name, value, text) = match clause {
            Clause::Set(name, value) => (name, value, format!("#m{slot} = :c{slot}")),
            Clause::SetIn(map, key, value) => {
                names.insert(format!("#k{slot}"), key);
                (map, value, format!("#m{slot}.#k{slot} = :c{slot}"))
            }
            Clause::Add(name, by) => (name, number(by), format!("#m{slot} = #m{slot} + :c{slot}")),
            Clause::Append(name, values) => {
                let list = AttributeValue::L(values);
                (name, list, format!("#m{slot} = list_append(#m{slot}, :c{slot})"))
            }
        };
        names.insert(format!("#m{slot}"), name);
        values.insert(format!(":c{slot}"), value);
        clauses.push(text);
    }
    (format!("SET {}", clauses.join(", ")), names, values)
}

fn transact_item(write: Write, table: &str) -> Result<TransactWriteItem, StoreError> {
    let builder = TransactWriteItem::builder();
    let built = match write.0 {
        Kind::Put(item, condition) => {
            let (expression, names, values) = condition_parts(condition);
            let put = Put::builder().table_name(table).set_item(Some(item)).set_condition_expression(expression);
            builder.put(
                put.set_expression_attribute_names(some(names))
                    .set_expression_attribute_values(some(values))
                    .build()
                    .map_err(StoreError::unavailable)?,
            )
        }
        Kind::Delete(key, condition) => {
            let (expression, names, values) = condition_parts(condition);
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
            let (expression, names, values) = condition_parts(condition);
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
            let (expression, mut names, mut values) = condition_parts(condition);
            let (changes, change_names, change_values) = update_parts(change);
            names.extend(change_names);
            values.extend(change_values);
            let update = UpdateItem::builder().table_name(table).set_key(Some(key.into()));
            builder.update(
                update
                    .update_expression(changes)
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

impl From<Key> for Item {
    fn from(key: Key) -> Self {
        Self::from([(PK.to_owned(), AttributeValue::S(key.pk)), (SK.to_owned(), AttributeValue::S(key.sk))])
    }
}

fn some<K, V>(map: HashMap<K, V>) -> Option<HashMap<K, V>> {
    (!map.is_empty()).then_some(map)
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
