//! What a network's failure means for a user who is connecting or checking an account.

use api::ApiError;
use domain::delivery::Failure;
use domain::problem::Problem;
use http::StatusCode;
use jiff::Timestamp;
use platforms::network::NOT_OFFERED;
use platforms::token::LEFT_OUT;

/// Waits that a network does not state.
const DEFAULT_WAIT: u32 = 60;

/// The answer to a connect request that failed; `pointer` is the field that most likely caused it.
pub(crate) fn refused(failure: Failure, pointer: &str, now: Timestamp) -> ApiError {
    match failure {
        Failure::Rejected { code, message, advice } => {
            ApiError::rule_broken(vec![Problem::error(pointer, &code, sentence(&message), advice)])
        }
        Failure::Revoked { message } | Failure::TokenExpired { message } => {
            let fix = "Check what you entered, then try again.";
            ApiError::rule_broken(vec![Problem::error(pointer, "refused", sentence(&message), fix)])
        }
        Failure::RateLimited { retry_at, .. } => ApiError::too_many_requests(wait(retry_at, now)),
        Failure::Throttled { until, .. } => ApiError::too_many_requests(wait(Some(until), now)),
        ours @ Failure::Internal { .. } => ApiError::unavailable(ours),
        passing => ApiError::unavailable(passing).saying("The network does not answer. Try again in a minute."),
    }
}

/// The answer to a question about a connected account that its network did not answer.
pub(crate) fn unanswered(failure: Failure, now: Timestamp) -> ApiError {
    match failure {
        Failure::Revoked { message } | Failure::TokenExpired { message } => {
            ApiError::conflict(format!("{} Connect the account again.", sentence(&message)))
        }
        Failure::Rejected { message, advice, .. } => ApiError::conflict(format!("{} {advice}", sentence(&message))),
        Failure::RateLimited { retry_at, .. } => ApiError::too_many_requests(wait(retry_at, now)),
        Failure::Throttled { until, .. } => ApiError::too_many_requests(wait(Some(until), now)),
        ours @ Failure::Internal { .. } => ApiError::unavailable(ours),
        passing => ApiError::unavailable(passing).saying("The network does not answer. Try again in a minute."),
    }
}

/// The same about a post that is at `permalink`, where the user can help themselves if the network's API cannot.
pub(crate) fn unanswered_about(failure: Failure, permalink: &str, now: Timestamp) -> ApiError {
    match failure {
        Failure::Rejected { code, message, advice } if code == NOT_OFFERED => {
            let detail = format!("{} {advice} The post: {permalink}", sentence(&message));
            ApiError::new(StatusCode::CONFLICT, NOT_OFFERED, "Not offered by the network", detail)
        }
        other => unanswered(other, now),
    }
}

/// The slug and the words that a failed callback shows on the accounts page.
pub(crate) fn told(failure: &Failure) -> (&'static str, String) {
    match failure {
        Failure::Rejected { code, message, advice } if code == LEFT_OUT => {
            ("missing-permissions", format!("{} {advice}", sentence(message)))
        }
        Failure::Rejected { message, advice, .. } => ("refused", format!("{} {advice}", sentence(message))),
        Failure::Revoked { message } | Failure::TokenExpired { message } => ("refused", sentence(message)),
        Failure::RateLimited { .. } | Failure::Throttled { .. } => {
            ("rate-limited", "The network asks to slow down. Try again later.".to_owned())
        }
        Failure::Internal { .. } => {
            ("unavailable", "Something that Atelier needs did not answer. Connect again in a minute.".to_owned())
        }
        _ => ("unavailable", "The network did not answer. Connect again in a minute.".to_owned()),
    }
}

fn wait(retry_at: Option<Timestamp>, now: Timestamp) -> u32 {
    let seconds = retry_at.map(|at| at.duration_since(now).as_secs().max(1));
    seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(DEFAULT_WAIT)
}

/// The network's words as a sentence of ours.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_an_answer() {
        let now = Timestamp::UNIX_EPOCH;
        let text = || "no such handle".to_owned();
        let status = |failure| refused(failure, "/identifier", now).status();
        let rejected = Failure::Rejected { code: "x".into(), message: text(), advice: "Check it.".into() };
        assert_eq!(told(&rejected), ("refused", "No such handle. Check it.".to_owned()));
        assert_eq!(status(rejected), StatusCode::UNPROCESSABLE_ENTITY);
        let left_out = Failure::Rejected { code: LEFT_OUT.into(), message: text(), advice: "Tick it.".into() };
        assert_eq!(told(&left_out).0, "missing-permissions");
        assert_eq!(status(Failure::Revoked { message: text() }), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status(Failure::Transient { message: text() }), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Failure::Ambiguous { message: text() }), StatusCode::SERVICE_UNAVAILABLE);
        let limited = Failure::RateLimited { retry_at: None, message: text() };
        assert_eq!(status(limited), StatusCode::TOO_MANY_REQUESTS);
    }

    #[test]
    fn no_network_is_blamed_for_what_is_ours() {
        let now = Timestamp::UNIX_EPOCH;
        let ours = || Failure::internal("the key could not be read");
        for answer in [refused(ours(), "/identifier", now), unanswered(ours(), now)] {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(!format!("{answer:?}").contains("network does not answer"), "{answer:?}");
        }
        assert!(!told(&ours()).1.contains("network"));
    }

    #[test]
    fn a_network_s_silence_can_be_waited_out_and_its_refusal_cannot() {
        let now = Timestamp::UNIX_EPOCH;
        let text = || "gone".to_owned();
        let status = |failure| unanswered(failure, now).status();
        assert_eq!(status(Failure::Revoked { message: text() }), StatusCode::CONFLICT);
        let rejected = Failure::Rejected { code: "x".into(), message: text(), advice: "Ask.".into() };
        assert_eq!(status(rejected), StatusCode::CONFLICT);
        assert_eq!(status(Failure::Transient { message: text() }), StatusCode::SERVICE_UNAVAILABLE);
        let limited = Failure::RateLimited { retry_at: None, message: text() };
        assert_eq!(status(limited), StatusCode::TOO_MANY_REQUESTS);
    }

    #[test]
    fn what_a_network_does_not_offer_is_done_at_the_post_itself() {
        let now = Timestamp::UNIX_EPOCH;
        let of = |code: &str| {
            let (message, advice) = ("no deleting".to_owned(), "Use the app.".to_owned());
            let rejected = Failure::Rejected { code: code.to_owned(), message, advice };
            let answer = unanswered_about(rejected, "https://net.test/1", now);
            assert_eq!(answer.status(), StatusCode::CONFLICT);
            format!("{answer:?}")
        };
        let answer = of(NOT_OFFERED);
        assert!(answer.contains("urn:atelier:problem:not-offered"), "{answer}");
        assert!(answer.contains("No deleting. Use the app. The post: https://net.test/1"), "{answer}");
        assert!(of("else").contains("urn:atelier:problem:conflict"));
    }

    #[test]
    fn waits_are_whole_seconds_and_at_least_one() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        assert_eq!([wait(at(30), now), wait(at(-5), now), wait(None, now)], [30, 1, DEFAULT_WAIT]);
    }
}
