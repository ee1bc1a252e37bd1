//! The rule of a series: which days, at what time of day, until when.
//!
//! Each occurrence is computed from the rule and its number, never from the one before, so nothing
//! drifts and it does not matter who asks when.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::wall::{self, Shift, Weekday};
use crate::when::{self, HORIZON, Schedule, TimeChoice};

/// Largest step: every so many days, weeks or months.
const MOST_DAYS: u32 = 365;
const MOST_WEEKS: u32 = 52;
const MOST_MONTHS: u32 = 12;
/// Most occurrences that a rule can be limited to.
const MOST_COUNT: u32 = 1000;
/// Beyond the number of the last occurrence that any calendar holds.
const BEYOND: u32 = 4_000_000;

/// On which days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Frequency {
    /// By days.
    Daily,
    /// By weeks, which begin on Monday.
    Weekly {
        /// The days of the week.
        weekdays: Vec<Weekday>,
    },
    /// By months.
    Monthly {
        /// Day of the month from 1; a shorter month's last day stands in for what it lacks.
        #[schema(minimum = 1, maximum = 31)]
        day: u32,
    },
}

/// Until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ends {
    /// Until somebody stops it.
    Never,
    /// With the last occurrence up to this day.
    OnDate {
        /// The day, such as `2027-03-01`; an occurrence on it still goes out.
        date: String,
    },
    /// After so many occurrences, missed ones included.
    After {
        /// How many.
        #[schema(minimum = 1, maximum = 1000)]
        count: u32,
    },
}

/// How a post repeats, as the user says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatRule {
    /// On which days.
    pub frequency: Frequency,
    /// Every so many days, weeks or months.
    #[schema(minimum = 1, maximum = 365)]
    pub interval: u32,
    /// Time of day, such as `09:00`.
    #[schema(example = "09:00")]
    pub time: String,
    /// IANA zone, such as `Europe/Berlin`.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// The first day that may have an occurrence, such as `2026-11-24`.
    #[schema(example = "2026-11-24")]
    pub starts_on: String,
    /// Until when.
    pub ends: Ends,
}

/// One occurrence of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Occurrence {
    /// Counts from 1.
    pub number: u32,
    /// The wall-clock time that the rule names, such as `2026-03-29T02:30:00`.
    pub wanted: String,
    /// When it goes out: at another wall-clock time where clocks skip the wanted one.
    pub schedule: Schedule,
    /// What a change of clocks does to it.
    #[schema(required)]
    pub shift: Option<Shift>,
}

/// A rule that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RepeatRule", into = "RepeatRule")]
pub struct Rule {
    said: RepeatRule,
    tz: TimeZone,
    time: Time,
    /// The day of the first occurrence.
    first: Date,
    /// Ascending, for a weekly rule.
    weekdays: Vec<Weekday>,
    last_day: Option<Date>,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// Each problem, by a pointer into the rule.
    pub problems: Vec<Problem>,
    /// Times to begin with instead, where that would mend it.
    pub choices: Vec<TimeChoice>,
}

impl From<Vec<Problem>> for BrokenRule {
    fn from(problems: Vec<Problem>) -> Self {
        Self { problems, choices: Vec::new() }
    }
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rule is broken")?;
        self.problems.iter().try_for_each(|problem| write!(f, "; {}: {}", problem.pointer, problem.detail))
    }
}

impl From<Rule> for RepeatRule {
    fn from(rule: Rule) -> Self {
        rule.said
    }
}

impl TryFrom<RepeatRule> for Rule {
    type Error = BrokenRule;

    fn try_from(said: RepeatRule) -> Result<Self, BrokenRule> {
        let mut problems = days_problems(&said);
        let time = wall::parse_time(&said.time);
        if time.is_none() {
            problems.push(Problem::error("/time", "time-invalid", "That is no time of day.", "Write it like 09:00."));
        }
        let tz = TimeZone::get(&said.zone).ok();
        if tz.is_none() {
            let fix = "Choose an IANA time zone such as Europe/Berlin.";
            problems.push(Problem::error("/zone", "zone-unknown", "There is no such time zone.", fix));
        }
        let starts_on = wall::parse_date(&said.starts_on);
        if starts_on.is_none() {
            let fix = "Write the first day like 2026-11-24.";
            problems.push(Problem::error("/starts_on", "date-invalid", "That is no day.", fix));
        }
        let last_day = match &said.ends {
            Ends::OnDate { date } => wall::parse_date(date),
            Ends::Never | Ends::After { .. } => None,
        };
        if let (Some(time), Some(tz), Some(starts_on), true) = (time, tz, starts_on, problems.is_empty()) {
            let weekdays = sorted_weekdays(&said.frequency);
            let first =
                first_day(&said.frequency, &weekdays, starts_on).ok_or_else(|| BrokenRule::from(vec![never()]))?;
            let rule = Self { said, tz, time, first, weekdays, last_day };
            return if rule.occurrence(1).is_some() { Ok(rule) } else { Err(vec![never()].into()) };
        }
        Err(problems.into())
    }
}

impl Rule {
    /// What the user said.
    #[must_use]
    pub const fn said(&self) -> &RepeatRule {
        &self.said
    }

    /// The occurrence of this number, from 1; nothing beyond the rule's end.
    #[must_use]
    pub fn occurrence(&self, number: u32) -> Option<Occurrence> {
        let (at, wanted, shift) = self.instant(number)?;
        let wanted = when::spell(wanted.to_datetime(self.time));
        Some(Occurrence { number, wanted, schedule: when::schedule_at(at, &self.tz, &self.said.zone), shift })
    }

    /// The first occurrence after an instant.
    #[must_use]
    pub fn first_after(&self, instant: Timestamp) -> Option<Occurrence> {
        let (mut low, mut high) = (1, BEYOND);
        while low < high {
            let middle = low.midpoint(high);
            if self.instant(middle).is_some_and(|(at, ..)| at <= instant) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.occurrence(low)
    }

    /// Occurrences from this number on, up to the rule's end.
    pub fn from_number(&self, number: u32) -> impl Iterator<Item = Occurrence> + '_ {
        (number..BEYOND).map_while(|number| self.occurrence(number))
    }

    /// That its first occurrence is to come, and soon enough to be planned.
    ///
    /// # Errors
    /// What is wrong, with the next occurrence to begin with instead.
    pub fn must_begin_after(&self, now: Timestamp) -> Result<(), BrokenRule> {
        let Some(first) = self.occurrence(1) else { return Err(vec![never()].into()) };
        if first.schedule.at <= now {
            let next = self.first_after(now);
            let choices = next.map(|next| when::choice(next.schedule.at, &self.tz, &self.said.zone, None));
            let fix = "Begin on a later day.";
            let problem = Problem::error("/starts_on", "time-in-past", "Its first time has already passed.", fix);
            return Err(BrokenRule { problems: vec![problem], choices: choices.into_iter().collect() });
        }
        must_come_soon(&first, now)
    }

    /// Its next occurrence after `now`.
    ///
    /// # Errors
    /// What is wrong when there is none or it is too far away.
    pub fn must_go_on_after(&self, now: Timestamp) -> Result<Occurrence, BrokenRule> {
        let next = self.first_after(now).ok_or_else(|| {
            let fix = "Move the end, or choose another first day.";
            vec![Problem::error("/ends", "rule-over", "Every occurrence of this rule has passed.", fix)]
        })?;
        must_come_soon(&next, now)?;
        Ok(next)
    }

    fn instant(&self, number: u32) -> Option<(Timestamp, Date, Option<Shift>)> {
        let within = match self.said.ends {
            Ends::After { count } => number <= count,
            Ends::Never | Ends::OnDate { .. } => true,
        };
        let day =
            self.day(number.checked_sub(1)?).filter(|day| within && self.last_day.is_none_or(|last| *day <= last));
        let (at, shift) = wall::read(day?.to_datetime(self.time), &self.tz)?;
        Some((at, day?, shift))
    }

    /// The day of the occurrence with this index, from 0.
    fn day(&self, index: u32) -> Option<Date> {
        let (index, step) = (i64::from(index), i64::from(self.said.interval));
        match &self.said.frequency {
            Frequency::Daily => days_after(self.first, index * step),
            Frequency::Weekly { .. } => {
                let per_week = i64::try_from(self.weekdays.len()).ok()?;
                let first = Weekday::of(self.first);
                let before = self.weekdays.iter().filter(|day| **day < first).count();
                let index = index + i64::try_from(before).ok()?;
                let weekday = self.weekdays.get(usize::try_from(index % per_week).ok()?)?;
                let week = index / per_week * step;
                days_after(self.first, week * 7 + weekday.offset() - first.offset())
            }
            Frequency::Monthly { day } => {
                let months = Span::new().try_months(index * step).ok()?;
                day_of_month(self.first.first_of_month().checked_add(months).ok()?, *day)
            }
        }
    }
}

fn days_problems(said: &RepeatRule) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (most, unit) = match &said.frequency {
        Frequency::Daily => (MOST_DAYS, "days"),
        Frequency::Weekly { .. } => (MOST_WEEKS, "weeks"),
        Frequency::Monthly { .. } => (MOST_MONTHS, "months"),
    };
    if !(1..=most).contains(&said.interval) {
        let fix = format!("Choose 1 to {most} {unit}.");
        problems.push(Problem::error("/interval", "interval-invalid", "It cannot repeat in such steps.", fix));
    }
    match &said.frequency {
        Frequency::Weekly { weekdays } if weekdays.is_empty() => {
            let fix = "Choose at least one day of the week.";
            problems.push(Problem::error("/frequency/weekdays", "weekdays-missing", "No day is chosen.", fix));
        }
        Frequency::Monthly { day } if !(1..=31).contains(day) => {
            let fix = "Choose 1 to 31; a shorter month's last day stands in for what it lacks.";
            problems.push(Problem::error("/frequency/day", "day-invalid", "No month has such a day.", fix));
        }
        _ => {}
    }
    match &said.ends {
        Ends::OnDate { date } if wall::parse_date(date).is_none() => {
            problems.push(Problem::error("/ends/date", "date-invalid", "That is no day.", "Write it like 2027-03-01."));
        }
        Ends::After { count } if !(1..=MOST_COUNT).contains(count) => {
            let fix = format!("Choose 1 to {MOST_COUNT} occurrences, or no end.");
            problems.push(Problem::error("/ends/count", "count-invalid", "It cannot end after so many.", fix));
        }
        _ => {}
    }
    problems
}

fn must_come_soon(next: &Occurrence, now: Timestamp) -> Result<(), BrokenRule> {
    if next.schedule.at.duration_since(now) <= HORIZON {
        return Ok(());
    }
    let detail = "It begins more than two years from now.";
    Err(vec![Problem::error("/starts_on", "too-far", detail, "Begin within two years.")].into())
}

fn never() -> Problem {
    let fix = "Move the end, or choose an earlier first day.";
    Problem::error("/ends", "rule-empty", "It ends before its first occurrence.", fix)
}

fn sorted_weekdays(frequency: &Frequency) -> Vec<Weekday> {
    let chosen = |day: &Weekday| matches!(frequency, Frequency::Weekly { weekdays } if weekdays.contains(day));
    Weekday::ALL.into_iter().filter(chosen).collect()
}

fn first_day(frequency: &Frequency, weekdays: &[Weekday], starts_on: Date) -> Option<Date> {
    match frequency {
        Frequency::Daily => Some(starts_on),
        Frequency::Weekly { .. } => {
            (0..7).filter_map(|days| days_after(starts_on, days)).find(|day| weekdays.contains(&Weekday::of(*day)))
        }
        Frequency::Monthly { day } => {
            let month = starts_on.first_of_month();
            let here = day_of_month(month, *day).filter(|day| *day >= starts_on);
            here.or_else(|| day_of_month(month.checked_add(Span::new().months(1)).ok()?, *day))
        }
    }
}

fn day_of_month(month: Date, day: u32) -> Option<Date> {
    let day = i8::try_from(day).ok()?.min(month.days_in_month());
    Date::new(month.year(), month.month(), day).ok()
}

fn days_after(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
