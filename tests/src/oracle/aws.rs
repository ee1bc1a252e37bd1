//! Signed requests in the three protocols that AWS services speak, for services without an SDK here.

use anyhow::{Context as _, bail};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use cloud::{Clock as _, SystemClock};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The oracle's region.
pub(super) const REGION: &str = "us-east-1";

/// Somebody with a key pair at an address.
#[derive(Debug, Clone)]
pub(super) struct Aws {
    url: String,
    credentials: Credentials,
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Reply {
    /// The body of a success.
    ///
    /// # Errors
    /// When it is none, with the whole answer.
    pub(super) fn good(self) -> anyhow::Result<String> {
        if (200..300).contains(&self.status) { Ok(self.text) } else { bail!("{} {}", self.status, self.text) }
    }

    /// The same, as JSON; nothing is null.
    pub(super) fn json(self) -> anyhow::Result<Value> {
        let text = self.good()?;
        if text.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&text).context(text) }
    }

    /// Whether it is a refusal by policy.
    pub(super) fn denied(&self) -> bool {
        denies(self.status, &self.text)
    }
}

/// Whether an answer refuses by policy, in the words of any service.
pub(super) fn denies(status: u16, text: &str) -> bool {
    matches!(status, 400 | 403) && (text.contains("AccessDenied") || text.contains("is not authorized to perform"))
}

impl Aws {
    pub(super) fn new(url: &str, access_key: &str, secret_key: &str, token: Option<String>) -> Self {
        let credentials = Credentials::new(access_key, secret_key, token, None, "oracle");
        Self { url: url.to_owned(), credentials, client: Client::new() }
    }

    /// Sends a request to a service, signed for it.
    pub(super) async fn send(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let url = format!("{}{path}", self.url);
        let host = self.url.split("://").nth(1).unwrap_or_default().to_owned();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(service)
            .time(SystemClock.now().into())
            .settings(settings)
            .build()?
            .into();
        let signed = headers.iter().copied().chain([("host", host.as_str())]);
        let signable = SignableRequest::new(method.as_str(), &url, signed, SignableBody::Bytes(&body))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let (signature, _) = instructions.into_parts();
        let mut request = self.client.request(method, &url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for header in &signature {
            request = request.header(header.name(), header.value());
        }
        // The policies ask for TLS, which ends before the oracle: `docs/oracle.md`.
        let answer = request.header("x-forwarded-proto", "https").send().await?;
        Ok(Reply { status: answer.status().as_u16(), text: answer.text().await? })
    }

    /// The protocol of `CloudFormation`, IAM and STS.
    pub(super) async fn query(&self, service: &str, action: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        let version = match service {
            "cloudformation" => "2010-05-15",
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version).extend_pairs(fields);
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send(service, Method::POST, "/", &kind, form.finish().into_bytes()).await
    }

    /// The protocol of DynamoDB, SQS, Secrets Manager and CloudWatch Logs.
    pub(super) async fn target(&self, service: &str, target: &str, body: &Value) -> anyhow::Result<Reply> {
        let kind = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        self.send(service, Method::POST, "/", &kind, body.to_string().into_bytes()).await
    }

    /// The protocol of Lambda, Scheduler and the HTTP API.
    pub(super) async fn rest(&self, service: &str, method: Method, path: &str, body: &Value) -> anyhow::Result<Reply> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(service, method, path, &[("content-type", "application/json")], body).await
    }

    /// The same with the rights of a role, for which the trust of that role (not what it may do) is widened to everybody
    /// of the account.
    pub(super) async fn in_role(&self, role: &str, account: &str) -> anyhow::Result<Self> {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{account}:root") }, "Action": "sts:AssumeRole" }] });
        let trust = trust.to_string();
        let fields = [("RoleName", role), ("PolicyDocument", &trust)];
        self.query("iam", "UpdateAssumeRolePolicy", &fields).await?.good()?;
        let arn = format!("arn:aws:iam::{account}:role/{role}");
        let fields = [("RoleArn", arn.as_str()), ("RoleSessionName", "oracle")];
        let session = self.query("sts", "AssumeRole", &fields).await?.good()?;
        let field = |name: &str| element(&session, name).with_context(|| format!("{name} of a session"));
        let token = Some(field("SessionToken")?.to_owned());
        Ok(Self::new(&self.url, field("AccessKeyId")?, field("SecretAccessKey")?, token))
    }
}

/// The text of the first element of a name.
pub(super) fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}

/// What stands between each two tags of a name.
pub(super) fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).collect()
}
