//! Where a kill met a delivery, and what became of the delivery in the end.

use std::fmt;

use domain::delivery::{Delivery, DeliveryState};

/// How far the call that publishes had come when the process was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// There was none.
    None,
    /// It was under way.
    Open,
    /// It had been answered, or its answer been lost.
    Answered,
}

/// Where a kill met a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing was claimed yet.
    Unclaimed,
    /// Claimed; the call that publishes was not made yet.
    Claimed,
    /// The call that publishes was under way.
    Called,
    /// The network was done; the conclusion was not stored.
    Unconcluded,
    /// Everything was stored.
    Concluded,
    /// Another process with the same event lived on.
    BesideTwin,
}

impl Phase {
    /// Of a delivery as it was before the event and is after the kill, when everything sent had been dealt with.
    #[must_use]
    pub fn of(before: &Delivery, after: &Delivery, trace: Trace) -> Self {
        match (after.state, trace) {
            _ if after.fence == before.fence => Self::Unclaimed,
            (DeliveryState::Publishing, Trace::None) => Self::Claimed,
            (DeliveryState::Publishing, Trace::Open) => Self::Called,
            (DeliveryState::Publishing, Trace::Answered) => Self::Unconcluded,
            _ => Self::Concluded,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unclaimed => "before the claim",
            Self::Claimed => "between claim and call",
            Self::Called => "during the call",
            Self::Unconcluded => "before the conclusion",
            Self::Concluded => "after the conclusion",
            Self::BesideTwin => "beside a living duplicate",
        })
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Out once, and the receipt names what the network holds.
    Once,
    /// Not out, or nobody knows that it is.
    Lost(String),
    /// Out more than once.
    Doubled(usize),
}

impl Verdict {
    /// Of a delivery as stored and the ids of what the network holds for it.
    #[must_use]
    pub fn of(delivery: &Delivery, effects: &[String]) -> Self {
        let state = delivery.state.as_str();
        let receipt = delivery.receipt.as_ref().map(|receipt| receipt.remote_id.as_str());
        match effects {
            [] => Self::Lost(format!("{state}, and the network holds nothing")),
            [_] if delivery.state != DeliveryState::Published => {
                Self::Lost(format!("{state}, but the network holds it: {:?}", delivery.error))
            }
            [id] if receipt != Some(id) => Self::Lost(format!("the receipt names {receipt:?}, the network holds {id}")),
            [_] => Self::Once,
            more => Self::Doubled(more.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::delivery::{Failure, Receipt};
    use domain::ids::{AccountId, PostId, Ulid};
    use domain::platform::{Class, Platform};
    use jiff::Timestamp;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn claimed() -> Delivery {
        let (post, account) = (PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)));
        Delivery::new(post, account, Platform::Mastodon, 1, NOW).claim(1, NOW, Ulid::from(3)).unwrap()
    }

    fn published() -> Delivery {
        let receipt = Receipt { remote_id: "7".into(), permalink: String::new(), published_at: NOW };
        claimed().conclude(NOW, Ok(receipt), Class::Keyed, 0.5)
    }

    #[test]
    fn every_loss_and_double_is_told() {
        let effects = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        assert_eq!(Verdict::of(&published(), &effects(&["7"])), Verdict::Once);
        assert_eq!(Verdict::of(&published(), &effects(&["7", "8"])), Verdict::Doubled(2));
        for (delivery, held) in [(published(), &[][..]), (published(), &["8"]), (claimed(), &["7"]), (claimed(), &[])] {
            assert!(matches!(Verdict::of(&delivery, &effects(held)), Verdict::Lost(_)));
        }
    }

    #[test]
    fn a_kill_is_placed_by_claim_call_and_conclusion() {
        let before = claimed();
        let mut next = before.clone();
        assert_eq!(Phase::of(&before, &next, Trace::None), Phase::Unclaimed);
        next.fence += 1;
        let phases = [Trace::None, Trace::Open, Trace::Answered].map(|trace| Phase::of(&before, &next, trace));
        assert_eq!(phases, [Phase::Claimed, Phase::Called, Phase::Unconcluded]);
        let failure = Failure::Ambiguous { message: String::new() };
        let retrying = next.conclude(NOW, Err(failure), Class::Keyed, 0.5);
        assert_eq!(Phase::of(&before, &retrying, Trace::Answered), Phase::Concluded);
    }
}
