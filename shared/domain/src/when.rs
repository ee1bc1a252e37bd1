//! Wall-clock times in a zone, resolved to an instant where the user can see it.
//!
//! A post keeps what the user said (local time and zone) beside the instant it resolved to. Twice a
//! year a local time does not exist or exists twice; nothing is guessed then: the user chooses.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// How far ahead a post can be scheduled.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 366 * 2);

/// Which of two readings of a local time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disambiguation {
    /// The earlier instant.
    Earlier,
    /// The later instant.
    Later,
}

/// A point in time as the user said it and as the clock knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Schedule {
    /// Wall-clock time in the zone, without offset, such as `2026-11-24T09:00:00`.
    pub local: String,
    /// IANA zone, such as `Europe/Berlin`.
    pub zone: String,
    /// The instant, in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A way out that the answer offers when a time cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TimeChoice {
    /// What choosing it means, in words.
    pub label: String,
    /// Wall-clock time to send.
    pub local: String,
    /// Zone to send.
    pub zone: String,
    /// The instant it means, in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Disambiguation to send, when the wall-clock time alone does not tell.
    pub disambiguation: Option<Disambiguation>,
}

/// Why a wall-clock time cannot be scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeTrouble {
    /// Not a local date and time.
    NotATime,
    /// No zone of this name.
    UnknownZone,
    /// Before now.
    Past(Vec<TimeChoice>),
    /// Skipped when clocks go forward.
    Gap(Vec<TimeChoice>),
    /// Passed twice when clocks go back.
    Ambiguous(Vec<TimeChoice>),
    /// Beyond [`HORIZON`].
    TooFar,
}

impl fmt::Display for TimeTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotATime => "The time must be a local date and time such as 2026-11-24T09:00, without an offset.",
            Self::UnknownZone => "The zone must be an IANA time zone such as Europe/Berlin.",
            Self::Past(_) => "That time has already passed.",
            Self::Gap(_) => "Clocks go forward then, so that local time does not exist on that day.",
            Self::Ambiguous(_) => "Clocks go back then, so that local time happens twice on that day.",
            Self::TooFar => "Posts can be scheduled up to two years ahead.",
        })
    }
}

/// Resolves a wall-clock time in a zone to an instant after `now`.
///
/// # Errors
/// A [`TimeTrouble`] with the choices to offer.
pub fn resolve(
    local: &str,
    zone: &str,
    disambiguation: Option<Disambiguation>,
    now: Timestamp,
) -> Result<Schedule, TimeTrouble> {
    let wall: DateTime = parse_local(local)?;
    let tz = TimeZone::get(zone).map_err(|_| TimeTrouble::UnknownZone)?;
    let at = instant(wall, &tz, zone, disambiguation)?;
    if at <= now {
        return Err(TimeTrouble::Past(later_choices(wall, &tz, zone, now)));
    }
    if at.duration_since(now) > HORIZON {
        return Err(TimeTrouble::TooFar);
    }
    Ok(schedule_at(at, &tz, zone))
}

/// Now, as a schedule in `zone` (UTC if the zone is unknown): what "publish now" records.
#[must_use]
pub fn immediately(zone: &str, now: Timestamp) -> Schedule {
    match TimeZone::get(zone) {
        Ok(tz) => schedule_at(now, &tz, zone),
        Err(_) => schedule_at(now, &TimeZone::UTC, "UTC"),
    }
}

/// Whether an IANA zone of this name exists.
#[must_use]
pub fn zone_exists(zone: &str) -> bool {
    TimeZone::get(zone).is_ok()
}

/// An instant in a spelling whose byte order is time order: always milliseconds, always UTC.
#[must_use]
pub fn sortable(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An `Offset` or `Z` would contradict the zone, so only a bare local time is taken.
fn parse_local(local: &str) -> Result<DateTime, TimeTrouble> {
    let bare =
        local.is_ascii() && local.len() >= 16 && !local.contains(['Z', 'z', '+', '[']) && !local[10..].contains('-');
    if !bare {
        return Err(TimeTrouble::NotATime);
    }
    local.parse().map_err(|_| TimeTrouble::NotATime)
}

fn instant(
    wall: DateTime,
    tz: &TimeZone,
    zone: &str,
    disambiguation: Option<Disambiguation>,
) -> Result<Timestamp, TimeTrouble> {
    let ambiguous = tz.to_ambiguous_timestamp(wall);
    let offset = ambiguous.offset();
    let reading = |which: Disambiguation| {
        let ambiguous = tz.to_ambiguous_timestamp(wall);
        let instant = match which {
            Disambiguation::Earlier => ambiguous.earlier(),
            Disambiguation::Later => ambiguous.later(),
        };
        instant.map_err(|_| TimeTrouble::NotATime)
    };
    if let AmbiguousOffset::Unambiguous { .. } = offset {
        return ambiguous.compatible().map_err(|_| TimeTrouble::NotATime);
    }
    if let Some(which) = disambiguation {
        return reading(which);
    }
    let mut choices = Vec::with_capacity(2);
    for which in [Disambiguation::Earlier, Disambiguation::Later] {
        choices.push(choice(reading(which)?, tz, zone, Some(which)));
    }
    Err(match offset {
        AmbiguousOffset::Gap { .. } => {
            // Each reading has a wall-clock time of its own that does exist.
            for choice in &mut choices {
                choice.disambiguation = None;
            }
            TimeTrouble::Gap(choices)
        }
        _ => TimeTrouble::Ambiguous(choices),
    })
}

/// The same wall-clock time on the next day that is not past, and a quarter of an hour from now.
fn later_choices(wall: DateTime, tz: &TimeZone, zone: &str, now: Timestamp) -> Vec<TimeChoice> {
    let soon = now.checked_add(15.minutes()).ok().and_then(full_minute);
    let today = tz.to_datetime(now).date();
    let next = [0, 1, 2].into_iter().find_map(|days| {
        let day = today.checked_add(days.days()).ok()?;
        let at = tz.to_timestamp(day.to_datetime(wall.time())).ok()?;
        (at > now).then_some(at)
    });
    soon.into_iter().chain(next).map(|at| choice(at, tz, zone, None)).collect()
}

/// The first full minute that is not before: nobody writes seconds.
fn full_minute(at: Timestamp) -> Option<Timestamp> {
    let seconds = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    Timestamp::from_second(seconds + (-seconds).rem_euclid(60)).ok()
}

/// A way out at this instant.
pub(crate) fn choice(at: Timestamp, tz: &TimeZone, zone: &str, disambiguation: Option<Disambiguation>) -> TimeChoice {
    let zoned = at.to_zoned(tz.clone());
    TimeChoice {
        label: zoned.strftime("%a %-d %b %Y, %H:%M (UTC%:z)").to_string(),
        local: spell(zoned.datetime()),
        zone: zone.to_owned(),
        at,
        disambiguation,
    }
}

/// An instant as the zone's clocks show it.
pub(crate) fn schedule_at(at: Timestamp, tz: &TimeZone, zone: &str) -> Schedule {
    Schedule { local: spell(tz.to_datetime(at)), zone: zone.to_owned(), at }
}

/// A wall-clock time as it is stored and shown.
pub(crate) fn spell(wall: DateTime) -> String {
    wall.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const NOW: &str = "2026-01-10T12:00:00Z";

    #[test]
    fn an_ordinary_time_resolves_in_its_zone() {
        let schedule = resolve("2026-03-02T09:00", "Europe/Berlin", None, at(NOW)).unwrap();
        assert_eq!(schedule.at, at("2026-03-02T08:00:00Z"));
        assert_eq!(schedule.local, "2026-03-02T09:00:00");
    }

    #[test]
    fn a_time_in_the_gap_offers_both_sides() {
        let Err(TimeTrouble::Gap(choices)) = resolve("2026-03-29T02:30", "Europe/Berlin", None, at(NOW)) else {
            panic!("expected a gap");
        };
        let locals: Vec<_> = choices.iter().map(|c| c.local.as_str()).collect();
        assert_eq!(locals, ["2026-03-29T01:30:00", "2026-03-29T03:30:00"]);
        for choice in choices {
            let chosen = resolve(&choice.local, &choice.zone, choice.disambiguation, at(NOW)).unwrap();
            assert_eq!(chosen.at, choice.at);
        }
    }

    #[test]
    fn a_doubled_time_offers_both_instants() {
        let Err(TimeTrouble::Ambiguous(choices)) = resolve("2026-10-25T02:30", "Europe/Berlin", None, at(NOW)) else {
            panic!("expected an overlap");
        };
        assert_eq!(choices[1].at.duration_since(choices[0].at), SignedDuration::from_hours(1));
        for choice in choices {
            let chosen = resolve(&choice.local, &choice.zone, choice.disambiguation, at(NOW)).unwrap();
            assert_eq!(chosen.at, choice.at);
        }
    }

    #[test]
    fn a_past_time_offers_the_next_day() {
        let Err(TimeTrouble::Past(choices)) = resolve("2026-01-10T09:00", "Europe/Berlin", None, at(NOW)) else {
            panic!("expected the past");
        };
        assert_eq!(choices[1].local, "2026-01-11T09:00:00");
        assert!(choices.iter().all(|c| c.at > at(NOW)));
        for (now, soon) in [("12:00:00", "12:15:00"), ("12:05:30", "12:21:00"), ("12:05:00.5", "12:21:00")] {
            let now = at(&format!("2026-01-10T{now}Z"));
            let Err(TimeTrouble::Past(choices)) = resolve("2026-01-10T09:00", "UTC", None, now) else {
                panic!("expected the past");
            };
            assert_eq!(choices[0].local, format!("2026-01-10T{soon}"), "a quarter of an hour on, to the minute");
        }
    }

    #[test]
    fn nonsense_is_named() {
        for text in
            ["", "tomorrow", "2026-03-02T09:00Z", "2026-03-02T09:00+01:00", "2026-02-30T09:00", "２０２６-03-02T09:00"]
        {
            assert_eq!(resolve(text, "UTC", None, at(NOW)), Err(TimeTrouble::NotATime), "{text}");
        }
        assert_eq!(resolve("2026-03-02T09:00", "Mars/Base", None, at(NOW)), Err(TimeTrouble::UnknownZone));
        assert_eq!(resolve("2099-03-02T09:00", "UTC", None, at(NOW)), Err(TimeTrouble::TooFar));
    }

    #[test]
    fn sortable_keeps_time_order_across_fractions() {
        assert!(sortable(at("2026-01-01T00:00:00Z")) < sortable(at("2026-01-01T00:00:00.5Z")));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(local in ".*", zone in ".*") {
            drop(resolve(&local, &zone, None, at(NOW)));
        }

        #[test]
        fn what_was_resolved_reads_back(seconds in 0i64..60_000_000, zone in "Europe/Berlin|America/New_York|Asia/Kolkata|Australia/Lord_Howe|UTC") {
            let instant = at(NOW) + SignedDuration::from_secs(seconds + 1);
            let schedule = immediately(&zone, instant);
            match resolve(&schedule.local, &zone, None, at(NOW)) {
                Ok(read) => prop_assert_eq!(read.at, schedule.at),
                Err(TimeTrouble::Ambiguous(choices)) => prop_assert!(choices.iter().any(|c| c.at == schedule.at)),
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }
}
