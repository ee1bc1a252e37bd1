//! Whose a limit is: the account's, which then waits alone, or the app's, which leaves the network alone for everybody.

use clients::Stage;
use domain::circuit::{Cause, Circuit};
use domain::platform::Platform;
use jiff::SignedDuration;
use networks::cases::all;
use platforms::Job;

/// Who waits, and for how long at least and at most.
#[derive(Debug, Clone, Copy)]
enum Waits {
    Account(SignedDuration, SignedDuration),
    Everybody(SignedDuration, SignedDuration),
}

use Waits::{Account, Everybody};

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// The second at which a pause is noted is not the one at which it was told.
const ABOUT: SignedDuration = SignedDuration::from_secs(5);

/// Limits by network, by their names among the documented errors.
fn limits() -> Vec<(Platform, &'static str, Waits)> {
    let exactly = |pause: SignedDuration| (pause - ABOUT, pause + ABOUT);
    let day = (SignedDuration::ZERO, minutes(24 * 60));
    let account = |(least, most)| Account(least, most);
    let everybody = |(least, most)| Everybody(least, most);
    vec![
        (Platform::Linkedin, "member's day limit", account(day)),
        (Platform::Linkedin, "app's day limit", everybody(day)),
        (Platform::Linkedin, "app's day limit of pictures", account(day)),
        (Platform::Pinterest, "rate limit", account(exactly(SignedDuration::from_secs(42)))),
        (Platform::Pinterest, "trial's day limit", everybody(exactly(SignedDuration::from_secs(30_000)))),
        (Platform::Facebook, "app limit", everybody(exactly(minutes(5)))),
        (Platform::Facebook, "page limit", account(exactly(minutes(12)))),
        (Platform::Facebook, "business limit", account(exactly(minutes(12)))),
        (Platform::Facebook, "user limit with the app's used up", everybody(exactly(minutes(5)))),
        (Platform::Threads, "app limit", everybody(exactly(minutes(5)))),
        (Platform::Tiktok, "rate_limit_exceeded", account(exactly(minutes(1)))),
        (Platform::Tiktok, "reached_active_user_cap", account(exactly(minutes(120)))),
        (Platform::Youtube, "quotaExceeded", everybody(day)),
        (Platform::Youtube, "uploadLimitExceeded", account(exactly(minutes(360)))),
    ]
}

#[tokio::test]
async fn each_limit_keeps_those_waiting_whose_it_is() {
    for (platform, name, waits) in limits() {
        let about = format!("{platform:?}: {name}");
        let (_, make) = all().into_iter().find(|(known, _)| *known == platform).unwrap();
        let (stage, cases) = Stage::set(platform, make).await.unwrap();
        let case = cases.errors.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("{about} is no case"));
        let format = cases.formats.iter().find(|format| format.name == case.format).unwrap();
        let job = Job { profile: stage.profile.clone(), ..format.job.clone() };
        let now = stage.world.now();
        (case.bring)(&stage.world);
        let (delivery, account, circuit) = stage.attempt(&job).await.unwrap();
        let told = delivery.attempts.last().and_then(|attempt| attempt.outcome);
        assert_eq!(told, Some(case.expect), "{about}: {delivery:?}");
        let (until, (least, most)) = match waits {
            Account(least, most) => {
                assert_eq!(circuit, Circuit::default(), "{about}: nobody else waits");
                (account.paused_until, (least, most))
            }
            Everybody(least, most) => {
                assert_eq!((circuit.cause, account.paused_until), (Some(Cause::Throttled), None), "{about}");
                (circuit.until, (least, most))
            }
        };
        let wait = until.unwrap_or_else(|| panic!("{about}: nobody waits")).duration_since(now);
        assert!(wait >= least && wait <= most, "{about}: {wait}");
    }
}

/// A network that told everybody to wait is asked again afterwards. What our own rules refuse before it was asked does
/// not say that it is fine; the next post that reaches it does.
#[tokio::test]
async fn what_never_left_says_nothing_of_a_network_that_is_left_alone() {
    let (_, make) = all().into_iter().find(|(known, _)| *known == Platform::Pinterest).unwrap();
    let (stage, cases) = Stage::set(Platform::Pinterest, make).await.unwrap();
    let limit = cases.errors.iter().find(|case| case.name == "trial's day limit").unwrap();
    let job = Job { profile: stage.profile.clone(), ..cases.formats[0].job.clone() };
    (limit.bring)(&stage.world);
    let (_, _, told) = stage.attempt(&job).await.unwrap();
    assert_eq!(told.cause, Some(Cause::Throttled));
    stage.world.calm();
    stage.pass(told.until.unwrap().duration_since(stage.world.now()) + SignedDuration::from_secs(1));

    let asked = stage.world.seen().len();
    let boardless = Job { settings: domain::target::Settings::new(), ..job.clone() };
    let (refused, _, circuit) = stage.attempt(&boardless).await.unwrap();
    let outcome = refused.attempts.last().and_then(|attempt| attempt.outcome);
    assert_eq!(outcome, Some(domain::delivery::AttemptOutcome::Rejected), "{refused:?}");
    assert_eq!(stage.world.seen().len(), asked, "nothing was asked");
    assert_eq!((circuit.cause, circuit.trying_until), (Some(Cause::Throttled), None), "another may try");

    let (published, _, circuit) = stage.attempt(&job).await.unwrap();
    assert!(published.receipt.is_some(), "{published:?}");
    assert_eq!(circuit.cause, None);
}
