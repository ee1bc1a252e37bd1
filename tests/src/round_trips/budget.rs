//! What each route and event may ask of AWS: `tests/budgets.json`, and whether it is kept.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde::Deserialize;

use super::desk::Line;
use super::events::ChannelPost;
use crate::contract::operations;
use crate::tally::Trips;

/// What is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    /// How to read it, for people.
    #[serde(rename = "about")]
    _about: Vec<String>,
    /// By route or event.
    pub trips: BTreeMap<String, Budget>,
    /// Write units of a post to one account from draft to published, by network.
    pub channel_post_write_units: BTreeMap<String, f64>,
}

/// What one of them may ask.
#[derive(Debug, Clone, Deserialize)]
pub struct Budget {
    /// Requests by kind. `waits` is the most, all others are exact.
    #[serde(flatten)]
    pub trips: Trips,
    /// Why it is more than the rule: one read, one write, two for the wake-up, nothing else.
    #[serde(default)]
    pub why: Option<String>,
}

impl Budgets {
    /// Those beside this program's sources.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read() -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/budgets.json"))?;
        serde_json::from_str(&text).context("tests/budgets.json")
    }

    /// What is wrong with what a route or event asked; nothing when it is as written.
    #[must_use]
    pub fn verdict(&self, line: &Line) -> Vec<String> {
        let Some(Budget { trips: allowed, why }) = self.trips.get(&line.name) else {
            return vec!["it has no budget".to_owned()];
        };
        let measured = line.tally.trips;
        let mut wrong = Vec::new();
        for ((kind, asked), (_, allowed)) in measured.kinds().into_iter().zip(allowed.kinds()) {
            if asked > allowed {
                wrong.push(format!("{kind}={asked}, and {allowed} allowed"));
            } else if asked < allowed && kind != "waits" {
                wrong.push(format!("{kind}={asked} is better than its budget of {allowed}: lower it"));
            }
        }
        if exceeds_the_rule(*allowed) && why.as_ref().is_none_or(|why| why.len() < 20) {
            wrong.push("its budget is more than the rule, and does not say why".to_owned());
        }
        wrong
    }

    /// What is wrong with the write units of a post to one account. They may be one less than written: where an item
    /// is about a kilobyte long, its ids decide.
    #[must_use]
    pub fn units_verdict(&self, post: &ChannelPost) -> Option<String> {
        let measured = post.write_units();
        match self.channel_post_write_units.get(post.network) {
            None => Some("it has no budget".to_owned()),
            Some(allowed) if measured > *allowed => Some(format!("{measured} write units, and {allowed} allowed")),
            Some(allowed) if measured < *allowed - 1.0 => {
                Some(format!("{measured} write units are better than its budget of {allowed}: lower it"))
            }
            Some(_) => None,
        }
    }

    /// Routes of the contract that were not measured, and budgets of nothing.
    #[must_use]
    pub fn unmeasured(&self, lines: &[Line]) -> Vec<String> {
        let measured: BTreeSet<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        let routes: BTreeSet<&str> = measured.iter().map(|name| route(name)).collect();
        let all = operations().into_iter().map(|operation| format!("{} {}", operation.method, operation.path));
        let missing = all.filter(|name| !routes.contains(name.as_str())).map(|name| format!("{name} is not measured"));
        let idle = self.trips.keys().filter(|name| !measured.contains(name.as_str()));
        missing.chain(idle.map(|name| format!("the budget of {name} is of nothing that is measured"))).collect()
    }
}

/// A line's route, without what is special about the request.
#[must_use]
pub fn route(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(route, _)| route)
}

/// One read, one write, two for the wake-up, nothing else.
const fn exceeds_the_rule(trips: Trips) -> bool {
    let Trips { reads, writes, schedules, messages, objects, secrets, mails, pool, waits: _ } = trips;
    reads > 1 || writes > 1 || schedules + messages > 2 || objects + secrets + mails + pool > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;

    fn budgets(reads: u32, why: Option<&str>) -> Budgets {
        let trips = Trips { reads, waits: 2, ..Trips::default() };
        let budget = Budget { trips, why: why.map(str::to_owned) };
        Budgets {
            _about: Vec::new(),
            trips: BTreeMap::from([("GET /a".to_owned(), budget)]),
            channel_post_write_units: BTreeMap::new(),
        }
    }

    fn line(name: &str, reads: u32, waits: u32) -> Line {
        let trips = Trips { reads, waits, ..Trips::default() };
        Line { name: name.to_owned(), tally: Tally { trips, ..Tally::default() } }
    }

    #[test]
    fn more_and_less_than_the_budget_are_both_wrong() {
        let one = budgets(1, None);
        assert!(one.verdict(&line("GET /a", 1, 1)).is_empty());
        assert_eq!(one.verdict(&line("GET /a", 2, 1)), ["reads=2, and 1 allowed"]);
        assert_eq!(one.verdict(&line("GET /a", 0, 0)).len(), 1, "better than written");
        assert_eq!(one.verdict(&line("GET /a", 1, 3)).len(), 1, "one after the other");
        assert_eq!(one.verdict(&line("GET /b", 0, 0)), ["it has no budget"]);
    }

    #[test]
    fn more_than_the_rule_needs_a_reason() {
        assert_eq!(budgets(2, None).verdict(&line("GET /a", 2, 2)).len(), 1);
        assert!(budgets(2, Some("the second is of another partition")).verdict(&line("GET /a", 2, 2)).is_empty());
    }

    #[test]
    fn what_is_not_measured_is_named() {
        let missing = budgets(1, None).unmeasured(&[line("GET /api/health (warm)", 0, 0)]);
        assert!(missing.iter().any(|text| text.starts_with("GET /api/posts/{id} is not")), "{missing:?}");
        assert!(!missing.iter().any(|text| text.starts_with("GET /api/health")), "{missing:?}");
        assert!(missing.iter().any(|text| text.contains("GET /a ")), "{missing:?}");
    }
}
