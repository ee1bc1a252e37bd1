//! Schedule expressions: `at(yyyy-mm-ddThh:mm:ss)` in UTC and `rate(n unit)`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When a schedule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// Once.
    At(Timestamp),
    /// Again and again, first one interval after its creation.
    Every(SignedDuration),
}

impl Expression {
    /// Reads an expression; `None` when it is not one of the two forms. One-time schedules are taken
    /// as UTC, because nothing else is created.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('(')?;
        let inner = rest.strip_suffix(')')?.trim();
        match kind {
            "at" => {
                let local: DateTime = inner.parse().ok()?;
                Some(Self::At(local.to_zoned(TimeZone::UTC).ok()?.timestamp()))
            }
            "rate" => {
                let (count, unit) = inner.split_once(' ')?;
                let count: i64 = count.parse().ok().filter(|count| (1..=525_600).contains(count))?;
                let minutes = match unit.trim() {
                    "minute" | "minutes" => 1,
                    "hour" | "hours" => 60,
                    "day" | "days" => 24 * 60,
                    _ => return None,
                };
                Some(Self::Every(SignedDuration::from_mins(count.checked_mul(minutes)?)))
            }
            _ => None,
        }
    }

    /// The first time it fires when created at `now`. A time in the past is due at once.
    pub(super) fn first(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Every(interval) => now.saturating_add(interval).unwrap_or(Timestamp::MAX),
        }
    }

    /// The next time after it was due at `due`. What was missed while the process was off is made up
    /// for by one firing, not by many.
    pub(super) fn next(self, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let Self::Every(interval) = self else { return None };
        let missed = now.duration_since(due).as_secs().max(0) / interval.as_secs().max(1);
        let ahead = i32::try_from(missed + 1).ok()?;
        due.checked_add(interval.checked_mul(ahead)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::Expression;

    #[test]
    fn reads_both_forms_and_nothing_else() {
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(Expression::parse("at(2026-11-24T08:00:00)"), Some(Expression::At(at)));
        let five = SignedDuration::from_mins(5);
        assert_eq!(Expression::parse("rate(5 minutes)"), Some(Expression::Every(five)));
        for bad in ["", "at()", "at(2026-13-01T00:00:00)", "rate(0 minutes)", "rate(5 weeks)", "cron(* * * * ? *)"] {
            assert_eq!(Expression::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn missed_firings_are_made_up_for_once() {
        let due: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let rate = Expression::Every(SignedDuration::from_mins(1));
        let late = due + SignedDuration::from_secs(150);
        assert_eq!(rate.next(due, late), Some(due + SignedDuration::from_mins(3)));
        assert_eq!(rate.next(due, due), Some(due + SignedDuration::from_mins(1)));
        assert_eq!(Expression::At(due).next(due, late), None);
    }
}
