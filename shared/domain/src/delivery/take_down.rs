//! Taking a published post down: what the network knows it by, what of it must go, and the note that it did.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BEGUN, COMMENT, Decider, Delivery, DeliveryState, FAILED, OUT, Receipt, Refusal};
use crate::ids::UserId;

/// What the names of steps begin with that hold a part of a thread, behind [`OUT`]; its number follows.
pub const PART: &str = "part.";
/// The step of records of the network that belong to the first post and are deleted after it, such as who may answer:
/// their ids, with a space between. Recorded before they are made.
pub const GATES: &str = "gates";

/// That a person took a published post down at its network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DeliveryTakenDown)]
pub struct TakenDown {
    /// Who.
    pub by: UserId,
    /// Their name at the time.
    pub by_name: String,
    /// When the network had let it go.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Why the network cannot be asked about a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It waits, or is on its way.
    Waiting,
    /// Nobody knows whether it arrived.
    Undecided,
    /// It never arrived.
    NeverOut,
    /// Only a person said that it is there; the network never named it.
    Unnamed,
    /// It was taken down.
    TakenDown,
}

impl Delivery {
    /// What the network knows it by.
    ///
    /// # Errors
    /// Why there is nothing to ask about.
    pub fn evidence(&self) -> Result<&Receipt, Missing> {
        match self.state {
            _ if self.taken_down.is_some() => Err(Missing::TakenDown),
            DeliveryState::Pending | DeliveryState::Publishing | DeliveryState::Retrying => Err(Missing::Waiting),
            DeliveryState::Unknown => Err(Missing::Undecided),
            DeliveryState::Failed | DeliveryState::Canceled => Err(Missing::NeverOut),
            DeliveryState::Published => self.receipt.as_ref().ok_or(Missing::Unnamed),
        }
    }

    /// The same delivery, once nothing of it is at the network any more. It stays published, and its receipt stays:
    /// both say what happened. Its fence grows, so that of two who note it one does. Repeated, it stays as it is.
    ///
    /// # Errors
    /// [`Refusal::Finished`] unless it is `published`.
    pub fn take_down(&self, by: &Decider) -> Result<Self, Refusal> {
        if self.state != DeliveryState::Published {
            return Err(Refusal::Finished);
        }
        if self.taken_down.is_some() {
            return Ok(self.clone());
        }
        let taken_down = Some(TakenDown { by: by.id, by_name: by.name.clone(), at: by.at });
        Ok(Self { fence: self.fence + 1, taken_down, ..self.clone() })
    }

    /// Whether people may see it at its network, now or once it goes on.
    #[must_use]
    pub fn may_be_seen(&self) -> bool {
        self.taken_down.is_none() && !matches!(self.state, DeliveryState::Failed | DeliveryState::Canceled)
    }

    /// The ids at the network of everything it put there, in the order in which it is to go: what answers before
    /// what is answered, so that whoever looks meanwhile, or a stop half-way, sees the beginning of a thread and
    /// never its rest without it. Each once, and the post that the receipt names last but for its gates, which hold
    /// until it is gone. The first comment is among them where `comments_are_posts`; elsewhere it goes with what it
    /// hangs below. `id_in` finds the id in what a network recorded of a part.
    ///
    /// Nothing when it has no receipt, or something that it recorded cannot be read.
    #[must_use]
    pub fn removal(&self, comments_are_posts: bool, id_in: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
        let first = &self.receipt.as_ref()?.remote_id;
        let written = |note: &&String| !note.is_empty() && *note != BEGUN && !note.starts_with(FAILED);
        let comment = self.steps.get(COMMENT).filter(|_| comments_are_posts).filter(written);
        let mut ids: Vec<String> = comment.cloned().into_iter().collect();
        for note in self.parts().into_iter().rev() {
            ids.push(id_in(note)?);
        }
        let mut each = Vec::with_capacity(ids.len() + 1);
        for id in ids {
            if id != *first && !each.contains(&id) {
                each.push(id);
            }
        }
        each.push(first.clone());
        each.extend(self.steps.get(GATES).into_iter().flat_map(|ids| ids.split_whitespace()).map(str::to_owned));
        Some(each)
    }

    /// What was recorded of the parts of a thread, in their order.
    fn parts(&self) -> Vec<&str> {
        let number = |name: &str| name.strip_prefix(OUT)?.strip_prefix(PART)?.parse::<u32>().ok();
        let mut parts: Vec<(u32, &str)> =
            self.steps.iter().filter_map(|(name, note)| Some((number(name)?, note.as_str()))).collect();
        parts.sort_unstable_by_key(|(number, _)| *number);
        parts.into_iter().map(|(_, note)| note).collect()
    }
}

#[cfg(test)]
#[path = "take_down_tests.rs"]
mod tests;
