use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::error::{common, failure, is_of_app, regain_at};
use super::*;

fn answer(status: u16, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    Response { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

fn told(code: i64, subcode: i64) -> GraphError {
    GraphError { message: "words".to_owned(), code, subcode, ..GraphError::default() }
}

fn class(error: &GraphError, effect: Effect) -> Failure {
    failure(common(error, StatusCode::BAD_REQUEST), error, None, effect)
}

#[test]
fn the_code_decides_and_not_the_status() {
    for subcode in [0, 458, 459, 460, 463, 464, 467, 492] {
        assert!(matches!(class(&told(190, subcode), Effect::Visible), Failure::Revoked { .. }));
    }
    for code in [3, 10, 102, 200, 283, 299] {
        assert!(matches!(class(&told(code, 0), Effect::None), Failure::Revoked { .. }), "{code}");
    }
    for code in [4, 17, 32, 341, 613, 80_001, 80_002] {
        assert!(matches!(class(&told(code, 0), Effect::Visible), Failure::RateLimited { .. }), "{code}");
    }
    for code in [1, 2] {
        assert!(matches!(class(&told(code, 0), Effect::None), Failure::Transient { .. }));
        assert!(matches!(class(&told(code, 0), Effect::Visible), Failure::Ambiguous { .. }));
    }
    let passing = GraphError { is_transient: true, ..told(999, 0) };
    assert!(matches!(class(&passing, Effect::None), Failure::Transient { .. }));
    assert!(is_gone(&class(&told(100, 33), Effect::Visible)));
    assert!(matches!(class(&told(368, 0), Effect::Visible), Failure::Rejected { code, .. } if code == "368"));
    assert!(matches!(class(&told(100, 7), Effect::Visible), Failure::Rejected { code, .. } if code == "100/7"));
}

#[test]
fn every_shape_of_an_error_is_found() {
    let graph = r#"{"error":{"message":"m","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"x"}}"#;
    let error = GraphError::of(&answer(200, graph)).unwrap();
    assert_eq!((error.code, error.subcode), (190, 463));
    let flat = r#"{"error_type":"OAuthException","code":400,"error_message":"Invalid platform app"}"#;
    assert_eq!(GraphError::of(&answer(400, flat)).unwrap().message, "Invalid platform app");
    let upload = r#"{"debug_info":{"retriable":true,"type":"PartialRequestError","message":"short"}}"#;
    assert!(GraphError::of(&answer(400, upload)).unwrap().is_transient);
    let quoting = r#"{"debug_info":{"retriable":false,"type":"ProcessingFailedError",
        "message":"{\"success\":false,\"error\":{\"message\":\"unauthorized user request\"}}"}}"#;
    for status in [200, 400] {
        let error = GraphError::of(&answer(status, quoting)).unwrap();
        assert_eq!((error.message.as_str(), error.is_transient), ("unauthorized user request", false));
        assert!(
            matches!(class(&error, Effect::None), Failure::Rejected { code, .. } if code == "ProcessingFailedError")
        );
    }
    let token = GraphError::of(&answer(401, quoting)).unwrap();
    assert!(matches!(class(&token, Effect::None), Failure::Revoked { .. }));
    assert!(GraphError::of(&answer(500, quoting)).unwrap().is_transient);
    let taken = r#"{"success":true,"debug_info":{"retriable":false}}"#;
    assert_eq!(GraphError::of(&answer(200, taken)), None);
    for none in ["", "<html>", "{}", "[]", r#"{"id":"1"}"#, r#"{"error"#] {
        assert_eq!(GraphError::of(&answer(200, none)), None, "{none}");
    }
}

#[test]
fn people_read_what_is_written_for_people() {
    let shown = GraphError {
        error_user_title: Some("Too long".to_owned()),
        error_user_msg: Some("Shorten it.".to_owned()),
        ..told(100, 0)
    };
    assert_eq!(class(&shown, Effect::None).message(), "Too long: Shorten it.");
    assert_eq!(class(&told(100, 0), Effect::None).message(), "words");
}

#[test]
fn the_pause_is_the_longest_that_the_usage_header_tells() {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let with = |header: &str| {
        let mut response = answer(400, "");
        response.headers.insert("x-business-use-case-usage", HeaderValue::from_str(header).unwrap());
        regain_at(&response, now)
    };
    let two = r#"{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":7},
        {"type":"pages","estimated_time_to_regain_access":3}]}"#
        .replace('\n', "");
    assert_eq!(with(&two), Some(now + SignedDuration::from_mins(7)));
    assert_eq!(with(r#"{"1":[{"estimated_time_to_regain_access":0}]}"#), None);
    assert_eq!(with("nonsense"), None);
    assert_eq!(regain_at(&answer(400, ""), now), None);
}

#[test]
fn a_limit_is_the_app_s_by_its_code_or_by_what_is_used_of_the_app_s() {
    let using = |usage: &str| {
        let mut response = answer(400, "");
        response.headers.insert("x-app-usage", HeaderValue::from_str(usage).unwrap());
        response
    };
    let of_app = |code, subcode, response: &Response| is_of_app(&told(code, subcode), response, None);
    let spent = using(r#"{"call_count":28,"total_cputime":25,"total_time":100}"#);
    let left = using(r#"{"call_count":99,"total_cputime":25,"total_time":25}"#);
    assert!(of_app(4, 0, &answer(400, "")) && !of_app(4, 2_207_042, &spent));
    for code in [17, 32, 341, 613] {
        assert!(of_app(code, 0, &spent) && !of_app(code, 0, &left), "{code}");
        assert!(!is_of_app(&told(code, 0), &spent, Some(Timestamp::UNIX_EPOCH)), "{code}: the page's, which says when");
    }
    for other in ["{}", "[]", "nonsense", r#"{"call_count":"100"}"#] {
        assert!(!of_app(17, 0, &using(other)), "{other}");
    }
    assert!(!of_app(80_001, 0, &spent), "counted by page");
}

#[test]
fn the_proof_is_the_hex_tag_of_the_token() {
    // RFC 4231, test case 2.
    let proof = app_secret_proof(&Secret::new("what do ya want for nothing?"), &Secret::new("Jefe"));
    assert_eq!(proof, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

#[test]
fn a_token_is_not_repeated_from_a_message() {
    let message = "Malformed access token EAAB123".to_owned();
    let clean = without_token(Failure::Revoked { message }, &Secret::new("EAAB123"));
    assert_eq!(clean.message(), "Malformed access token …");
}

#[test]
fn paths_go_below_the_version() {
    assert_eq!(at("https://graph.facebook.com/v25.0/", "1_2/comments").path(), "/v25.0/1_2/comments");
    assert_eq!(at("https://graph.facebook.com/v25.0/", "a?b").query(), None);
}

#[test]
fn times_are_read_in_either_notation() {
    let expected = Timestamp::from_second(1_769_940_000).ok();
    for text in ["2026-02-01T10:00:00+0000", "2026-02-01T10:00:00Z", "2026-02-01T11:00:00+01:00"] {
        assert_eq!(time(text), expected, "{text}");
    }
    assert_eq!(time("yesterday"), None);
}

proptest! {
    #[test]
    fn no_answer_panics(status in 200_u16..600, body in "\\PC{0,200}") {
        let response = answer(status, &body);
        if let Some(error) = GraphError::of(&response) {
            let _ = failure(common(&error, response.status), &error, None, Effect::Visible);
        }
    }
}
