//! Why an attempt did not succeed, classified once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One classified error of a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Too many requests: certainly no effect.
    #[error("rate limited: {message}")]
    RateLimited {
        /// When the network allows another try, if it says so.
        retry_at: Option<Timestamp>,
        /// The network's words.
        message: String,
    },
    /// Our app as a whole made too many requests, for whatever account: certainly no effect.
    #[error("throttled: {message}")]
    Throttled {
        /// When the network allows another try.
        until: Timestamp,
        /// The network's words.
        message: String,
    },
    /// The access token ran out: refresh once, then try again at once. Certainly no effect.
    #[error("token expired: {message}")]
    TokenExpired {
        /// The network's words.
        message: String,
    },
    /// The network no longer accepts the credentials. Certainly no effect.
    #[error("access revoked: {message}")]
    Revoked {
        /// The network's words.
        message: String,
    },
    /// Refused for good. Certainly no effect.
    #[error("rejected ({code}): {message}")]
    Rejected {
        /// The network's name for it, or ours.
        code: String,
        /// The network's words.
        message: String,
        /// What the user can do.
        advice: String,
    },
    /// May pass by itself. Certainly no effect.
    #[error("transient: {message}")]
    Transient {
        /// What happened.
        message: String,
    },
    /// May or may not have had its effect: a timeout after sending, a lost answer, a server error.
    #[error("ambiguous: {message}")]
    Ambiguous {
        /// What happened.
        message: String,
    },
    /// The claim was lost to another caller: store nothing, stop at once.
    #[error("claim lost")]
    ClaimLost,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The network has it.
    Published,
    /// Told to slow down.
    RateLimited,
    /// Credentials ran out and could not be renewed.
    TokenExpired,
    /// Credentials refused.
    Revoked,
    /// Content refused.
    Rejected,
    /// No effect, may pass.
    Transient,
    /// The answer was lost.
    Ambiguous,
    /// The process ended before it could say.
    Interrupted,
}

impl Failure {
    /// How an attempt that failed so ended.
    #[must_use]
    pub const fn outcome(&self) -> AttemptOutcome {
        match self {
            Self::RateLimited { .. } | Self::Throttled { .. } => AttemptOutcome::RateLimited,
            Self::TokenExpired { .. } => AttemptOutcome::TokenExpired,
            Self::Revoked { .. } => AttemptOutcome::Revoked,
            Self::Rejected { .. } => AttemptOutcome::Rejected,
            Self::Transient { .. } => AttemptOutcome::Transient,
            Self::Ambiguous { .. } => AttemptOutcome::Ambiguous,
            Self::ClaimLost => AttemptOutcome::Interrupted,
        }
    }

    /// The network's words, or ours.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::RateLimited { message, .. }
            | Self::Throttled { message, .. }
            | Self::TokenExpired { message }
            | Self::Revoked { message }
            | Self::Rejected { message, .. }
            | Self::Transient { message }
            | Self::Ambiguous { message } => message,
            Self::ClaimLost => "another worker took over",
        }
    }
}
