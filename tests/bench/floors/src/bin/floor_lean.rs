//! The least that a function on the AWS SDK can be: one `GetItem` by an explicit client (region and credentials from the
//! environment, one certificate authority), and its item as the answer.

use std::env;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Map, Value, json};

const ROOT: &[u8] = include_bytes!("../amazon-root-1.pem");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (client, table) = (client()?, env::var("ATELIER_TABLE")?);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| read(&client, &table, event.payload))).await
}

fn client() -> Result<Client, Error> {
    let credentials =
        Credentials::new(env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?, None, None, "environment");
    let trust = TrustStore::empty().with_pem_certificate(ROOT);
    let tls = TlsContext::builder().with_trust_store(trust).build()?;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(env::var("AWS_REGION")?))
        .endpoint_url(env::var("AWS_ENDPOINT_URL_DYNAMODB")?)
        .credentials_provider(credentials)
        .http_client(Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls).build_https());
    Ok(Client::from_conf(config.build()))
}

/// The item that `{"pk":…,"sk":…}` names; its texts only.
async fn read(client: &Client, table: &str, event: Value) -> Result<Value, Error> {
    let key = |name: &str| AttributeValue::S(event[name].as_str().unwrap_or_default().to_owned());
    let found = client.get_item().table_name(table).key("PK", key("pk")).key("SK", key("sk")).send().await?;
    let item = found.item.ok_or("there is no such item")?;
    let texts = item.into_iter().filter_map(|(name, value)| Some((name, Value::from(value.as_s().ok()?.clone()))));
    let body = Value::Object(texts.collect::<Map<_, _>>()).to_string();
    Ok(json!({ "statusCode": 200, "body": body }))
}
