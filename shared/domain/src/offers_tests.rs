use super::*;
use crate::account::AccountStatus;
use crate::ids::{AccountId, Ulid, UserId};
use crate::platform::Platform;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const QUOTA: Quota = Quota { used: 98, total: 100, window_seconds: 86_400 };

fn account(platform: Platform, remote_id: &str, offered: Option<Offered>) -> Account {
    Account {
        id: AccountId::new(Ulid::from(3)),
        platform,
        remote_id: remote_id.into(),
        name: "Ada".into(),
        handle: "ada".into(),
        avatar_url: None,
        url: None,
        instance: None,
        status: AccountStatus::Healthy,
        status_detail: None,
        checked_at: NOW,
        connected_at: NOW,
        connected_by: UserId::new(Ulid::from(1)),
        limits: None,
        sealed: None,
        paused_until: None,
        refresh_lease: None,
        way: None,
        expires_at: None,
        check_at: None,
        offered,
        told: None,
        version: 1,
    }
}

fn code(used: u32, planned: usize, asked_hours_ago: i64) -> Option<String> {
    let at = NOW - SignedDuration::from_hours(asked_hours_ago);
    let offered = Offered { at, video_max_ms: None, quota: Some(Quota { used, ..QUOTA }) };
    let problem = quota_problem(&account(Platform::Instagram, "1", Some(offered)), 2, planned, NOW)?;
    assert_eq!(problem.pointer, "/targets/2/account_id");
    assert!(!problem.is_error(), "a quota slides");
    Some(problem.code)
}

#[test]
fn a_quota_is_told_of_when_nothing_is_left_or_too_much_is_planned() {
    assert_eq!(code(100, 0, 1).as_deref(), Some("quota-used"));
    assert_eq!(code(98, 2, 1).as_deref(), Some("quota-planned"));
    assert_eq!(code(98, 1, 1), None);
    assert_eq!(code(100, 99, 25), None, "what was used a day ago is free again");
    assert_eq!(code(0, 100, 25).as_deref(), Some("quota-planned"));
    assert_eq!(quota_problem(&account(Platform::Instagram, "1", None), 0, 1000, NOW), None);
}

#[test]
fn what_is_known_is_not_written_again() {
    let offered = |minutes, quota| Offered { at: NOW + SignedDuration::from_mins(minutes), video_max_ms: None, quota };
    assert!(!offered(0, None).is_news(None));
    assert!(offered(0, Some(QUOTA)).is_news(None));
    assert!(!offered(10, Some(QUOTA)).is_news(Some(&offered(0, Some(QUOTA)))));
    assert!(offered(11, Some(QUOTA)).is_news(Some(&offered(0, Some(QUOTA)))));
    assert!(offered(1, None).is_news(Some(&offered(0, Some(QUOTA)))));
}

#[test]
fn an_organization_has_no_connections() {
    let barred = |remote: &str| account(Platform::Linkedin, remote, None).limits().barred;
    assert!(barred("urn:li:person:a").is_empty());
    assert_eq!(barred("urn:li:organization:1")["visibility"], ["connections"]);
}

#[test]
fn the_network_s_word_on_a_video_s_length_counts() {
    let offered = Offered { at: NOW, video_max_ms: Some(60_000), quota: None };
    assert_eq!(account(Platform::Tiktok, "1", Some(offered)).limits().video_max_ms, Some(60_000));
}
