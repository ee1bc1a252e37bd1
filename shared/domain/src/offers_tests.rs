use super::*;
use crate::ids::{AccountId, Ulid, UserId};
use crate::platform::Platform;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const QUOTA: Quota = Quota { used: 98, total: 100, window_seconds: 86_400 };

fn account(platform: Platform, remote_id: &str, offered: Option<Offered>) -> Account {
    Account {
        remote_id: remote_id.into(),
        name: "Ada".into(),
        handle: "ada".into(),
        offered,
        ..Account::new(AccountId::new(Ulid::from(3)), platform, UserId::new(Ulid::from(1)), NOW)
    }
}

fn code(used: u32, planned: usize, asked_hours_ago: i64) -> Option<String> {
    let at = NOW - SignedDuration::from_hours(asked_hours_ago);
    let offered = Offered { at, video_max_ms: None, quota: Some(Quota { used, ..QUOTA }), choices: None };
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
    let at = |minutes| NOW + SignedDuration::from_mins(minutes);
    let offered = |minutes, quota| Offered { at: at(minutes), video_max_ms: None, quota, choices: None };
    assert!(!offered(0, None).is_news(None));
    assert!(offered(0, Some(QUOTA)).is_news(None));
    assert!(!offered(10, Some(QUOTA)).is_news(Some(&offered(0, Some(QUOTA)))));
    assert!(offered(11, Some(QUOTA)).is_news(Some(&offered(0, Some(QUOTA)))));
    assert!(offered(1, None).is_news(Some(&offered(0, Some(QUOTA)))));
}

#[test]
fn choices_are_kept_until_there_are_others() {
    let boards = |names: &[&str]| {
        let choice = |name: &&str| OfferedChoice { value: format!("id of {name}"), label: (*name).to_owned() };
        let choices = [("board".to_owned(), names.iter().map(choice).collect())].into();
        Offered::of(&Offers { choices, ..Offers::default() }, NOW)
    };
    let later = |offered: Offered| Offered { at: NOW + SignedDuration::from_hours(1), ..offered };
    assert!(boards(&[]).is_news(None) && boards(&[]).has_other_choices(None), "that there are none is to be known");
    assert!(!later(boards(&["Bowls"])).is_news(Some(&boards(&["Bowls"]))), "choices alone do not age");
    assert!(boards(&["Bowls", "Cups"]).is_news(Some(&boards(&["Bowls"]))));
    assert!(boards(&["Cups"]).has_other_choices(Some(&boards(&["Bowls"]))));
    let none = Offered::of(&Offers::default(), NOW);
    assert!(!none.is_news(None) && none.is_news(Some(&boards(&["Bowls"]))));
}

#[test]
fn an_organization_has_no_connections() {
    let barred = |remote: &str| account(Platform::Linkedin, remote, None).limits().barred;
    assert!(barred("urn:li:person:a").is_empty());
    assert_eq!(barred("urn:li:organization:1")["visibility"], ["connections"]);
}

#[test]
fn the_network_s_word_on_a_video_s_length_counts() {
    let offered = Offered { at: NOW, video_max_ms: Some(60_000), quota: None, choices: None };
    assert_eq!(account(Platform::Tiktok, "1", Some(offered)).limits().video_max_ms, Some(60_000));
}
