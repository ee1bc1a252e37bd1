//! What is wrong with an input, said so that a person can mend it.

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// Whether a problem stops the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The action is refused until it is mended.
    Error,
    /// The action goes ahead; the user may want to know.
    Warning,
}

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// JSON pointer into the request, such as `/text` or `/targets/0/media`.
    pub pointer: String,
    /// The account whose network's rule is broken, when it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Stable name of the rule, such as `text-too-long`.
    pub code: String,
    /// Whether it stops the action.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub detail: String,
    /// What to do about it, in a sentence.
    pub fix: String,
}

impl Problem {
    /// A problem that stops the action.
    pub fn error(pointer: impl Into<String>, code: &str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            account_id: None,
            code: code.to_owned(),
            severity: Severity::Error,
            detail: detail.into(),
            fix: fix.into(),
        }
    }

    /// The same as advice that does not stop the action.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Whether it stops the action.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
