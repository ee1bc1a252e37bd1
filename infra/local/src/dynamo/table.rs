//! The table's definition, the same as in `template.yaml`.

use anyhow::Context;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
};
use store::Index;

/// The table's name in the embedded default.
pub const TABLE: &str = "atelier";

/// The attribute that holds an item's expiry, in seconds since 1970.
const EXPIRES: &str = "expires";

const INDEXES: [Index; 3] = [Index::Calendar, Index::Due, Index::User];

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

/// Creates the table with its indexes and its expiry if it does not exist. Works on any DynamoDB.
///
/// # Errors
/// When the service refuses or cannot be reached.
pub async fn ensure_table(client: &Client, name: &str) -> anyhow::Result<()> {
    let mut create = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key("PK", "SK")?));
    let keys = INDEXES.iter().flat_map(|index| <[&str; 2]>::from(index.keys()));
    for attribute in ["PK", "SK"].into_iter().chain(keys) {
        create = create.attribute_definitions(string(attribute)?);
    }
    for index in INDEXES {
        let (partition, sort) = index.keys();
        create = create.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(index.name())
                .set_key_schema(Some(key(partition, sort)?))
                .projection(projection(index))
                .build()?,
        );
    }
    match create.send().await.map_err(SdkError::into_service_error) {
        Ok(_) => {}
        Err(error) if error.is_resource_in_use_exception() => {}
        Err(error) => return Err(error).context("cannot create the table"),
    }
    ensure_expiry(client, name).await
}

/// Asked for at every start: a crash may have come between the table and its expiry.
async fn ensure_expiry(client: &Client, name: &str) -> anyhow::Result<()> {
    let present = client.describe_time_to_live().table_name(name).send().await;
    let present = present.context("cannot read the table's expiry attribute")?;
    let status = present.time_to_live_description().and_then(|expiry| expiry.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES).build()?;
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(expiry)
        .send()
        .await
        .context("cannot set the table's expiry attribute")?;
    Ok(())
}

fn key(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![element(partition, KeyType::Hash)?, element(sort, KeyType::Range)?])
}

fn string(name: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
}
