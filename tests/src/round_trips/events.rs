//! What no person asks for: publishing, the sweep, looking after connections. And what one post to one account takes
//! from draft to published, by network.

use anyhow::{Context as _, ensure};
use cloud::{Clock as _, SystemClock, WakeUp};
use domain::ids::AccountId;
use domain::tenancy::OrgScope;
use image::ImageFormat;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::{Change, Condition, OrgKey, Table};

use super::consent::connect;
use super::desk::{Ask, Desk, text};
use super::posts::{at, content};
use crate::film::film;
use crate::person::{Person, Team, upload};
use crate::picture::picture;
use crate::tally::Tally;

/// What a post cannot go without.
#[derive(Debug, Clone, Copy)]
enum Needs {
    Text,
    Picture,
    Film,
}

/// The networks that are published to, and what a post there needs.
const NETWORKS: [(&str, Needs); 11] = [
    ("page", Needs::Text),
    ("bluesky", Needs::Text),
    ("mastodon", Needs::Text),
    ("x", Needs::Text),
    ("threads", Needs::Text),
    ("facebook", Needs::Text),
    ("linkedin", Needs::Text),
    ("instagram", Needs::Picture),
    ("pinterest", Needs::Picture),
    ("tiktok", Needs::Film),
    ("youtube", Needs::Film),
];

/// What one post to one account took, from draft to published.
#[derive(Debug)]
pub struct ChannelPost {
    /// The network.
    pub network: &'static str,
    /// Saved as a draft.
    pub draft: Tally,
    /// Scheduled.
    pub schedule: Tally,
    /// Woken ahead, prepared, and a release sent.
    pub prepare: Tally,
    /// Claimed, published, concluded.
    pub publish: Tally,
}

impl ChannelPost {
    /// Its steps, by name.
    #[must_use]
    pub const fn steps(&self) -> [(&'static str, &Tally); 4] {
        [("draft", &self.draft), ("schedule", &self.schedule), ("prepare", &self.prepare), ("publish", &self.publish)]
    }

    /// Write units from draft to published.
    #[must_use]
    pub fn write_units(&self) -> f64 {
        self.steps().iter().map(|(_, tally)| tally.units.write).sum()
    }

    /// Read units from draft to published.
    #[must_use]
    pub fn read_units(&self) -> f64 {
        self.steps().iter().map(|(_, tally)| tally.units.read).sum()
    }
}

pub(super) async fn measure(desk: &mut Desk) -> anyhow::Result<Vec<ChannelPost>> {
    let team = Team::new(&desk.origin).await;
    let mut posts = Vec::new();
    for (network, needs) in NETWORKS {
        posts.push(channel_post(desk, &team, network, needs).await.with_context(|| format!("a post to {network}"))?);
    }
    wakes_that_do_nothing(desk, &team).await?;
    sweeps(desk, &team).await?;
    occurrence(desk, &team).await?;
    connections(desk, &team).await?;
    Ok(posts)
}

/// One post to one account, on its whole way.
async fn channel_post(
    desk: &mut Desk,
    team: &Team,
    network: &'static str,
    needs: Needs,
) -> anyhow::Result<ChannelPost> {
    let owner = &team.owner;
    let account = connect(desk, owner, network).await?;
    let mut input = content(&[&account], &[]);
    let file = match needs {
        Needs::Text => None,
        Needs::Picture => Some(upload(owner, "work.png", "image/png", picture(640, 640, ImageFormat::Png)).await),
        Needs::Film => Some(upload(owner, "work.mp4", "video/mp4", film()).await),
    };
    if let Some(file) = file {
        input["media"] = json!([text(&file, "id")?]);
    }
    settings(desk, team, &account, &mut input, network).await?;
    desk.begin();
    let draft = desk.send(owner, &Ask::new("POST /api/posts", 201).key().body(&input)).await?;
    let drafted = desk.look();
    let due = Timestamp::from_second((SystemClock.now() + SignedDuration::from_mins(30)).as_second())?;
    let schedule = Ask::new("POST /api/posts/{id}/schedule", 200).of(draft.id()?).version(&draft.body);
    let post = desk.send(owner, &schedule.body(&at(due))).await?.body;
    let scheduled = desk.look();
    let wake_up = wake_up(team, &post)?;
    desk.set_clock(due - SignedDuration::from_secs(60));
    desk.publisher.handle(json!(wake_up)).await?;
    let prepared = desk.note(format!("publish: prepares ({network})"));
    desk.set_clock(due + SignedDuration::from_millis(20));
    desk.publisher.handle(message(wake_up)).await?;
    let published = desk.note(format!("publish: publishes ({network})"));
    desk.reset_clock();
    let post = desk.send(owner, &Ask::new("GET /api/posts/{id}", 200).of(draft.id()?)).await?.body;
    ensure!(post["status"] == "published", "it is not out: {}", post["deliveries"]);
    afterwards(desk, owner, &account, &post, network).await?;
    Ok(ChannelPost { network, draft: drafted, schedule: scheduled, prepare: prepared, publish: published })
}

/// How it does, and its end: at a network, and on the page, which counts nobody.
async fn afterwards(desk: &mut Desk, who: &Person, account: &str, post: &Value, network: &str) -> anyhow::Result<()> {
    let down = Ask::new("POST /api/accounts/{id}/posts/{post_id}/take-down", 200).of(account).of(text(post, "id")?);
    match network {
        "page" => desk.ask(who, down.case("the page")).await.map(drop),
        "x" => {
            let figures = Ask::new("GET /api/accounts/{id}/posts/{post_id}/insights", 200).of(account);
            desk.ask(who, figures.of(text(post, "id")?)).await?;
            desk.ask(who, down.clone()).await?;
            desk.ask(who, down.case("again")).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// What a network wants to know beside the text.
async fn settings(desk: &Desk, team: &Team, account: &str, input: &mut Value, network: &str) -> anyhow::Result<()> {
    let offers = Ask::new("GET /api/accounts/{id}/offers", 200).of(account);
    let settings = match network {
        "pinterest" => {
            json!({ "board": desk.send(&team.owner, &offers).await?.body["choices"]["board"][0]["value"] })
        }
        "tiktok" => {
            json!({ "privacy": desk.send(&team.owner, &offers).await?.body["choices"]["privacy"][0]["value"] })
        }
        "youtube" => json!({ "title": "A film of ordinary length", "made_for_kids": "no" }),
        _ => return Ok(()),
    };
    input["targets"][0]["settings"] = settings;
    Ok(())
}

fn wake_up(team: &Team, post: &Value) -> anyhow::Result<WakeUp> {
    let revision = post["revision"].as_u64().context("a revision")?;
    Ok(WakeUp { org: team.org.parse()?, post: text(post, "id")?.parse()?, revision })
}

/// A release as the queue hands it over.
fn message(wake_up: WakeUp) -> Value {
    json!({ "Records": [{ "messageId": "1", "body": json!(wake_up).to_string() }] })
}

/// A post to the page that is due so many minutes from now.
async fn page_post(desk: &Desk, team: &Team, minutes: i64) -> anyhow::Result<Value> {
    let page = connect(desk, &team.owner, "page").await?;
    let mut input = content(&[&page], &[]);
    input["schedule"] = at(SystemClock.now() + SignedDuration::from_mins(minutes));
    Ok(desk.send(&team.owner, &Ask::new("POST /api/posts", 201).body(&input)).await?.body)
}

/// A second delivery of the same release, and a wake-up of a revision that is no more.
async fn wakes_that_do_nothing(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let post = page_post(desk, team, 30).await?;
    let wake_up = wake_up(team, &post)?;
    desk.set_clock(SystemClock.now() + SignedDuration::from_mins(31));
    desk.publisher.handle(message(wake_up)).await?;
    desk.begin();
    desk.publisher.handle(message(wake_up)).await?;
    desk.note("publish: a second time");
    desk.publisher.handle(message(WakeUp { revision: wake_up.revision + 7, ..wake_up })).await?;
    desk.note("publish: of a revision that is no more");
    desk.reset_clock();
    Ok(())
}

async fn sweeps(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let sweep = json!({ "sweep": true });
    desk.publisher.handle(sweep.clone()).await?;
    desk.begin();
    desk.publisher.handle(sweep.clone()).await?;
    desk.note("sweep: nothing due");
    page_post(desk, team, 2).await?;
    desk.set_clock(SystemClock.now() + SignedDuration::from_mins(3));
    desk.begin();
    desk.publisher.handle(sweep).await?;
    desk.note("sweep: one post left behind");
    desk.reset_clock();
    Ok(())
}

/// A post of a series, which is followed by the next.
async fn occurrence(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let page = connect(desk, &team.owner, "page").await?;
    let input = json!({ "content": content(&[&page], &[]), "rule": super::series::rule("09:00") });
    let series = desk.send(&team.owner, &Ask::new("POST /api/series", 201).body(&input)).await?.body;
    let post = Ask::new("GET /api/posts/{id}", 200).of(text(&series["next"], "post_id")?);
    let post = desk.send(&team.owner, &post).await?.body;
    let due: Timestamp = text(&post["schedule"], "at")?.parse()?;
    desk.set_clock(due + SignedDuration::from_millis(20));
    desk.begin();
    desk.publisher.handle(message(wake_up(team, &post)?)).await?;
    desk.note("publish: an occurrence of a series");
    desk.reset_clock();
    Ok(())
}

/// Looking after connections: none, and one that is fine.
async fn connections(desk: &mut Desk, team: &Team) -> anyhow::Result<()> {
    let check = json!({ "check": true });
    let account: AccountId = connect(desk, &team.owner, "bluesky").await?.parse()?;
    desk.begin();
    let done = desk.keeper.handle(check.clone()).await?;
    ensure!(done["checked"] == 0, "nothing was due: {done}");
    desk.note("health: nothing due");
    let store = Table::new(&desk.cloud).org(OrgScope::from_own_wakeup(team.org.parse()?));
    let now = SystemClock.now();
    let due = Change::default().check_at(account, now)?;
    store.transact(vec![store.change(&OrgKey::Account(account), due, Condition::Present)]).await?;
    desk.begin();
    let done = desk.keeper.handle(check).await?;
    ensure!(done["checked"] == 1, "one was due: {done}");
    desk.note("health: an account");
    Ok(())
}
