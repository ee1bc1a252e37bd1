//! A wall-clock time on some day as an instant, where nobody is there to be asked.
//!
//! A person who schedules one post chooses when clocks change (see [`crate::when`]). What repeats
//! follows a rule instead: a skipped time goes out when clocks have gone forward, a doubled one at its
//! first reading. Either is told with the instant, so that it can be shown.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// The first day of the week.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// The last day of the week.
    Sunday,
}

impl Weekday {
    /// Every day, from Monday on.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// The day of the week of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        match date.weekday() {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }

    /// Days after Monday.
    #[must_use]
    pub const fn offset(self) -> i64 {
        self as i64
    }
}

/// What a change of clocks did to a wall-clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Clocks went forward over it: the first instant after that.
    Skipped,
    /// Clocks went back over it: the first of its two readings.
    Doubled,
}

/// The instant of `wall` in a zone, and what a change of clocks did to it. Nothing beyond the calendar's end.
#[must_use]
pub fn read(wall: DateTime, tz: &TimeZone) -> Option<(Timestamp, Option<Shift>)> {
    let ambiguous = tz.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Some((ambiguous.compatible().ok()?, None)),
        AmbiguousOffset::Fold { .. } => Some((ambiguous.earlier().ok()?, Some(Shift::Doubled))),
        AmbiguousOffset::Gap { before, after } => {
            // The wall-clock time read with either offset lies on the other side of the change.
            let (early, late) = (after.to_timestamp(wall).ok()?, before.to_timestamp(wall).ok()?);
            let change = tz.following(early).take_while(|change| change.timestamp() <= late);
            let change = change.filter(|change| change.offset() == after).map(|change| change.timestamp()).next();
            Some((change.unwrap_or(late), Some(Shift::Skipped)))
        }
    }
}

/// A time of day such as `09:00`; nothing for any other spelling.
#[must_use]
pub fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse());
    Time::new(number(hour)?.ok()?, number(minute)?.ok()?, 0, 0).ok()
}

/// A time of day as it is stored and shown.
#[must_use]
pub fn spell_time(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// A day such as `2026-11-24`; nothing for any other spelling.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: &str, zone: &str) -> (String, Option<Shift>) {
        let (at, shift) = read(wall.parse().unwrap(), &TimeZone::get(zone).unwrap()).unwrap();
        (at.to_string(), shift)
    }

    #[test]
    fn a_skipped_time_is_the_end_of_the_gap() {
        let skipped = Some(Shift::Skipped);
        assert_eq!(reading("2026-03-29T02:30", "Europe/Berlin"), ("2026-03-29T01:00:00Z".to_owned(), skipped));
        assert_eq!(reading("2026-03-29T02:00", "Europe/Berlin"), ("2026-03-29T01:00:00Z".to_owned(), skipped));
        // Half an hour only.
        assert_eq!(reading("2026-10-04T02:15", "Australia/Lord_Howe"), ("2026-10-03T15:30:00Z".to_owned(), skipped));
        // At midnight.
        assert_eq!(reading("2018-11-04T00:30", "America/Sao_Paulo"), ("2018-11-04T03:00:00Z".to_owned(), skipped));
        // A whole day.
        assert_eq!(reading("2011-12-30T09:00", "Pacific/Apia"), ("2011-12-30T10:00:00Z".to_owned(), skipped));
    }

    #[test]
    fn a_doubled_time_is_its_first_reading() {
        let doubled = Some(Shift::Doubled);
        assert_eq!(reading("2026-10-25T02:30", "Europe/Berlin"), ("2026-10-25T00:30:00Z".to_owned(), doubled));
        assert_eq!(reading("2026-11-01T01:30", "America/New_York"), ("2026-11-01T05:30:00Z".to_owned(), doubled));
    }

    #[test]
    fn only_one_spelling_of_times_and_days_is_taken() {
        assert_eq!(parse_time("09:05").map(spell_time).as_deref(), Some("09:05"));
        for text in ["9:00", "09:00:00", "24:00", "09:60", "+9:00", "", "09.00", "0９:00"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
        assert!(parse_date("2028-02-29").is_some());
        for text in ["2026-02-29", "20260224", "2026-2-4", "+2026-02-4", "", "2026-02-24T"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
