//! The guards that keep a post from going out twice, each of which can be taken away.
//!
//! They are taken away from outside, where the program meets the table and the networks, so that the
//! program under test is the one that ships.

use domain::delivery::DeliveryState;
use jiff::SignedDuration;
use store::{AttributeValue, Condition, Item, Kind, Write};

use crate::memory::{Memory, integer, target, text};

/// One guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// A claim is stored only if nobody claimed meanwhile.
    ClaimCondition,
    /// A conclusion is stored only by the holder of the last fence.
    ConclusionFence,
    /// On a network that can be searched, an attempt that may have landed is looked for first.
    ReadBack,
    /// A claim is stored only if the post was not edited or moved meanwhile.
    Revision,
    /// A claim excludes others until its holder is surely dead.
    LeaseLength,
    /// What a network answered is stored before the next call.
    StepRecord,
    /// Each minute someone looks for what was left behind.
    Sweep,
    /// After a lost answer, whoever looks waits until the request can no longer land.
    LandingWait,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 8] = [
        Self::ClaimCondition,
        Self::ConclusionFence,
        Self::ReadBack,
        Self::Revision,
        Self::LeaseLength,
        Self::StepRecord,
        Self::Sweep,
        Self::LandingWait,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClaimCondition => "condition on claim",
            Self::ConclusionFence => "fence on conclusion",
            Self::ReadBack => "read-back",
            Self::Revision => "revision check",
            Self::LeaseLength => "lease length",
            Self::StepRecord => "step record",
            Self::Sweep => "sweep",
            Self::LandingWait => "wait for a late landing",
        }
    }
}

/// Which guard is missing, if any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guards {
    missing: Option<Guard>,
}

/// What a stored delivery becomes by a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Somebody takes it.
    Claim,
    /// Its holder records a step.
    Step,
    /// Its holder says how it ended.
    Conclusion,
    /// Anything else: a person's change.
    Other,
}

impl Move {
    /// What writing `next` over `before` is.
    #[must_use]
    pub fn of(before: Option<&Item>, next: &Item) -> Self {
        let publishing = DeliveryState::Publishing.as_str();
        let Some(before) = before else { return Self::Other };
        if text(next, "state") == publishing {
            return if integer(next, "fence") > integer(before, "fence") { Self::Claim } else { Self::Step };
        }
        if text(before, "state") == publishing { Self::Conclusion } else { Self::Other }
    }
}

/// Whether an item is a delivery.
#[must_use]
pub fn is_delivery(item: &Item) -> bool {
    text(item, "SK").contains("#DELIVERY#")
}

impl Guards {
    /// All but one.
    #[must_use]
    pub const fn without(guard: Guard) -> Self {
        Self { missing: Some(guard) }
    }

    /// Whether a guard is in force.
    #[must_use]
    pub fn has(self, guard: Guard) -> bool {
        self.missing != Some(guard)
    }

    /// Whether a write that the table would refuse is let through for want of a guard.
    pub(crate) fn lets_through(self, table: &Memory, write: &Write) -> bool {
        let Kind::Put(next, condition) = write.kind() else { return false };
        if !is_delivery(next) {
            return false;
        }
        let (place, _) = target(write);
        let before = table.at(&place);
        match self.missing {
            Some(Guard::ClaimCondition) => {
                // Whoever read an older state claims all the same.
                text(next, "state") == DeliveryState::Publishing.as_str()
                    && before.is_some_and(|before| integer(before, "fence") >= integer(next, "fence"))
            }
            Some(Guard::ConclusionFence) => {
                text(next, "state") != DeliveryState::Publishing.as_str()
                    && matches!(condition, Condition::Unmoved { state: DeliveryState::Publishing, .. })
            }
            Some(Guard::Revision) => {
                let Condition::Unmoved { state, fence, .. } = condition else { return false };
                before.is_some_and(|before| {
                    text(before, "state") == state.as_str()
                        && integer(before, "fence") == i64::try_from(*fence).unwrap_or(0)
                })
            }
            _ => false,
        }
    }

    /// The item that is stored instead of `next` for want of a guard.
    pub(crate) fn bend(self, table: &Memory, next: &Item) -> Option<Item> {
        if !is_delivery(next) {
            return None;
        }
        let before = table.at(&crate::memory::place(next));
        let step = Move::of(before, next);
        match self.missing {
            Some(Guard::LeaseLength) if step == Move::Claim => Some(earlier(next, SignedDuration::from_secs(5))),
            Some(Guard::StepRecord) if step == Move::Step => {
                let steps = before?.get("steps")?.clone();
                let mut bent = next.clone();
                bent.insert("steps".to_owned(), steps);
                Some(bent)
            }
            Some(Guard::LandingWait) if text(next, "state") == DeliveryState::Retrying.as_str() => {
                Some(earlier(next, SignedDuration::from_secs(2)))
            }
            _ => None,
        }
    }
}

/// The item as if its next look were only `after` away from its last attempt.
fn earlier(item: &Item, after: SignedDuration) -> Item {
    let mut bent = item.clone();
    let last = item.get("attempts").and_then(|list| list.as_l().ok()).and_then(|list| list.last());
    let moment = last.and_then(|last| last.as_m().ok()).map(|last| {
        let ended = text(last, "ended_at");
        if ended.is_empty() { text(last, "started_at").to_owned() } else { ended.to_owned() }
    });
    let Some(at) = moment.and_then(|moment| moment.parse::<jiff::Timestamp>().ok()) else { return bent };
    let at = at + after;
    for name in ["wake_at", "lease_until"] {
        if bent.get(name).is_some_and(AttributeValue::is_s) {
            bent.insert(name.to_owned(), AttributeValue::S(at.to_string()));
        }
    }
    // The key of the due index begins with the next look.
    let wanted = text(item, "DUESK").split_once('#').map_or("", |(_, wanted)| wanted);
    let key = format!("{}#{wanted}", domain::when::sortable(at));
    bent.insert("DUESK".to_owned(), AttributeValue::S(key));
    bent
}
