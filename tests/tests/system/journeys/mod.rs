//! What people do, over HTTP on the embedded stack, one module per route group. Every test makes its own people.

mod accounts;
mod auth;
mod consent;
mod headers;
mod health;
mod import;
mod media;
mod offers;
mod orgs;
mod ownership;
mod pages;
mod posts;
mod publishing;
mod queue;
pub(crate) mod recovery;
mod roles;
mod series;
mod take_down;
mod taken_down;
mod tenancy;
mod uploads;

use cloud::{Clock as _, SystemClock};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tests::person::Team;
use tests::stack::stack;

/// A new organization on the shared stack.
async fn team() -> Team {
    Team::new(&stack().origin).await
}

/// A post for some accounts, without variants.
fn post_for(text: &str, accounts: &[&str]) -> Value {
    let target = |account: &&str| json!({ "account_id": account, "text": null, "media": null });
    json!({ "text": text, "media": [], "targets": accounts.iter().map(target).collect::<Vec<_>>() })
}

/// A post that repeats each day of next year at nine, in Berlin.
fn series_for(text: &str, account: &str) -> Value {
    json!({ "content": post_for(text, &[account]), "rule": daily_rule() })
}

fn daily_rule() -> Value {
    json!({
        "frequency": { "kind": "daily" },
        "interval": 1,
        "time": "09:00",
        "zone": "Europe/Berlin",
        "starts_on": next_year("02-01"),
        "ends": { "kind": "never" },
    })
}

/// The id of what was created.
fn id(created: &Value) -> &str {
    created["id"].as_str().expect("an id")
}

/// A field of every item of a list.
fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list["items"].as_array().expect("items").iter().filter_map(|item| item[field].as_str()).collect()
}

/// A wall-clock time of next year, which is as far ahead as any year lies wholly within what may be scheduled.
fn next_year(month_day_time: &str) -> String {
    format!("{}-{month_day_time}", year())
}

/// The day of next year on which clocks in Europe change.
fn clock_change(month: i8) -> Date {
    let last = date(year(), month, 31);
    let change = if last.weekday() == Weekday::Sunday { Ok(last) } else { last.nth_weekday(-1, Weekday::Sunday) };
    change.expect("a date")
}

fn year() -> i16 {
    SystemClock.now().to_zoned(TimeZone::UTC).year() + 1
}
