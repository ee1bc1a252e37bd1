//! The JWT authorizer: which routes need a token, and what a good one says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use http::header;
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription, ApiGatewayV2httpRequestContext,
    ApiGatewayV2httpRequestContextHttpDescription,
};
use serde_json::Value;

use crate::SharedClock;
use crate::aws::ACCOUNT;
use crate::pool::{CLIENT, Claims, Keys};

/// Checks bearer tokens and builds request contexts.
pub(crate) struct Authorizer {
    keys: Arc<Keys>,
    issuer: String,
    clock: SharedClock,
    /// What was found in good tokens: a page sends the same one with everything it asks.
    known: Mutex<HashMap<String, Known>>,
}

/// What a good token says, and when it ends, in seconds since 1970.
#[derive(Clone)]
struct Known {
    claims: HashMap<String, String>,
    ends: i64,
}

/// How many tokens are remembered at most.
const REMEMBERED: usize = 1000;

impl Authorizer {
    /// Takes tokens signed with `keys` for `issuer`.
    pub(crate) fn new(keys: Arc<Keys>, issuer: String, clock: SharedClock) -> Self {
        Self { keys, issuer, clock, known: Mutex::default() }
    }

    /// The context for a request; `None` when its route needs a token and it has no valid one.
    pub(super) fn context(
        &self,
        request: &Request,
        peer: SocketAddr,
        id: &str,
    ) -> Option<ApiGatewayV2httpRequestContext> {
        let path = request.uri().path();
        let mut context = ApiGatewayV2httpRequestContext::default();
        if !is_public(path) {
            context.authorizer = Some(authorizer(self.claims(request)?));
        }
        let now = self.clock.now();
        context.route_key = Some("$default".into());
        context.stage = Some("$default".into());
        context.account_id = Some(ACCOUNT.into());
        context.request_id = Some(id.to_owned());
        context.time = Some(now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string());
        context.time_epoch = now.as_millisecond();
        context.domain_name = text(request, header::HOST);
        context.http = http_description(request, peer);
        Some(context)
    }

    fn claims(&self, request: &Request) -> Option<HashMap<String, String>> {
        let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (token, now) = (token.trim(), self.clock.now().as_second());
        let known = self.known().get(token).cloned();
        if let Some(known) = known.filter(|known| known.ends > now) {
            return Some(known.claims);
        }
        let claims = self.verified(token, now)?;
        let ends = claims.get("exp")?.as_i64()?;
        let claims: HashMap<_, _> = claims.into_iter().map(|(name, value)| (name, flat(value))).collect();
        let mut all = self.known();
        if all.len() >= REMEMBERED {
            all.retain(|_, known| known.ends > now);
        }
        if all.len() < REMEMBERED {
            all.insert(token.to_owned(), Known { claims: claims.clone(), ends });
        }
        Some(claims)
    }

    fn verified(&self, token: &str, now: i64) -> Option<Claims> {
        let claims = self.keys.verify(token, &self.issuer, now)?;
        let says = |claim: &str, value: &str| claims.get(claim).and_then(Value::as_str) == Some(value);
        // An id token names its audience, and is no permission to call the API.
        (says("token_use", "access") && says("client_id", CLIENT)).then_some(claims)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes without authorizer; the same as in `template.yaml`.
fn is_public(path: &str) -> bool {
    let Some(route) = path.strip_prefix("/api/") else { return true };
    matches!(route, "health" | "openapi.json" | "docs")
        || route.starts_with("docs/")
        || (route.starts_with("auth/") && route != "auth/me")
        || ["accounts/callback/", "accounts/deauthorized/", "accounts/deletion/"]
            .into_iter()
            .any(|prefix| route.starts_with(prefix))
}

fn authorizer(claims: HashMap<String, String>) -> ApiGatewayRequestAuthorizer {
    let mut jwt = ApiGatewayRequestAuthorizerJwtDescription::default();
    jwt.claims = claims;
    let mut authorizer = ApiGatewayRequestAuthorizer::default();
    authorizer.jwt = Some(jwt);
    authorizer
}

/// HTTP APIs hand claims on as text, lists as `[a b]`.
fn flat(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(items) => format!("[{}]", items.into_iter().map(flat).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}

fn http_description(request: &Request, peer: SocketAddr) -> ApiGatewayV2httpRequestContextHttpDescription {
    let mut http = ApiGatewayV2httpRequestContextHttpDescription::default();
    http.method = request.method().clone();
    http.path = Some(request.uri().path().to_owned());
    http.protocol = Some("HTTP/1.1".into());
    http.source_ip = Some(peer.ip().to_canonical().to_string());
    http.user_agent = text(request, header::USER_AGENT);
    http
}

fn text(request: &Request, name: header::HeaderName) -> Option<String> {
    Some(request.headers().get(name)?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{flat, is_public};

    #[test]
    fn everything_under_api_needs_a_token_except_the_list() {
        for public in [
            "/api/health",
            "/api/openapi.json",
            "/api/docs",
            "/api/auth/login",
            "/api/accounts/callback/mastodon",
            "/api/accounts/deletion/threads",
            "/p/acme",
        ] {
            assert!(is_public(public), "{public}");
        }
        for closed in ["/api/auth/me", "/api/posts", "/api/healthy", "/api/accounts", "/api/accounts/callback", "/api/"]
        {
            assert!(!is_public(closed), "{closed}");
        }
    }

    #[test]
    fn claims_become_text() {
        assert_eq!(flat(json!(["a", "b"])), "[a b]");
        assert_eq!(flat(json!(true)), "true");
    }
}
