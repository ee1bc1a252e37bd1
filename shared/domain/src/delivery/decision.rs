//! What a person decides about a delivery that nothing more happens to by itself.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Delivery, DeliveryState, Refusal};
use crate::ids::UserId;

/// This long past its time, a delivery without an end is overdue: people are told, and engineers.
pub const OVERDUE_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Longest address that a person may give, in characters.
pub const MAX_ADDRESS: usize = 2000;

/// What a person says of a delivery whose outcome nobody knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryChoice)]
pub enum Choice {
    /// It is at the network: they looked.
    There,
    /// It is to be sent again, even if it may then be there twice.
    Again,
}

/// Somebody's word on a delivery whose outcome nobody knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DeliveryDecision)]
pub struct Decision {
    /// What they chose.
    pub choice: Choice,
    /// Who.
    pub by: UserId,
    /// Their name at the time.
    pub by_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Where they say it is; never looked at.
    #[serde(default)]
    #[schema(required)]
    pub url: Option<String>,
}

/// Who decides, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Now.
    pub at: Timestamp,
}

impl Decider {
    fn decides(&self, choice: Choice, url: Option<String>) -> Decision {
        Decision { choice, by: self.id, by_name: self.name.clone(), at: self.at, url }
    }
}

impl Delivery {
    /// The same delivery, published by a person's word: they looked, and it is there. There is no
    /// receipt, because the network confirmed nothing.
    ///
    /// # Errors
    /// [`Refusal::Finished`] unless it is `unknown`.
    pub fn confirmed(&self, by: &Decider, url: Option<String>) -> Result<Self, Refusal> {
        if self.state != DeliveryState::Unknown {
            return Err(Refusal::Finished);
        }
        let decision = Some(by.decides(Choice::There, url));
        let ended = Self { state: DeliveryState::Published, wake_at: None, lease_until: None, ..self.clone() };
        Ok(Self { receipt: None, error: None, decision, ..ended })
    }

    /// The same delivery, to be sent again at a person's word: see [`Self::retried`]. Of an `unknown` one
    /// it is noted who decided so; the note of an earlier decision goes on.
    ///
    /// # Errors
    /// [`Refusal::Finished`] unless it is `failed` or `unknown`.
    pub fn sent_again(&self, by: &Decider, revision: u64) -> Result<Self, Refusal> {
        let again = self.retried(revision, by.at)?;
        let undecided = self.state == DeliveryState::Unknown;
        let decision = if undecided { Some(by.decides(Choice::Again, None)) } else { self.decision.clone() };
        Ok(Self { asked_at: Some(by.at), decision, ..again })
    }

    /// Its address at the network: by the network's word or, without that, by a person's. What was taken
    /// down has none any more.
    #[must_use]
    pub fn permalink(&self) -> Option<&str> {
        if self.taken_down.is_some() {
            return None;
        }
        let told = || self.decision.as_ref().filter(|_| self.state == DeliveryState::Published)?.url.as_deref();
        self.receipt.as_ref().map(|receipt| receipt.permalink.as_str()).or_else(told)
    }

    /// When somebody last wanted it out: its time, or when it was asked for again.
    #[must_use]
    pub fn wanted_at(&self) -> Timestamp {
        self.asked_at.map_or(self.due_at, |asked_at| asked_at.max(self.due_at))
    }

    /// Whether it should have ended long ago and has not.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.state.is_end() && now.duration_since(self.wanted_at()) > OVERDUE_AFTER
    }
}

/// The address that a person gives for a post, in its usual spelling; nothing unless it is one of the
/// web, encrypted, without credentials, and of a sensible length.
#[must_use]
pub fn web_address(given: &str) -> Option<String> {
    let given = given.trim();
    if given.chars().count() > MAX_ADDRESS {
        return None;
    }
    let url = Url::parse(given).ok()?;
    let plain = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    let text = String::from(url);
    (plain && text.chars().count() <= MAX_ADDRESS).then_some(text)
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
