//! What befalls a request at the counting network, and how often it did.

use std::time::Duration;

use serde_json::json;

use super::dice::Dice;
use crate::server::Reply;

/// What becomes of a request for a new status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is done and answered.
    Answer,
    /// It is done, and the connection breaks.
    CutAfter,
    /// It is done, and a proxy answers that it was not.
    ErrorAfter,
    /// Not done: too many requests.
    Limited,
    /// Not done: out of order.
    ErrorBefore,
    /// Not done: the connection breaks.
    CutBefore,
}

impl Fate {
    fn draw(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..8 => Self::CutAfter,
            8..15 => Self::ErrorAfter,
            15..21 => Self::Limited,
            21..25 => Self::ErrorBefore,
            25..29 => Self::CutBefore,
            _ => Self::Answer,
        }
    }

    /// Whether others see something of it.
    #[must_use]
    pub const fn has_effect(self) -> bool {
        matches!(self, Self::Answer | Self::CutAfter | Self::ErrorAfter)
    }

    /// What is answered when it is not the status.
    #[must_use]
    pub fn reply(self) -> Reply {
        let page = |status| Reply::Answer { status, headers: Vec::new(), body: "<h1>Bad gateway</h1>".to_owned() };
        match self {
            Self::Limited => {
                Reply::json(429, &json!({ "error": "Too many requests" })).with("retry-after", "7".to_owned())
            }
            Self::ErrorAfter => page(502),
            Self::ErrorBefore => page(503),
            Self::Answer | Self::CutAfter | Self::CutBefore => Reply::Cut,
        }
    }
}

/// How often the network did what.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Answers lost after the effect: broken connections and errors of a proxy.
    pub lost_answers: usize,
    /// Requests without effect: broken connections and errors.
    pub failed: usize,
    /// Requests refused as too many.
    pub limited: usize,
    /// Repeats recognized by their key.
    pub repeats: usize,
    /// Requests under a key of which another was under way: leases leave none.
    pub collisions: usize,
}

/// Draws what befalls requests, and counts it.
#[derive(Debug)]
pub struct Chances {
    /// Whether requests may fail.
    pub moody: bool,
    /// What was drawn.
    pub counts: Counts,
    /// The dice.
    pub dice: Dice,
}

impl Default for Chances {
    fn default() -> Self {
        Self::new(Dice::new(0))
    }
}

impl Chances {
    /// Chances by these dice, kind at first.
    #[must_use]
    pub fn new(dice: Dice) -> Self {
        Self { moody: false, counts: Counts::default(), dice }
    }

    /// The way of a request for a status: the time until it is done, what becomes of it, and the time until the answer.
    pub fn status(&mut self) -> (Duration, Fate, Duration) {
        let fate = if self.moody { Fate::draw(&mut self.dice) } else { Fate::Answer };
        match fate {
            Fate::CutAfter | Fate::ErrorAfter => self.counts.lost_answers += 1,
            Fate::ErrorBefore | Fate::CutBefore => self.counts.failed += 1,
            Fate::Limited => self.counts.limited += 1,
            Fate::Answer => {}
        }
        (self.pause(), fate, self.pause())
    }

    /// The way of any other request: its time, and how it fails, if it does.
    pub fn aside(&mut self) -> (Duration, Option<Reply>) {
        let fate = if self.moody && self.dice.percent(6) { Fate::draw(&mut self.dice) } else { Fate::Answer };
        let fails = !fate.has_effect();
        if fails {
            self.counts.failed += 1;
        }
        (self.pause(), fails.then(|| fate.reply()))
    }

    /// Mostly as long as a network nearby takes, at times a long while.
    fn pause(&mut self) -> Duration {
        let longest = if self.dice.percent(5) { 250 } else { 80 };
        self.dice.within(Duration::from_millis(longest))
    }
}
