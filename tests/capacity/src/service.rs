//! Services with a rate: who asks for more than it gives waits, or is refused.

use crate::quotas::SECOND;

/// A rate without any credit for idle times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    per_second: u32,
    free_at: i64,
    second: i64,
    taken: u32,
    peak: u32,
}

impl Rate {
    pub(crate) const fn new(per_second: u32) -> Self {
        Self { per_second, free_at: 0, second: i64::MIN, taken: 0, peak: 0 }
    }

    /// When so many units may be had that are asked for at `now`; nothing when that is later than `patience`.
    pub(crate) fn take(&mut self, units: u32, now: i64, patience: i64) -> Option<i64> {
        let begins = self.free_at.max(now);
        if begins - now > patience {
            return None;
        }
        self.free_at = begins + SECOND * i64::from(units) / i64::from(self.per_second);
        if begins / SECOND != self.second {
            (self.second, self.taken) = (begins / SECOND, 0);
        }
        self.taken += units;
        self.peak = self.peak.max(self.taken);
        Some(begins)
    }

    /// Whether it would keep one waiting for longer than `patience`.
    pub(crate) const fn is_busy(&self, now: i64, patience: i64) -> bool {
        self.free_at - now > patience
    }

    /// The most units that one second saw.
    pub(crate) const fn peak(&self) -> u32 {
        self.peak
    }
}

/// A number that may grow by a rate while it is needed, and falls back once it is not for a minute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growing {
    start: i64,
    most: i64,
    per_minute: i64,
    /// In millionths.
    now: i64,
    at: i64,
    idle_since: Option<i64>,
}

impl Growing {
    pub(crate) fn new(start: u32, per_minute: u32, most: u32) -> Self {
        let (start, most) = (i64::from(start) * SECOND, i64::from(most) * SECOND);
        Self {
            start: start.min(most),
            most,
            per_minute: per_minute.into(),
            now: start.min(most),
            at: 0,
            idle_since: None,
        }
    }

    /// How many there may be, while `needed` or not since the last question.
    pub(crate) fn allowed(&mut self, now: i64, needed: bool) -> u32 {
        if needed {
            self.now = (self.now + (now - self.at).max(0) * self.per_minute / 60).min(self.most);
            self.idle_since = None;
        } else {
            let since = *self.idle_since.get_or_insert(now);
            if now - since > 60 * SECOND {
                self.now = self.start;
            }
        }
        self.at = now;
        u32::try_from(self.now / SECOND).unwrap_or(0)
    }
}
