//! Puts the process together: stand-ins, clients, routes, listeners.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::Router;
use axum::serve::ListenerExt;
use cloud::{Cloud, Config, Endpoints, Patience, SystemRandom};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aws::signature::Verifier;
use crate::aws::{ACCOUNT, REGION};
use crate::direct::Direct;
use crate::dynamo::Dynamo;
use crate::folder::Folder;
use crate::gateway::{self, Authorizer};
use crate::invoke::Invoker;
use crate::mail::{self, Mailbox, Message};
use crate::options::Options;
use crate::pool::{self, Pool};
use crate::queue::{self, Mapping, Queues};
use crate::remote::{self, Remote};
use crate::scheduler::{self, Scheduler};
use crate::secrets::Secrets;
use crate::services::{self, Services, paths};
use crate::site::Site;
use crate::{Credentials, demo, groups, look, objects, operator, random, sandbox};

/// How long a shutdown waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(10);

/// A started process. Dropping it stops it without waiting.
pub struct Running {
    /// The public origin, without a trailing slash.
    pub base_url: String,
    /// The mailbox's address, with the key that opens it from elsewhere.
    pub mailbox_url: String,
    /// Where the simulated networks show what people would see; absent without a sandbox.
    pub sandbox_url: Option<String>,
    /// Clients and settings, as the functions have them.
    pub cloud: Arc<Cloud>,
    mailbox: Mailbox,
    /// Ends what comes from outside and what the clock starts, then the services these stand on.
    stages: [Stage; 2],
    folder: Folder,
}

/// Tasks that end together.
struct Stage {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// All captured mail, newest first.
    ///
    /// # Errors
    /// When the mailbox cannot be read.
    pub async fn mail(&self) -> anyhow::Result<Vec<Message>> {
        Ok(self.mailbox.messages().await?)
    }

    /// Stops taking requests, lets those under way finish, and gives the data folder back.
    pub async fn shutdown(self) {
        for Stage { stop, tasks } in self.stages {
            stop.send_replace(true);
            let ended = futures::future::join_all(tasks);
            drop(tokio::time::timeout(GRACE, ended).await);
        }
        operator::withdraw(&self.folder);
        remote::withdraw(&self.folder);
    }
}

/// Starts everything and returns once requests are answered.
///
/// # Errors
/// When the port is taken, the data folder cannot be used, or the front end is not built; the message
/// is one line that says what to do.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    start_with(options, |_| {}).await
}

/// [`start`], with event functions added or replaced by `functions` before anything is called: how tests
/// stand in for `identity` and `publish`.
///
/// # Errors
/// As [`start`].
pub async fn start_with(options: Options, functions: impl FnOnce(&Invoker)) -> anyhow::Result<Running> {
    let site = Site::open(options.frontend_dist.as_deref())?;
    let folder = Folder::open(&options.data_dir)?;
    sandbox::keep_apart(&folder, options.sandbox)?;
    let remote = options.functions.as_ref().map(Remote::new);
    ensure!(remote.is_none() || !options.sandbox, "the sandbox simulates networks for functions of this process only");
    let public = bind(SocketAddr::new(options.bind, options.port)).await?;
    let address = match &options.base_url {
        Some(url) => url.clone(),
        // X, and so its simulation, sends nobody back to `localhost`.
        None if options.sandbox => format!("http://127.0.0.1:{}", public.local_addr()?.port()),
        None => format!("http://localhost:{}", public.local_addr()?.port()),
    };
    let origin =
        url::Url::parse(&address).context("BASE_URL must be an address such as https://atelier.example.com")?;
    let base_url = origin.as_str().trim_end_matches('/').to_owned();

    let clock = &options.clock;
    let invoker = Invoker::default();
    let secrets = Secrets::open(folder.join("secrets.json"), Arc::clone(clock))?;
    let credentials = credentials(&secrets)?;
    let mailbox_key = secrets.ensure("local/mailbox-key", || Ok(random::token()))?;
    let mailbox = Mailbox::open(&folder.join("mail.sqlite"), Arc::clone(clock))?;
    let queues = Queues::open(&folder.join("queues.sqlite"), Arc::clone(clock)).await?;
    let schedules = folder.join("scheduler.sqlite");
    let scheduler = Scheduler::open(&schedules, Arc::clone(clock), invoker.clone(), queues.clone()).await?;
    let pool_file = folder.join("pool.sqlite");
    let pool = Pool::open(&pool_file, &origin, Arc::clone(clock), &secrets, mailbox.clone(), invoker.clone())?;
    let services = Services {
        verifier: Verifier::new(&credentials.access_key, &credentials.secret_key),
        dynamo: Dynamo::open(&folder.join("table.sqlite"), Arc::clone(clock))?,
        scheduler: scheduler.clone(),
        queues: queues.clone(),
        secrets,
        mailbox: mailbox.clone(),
        pool: Arc::clone(&pool),
    };

    let (stop_services, services_stopped) = watch::channel(false);
    let own = if options.functions_host.is_some() { [0, 0, 0, 0] } else { [127, 0, 0, 1] };
    let listener = bind(SocketAddr::from((own, 0))).await?;
    let at = SocketAddr::from(([127, 0, 0, 1], listener.local_addr()?.port()));
    let endpoint = format!("http://{at}");
    let mut config = config(&options, &base_url, &endpoint, &credentials);
    let direct = services.clone();
    let mut services = vec![serve(listener, services::routes(services), services_stopped.clone())];
    if options.sandbox {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let (address, task) = sandbox::start(listener, Arc::clone(clock), services_stopped)?;
        services.push(task);
        config.allow_loopback = true;
        config.sandbox = Some(address);
    }
    let sdk = cloud::settings(&config);
    let usual = sdk.http_client().context("a client for what is not of this process")?;
    let sdk = sdk.into_builder().http_client(Direct::new(direct, at, usual)?).build();
    let cloud = Arc::new(Cloud::over(sdk, config, Arc::clone(clock), Arc::new(SystemRandom)));
    store::ensure_table(cloud.dynamodb(), &cloud.config.table).await.context("cannot make the table")?;
    operator::announce(&folder, &cloud.config)?;
    match &remote {
        None => groups::register(&invoker, &cloud),
        Some(remote) => {
            let host = options.functions_host.as_deref();
            remote::announce(&folder, &cloud.config, host, &pool.keys().public_set())?;
            remote.register(&invoker);
        }
    }
    functions(&invoker);
    scheduler.regularly("sweep", "1 minute", &cloud.config.publish_arn, &json!({ "sweep": true })).await?;
    let health = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:health");
    scheduler.regularly("health", "1 hour", &health, &json!({ "check": true })).await?;

    let authorizer = Authorizer::new(pool.keys(), pool.issuer(), Arc::clone(clock));
    let groups = match remote {
        None => gateway::front(groups::routes(&cloud), authorizer),
        Some(remote) => remote.routes(),
    };
    let routes = groups
        .merge(objects::routes(folder.join("objects"), &credentials, &base_url)?)
        .merge(pool::routes(&pool))
        .merge(mail::routes(mailbox.clone(), &origin, mailbox_key.clone()))
        .merge(look::routes())
        .merge(site.routes(&base_url, cloud.config.sandbox.as_ref()));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![serve(public, routes, stopped.clone())];
    if options.demo {
        demo::seed(&cloud, &mailbox).await?;
    }
    tasks.push(tokio::spawn(objects::sweep_uploads(folder.join("objects"), Arc::clone(clock), stopped.clone())));
    tasks.push(tokio::spawn(Mapping::new(queues, queue::RELEASES, "publish", invoker).run(stopped.clone())));
    tasks.push(tokio::spawn(scheduler.run(stopped)));

    let mailbox_url = format!("{base_url}{}?key={mailbox_key}", mail::PATH);
    let stages = [Stage { stop, tasks }, Stage { stop: stop_services, tasks: services }];
    let sandbox_url = cloud.config.sandbox.as_ref().map(url::Url::to_string);
    Ok(Running { base_url, mailbox_url, sandbox_url, cloud, mailbox, stages, folder })
}

fn config(options: &Options, base_url: &str, endpoint: &str, credentials: &Credentials) -> Config {
    let at = |path: &str| Some(format!("{endpoint}{path}"));
    let host = url::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    Config {
        region: REGION.into(),
        table: options.table.clone(),
        bucket: objects::BUCKET.into(),
        schedule_group: scheduler::GROUP.into(),
        publish_arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:publish"),
        scheduler_role_arn: format!("arn:aws:iam::{ACCOUNT}:role/scheduler"),
        dead_letter_arn: Some(queue::arn(queue::SCHEDULE_DEAD_LETTERS)),
        release_queue_url: queue::url(endpoint, queue::RELEASES),
        dead_letter_urls: [queue::RELEASE_DEAD_LETTERS, queue::SCHEDULE_DEAD_LETTERS]
            .map(|name| queue::url(endpoint, name))
            .to_vec(),
        secrets_prefix: "atelier".into(),
        base_url: base_url.into(),
        issuer: pool::issuer(base_url),
        user_pool_client_id: pool::CLIENT.into(),
        mail_from: format!("Atelier <atelier@{}>", host.as_deref().unwrap_or("localhost")),
        rate_limit: options.rate_limit,
        allow_loopback: options.allow_loopback,
        sandbox: None,
        endpoints: Endpoints {
            dynamodb: at(paths::DYNAMODB),
            s3: Some(base_url.into()),
            scheduler: at(paths::SCHEDULER),
            secrets: at(paths::SECRETS),
            ses: at(paths::MAIL),
            sqs: at(paths::SQS),
            cognito: at(paths::COGNITO),
        },
        patience: Patience::ORDINARY,
        static_credentials: Some((credentials.access_key.clone(), credentials.secret_key.clone())),
    }
}

/// Kept across restarts, so that presigned addresses keep working.
fn credentials(secrets: &Secrets) -> anyhow::Result<Credentials> {
    let id = || random::uuid().replace('-', "").to_uppercase();
    let make =
        || Ok(json!({ "access_key": format!("LOCAL{}", &id()[..16]), "secret_key": random::token() }).to_string());
    let stored: serde_json::Value = serde_json::from_str(&secrets.ensure("local/credentials", make)?)?;
    let field =
        |name: &str| stored[name].as_str().map(str::to_owned).context("the secret local/credentials is damaged");
    Ok(Credentials { access_key: field("access_key")?, secret_key: field("secret_key")? })
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is in use: stop the program that has it, or set PORT to another one",
            address.port()
        ),
        _ => anyhow::anyhow!("cannot listen on {address} ({error}): set BIND and PORT to an address of this machine"),
    })
}

fn serve(listener: TcpListener, routes: Router, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits for more data before it sends");
        }
    });
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop).await {
            tracing::error!(%error, "a listener failed");
        }
    })
}
