//! The stand-in for DynamoDB: one SQLite file, one thread that owns it.
//!
//! The engine's own HTTP server checks no signatures and answers pages of any origin, so requests
//! come in through our signed loopback listener and go straight to the engine.

mod dispatch;
mod repeats;

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use dynoxide::Database;
use http::{HeaderMap, StatusCode};
use tokio::sync::oneshot;

use crate::SharedClock;
use crate::aws::{AwsError, operation};
use dispatch::{Answer, Work};
use repeats::Repeats;

/// The table's name, unless it is set.
pub(crate) const TABLE: &str = "atelier";
/// How often expired items are deleted.
const SWEEP: Duration = Duration::from_secs(60);

struct Job {
    work: Work,
    answer: oneshot::Sender<dynoxide::Result<Answer>>,
}

/// A handle to the table; clones share the thread.
#[derive(Clone)]
pub(crate) struct Dynamo {
    jobs: mpsc::Sender<Job>,
    clock: SharedClock,
}

impl Dynamo {
    /// Opens (or creates) the file and starts the thread that owns it, and the one that sweeps.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) fn open(path: &Path, clock: SharedClock) -> anyhow::Result<Self> {
        crate::folder::reserve(path)?;
        let database = Database::new(&path.to_string_lossy())
            .map_err(|error| anyhow::anyhow!("cannot open {}: {error}", path.display()))?;
        let (jobs, queue) = mpsc::channel();
        let swept = database.clone();
        std::thread::Builder::new().name("table".into()).spawn(move || serve(&database, &queue))?;
        tokio::spawn(sweep(swept));
        Ok(Self { jobs, clock })
    }

    /// Answers one request of DynamoDB's JSON protocol.
    ///
    /// # Errors
    /// `UnknownOperationException`, or an internal error when the thread is gone.
    pub(crate) async fn answer(&self, headers: &HeaderMap, body: Bytes) -> Result<Response, AwsError> {
        let unknown = || AwsError::bad_request("UnknownOperationException", "there is no such operation");
        let operation = operation(headers, "DynamoDB_20120810").ok_or_else(unknown)?;
        let outcome = match dispatch::prepare(operation, &body, self.clock.now()) {
            Ok(work) => self.run(work).await?.and_then(|answer| answer()),
            Err(error) => Err(error),
        };
        let (status, body) = match outcome {
            Ok(body) => (200, body),
            Err(error) => (error.status_code(), error.to_json()),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Ok((status, [("content-type", "application/x-amz-json-1.0")], body).into_response())
    }

    /// Has the engine's thread do it.
    async fn run(&self, work: Work) -> Result<dynoxide::Result<Answer>, AwsError> {
        let closed = || AwsError::internal("InternalServerError", &"the table is closed");
        let (answer, outcome) = oneshot::channel();
        self.jobs.send(Job { work, answer }).map_err(|_| closed())?;
        outcome.await.map_err(|_| closed())
    }
}

fn serve(database: &Database, queue: &mpsc::Receiver<Job>) {
    let mut repeats = Repeats::default();
    while let Ok(job) = queue.recv() {
        let outcome = (job.work)(database, &mut repeats);
        // The caller may have gone away; what was written stays written.
        drop(job.answer.send(outcome));
    }
}

async fn sweep(database: Database) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::debug!(count, "expired items deleted"),
            Ok(Err(error)) => tracing::error!(%error, "the sweep of expired items failed"),
            Err(_) => return,
        }
    }
}
