//! The executor: one thread, one call at a time, in an order that the run's decisions make.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use aws_types::SdkConfig;
use axum::Router;
use cloud::{Cloud, Config, Releases, Secrets};
use domain::account::Sealed;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use lambda_http::request::RequestContext;
use platforms::{Clients, Network, Vault};
use publish::Publisher;
use store::{OrgStore, Table};
use tower::ServiceExt as _;

use crate::nets::Trouble;
use crate::network::SimNetwork;
use crate::sim::Sim;
use crate::user;
use crate::world::{Actor, Event, Fate, Kind, Task, Waiting, World};
use crate::{setup, user::Action};

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The production program, over a simulated world.
pub struct Machine {
    /// The world.
    pub sim: Sim,
    /// The organization's items.
    pub store: OrgStore,
    /// The sealed credentials of its accounts.
    pub sealed: BTreeMap<Platform, Option<Sealed>>,
    publisher: Publisher,
    api: Router,
    context: RequestContext,
    running: Vec<Option<Running>>,
}

impl Machine {
    /// The program over a fresh world.
    ///
    /// # Panics
    /// When credentials cannot be sealed.
    #[must_use]
    pub fn new() -> Self {
        let sim = Sim::new(World::new(Timestamp::UNIX_EPOCH));
        let config = Config { base_url: "https://atelier.test".to_owned(), ..Config::default() };
        let sdk = SdkConfig::builder().build();
        let cloud = Cloud::over(sdk, config, Arc::new(sim.clone()), Arc::new(sim.clone()));
        let secrets = Secrets::given(&[("token-key", setup::TOKEN_KEY)]);
        let cloud =
            Arc::new(cloud.with_services(Arc::new(sim.clone()), Releases::over(Arc::new(sim.clone())), secrets));
        let table = Table::over(Arc::new(sim.clone()));
        let mut clients = Clients::new();
        for platform in [Platform::Bluesky, Platform::Mastodon] {
            let network: Arc<dyn Network> = Arc::new(SimNetwork::new(sim.clone(), platform));
            clients.insert(platform, network);
        }
        let vault = Vault::new(&cloud, Arc::new(sim.clone()));
        let seal = |platform: Platform| {
            let sealing = vault.seal(setup::ORG, setup::account(platform), &setup::credentials(platform)).now();
            (platform, sealing.expect("the key is there"))
        };
        Self {
            sealed: setup::NETWORKS.into_iter().map(seal).collect(),
            publisher: Publisher::with(&cloud, table.clone(), clients, Arc::new(sim.clone())),
            api: api::finish(posts::router(), api::App::over(&cloud, table.clone())),
            store: table.org(setup::scope()),
            context: user::context(),
            running: Vec::new(),
            sim,
        }
    }

    /// Ends every task, and the process that ran them.
    pub fn stop(&mut self) {
        self.running.clear();
        self.publisher = self.publisher.restarted();
    }

    /// Whether anything runs.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.running.iter().all(Option::is_none)
    }

    /// Goes on until `until`, or in a walk until nothing is left to do now.
    pub fn run(&mut self, until: Timestamp) {
        loop {
            let event = self.sim.world().due();
            if let Some(event) = event {
                self.happen(event);
                continue;
            }
            if self.take_turn() {
                continue;
            }
            let mut world = self.sim.world();
            let next = world.waiting.iter().map(|waiting| waiting.ready_at).chain(world.next_event()).min();
            match next {
                Some(next) if next <= until => world.now = next,
                _ => {
                    world.now = world.now.max(until);
                    return;
                }
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(wake_up) => {
                let event = serde_json::to_value(wake_up).expect("a wake-up is JSON");
                self.spawn(Actor::Wake, self.handle(event));
            }
            Event::Sweep => {
                if self.is_worth_a_sweep() {
                    self.spawn(Actor::Sweep, self.handle(serde_json::json!({ "sweep": true })));
                }
            }
            Event::Act(action) => self.act(action),
            Event::Land(request) => {
                self.sim.world().apply(&request);
            }
            Event::Timeout(task) => self.end(task),
            Event::Trouble(trouble) => self.trouble(trouble),
        }
    }

    /// A sweep that finds nothing changes nothing: of those only a few are run.
    fn is_worth_a_sweep(&self) -> bool {
        let mut world = self.sim.world();
        let now = domain::when::sortable(world.now + SignedDuration::from_secs(2));
        let due = |item: &store::Item| {
            let at = crate::memory::text(item, "DUESK");
            !at.is_empty() && at <= now.as_str()
        };
        world.table.all().any(due) || world.choice.chance(5)
    }

    fn handle(&self, event: serde_json::Value) -> Running {
        let publisher = self.publisher.clone();
        // A failed invocation is repeated by whoever made it; here the sweep comes anyway.
        Box::pin(async move { drop(publisher.handle(event).await) })
    }

    fn act(&mut self, action: Action) {
        let request = user::request(&mut self.sim.world(), action, &self.context);
        let Some(request) = request else { return };
        let (api, sim) = (self.api.clone(), self.sim.clone());
        self.sim.world().tally.actions += 1;
        let answering = async move {
            let Ok(answer) = api.oneshot(request).await;
            let mut world = sim.world();
            let now = world.now;
            world.record.note(now, || format!("{} {}: {}", action.verb.name(), action.post, answer.status()));
            if answer.status().is_server_error() && answer.status() != http::StatusCode::SERVICE_UNAVAILABLE {
                world.record.violation(format!("{} answered {}", action.verb.name(), answer.status()));
            }
        };
        self.spawn(Actor::User(action.verb), Box::pin(answering));
    }

    fn trouble(&mut self, trouble: Trouble) {
        let mut world = self.sim.world();
        let now = world.now;
        world.record.note(now, || format!("{trouble:?}"));
        let platform = match trouble {
            Trouble::Expire(platform)
            | Trouble::Revoke(platform)
            | Trouble::Limit(platform, _)
            | Trouble::Disconnect(platform) => platform,
        };
        if !world.misbehaves(platform) {
            return;
        }
        for number in 0..2 {
            let delivery = crate::record::deliver_place(setup::post(number), setup::account(platform));
            world.record.trouble(&delivery);
        }
        match trouble {
            Trouble::Expire(platform) => {
                world.nets.get(platform).token += 1;
                world.tally.troubles[0] += 1;
            }
            Trouble::Revoke(platform) => {
                world.nets.get(platform).revoked = true;
                world.tally.troubles[1] += 1;
            }
            Trouble::Limit(platform, duration) => {
                world.nets.get(platform).limited_until = Some(now + duration);
                world.tally.troubles[2] += 1;
            }
            Trouble::Disconnect(platform) => {
                world.tally.troubles[3] += 1;
                let change = store::Change::default()
                    .set("status", &domain::account::AccountStatus::Disconnected)
                    .and_then(|change| change.set("sealed", &None::<Sealed>))
                    .expect("it can be stored");
                let key = store::OrgKey::Account(setup::account(platform));
                let write = self.store.change(&key, change.add("version", 1), store::Condition::Present);
                world.table.apply(&write);
            }
        }
    }

    /// Starts a task; it runs up to its first call.
    fn spawn(&mut self, actor: Actor, future: Running) {
        let task = self.running.len();
        {
            let mut world = self.sim.world();
            let mut skew = SignedDuration::ZERO;
            if world.falters() && world.choice.chance(20) {
                world.tally.skewed += 1;
                skew = SignedDuration::from_millis(world.choice.between(-2000, 2000));
            }
            world.tasks.push(Task { actor, skew });
            let late = if world.overrun {
                SignedDuration::from_secs(world.choice.between(0, 400))
            } else {
                SignedDuration::ZERO
            };
            let at = world.now + actor.timeout() + late;
            world.plan(at, Event::Timeout(task));
            let now = world.now;
            world.record.note(now, || format!("task {task} starts: {}", actor.name()));
        }
        self.running.push(Some(future));
        self.poll(task);
    }

    /// Ends a task whose time is up.
    fn end(&mut self, task: usize) {
        let Some(running) = self.running.get_mut(task).and_then(Option::take) else { return };
        {
            let mut world = self.sim.world();
            let actor = world.tasks[task].actor;
            let site =
                world.waiting.iter().find(|waiting| waiting.task == task).map_or("nothing", |waiting| waiting.site);
            world.tally.sites.entry((actor, site)).or_default().timeout += 1;
            world.record.trouble_all();
            let now = world.now;
            world.record.note(now, || format!("task {task} is killed at: {site}"));
        }
        drop(running);
    }

    fn poll(&mut self, task: usize) {
        let Some(running) = self.running[task].as_mut() else { return };
        self.sim.world().current = Some(task);
        let poll = running.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.sim.world().current = None;
        if poll == Poll::Ready(()) {
            self.running[task] = None;
        }
    }

    /// Lets one waiting call have its turn; `false` when none is ready.
    fn take_turn(&mut self) -> bool {
        let (waiting, fate) = {
            let mut world = self.sim.world();
            let Some(index) = next_in_line(&mut world) else { return false };
            let waiting = world.waiting.remove(index);
            let fate = world.fate(&waiting);
            let actor = world.tasks[waiting.task].actor;
            world.tally.site(actor, waiting.site, fate);
            let now = world.now;
            world.record.note(now, || format!("task {}: {} ({fate:?})", waiting.task, waiting.site));
            if fate != Fate::Proceed {
                world.record.trouble_all();
            }
            (waiting, fate)
        };
        if fate != Fate::CrashBefore {
            self.sim.world().granted = Some((waiting.id, fate));
            waiting.waker.wake();
            self.poll(waiting.task);
            let left = self.sim.world().granted.take();
            assert!(left.is_none(), "a call was not polled at its turn: {}", waiting.site);
        }
        if fate != Fate::Proceed {
            let dead = self.running[waiting.task].take();
            drop(dead);
        }
        true
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

/// Which of the calls that are ready comes next. Where nobody can tell the order, there is none to choose.
fn next_in_line(world: &mut World) -> Option<usize> {
    let now = world.now;
    let ready = |waiting: &&Waiting| waiting.ready_at <= now;
    if world.choice.is_walk()
        && let Some(index) = world
            .waiting
            .iter()
            .position(|waiting| ready(&waiting) && matches!(waiting.kind, Kind::Aside | Kind::Timer))
    {
        return Some(index);
    }
    let count = world.waiting.iter().filter(ready).count();
    if count == 0 {
        return None;
    }
    let chosen = world.choice.pick(count);
    world.waiting.iter().enumerate().filter(|(_, waiting)| ready(waiting)).nth(chosen).map(|(index, _)| index)
}

/// Something that is ready at once.
trait Now: Future {
    fn now(self) -> Self::Output;
}

impl<F: Future> Now for F {
    fn now(self) -> F::Output {
        futures::executor::block_on(self)
    }
}
