//! The table's definition, the same as in `template.yaml`.

use anyhow::Context;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
};

/// The table's name in the embedded default.
pub const TABLE: &str = "atelier";

/// The attribute that holds an item's expiry, in seconds since 1970.
const EXPIRES: &str = "expires";

/// Every index: its name, partition key, sort key, and what it carries beside the keys of table and index.
const INDEXES: [(&str, &str, &str, Carries); 3] = [
    ("calendar", "CALPK", "CALSK", Carries::Only(&["listed", "version", "outcomes"])),
    ("due", "DUEPK", "DUESK", Carries::Only(&[])),
    ("user", "USERPK", "USERSK", Carries::All),
];

/// What an index carries.
#[derive(Clone, Copy)]
enum Carries {
    All,
    Only(&'static [&'static str]),
}

impl From<Carries> for Projection {
    fn from(carries: Carries) -> Self {
        match carries {
            Carries::All => Self::builder().projection_type(ProjectionType::All),
            Carries::Only([]) => Self::builder().projection_type(ProjectionType::KeysOnly),
            Carries::Only(names) => {
                names.iter().fold(Self::builder().projection_type(ProjectionType::Include), |builder, name| {
                    builder.non_key_attributes(*name)
                })
            }
        }
        .build()
    }
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
    for attribute in ["PK", "SK"].into_iter().chain(INDEXES.iter().flat_map(|index| [index.1, index.2])) {
        create = create.attribute_definitions(string(attribute)?);
    }
    for (index, partition, sort, carries) in INDEXES {
        create = create.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(index)
                .set_key_schema(Some(key(partition, sort)?))
                .projection(carries.into())
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
