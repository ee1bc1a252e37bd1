//! Backup and restore, rehearsed: a new table, the same journey, and nothing goes out twice.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::ensure;
use aws_sdk_s3::primitives::ByteStream;
use cloud::dynamodb::types::{
    AttributeDefinition, BillingMode, ImportStatus, InputCompressionType, InputFormat, KeySchemaElement, KeyType,
    S3BucketSource, ScalarAttributeType, TableCreationParameters,
};
use cloud::reach::{self, Across, Reach};
use cloud::{Clock, Cloud, Config, Endpoints, SystemClock};
use jiff::{SignedDuration, Timestamp};
use local::{Options, Running};
use reqwest::Method;
use serde_json::{Value, json};
use tests::counterparts::{Bluesky, Ministack};
use tests::person::{Person, Team};
use tests::process::{Scratch, program};

const TABLE: &str = "restored";

/// The machine's clock, put forward by some seconds.
#[derive(Debug, Default)]
struct Forward(AtomicI64);

impl Clock for Forward {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

async fn start(data: &Path, table: Option<&str>, clock: &Arc<Forward>) -> Running {
    let mut options = Options { allow_loopback: true, rate_limit: None, ..Options::new(data) };
    options.clock = Arc::<Forward>::clone(clock);
    if let Some(table) = table {
        options.table = table.to_owned();
    }
    local::start(options).await.expect("the stack")
}

/// What the operator's command says of the installation in `data`.
async fn operator(data: &Path, line: &str) -> anyhow::Result<String> {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let data = data.display().to_string();
    let mut out = Vec::new();
    operator::run(&arguments, |name| (name == "DATA_DIR").then(|| data.clone()), &mut out).await?;
    Ok(String::from_utf8(out)?)
}

/// A figure of a line such as `restore: items=12 held=1`.
fn figure<'a>(line: &'a str, name: &str) -> &'a str {
    let fields = line.split_whitespace().filter_map(|field| field.split_once('='));
    fields.into_iter().find(|(own, _)| *own == name).map_or_else(|| panic!("no {name} in {line}"), |(_, value)| value)
}

async fn connect(person: &Person, server: &Bluesky) -> String {
    let account = &server.accounts[0];
    let credentials =
        json!({ "identifier": account.handle, "app_password": account.app_password, "service": server.url });
    let connected = person.post("/accounts/connect/bluesky", &credentials).await.expect(201);
    connected["id"].as_str().expect("an id").to_owned()
}

/// The texts of everything that people see at the network, sorted.
async fn shown(server: &Bluesky) -> Vec<String> {
    let did = &server.accounts[0].did;
    let list = format!("{}/xrpc/com.atproto.repo.listRecords?repo={did}&collection=app.bsky.feed.post", server.url);
    let list: Value = reqwest::get(list).await.expect("an answer").json().await.expect("JSON");
    let text = |record: &Value| record["value"]["text"].as_str().expect("a text").to_owned();
    let mut texts: Vec<String> = list["records"].as_array().expect("records").iter().map(text).collect();
    texts.sort();
    texts
}

fn content(text: &str, account: &str) -> Value {
    json!({ "text": text, "media": [], "targets": [{ "account_id": account, "text": null, "media": null }] })
}

/// A post that is due at an instant, or a draft.
async fn post(person: &Person, text: &str, account: &str, due: Option<Timestamp>) -> String {
    let post = person.post("/posts", &content(text, account)).await.expect(201);
    let id = post["id"].as_str().expect("an id").to_owned();
    if let Some(due) = due {
        let time = json!({ "local": due.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "zone": "UTC" });
        person.at_version(Method::POST, &format!("/posts/{id}/schedule"), &post["version"], &time).await.expect(200);
    }
    id
}

/// The post once it has this status.
async fn waited_for(person: &mut Person, id: &str, status: &str) -> Value {
    let mut seen = Value::Null;
    for round in 1..900 {
        seen = person.get(&format!("/posts/{id}")).await.expect(200);
        if seen["status"] == status {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        if round % 100 == 0 {
            person.refresh().await;
        }
    }
    panic!("never {status}: {seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_installation_goes_on_and_publishes_nothing_twice() {
    let bluesky = Bluesky::start(&["ada"]).await.expect("the network");
    let (data, backups) = (Scratch::new("restored").expect("a folder"), Scratch::new("backups").expect("a folder"));
    let folder = backups.path().join("one");
    let clock = Arc::<Forward>::default();
    let old = start(data.path(), None, &clock).await;
    let mut team = Team::new(&old.base_url).await;
    let mut editor = team.member("editor").await;
    let account = connect(&team.owner, &bluesky).await;
    let before = post(&team.owner, "Before", &account, None).await;
    let publish = format!("/posts/{before}/publish");
    team.owner.at_version(Method::POST, &publish, &json!(1), &Value::Null).await.expect(202);
    waited_for(&mut team.owner, &before, "published").await;
    let draft = post(&editor, "Not yet", &account, None).await;
    let rule = json!({
        "frequency": { "kind": "daily" }, "interval": 1, "time": "09:00", "zone": "Europe/Berlin",
        "starts_on": (clock.now() + SignedDuration::from_hours(24 * 30)).strftime("%Y-%m-%d").to_string(),
        "ends": { "kind": "never" },
    });
    let series = json!({ "content": content("Each day", &account), "rule": rule });
    let series = team.owner.post("/series", &series).await.expect(201);
    let slots_path = format!("/accounts/{account}/slots");
    let slots = team.owner.get(&slots_path).await.expect(200);
    let weekly = json!({ "zone": "Europe/Berlin", "times": [{ "weekday": "monday", "time": "09:00" }] });
    team.owner.at_version(Method::PUT, &slots_path, &slots["version"], &weekly).await.expect(200);
    let after = post(&team.owner, "After", &account, Some(clock.now() + SignedDuration::from_hours(2))).await;
    let meanwhile = post(&team.owner, "Meanwhile", &account, Some(clock.now() + SignedDuration::from_secs(10))).await;

    let said = operator(data.path(), &format!("backup {}", folder.display())).await.expect("a backup");
    assert!(figure(&said, "items").parse::<u32>().expect("a number") > 20, "{said}");
    waited_for(&mut team.owner, &meanwhile, "published").await;
    assert_eq!(shown(&bluesky).await, ["Before", "Meanwhile"]);

    let said =
        operator(data.path(), &format!("restore {} --table {TABLE}", folder.display())).await.expect("a restore");
    assert_eq!((figure(&said, "held"), figure(&said, "drafts")), ("1", "0"), "{said}");
    let again = operator(data.path(), &format!("restore {} --table {TABLE}", folder.display())).await;
    let refused = again.expect_err("it is there");
    assert!(refused.to_string().contains("is there already"), "{refused}");
    old.shutdown().await;

    clock.0.store(2 * 3600 + 60, Ordering::Relaxed);
    let new = start(data.path(), Some(TABLE), &clock).await;
    for person in [&mut team.owner, &mut editor] {
        person.origin.clone_from(&new.base_url);
        person.sign_in().await;
    }
    let out = waited_for(&mut team.owner, &after, "published").await;
    assert_eq!(out["deliveries"][0]["attempts"].as_array().map(Vec::len), Some(1), "{out}");
    assert_eq!(shown(&bluesky).await, ["After", "Before", "Meanwhile"], "each once");

    let kept = editor.get(&format!("/posts/{before}")).await.expect(200);
    assert_eq!((&kept["text"], &kept["status"]), (&json!("Before"), &json!("published")));
    assert_eq!(editor.get(&format!("/posts/{draft}")).await.expect(200)["status"], "draft");
    let kept = editor.get(&format!("/series/{}", series["id"].as_str().expect("an id"))).await.expect(200);
    assert!(series["next"].is_object(), "{series}");
    assert_eq!(kept["next"], series["next"], "{kept}");
    assert_eq!(editor.get(&slots_path).await.expect(200)["times"], weekly["times"]);
    editor.get("/accounts").await.expect(200);
    let log = team.owner.get(&format!("/orgs/{}/audit", team.org)).await.expect(200).to_string();
    assert!(log.contains("backup.restore"), "{log}");

    let held = editor.get(&format!("/posts/{meanwhile}")).await.expect(200);
    assert_eq!((&held["status"], &held["deliveries"][0]["state"]), (&json!("attention"), &json!("unknown")), "{held}");
    assert!(held["deliveries"][0]["error"]["advice"].as_str().is_some_and(|text| !text.is_empty()), "{held}");
    let confirm = format!("/posts/{meanwhile}/deliveries/{account}/confirm");
    editor.post(&confirm, &json!({})).await.expect(200);
    assert_eq!(editor.get(&format!("/posts/{meanwhile}")).await.expect(200)["status"], "published");
    assert_eq!(shown(&bluesky).await, ["After", "Before", "Meanwhile"], "each once, still");
    new.shutdown().await;
}

/// Compresses like a backup does, or takes that away.
fn damage(folder: &Path) {
    let data = std::fs::read_dir(folder.join("data")).expect("data").next().expect("a file").expect("a file").path();
    let mut bytes = std::fs::read(&data).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(&data, bytes).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_writes_nothing() {
    let (data, backups) = (Scratch::new("damaged").expect("a folder"), Scratch::new("damage").expect("a folder"));
    let running = local::start(Options { demo: true, ..Options::new(data.path()) }).await.expect("the stack");
    let folder = backups.path().join("one");
    let line = format!("backup {}", folder.display());
    operator(data.path(), &line).await.expect("a backup");
    let twice = operator(data.path(), &line).await.expect_err("it is there");
    assert!(twice.to_string().contains("is there already"), "{twice}");
    damage(&folder);
    operator(data.path(), &format!("restore {} --table {TABLE}", folder.display())).await.expect_err("it is damaged");
    std::fs::remove_file(folder.join("manifest-summary.json")).expect("removed");
    let half = operator(data.path(), &format!("restore {} --table {TABLE}", folder.display())).await;
    let half = half.expect_err("it is not whole");
    assert!(half.to_string().contains("holds no whole backup"), "{half}");
    let tables = everybodys(running.cloud.dynamodb().list_tables().send()).await.expect("tables");
    let tables = tables.table_names.expect("names");
    assert_eq!(tables.len(), 1, "{tables:?}");
    running.shutdown().await;
}

/// A request that concerns all organizations, as an operator sends it.
async fn everybodys<F: Future>(request: F) -> F::Output {
    reach::within(Reach::across(Across::WholeTable), request).await
}

/// The operator's program, with settings and credentials as on AWS.
fn on_aws(server: &Ministack, table: &str, line: &str) -> anyhow::Result<String> {
    let run = Command::new(program("operator")?)
        .args(line.split(' '))
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", &server.credentials.0)
        .env("AWS_SECRET_ACCESS_KEY", &server.credentials.1)
        .env("AWS_ENDPOINT_URL_DYNAMODB", &server.url)
        .env("ATELIER_TABLE", table)
        .output()?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Ok(String::from_utf8(run.stdout)?)
}

/// Has the service itself read the files into a new table.
async fn import(server: &Ministack, folder: &Path, table: &str) {
    let endpoint = Some(server.url.clone());
    let cloud = Cloud::connect(Config {
        region: "us-east-1".to_owned(),
        endpoints: Endpoints { dynamodb: endpoint.clone(), s3: endpoint, ..Endpoints::default() },
        static_credentials: Some(server.credentials.clone()),
        ..Config::default()
    })
    .await;
    let s3 = aws_sdk_s3::config::Builder::from(cloud.sdk()).endpoint_url(&server.url).force_path_style(true);
    let s3 = aws_sdk_s3::Client::from_conf(s3.build());
    s3.create_bucket().bucket("backups").send().await.expect("the bucket");
    for file in std::fs::read_dir(folder.join("data")).expect("data") {
        let file = file.expect("a file");
        let key = format!("one/data/{}", file.file_name().to_string_lossy());
        let bytes = ByteStream::from(std::fs::read(file.path()).expect("a file"));
        s3.put_object().bucket("backups").key(key).body(bytes).send().await.expect("uploaded");
    }
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let text =
        |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build();
    let parameters = TableCreationParameters::builder()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(vec![key("PK", KeyType::Hash).expect("a key"), key("SK", KeyType::Range).expect("a key")]))
        .set_attribute_definitions(Some(vec![text("PK").expect("a key"), text("SK").expect("a key")]))
        .build();
    let source = S3BucketSource::builder().s3_bucket("backups").s3_key_prefix("one/data/").build();
    let request = cloud
        .dynamodb()
        .import_table()
        .s3_bucket_source(source.expect("a source"))
        .input_format(InputFormat::DynamodbJson)
        .input_compression_type(InputCompressionType::Gzip)
        .table_creation_parameters(parameters.expect("parameters"));
    let begun = everybodys(request.send()).await.expect("an import");
    let import = begun.import_table_description.expect("a description").import_arn.expect("a name");
    for _ in 0..300 {
        let request = cloud.dynamodb().describe_import().import_arn(&import);
        let seen = everybodys(request.send()).await.expect("a description");
        let seen = seen.import_table_description.expect("a description");
        match seen.import_status {
            Some(ImportStatus::Completed) => return assert_eq!(seen.error_count, 0, "{seen:?}"),
            Some(ImportStatus::InProgress) => tokio::time::sleep(Duration::from_millis(100)).await,
            _ => panic!("{seen:?}"),
        }
    }
    panic!("the import does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_embedded_default_wrote_is_restored_on_aws() {
    let server = Ministack::start().await.expect("ministack");
    let (data, backups) = (Scratch::new("moving").expect("a folder"), Scratch::new("moved").expect("a folder"));
    let running = local::start(Options { demo: true, ..Options::new(data.path()) }).await.expect("the stack");
    let (one, two, three) = (backups.path().join("one"), backups.path().join("two"), backups.path().join("three"));
    let said = operator(data.path(), &format!("backup {}", one.display())).await.expect("a backup");
    running.shutdown().await;
    let until = (SystemClock.now() + SignedDuration::from_hours(24 * 7)).to_string();

    let table = on_aws(&server, "source", &format!("restore {} --table one --until {until}", one.display()));
    let table = table.expect("restored");
    assert!(figure(&table, "held").parse::<u32>().expect("a number") > 0, "the demo has posts within a week: {table}");
    let all = format!("restore {} --files {} --until {until} --all", one.display(), two.display());
    let files = on_aws(&server, "source", &all).expect("rewritten");
    assert_eq!(figure(&files, "held"), figure(&table, "held"));
    assert!(figure(&files, "drafts").parse::<u32>().expect("a number") > 0, "{files}");

    import(&server, &two, "two").await;
    let seen = on_aws(&server, "two", &format!("backup {}", three.display())).expect("a backup");
    assert_eq!(figure(&seen, "checksum"), figure(&files, "checksum"), "what AWS imported is what was written");

    // What AWS restored by itself is raw: the same deliveries are held back where they are.
    let raw =
        on_aws(&server, "source", &format!("restore {} --table raw --until {}", one.display(), figure(&said, "as_of")));
    assert_eq!(figure(&raw.expect("restored"), "held"), "0");
    let held = on_aws(&server, "raw", &format!("hold --table raw --as-of {} --until {until}", figure(&said, "as_of")));
    assert_eq!(figure(&held.expect("held"), "held"), figure(&table, "held"));
}
