//! Every role: enough for the journey, and no more.

use anyhow::ensure;
use reqwest::Method;
use serde_json::json;

use super::Steps;
use super::aws::{Aws, Reply};
use super::deploy::{ACCOUNT, Stack};

/// Something to do with a role's rights.
#[derive(Debug, Clone, Copy)]
enum Deed {
    ReadItem,
    PutItem,
    DeleteItem,
    ScanTable,
    PutObject,
    ReadTokenKey,
    SendRelease,
    InvokeHealth,
}

use Deed::{DeleteItem, InvokeHealth, PutItem, PutObject, ReadItem, ReadTokenKey, ScanTable, SendRelease};

/// Of each function: what its role allows, which shows that the credentials work, and what it must refuse.
const RIGHTS: [(&str, Deed, Deed); 9] = [
    ("accounts", ReadTokenKey, PutObject),
    ("auth", ReadItem, PutItem),
    ("health", ReadTokenKey, SendRelease),
    ("identity", PutItem, DeleteItem),
    ("media", PutObject, ReadTokenKey),
    ("orgs", PutItem, PutObject),
    ("pages", ReadItem, PutItem),
    ("posts", ReadItem, ReadTokenKey),
    ("publish", ReadTokenKey, ScanTable),
];

impl Deed {
    const fn name(self) -> &'static str {
        match self {
            ReadItem => "dynamodb:GetItem",
            PutItem => "dynamodb:PutItem",
            DeleteItem => "dynamodb:DeleteItem",
            ScanTable => "dynamodb:Scan",
            PutObject => "s3:PutObject",
            ReadTokenKey => "secretsmanager:GetSecretValue",
            SendRelease => "sqs:SendMessage",
            InvokeHealth => "lambda:InvokeFunction",
        }
    }

    async fn attempt(self, with: &Aws, stack: &Stack) -> anyhow::Result<Reply> {
        let table = stack.resource("Table")?;
        let key = json!({ "PK": { "S": "ORACLE" }, "SK": { "S": "ORACLE" } });
        match self {
            ReadItem => dynamo(with, "GetItem", &json!({ "TableName": table, "Key": key })).await,
            PutItem => dynamo(with, "PutItem", &json!({ "TableName": table, "Item": key })).await,
            DeleteItem => dynamo(with, "DeleteItem", &json!({ "TableName": table, "Key": key })).await,
            ScanTable => dynamo(with, "Scan", &json!({ "TableName": table })).await,
            PutObject => {
                let path = format!("/{}/oracle", stack.resource("Bucket")?);
                with.send("s3", Method::PUT, &path, &[], b"oracle".to_vec()).await
            }
            ReadTokenKey => {
                let ask = json!({ "SecretId": stack.resource("TokenKey")? });
                with.target("secretsmanager", "secretsmanager.GetSecretValue", &ask).await
            }
            SendRelease => {
                let ask = json!({ "QueueUrl": stack.resource("ReleaseQueue")?, "MessageBody": "{}" });
                with.target("sqs", "AmazonSQS.SendMessage", &ask).await
            }
            InvokeHealth => {
                // Policies name the alias; the oracle sees it as a part of the name only.
                let path = format!("/2015-03-31/functions/{}:live/invocations", stack.resource("Health")?);
                with.rest("lambda", Method::POST, &path, &json!({ "check": true })).await
            }
        }
    }
}

async fn dynamo(with: &Aws, operation: &str, ask: &serde_json::Value) -> anyhow::Result<Reply> {
    with.target("dynamodb", &format!("DynamoDB_20120810.{operation}"), ask).await
}

/// Looks back at what each function did, and tries what its role must allow and refuse.
pub(super) async fn examine(steps: &mut Steps, stack: &Stack) {
    let calls = |function: &str| stack.relays.get(function).map(super::relay::Relay::calls).unwrap_or_default();
    let done: Vec<_> = RIGHTS.iter().map(|(function, ..)| calls(function)).collect();
    for ((function, allowed, refused), calls) in RIGHTS.into_iter().zip(done) {
        let name = format!("the role of {function} suffices, and for no more");
        let trying = async {
            let done: Vec<String> = calls.iter().map(|(name, (count, _))| format!("{name} {count}")).collect();
            ensure!(!done.is_empty(), "the journey asked nothing of it");
            let denied: Vec<&String> =
                calls.iter().filter(|(_, (_, refused))| *refused > 0).map(|(name, _)| name).collect();
            ensure!(denied.is_empty(), "refused in the journey: {denied:?}");
            let role = stack.functions.get(function).map_or("", |packed| packed.role.as_str());
            let tried = one_of_each(stack, role, allowed, refused).await?;
            Ok(((), format!("{tried}; in the journey {}, none refused", done.join(", "))))
        };
        steps.take(&name, trying).await;
    }
    let trying = async { Ok(((), one_of_each(stack, "SchedulerRole", InvokeHealth, ReadItem).await?)) };
    steps.take("the role of the scheduler suffices, and for no more", trying).await;
}

async fn one_of_each(stack: &Stack, role: &str, allowed: Deed, refused: Deed) -> anyhow::Result<String> {
    let role = stack.admin.in_role(stack.resource(role)?, ACCOUNT).await?;
    allowed.attempt(&role, stack).await?.good()?;
    let answer = refused.attempt(&role, stack).await?;
    ensure!(answer.denied(), "{} was answered {} {}", refused.name(), answer.status, answer.text);
    Ok(format!("{} done, {} denied", allowed.name(), refused.name()))
}
