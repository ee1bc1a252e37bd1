//! Slots: the times of the week at which an account likes to post. A queued post takes the next free one.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PostId};
use crate::problem::Problem;
use crate::wall::{self, Shift, Weekday};
use crate::when::{self, Schedule};

/// Most slots of one account's week.
pub const MOST_SLOTS: usize = 50;

/// A time of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotTime {
    /// The day.
    pub weekday: Weekday,
    /// Time of day, such as `09:00`.
    #[schema(example = "09:00")]
    pub time: String,
}

/// An account's slots, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotPlan {
    /// The account.
    pub account_id: AccountId,
    /// IANA zone; absent = the organization's.
    pub zone: Option<String>,
    /// The times, in order of the week.
    pub times: Vec<SlotTime>,
    /// For `ETag` and `If-Match`.
    pub version: u64,
}

/// That a post holds a slot, as stored: whoever puts it first has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotReservation {
    /// The account.
    pub account_id: AccountId,
    /// The slot's instant.
    pub at: Timestamp,
    /// Who holds it.
    pub post_id: PostId,
    /// When it may go, as seconds since 1970: some time after it passed.
    pub expires: i64,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Slot {
    /// When.
    pub schedule: Schedule,
    /// What a change of clocks does to it.
    #[schema(required)]
    pub shift: Option<Shift>,
}

/// Slots that were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    tz: TimeZone,
    zone: String,
    /// Ascending, each once.
    times: Vec<(Weekday, Time)>,
}

impl Slots {
    /// Checks what the user said. `zone` is an IANA zone.
    ///
    /// # Errors
    /// Each problem with its field: `/zone`, `/times`, `/times/0/time`.
    pub fn new(times: &[SlotTime], zone: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let tz = TimeZone::get(zone).unwrap_or_else(|_| {
            let fix = "Choose an IANA time zone such as Europe/Berlin.";
            problems.push(Problem::error("/zone", "zone-unknown", "There is no such time zone.", fix));
            TimeZone::UTC
        });
        if times.len() > MOST_SLOTS {
            let detail = format!("There are {} times; at most {MOST_SLOTS} fit into a week.", times.len());
            problems.push(Problem::error("/times", "slots-too-many", detail, "Remove some."));
        }
        let mut checked = Vec::with_capacity(times.len());
        for (index, slot) in times.iter().enumerate() {
            match wall::parse_time(&slot.time) {
                Some(time) => checked.push((slot.weekday, time)),
                None => problems.push(Problem::error(
                    format!("/times/{index}/time"),
                    "time-invalid",
                    "That is no time of day.",
                    "Write it like 09:00.",
                )),
            }
        }
        checked.sort_unstable();
        checked.dedup();
        if problems.is_empty() { Ok(Self { tz, zone: zone.to_owned(), times: checked }) } else { Err(problems) }
    }

    /// The times as they are stored: in order of the week, each once.
    #[must_use]
    pub fn times(&self) -> Vec<SlotTime> {
        let said = |(weekday, time): &(Weekday, Time)| SlotTime { weekday: *weekday, time: wall::spell_time(*time) };
        self.times.iter().map(said).collect()
    }

    /// The slots after an instant, in order. Times that a change of clocks puts together are one slot.
    pub fn after(&self, instant: Timestamp) -> impl Iterator<Item = Slot> + '_ {
        let today = self.tz.to_datetime(instant).date();
        // Without a time of day the search would find nothing until the calendar's end.
        let most = if self.times.is_empty() { 0 } else { i64::MAX };
        let days = (0..most).map_while(move |days| today.checked_add(Span::new().try_days(days).ok()?).ok());
        let of_day = move |day| {
            let fits = move |(weekday, time): &(Weekday, Time)| (*weekday == Weekday::of(day)).then_some(*time);
            self.times.iter().filter_map(fits).filter_map(move |time| wall::read(day.to_datetime(time), &self.tz))
        };
        let mut before = instant;
        days.flat_map(of_day).filter_map(move |(at, shift)| {
            if at <= before {
                return None;
            }
            before = at;
            Some(Slot { schedule: when::schedule_at(at, &self.tz, &self.zone), shift })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::DateTime;
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn slot(weekday: Weekday, time: &str) -> SlotTime {
        SlotTime { weekday, time: time.to_owned() }
    }

    fn locals(slots: &Slots, from: &str, count: usize) -> Vec<String> {
        slots.after(at(from)).take(count).map(|slot| slot.schedule.local).collect()
    }

    #[test]
    fn the_week_goes_round() {
        let times = [slot(Weekday::Thursday, "18:00"), slot(Weekday::Monday, "09:00"), slot(Weekday::Monday, "09:00")];
        let slots = Slots::new(&times, "Europe/Berlin").unwrap();
        assert_eq!(slots.times().len(), 2);
        let expected = ["2026-11-23T09:00:00", "2026-11-26T18:00:00", "2026-11-30T09:00:00"];
        assert_eq!(locals(&slots, "2026-11-21T05:00:00Z", 3), expected);
        assert_eq!(locals(&slots, "2026-11-23T08:00:00Z", 1), ["2026-11-26T18:00:00"]);
        assert_eq!(Slots::new(&[], "UTC").unwrap().after(at("2026-11-21T05:00:00Z")).count(), 0);
    }

    #[test]
    fn a_time_that_clocks_skip_comes_every_week_all_the_same() {
        let slots = Slots::new(&[slot(Weekday::Sunday, "02:00")], "Europe/Berlin").unwrap();
        let found: Vec<Slot> = slots.after(at("2014-05-13T00:00:00Z")).take(300).collect();
        let days = |slot: &Slot| slot.schedule.local.parse::<DateTime>().unwrap().date();
        for (week, slot) in (0_i64..).zip(&found) {
            assert_eq!(days(slot), days(&found[0]) + Span::new().weeks(week));
        }
        assert_eq!(found.iter().filter(|slot| slot.shift == Some(Shift::Skipped)).count(), 5, "once a year");
    }

    #[test]
    fn times_in_one_gap_are_one_slot() {
        let times = ["02:10", "02:50", "03:00"].map(|time| slot(Weekday::Sunday, time));
        let slots = Slots::new(&times, "Europe/Berlin").unwrap();
        let got: Vec<_> = slots.after(at("2026-03-28T12:00:00Z")).take(2).collect();
        assert_eq!((got[0].schedule.local.as_str(), got[0].shift), ("2026-03-29T03:00:00", Some(Shift::Skipped)));
        assert_eq!(got[1].schedule.local, "2026-04-05T02:10:00");
    }

    #[test]
    fn each_broken_part_is_pointed_at() {
        let problems = Slots::new(&[slot(Weekday::Monday, "9 o'clock")], "Mars/Base").unwrap_err();
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/zone", "/times/0/time"]);
        let many = vec![slot(Weekday::Monday, "09:00"); MOST_SLOTS + 1];
        assert_eq!(Slots::new(&many, "UTC").unwrap_err()[0].pointer, "/times");
    }

    fn any_times() -> impl Strategy<Value = Vec<SlotTime>> {
        let any = (select(&Weekday::ALL[..]), 0..24_u8, 0..60_u8);
        let any = any.prop_map(|(weekday, hour, minute)| slot(weekday, &format!("{hour:02}:{minute:02}")));
        proptest::collection::vec(any, 1..12)
    }

    proptest! {
        #[test]
        fn slots_are_at_their_times_in_order_and_complete(
            times in any_times(),
            zone in select(&["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"][..]),
            start in 1_400_000_000..1_900_000_000_i64,
        ) {
            let slots = Slots::new(&times, zone).unwrap();
            let start = Timestamp::from_second(start).unwrap();
            let (mut before, mut weeks) = (start, 0);
            for slot in slots.after(start).take(300) {
                prop_assert!(slot.schedule.at > before);
                before = slot.schedule.at;
                let local: DateTime = slot.schedule.local.parse().unwrap();
                if slot.shift != Some(Shift::Skipped) {
                    let said = SlotTime { weekday: Weekday::of(local.date()), time: wall::spell_time(local.time()) };
                    prop_assert!(times.contains(&said));
                }
                weeks += 1;
            }
            // Each of them comes once a week, but for those that clocks which go forward put together.
            let passed = before.duration_since(start).as_secs_f64() / (7.0 * 86_400.0);
            let expected = passed * slots.times().len() as f64;
            prop_assert!((f64::from(weeks) - expected).abs() <= slots.times().len() as f64 * 2.0 + 2.0, "{weeks} of {expected}");
        }

        #[test]
        fn the_next_slot_does_not_depend_on_how_far_back_one_looks(times in any_times(), hours in 0..200_i64) {
            let slots = Slots::new(&times, "Europe/Berlin").unwrap();
            let (early, late) = (at("2026-03-20T00:00:00Z"), at("2026-03-20T00:00:00Z") + jiff::SignedDuration::from_hours(hours));
            let direct = slots.after(late).next();
            prop_assert_eq!(direct, slots.after(early).find(|slot| slot.schedule.at > late));
        }
    }
}
