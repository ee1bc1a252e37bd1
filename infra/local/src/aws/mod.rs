//! What the stand-ins for AWS services share: error envelopes and signature checks.

pub(crate) mod signature;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::sqlite::StorageError;

/// The account number that appears in made-up ARNs.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The region of every stand-in.
pub(crate) const REGION: &str = "local";

/// An error as an AWS service words it; the SDKs turn it back into their typed errors.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl AwsError {
    /// A client error: 400 with the service's own exception name.
    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// An error with its own status.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The service's own exception name.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// A fault of ours; the cause goes to the log only.
    pub(crate) fn internal(code: &'static str, cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a stand-in failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, "internal failure")
    }
}

impl From<StorageError> for AwsError {
    fn from(error: StorageError) -> Self {
        Self::internal("InternalServerException", &error)
    }
}

impl IntoResponse for AwsError {
    fn into_response(self) -> Response {
        // REST services name the error in the header, JSON services in the body; some read
        // `message`, some `Message`. Each reader ignores the other's field.
        let body = json!({ "__type": self.code, "message": self.message, "Message": self.message });
        let headers = [("x-amzn-errortype", self.code), ("content-type", "application/json")];
        (self.status, headers, body.to_string()).into_response()
    }
}

/// An answer in the JSON protocol `application/x-amz-json-1.<minor>`.
pub(crate) fn json_answer(content_type: &'static str, body: &Value) -> Response {
    ([("content-type", content_type)], body.to_string()).into_response()
}

/// The operation's name in an `X-Amz-Target` header, when it is for `service`.
pub(crate) fn operation<'a>(headers: &'a http::HeaderMap, service: &str) -> Option<&'a str> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    target.strip_prefix(service)?.strip_prefix('.')
}
