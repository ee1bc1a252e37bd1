//! Events as API Gateway and the user pool send them.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

/// A request as an HTTP API hands it on (payload format 2.0), from whoever has these claims.
pub(crate) fn request(route: &str, path: &str, claims: Option<&Value>) -> Value {
    let mut context = json!({
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "id.execute-api.eu-central-1.amazonaws.com",
        "domainPrefix": "id",
        "http": {
            "method": "GET",
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        "requestId": "JKJaXmPLvHcESHA=",
        "routeKey": route,
        "stage": "$default",
        "time": "12/Mar/2026:19:03:58 +0000",
        "timeEpoch": 1_773_342_238_000_i64,
    });
    if let Some(claims) = claims {
        context["authorizer"] = json!({ "jwt": { "claims": claims, "scopes": null } });
    }
    json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate, br, zstd",
            "accept-language": "en-US,en;q=0.5",
            "authorization": "Bearer of.a.verified-token",
            "content-length": "0",
            "host": "id.execute-api.eu-central-1.amazonaws.com",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": context,
        "isBase64Encoded": false,
    })
}

/// What a token says, as the authorizer hands it on: all of it as text.
pub(crate) fn claims(token: &str) -> anyhow::Result<Value> {
    let payload = token.split('.').nth(1).context("not a token")?;
    let claims: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?;
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(claims.into_iter().map(|(name, value)| (name, Value::from(text(value)))).collect::<Map<_, _>>().into())
}

/// The user pool asks what a token shall say.
pub(crate) fn token_generation(sub: &str, email: &str, name: &str) -> Value {
    json!({
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "region": "eu-central-1",
        "userPoolId": "eu-central-1_EXAMPLE",
        "userName": sub,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client" },
        "request": {
            "userAttributes": { "sub": sub, "email": email, "email_verified": "true", "name": name },
            "groupConfiguration": { "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null },
            "scopes": ["openid", "email"],
        },
        "response": { "claimsAndScopeOverrideDetails": null },
    })
}
