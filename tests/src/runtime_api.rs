//! A function's executable in a process of its own, given events as AWS Lambda gives them: through the Runtime API.
//!
//! Each process has a Runtime API to itself, as each of Lambda's execution environments has.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use cloud::{Clock as _, Config, Random as _, SystemClock, SystemRandom};
use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot, watch};

use crate::log;
use crate::process::program;
use crate::server::{Reply, Request, Server};

/// How long a process may take until it asks for its first event: Lambda's own limit.
const INIT_LIMIT: Duration = Duration::from_secs(10);
/// How long one invocation may take, in milliseconds: what the template gives to `publish`.
const TIMEOUT_MS: i64 = 120_000;
/// The trace that every invocation belongs to, in the form of the tracing header.
pub const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:driven";
const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const INVOCATION: &str = "/2018-06-01/runtime/invocation/";
const INIT_ERROR: &str = "/2018-06-01/runtime/init/error";

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With an answer.
    Answer(Value),
    /// With an error, in the function's words.
    Failed(Value),
}

/// An event that was given to a process.
#[derive(Debug)]
pub struct Invocation {
    outcome: oneshot::Receiver<Outcome>,
    given: Instant,
}

impl Invocation {
    /// Waits for its end, and yields how long it took.
    ///
    /// # Errors
    /// When the process ended first.
    pub async fn end(self) -> anyhow::Result<(Outcome, Duration)> {
        let outcome = self.outcome.await.context("the process ended during the invocation")?;
        Ok((outcome, self.given.elapsed()))
    }
}

/// A running function; dropping it kills it.
#[derive(Debug)]
pub struct Function {
    child: Child,
    desk: Arc<Desk>,
    events: mpsc::UnboundedSender<Event>,
    /// From the start of the process until it asked for its first event.
    pub startup: Duration,
    _server: Server,
}

impl Function {
    /// Starts the executable `name` of the caller's own build, with these settings and no others, and waits until it asks
    /// for an event.
    ///
    /// # Errors
    /// When it is not built, ends, or never asks.
    pub async fn start(name: &str, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        Self::with_output(&program(name)?, &[], name, settings, Stdio::null(), Stdio::inherit()).await
    }

    /// The same, with all that it says in the file `log`.
    ///
    /// # Errors
    /// As [`Function::start`], and when there can be no such file.
    pub async fn logged(name: &str, settings: &[(&str, String)], log: &Path) -> anyhow::Result<Self> {
        let [output, errors] = log::sinks(log)?;
        Self::with_output(&program(name)?, &[], name, settings, output, errors).await
    }

    /// Starts any program with these arguments as the function `name`; nobody hears what it says.
    ///
    /// # Errors
    /// As [`Function::start`].
    pub async fn start_program(
        program: &Path,
        arguments: &[&Path],
        name: &str,
        settings: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        Self::with_output(program, arguments, name, settings, Stdio::null(), Stdio::null()).await
    }

    async fn with_output(
        program: &Path,
        arguments: &[&Path],
        name: &str,
        settings: &[(&str, String)],
        output: Stdio,
        errors: Stdio,
    ) -> anyhow::Result<Self> {
        let (events, queue) = mpsc::unbounded_channel();
        let (asked, mut ready) = watch::channel(false);
        let desk = Arc::new(Desk { queue: AsyncMutex::new(queue), asked, open: Mutex::default() });
        let own = Arc::clone(&desk);
        let server = Server::start(move |request| Arc::clone(&own).answer(request)).await?;
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", server.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        tokio::select! {
            asked = ready.wait_for(|asked| *asked) => drop(asked?),
            status = child.wait() => bail!("{name} ended with {}", status?),
            () = tokio::time::sleep(INIT_LIMIT) => bail!("{name} asks for no event"),
        }
        Ok(Self { child, desk, events, startup: started.elapsed(), _server: server })
    }

    /// Gives it an event; it takes several one after another.
    ///
    /// # Errors
    /// When it is gone.
    pub fn invoke(&self, event: &Value) -> anyhow::Result<Invocation> {
        let (end, outcome) = oneshot::channel();
        let id = self.desk.enter(end);
        self.events.send(Event { id, body: event.to_string() }).context("the Runtime API is gone")?;
        Ok(Invocation { outcome, given: Instant::now() })
    }

    /// Its number, for asking the system about it.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it at once, as `kill -9` does, and waits until the system has taken everything from it.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("cannot kill the process")
    }
}

/// The settings of a function, as `template.yaml` gives them.
///
/// # Panics
/// When the settings hold no fixed credentials: nothing else may sign requests here.
#[must_use]
pub fn settings(config: &Config) -> Vec<(&'static str, String)> {
    let (key, secret) = config.static_credentials.clone().expect("fixed credentials");
    let endpoint = |endpoint: &Option<String>| endpoint.clone().unwrap_or_default();
    vec![
        ("AWS_REGION", config.region.clone()),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint(&config.endpoints.dynamodb)),
        ("AWS_ENDPOINT_URL_S3", endpoint(&config.endpoints.s3)),
        ("AWS_ENDPOINT_URL_SCHEDULER", endpoint(&config.endpoints.scheduler)),
        ("AWS_ENDPOINT_URL_SQS", endpoint(&config.endpoints.sqs)),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint(&config.endpoints.secrets)),
        ("AWS_ENDPOINT_URL_SESV2", endpoint(&config.endpoints.ses)),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", endpoint(&config.endpoints.cognito)),
        ("ATELIER_ISSUER", config.issuer.clone()),
        ("ATELIER_USER_POOL_CLIENT_ID", config.user_pool_client_id.clone()),
        ("ATELIER_MAIL_FROM", config.mail_from.clone()),
        ("ATELIER_TABLE", config.table.clone()),
        ("ATELIER_BUCKET", config.bucket.clone()),
        ("ATELIER_SCHEDULE_GROUP", config.schedule_group.clone()),
        ("ATELIER_PUBLISH_ARN", config.publish_arn.clone()),
        ("ATELIER_SCHEDULER_ROLE_ARN", config.scheduler_role_arn.clone()),
        ("ATELIER_DEAD_LETTER_ARN", config.dead_letter_arn.clone().unwrap_or_default()),
        ("ATELIER_RELEASE_QUEUE_URL", config.release_queue_url.clone()),
        ("ATELIER_SECRETS_PREFIX", config.secrets_prefix.clone()),
        ("ATELIER_BASE_URL", config.base_url.clone()),
        ("ATELIER_ALLOW_LOOPBACK", config.allow_loopback.to_string()),
    ]
}

#[derive(Debug)]
struct Event {
    id: String,
    body: String,
}

/// What the Runtime API of one process knows.
#[derive(Debug)]
struct Desk {
    queue: AsyncMutex<mpsc::UnboundedReceiver<Event>>,
    asked: watch::Sender<bool>,
    open: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

impl Desk {
    fn enter(&self, end: oneshot::Sender<Outcome>) -> String {
        let id = SystemRandom.ulid(SystemClock.now()).to_string();
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), end);
        id
    }

    async fn answer(self: Arc<Self>, request: Request) -> Reply {
        if request.path == NEXT {
            return self.next().await;
        }
        let Some((id, how)) = request.path.strip_prefix(INVOCATION).and_then(|rest| rest.split_once('/')) else {
            let known = request.path == INIT_ERROR;
            return Reply::json(if known { 202 } else { 404 }, &Value::Null);
        };
        let outcome = if how == "response" { Outcome::Answer } else { Outcome::Failed };
        let Some(end) = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id) else {
            return Reply::json(400, &Value::Null);
        };
        // Nobody need wait for it.
        drop(end.send(outcome(request.json())));
        Reply::json(202, &Value::Null)
    }

    async fn next(&self) -> Reply {
        self.asked.send_replace(true);
        // The queue ends with the function that it belongs to.
        let Some(Event { id, body }) = self.queue.lock().await.recv().await else { return Reply::Cut };
        let deadline = (SystemClock.now().as_millisecond() + TIMEOUT_MS).to_string();
        Reply::Answer { status: 200, headers: Vec::new(), body }
            .with("lambda-runtime-aws-request-id", id)
            .with("lambda-runtime-deadline-ms", deadline)
            .with("lambda-runtime-invoked-function-arn", ARN.to_owned())
            .with("lambda-runtime-trace-id", TRACE.to_owned())
    }
}
