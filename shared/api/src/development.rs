//! Verifying bearer tokens in the function itself: for development only, where no gateway with an authorizer stands in
//! front (`cargo lambda watch`, `sam local`).
//!
//! It is switched on by `ATELIER_VERIFY_TOKENS=development` and refuses to start wherever it could do harm. Three things
//! must hold, and none of them does in a real Lambda: no variable that Lambda reserves for itself and always sets is
//! there; tokens come from an issuer on this machine, without TLS, which a user pool never is; and the table is a
//! stand-in on this machine, so that there is nothing to protect.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::Clock;
use http::{Uri, header};
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription, ApiGatewayV2httpRequestContext,
};
use lambda_http::request::RequestContext;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Set in every Lambda and reserved: a function's configuration can neither set nor clear them ("Using Lambda
/// environment variables", defined runtime environment variables). The first tells how the environment was
/// initialized, the others are the execution role's. `AWS_EXECUTION_ENV` is not among them: OS-only runtimes lack it.
const SET_BY_LAMBDA: [&str; 3] =
    ["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
/// Names of this machine, as seen from itself and from a container on it.
const THIS_MACHINE: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "host.docker.internal"];

/// Why a function does not start in this mode.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// A value that means nothing.
    #[error("ATELIER_VERIFY_TOKENS can only be `development`; in AWS, remove it: the gateway verifies tokens there")]
    UnknownMode,
    /// Lambda itself.
    #[error(
        "ATELIER_VERIFY_TOKENS is for development only, and this runs in AWS Lambda ({0} is set): remove it, the gateway \
         verifies tokens here"
    )]
    InLambda(&'static str),
    /// An issuer that is not a stand-in.
    #[error(
        "ATELIER_VERIFY_TOKENS is for development only, and ATELIER_ISSUER is not on this machine (http://localhost…)"
    )]
    RealIssuer,
    /// Data that is not a stand-in's.
    #[error(
        "ATELIER_VERIFY_TOKENS is for development only, and the table is not on this machine: set \
         AWS_ENDPOINT_URL_DYNAMODB to a stand-in's address, or remove ATELIER_VERIFY_TOKENS"
    )]
    RealTable,
    /// No keys.
    #[error("ATELIER_VERIFY_KEYS is not a JSON Web Key Set with an RSA key: take what the issuer's jwks.json says")]
    NoKeys,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    n: String,
    e: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// What verifies tokens.
pub(crate) struct Tokens {
    keys: HashMap<String, RsaPublicKeyComponents<Vec<u8>>>,
    issuer: String,
    client: String,
    clock: Arc<dyn Clock>,
}

impl Tokens {
    /// Reads the settings. Nothing when the mode is off, as it is in AWS.
    ///
    /// # Errors
    /// A [`Refusal`] when the mode is on where it must not be.
    pub(crate) fn from_settings(
        setting: impl Fn(&str) -> Option<String>,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, Refusal> {
        let set = |name: &str| setting(name).filter(|value| !value.is_empty());
        match set("ATELIER_VERIFY_TOKENS").as_deref() {
            None => return Ok(None),
            Some("development") => {}
            Some(_) => return Err(Refusal::UnknownMode),
        }
        // The emulator of `sam local` imitates these; what else must hold, must hold there too.
        let emulated = set("AWS_SAM_LOCAL").as_deref() == Some("true");
        if let Some(name) = SET_BY_LAMBDA.into_iter().find(|name| !emulated && set(name).is_some()) {
            return Err(Refusal::InLambda(name));
        }
        let issuer = set("ATELIER_ISSUER").filter(|issuer| on_this_machine(issuer)).ok_or(Refusal::RealIssuer)?;
        if !set("AWS_ENDPOINT_URL_DYNAMODB").is_some_and(|endpoint| on_this_machine(&endpoint)) {
            return Err(Refusal::RealTable);
        }
        let keys = set("ATELIER_VERIFY_KEYS").and_then(|keys| read_keys(&keys)).ok_or(Refusal::NoKeys)?;
        let client = set("ATELIER_USER_POOL_CLIENT_ID").unwrap_or_default();
        Ok(Some(Self { keys, issuer, client, clock }))
    }

    /// Puts the verification in front of routes, in the authorizer's place.
    pub(crate) fn in_front_of(self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(Arc::new(self), authorize))
    }

    /// What an access token says, when it is one of ours and still valid.
    fn claims(&self, request: &Request) -> Option<HashMap<String, String>> {
        let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (signed, signature) = token.trim().rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let head: Header = decoded(head)?;
        let key = self.keys.get(&head.kid).filter(|_| head.alg == "RS256")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).ok()?;
        let claims: Map<String, Value> = decoded(claims)?;
        let says = |claim: &str, value: &str| claims.get(claim).and_then(Value::as_str) == Some(value);
        let lives = claims.get("exp")?.as_i64()? > self.clock.now().as_second();
        // An id token names its audience, and is no permission to call the API.
        let ours = says("iss", &self.issuer) && says("token_use", "access") && says("client_id", &self.client);
        (lives && ours).then(|| claims.into_iter().map(|(name, value)| (name, flat(value))).collect())
    }
}

async fn authorize(State(tokens): State<Arc<Tokens>>, mut request: Request, next: Next) -> Response {
    // Who has no good token is nobody: each handler that needs somebody refuses them, as the gateway would.
    let claims = tokens.claims(&request);
    // Whatever claims came along were verified by nobody.
    let mut context = match request.extensions_mut().remove::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context,
        _ => ApiGatewayV2httpRequestContext::default(),
    };
    context.authorizer = claims.map(authorizer);
    request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
    next.run(request).await
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

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn read_keys(text: &str) -> Option<HashMap<String, RsaPublicKeyComponents<Vec<u8>>>> {
    let set: KeySet = serde_json::from_str(text).ok()?;
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let key = |key: Key| Some((key.kid, RsaPublicKeyComponents { n: part(&key.n)?, e: part(&key.e)? }));
    set.keys.into_iter().map(key).collect::<Option<HashMap<_, _>>>().filter(|keys| !keys.is_empty())
}

/// Whether an address is a stand-in's: on this machine, and without the TLS that AWS demands.
fn on_this_machine(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| THIS_MACHINE.contains(&host))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
    use axum::body::Body;
    use axum::routing::get;
    use cloud::SystemClock;
    use jiff::Timestamp;
    use serde_json::json;
    use tower::ServiceExt as _;

    use super::*;

    const KEYS: &str = r#"{"keys":[{"kty":"RSA","kid":"k","n":"AQAB","e":"AQAB"}]}"#;

    /// The settings of `make watch`, with some of them changed; an empty value removes one.
    fn started(changed: &[(&str, &str)]) -> Result<bool, Refusal> {
        let mut settings = HashMap::from([
            ("ATELIER_VERIFY_TOKENS", "development"),
            ("ATELIER_VERIFY_KEYS", KEYS),
            ("ATELIER_ISSUER", "http://localhost:4000/_local/login/pool"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:40123/_aws/dynamodb"),
            ("AWS_LAMBDA_FUNCTION_NAME", "posts"),
            ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
        ]);
        settings.extend(changed.iter().copied());
        let setting = |name: &str| settings.get(name).map(|value| (*value).to_owned());
        Tokens::from_settings(setting, Arc::new(SystemClock)).map(|tokens| tokens.is_some())
    }

    #[test]
    fn it_is_off_unless_asked_for_and_on_in_development() {
        assert_eq!(started(&[("ATELIER_VERIFY_TOKENS", "")]), Ok(false));
        assert_eq!(started(&[]), Ok(true));
        assert_eq!(started(&[("ATELIER_VERIFY_TOKENS", "production")]), Err(Refusal::UnknownMode));
        assert_eq!(started(&[("ATELIER_VERIFY_TOKENS", "true")]), Err(Refusal::UnknownMode));
    }

    #[test]
    fn nothing_that_lambda_sets_may_be_there() {
        for name in SET_BY_LAMBDA {
            assert_eq!(started(&[(name, "on-demand")]), Err(Refusal::InLambda(name)));
        }
    }

    #[test]
    fn issuer_and_table_must_be_on_this_machine_also_under_sam() {
        let sam = ("AWS_SAM_LOCAL", "true");
        assert_eq!(started(&[sam, ("AWS_SESSION_TOKEN", "token")]), Ok(true));
        let pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc";
        for far in [pool, "http://localhost@example.com/", "https://localhost/", "http://10.0.0.1/", "localhost", ""] {
            assert_eq!(started(&[sam, ("ATELIER_ISSUER", far)]), Err(Refusal::RealIssuer), "{far}");
            assert_eq!(started(&[sam, ("AWS_ENDPOINT_URL_DYNAMODB", far)]), Err(Refusal::RealTable), "{far}");
        }
        assert_eq!(started(&[sam, ("AWS_ENDPOINT_URL_DYNAMODB", "http://host.docker.internal:1/")]), Ok(true));
    }

    #[test]
    fn without_keys_nobody_could_sign_in() {
        for keys in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kid":"k","n":"?","e":"AQAB"}]}"#] {
            assert_eq!(started(&[("ATELIER_VERIFY_KEYS", keys)]), Err(Refusal::NoKeys), "{keys}");
        }
    }

    const ISSUER: &str = "http://localhost:4000/_local/login/pool";

    /// It is always the same second.
    #[derive(Debug)]
    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_000).unwrap()
        }
    }

    struct Issuer(KeyPair);

    impl Issuer {
        fn new() -> Self {
            Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
        }

        fn signed(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let text = format!("{}.{}", part(header), part(claims));
            let mut signature = vec![0; self.0.public_modulus_len()];
            self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
            format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
        }

        fn tokens(&self) -> Tokens {
            let keys = HashMap::from([("k".to_owned(), RsaPublicKeyComponents::from(self.0.public_key()))]);
            Tokens { keys, issuer: ISSUER.into(), client: "page".into(), clock: Arc::new(Stopped) }
        }
    }

    fn claims() -> Value {
        json!({ "iss": ISSUER, "token_use": "access", "client_id": "page", "exp": 1_001, "role": "owner" })
    }

    /// Answers the role in the verified claims.
    async fn role(request: Request) -> String {
        let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() else {
            return "no context".to_owned();
        };
        let jwt = context.authorizer.as_ref().and_then(|authorizer| authorizer.jwt.as_ref());
        jwt.and_then(|jwt| jwt.claims.get("role").cloned()).unwrap_or_default()
    }

    async fn answered(tokens: Tokens, authorization: &str) -> String {
        let routes = tokens.in_front_of(Router::new().route("/", get(role)));
        let request = Request::builder().uri("/").header("authorization", authorization);
        // A context that came along, as somebody might make one up.
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.authorizer = Some(authorizer(HashMap::from([("role".to_owned(), "owner".to_owned())])));
        let request = request.extension(RequestContext::ApiGatewayV2(context)).body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        String::from_utf8_lossy(&body).into_owned()
    }

    #[tokio::test]
    async fn a_good_token_says_who_calls_and_every_other_nothing() {
        let issuer = Issuer::new();
        let header = json!({ "alg": "RS256", "kid": "k" });
        let good = issuer.signed(&header, &claims());
        assert_eq!(answered(issuer.tokens(), &format!("Bearer {good}")).await, "owner");
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            issuer.signed(&header, &claims)
        };
        let (head, rest) = good.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let mut grown = claims();
        grown["role"] = "admin".into();
        let bad = [
            ("expired this second", with("exp", 1_000.into())),
            ("without an end", with("exp", Value::Null)),
            ("of another issuer", with("iss", "http://localhost:4001/_local/login/pool".into())),
            ("of another client", with("client_id", "other".into())),
            ("an id token", with("token_use", "id".into())),
            ("signed by another", Issuer::new().signed(&header, &claims())),
            ("of an unknown key", issuer.signed(&json!({ "alg": "RS256", "kid": "other" }), &claims())),
            ("of no algorithm", issuer.signed(&json!({ "alg": "none", "kid": "k" }), &claims())),
            ("of a shared secret", issuer.signed(&json!({ "alg": "HS256", "kid": "k" }), &claims())),
            ("changed", format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(grown.to_string()))),
            ("without signature", format!("{head}.{}.", URL_SAFE_NO_PAD.encode(claims().to_string()))),
            ("nonsense", "a.b.c".into()),
        ];
        for (what, token) in bad {
            assert_eq!(answered(issuer.tokens(), &format!("Bearer {token}")).await, "", "{what}");
        }
        assert_eq!(answered(issuer.tokens(), &good).await, "", "no scheme");
    }
}
