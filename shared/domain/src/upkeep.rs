//! Looking after connections: when to look, and what people are told.

use jiff::{SignedDuration, Timestamp};

use crate::account::{Account, AccountStatus, Notice};

/// How often a connection is looked at.
const CHECK_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Looks are spread over this much around that, so that accounts connected together are not looked at together.
const SPREAD: SignedDuration = SignedDuration::from_hours(2);
/// How long whoever looks after an account has it to themselves.
pub const HELD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How far ahead of its end access is renewed at a daily look: long enough for a week of failures.
pub const RENEW_AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far ahead of its end people are told: a day, and what may pass until an hourly look.
const WARN_AHEAD: SignedDuration = SignedDuration::from_hours(25);

/// When to look next: in about a day, earlier where access ends before, for the warning and at the end itself.
/// `fraction` spreads the looks and is from 0 to 1.
#[must_use]
pub fn next_check(expires_at: Option<Timestamp>, now: Timestamp, fraction: f64) -> Timestamp {
    let usual = now + CHECK_EVERY - SPREAD / 2 + SPREAD.mul_f64(fraction.clamp(0.0, 1.0));
    let earlier = expires_at.into_iter().flat_map(|end| [end.checked_sub(WARN_AHEAD).unwrap_or(end), end]);
    earlier.filter(|at| *at > now).fold(usual, Timestamp::min)
}

/// What people are to be told now, if they were not told.
#[must_use]
pub fn notice(account: &Account, now: Timestamp) -> Option<Notice> {
    let due = match account.status {
        AccountStatus::Reconnect => Some(Notice::Lost),
        AccountStatus::Healthy | AccountStatus::Error => {
            account.expires_at.filter(|end| *end > now && end.duration_since(now) <= WARN_AHEAD).map(Notice::Ending)
        }
        AccountStatus::Disconnected => None,
    };
    due.filter(|notice| account.told != Some(*notice))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{AccountId, Ulid, UserId};
    use crate::platform::Platform;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn account(status: AccountStatus, expires_at: Option<Timestamp>, told: Option<Notice>) -> Account {
        let now = Timestamp::UNIX_EPOCH;
        Account {
            id: AccountId::new(Ulid::from(3)),
            platform: Platform::Linkedin,
            remote_id: "1".into(),
            name: "Ada".into(),
            handle: "ada".into(),
            avatar_url: None,
            url: None,
            instance: None,
            status,
            status_detail: None,
            checked_at: now,
            connected_at: now,
            connected_by: UserId::new(Ulid::from(1)),
            limits: None,
            sealed: None,
            paused_until: None,
            refresh_lease: None,
            way: None,
            expires_at,
            check_at: None,
            offered: None,
            told,
            version: 1,
        }
    }

    #[test]
    fn each_event_is_told_once() {
        let now = Timestamp::UNIX_EPOCH;
        let end = now + DAY;
        let told = |status, expires_at, told| notice(&account(status, expires_at, told), now);
        assert_eq!(told(AccountStatus::Reconnect, None, None), Some(Notice::Lost));
        assert_eq!(told(AccountStatus::Reconnect, None, Some(Notice::Ending(end))), Some(Notice::Lost));
        assert_eq!(told(AccountStatus::Reconnect, None, Some(Notice::Lost)), None);
        assert_eq!(told(AccountStatus::Healthy, Some(end), None), Some(Notice::Ending(end)));
        assert_eq!(told(AccountStatus::Healthy, Some(end), Some(Notice::Ending(end))), None);
        let earlier = Some(Notice::Ending(now));
        assert_eq!(told(AccountStatus::Error, Some(end), earlier), Some(Notice::Ending(end)), "another end");
        assert_eq!(told(AccountStatus::Healthy, Some(end + DAY), None), None, "too early");
        assert_eq!(told(AccountStatus::Healthy, Some(now), None), None, "over: the next look finds it lost");
        assert_eq!(told(AccountStatus::Disconnected, Some(end), None), None);
    }

    proptest! {
        #[test]
        fn nobody_is_looked_at_late_or_without_pause(end in -100_i64..2_000, fraction in 0.0..1.0_f64) {
            let now = Timestamp::UNIX_EPOCH;
            let next = next_check(Some(now + SignedDuration::from_hours(end)), now, fraction);
            prop_assert!(next > now && next <= now + DAY + SPREAD / 2);
            // From one look to the next, an end does not come nearer than a day without a look before that.
            if end > 25 {
                prop_assert!(next <= now + SignedDuration::from_hours(end) - DAY);
            }
        }
    }
}
