//! The audit log: who changed what, when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AuditId, UserId};

/// One change, as stored. Written in the same transaction as the change; never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id, in time order.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; absent when the system itself acted.
    pub actor: Option<UserId>,
    /// Their name at the time.
    pub actor_name: Option<String>,
    /// What happened, such as `post.schedule`.
    pub action: String,
    /// Id of the thing it happened to.
    pub target: Option<String>,
    /// A sentence without secrets or post text.
    pub summary: String,
}
