//! How often a function asks the table for one event: what its processor time must be read beside.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Client;
use tests::server::{Reply, Request, Server};

use crate::contender::Contender;

/// Where a function looks for the table.
const SETTING: &str = "AWS_ENDPOINT_URL_DYNAMODB";

/// Requests of each contender to the table for one warm event.
pub(crate) async fn count(contenders: &[Contender], table: &str) -> anyhow::Result<Vec<usize>> {
    let counted = Arc::new(AtomicUsize::new(0));
    let (own, client, to) = (Arc::clone(&counted), Client::new(), table.to_owned());
    let relay = Server::start(move |request| {
        own.fetch_add(1, Ordering::Relaxed);
        let (client, to) = (client.clone(), to.clone());
        async move { pass(&client, &to, request).await.unwrap_or(Reply::Cut) }
    })
    .await?;
    let mut trips = Vec::with_capacity(contenders.len());
    for contender in contenders {
        let mut relayed = contender.clone();
        for (name, value) in &mut relayed.settings {
            if *name == SETTING {
                *value = value.replace(origin(table), &relay.origin());
            }
        }
        let function = relayed.start().await?;
        for _ in 0..2 {
            counted.store(0, Ordering::Relaxed);
            relayed.check(&function.invoke(&relayed.event)?.end().await?.0)?;
        }
        trips.push(counted.load(Ordering::Relaxed));
        function.kill().await?;
    }
    Ok(trips)
}

/// Hands a signed request on as it was signed, with the host that the signature names.
async fn pass(client: &Client, table: &str, request: Request) -> anyhow::Result<Reply> {
    let mut onward = client.post(format!("{}{}", origin(table), request.path));
    let authorization = request.header("authorization").unwrap_or_default().to_owned();
    let signed =
        authorization.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default();
    for name in signed.split(';').chain(["authorization", "x-amz-target", "content-type"]) {
        if let Some(value) = request.header(name) {
            onward = onward.header(name, value);
        }
    }
    let answer = onward.body(request.body.clone()).send().await?;
    Ok(Reply::Answer { status: answer.status().as_u16(), headers: Vec::new(), body: answer.text().await? })
}

/// Scheme and host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    url[host..].find('/').map_or(url, |path| &url[..host + path])
}
