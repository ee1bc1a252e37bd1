//! The stand-in for EventBridge Scheduler: its REST protocol, durable schedules, and an engine that
//! calls in-process functions when they are due.

mod engine;
mod expression;
mod model;
mod store;

use std::collections::HashMap;
use std::path::Path;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::SharedClock;
use crate::aws::AwsError;
use crate::invoke::Invoker;
use crate::queue::Queues;
use engine::Engine;
use model::{Schedule, check_name, group_arn, seconds};
use store::{Created, Store};

/// The group that exists from the start, besides AWS's own `default`.
pub(crate) const GROUP: &str = "atelier";

/// A handle to the scheduler.
#[derive(Clone)]
pub(crate) struct Scheduler {
    engine: Engine,
}

type Query = HashMap<String, String>;

impl Scheduler {
    /// Opens the schedules; nothing fires before [`run`](Self::run).
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) async fn open(
        path: &Path,
        clock: SharedClock,
        invoker: Invoker,
        queues: Queues,
    ) -> anyhow::Result<Self> {
        let store = Store::open(path)?;
        for group in ["default", GROUP] {
            store.create_group(group, clock.now()).await?;
        }
        Ok(Self { engine: Engine::new(store, clock, invoker, queues) })
    }

    /// Calls `arn` with `input` at this rate, from now on and at every start that comes later than that. A call
    /// that fails is not repeated: the next one comes.
    ///
    /// # Errors
    /// When the schedule cannot be written.
    pub(crate) async fn regularly(&self, name: &str, rate: &str, arn: &str, input: &Value) -> anyhow::Result<()> {
        let body = json!({
            "ScheduleExpression": format!("rate({rate})"),
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "Target": { "Arn": arn, "RoleArn": arn, "Input": input.to_string(),
                "RetryPolicy": { "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60 } },
        });
        let refused = |error: AwsError| anyhow::anyhow!("the schedule {name} is refused: {error:?}");
        let (schedule, expression) = Schedule::parse(body.to_string().as_bytes()).map_err(refused)?;
        let now = self.engine.clock.now();
        // One from an earlier start keeps its rhythm, so that an overdue call is made at once.
        self.engine.store.create(name, schedule, expression.first(now), now).await?;
        Ok(())
    }

    /// Fires what is due until `stop` turns true.
    pub(crate) async fn run(self, stop: watch::Receiver<bool>) {
        self.engine.run(stop).await;
    }

    /// Answers one request of the protocol; `path` is what follows the service's own prefix.
    ///
    /// # Errors
    /// The service's exceptions.
    pub(crate) async fn answer(&self, parts: &Parts, path: &str, body: &[u8]) -> Result<Response, AwsError> {
        let query: Query =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (&parts.method, segments.as_slice()) {
            (&Method::POST, ["schedules", name]) => self.create(name, body).await,
            (&Method::PUT, ["schedules", name]) => self.update(name, body).await,
            (&Method::GET, ["schedules", name]) => self.get(name, &query).await,
            (&Method::DELETE, ["schedules", name]) => self.delete(name, &query).await,
            (&Method::GET, ["schedules"]) => self.list(&query).await,
            (&Method::POST, ["schedule-groups", name]) => self.create_group(name).await,
            (&Method::GET, ["schedule-groups", name]) => self.get_group(name).await,
            _ => Err(AwsError::new(StatusCode::NOT_FOUND, "UnknownOperationException", "there is no such operation")),
        }
    }

    async fn create(&self, name: &str, body: &[u8]) -> Result<Response, AwsError> {
        check_name(name)?;
        let (schedule, expression) = Schedule::parse(body)?;
        let group = group_of(schedule.group_name.as_ref());
        let now = self.engine.clock.now();
        let first = expression.first(now);
        match self.engine.store.create(name, schedule, first, now).await? {
            Created::Done => {}
            Created::Taken => return Err(conflict(format!("Schedule {name} already exists."))),
            Created::NoGroup => return Err(not_found(format!("Schedule group {group} does not exist."))),
        }
        self.engine.stored(first);
        Ok(Json(json!({ "ScheduleArn": model::arn(&group, name) })).into_response())
    }

    async fn update(&self, name: &str, body: &[u8]) -> Result<Response, AwsError> {
        let (schedule, expression) = Schedule::parse(body)?;
        let group = group_of(schedule.group_name.as_ref());
        let now = self.engine.clock.now();
        let first = expression.first(now);
        if !self.engine.store.update(name, schedule, first, now).await? {
            return Err(no_schedule(name));
        }
        self.engine.stored(first);
        Ok(Json(json!({ "ScheduleArn": model::arn(&group, name) })).into_response())
    }

    async fn get(&self, name: &str, query: &Query) -> Result<Response, AwsError> {
        let stored = self.engine.store.get(&group_of(query.get("groupName")), name).await?;
        let stored = stored.ok_or_else(|| no_schedule(name))?;
        Ok(Json(stored.describe()).into_response())
    }

    async fn delete(&self, name: &str, query: &Query) -> Result<Response, AwsError> {
        if !self.engine.store.delete(&group_of(query.get("groupName")), name).await? {
            return Err(no_schedule(name));
        }
        Ok(Json(json!({})).into_response())
    }

    async fn list(&self, query: &Query) -> Result<Response, AwsError> {
        let limit = match query.get("MaxResults") {
            None => 100,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=100).contains(limit))
                .ok_or_else(|| model::invalid("MaxResults must be between 1 and 100."))?,
        };
        let text = |name: &str| query.get(name).cloned().unwrap_or_default();
        let group = query.get("ScheduleGroup").cloned();
        let mut found = self.engine.store.list(group, text("NamePrefix"), text("NextToken"), limit + 1).await?;
        let more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            found.pop();
        }
        let last = found.last().map(|stored| format!("{}/{}", stored.group, stored.name));
        let schedules: Vec<_> = found.iter().map(model::Stored::summary).collect();
        Ok(Json(json!({ "Schedules": schedules, "NextToken": last.filter(|_| more) })).into_response())
    }

    async fn create_group(&self, name: &str) -> Result<Response, AwsError> {
        check_name(name)?;
        if !self.engine.store.create_group(name, self.engine.clock.now()).await? {
            return Err(conflict(format!("Schedule group {name} already exists.")));
        }
        Ok(Json(json!({ "ScheduleGroupArn": group_arn(name) })).into_response())
    }

    async fn get_group(&self, name: &str) -> Result<Response, AwsError> {
        let created = self.engine.store.group_created(name).await?;
        let created = created.ok_or_else(|| not_found(format!("Schedule group {name} does not exist.")))?;
        let when = seconds(created);
        Ok(Json(json!({ "Arn": group_arn(name), "Name": name, "State": "ACTIVE",
            "CreationDate": when, "LastModificationDate": when }))
        .into_response())
    }
}

fn group_of(name: Option<&String>) -> String {
    name.cloned().unwrap_or_else(|| "default".into())
}

fn conflict(message: String) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "ConflictException", message)
}

fn not_found(message: String) -> AwsError {
    AwsError::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
}

fn no_schedule(name: &str) -> AwsError {
    not_found(format!("Schedule {name} does not exist."))
}
