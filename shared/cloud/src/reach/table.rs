//! What a request to the table names. ARCHITECTURE.md has the keys as a table.

use std::collections::HashMap;

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef as Context;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemInput;
use aws_sdk_dynamodb::operation::create_table::CreateTableInput;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableInput;
use aws_sdk_dynamodb::operation::describe_time_to_live::DescribeTimeToLiveInput;
use aws_sdk_dynamodb::operation::get_item::GetItemInput;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use aws_sdk_dynamodb::operation::query::QueryInput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsInput;
use aws_sdk_dynamodb::operation::update_time_to_live::UpdateTimeToLiveInput;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, TransactWriteItem};

use super::{Across, Reach, Verdict, judge};

/// An item, a key or the values of an expression.
pub(super) type Values = HashMap<String, AttributeValue>;
type Names = HashMap<String, String>;

/// Attributes that say whose an item is; no update may change them.
const OWNERS: [&str; 4] = ["PK", "SK", "CALPK", "USERPK"];

/// Stands before the table.
#[derive(Debug)]
pub(crate) struct TableWall;

impl Intercept for TableWall {
    fn name(&self) -> &'static str {
        "TableWall"
    }

    fn read_before_serialization(
        &self,
        context: &Context<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        if let Some(get) = input.downcast_ref::<GetItemInput>() {
            judge("GetItem", |reach| read(reach, get.key()))?;
        } else if let Some(asked) = input.downcast_ref::<QueryInput>() {
            judge("Query", |reach| query(reach, asked))?;
        } else if let Some(put) = input.downcast_ref::<PutItemInput>() {
            let sure = put.condition_expression();
            judge("PutItem", |reach| write(reach, put.item(), sure))?;
        } else if let Some(transaction) = input.downcast_ref::<TransactWriteItemsInput>() {
            let items = transaction.transact_items();
            judge("TransactWriteItems", |reach| items.iter().try_for_each(|item| part(reach, item)))?;
        } else if let Some(batch) = input.downcast_ref::<BatchGetItemInput>() {
            let tables = batch.request_items().map(HashMap::values).into_iter().flatten();
            let mut keys = tables.flat_map(KeysAndAttributes::keys);
            judge("BatchGetItem", |reach| keys.try_for_each(|key| read(reach, Some(key))))?;
        } else if !(input.downcast_ref::<DescribeTableInput>().is_some()
            || input.downcast_ref::<CreateTableInput>().is_some()
            || input.downcast_ref::<DescribeTimeToLiveInput>().is_some()
            || input.downcast_ref::<UpdateTimeToLiveInput>().is_some())
        {
            let unknown = Err("of a kind that the wall does not know");
            judge("a request to the table", |reach| if reach.is_whole_table() { Ok(()) } else { unknown })?;
        }
        Ok(())
    }
}

fn text<'a>(item: &'a Values, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

fn key(item: Option<&Values>) -> Result<(&str, &str), &'static str> {
    let item = item.ok_or("no key")?;
    text(item, "PK").zip(text(item, "SK")).ok_or("no key")
}

/// One item, by its key.
pub(super) fn read(reach: &Reach, named: Option<&Values>) -> Verdict {
    let (partition, sort) = key(named)?;
    if own(reach, partition, sort) {
        return Ok(());
    }
    let fits = match reach.across {
        Some(Across::OwnMembership(user)) => {
            partition.starts_with("ORG#") && sort.strip_prefix("MEMBER#").is_some_and(|of| of.parse() == Ok(user))
        }
        Some(Across::Invitation) => partition.starts_with("ORG#") && sort.starts_with("INVITATION#"),
        Some(Across::PublicAddress) => partition.starts_with("SLUG#"),
        Some(Across::Erasure) => partition.starts_with("ERASURE#"),
        Some(Across::NetworkState) => partition.starts_with("NETWORK#"),
        _ => false,
    };
    if fits { Ok(()) } else { Err("another tenant's item") }
}

/// Whether a key is the organization's or the person's own.
fn own(reach: &Reach, partition: &str, sort: &str) -> bool {
    match partition.split_once('#') {
        _ if reach.is_whole_table() => true,
        Some(("ORG", org)) => reach.is_org(org),
        Some(("USER", user)) => reach.is_user(user),
        // The reverse items of an organization's accounts.
        Some(("REMOTEUSER", _)) => sort.split_once('#').is_some_and(|(org, _)| reach.is_org(org)),
        _ => false,
    }
}

/// A stretch of a partition of the table or of an index.
pub(super) fn query(reach: &Reach, query: &QueryInput) -> Verdict {
    let attribute = match query.index_name() {
        None => "PK",
        Some("calendar") => "CALPK",
        Some("due") => "DUEPK",
        Some("user") => "USERPK",
        Some(_) => return Err("an index that the wall does not know"),
    };
    let condition = query.key_condition_expression().and_then(|condition| condition.strip_prefix(attribute));
    let condition = condition.and_then(|condition| condition.strip_prefix(" = :pk"));
    if !condition.is_some_and(|rest| rest.is_empty() || rest.starts_with(" AND ")) {
        return Err("a partition that the wall cannot make out");
    }
    let values = query.expression_attribute_values().ok_or("no partition")?;
    partition(reach, attribute, text(values, ":pk").ok_or("no partition")?)?;
    let Some(start) = query.exclusive_start_key() else { return Ok(()) };
    partition(reach, attribute, text(start, attribute).ok_or("no partition")?)
}

fn partition(reach: &Reach, attribute: &str, partition: &str) -> Verdict {
    let parts = partition.split_once('#').ok_or("a partition that the wall does not know")?;
    let fits = match (attribute, parts) {
        ("PK", ("ORG", org)) => reach.is_org(org),
        ("PK", ("REMOTEUSER", _)) => reach.across == Some(Across::NetworkNotice),
        ("CALPK", ("ORG", org)) => org.strip_suffix("#CAL").is_some_and(|org| reach.is_org(org)),
        ("DUEPK", ("DUE" | "CHECK", _)) => reach.across == Some(Across::DueIndex),
        ("USERPK", ("USER", user)) => reach.is_user(user),
        _ => false,
    };
    if fits { Ok(()) } else { Err("another tenant's partition") }
}

/// A whole item that is put, under its condition.
pub(super) fn write(reach: &Reach, item: Option<&Values>, condition: Option<&str>) -> Verdict {
    let (partition, sort) = key(item)?;
    let item = item.ok_or("no item")?;
    let fits = match partition.split_once('#') {
        // An address is taken only where nobody has it, and for oneself.
        Some(("SLUG", _)) => {
            condition == Some("attribute_not_exists(PK)") && text(item, "org_id").is_some_and(|org| reach.is_org(org))
        }
        Some(("ERASURE", _)) => reach.across == Some(Across::Erasure),
        Some(("NETWORK", _)) => reach.across == Some(Across::NetworkState),
        _ => own(reach, partition, sort),
    };
    if !fits {
        return Err("another tenant's item");
    }
    let calendar = text(item, "CALPK").is_none_or(|place| place.strip_suffix("#CAL") == Some(partition));
    // Members are found by person, and nothing else is.
    let person = text(item, "USERPK").map(|place| place.strip_prefix("USER#"));
    let person = person.is_none_or(|user| user.is_some() && user == sort.strip_prefix("MEMBER#"));
    if calendar && person { Ok(()) } else { Err("another tenant's place in an index") }
}

/// One part of a transaction.
pub(super) fn part(reach: &Reach, item: &TransactWriteItem) -> Verdict {
    let mut known = false;
    if let Some(put) = item.put() {
        write(reach, Some(put.item()), put.condition_expression())?;
        known = true;
    }
    if let Some(update) = item.update() {
        let (partition, sort) = key(Some(update.key()))?;
        if !own(reach, partition, sort) {
            return Err("another tenant's item");
        }
        let expression = update.update_expression();
        let mut names = update.expression_attribute_names().into_iter().flat_map(HashMap::values);
        let named = names.any(|name| OWNERS.contains(&name.as_str()));
        if named || OWNERS.iter().any(|owner| expression.contains(owner)) {
            return Err("an update that changes whose an item is");
        }
        known = true;
    }
    if let Some(delete) = item.delete() {
        let (names, values) = (delete.expression_attribute_names(), delete.expression_attribute_values());
        removed(reach, delete.key(), delete.condition_expression(), names, values)?;
        known = true;
    }
    if let Some(check) = item.condition_check() {
        read(reach, Some(check.key()))?;
        known = true;
    }
    if known { Ok(()) } else { Err("of a kind that the wall does not know") }
}

fn removed(
    reach: &Reach,
    named: &Values,
    condition: Option<&str>,
    names: Option<&Names>,
    values: Option<&Values>,
) -> Verdict {
    let (partition, sort) = key(Some(named))?;
    // An address is given back only by whoever holds it.
    let given_back = || {
        let name = names.and_then(|names| names.get("#name")).map(String::as_str);
        let holder = values.and_then(|values| text(values, ":value"));
        partition.starts_with("SLUG#")
            && condition == Some("#name = :value")
            && name == Some("org_id")
            && holder.is_some_and(|org| reach.is_org(org))
    };
    if own(reach, partition, sort) || given_back() { Ok(()) } else { Err("another tenant's item") }
}
