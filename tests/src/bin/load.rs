//! `load`: what the product does on this machine, over HTTP, from one and from sixteen connections.

use std::sync::Mutex;

use anyhow::Context as _;
use cloud::{Clock as _, SystemClock};
use jiff::ToSpan as _;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;
use tests::bench::{Caller, Samples, text_field};
use tests::person::Team;
use tests::process::{Atelier, Scratch};

/// Posts in the organization whose calendar is read: ten years of a busy studio, or one of an agency.
const POSTS: usize = 10_000;

/// A line of the table.
struct Figure {
    name: &'static str,
    callers: usize,
    samples: Samples,
    cpu_ms: f64,
}

struct Load {
    atelier: Atelier,
    team: Team,
    token: String,
    page: String,
    figures: Vec<Figure>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data = Scratch::new("load")?;
    let atelier = Atelier::start(data.path()).await?;
    let team = Team::new(&atelier.url()).await;
    let page = team.page().await;
    let mut load = Load { atelier, team, token: String::new(), page, figures: Vec::new() };
    let rest = load.atelier.memory_mb()?.0;
    load.run().await?;
    report(&load, rest)
}

impl Load {
    async fn run(&mut self) -> anyhow::Result<()> {
        let created = Mutex::new(Vec::new());
        let content = json!({ "text": "A post of ordinary length, with #tags and a link https://example.test.",
            "media": [], "targets": [{ "account_id": self.page, "text": null, "media": null }] });
        let write = content.to_string();
        let create = |wire: &mut tests::wire::Wire| {
            let reply = wire.expect(201, "POST", "/api/posts", None, &write)?;
            let post = (text_field(&reply.body, "id").context("an id")?, reply.etag.context("a version")?);
            anyhow::Ok(post)
        };
        for (callers, total) in [(1, 1000), (16, 4000)] {
            self.measure("create draft", callers, total, |wire, _| {
                let post = create(wire)?;
                created.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?.push(post);
                Ok(())
            })
            .await?;
        }
        let drafts = created.into_inner().map_err(|_| anyhow::anyhow!("a caller panicked"))?;
        let schedule = |wire: &mut tests::wire::Wire, (id, etag): &(String, String), number: usize| {
            let path = format!("/api/posts/{id}/schedule");
            wire.expect(200, "POST", &path, Some(etag), &time(number).to_string()).map(drop)
        };
        self.quietly(drafts.len(), |wire, number| schedule(wire, &drafts[number], number)).await?;
        let rest = POSTS - drafts.len();
        let (one, many) = (rest / 5, rest - rest / 5);
        for (callers, total, first) in [(1, one, drafts.len()), (16, many, drafts.len() + one)] {
            self.measure("create scheduled", callers, total, |wire, number| {
                let mut post = content.clone();
                post["schedule"] = time(first + number);
                wire.expect(201, "POST", "/api/posts", None, &post.to_string()).map(drop)
            })
            .await?;
        }
        for (callers, total) in [(1, 4000), (16, 30_000)] {
            self.measure("read", callers, total, |wire, number| {
                let (id, _) = &drafts[number % drafts.len()];
                wire.expect(200, "GET", &format!("/api/posts/{id}"), None, "").map(drop)
            })
            .await?;
        }
        // Six weeks, as a month's view shows them, and everything there is.
        let month = range((5, 26), (7, 7));
        let all = range((1, 1), (12, 31));
        for (name, range, callers, total) in
            [("month calendar", &month, 1, 100), ("month calendar", &month, 16, 200), ("all 10,000", &all, 1, 10)]
        {
            self.measure(name, callers, total, |wire, _| calendar(wire, range)).await?;
        }
        Ok(())
    }

    /// Does something often and notes how it went.
    async fn measure(
        &mut self,
        name: &'static str,
        callers: usize,
        total: usize,
        work: impl Fn(&mut tests::wire::Wire, usize) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        self.token().await?;
        let before = self.atelier.cpu()?;
        let samples = Caller { origin: &self.team.owner.origin, token: &self.token }.run(callers, total, work)?;
        let cpu = self.atelier.cpu()? - before;
        let cpu_ms = cpu.as_secs_f64() * 1000.0 / samples.count();
        self.figures.push(Figure { name, callers, samples, cpu_ms });
        Ok(())
    }

    /// Does something that is not measured.
    async fn quietly(
        &mut self,
        total: usize,
        work: impl Fn(&mut tests::wire::Wire, usize) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        self.token().await?;
        Caller { origin: &self.team.owner.origin, token: &self.token }.run(16, total, work).map(drop)
    }

    /// Tokens live five minutes: a fresh one for each measurement.
    async fn token(&mut self) -> anyhow::Result<()> {
        self.team.owner.refresh().await;
        self.token = self.team.owner.tokens["access_token"].as_str().context("an access token")?.to_owned();
        Ok(())
    }

    fn figure(&self, name: &str, callers: usize) -> anyhow::Result<&Samples> {
        let found = self.figures.iter().find(|figure| figure.name == name && figure.callers == callers);
        found.map(|figure| &figure.samples).with_context(|| format!("{name} was not measured"))
    }
}

/// Next year: near enough to be scheduled, too far to go out meanwhile.
fn year() -> i16 {
    SystemClock.now().to_zoned(TimeZone::UTC).year() + 1
}

/// Spread over next year, a post every 52 minutes.
fn time(number: usize) -> serde_json::Value {
    let minutes = i64::try_from(number * 52).unwrap_or(0);
    let at = date(year(), 1, 1).at(0, 0, 0, 0).saturating_add(minutes.minutes());
    json!({ "local": at.strftime("%Y-%m-%dT%H:%M").to_string(), "zone": "UTC" })
}

/// A stretch of next year, from a month and day to another, as the list takes it.
fn range((from_month, from_day): (i8, i8), (to_month, to_day): (i8, i8)) -> String {
    let at = |month, day| format!("{}T00:00:00Z", date(year(), month, day));
    format!("from={}&to={}", at(from_month, from_day), at(to_month, to_day))
}

/// Reads a stretch of the calendar whole, as the page does: page after page.
fn calendar(wire: &mut tests::wire::Wire, range: &str) -> anyhow::Result<()> {
    let mut cursor = String::new();
    loop {
        let reply = wire.expect(200, "GET", &format!("/api/posts?{range}&limit=500{cursor}"), None, "")?;
        match text_field(&reply.body, "next_cursor") {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(()),
        }
    }
}

#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
fn report(load: &Load, rest: f64) -> anyhow::Result<()> {
    println!("{:<18} {:>11} {:>9} {:>9} {:>10} {:>8}", "", "connections", "p50 ms", "p99 ms", "per second", "CPU ms");
    for Figure { name, callers, samples, cpu_ms } in &load.figures {
        let (p50, p99, rate) = (samples.percentile_ms(50), samples.percentile_ms(99), samples.rate());
        println!("{name:<18} {callers:>11} {p50:>9.2} {p99:>9.2} {rate:>10.0} {cpu_ms:>8.3}");
    }
    let (_, peak) = load.atelier.memory_mb()?;
    let startup = load.atelier.startup.as_millis();
    println!("start-up {startup} ms, memory at rest {rest:.0} MB, most {peak:.0} MB; {POSTS} posts within a year");
    let (read, create) = (load.figure("read", 16)?.rate(), load.figure("create scheduled", 16)?.rate());
    let calendar = load.figure("month calendar", 1)?.percentile_ms(50);
    println!("load: read_rps={read:.0} create_rps={create:.0} calendar_p50_ms={calendar:.1} rss_mb={peak:.0}");
    Ok(())
}
