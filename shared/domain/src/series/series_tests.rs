use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::platform::Platform;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn daily(ends: Ends) -> Rule {
    let said = RepeatRule {
        frequency: Frequency::Daily,
        interval: 1,
        time: "09:00".into(),
        zone: "Europe/Berlin".into(),
        starts_on: "2026-11-20".into(),
        ends,
    };
    Rule::try_from(said).unwrap()
}

fn series(ends: Ends) -> Step {
    let account_id = AccountId::new(Ulid::from(7));
    let target = Target::new(account_id, Platform::Page);
    let new = Series {
        id: SeriesId::new(Ulid::from_parts(1_800_000_000_000, u128::MAX >> 48)),
        version: 1,
        content: Content {
            text: "Again".into(),
            media: vec![],
            thread: vec![],
            first_comment: None,
            files: vec![],
            targets: vec![target],
        },
        rule: daily(ends),
        edition: 1,
        state: SeriesState::Paused,
        upcoming: None,
        missed: vec![],
        missed_count: 0,
        created_by: UserId::new(Ulid::from(1)),
        created_at: at("2026-11-19T12:00:00Z"),
        updated_at: at("2026-11-19T12:00:00Z"),
    };
    new.from_now(at("2026-11-19T12:00:00Z"))
}

#[test]
fn it_begins_with_one_waiting_post() {
    let step = series(Ends::Never);
    let (post, deliveries) = step.next.unwrap();
    assert_eq!(step.series.state, SeriesState::Active);
    assert_eq!(post.schedule.as_ref().unwrap().at, at("2026-11-20T08:00:00Z"));
    assert_eq!(post.series, Some(OccurrenceOf { series_id: step.series.id, number: 1 }));
    assert_eq!(deliveries[0].state, DeliveryState::Pending);
    assert_eq!(post.outcomes[&deliveries[0].account_id].state, DeliveryState::Pending);
}

#[test]
fn nothing_happens_before_its_time_and_then_the_next_post_is_made() {
    let first = series(Ends::Never).series;
    assert_eq!(first.advanced(at("2026-11-20T07:59:59Z")), None);
    let step = first.advanced(at("2026-11-20T08:00:00Z")).unwrap();
    assert_eq!((step.series.upcoming.as_ref().unwrap().number, step.series.missed_count), (2, 0));
    assert_ne!(step.next.unwrap().0.id, first.upcoming.unwrap().post_id);
    assert_eq!(step.series.version, first.version + 1);
}

#[test]
fn what_passed_in_a_standstill_is_listed_and_not_sent() {
    let first = series(Ends::Never).series;
    let step = first.advanced(at("2026-11-24T12:00:00Z")).unwrap();
    let missed: Vec<_> = step.series.missed.iter().map(|missed| missed.occurrence.number).collect();
    assert_eq!(missed, [2, 3, 4, 5]);
    assert_eq!(step.next.unwrap().0.schedule.unwrap().local, "2026-11-25T09:00:00");
    let year = first.advanced(at("2027-11-24T12:00:00Z")).unwrap().series;
    assert_eq!((year.missed.len(), year.missed_count), (MISSED_LISTED, 369));
    assert_eq!(year.missed.last().unwrap().occurrence.number + 1, year.upcoming.unwrap().number);
}

#[test]
fn the_last_occurrence_ends_it() {
    let step = series(Ends::After { count: 3 }).series.advanced(at("2026-12-24T12:00:00Z")).unwrap();
    assert_eq!((step.series.state, step.next.is_none(), step.series.missed_count), (SeriesState::Ended, true, 2));
    assert_eq!(step.series.advanced(at("2027-12-24T12:00:00Z")), None);
}

#[test]
fn a_pause_misses_nothing() {
    let paused = series(Ends::Never).series.paused(at("2026-11-19T13:00:00Z"));
    assert_eq!((paused.state, paused.upcoming.is_none()), (SeriesState::Paused, true));
    assert_eq!(paused.advanced(at("2027-01-01T00:00:00Z")), None);
    let step = paused.resumed(at("2026-11-30T12:00:00Z"));
    assert_eq!((step.series.missed_count, step.series.upcoming.unwrap().number), (0, 12));
}

#[test]
fn only_an_occurrence_that_nobody_began_lapses() {
    let (post, deliveries) = series(Ends::Never).next.unwrap();
    let due = deliveries[0].due_at;
    let late = due + LAPSES_AFTER + SignedDuration::from_secs(1);
    assert!(lapsed(&post, &deliveries, due + LAPSES_AFTER).is_empty());
    assert_eq!(lapsed(&post, &deliveries, late), deliveries);
    let ordinary = Post { series: None, ..post.clone() };
    assert!(lapsed(&ordinary, &deliveries, late).is_empty());
    let claimed = deliveries[0].claim(1, due, Ulid::from(1)).unwrap();
    assert!(lapsed(&post, &[claimed], late).is_empty());
}

#[test]
fn a_post_is_listed_as_missed_once() {
    let mut series = series(Ends::Never).series;
    let occurrence = series.next_occurrence().unwrap();
    let missed = Missed { occurrence, post_id: Some(series.post_id(1)) };
    series.note_missed(missed.clone());
    series.note_missed(missed);
    assert_eq!((series.missed.len(), series.missed_count), (1, 1));
}

#[test]
fn posts_of_different_rules_never_share_an_id() {
    let one = series(Ends::Never).series;
    let other = Series { edition: 2, ..one.clone() };
    let ids: std::collections::BTreeSet<_> =
        (1..500).flat_map(|number| [one.post_id(number), other.post_id(number)]).collect();
    assert_eq!(ids.len(), 998);
}

proptest! {
    /// However often and late it is looked at, each occurrence is made or missed exactly once, in order.
    #[test]
    fn every_occurrence_is_made_or_missed_once(pauses in proptest::collection::vec(1..200_i64, 1..40)) {
        let first = series(Ends::Never);
        let (mut current, mut now) = (first.series, at("2026-11-19T12:00:00Z"));
        let mut made = vec![current.upcoming.as_ref().unwrap().number];
        let mut missed = Vec::new();
        for hours in pauses {
            now += SignedDuration::from_hours(hours);
            let Some(step) = current.advanced(now) else { continue };
            let known = current.missed_count;
            let new = usize::try_from(step.series.missed_count - known).unwrap();
            missed.extend(step.series.missed.iter().rev().take(new).map(|missed| missed.occurrence.number));
            let (post, _) = step.next.unwrap();
            prop_assert!(post.schedule.unwrap().at > now, "never a burst");
            made.push(step.series.upcoming.as_ref().unwrap().number);
            current = step.series;
        }
        let mut all: Vec<_> = made.iter().chain(&missed).copied().collect();
        all.sort_unstable();
        let whole: Vec<_> = (1..=*made.last().unwrap()).collect();
        prop_assert_eq!(all, whole);
    }
}
