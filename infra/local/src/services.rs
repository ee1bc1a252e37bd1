//! The loopback listener: every AWS protocol under a path of its own, signed.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;

use crate::aws::AwsError;
use crate::aws::signature::Verifier;
use crate::dynamo::Dynamo;
use crate::mail::Mailbox;
use crate::pool::Pool;
use crate::queue::Queues;
use crate::scheduler::Scheduler;
use crate::secrets::Secrets;
use std::sync::Arc;

/// The largest request that a service takes: DynamoDB's.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// All services behind the listener.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) verifier: Verifier,
    pub(crate) dynamo: Dynamo,
    pub(crate) scheduler: Scheduler,
    pub(crate) queues: Queues,
    pub(crate) secrets: Secrets,
    pub(crate) mailbox: Mailbox,
    pub(crate) pool: Arc<Pool>,
}

/// Where each service is, below the listener's address.
pub(crate) mod paths {
    pub(crate) const DYNAMODB: &str = "/_aws/dynamodb";
    pub(crate) const SCHEDULER: &str = "/_aws/scheduler";
    pub(crate) const SQS: &str = "/_aws/sqs";
    pub(crate) const SECRETS: &str = "/_aws/secretsmanager";
    pub(crate) const MAIL: &str = "/_aws/ses";
    pub(crate) const COGNITO: &str = "/_aws/cognito";
}

/// Dispatches by path.
pub(crate) fn routes(services: Services) -> Router {
    Router::new().fallback(serve).with_state(services)
}

async fn serve(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, LARGEST_BODY).await {
        Ok(body) => services.answer(&parts, body).await.unwrap_or_else(IntoResponse::into_response),
        Err(_) => AwsError::bad_request("RequestTooLargeException", "the request is too large").into_response(),
    }
}

impl Services {
    /// Checks a request and has its service answer it.
    ///
    /// # Errors
    /// As the service words them.
    pub(crate) async fn answer(&self, parts: &Parts, body: Bytes) -> Result<Response, AwsError> {
        let path = parts.uri.path();
        // Like in AWS, these operations carry their own proof instead of a signature.
        if path.starts_with(paths::COGNITO) {
            return self.pool.answer(&parts.headers, &body).await;
        }
        self.verifier.verify(parts, &body)?;
        if path.starts_with(paths::DYNAMODB) {
            self.dynamo.answer(&parts.headers, body).await
        } else if let Some(path) = path.strip_prefix(paths::SCHEDULER) {
            self.scheduler.answer(parts, path, &body).await
        } else if path.starts_with(paths::SQS) {
            Ok(self.queues.answer(&parts.headers, &body).await)
        } else if path.starts_with(paths::SECRETS) {
            self.secrets.answer(&parts.headers, &body)
        } else if path.strip_prefix(paths::MAIL) == Some("/v2/email/outbound-emails") {
            self.mailbox.answer(&body).await
        } else {
            Err(AwsError::new(http::StatusCode::NOT_FOUND, "UnknownOperationException", "there is no such service"))
        }
    }
}
