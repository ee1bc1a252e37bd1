//! What every scenario runs on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloud::{Cloud, Config, Endpoints};
use domain::ids::{AccountId, OrgId, PostId, Ulid, UserId};
use domain::tenancy::{OrgScope, UserScope};
use jiff::Timestamp;
use store::{OrgStore, Table};
use tests::counterparts::Ministack;
use tests::stack::stack;
use tokio::sync::OnceCell;

/// What product code has, connected to one of the two.
pub(crate) struct Backend {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) table: Table,
}

/// An instant that no clock reaches while tests run: nothing fires or is swept up meanwhile.
pub(crate) fn noon() -> Timestamp {
    "2035-11-24T12:00:00Z".parse().expect("an instant")
}

impl Backend {
    pub(crate) async fn embedded() -> Self {
        Self::connect(stack().config.clone()).await
    }

    pub(crate) async fn ministack() -> Self {
        static SERVER: OnceCell<(Ministack, Config)> = OnceCell::const_new();
        let (_, config) = SERVER
            .get_or_init(|| async {
                let server = Ministack::start().await.expect("ministack");
                let config = config(&server);
                prepare(&config).await;
                (server, config)
            })
            .await;
        Self::connect(config.clone()).await
    }

    /// The simulation's table; everything else is the embedded stack's.
    pub(crate) async fn simulated() -> Self {
        Self { table: Table::over(Arc::new(simulation::memory::Calm::default())), ..Self::embedded().await }
    }

    async fn connect(config: Config) -> Self {
        let cloud = Cloud::connect(config).await;
        let table = Table::new(&cloud);
        Self { cloud, table }
    }

    /// A number that no other test of this run has.
    pub(crate) fn number() -> u128 {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        u128::from(NUMBER.fetch_add(1, Ordering::Relaxed)) << 64
    }

    /// The items of a new organization.
    pub(crate) fn org(&self) -> OrgStore {
        self.table.org(OrgScope::for_new_org(OrgId::new(Ulid::from(Self::number()))))
    }

    /// A new person.
    pub(crate) fn user() -> UserScope {
        UserScope::from_verified_claims(UserId::new(Ulid::from(Self::number())))
    }

    /// A new post's id; `offset` orders those of one test and picks their shard.
    pub(crate) fn post(offset: u128) -> PostId {
        PostId::new(Ulid::from(Self::number() + offset))
    }

    /// A new account's id.
    pub(crate) fn account() -> AccountId {
        AccountId::new(Ulid::from(Self::number()))
    }
}

fn config(server: &Ministack) -> Config {
    let endpoint = Some(server.url.clone());
    Config {
        region: "us-east-1".to_owned(),
        endpoints: Endpoints {
            dynamodb: endpoint.clone(),
            s3: endpoint.clone(),
            scheduler: endpoint.clone(),
            secrets: endpoint.clone(),
            ses: endpoint.clone(),
            sqs: endpoint.clone(),
            cognito: endpoint,
        },
        static_credentials: Some(server.credentials.clone()),
        ..stack().config.clone()
    }
}

/// Makes what `template.yaml` declares and the scenarios use.
async fn prepare(config: &Config) {
    let cloud = Cloud::connect(config.clone()).await;
    store::ensure_table(cloud.dynamodb(), &config.table).await.expect("the table");
    let s3 =
        aws_sdk_s3::config::Builder::from(cloud.sdk()).endpoint_url(config.endpoints.s3.clone().expect("an endpoint"));
    let s3 = aws_sdk_s3::Client::from_conf(s3.force_path_style(true).build());
    s3.create_bucket().bucket(&config.bucket).send().await.expect("the bucket");
    let mut scheduler = aws_sdk_scheduler::config::Builder::from(cloud.sdk());
    scheduler.set_endpoint_url(config.endpoints.scheduler.clone());
    let scheduler = aws_sdk_scheduler::Client::from_conf(scheduler.build());
    scheduler.create_schedule_group().name(&config.schedule_group).send().await.expect("the schedule group");
    let mut secrets = aws_sdk_secretsmanager::config::Builder::from(cloud.sdk());
    secrets.set_endpoint_url(config.endpoints.secrets.clone());
    let secrets = aws_sdk_secretsmanager::Client::from_conf(secrets.build());
    let key = r#"{"active":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#;
    let name = format!("{}/token-key", config.secrets_prefix);
    secrets.create_secret().name(name).secret_string(key).send().await.expect("the secret");
}
