//! Why an attempt did not succeed, classified once.

use std::fmt;

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
    /// Something of our own stood in the way, such as the table, the object store or the secrets: says nothing of the
    /// network.
    #[error("internal: {message}")]
    Internal {
        /// What happened.
        message: String,
        /// Whether the attempt may have had its effect nonetheless.
        landed: bool,
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
    /// A failure of our own before the attempt can have had an effect.
    #[must_use]
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::Internal { message: error.to_string(), landed: false }
    }

    /// The same once the attempt may have had its effect: what failed then says nothing of that, whatever it says
    /// of itself.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        match self {
            Self::ClaimLost => Self::ClaimLost,
            Self::Internal { message, .. } => Self::Internal { message, landed: true },
            other => Self::Ambiguous { message: other.message().to_owned() },
        }
    }

    /// Whether the attempt may have had its effect.
    #[must_use]
    pub const fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. } | Self::Internal { landed: true, .. })
    }

    /// How an attempt that failed so ended.
    #[must_use]
    pub const fn outcome(&self) -> AttemptOutcome {
        match self {
            Self::RateLimited { .. } | Self::Throttled { .. } => AttemptOutcome::RateLimited,
            Self::TokenExpired { .. } => AttemptOutcome::TokenExpired,
            Self::Revoked { .. } => AttemptOutcome::Revoked,
            Self::Rejected { .. } => AttemptOutcome::Rejected,
            Self::Transient { .. } | Self::Internal { landed: false, .. } => AttemptOutcome::Transient,
            Self::Ambiguous { .. } | Self::Internal { landed: true, .. } => AttemptOutcome::Ambiguous,
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
            | Self::Internal { message, .. }
            | Self::Ambiguous { message } => message,
            Self::ClaimLost => "another worker took over",
        }
    }
}
