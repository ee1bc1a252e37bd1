//! When a row goes out.

use jiff::Timestamp;
use jiff::civil::Time;

use super::day::{self, DayOrder, NoDay};
use super::{Row, short};
use crate::problem::Problem;
use crate::when::{self, Disambiguation, Schedule, TimeChoice, TimeTrouble};

/// How a day and a time can be written.
const SPELLING: &str = "Write the date like 2026-12-31 and the time like 09:00.";

impl Row {
    /// When it goes out, by the clocks of its own zone or else of `zone`; nothing for a draft.
    ///
    /// # Errors
    /// What is wrong with the cell that `pointer` names, with the ways out in words.
    pub fn schedule(&self, days: DayOrder, zone: &str, now: Timestamp) -> Result<Option<Schedule>, Box<Problem>> {
        let Some(said) = self.said_time()? else { return Ok(None) };
        let day = day::read(said.day, days).map_err(|trouble| no_day(said.day_at, said.day, trouble))?;
        let Some((time, reading)) = read_clock(said.time) else {
            let detail = format!("“{}” is not a time of day.", short(said.time));
            return Err(wrong(said.time_at, "time-invalid", detail, SPELLING));
        };
        let zone = if self.zone.is_empty() { zone } else { &self.zone };
        let local = when::spell(day.to_datetime(time));
        when::resolve(&local, zone, reading, now).map(Some).map_err(|trouble| said.trouble(&trouble, zone))
    }

    fn said_time(&self) -> Result<Option<Said<'_>>, Box<Problem>> {
        let (date, time, when) = (self.date.as_str(), self.time.as_str(), self.when.as_str());
        if when.is_empty() {
            return match (date, time) {
                ("", "") => Ok(None),
                (day, "") => {
                    let detail = format!("There is a date, “{}”, and no time.", short(day));
                    let fix = "Add a time such as 09:00, or take the date out to import a draft.";
                    Err(wrong("/time", "time-missing", detail, fix))
                }
                ("", time) => {
                    let detail = format!("There is a time, “{}”, and no date.", short(time));
                    let fix = "Add a date such as 2026-12-31, or take the time out to import a draft.";
                    Err(wrong("/date", "date-missing", detail, fix))
                }
                (day, time) => Ok(Some(Said { day, day_at: "/date", time, time_at: "/time" })),
            };
        }
        if !(date.is_empty() && time.is_empty()) {
            let fix = "Fill either “when”, or “date” and “time”.";
            return Err(wrong("/when", "when-twice", "The row says twice when it goes out.", fix));
        }
        let (day, time) = halves(when);
        if time.is_empty() {
            let detail = format!("“{}” is not a date and a time.", short(when));
            return Err(wrong("/when", "time-invalid", detail, "Write it like 2026-12-31 09:00."));
        }
        Ok(Some(Said { day, day_at: "/when", time, time_at: "/when" }))
    }
}

fn wrong(pointer: &str, code: &str, detail: impl Into<String>, fix: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::error(pointer, code, detail, fix))
}

/// Day and time of a cell with both, such as `2026-12-31 09:00` or `2026-12-31T09:00`.
pub(super) fn halves(when: &str) -> (&str, &str) {
    let space = when.split_once(char::is_whitespace);
    let (day, time) = space.or_else(|| when.split_once('T')).unwrap_or((when, ""));
    (day.trim(), time.trim())
}

/// What a row says of its time, and where.
struct Said<'a> {
    day: &'a str,
    day_at: &'static str,
    time: &'a str,
    time_at: &'static str,
}

impl Said<'_> {
    fn trouble(&self, trouble: &TimeTrouble, zone: &str) -> Box<Problem> {
        let detail = format!("{} {}: {trouble}", self.day, self.time);
        let problem = |pointer: &str, code: &str, fix: String| wrong(pointer, code, detail.as_str(), fix);
        match trouble {
            TimeTrouble::Past(choices) => {
                let choice = choices.first().map(|choice| format!(", such as {}", clock(choice))).unwrap_or_default();
                let fix = format!("Choose a later one{choice}; or take date and time out to import a draft.");
                problem(self.day_at, "time-in-past", fix)
            }
            TimeTrouble::Gap(choices) => {
                let ways: Vec<String> = choices.iter().map(clock).collect();
                problem(self.time_at, "time-in-gap", format!("Write {}.", ways.join(" or ")))
            }
            TimeTrouble::Ambiguous(choices) => {
                let bare = bare(self.time);
                let ways = choices.iter().zip(["earlier", "later"]);
                let ways: Vec<String> =
                    ways.map(|(choice, word)| format!("“{bare} {word}” for {}", choice.label)).collect();
                problem(self.time_at, "time-ambiguous", format!("Write {}.", ways.join(", or ")))
            }
            TimeTrouble::TooFar => problem(self.day_at, "time-too-far", "Choose an earlier date.".to_owned()),
            TimeTrouble::NotATime => problem(self.time_at, "time-invalid", SPELLING.to_owned()),
            TimeTrouble::UnknownZone => wrong(
                "/zone",
                "zone-unknown",
                format!("There is no time zone “{}”.", short(zone)),
                "Write its name in the IANA database, such as Europe/Berlin or America/New_York.",
            ),
        }
    }
}

fn no_day(pointer: &str, said: &str, trouble: NoDay) -> Box<Problem> {
    match trouble {
        NoDay::Unreadable => wrong(pointer, "date-invalid", format!("“{}” is not a date.", short(said)), SPELLING),
        NoDay::Either(one, other) => {
            let words = |day: jiff::civil::Date| day.strftime("%-d %B %Y").to_string();
            let detail = format!("“{said}” can be {} or {}.", words(one), words(other));
            wrong(pointer, "date-ambiguous", detail, format!("Write {one} or {other}."))
        }
    }
}

/// A choice as a cell says it, such as `2026-03-29 03:30`.
fn clock(choice: &TimeChoice) -> String {
    let local = choice.local.replace('T', " ");
    local.strip_suffix(":00").map_or_else(|| local.clone(), str::to_owned)
}

/// A time of day, and which of two readings is meant where clocks go back: `09:00`, `9:00 pm`, `02:30 later`.
fn read_clock(text: &str) -> Option<(Time, Option<Disambiguation>)> {
    let text = text.to_lowercase();
    let (text, reading) = reading(&text);
    let (text, afternoon) = half_of_day(text);
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &str| {
        let plain = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse::<i8>().ok() } else { None }
    };
    let (hour, minute, second) = match parts[..] {
        [hour] if afternoon.is_some() => (number(hour)?, 0, 0),
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    let hour = match afternoon {
        None => hour,
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
    };
    Some((Time::new(hour, minute, second, 0).ok()?, reading))
}

/// The words for the two readings of a doubled time.
fn reading(text: &str) -> (&str, Option<Disambiguation>) {
    if let Some(rest) = text.strip_suffix("earlier") {
        return (rest.trim_end(), Some(Disambiguation::Earlier));
    }
    match text.strip_suffix("later") {
        Some(rest) => (rest.trim_end(), Some(Disambiguation::Later)),
        None => (text, None),
    }
}

/// The time without what follows the reading of the clock.
fn bare(text: &str) -> String {
    let lower = text.to_lowercase();
    reading(&lower).0.to_owned()
}

/// Whether it is before or after noon, where a clock of twelve hours says so.
fn half_of_day(text: &str) -> (&str, Option<bool>) {
    for (ending, afternoon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        if let Some(rest) = text.strip_suffix(ending) {
            return (rest.trim_end(), Some(afternoon));
        }
    }
    (text, None)
}
