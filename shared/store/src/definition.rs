//! The table's definition, the same as in `template.yaml`: for who makes a table without it.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};

use crate::backend::Index;
use crate::error::StoreError;
use crate::key::{PK, SK};

/// The attribute that holds an item's expiry, in seconds since 1970.
const EXPIRES: &str = "expires";

const INDEXES: [Index; 3] = [Index::Calendar, Index::Due, Index::User];

/// Between two looks at a table that is being made.
const PAUSE: Duration = Duration::from_millis(200);
/// How often to look: for five minutes, which no empty table takes.
const LOOKS: u32 = 1500;

/// Creates the table with its indexes and its expiry if it does not exist. Works on any DynamoDB.
///
/// # Errors
/// When the service refuses or cannot be reached.
pub async fn ensure_table(client: &Client, name: &str) -> Result<(), StoreError> {
    create_table(client, name).await?;
    // Asked for at every start: a crash may have come between the table and its expiry.
    expire_items(client, name).await
}

/// Creates the table with its indexes and waits until it can be used; false when there is one already.
///
/// # Errors
/// When the service refuses or cannot be reached.
pub async fn create_table(client: &Client, name: &str) -> Result<bool, StoreError> {
    let mut create = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key(PK, SK).map_err(StoreError::unavailable)?));
    let keys = INDEXES.iter().flat_map(|index| <[&str; 2]>::from(index.keys()));
    for attribute in [PK, SK].into_iter().chain(keys) {
        create = create.attribute_definitions(string(attribute).map_err(StoreError::unavailable)?);
    }
    for index in INDEXES {
        create = create.global_secondary_indexes(definition(index).map_err(StoreError::unavailable)?);
    }
    match create.send().await.map_err(SdkError::into_service_error) {
        Ok(_) => {}
        Err(error) if error.is_resource_in_use_exception() => return Ok(false),
        Err(error) => return Err(StoreError::unavailable(error)),
    }
    for _ in 0..LOOKS {
        let seen = client.describe_table().table_name(name).send().await;
        let seen = seen.map_err(|error| StoreError::unavailable(error.into_service_error()))?;
        if seen.table.and_then(|table| table.table_status) == Some(TableStatus::Active) {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StoreError::unavailable(std::io::Error::other("the new table does not become active")))
}

/// Has expired items deleted.
///
/// # Errors
/// When the service refuses or cannot be reached.
pub async fn expire_items(client: &Client, name: &str) -> Result<(), StoreError> {
    let present = client.describe_time_to_live().table_name(name).send().await;
    let present = present.map_err(|error| StoreError::unavailable(error.into_service_error()))?;
    let status = present.time_to_live_description().and_then(|expiry| expiry.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES).build();
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(expiry.map_err(StoreError::unavailable)?)
        .send()
        .await
        .map_err(|error| StoreError::unavailable(error.into_service_error()))?;
    Ok(())
}

fn definition(index: Index) -> Result<GlobalSecondaryIndex, BuildError> {
    let (partition, sort) = index.keys();
    GlobalSecondaryIndex::builder()
        .index_name(index.name())
        .set_key_schema(Some(key(partition, sort)?))
        .projection(projection(index))
        .build()
}

fn projection(index: Index) -> Projection {
    let builder = Projection::builder();
    match index.carries() {
        None => builder.projection_type(ProjectionType::All),
        Some([]) => builder.projection_type(ProjectionType::KeysOnly),
        Some(names) => {
            let builder = builder.projection_type(ProjectionType::Include);
            names.iter().fold(builder, |builder, name| builder.non_key_attributes(*name))
        }
    }
    .build()
}

fn key(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![element(partition, KeyType::Hash)?, element(sort, KeyType::Range)?])
}

fn string(name: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
}
