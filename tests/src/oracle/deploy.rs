//! From the template and the executables to a running stack.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;

use super::Steps;
use super::aws::{Aws, REGION, element, elements};
use super::relay::Relay;
use crate::counterparts::Ministack;
use crate::template::Template;

/// The stack's name.
const NAME: &str = "atelier";
/// Where code and templates are uploaded to.
const BUCKET: &str = "atelier-code";
/// The oracle's account.
pub(super) const ACCOUNT: &str = "000000000000";
/// Values of the parameters that the template has; the others keep their defaults.
const PARAMETERS: [(&str, &str); 3] = [
    ("Architecture", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }),
    ("MailFrom", "atelier@example.test"),
    ("MailIdentityArn", "arn:aws:ses:us-east-1:000000000000:identity/example.test"),
];
/// The services whose addresses functions are told.
const SERVICES: [&str; 7] =
    ["DYNAMODB", "S3", "SCHEDULER", "SECRETS_MANAGER", "SESV2", "SQS", "COGNITO_IDENTITY_PROVIDER"];
/// What the run does not do at all; `docs/oracle.md` says more.
const NOT_TRIED: [(&str, &str); 6] = [
    (
        "the way through CloudFront",
        "requests go straight to the HTTP API; the distribution is deployed and stays unused",
    ),
    ("the trigger after a confirmation", "the oracle never calls it; the run does, with Cognito's event"),
    ("the hosted sign-in", "the oracle draws no pages; people sign in by the API"),
    ("TLS", "the run's relays end it: they say of each request that it came by TLS, as the policies ask"),
    ("credentials of networks", "only the organization's own page is connected, which has none"),
    ("the other processor", "functions are built for this machine's"),
];

/// What `bundle.py` made.
#[derive(Debug, Deserialize)]
struct Bundle {
    template: String,
    parameters: Vec<String>,
    templates: Vec<String>,
    functions: BTreeMap<String, Packed>,
    left_out: Vec<LeftOut>,
}

/// A function's zip.
#[derive(Debug, Deserialize)]
pub(super) struct Packed {
    /// The name of its execution role in the template.
    pub(super) role: String,
    bytes: u64,
    zip_bytes: u64,
}

#[derive(Debug, Deserialize)]
struct LeftOut {
    stack: String,
    resource: String,
    #[serde(rename = "type")]
    kind: String,
    reason: String,
}

/// The deployed product.
#[derive(Debug)]
pub(super) struct Stack {
    /// Somebody who may do everything.
    pub(super) admin: Aws,
    /// Address of the oracle itself.
    pub(super) url: String,
    /// What each function reaches the oracle by.
    pub(super) relays: BTreeMap<String, Relay>,
    /// The HTTP API, as people reach it.
    pub(super) front: Relay,
    /// Functions by crate.
    pub(super) functions: BTreeMap<String, Packed>,
    resources: BTreeMap<String, String>,
    left_out: Vec<LeftOut>,
    _oracle: Ministack,
}

impl Stack {
    /// The id that AWS gave to a resource of the template.
    ///
    /// # Errors
    /// When there is no such resource.
    pub(super) fn resource(&self, name: &str) -> anyhow::Result<&str> {
        self.resources.get(name).map(String::as_str).with_context(|| format!("the stack has no {name}"))
    }
}

/// Starts the oracle and deploys. Nothing when a step failed.
///
/// # Errors
/// When the oracle does not start.
pub(super) async fn deploy(steps: &mut Steps, binaries: &Path, scratch: &Path) -> anyhow::Result<Option<Stack>> {
    let oracle = Ministack::start_in(scratch).await?;
    let (access_key, secret_key) = &oracle.credentials;
    let admin = Aws::new(&oracle.url, access_key, secret_key, None);
    let url = oracle.url.clone();
    let mut relays = BTreeMap::new();
    for function in Template::read()?.functions() {
        relays.insert(function, Relay::start(&url, None).await?);
    }
    if steps.take("the oracle asks for signatures", refuses_unsigned(&url)).await.is_none() {
        return Ok(None);
    }
    let bundling = bundle(binaries, scratch, &relays);
    let Some(bundle) = steps.take("SAM expands the template", bundling).await else { return Ok(None) };
    if steps.take("the sender's domain is verified", verify_sender(&admin)).await.is_none() {
        return Ok(None);
    }
    if steps.take("templates and zips are uploaded", upload(&admin, scratch, &bundle)).await.is_none() {
        return Ok(None);
    }
    let deploying = create(&admin, &bundle);
    let Some(resources) = steps.take("CloudFormation deploys them", deploying).await else { return Ok(None) };
    let api = resources.get("Api").context("the stack has no HTTP API")?;
    let port = url.rsplit(':').next().unwrap_or_default();
    let front = Relay::start(&url, Some(format!("{api}.execute-api.localhost:{port}"))).await?;
    let Bundle { functions, left_out, .. } = bundle;
    Ok(Some(Stack { admin, url, relays, front, functions, resources, left_out, _oracle: oracle }))
}

/// Says what the run does without.
pub(super) fn say_what_is_left_out(steps: &mut Steps, stack: &Stack) {
    for part in &stack.left_out {
        steps.leave_out(&format!("{} of {} ({})", part.resource, part.stack, part.kind), &part.reason);
    }
    for (what, why) in NOT_TRIED {
        steps.leave_out(what, why);
    }
}

async fn refuses_unsigned(url: &str) -> anyhow::Result<((), String)> {
    let client = reqwest::Client::new();
    let ask = client.post(url).header("x-amz-target", "DynamoDB_20120810.ListTables").body("{}");
    let status = ask.header("content-type", "application/x-amz-json-1.0").send().await?.status();
    ensure!(!status.is_success(), "a request without signature was answered {status}");
    let forged = Aws::new(url, "AKIAIOSFODNN7EXAMPLE", "made up", None);
    let answer = forged.target("dynamodb", "DynamoDB_20120810.ListTables", &json!({})).await?;
    ensure!(answer.status >= 400, "a made-up key was answered {}", answer.text);
    Ok(((), format!("without one {status}, with a made-up key {}", answer.status)))
}

async fn bundle(binaries: &Path, out: &Path, relays: &BTreeMap<String, Relay>) -> anyhow::Result<(Bundle, String)> {
    let variables: BTreeMap<&str, Value> = relays.iter().map(|(name, relay)| (name.as_str(), told(relay))).collect();
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let made = Command::new(tests.join(".venv/sam/bin/python"))
        .arg(tests.join("counterparts/bundle.py"))
        .args([binaries, out])
        .args([BUCKET.to_owned(), serde_json::to_string(&variables)?])
        .env("AWS_DEFAULT_REGION", REGION)
        .output()
        .await
        .context("no Python: run scripts/setup-tests")?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let bundle: Bundle = serde_json::from_slice(&std::fs::read(out.join("bundle.json"))?)?;
    let mega = |bytes: u64| bytes / 1_000_000;
    for (name, packed) in &bundle.functions {
        ensure!(packed.bytes < 250_000_000 && packed.zip_bytes < 50_000_000, "{name} is too large for Lambda");
    }
    let (functions, largest) = (bundle.functions.len(), bundle.functions.values().map(|each| each.zip_bytes).max());
    let said = format!(
        "{functions} functions, {} stacks, the largest zip {} MB, {} resources left out",
        bundle.templates.len(),
        mega(largest.unwrap_or_default()),
        bundle.left_out.len()
    );
    Ok((bundle, said))
}

/// The settings by which a function finds the oracle.
fn told(relay: &Relay) -> Value {
    SERVICES.iter().map(|name| (format!("AWS_ENDPOINT_URL_{name}"), Value::from(relay.origin.clone()))).collect()
}

/// What an operator does once, as the template's parameter says.
async fn verify_sender(admin: &Aws) -> anyhow::Result<((), String)> {
    let (_, from) = PARAMETERS[1];
    let domain = from.split('@').nth(1).unwrap_or_default();
    let ask = json!({ "EmailIdentity": domain });
    admin.rest("ses", Method::POST, "/v2/email/identities", &ask).await?.good()?;
    Ok(((), domain.to_owned()))
}

async fn upload(admin: &Aws, out: &Path, bundle: &Bundle) -> anyhow::Result<((), String)> {
    admin.send("s3", Method::PUT, &format!("/{BUCKET}"), &[], Vec::new()).await?.good()?;
    let zips = bundle.functions.keys().map(|name| format!("{name}.zip"));
    let files: Vec<String> = zips.chain(bundle.templates.iter().cloned()).collect();
    let mut bytes = 0;
    for file in &files {
        let content = std::fs::read(out.join(file))?;
        bytes += content.len();
        admin.send("s3", Method::PUT, &format!("/{BUCKET}/{file}"), &[], content).await?.good()?;
        // The oracle has its own copy, and unpacks that.
        std::fs::remove_file(out.join(file))?;
    }
    Ok(((), format!("{} files, {} MB", files.len(), bytes / 1_000_000)))
}

async fn create(admin: &Aws, bundle: &Bundle) -> anyhow::Result<(BTreeMap<String, String>, String)> {
    let mut fields = vec![
        ("StackName".to_owned(), NAME.to_owned()),
        ("TemplateURL".to_owned(), format!("https://s3.amazonaws.com/{BUCKET}/{}", bundle.template)),
        ("OnFailure".to_owned(), "DO_NOTHING".to_owned()),
    ];
    let capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"];
    for (number, name) in capabilities.into_iter().enumerate() {
        fields.push((format!("Capabilities.member.{}", number + 1), name.to_owned()));
    }
    let known = PARAMETERS.iter().filter(|(name, _)| bundle.parameters.iter().any(|own| own == name));
    for (number, (name, value)) in known.enumerate() {
        fields.push((format!("Parameters.member.{}.ParameterKey", number + 1), (*name).to_owned()));
        fields.push((format!("Parameters.member.{}.ParameterValue", number + 1), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.query("cloudformation", "CreateStack", &fields).await?.good()?;
    loop {
        let stacks = admin.query("cloudformation", "DescribeStacks", &[("StackName", NAME)]).await?.good()?;
        match element(&stacks, "StackStatus").unwrap_or_default() {
            "CREATE_COMPLETE" => break,
            status if status.ends_with("IN_PROGRESS") => tokio::time::sleep(Duration::from_millis(200)).await,
            status => bail!("{status}: {}", reasons(admin).await?),
        }
    }
    let resources = resources(admin).await?;
    let said = format!("{} resources", resources.len());
    Ok((resources, said))
}

/// What the events say about failures.
async fn reasons(admin: &Aws) -> anyhow::Result<String> {
    let events = admin.query("cloudformation", "DescribeStackEvents", &[("StackName", NAME)]).await?.good()?;
    let failed = elements(&events, "member").into_iter().filter(|event| event.contains("_FAILED<"));
    let text = |event: &str| {
        let field = |name: &str| element(event, name).unwrap_or_default().to_owned();
        format!("{} {}", field("LogicalResourceId"), field("ResourceStatusReason"))
    };
    Ok(failed.map(text).collect::<Vec<_>>().join("; "))
}

/// The resources of the stack and of those in it, by their names in the templates.
async fn resources(admin: &Aws) -> anyhow::Result<BTreeMap<String, String>> {
    let (mut found, mut stacks) = (BTreeMap::new(), vec![NAME.to_owned()]);
    while let Some(stack) = stacks.pop() {
        let fields = [("StackName", stack.as_str())];
        let listed = admin.query("cloudformation", "DescribeStackResources", &fields).await?.good()?;
        for resource in elements(&listed, "member") {
            let field = |name: &str| element(resource, name).unwrap_or_default().to_owned();
            if field("ResourceType") == "AWS::CloudFormation::Stack" {
                stacks.push(field("PhysicalResourceId"));
            }
            found.insert(field("LogicalResourceId"), field("PhysicalResourceId"));
        }
    }
    Ok(found)
}
