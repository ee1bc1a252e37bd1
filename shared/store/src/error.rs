//! Why the table did not do what was asked.

use cloud::reach::{self, Outside};

/// Why the table did not do what was asked. Never shown to a user; the API layer maps it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Conditions did not hold: the positions in the transaction (0 for a single write).
    #[error("a condition did not hold for writes {0:?}")]
    Conflict(Vec<usize>),
    /// An item is not of the expected shape.
    #[error("an item could not be read or written: {0}")]
    Shape(#[from] serde_dynamo::Error),
    /// A cursor belongs to another list, or is not one.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// The service refused or was out of reach.
    #[error("the table could not be reached: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It named something outside the tenant in whose name it was asked: a bug, stopped before it left.
    #[error(transparent)]
    Outside(#[from] Outside),
}

impl StoreError {
    /// Whether the condition of write `index` did not hold.
    #[must_use]
    pub fn is_conflict_at(&self, index: usize) -> bool {
        matches!(self, Self::Conflict(failed) if failed.contains(&index))
    }

    /// Whether any condition did not hold.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    pub(crate) fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        reach::refusal(&error).map_or_else(|| Self::Unavailable(Box::new(error)), Self::Outside)
    }
}
