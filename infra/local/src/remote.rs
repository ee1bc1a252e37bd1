//! Functions that run outside this process, under `cargo lambda watch` or `sam local`: the public listener hands
//! requests on to them, and what wakes an event function invokes it there.
//!
//! They verify tokens themselves then (`api`'s development mode), so no gateway stands in front of them here.

use std::sync::Arc;

use api::ApiError;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cloud::Config;
use http::{HeaderName, header};
use serde_json::Value;
use url::Url;

use crate::folder::{self, Folder};
use crate::gateway;
use crate::invoke::Invoker;

/// What the functions must be started with, as a shell reads it.
const FILE: &str = "functions.env";
/// What belongs to one connection only, and what the client sets itself.
const OF_ONE_CONNECTION: [HeaderName; 4] =
    [header::HOST, header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH];

/// Where the functions answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Functions {
    /// HTTP requests: the origin under which paths are the product's own.
    pub api: Url,
    /// Invocations by name, as Lambda's own interface takes them.
    pub invoke: Url,
}

/// Reaches them.
#[derive(Clone)]
pub(crate) struct Remote {
    functions: Arc<Functions>,
    client: reqwest::Client,
}

impl Remote {
    pub(crate) fn new(functions: &Functions) -> Self {
        // No time limit: the first request to a function may wait for its compiler.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Self { functions: Arc::new(functions.clone()), client: client.unwrap_or_default() }
    }

    /// What the groups would answer.
    pub(crate) fn routes(self) -> Router {
        Router::new().route("/api/{*path}", any(pass)).route("/p/{*path}", any(pass)).with_state(self)
    }

    /// Replaces the event functions by theirs.
    pub(crate) fn register(&self, invoker: &Invoker) {
        for name in ["health", "identity", "publish"] {
            let remote = self.clone();
            invoker.register(name, move |event| {
                let remote = remote.clone();
                async move { remote.invoke(name, &event).await }
            });
        }
    }

    async fn invoke(&self, name: &str, event: &Value) -> Result<Value, String> {
        let url = self.functions.invoke.join(&format!("2015-03-31/functions/{name}/invocations"));
        let url = url.map_err(|error| error.to_string())?;
        let answer = self.client.post(url).json(event).send().await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        let failed = !status.is_success() || answer.get("errorMessage").is_some();
        if failed { Err(answer.to_string()) } else { Ok(answer) }
    }

    async fn ask(&self, request: Request) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let body = match gateway::whole(body).await {
            Ok(body) => body,
            Err(refusal) => return Ok(refusal),
        };
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = self.functions.api.join(path).map_err(ApiError::internal)?;
        let mut asked = self.client.request(parts.method, url).body(body);
        for (name, value) in parts.headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name)) {
            asked = asked.header(name, value);
        }
        let answer = asked.send().await.map_err(ApiError::unavailable)?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers().iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(name)) {
            response = response.header(name, value);
        }
        let body = answer.bytes().await.map_err(ApiError::unavailable)?;
        response.body(Body::from(body)).map_err(ApiError::internal)
    }
}

async fn pass(State(remote): State<Remote>, request: Request) -> Response {
    remote.ask(request).await.unwrap_or_else(IntoResponse::into_response)
}

/// Says what the functions must be started with, in a file for its owner only. `host` is this machine's name as they see
/// it, when that is not loopback; `keys` are what verifies tokens.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn announce(folder: &Folder, config: &Config, host: Option<&str>, keys: &Value) -> anyhow::Result<()> {
    Ok(folder::replace(&folder.join(FILE), settings(config, host, keys).as_bytes())?)
}

/// Takes it back.
pub(crate) fn withdraw(folder: &Folder) {
    // What is not there need not be removed.
    drop(std::fs::remove_file(folder.join(FILE)));
}

/// One assignment a line.
fn settings(config: &Config, host: Option<&str>, keys: &Value) -> String {
    let endpoints = &config.endpoints;
    let seen = |address: &Option<String>| {
        address.as_ref().map(|address| host.map_or(address.clone(), |host| address.replacen("127.0.0.1", host, 1)))
    };
    let (access_key, secret_key) = config.static_credentials.clone().unwrap_or_default();
    let limit = config.rate_limit.map(|limit| limit.to_string());
    let values = [
        ("AWS_REGION", Some(config.region.clone())),
        ("AWS_ACCESS_KEY_ID", Some(access_key)),
        ("AWS_SECRET_ACCESS_KEY", Some(secret_key)),
        ("AWS_ENDPOINT_URL_DYNAMODB", seen(&endpoints.dynamodb)),
        ("AWS_ENDPOINT_URL_S3", seen(&endpoints.s3)),
        ("AWS_ENDPOINT_URL_SCHEDULER", seen(&endpoints.scheduler)),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", seen(&endpoints.secrets)),
        ("AWS_ENDPOINT_URL_SESV2", seen(&endpoints.ses)),
        ("AWS_ENDPOINT_URL_SQS", seen(&endpoints.sqs)),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", seen(&endpoints.cognito)),
        ("ATELIER_TABLE", Some(config.table.clone())),
        ("ATELIER_BUCKET", Some(config.bucket.clone())),
        ("ATELIER_SCHEDULE_GROUP", Some(config.schedule_group.clone())),
        ("ATELIER_PUBLISH_ARN", Some(config.publish_arn.clone())),
        ("ATELIER_SCHEDULER_ROLE_ARN", Some(config.scheduler_role_arn.clone())),
        ("ATELIER_DEAD_LETTER_ARN", config.dead_letter_arn.clone()),
        ("ATELIER_RELEASE_QUEUE_URL", Some(config.release_queue_url.clone())),
        ("ATELIER_SECRETS_PREFIX", Some(config.secrets_prefix.clone())),
        ("ATELIER_BASE_URL", Some(config.base_url.clone())),
        ("ATELIER_MAIL_FROM", Some(config.mail_from.clone())),
        ("ATELIER_RATE_LIMIT", limit),
        ("ATELIER_ALLOW_LOOPBACK", Some(config.allow_loopback.to_string())),
        ("ATELIER_ISSUER", Some(config.issuer.clone())),
        ("ATELIER_USER_POOL_CLIENT_ID", Some(config.user_pool_client_id.clone())),
        ("ATELIER_VERIFY_TOKENS", Some("development".to_owned())),
        ("ATELIER_VERIFY_KEYS", Some(keys.to_string())),
    ];
    // A quote within quotes ends them, is said by itself, and begins them again.
    let quoted = |value: Option<String>| value.unwrap_or_default().replace('\'', r"'\''");
    values.into_iter().map(|(name, value)| format!("{name}='{}'\n", quoted(value))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_in_containers_see_this_machine_under_another_name() {
        let sqs = Some("http://127.0.0.1:4001/_aws/sqs".to_owned());
        let config = Config { endpoints: cloud::Endpoints { sqs, ..Default::default() }, ..Config::default() };
        let text = settings(&config, Some("host.docker.internal"), &json!({}));
        assert!(text.contains("AWS_ENDPOINT_URL_SQS='http://host.docker.internal:4001/_aws/sqs'\n"), "{text}");
    }

    #[test]
    fn a_shell_reads_the_settings_as_they_are() {
        let config = Config { mail_from: "O'Hara <$HOME@localhost>".into(), ..Config::default() };
        let text = settings(&config, None, &json!({ "keys": [{ "kid": "a" }] }));
        let path = crate::test_folder("settings").join(FILE);
        std::fs::write(&path, text).unwrap();
        let script = format!(". {} && printf '%s|%s' \"$ATELIER_MAIL_FROM\" \"$ATELIER_VERIFY_KEYS\"", path.display());
        let read = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&read.stdout), "O'Hara <$HOME@localhost>|{\"keys\":[{\"kid\":\"a\"}]}");
    }
}
