//! Requests as API Gateway's HTTP API hands them to a function, payload format 2.0.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::person::Person;

/// The id that the gateway gave to every request made here.
pub const REQUEST_ID: &str = "JKJaXmPLvHcESHA=";

/// A request of somebody to a path, which may have a query. The gateway verified the token and hands on what it says.
///
/// # Errors
/// When the person's token is none.
pub fn request(person: &Person, method: &str, target: &str, body: Option<&Value>) -> anyhow::Result<Value> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut context = json!({
        "accountId": "000000000000", "apiId": "api", "domainName": "atelier.test", "domainPrefix": "atelier",
        "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test" },
        "requestId": REQUEST_ID, "routeKey": "$default", "stage": "$default",
        "time": "12/Mar/2026:19:03:58 +0000", "timeEpoch": 1_773_342_238_000_i64,
    });
    let mut headers = json!({ "content-type": "application/json", "host": "atelier.test" });
    if let Some(token) = person.tokens["access_token"].as_str() {
        context["authorizer"] = json!({ "jwt": { "claims": claims(token)?, "scopes": null } });
        headers["authorization"] = format!("Bearer {token}").into();
    }
    Ok(json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
        "requestContext": context, "body": body.map(Value::to_string), "isBase64Encoded": false,
    }))
}

/// What a token says, as text.
fn claims(token: &str) -> anyhow::Result<Map<String, Value>> {
    let payload = token.split('.').nth(1).context("not a token")?;
    let claims: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?;
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(claims.into_iter().map(|(name, value)| (name, text(value).into())).collect())
}
