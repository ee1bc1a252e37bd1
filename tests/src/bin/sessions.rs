//! What a session for one organization only would cost: `sts:AssumeRole` with a session policy, against an independent
//! implementation on loopback. On AWS the network's own time comes on top.

use anyhow::Context as _;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use cloud::{Clock as _, SystemClock};
use jiff::Timestamp;
use tests::counterparts::Ministack;

/// Organizations, each with a session of its own.
const ORGS: usize = 60;

/// What a session of this organization may do, and no more.
fn policy(org: usize) -> String {
    let id = format!("org_{org:026}");
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
            "Resource": "*",
            "Condition": { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [format!("ORG#{id}")] } },
        }, {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": [format!("arn:aws:s3:::media/{id}/*"), format!("arn:aws:s3:::media/uploads/{id}/*")],
        }],
    })
    .to_string()
}

/// Processor time of this process so far, in microseconds.
fn spent() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    times.filter_map(|text| text.split(' ').next()?.parse::<u64>().ok()).sum::<u64>() / 1000
}

/// A role to assume, made with the built-in credentials, which alone need no signature.
async fn make_role(url: &str) -> anyhow::Result<()> {
    let trust = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sts:AssumeRole" }],
    });
    let scope = "Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
    let trust = trust.to_string();
    let form = [
        ("Action", "CreateRole"),
        ("Version", "2010-05-08"),
        ("RoleName", "atelier-posts"),
        ("AssumeRolePolicyDocument", &trust),
    ];
    let request = reqwest::Client::new().post(url).header("authorization", format!("AWS4-HMAC-SHA256 {scope}"));
    request.form(&form).send().await?.error_for_status()?;
    Ok(())
}

fn micros(from: Timestamp) -> i128 {
    SystemClock.now().duration_since(from).as_micros()
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
async fn main() -> anyhow::Result<()> {
    let oracle = Ministack::start().await?;
    make_role(&oracle.url).await?;
    let (key, secret) = &oracle.credentials;
    let sdk = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .endpoint_url(&oracle.url)
        .credentials_provider(Credentials::new(key, secret, None, None, "measured"))
        .load()
        .await;
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for org in 0..ORGS {
        let (begun, before) = (SystemClock.now(), spent());
        let provider = AssumeRoleProvider::builder("arn:aws:iam::000000000000:role/atelier-posts")
            .session_name(format!("org-{org}"))
            .policy(policy(org))
            .configure(&sdk)
            .build()
            .await;
        provider.provide_credentials().await.context("no session")?;
        // The first one also opens the connection.
        if org > 0 {
            wall.push(micros(begun));
            cpu.push(i128::from(spent() - before));
        }
    }
    wall.sort_unstable();
    cpu.sort_unstable();
    let (median, last) = (wall.len() / 2, wall.len() - 1);
    let bytes = policy(0).len();
    println!(
        "sessions: orgs={ORGS} policy_bytes={bytes} assume_role_us_p50={} assume_role_us_max={} client_cpu_us_p50={}",
        wall[median], wall[last], cpu[median]
    );
    Ok(())
}
