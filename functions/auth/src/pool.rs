//! The user pool, and what its refusals mean.

use std::sync::{Arc, OnceLock};

use aws_sdk_cognitoidentityprovider as cognito;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use cloud::Cloud;
use domain::problem::Problem;
use http::StatusCode;

use api::ApiError;

/// A client of the user pool.
#[derive(Debug)]
pub struct Pool {
    cloud: Arc<Cloud>,
    /// Made at its first use: who is only asked who they are needs none.
    client: OnceLock<cognito::Client>,
    pub(crate) client_id: String,
}

impl Pool {
    pub(crate) fn new(cloud: &Arc<Cloud>) -> Self {
        let client_id = cloud.config.user_pool_client_id.clone();
        Self { cloud: Arc::clone(cloud), client: OnceLock::new(), client_id }
    }

    pub(crate) fn client(&self) -> &cognito::Client {
        self.client.get_or_init(|| {
            let mut builder = cognito::config::Builder::from(self.cloud.sdk());
            builder.set_endpoint_url(self.cloud.config.endpoints.cognito.clone());
            cognito::Client::from_conf(builder.build())
        })
    }
}

/// The problem that a refusal of the pool is. The pool's own words may quote what was sent, so only
/// its password policy, which does not, is passed on.
pub(crate) fn refusal<E, R>(error: SdkError<E, R>) -> ApiError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
    let field = |pointer: &str, code: &str, detail: &str, fix: &str| {
        ApiError::rule_broken(vec![Problem::error(pointer, code, detail, fix)])
    };
    match code.as_str() {
        "NotAuthorizedException" | "UserNotFoundException" => ApiError::wrong_credentials(
            "The address or the password is wrong, or the session has ended. Sign in again.",
        ),
        "UserNotConfirmedException" => ApiError::new(
            StatusCode::FORBIDDEN,
            "not-confirmed",
            "Address not confirmed",
            "Enter the code from our e-mail first.",
        ),
        "CodeMismatchException" | "ExpiredCodeException" => {
            field("/code", "code-invalid", "The code is wrong or has expired.", "Check it, or ask for a new one.")
        }
        "InvalidPasswordException" => {
            let policy = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or_default();
            field("/password", "password-invalid", policy, "Choose a longer password.")
        }
        "UsernameExistsException" => {
            field("/email", "email-taken", "An account with that address exists.", "Sign in, or reset its password.")
        }
        "InvalidParameterException" => {
            field("", "invalid", "The user pool does not take that.", "Check the address, the code and the password.")
        }
        "TooManyRequestsException" | "LimitExceededException" | "TooManyFailedAttemptsException" => {
            ApiError::too_many_requests(60)
        }
        _ => ApiError::unavailable(error),
    }
}
