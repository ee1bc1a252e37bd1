//! What the functions tell of themselves: each fault shows, no secret does. Real processes of the functions, given their
//! events as AWS Lambda does, with all that they write in a file.

mod faults;
mod monitoring;
mod network;
mod panics;
mod secrets;
mod table;

use std::path::PathBuf;

use cloud::WakeUp;
use domain::delivery::Delivery;
use domain::ids::{OrgId, PostId};
use domain::post::Post;
use domain::tenancy::OrgScope;
use local::{Options, Running};
use reqwest::Method;
use serde_json::{Value, json};
use store::{OrgStore, Table};
use tests::log::Log;
use tests::person::Team;
use tests::process::Scratch;
use tests::runtime_api::{self, Function, Outcome};

use network::Scripted;
use table::Gate;

/// An organization on a stack of its own, on which nothing publishes but the function under test, with a network that does
/// what it is told and a gate before the table.
struct Site {
    team: Team,
    network: Scripted,
    gate: Gate,
    store: OrgStore,
    settings: Vec<(&'static str, String)>,
    log: PathBuf,
    running: Running,
    _data: Scratch,
}

impl Site {
    async fn open(name: &str) -> Self {
        let data = Scratch::new(&format!("telemetry-{name}")).expect("a folder");
        let options = Options { allow_loopback: true, rate_limit: None, ..Options::new(data.path()) };
        let running =
            local::start_with(options, |functions| functions.register("publish", |_| async { Ok(Value::Null) }))
                .await
                .expect("the stack");
        let network = Scripted::start().await;
        let team = Team::new(&running.base_url).await;
        let config = &running.cloud.config;
        let gate = Gate::before(config.endpoints.dynamodb.as_deref().expect("the table's address")).await;
        let mut settings = runtime_api::settings(config);
        for (name, value) in &mut settings {
            if *name == "AWS_ENDPOINT_URL_DYNAMODB" {
                *value = gate.address();
            }
        }
        let org: OrgId = team.org.parse().expect("an id");
        let store = Table::new(&running.cloud).org(OrgScope::from_own_wakeup(org));
        let log = data.path().join("log");
        Self { team, network, gate, store, settings, log, running, _data: data }
    }

    /// A process of a function, and what it says from here on.
    async fn function(&self, name: &str) -> (Function, Log) {
        self.function_with(name, &self.settings).await
    }

    async fn function_with(&self, name: &str, settings: &[(&str, String)]) -> (Function, Log) {
        let function = Function::logged(name, settings, &self.log).await.expect("a function");
        let mut log = Log::new(&self.log);
        log.more();
        (function, log)
    }

    /// The same settings, with nobody at the address of one service.
    fn without(&self, service: &str) -> Vec<(&'static str, String)> {
        let mut settings = self.settings.clone();
        let found = settings.iter_mut().find(|(name, _)| *name == service).expect("a setting");
        // Nobody listens there: it is reserved.
        found.1 = "http://127.0.0.1:1".to_owned();
        settings
    }

    /// A fresh account at the network.
    async fn account(&self) -> String {
        self.team.mastodon(&self.network.origin()).await
    }

    /// A post of this text that is due at an account, and what wakes `publish` for it.
    async fn due(&self, text: &str, account: &str) -> (PostId, Value) {
        self.due_with(text, &[], account).await
    }

    /// The same with these files.
    async fn due_with(&self, text: &str, media: &[&Value], account: &str) -> (PostId, Value) {
        let target = json!({ "account_id": account, "text": null, "media": null });
        let body = json!({ "text": text, "media": media, "targets": [target] });
        let owner = &self.team.owner;
        let post = owner.post("/posts", &body).await.expect(201);
        let id: PostId = post["id"].as_str().expect("an id").parse().expect("an id");
        let path = format!("/posts/{id}/publish");
        owner.at_version(Method::POST, &path, &post["version"], &Value::Null).await.expect(202);
        let wake_up = WakeUp { org: self.store.org(), post: id, revision: self.post(id).await.1.revision };
        (id, serde_json::to_value(wake_up).expect("an event"))
    }

    /// A post with its only delivery, as stored.
    async fn post(&self, id: PostId) -> (Post, Delivery) {
        let (post, mut deliveries) = self.store.post(id).await.expect("a read").expect("the post");
        (post, deliveries.pop().expect("a delivery"))
    }
}

/// Gives an event and yields the answer.
async fn give(function: &Function, event: &Value) -> Value {
    match outcome(function, event).await {
        Outcome::Answer(answer) => answer,
        Outcome::Failed(error) => panic!("{event} failed: {error}"),
    }
}

async fn outcome(function: &Function, event: &Value) -> Outcome {
    function.invoke(event).expect("taken").end().await.expect("an end").0
}
