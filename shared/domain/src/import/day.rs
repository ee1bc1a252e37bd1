//! Days as spreadsheets write them.

use jiff::civil::Date;

use super::{Row, wrong};
use crate::problem::Problem;

/// How days such as `3/4/2026` are meant: no such day tells by itself, another one of the same sheet may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// Nothing in the sheet tells.
    Open,
    /// The day comes first, because one such number is above 12.
    DayFirst,
    /// The month comes first, because one such number is above 12.
    MonthFirst,
    /// The sheet has both.
    Both,
}

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDay {
    /// It is not a date.
    Unreadable,
    /// It could be either.
    Either(Date, Date),
}

/// A date in three numbers.
enum Spelled {
    /// Its order is plain: year, month, day.
    Plain(i16, i8, i8),
    /// Two numbers before the year, of which one is the day.
    Open(i8, i8, i16),
}

impl DayOrder {
    /// What the days of these rows tell.
    pub(super) fn of(rows: &[Row]) -> Self {
        let mut order = Self::Open;
        for row in rows {
            let told = match spelled(row.day()) {
                Some(Spelled::Open(first, second, _)) if first > 12 && second <= 12 => Self::DayFirst,
                Some(Spelled::Open(first, second, _)) if second > 12 && first <= 12 => Self::MonthFirst,
                _ => continue,
            };
            order = match order {
                Self::Open => told,
                known if known == told => known,
                _ => Self::Both,
            };
        }
        order
    }

    /// That days which tell nothing by themselves are read as the others are.
    pub(super) fn remark(self, rows: &[Row]) -> Option<Problem> {
        let order = match self {
            Self::DayFirst => "day, month, year",
            Self::MonthFirst => "month, day, year",
            Self::Open | Self::Both => return None,
        };
        let open = rows.iter().find(|row| matches!(read(row.day(), Self::Open), Err(NoDay::Either(..))))?;
        let detail = format!("Dates such as “{}” are read as {order}, because others in the sheet are.", open.day());
        Some(wrong("dates-read-as", detail, "To be sure, write them like 2026-12-31.").as_warning())
    }
}

impl Row {
    /// The day as it is written, wherever it is.
    fn day(&self) -> &str {
        if self.date.is_empty() { super::timing::halves(&self.when).0 } else { &self.date }
    }
}

/// Reads a day: `2026-12-31`, with `/` or `.` as well, `31.12.2026`, and `31/12/2026` or `12/31/2026` where one can tell.
pub(super) fn read(text: &str, order: DayOrder) -> Result<Date, NoDay> {
    let date = |year, month, day| Date::new(year, month, day).map_err(|_| NoDay::Unreadable);
    match spelled(text).ok_or(NoDay::Unreadable)? {
        Spelled::Plain(year, month, day) => date(year, month, day),
        Spelled::Open(first, second, year) => match (date(year, second, first), date(year, first, second)) {
            (Ok(day_first), Ok(month_first)) if day_first != month_first => match order {
                DayOrder::DayFirst => Ok(day_first),
                DayOrder::MonthFirst => Ok(month_first),
                DayOrder::Open | DayOrder::Both => Err(NoDay::Either(day_first, month_first)),
            },
            (Ok(day), _) | (_, Ok(day)) => Ok(day),
            _ => Err(NoDay::Unreadable),
        },
    }
}

fn spelled(text: &str) -> Option<Spelled> {
    let mark = text.chars().find(|character| matches!(character, '-' | '/' | '.'))?;
    let parts: Vec<&str> = text.trim_end_matches('.').split(mark).map(str::trim).collect();
    let [first, second, third] = parts[..] else { return None };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let small = |part: &str| if (1..=2).contains(&part.len()) && digits(part) { part.parse::<i8>().ok() } else { None };
    let year = |part: &str| if part.len() == 4 && digits(part) { part.parse::<i16>().ok() } else { None };
    if let Some(year) = year(first) {
        return Some(Spelled::Plain(year, small(second)?, small(third)?));
    }
    let (first, second, year) = (small(first)?, small(second)?, year(third)?);
    // With dots the day comes first wherever dates are written so.
    Some(if mark == '.' { Spelled::Plain(year, second, first) } else { Spelled::Open(first, second, year) })
}
