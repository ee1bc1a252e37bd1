use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use jiff::SignedDuration;

use super::life::{LONGEST_BACK_OFF, back_off};
use super::*;
use crate::ids::Ulid;
use crate::platform::Class;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn pending() -> Delivery {
    Delivery::new(PostId::new(Ulid::from(1)), AccountId::new(Ulid::from(2)), Platform::Bluesky, 1, at(0))
}

fn claimed() -> Delivery {
    pending().claim(1, at(0), Ulid::from(9)).unwrap()
}

fn receipt(seconds: i64) -> Receipt {
    Receipt { remote_id: "r".into(), permalink: "https://example.org/r".into(), published_at: at(seconds) }
}

fn transient() -> Failure {
    Failure::Transient { message: "try later".into() }
}

#[test]
fn only_what_is_due_current_and_free_can_be_claimed() {
    assert_eq!(pending().claim(1, at(-1), Ulid::from(9)), Err(Refusal::NotDue));
    assert_eq!(pending().claim(2, at(0), Ulid::from(9)), Err(Refusal::Stale));
    assert_eq!(claimed().claim(1, at(1), Ulid::from(9)), Err(Refusal::Leased));
    let done = claimed().conclude(at(1), Ok(receipt(1)), Class::Keyed, 0.5);
    assert_eq!(done.claim(1, at(1_000), Ulid::from(9)), Err(Refusal::Finished));
    assert_eq!(pending().canceled().claim(1, at(0), Ulid::from(9)), Err(Refusal::Finished));
}

#[test]
fn an_expired_lease_is_taken_over_with_the_same_key() {
    let first = claimed();
    let later = at(0) + LEASE;
    let second = first.claim(1, later, Ulid::from(77)).unwrap();
    assert_eq!(second.fence, first.fence + 1);
    assert_eq!(second.key, first.key);
    assert_eq!(second.attempts[0].outcome, Some(AttemptOutcome::Interrupted));
    assert!(second.may_have_landed(Class::Keyed));
}

#[test]
fn an_ambiguous_outcome_follows_the_class() {
    let lost = || Err(Failure::Ambiguous { message: "timeout".into() });
    let keyed = claimed().conclude(at(1), lost(), Class::Keyed, 0.5);
    assert_eq!(keyed.state, DeliveryState::Retrying);
    assert!(keyed.may_have_landed(Class::Keyed));
    assert_eq!(claimed().conclude(at(1), lost(), Class::Blind, 0.5).state, DeliveryState::Unknown);
}

#[test]
fn what_failed_on_our_side_is_tried_again_and_keeps_its_doubt() {
    let ours = || Failure::internal("the object store could not be reached");
    let again = claimed().conclude(at(1), Err(ours()), Class::Blind, 0.5);
    assert_eq!((again.state, again.may_have_landed(Class::Blind)), (DeliveryState::Retrying, false));
    let late = claimed().conclude(at(1) + GIVE_UP_AFTER, Err(ours()), Class::Keyed, 0.5);
    let advice = late.error.map(|error| error.advice).unwrap_or_default();
    assert!(late.state == DeliveryState::Failed && advice.contains("operator"), "{advice}");
    let unrecorded = |class| claimed().conclude(at(1), Err(ours().in_doubt()), class, 0.0);
    assert_eq!(unrecorded(Class::Blind).state, DeliveryState::Unknown);
    assert_eq!(unrecorded(Class::Searchable).wake_at, Some(at(1) + LATE_LANDING));
    assert!(unrecorded(Class::Keyed).may_have_landed(Class::Keyed));
    assert_eq!(Failure::ClaimLost.in_doubt(), Failure::ClaimLost);
}

#[test]
fn a_searchable_network_is_asked_when_a_late_request_has_landed() {
    let lost = Err(Failure::Ambiguous { message: "timeout".into() });
    let next = claimed().conclude(at(1), lost, Class::Searchable, 0.0);
    assert_eq!((next.state, next.wake_at), (DeliveryState::Retrying, Some(at(1) + LATE_LANDING)));
}

#[test]
fn a_refusal_after_a_lost_answer_leaves_the_outcome_open_unless_somebody_looked() {
    let again = claimed().claim(1, at(0) + LEASE, Ulid::from(9)).unwrap();
    let refused = || Err(Failure::Revoked { message: "no".into() });
    assert_eq!(again.conclude(at(200), refused(), Class::Keyed, 0.5).state, DeliveryState::Unknown);
    assert_eq!(again.settled().conclude(at(200), refused(), Class::Searchable, 0.5).state, DeliveryState::Failed);
}

#[test]
fn an_attempt_on_a_blind_network_that_sent_nothing_had_no_effect() {
    let mut again = claimed().claim(1, at(0) + LEASE, Ulid::from(9)).unwrap();
    assert!(!again.may_have_landed(Class::Blind));
    again.steps.insert(SENT.to_owned(), "1".to_owned());
    assert!(again.may_have_landed(Class::Blind));
}

#[test]
fn what_is_partly_out_never_counts_as_failed() {
    let mut partly = claimed();
    partly.steps.insert(format!("{OUT}part.0"), "1".to_owned());
    let refused = Err(Failure::Rejected { code: "c".into(), message: "no".into(), advice: "a".into() });
    let ended = partly.conclude(at(1), refused, Class::Keyed, 0.5);
    assert_eq!(ended.state, DeliveryState::Unknown);
    assert_eq!(ended.retried(1, at(60)).unwrap().steps, partly.steps, "a retry goes on where it stopped");
}

#[test]
fn what_is_unknown_is_sent_again_under_its_key() {
    let lost = Err(Failure::Ambiguous { message: "timeout".into() });
    let unknown = claimed().conclude(at(1), lost, Class::Blind, 0.5);
    let again = unknown.retried(1, at(60)).unwrap();
    assert_eq!((&again.key, again.settled), (&unknown.key, 0));
    assert!(unknown.needs_answer(Class::Blind) && !again.needs_answer(Class::Blind));
    assert!(again.may_have_landed(Class::Blind), "an answer is not evidence");
    assert!(!crate::post::may_change(&[again]), "canceled or edited now, the first may be there all the same");
}

#[test]
fn a_rate_limit_waits_as_told() {
    let told = Failure::RateLimited { retry_at: Some(at(600)), message: "slow".into() };
    let next = claimed().conclude(at(1), Err(told), Class::Keyed, 0.5);
    assert_eq!((next.state, next.wake_at), (DeliveryState::Retrying, Some(at(600))));
}

#[test]
fn a_pause_of_the_account_puts_off_without_an_attempt() {
    let waiting = pending().put_off(at(600), 0.5);
    assert_eq!((waiting.state, waiting.attempts.len()), (DeliveryState::Pending, 0));
    assert_eq!(waiting.claim(1, at(604), Ulid::from(9)), Err(Refusal::NotDue));
    assert!(waiting.claim(1, at(605), Ulid::from(9)).is_ok());
}

#[test]
fn a_day_of_failures_ends_it() {
    let mut delivery = claimed();
    let mut now = at(1);
    for _ in 0..200 {
        delivery = delivery.conclude(now, Err(transient()), Class::Keyed, 1.0);
        let Some(wake_at) = delivery.wake_at else {
            break;
        };
        now = wake_at;
        delivery = delivery.claim(1, now, Ulid::from(9)).unwrap();
    }
    assert_eq!(delivery.state, DeliveryState::Failed);
    assert!(now.duration_since(at(0)) > GIVE_UP_AFTER);
}

#[test]
fn a_person_retries_what_failed_and_nothing_else() {
    let failed = claimed().conclude(
        at(1),
        Err(Failure::Rejected { code: "too_long".into(), message: "too long".into(), advice: "shorten".into() }),
        Class::Keyed,
        0.5,
    );
    let again = failed.retried(2, at(50)).unwrap();
    assert_eq!((again.state, again.wake_at, again.due_at), (DeliveryState::Pending, Some(at(50)), at(0)));
    assert_eq!((again.fence, again.attempts.len()), (failed.fence, 1));
    assert!(again.key.is_none());
    assert_eq!(pending().retried(1, at(0)), Err(Refusal::Finished));
}

#[test]
fn lateness_is_counted_from_the_due_time() {
    let on_time = claimed().conclude(at(2), Ok(receipt(2)), Class::Keyed, 0.5);
    assert_eq!((on_time.late_ms(), on_time.is_late()), (Some(2_000), false));
    let late = claimed().conclude(at(90), Ok(receipt(90)), Class::Keyed, 0.5);
    assert!(late.is_late());
}

#[test]
fn the_lease_outlives_its_holder_and_its_last_request() {
    assert!(LEASE > INVOCATION_TIMEOUT + LATE_LANDING);
}

fn results() -> impl Strategy<Value = Result<Receipt, Failure>> {
    let message = String::from("m");
    prop_oneof![
        Just(Ok(receipt(1))),
        Just(Err(Failure::Transient { message: message.clone() })),
        Just(Err(Failure::Ambiguous { message: message.clone() })),
        any::<bool>().prop_map({
            let message = message.clone();
            move |landed| Err(Failure::Internal { message: message.clone(), landed })
        }),
        Just(Err(Failure::Revoked { message: message.clone() })),
        Just(Err(Failure::TokenExpired { message: message.clone() })),
        Just(Err(Failure::Rejected { code: "c".into(), message: message.clone(), advice: "a".into() })),
        any::<Option<i32>>().prop_map(move |s| Err(Failure::RateLimited {
            retry_at: s.map(|s| at(i64::from(s))),
            message: message.clone()
        })),
    ]
}

proptest! {
    #[test]
    fn a_conclusion_always_ends_or_wakes(result in results(), jitter in 0.0..1.0f64, blind in any::<bool>()) {
        let class = if blind { Class::Blind } else { Class::Keyed };
        let next = claimed().conclude(at(5), result, class, jitter);
        prop_assert_eq!(next.state.is_end(), next.wake_at.is_none());
        prop_assert!(next.lease_until.is_none());
        prop_assert!(next.wake_at.is_none_or(|wake| wake >= at(5)));
        prop_assert_eq!(next.state == DeliveryState::Published, next.receipt.is_some());
        prop_assert_eq!(next.error.is_none(), next.state == DeliveryState::Published);
    }

    #[test]
    fn back_off_grows_within_bounds(attempts in 0usize..100, jitter in -1.0..2.0f64) {
        let pause = back_off(attempts, jitter);
        prop_assert!(pause >= SignedDuration::from_secs(5) && pause <= LONGEST_BACK_OFF);
    }
}
