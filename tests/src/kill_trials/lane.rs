//! What one row of trials stands on: stand-ins of AWS, a network, an organization with two accounts.
//!
//! Nothing in the lane publishes by itself: the stand-in of the scheduler calls a function that does nothing, so that only
//! the driven processes do. Each lane has a table of its own, since a sweep takes whatever is due in it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use cloud::{Clock as _, SystemClock, WakeUp};
use domain::account::Account;
use domain::delivery::Delivery;
use domain::ids::{AccountId, OrgId, PostId, Ulid};
use domain::platform::Platform;
use domain::tenancy::OrgScope;
use image::ImageFormat;
use jiff::SignedDuration;
use local::{Options, Running};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Change, Condition, Order, OrgKey, OrgList, OrgStore, PageEntry, PageRequest, Table};

use super::dice::Dice;
use super::network::Network;
use super::phase::{Trace, Verdict};
use super::sockets;
use crate::person::{Team, upload};
use crate::picture::picture;
use crate::process::Scratch;
use crate::runtime_api::{self, Function};

/// How long an access token is used: it lives five minutes.
const TOKEN_USED: Duration = Duration::from_secs(120);

/// One row of trials, one after another.
pub(super) struct Lane {
    /// Everything the row chooses.
    pub(super) dice: Dice,
    /// The network.
    pub(super) network: Network,
    settings: Vec<(&'static str, String)>,
    ports: Vec<u16>,
    store: OrgStore,
    team: Team,
    signed_in: Instant,
    accounts: [String; 2],
    picture: String,
    running: Running,
    _data: Scratch,
}

/// A post that is due.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    /// Its id.
    pub(super) id: PostId,
    /// Its text, which no other has.
    pub(super) text: String,
    /// What the scheduler would send.
    pub(super) wake_up: Value,
}

impl Lane {
    /// Starts everything.
    pub(super) async fn open(seed: u64, forgetful: bool) -> anyhow::Result<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let data = Scratch::new(&format!("kill-trials-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))?;
        let options = Options { allow_loopback: true, rate_limit: None, ..Options::new(data.path()) };
        let running =
            local::start_with(options, |functions| functions.register("publish", |_| async { Ok(Value::Null) }))
                .await?;
        let mut dice = Dice::new(seed);
        let network = Network::start(dice.number(), forgetful).await?;
        let team = Team::new(&running.base_url).await;
        let accounts = [team.page().await, team.mastodon(&network.origin()).await];
        let picture = upload(&team.owner, "bench.png", "image/png", picture(40, 30, ImageFormat::Png)).await;
        network.turn_moody();
        let config = &running.cloud.config;
        let endpoints = [&config.endpoints.dynamodb, &config.endpoints.s3];
        let mut ports: Vec<_> = endpoints.into_iter().flatten().filter_map(|url| port(url)).collect();
        ports.push(network.port());
        let org: OrgId = team.org.parse()?;
        Ok(Self {
            dice,
            network,
            settings: runtime_api::settings(config),
            ports,
            store: Table::new(&running.cloud).org(OrgScope::from_own_wakeup(org)),
            team,
            signed_in: Instant::now(),
            accounts,
            picture: picture["id"].as_str().context("a picture")?.to_owned(),
            running,
            _data: data,
        })
    }

    /// Writes a post over the API and has it published at once, to the page, the network or both.
    pub(super) async fn post(&mut self, text: &str) -> anyhow::Result<Posted> {
        if self.signed_in.elapsed() > TOKEN_USED {
            self.team.owner.refresh().await;
            self.signed_in = Instant::now();
        }
        let accounts = match self.dice.below(10) {
            0..2 => &self.accounts[..1],
            2..6 => &self.accounts[1..],
            _ => &self.accounts[..],
        };
        let media = if self.dice.percent(30) { vec![self.picture.as_str()] } else { Vec::new() };
        let target = |account: &String| json!({ "account_id": account, "text": null, "media": null });
        let body = json!({ "text": text, "media": media, "targets": accounts.iter().map(target).collect::<Vec<_>>() });
        let owner = &self.team.owner;
        let post = owner.post("/posts", &body).await.expect(201);
        let id: PostId = post["id"].as_str().context("an id")?.parse()?;
        owner
            .at_version(Method::POST, &format!("/posts/{id}/publish"), &post["version"], &Value::Null)
            .await
            .expect(202);
        let revision = self.deliveries(id).await?.first().context("a delivery")?.revision;
        let wake_up = serde_json::to_value(WakeUp { org: self.store.org(), post: id, revision })?;
        Ok(Posted { id, text: text.to_owned(), wake_up })
    }

    /// A fresh process of `publish`; a warm one has seen an event already, for a post that is no more.
    pub(super) async fn function(&self, warm: bool) -> anyhow::Result<Function> {
        let function = Function::start("publish", &self.settings).await?;
        if warm {
            let nothing = WakeUp { org: self.store.org(), post: PostId::new(Ulid::from(0)), revision: 1 };
            function.invoke(&serde_json::to_value(nothing)?)?.end().await?;
        }
        Ok(function)
    }

    /// A post's deliveries as they are.
    pub(super) async fn deliveries(&self, post: PostId) -> anyhow::Result<Vec<Delivery>> {
        let (_, deliveries) = self.store.post(post).await?.context("the post is gone")?;
        Ok(deliveries)
    }

    /// The deliveries of all `posts`.
    pub(super) async fn all(&self, posts: &[Posted]) -> anyhow::Result<Vec<Delivery>> {
        let mut all = Vec::new();
        for post in posts {
            all.extend(self.deliveries(post.id).await?);
        }
        Ok(all)
    }

    /// Waits until everything that dead processes had sent is dealt with. The table does one thing after another, so what it
    /// is asked from then on sees all of it.
    pub(super) async fn settle(&self) -> anyhow::Result<()> {
        sockets::settled(&self.ports).await
    }

    /// Lets time pass until every unfinished delivery may be looked at again, and `more`: a lease of 185 s, a pause of up to
    /// an hour. Nobody waits for it. Instead all that is stored of these deliveries, and all that the network holds, grows
    /// older by as much, which to whoever looks next is the same. Only for when every process that was given an event is
    /// dead or done with it and [`Lane::settle`] has returned: the situation whose coming about a lease waits for.
    pub(super) async fn pass(&self, posts: &[Posted], more: SignedDuration) -> anyhow::Result<()> {
        let now = SystemClock.now();
        let mut open = self.all(posts).await?;
        open.retain(|delivery| !delivery.state.is_end());
        let until_look = |delivery: &Delivery| delivery.wake_at.map(|wake_at| wake_at.duration_since(now));
        let wait = open.iter().filter_map(until_look).max().unwrap_or_default().max(SignedDuration::ZERO);
        // The due index is in whole milliseconds.
        let pause = wait + more + SignedDuration::from_millis(1);
        for delivery in &open {
            let key = OrgKey::Delivery(delivery.post_id, delivery.account_id);
            let write = self.store.put(&key, &older(delivery, pause), Condition::unmoved(delivery))?;
            self.store.transact(vec![write]).await?;
        }
        self.age_pauses(&open, pause).await?;
        self.network.age(pause);
        Ok(())
    }

    /// What networks asked of the accounts of `open` is older by `pause` as well.
    async fn age_pauses(&self, open: &[Delivery], pause: SignedDuration) -> anyhow::Result<()> {
        let accounts: BTreeSet<AccountId> = open.iter().map(|delivery| delivery.account_id).collect();
        for id in accounts {
            let key = OrgKey::Account(id);
            let account: Option<Account> = self.store.get(&key).await?;
            let Some(until) = account.and_then(|account| account.paused_until) else { continue };
            let change = Change::default().set("paused_until", &(until - pause))?;
            self.store.transact(vec![self.store.change(&key, change, Condition::Present)]).await?;
        }
        Ok(())
    }

    /// How far the act that publishes `delivery` had come at the instant `at`, in an invocation since `since`.
    pub(super) async fn trace(&self, delivery: &Delivery, since: Instant, at: Instant) -> anyhow::Result<Trace> {
        let Some(key) = delivery.key.as_ref().map(|key| key.id.clone()) else { return Ok(Trace::None) };
        if delivery.platform != Platform::Page {
            return Ok(self.network.trace(&key, since, at));
        }
        let entry: Option<PageEntry> = self.store.get(&OrgKey::PageEntry(key)).await?;
        Ok(if entry.is_some() { Trace::Answered } else { Trace::None })
    }

    /// Compares what is stored of every post with what page and network hold, and stops everything. Yields a verdict for
    /// each delivery, and how many effects belong to none of them.
    pub(super) async fn judge(self, posts: &[Posted]) -> anyhow::Result<(Vec<(Posted, Verdict)>, usize)> {
        let entries = self.entries().await?;
        let mut held = entries.len() + self.network.statuses();
        let mut verdicts = Vec::new();
        for post in posts {
            for delivery in self.deliveries(post.id).await? {
                let effects = match delivery.platform {
                    Platform::Page => {
                        entries.iter().filter(|entry| entry.post_id == post.id).map(|entry| entry.id.clone()).collect()
                    }
                    _ => self.network.effects(&post.text),
                };
                held = held.saturating_sub(effects.len());
                verdicts.push((post.clone(), Verdict::of(&delivery, &effects)));
            }
        }
        self.running.shutdown().await;
        Ok((verdicts, held))
    }

    async fn entries(&self) -> anyhow::Result<Vec<PageEntry>> {
        let (mut entries, mut page) = (Vec::new(), PageRequest { cursor: None, limit: 1000 });
        loop {
            let found = self.store.list(OrgList::PageEntries, Order::Ascending, &page).await?;
            entries.extend(found.items);
            page.cursor = found.next_cursor;
            if page.cursor.is_none() {
                return Ok(entries);
            }
        }
    }
}

fn port(url: &str) -> Option<u16> {
    url::Url::parse(url).ok()?.port()
}

/// The same delivery when `pause` has passed.
fn older(delivery: &Delivery, pause: SignedDuration) -> Delivery {
    let mut older = delivery.clone();
    older.due_at -= pause;
    for instant in [&mut older.wake_at, &mut older.lease_until].into_iter().flatten() {
        *instant -= pause;
    }
    if let Some(key) = &mut older.key {
        key.created_at -= pause;
    }
    for attempt in &mut older.attempts {
        attempt.started_at -= pause;
        if let Some(ended_at) = &mut attempt.ended_at {
            *ended_at -= pause;
        }
    }
    older
}
