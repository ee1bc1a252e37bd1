//! The stand-in for Secrets Manager: its JSON protocol on one owner-only file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::aws::{ACCOUNT, AwsError, REGION, json_answer, operation};
use crate::{SharedClock, folder, random};

#[derive(Clone, Serialize, Deserialize)]
struct Secret {
    value: String,
    version: String,
    /// Seconds since 1970.
    created: i64,
}

/// All secrets of this installation.
#[derive(Clone)]
pub(crate) struct Secrets {
    path: PathBuf,
    clock: SharedClock,
    secrets: Arc<Mutex<BTreeMap<String, Secret>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    /// A name or an ARN.
    #[serde(alias = "Name")]
    secret_id: String,
    secret_string: Option<String>,
}

impl Secrets {
    /// Reads the file, and makes the secrets that every installation needs if they are missing:
    /// `atelier/token-key` (encrypts social tokens) and `atelier/state-key` (signs states and cursors).
    ///
    /// # Errors
    /// When the file is damaged or cannot be written.
    pub(crate) fn open(path: PathBuf, clock: SharedClock) -> anyhow::Result<Self> {
        let secrets = match std::fs::read(&path) {
            Ok(content) => serde_json::from_slice(&content)
                .with_context(|| format!("{} is damaged: restore it from a backup", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let this = Self { path, clock, secrets: Arc::new(Mutex::new(secrets)) };
        let key = || STANDARD.encode(random::bytes::<32>());
        let keyring = || json!({ "active": "k1", "keys": { "k1": key() } }).to_string();
        this.ensure("atelier/token-key", || Ok(keyring()))?;
        this.ensure("atelier/state-key", || Ok(key()))?;
        Ok(this)
    }

    /// The secret's value, made by `value` and stored at the first call.
    ///
    /// # Errors
    /// When `value` fails or the file cannot be written.
    pub(crate) fn ensure(&self, name: &str, value: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<String> {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secret) = secrets.get(name) {
            return Ok(secret.value.clone());
        }
        let secret = self.version_of(value()?);
        secrets.insert(name.to_owned(), secret.clone());
        self.save(&secrets)?;
        Ok(secret.value)
    }

    /// Answers one request of the protocol.
    ///
    /// # Errors
    /// Secrets Manager's own exceptions.
    pub(crate) fn answer(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, AwsError> {
        let request: Request = serde_json::from_slice(body)
            .map_err(|error| AwsError::bad_request("InvalidParameterException", error.to_string()))?;
        let name = name_in(&request.secret_id);
        let answer = match operation(headers, "secretsmanager") {
            Some("GetSecretValue") => self.get(name)?,
            Some("DescribeSecret") => self.describe(name)?,
            Some("CreateSecret") => self.put(name, request.secret_string, true)?,
            Some("PutSecretValue") => self.put(name, request.secret_string, false)?,
            _ => return Err(AwsError::bad_request("InvalidRequestException", "this operation is not offered here")),
        };
        Ok(json_answer("application/x-amz-json-1.1", &answer))
    }

    fn get(&self, name: &str) -> Result<Value, AwsError> {
        let secret = self.find(name)?;
        let mut answer = identity(name, &secret);
        answer["SecretString"] = secret.value.into();
        answer["VersionStages"] = json!(["AWSCURRENT"]);
        answer["CreatedDate"] = secret.created.into();
        Ok(answer)
    }

    fn describe(&self, name: &str) -> Result<Value, AwsError> {
        let secret = self.find(name)?;
        let stages = json!({ secret.version.clone(): ["AWSCURRENT"] });
        Ok(json!({
            "ARN": arn(name), "Name": name, "CreatedDate": secret.created,
            "LastChangedDate": secret.created, "VersionIdsToStages": stages,
        }))
    }

    fn put(&self, name: &str, value: Option<String>, create: bool) -> Result<Value, AwsError> {
        let value =
            value.ok_or_else(|| AwsError::bad_request("InvalidParameterException", "SecretString is required here"))?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if secrets.contains_key(name) == create {
            return Err(if create { exists(name) } else { not_found() });
        }
        let secret = self.version_of(value);
        let answer = identity(name, &secret);
        secrets.insert(name.to_owned(), secret);
        self.save(&secrets).map_err(|error| AwsError::internal("InternalServiceError", &error))?;
        Ok(answer)
    }

    fn find(&self, name: &str) -> Result<Secret, AwsError> {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.get(name).cloned().ok_or_else(not_found)
    }

    fn version_of(&self, value: String) -> Secret {
        Secret { value, version: random::uuid(), created: self.clock.now().as_second() }
    }

    fn save(&self, secrets: &BTreeMap<String, Secret>) -> std::io::Result<()> {
        folder::replace(&self.path, &serde_json::to_vec_pretty(secrets)?)
    }
}

fn identity(name: &str, secret: &Secret) -> Value {
    json!({ "ARN": arn(name), "Name": name, "VersionId": secret.version })
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}")
}

fn name_in(id: &str) -> &str {
    id.split_once(":secret:").map_or(id, |(_, name)| name)
}

fn not_found() -> AwsError {
    let message = "Secrets Manager can't find the specified secret.";
    AwsError::bad_request("ResourceNotFoundException", message)
}

fn exists(name: &str) -> AwsError {
    let message = format!("The operation failed because the secret {name} already exists.");
    AwsError::bad_request("ResourceExistsException", message)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::Secrets;

    #[test]
    fn secrets_are_made_once_and_kept_owner_only() {
        let path = crate::test_folder("secrets").join("secrets.json");
        let open = || Secrets::open(path.clone(), crate::test_clock()).unwrap();
        let first = open().find("atelier/token-key").unwrap().value;
        assert_eq!(open().find("atelier/token-key").unwrap().value, first);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(open().find("nothing").map(|_| ()), Err(super::not_found()));
    }
}
