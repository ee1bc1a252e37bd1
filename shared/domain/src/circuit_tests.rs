use proptest::prelude::*;

use super::*;
use crate::ids::Ulid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn account(number: u128) -> AccountId {
    AccountId::new(Ulid::from(number))
}

fn failing(times: u32, now: Timestamp) -> Circuit {
    let mut circuit = Circuit::default();
    let mut now = now;
    for _ in 0..times {
        circuit = circuit.failed(now).unwrap();
        now = circuit.until.unwrap();
    }
    circuit
}

#[test]
fn a_network_without_trouble_lets_everybody_pass_and_stores_nothing() {
    let fine = Circuit::default();
    assert_eq!(fine.passage(at(0), at(0)), Passage::Free);
    assert_eq!(fine.answered(at(0), at(0)), None);
}

#[test]
fn one_account_alone_never_shuts_a_network() {
    let mut streak = Streak::default();
    assert!((0..100).all(|second| !streak.failed(account(1), at(second))));
    assert!((2..5).all(|number| !streak.failed(account(number), at(100))));
    assert!(streak.failed(account(5), at(101)));
}

#[test]
fn what_failed_on_our_side_says_nothing_of_the_network() {
    let ours = Failure::internal("the object store could not be reached");
    for heard in [false, true] {
        assert_eq!(sign(&ours, heard), Sign::Nothing);
        assert_eq!(sign(&ours.clone().in_doubt(), heard), Sign::Nothing, "though it may be out");
        let theirs = Failure::Transient { message: "503".into() };
        assert_eq!((sign(&theirs, heard), sign(&theirs.clone().in_doubt(), heard)), (Sign::Fails, Sign::Fails));
    }
}

fn refusals() -> impl Strategy<Value = Failure> {
    let text = || "[a-z]{0,8}";
    prop_oneof![
        (text(), text(), text()).prop_map(|(code, message, advice)| Failure::Rejected { code, message, advice }),
        text().prop_map(|message| Failure::Revoked { message }),
        text().prop_map(|message| Failure::TokenExpired { message }),
        text().prop_map(|message| Failure::RateLimited { retry_at: None, message }),
    ]
}

proptest! {
    #[test]
    fn a_refusal_speaks_for_a_network_only_if_it_answered(failure in refusals(), times in 1u32..9, later in 0i64..100_000) {
        let open = failing(times, at(0));
        let trying_since = open.until.unwrap() + SignedDuration::from_secs(later);
        let Passage::Try(trying) = open.passage(trying_since, trying_since) else { return Err(TestCaseError::fail("it waits")) };
        let after = |heard| match sign(&failure, heard) {
            Sign::Answers => trying.answered(trying_since, trying_since),
            Sign::Nothing => trying.untried(trying_since, trying_since),
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(after(true).map(|next| next.cause), Some(None), "it answered: it is left alone no longer");
        let next = after(false).unwrap();
        prop_assert_eq!((next.cause, next.tries), (open.cause, open.tries), "nobody knows more than before");
        prop_assert!(matches!(next.passage(trying_since, trying_since), Passage::Try(_)), "and another tries at once");
    }
}

#[test]
fn an_answer_and_time_end_a_streak() {
    let mut streak = Streak::default();
    (1..5).for_each(|number| assert!(!streak.failed(account(number), at(0))));
    streak.answered();
    assert!(!streak.failed(account(5), at(1)));
    (6..9).for_each(|number| assert!(!streak.failed(account(number), at(1))));
    assert!(!streak.failed(account(9), at(1_000)), "the others were long ago");
}

#[test]
fn pauses_double_up_to_ten_minutes() {
    let pauses: Vec<i64> = (1..8)
        .map(|times| {
            let circuit = failing(times, at(0));
            let before = failing(times - 1, at(0)).until.unwrap_or(at(0));
            circuit.until.unwrap().duration_since(before).as_secs()
        })
        .collect();
    assert_eq!(pauses, [30, 60, 120, 240, 480, 600, 600]);
}

#[test]
fn one_tries_and_the_others_wait_for_it() {
    let open = failing(1, at(0));
    let Passage::Try(trying) = open.passage(at(31), at(0)) else { panic!("its time is over") };
    assert_eq!(trying.version, open.version + 1);
    let Passage::Held(hold) = trying.passage(at(32), at(0)) else { panic!("one is enough") };
    assert!(hold.until > at(32) && hold.until <= at(52));
    // Whoever tried and died holds nobody up for longer than it could live.
    assert!(matches!(trying.passage(at(31) + INVOCATION_TIMEOUT, at(0)), Passage::Try(_)));
    let fine = trying.answered(at(33), at(31)).unwrap();
    assert_eq!(fine.passage(at(34), at(0)), Passage::Free);
    assert_eq!((fine.tries, fine.version), (0, trying.version + 1));
}

#[test]
fn a_try_that_fails_on_our_side_is_another_s() {
    let open = failing(1, at(0));
    assert_eq!(open.untried(at(31), at(31)), None, "nobody tries");
    let Passage::Try(trying) = open.passage(at(31), at(0)) else { panic!("its time is over") };
    assert_eq!(trying.untried(at(33), at(29)), None, "what was sent before is not the one that tries");
    let again = trying.untried(at(33), at(31)).unwrap();
    assert!(matches!(again.passage(at(34), at(0)), Passage::Try(_)));
    assert_eq!((again.cause, again.tries), (open.cause, open.tries), "it is still in trouble");
}

#[test]
fn an_answer_to_what_was_sent_before_says_nothing() {
    let open = failing(1, at(0));
    assert_eq!(open.answered(at(5), at(-3)), None);
    assert!(open.answered(at(40), at(31)).is_some());
}

#[test]
fn whoever_comes_second_with_the_same_news_stores_nothing() {
    let open = failing(1, at(0));
    assert_eq!(open.failed(at(1)), None);
    let throttled = open.throttled(at(1), at(600)).unwrap();
    assert_eq!(throttled.cause, Some(Cause::Throttled));
    assert_eq!(throttled.throttled(at(2), at(600)), None);
    assert_eq!(throttled.throttled(at(2), at(300)), None);
    assert_eq!(throttled.throttled(at(2), at(900)).unwrap().until, Some(at(900)));
    assert_eq!(Circuit::default().throttled(at(2), at(1)), None, "that is over");
}

#[derive(Debug, Clone)]
enum Step {
    Wait(i64),
    Ask(i64),
    Fail,
    Throttle(i64),
    Answer(i64),
    Ours(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_i64..2_000).prop_map(Step::Wait),
        (0_i64..100_000).prop_map(Step::Ask),
        Just(Step::Fail),
        (-100_i64..200_000).prop_map(Step::Throttle),
        (0_i64..1_000).prop_map(Step::Answer),
        (0_i64..1_000).prop_map(Step::Ours),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #[test]
    fn whatever_happens_nobody_waits_for_ever(steps in steps()) {
        let (mut circuit, mut now) = (Circuit::default(), at(0));
        for step in steps {
            let next = match step {
                Step::Wait(seconds) => {
                    now += SignedDuration::from_secs(seconds);
                    None
                }
                Step::Ask(ago) => {
                    let wanted_at = now - SignedDuration::from_secs(ago);
                    let passage = circuit.passage(now, wanted_at);
                    if ago > GIVE_UP_AFTER.as_secs() {
                        prop_assert_eq!(&passage, &Passage::Free);
                    }
                    match passage {
                        Passage::Free => None,
                        Passage::Try(next) => {
                            prop_assert!(matches!(next.passage(now, now), Passage::Held(_)), "only one tries");
                            Some(next)
                        }
                        Passage::Held(hold) => {
                            prop_assert!(hold.until > now && hold.until <= now + GIVE_UP_AFTER);
                            prop_assert!(hold.spread >= LEAST_SPREAD && hold.spread <= LONGEST_SPREAD);
                            None
                        }
                    }
                }
                Step::Fail => circuit.failed(now),
                Step::Throttle(after) => circuit.throttled(now, now + SignedDuration::from_secs(after)),
                Step::Answer(ago) => circuit.answered(now, now - SignedDuration::from_secs(ago)),
                Step::Ours(ago) => circuit.untried(now, now - SignedDuration::from_secs(ago)),
            };
            if let Some(next) = next {
                prop_assert_eq!(next.version, circuit.version + 1, "every change counts");
                prop_assert!(next.expires > (now + GIVE_UP_AFTER).as_second());
                circuit = next;
            }
            if let Some(until) = circuit.until {
                prop_assert!(until <= now + GIVE_UP_AFTER);
            }
        }
        // Once it answers, all pass.
        now = circuit.until.unwrap_or(now).max(now);
        let circuit = circuit.answered(now, now).unwrap_or(circuit);
        prop_assert_eq!(circuit.passage(now, now), Passage::Free);
    }
}
