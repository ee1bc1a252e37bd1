use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{select, subsequence};

use super::*;

fn rule(said: RepeatRule) -> Rule {
    Rule::try_from(said).unwrap()
}

fn daily(time: &str, zone: &str, starts_on: &str) -> RepeatRule {
    RepeatRule {
        frequency: Frequency::Daily,
        interval: 1,
        time: time.into(),
        zone: zone.into(),
        starts_on: starts_on.into(),
        ends: Ends::Never,
    }
}

fn wanted(rule: &Rule, count: usize) -> Vec<String> {
    rule.from_number(1).take(count).map(|occurrence| occurrence.wanted).collect()
}

fn codes(said: RepeatRule) -> Vec<(String, String)> {
    let problems = Rule::try_from(said).unwrap_err().problems;
    problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

#[test]
fn clocks_go_forward_and_back_and_the_wall_clock_stays() {
    let rule = rule(daily("02:30", "Europe/Berlin", "2026-03-28"));
    let got: Vec<_> =
        rule.from_number(1).take(3).map(|o| (o.schedule.at.to_string(), o.schedule.local, o.shift)).collect();
    assert_eq!(got[0], ("2026-03-28T01:30:00Z".into(), "2026-03-28T02:30:00".into(), None));
    assert_eq!(got[1], ("2026-03-29T01:00:00Z".into(), "2026-03-29T03:00:00".into(), Some(Shift::Skipped)));
    assert_eq!(got[2], ("2026-03-30T00:30:00Z".into(), "2026-03-30T02:30:00".into(), None));
    let back = rule.first_after("2026-10-24T12:00:00Z".parse().unwrap()).unwrap();
    assert_eq!((back.schedule.at.to_string(), back.shift), ("2026-10-25T00:30:00Z".into(), Some(Shift::Doubled)));
}

#[test]
fn a_short_month_s_last_day_stands_in() {
    let monthly = RepeatRule { frequency: Frequency::Monthly { day: 31 }, ..daily("09:00", "UTC", "2027-12-15") };
    let days = ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"];
    assert_eq!(wanted(&rule(monthly), 5), days.map(|day| format!("{day}T09:00:00")));
}

#[test]
fn steps_are_counted_from_the_first_occurrence() {
    let start = daily("09:00", "UTC", "2026-11-20"); // A Friday.
    let monthly = RepeatRule { frequency: Frequency::Monthly { day: 5 }, interval: 3, ..start.clone() };
    assert_eq!(wanted(&rule(monthly), 2), ["2026-12-05T09:00:00", "2027-03-05T09:00:00"]);
    let weekdays = vec![Weekday::Saturday, Weekday::Monday, Weekday::Monday];
    let weekly = RepeatRule { frequency: Frequency::Weekly { weekdays }, interval: 2, ..start };
    let days = ["2026-11-21", "2026-11-30", "2026-12-05", "2026-12-14"];
    assert_eq!(wanted(&rule(weekly), 4), days.map(|day| format!("{day}T09:00:00")));
}

#[test]
fn ends_are_inclusive() {
    let until = |ends| rule(RepeatRule { ends, ..daily("09:00", "UTC", "2026-11-20") });
    assert_eq!(wanted(&until(Ends::OnDate { date: "2026-11-22".into() }), 9).len(), 3);
    assert_eq!(wanted(&until(Ends::After { count: 4 }), 9).len(), 4);
}

#[test]
fn each_broken_part_is_pointed_at() {
    let fine = daily("09:00", "UTC", "2026-11-20");
    let bad = RepeatRule {
        interval: 0,
        time: "9".into(),
        zone: "Mars/Base".into(),
        starts_on: "soon".into(),
        ends: Ends::OnDate { date: "later".into() },
        ..fine.clone()
    };
    let pointers: Vec<_> = codes(bad).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/interval", "/ends/date", "/time", "/zone", "/starts_on"]);
    for (broken, pointer) in [
        (RepeatRule { frequency: Frequency::Weekly { weekdays: vec![] }, ..fine.clone() }, "/frequency/weekdays"),
        (RepeatRule { frequency: Frequency::Monthly { day: 32 }, ..fine.clone() }, "/frequency/day"),
        (RepeatRule { frequency: Frequency::Monthly { day: 3 }, interval: 13, ..fine.clone() }, "/interval"),
        (RepeatRule { ends: Ends::After { count: 0 }, ..fine.clone() }, "/ends/count"),
        (RepeatRule { ends: Ends::OnDate { date: "2026-11-19".into() }, ..fine.clone() }, "/ends"),
    ] {
        assert_eq!(codes(broken)[0].0, pointer);
    }
}

#[test]
fn a_rule_that_began_in_the_past_offers_its_next_day() {
    let rule = rule(daily("09:00", "Europe/Berlin", "2026-11-20"));
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let broken = rule.must_begin_after(now).unwrap_err();
    assert_eq!(
        (broken.problems[0].pointer.as_str(), broken.choices[0].local.as_str()),
        ("/starts_on", "2026-11-21T09:00:00")
    );
    assert!(rule.must_begin_after("2026-11-20T07:00:00Z".parse().unwrap()).is_ok());
    let far = Rule::try_from(daily("09:00", "UTC", "2031-11-20")).unwrap();
    assert_eq!(far.must_begin_after(now).unwrap_err().problems[0].code, "too-far");
    let over = RepeatRule { ends: Ends::After { count: 2 }, ..daily("09:00", "UTC", "2026-11-01") };
    assert_eq!(Rule::try_from(over).unwrap().must_go_on_after(now).unwrap_err().problems[0].code, "rule-over");
}

const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "UTC"];

fn any_frequency() -> impl Strategy<Value = (Frequency, u32)> {
    prop_oneof![
        (Just(Frequency::Daily), 1..=60_u32),
        (subsequence(Weekday::ALL.to_vec(), 1..=7).prop_map(|weekdays| Frequency::Weekly { weekdays }), 1..=8_u32),
        ((1..=31_u32).prop_map(|day| Frequency::Monthly { day }), 1..=12_u32),
    ]
}

fn any_ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        Just(Ends::Never),
        (1..=400_u32).prop_map(|count| Ends::After { count }),
        (2019..=2040_i16, 1..=12_i8).prop_map(|(year, month)| Ends::OnDate { date: date(year, month, 20).to_string() }),
    ]
}

fn any_rule() -> impl Strategy<Value = RepeatRule> {
    let time = (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"));
    // Brazil still changed its clocks then.
    let start =
        (2014..=2036_i16, 1..=12_i8, 1..=28_i8).prop_map(|(year, month, day)| date(year, month, day).to_string());
    (any_frequency(), time, select(&ZONES[..]), start, any_ends()).prop_map(
        |((frequency, interval), time, zone, starts_on, ends)| RepeatRule {
            frequency,
            interval,
            time,
            zone: zone.to_owned(),
            starts_on,
            ends,
        },
    )
}

proptest! {
    #[test]
    fn any_words_get_an_answer(said in any_rule(), time in ".{0,6}", zone in ".{0,12}", day in ".{0,12}") {
        drop(Rule::try_from(RepeatRule { time, ..said.clone() }));
        drop(Rule::try_from(RepeatRule { zone, ..said.clone() }));
        drop(Rule::try_from(RepeatRule { starts_on: day, ..said }));
    }

    #[test]
    fn the_wall_clock_is_constant_and_time_only_goes_on(said in any_rule()) {
        let Ok(rule) = Rule::try_from(said.clone()) else { return Ok(()) };
        let mut before: Option<Timestamp> = None;
        for occurrence in rule.from_number(1).take(500) {
            let wanted: DateTime = occurrence.wanted.parse().unwrap();
            prop_assert_eq!(wall::spell_time(wanted.time()), said.time.clone());
            prop_assert!(wanted.date() >= said.starts_on.parse().unwrap());
            match &said.frequency {
                Frequency::Weekly { weekdays } => prop_assert!(weekdays.contains(&Weekday::of(wanted.date()))),
                Frequency::Monthly { day } => {
                    let last = wanted.date().days_in_month();
                    prop_assert_eq!(u32::from(wanted.day().unsigned_abs()), (*day).min(u32::from(last.unsigned_abs())));
                }
                Frequency::Daily => {}
            }
            // Only a change of clocks moves it, and never onto another day.
            match occurrence.shift {
                Some(Shift::Skipped) => prop_assert!(occurrence.schedule.local > occurrence.wanted),
                _ => prop_assert_eq!(&occurrence.schedule.local, &occurrence.wanted),
            }
            prop_assert_eq!(&occurrence.schedule.local[..10], &occurrence.wanted[..10]);
            prop_assert!(before.is_none_or(|before| before < occurrence.schedule.at));
            before = Some(occurrence.schedule.at);
        }
    }

    #[test]
    fn it_ends_where_it_says(said in any_rule()) {
        let Ok(rule) = Rule::try_from(said.clone()) else { return Ok(()) };
        match &said.ends {
            Ends::Never => prop_assert!(rule.occurrence(5000).is_some()),
            Ends::After { count } => {
                prop_assert!(rule.occurrence(*count).is_some());
                prop_assert!(rule.occurrence(count + 1).is_none());
            }
            Ends::OnDate { date } => {
                let all: Vec<_> = rule.from_number(1).collect();
                prop_assert!(all.iter().all(|occurrence| &occurrence.wanted[..10] <= date.as_str()));
                let endless = Rule::try_from(RepeatRule { ends: Ends::Never, ..said.clone() }).unwrap();
                let next = endless.occurrence(u32::try_from(all.len()).unwrap() + 1).unwrap();
                prop_assert!(&next.wanted[..10] > date.as_str(), "one that fits was left out");
            }
        }
    }

    #[test]
    fn an_occurrence_is_the_same_however_one_asks(said in any_rule(), number in 1..600_u32) {
        let Ok(rule) = Rule::try_from(said) else { return Ok(()) };
        let Some(direct) = rule.occurrence(number) else { return Ok(()) };
        let (stepwise, one_by_one) = (rule.from_number(1).nth(number as usize - 1), rule.from_number(number).next());
        prop_assert_eq!(stepwise.as_ref(), Some(&direct));
        prop_assert_eq!(one_by_one.as_ref(), Some(&direct));
        let found = rule.first_after(direct.schedule.at - SignedDuration::from_secs(1));
        prop_assert_eq!(found.as_ref(), Some(&direct));
        let following = rule.first_after(direct.schedule.at);
        prop_assert_eq!(following, rule.occurrence(number + 1));
        let text = serde_json::to_string(&rule).unwrap();
        let read: Rule = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.occurrence(number), Some(direct));
    }
}
