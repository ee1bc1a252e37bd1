//! How cost and time grow: calendars of a month with 1, 100 and 10,000 posts, organizations of 10 and 10,000 people.
//!
//! A page of a list is compared with the same page of a larger list, so the sizes in between do not count. Everything
//! is put into the table by the store, as the handlers would have put it.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use cloud::{Clock as _, SystemClock};
use domain::ids::{OrgId, PostId, Ulid, UserId};
use domain::org::Member;
use domain::post::Post;
use domain::tenancy::OrgScope;
use jiff::SignedDuration;
use serde_json::json;
use store::{Condition, OrgKey, OrgStore, Table, Write};

use super::desk::{Ask, Desk};
use super::people::subject;
use super::posts::{content, days_ahead};
use crate::person::Team;
use crate::tally::Tally;

/// Requests of each kind and size.
const SAMPLES: usize = 100;
/// Posts on the page that is compared; fewer when there are fewer.
const PAGE: usize = 50;
/// Writes of a transaction.
const AT_ONCE: usize = 100;
/// How much slower the largest may be than the smallest of the same work, by median: the machine is shared.
const SLOWER: f64 = 3.0;

/// A piece of work at one size.
#[derive(Debug)]
pub struct Grown {
    /// What is done.
    pub what: &'static str,
    /// Of what there is so much.
    pub of: &'static str,
    /// How much there is.
    pub size: usize,
    /// What one time costs.
    pub tally: Tally,
    /// Half take no longer, in milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 take no longer, in milliseconds.
    pub p99_ms: f64,
    /// The same at the smallest size that fills a page: requests, read units, p50.
    small: (u32, f64, f64),
}

impl Grown {
    /// Whether it costs no more requests and units than at the smaller size, and takes about as long.
    #[must_use]
    pub fn holds(&self) -> bool {
        let (trips, read, p50) = self.small;
        self.tally.trips.all() <= trips && self.tally.units.read <= read && self.p50_ms <= p50.max(1.0) * SLOWER
    }
}

impl fmt::Display for Grown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, of, size, tally, p50_ms, p99_ms, .. } = self;
        let (trips, units) = (tally.trips, &tally.units);
        let verdict = if self.holds() { "ok" } else { "FAILED grows" };
        write!(
            f,
            "growth: what=\"{what}\" {of}={size} {trips} rcu={} wcu={} p50_ms={p50_ms:.2} p99_ms={p99_ms:.2} {verdict}",
            units.read, units.write
        )
    }
}

/// Measures all sizes.
///
/// # Errors
/// When a request is refused.
pub async fn measure() -> anyhow::Result<Vec<Grown>> {
    let mut desk = Desk::open().await?;
    let mut lines = Vec::new();
    let mut calendars = Vec::new();
    for size in [1, 100, 10_000] {
        let team = Team::new(&desk.origin).await;
        let first = posts(&desk, &team, size).await?;
        calendars.push((size, team, first));
    }
    for what in [Work::Calendar, Work::List, Work::Read, Work::Draft] {
        let sizes = calendars.iter().map(|(size, team, post)| (*size, team, post.as_str()));
        grow(&mut desk, what, "posts", sizes.collect(), &mut lines).await?;
    }
    let mut organizations = Vec::new();
    for size in [10, 10_000] {
        let team = Team::new(&desk.origin).await;
        members(&desk, &team, size).await?;
        organizations.push((size, team));
    }
    for what in [Work::Members, Work::Me, Work::Token] {
        let sizes = organizations.iter().map(|(size, team)| (*size, team, ""));
        grow(&mut desk, what, "members", sizes.collect(), &mut lines).await?;
    }
    Ok(lines)
}

/// What is done at each size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Calendar,
    List,
    Read,
    Draft,
    Members,
    Me,
    Token,
}

impl Work {
    const fn name(self) -> &'static str {
        match self {
            Self::Calendar => "a page of the month's calendar",
            Self::List => "a page of the list of posts",
            Self::Read => "read a post",
            Self::Draft => "save a draft",
            Self::Members => "a page of the members",
            Self::Me => "who am I",
            Self::Token => "claims of a token",
        }
    }
}

/// Does the same at each size, by turns, so that what else the machine does falls on all of them.
async fn grow(
    desk: &mut Desk,
    work: Work,
    of: &'static str,
    sizes: Vec<(usize, &Team, &str)>,
    lines: &mut Vec<Grown>,
) -> anyhow::Result<()> {
    let mut times: Vec<Vec<Duration>> = sizes.iter().map(|_| Vec::with_capacity(SAMPLES)).collect();
    let mut tallies = vec![Tally::default(); sizes.len()];
    for round in 0..=SAMPLES {
        for (index, (_, team, post)) in sizes.iter().enumerate() {
            desk.begin();
            let began = Instant::now();
            once(desk, work, team, post).await?;
            // The first opens connections.
            if round > 0 {
                times[index].push(began.elapsed());
            }
            tallies[index] = desk.look();
        }
    }
    let at = |times: &mut Vec<Duration>, percent: usize| {
        times.sort_unstable();
        times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1000.0
    };
    // With less than a page of items a page is cheaper: those are shown, and not what the others are held to.
    let full = sizes.iter().position(|(size, ..)| *size >= PAGE || of == "members").unwrap_or(0);
    let paged = matches!(work, Work::Calendar | Work::List);
    let base = if paged { full } else { 0 };
    let small = (tallies[base].trips.all(), tallies[base].units.read, at(&mut times[base], 50));
    for ((size, ..), (tally, mut times)) in sizes.into_iter().zip(tallies.into_iter().zip(times)) {
        let (p50_ms, p99_ms) = (at(&mut times, 50), at(&mut times, 99));
        lines.push(Grown { what: work.name(), of, size, tally, p50_ms, p99_ms, small });
    }
    Ok(())
}

async fn once(desk: &Desk, work: Work, team: &Team, post: &str) -> anyhow::Result<()> {
    let ask = match work {
        Work::Calendar => {
            let at = |days: i64| SystemClock.now() + SignedDuration::from_hours(24 * days);
            Ask::new("GET /api/posts", 200).query(format!("from={}&to={}&limit={PAGE}", at(1), at(40)))
        }
        Work::List => Ask::new("GET /api/posts", 200).query(format!("limit={PAGE}")),
        Work::Read => Ask::new("GET /api/posts/{id}", 200).of(post),
        Work::Draft => Ask::new("POST /api/posts", 201).body(&content(&[], &[])),
        Work::Members => Ask::new("GET /api/orgs/{id}/members", 200).of(&team.org).query("limit=10"),
        Work::Me => Ask::new("GET /api/auth/me", 200),
        Work::Token => {
            let sub = subject(&team.owner).context("a subject")?;
            let attributes =
                json!({ "sub": sub, "email": "o@example.test", "name": "Olive", "email_verified": "true" });
            let event = json!({
                "triggerSource": "TokenGeneration_RefreshTokens",
                "request": { "userAttributes": attributes },
            });
            identity::handle(&desk.cloud, event).await?;
            return Ok(());
        }
    };
    desk.send(&team.owner, &ask).await.map(drop)
}

/// So many scheduled posts, spread over a month; yields the id of one.
async fn posts(desk: &Desk, team: &Team, count: usize) -> anyhow::Result<String> {
    let page = team.page().await;
    let mut input = content(&[&page], &[]);
    input["schedule"] = days_ahead(20);
    let first = desk.send(&team.owner, &Ask::new("POST /api/posts", 201).body(&input)).await?.id()?;
    let store = store(desk, team)?;
    let (post, deliveries) = store.post(first.parse()?).await?.context("the first post")?;
    let mut writes = Vec::new();
    for number in 1..count {
        let id = PostId::new(fresh(number));
        let minutes = i64::try_from(number * 30 * 24 * 60 / count)?;
        let mut copy = Post { id, ..post.clone() };
        if let Some(schedule) = &mut copy.schedule {
            schedule.at = SystemClock.now() + SignedDuration::from_mins(2 * 24 * 60 + minutes);
        }
        writes.push(store.put(&OrgKey::Post(id), &copy, Condition::Absent)?);
        let mut delivery = deliveries[0].clone();
        delivery.post_id = id;
        writes.push(store.put(&OrgKey::Delivery(id, delivery.account_id), &delivery, Condition::Absent)?);
    }
    commit(&store, writes).await?;
    Ok(first)
}

/// So many people, the owner among them.
async fn members(desk: &Desk, team: &Team, count: usize) -> anyhow::Result<()> {
    let store = store(desk, team)?;
    let page = store::PageRequest { cursor: None, limit: 1 };
    let owner = store.list::<Member>(store::OrgList::Members, store::Order::Ascending, &page).await?;
    let owner = owner.items.into_iter().next().context("the owner")?;
    let mut writes = Vec::new();
    for number in 1..count {
        let user_id = UserId::new(fresh(number));
        let email = format!("member-{number}@example.test");
        let member = Member { user_id, email, role: domain::role::Role::Viewer, ..owner.clone() };
        writes.push(store.put(&OrgKey::Member(user_id), &member, Condition::Absent)?);
    }
    commit(&store, writes).await
}

fn store(desk: &Desk, team: &Team) -> anyhow::Result<OrgStore> {
    let org: OrgId = team.org.parse()?;
    Ok(Table::new(&desk.cloud).org(OrgScope::from_own_wakeup(org)))
}

/// An id of this year, as all are that the product gives.
fn fresh(number: usize) -> Ulid {
    let millis = u128::try_from(SystemClock.now().as_millisecond()).unwrap_or(0);
    Ulid::from((millis << 80) | (u128::try_from(number).unwrap_or(0) << 8))
}

async fn commit(store: &OrgStore, writes: Vec<Write>) -> anyhow::Result<()> {
    let mut writes = writes.into_iter().peekable();
    while writes.peek().is_some() {
        store.transact(writes.by_ref().take(AT_ONCE).collect()).await?;
    }
    Ok(())
}
