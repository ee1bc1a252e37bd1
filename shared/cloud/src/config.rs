//! Settings of a deployment, read once at start.

use std::env;

use crate::patience::Patience;

/// Addresses of AWS services where they are not AWS's own. In a Lambda the SDK's standard
/// `AWS_ENDPOINT_URL_*` variables set them; the embedded default sets them in code.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// DynamoDB.
    pub dynamodb: Option<String>,
    /// S3, as the browser reaches it: presigned addresses begin with it.
    pub s3: Option<String>,
    /// EventBridge Scheduler.
    pub scheduler: Option<String>,
    /// Secrets Manager.
    pub secrets: Option<String>,
    /// Simple Email Service.
    pub ses: Option<String>,
    /// Simple Queue Service.
    pub sqs: Option<String>,
    /// Cognito user pools.
    pub cognito: Option<String>,
}

/// Settings of a deployment.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// AWS region.
    pub region: String,
    /// Name of the table.
    pub table: String,
    /// Name of the media bucket.
    pub bucket: String,
    /// Group of the one-time schedules.
    pub schedule_group: String,
    /// What a schedule invokes.
    pub publish_arn: String,
    /// The role under which it does.
    pub scheduler_role_arn: String,
    /// Queue for wake-ups that could not be delivered.
    pub dead_letter_arn: Option<String>,
    /// Address of the queue whose messages wake `publish` at the second.
    pub release_queue_url: String,
    /// Addresses of the queues of what failed for good; only operators read them.
    pub dead_letter_urls: Vec<String>,
    /// First part of every secret's name.
    pub secrets_prefix: String,
    /// Public origin, without a trailing slash.
    pub base_url: String,
    /// Issuer of the tokens.
    pub issuer: String,
    /// The page's client at the user pool.
    pub user_pool_client_id: String,
    /// Sender of mail.
    pub mail_from: String,
    /// Requests per second that one person may make, and a fifth of what an organization may; absent =
    /// no limit.
    pub rate_limit: Option<u32>,
    /// Development switch: addresses that users supply may be on loopback.
    pub allow_loopback: bool,
    /// Where the simulated networks are; with it, nothing is published to real ones. Never set in AWS.
    pub sandbox: Option<url::Url>,
    /// Where services are, if not at AWS.
    pub endpoints: Endpoints,
    /// How long calls to AWS services may take.
    pub patience: Patience,
    /// Fixed credentials; absent = those of the environment.
    pub static_credentials: Option<(String, String)>,
}

/// A setting that is missing.
#[derive(Debug, thiserror::Error)]
#[error("set the environment variable {0}")]
pub struct MissingSetting(&'static str);

impl Config {
    /// Origin of the addresses that media are uploaded to and read from.
    #[must_use]
    pub fn media_origin(&self) -> String {
        match &self.endpoints.s3 {
            Some(endpoint) => origin(endpoint).to_owned(),
            None => format!("https://{}.s3.{}.amazonaws.com", self.bucket, self.region),
        }
    }

    /// Reads the settings that `template.yaml` gives to every function. A function that does not use
    /// a service may lack its settings; what it then asks for has an empty name and is refused.
    ///
    /// # Errors
    /// When the table's name, which every function needs, is missing.
    pub fn from_env() -> Result<Self, MissingSetting> {
        let optional = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let text = |name: &str| optional(name).unwrap_or_default();
        Ok(Self {
            region: optional("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned()),
            table: optional("ATELIER_TABLE").ok_or(MissingSetting("ATELIER_TABLE"))?,
            bucket: text("ATELIER_BUCKET"),
            schedule_group: text("ATELIER_SCHEDULE_GROUP"),
            publish_arn: text("ATELIER_PUBLISH_ARN"),
            scheduler_role_arn: text("ATELIER_SCHEDULER_ROLE_ARN"),
            dead_letter_arn: optional("ATELIER_DEAD_LETTER_ARN"),
            release_queue_url: text("ATELIER_RELEASE_QUEUE_URL"),
            dead_letter_urls: list(&text("ATELIER_DEAD_LETTER_URLS")),
            secrets_prefix: optional("ATELIER_SECRETS_PREFIX").unwrap_or_else(|| "atelier".to_owned()),
            base_url: text("ATELIER_BASE_URL").trim_end_matches('/').to_owned(),
            issuer: text("ATELIER_ISSUER"),
            user_pool_client_id: text("ATELIER_USER_POOL_CLIENT_ID"),
            mail_from: text("ATELIER_MAIL_FROM"),
            rate_limit: Some(optional("ATELIER_RATE_LIMIT").and_then(|value| value.parse().ok()).unwrap_or(50)),
            allow_loopback: optional("ATELIER_ALLOW_LOOPBACK").is_some_and(|value| value == "true"),
            sandbox: None,
            endpoints: Endpoints {
                dynamodb: optional("AWS_ENDPOINT_URL_DYNAMODB"),
                s3: optional("AWS_ENDPOINT_URL_S3"),
                scheduler: optional("AWS_ENDPOINT_URL_SCHEDULER"),
                secrets: optional("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
                ses: optional("AWS_ENDPOINT_URL_SESV2"),
                sqs: optional("AWS_ENDPOINT_URL_SQS"),
                cognito: optional("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"),
            },
            patience: Patience::ORDINARY,
            static_credentials: None,
        })
    }
}

/// What commas separate.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Scheme and host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    url[host..].find('/').map_or(url, |path| &url[..host + path])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_come_from_the_bucket_or_its_stand_in() {
        let aws = Config { bucket: "media".into(), region: "eu-central-1".into(), ..Config::default() };
        assert_eq!(aws.media_origin(), "https://media.s3.eu-central-1.amazonaws.com");
        let s3 = Some("http://localhost:4000/".to_owned());
        let local = Config { endpoints: Endpoints { s3, ..Endpoints::default() }, ..aws };
        assert_eq!(local.media_origin(), "http://localhost:4000");
    }
}
