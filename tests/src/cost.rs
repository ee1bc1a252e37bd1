//! What it costs at list prices (`tests/prices.json`), from what was measured: requests, units, waits.
//!
//! All sums are in US dollars; those of an API request and of a channel-post are for a million of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use serde::Deserialize;

use crate::round_trips::{ChannelPost, Measured};
use crate::tally::Tally;

/// Invocations of the sweep in a month of 30 days.
const SWEEPS: f64 = 30.0 * 24.0 * 60.0;
/// Invocations of the look after connections.
const CHECKS: f64 = 30.0 * 24.0;
/// Sent, received, deleted.
const REQUESTS_PER_MESSAGE: f64 = 3.0;
const MILLION: f64 = 1_000_000.0;
const GIGABYTE: f64 = 1e9;

/// The file of prices.
#[derive(Debug, Deserialize)]
pub struct Prices {
    /// When they were looked up, and what is left out.
    pub as_of: String,
    /// Where.
    pub sources: String,
    /// By region.
    pub regions: BTreeMap<String, Region>,
    /// What no measurement here can tell.
    pub assumed: Assumed,
}

/// List prices of a region.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the file, and say it all")]
pub struct Region {
    pub gateway_per_million_requests: f64,
    pub lambda_per_million_requests: f64,
    pub lambda_per_gb_second: f64,
    pub table_per_million_read_units: f64,
    pub table_per_million_write_units: f64,
    pub scheduler_per_million_invocations: f64,
    pub queue_per_million_requests: f64,
    pub objects_per_million_writes: f64,
    pub objects_per_million_reads: f64,
    pub secrets_per_million_requests: f64,
    pub secret_per_month: f64,
    pub mail_per_million: f64,
    pub logs_per_gb: f64,
    pub metric_per_month: f64,
    pub alarm_per_month: f64,
    pub edge_per_million_requests: f64,
}

/// What no measurement here can tell.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the file, and say it all")]
pub struct Assumed {
    pub trip_ms: f64,
    pub handler_ms: f64,
    pub prepare_ms: f64,
    pub publish_ms: f64,
    pub api_memory_gb: f64,
    pub publish_memory_gb: f64,
    pub log_bytes_per_invocation: f64,
    pub access_log_bytes_per_request: f64,
    pub idle_metrics: f64,
    pub mix: BTreeMap<String, f64>,
}

impl Prices {
    /// Those beside this program's sources.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read() -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/prices.json"))?;
        serde_json::from_str(&text).context("tests/prices.json")
    }
}

/// A sum by what it is for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    /// The gateway.
    pub gateway: f64,
    /// Being invoked.
    pub invocations: f64,
    /// Time of the functions.
    pub compute: f64,
    /// Units of the table.
    pub table: f64,
    /// Schedules and messages.
    pub wake_ups: f64,
    /// Objects, secrets and mail.
    pub others: f64,
    /// Log lines.
    pub logs: f64,
}

impl Sum {
    /// All of it.
    #[must_use]
    pub fn all(&self) -> f64 {
        self.parts().iter().sum()
    }

    const fn parts(&self) -> [f64; 7] {
        [self.gateway, self.invocations, self.compute, self.table, self.wake_ups, self.others, self.logs]
    }

    fn plus(self, other: Self, times: f64) -> Self {
        Self {
            gateway: other.gateway.mul_add(times, self.gateway),
            invocations: other.invocations.mul_add(times, self.invocations),
            compute: other.compute.mul_add(times, self.compute),
            table: other.table.mul_add(times, self.table),
            wake_ups: other.wake_ups.mul_add(times, self.wake_ups),
            others: other.others.mul_add(times, self.others),
            logs: other.logs.mul_add(times, self.logs),
        }
    }

    fn row(&self, name: &str) -> String {
        let parts = self.parts().map(|part| format!("{part:.2}")).join(" | ");
        format!("| {name} | {parts} | **{:.2}** |", self.all())
    }
}

/// What things cost in one region.
#[derive(Debug)]
pub struct Cost<'a> {
    prices: &'a Region,
    assumed: &'a Assumed,
    measured: &'a Measured,
}

impl<'a> Cost<'a> {
    /// At the prices of a region.
    ///
    /// # Errors
    /// When there are none.
    pub fn at(region: &str, prices: &'a Prices, measured: &'a Measured) -> anyhow::Result<Self> {
        let region = prices.regions.get(region).with_context(|| format!("no prices of {region}"))?;
        Ok(Self { prices: region, assumed: &prices.assumed, measured })
    }

    /// A million requests to a route.
    #[must_use]
    pub fn request(&self, tally: &Tally) -> Sum {
        let waits = f64::from(tally.trips.waits);
        let time = waits.mul_add(self.assumed.trip_ms, self.assumed.handler_ms);
        let access_log = self.assumed.access_log_bytes_per_request * MILLION / GIGABYTE * self.prices.logs_per_gb;
        let gateway = Sum { gateway: self.prices.gateway_per_million_requests, logs: access_log, ..Sum::default() };
        self.asked(tally).plus(self.invocation(time, self.assumed.api_memory_gb), 1.0).plus(gateway, 1.0)
    }

    /// A million requests as people make them.
    ///
    /// # Errors
    /// When a route of the mix was not measured.
    pub fn mix(&self) -> anyhow::Result<Sum> {
        let all: f64 = self.assumed.mix.values().sum();
        self.assumed
            .mix
            .iter()
            .try_fold(Sum::default(), |sum, (name, share)| Ok(sum.plus(self.request(self.tally(name)?), share / all)))
    }

    /// A million posts to one account, from draft to published.
    #[must_use]
    pub fn channel_post(&self, post: &ChannelPost) -> Sum {
        let woken = |tally: &Tally, time: f64| {
            self.asked(tally).plus(self.invocation(time, self.assumed.publish_memory_gb), 1.0)
        };
        let wake_ups = self.prices.scheduler_per_million_invocations;
        let schedule = Sum { wake_ups, ..Sum::default() };
        self.request(&post.draft)
            .plus(self.request(&post.schedule), 1.0)
            .plus(schedule, 1.0)
            .plus(woken(&post.prepare, self.assumed.prepare_ms), 1.0)
            .plus(woken(&post.publish, self.assumed.publish_ms), 1.0)
    }

    /// A month in which nobody does anything: secrets and alarms of the templates, sweeps, looks after connections.
    ///
    /// # Errors
    /// When an event was not measured.
    pub fn idle(&self, secrets: usize, alarms: usize) -> anyhow::Result<Vec<(&'static str, f64)>> {
        let count = |number: usize| u32::try_from(number).map_or(f64::INFINITY, f64::from);
        let event = |name: &str, times: f64| -> anyhow::Result<f64> {
            let tally = self.tally(name)?;
            let time = f64::from(tally.trips.waits).mul_add(self.assumed.trip_ms, self.assumed.handler_ms);
            let invocation = self.invocation(time, self.assumed.publish_memory_gb);
            let once = self.asked(tally).plus(invocation, 1.0).all() + self.prices.scheduler_per_million_invocations;
            Ok(once * times / MILLION)
        };
        Ok(vec![
            ("secrets", count(secrets) * self.prices.secret_per_month),
            ("alarms", count(alarms) * self.prices.alarm_per_month),
            ("metrics", self.assumed.idle_metrics * self.prices.metric_per_month),
            ("sweeps", event("sweep: nothing due", SWEEPS)?),
            ("looks after connections", event("health: nothing due", CHECKS)?),
        ])
    }

    fn tally(&self, name: &str) -> anyhow::Result<&Tally> {
        let found = self.measured.lines.iter().find(|line| line.name == name);
        found.map(|line| &line.tally).with_context(|| format!("{name} was not measured"))
    }

    /// What is asked of AWS, a million times.
    fn asked(&self, tally: &Tally) -> Sum {
        let prices = self.prices;
        let reads = tally.operations.iter().filter(|name| matches!(name.as_str(), "s3.GET" | "s3.HEAD")).count();
        let reads = u32::try_from(reads).unwrap_or(u32::MAX);
        let removed = tally.operations.iter().filter(|name| *name == "s3.DELETE").count();
        let removed = u32::try_from(removed).unwrap_or(u32::MAX);
        let written = tally.trips.objects.saturating_sub(reads).saturating_sub(removed);
        let messages = f64::from(tally.trips.messages) * REQUESTS_PER_MESSAGE;
        Sum {
            table: tally
                .units
                .read
                .mul_add(prices.table_per_million_read_units, tally.units.write * prices.table_per_million_write_units),
            wake_ups: messages * prices.queue_per_million_requests,
            others: f64::from(reads) * prices.objects_per_million_reads
                + f64::from(written) * prices.objects_per_million_writes
                + f64::from(tally.trips.secrets) * prices.secrets_per_million_requests
                + f64::from(tally.trips.mails) * prices.mail_per_million,
            ..Sum::default()
        }
    }

    /// A million invocations of so many milliseconds.
    fn invocation(&self, milliseconds: f64, gigabytes: f64) -> Sum {
        Sum {
            invocations: self.prices.lambda_per_million_requests,
            compute: milliseconds / 1000.0 * gigabytes * self.prices.lambda_per_gb_second * MILLION,
            logs: self.assumed.log_bytes_per_invocation * MILLION / GIGABYTE * self.prices.logs_per_gb,
            ..Sum::default()
        }
    }
}

const HEAD: &str =
    "gateway | invocations | compute | table | wake-ups | others | logs | all |\n|---|---|---|---|---|---|---|---|---|";

/// The page's tables.
///
/// # Errors
/// When something was not measured.
pub fn tables(prices: &Prices, measured: &Measured, secrets: usize, alarms: usize) -> anyhow::Result<String> {
    let mut page = String::new();
    for region in prices.regions.keys() {
        let cost = Cost::at(region, prices, measured)?;
        writeln!(page, "### {region}\n\nA million requests to the API, in dollars:\n\n| request | {HEAD}")?;
        for name in prices.assumed.mix.keys() {
            writeln!(page, "{}", cost.request(cost.tally(name)?).row(&format!("`{name}`")))?;
        }
        writeln!(page, "{}", cost.mix()?.row("*as people make them*"))?;
        writeln!(page, "\nA million posts to one account, from draft to published:\n\n| network | {HEAD}")?;
        for post in &measured.channel_posts {
            writeln!(page, "{}", cost.channel_post(post).row(post.network))?;
        }
        writeln!(page, "\nA month in which nobody does anything:\n\n| for | dollars |\n|---|---|")?;
        let idle = cost.idle(secrets, alarms)?;
        for (name, sum) in &idle {
            writeln!(page, "| {name} | {sum:.2} |")?;
        }
        let all: f64 = idle.iter().map(|(_, sum)| sum).sum();
        writeln!(page, "| *all* | **{all:.2}** |\n")?;
    }
    Ok(page)
}

/// Whether two texts say the same, numbers within a twentieth or a cent: where an item is about a kilobyte long, its ids
/// decide on a unit.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let words =
        |text: &str| text.split([' ', '|', '*', '\n']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let (one, other): (Vec<String>, Vec<String>) = (words(one), words(other));
    let near = |(a, b): (&String, &String)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= (a.abs() * 0.05).max(0.011),
        _ => a == b,
    };
    one.len() == other.len() && one.iter().zip(&other).all(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Units;
    use crate::tally::Trips;

    #[test]
    fn a_read_of_one_item_costs_mostly_the_gateway() {
        let prices = Prices::read().unwrap();
        let measured = Measured { lines: Vec::new(), channel_posts: Vec::new() };
        let cost = Cost::at("us-east-1", &prices, &measured).unwrap();
        let trips = Trips { reads: 1, waits: 1, ..Trips::default() };
        let units = Units { read: 1.0, ..Units::default() };
        let sum = cost.request(&Tally { trips, units, ..Tally::default() });
        assert!((sum.gateway - 1.0).abs() < 1e-9 && (sum.invocations - 0.2).abs() < 1e-9);
        assert!((sum.compute - 6.0 / 1000.0 * 0.5 * 13.3334).abs() < 1e-9, "{sum:?}");
        assert!((sum.table - 0.125).abs() < 1e-9 && sum.gateway / sum.all() > 0.5, "{sum:?}");
    }

    #[test]
    fn a_page_is_stale_when_a_number_moved_or_a_word() {
        assert!(alike("| a | **1.00** |", "| a | **1.01** |"));
        assert!(!alike("| a | 1.00 |", "| a | 1.20 |"));
        assert!(!alike("| a | 1.00 |", "| b | 1.00 |"));
        assert!(!alike("| a | 1.00 |", "| a | 1.00 |\n| b | 1.00 |"));
    }
}
