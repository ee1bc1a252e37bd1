//! What the pool refuses, by Cognito's names.

use crate::aws::AwsError;
use crate::sqlite::StorageError;

/// Why the pool did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum PoolError {
    /// The address has a user already.
    #[error("An account with the given email already exists.")]
    UsernameExists,
    /// The chosen password is too weak.
    #[error("Password did not conform with policy: {0}")]
    InvalidPassword(&'static str),
    /// A field is missing or malformed.
    #[error("{0}")]
    InvalidParameter(String),
    /// The code is wrong. Also said of addresses without a user.
    #[error("Invalid verification code provided, please try again.")]
    CodeMismatch,
    /// The code is too old, or was guessed at too often.
    #[error("Invalid code provided, please request a code again.")]
    ExpiredCode,
    /// Address and password do not belong together, or a token is not valid.
    #[error("{0}")]
    NotAuthorized(&'static str),
    /// The password is right, but the address is not confirmed.
    #[error("User is not confirmed.")]
    UserNotConfirmed,
    /// Too many wrong guesses; wait that many seconds.
    #[error("Attempt limit exceeded, please try after some time.")]
    Locked {
        /// Until the next guess is taken, in seconds.
        seconds: i64,
    },
    /// Too many mails to one address.
    #[error("Attempt limit exceeded, please try after some time.")]
    LimitExceeded,
    /// The trigger function failed.
    #[error("{0}")]
    Trigger(String),
    /// A fault of ours; the cause goes to the log only.
    #[error("internal failure")]
    Internal(anyhow::Error),
}

/// The one answer to a wrong password and to an unknown address.
pub(super) const WRONG: PoolError = PoolError::NotAuthorized("Incorrect username or password.");

impl From<StorageError> for PoolError {
    fn from(error: StorageError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for PoolError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<PoolError> for AwsError {
    fn from(error: PoolError) -> Self {
        let code = match &error {
            PoolError::UsernameExists => "UsernameExistsException",
            PoolError::InvalidPassword(_) => "InvalidPasswordException",
            PoolError::InvalidParameter(_) => "InvalidParameterException",
            PoolError::CodeMismatch => "CodeMismatchException",
            PoolError::ExpiredCode => "ExpiredCodeException",
            PoolError::NotAuthorized(_) => "NotAuthorizedException",
            PoolError::UserNotConfirmed => "UserNotConfirmedException",
            PoolError::Locked { .. } => "TooManyRequestsException",
            PoolError::LimitExceeded => "LimitExceededException",
            PoolError::Trigger(_) => "UserLambdaValidationException",
            PoolError::Internal(cause) => return Self::internal("InternalErrorException", cause),
        };
        Self::bad_request(code, error.to_string())
    }
}
