//! What the simulated Graph APIs of Meta share: how they are asked, how they refuse, and whom they know.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::multipart;
use crate::oauth::Grant;
use crate::world::World;

/// Versions that are answered; others ended or never were.
const VERSIONS: [&str; 2] = ["v25.0", "v26.0"];

/// An error in the Graph API's envelope ("Handle Errors").
#[derive(Debug, Clone)]
pub struct Refusal {
    status: u16,
    code: i64,
    subcode: i64,
    message: String,
    user: Option<(&'static str, String)>,
}

impl Refusal {
    /// With the usual status.
    #[must_use]
    pub fn new(code: i64, subcode: i64, message: impl Into<String>) -> Self {
        Self { status: 400, code, subcode, message: message.into(), user: None }
    }

    /// With what people are shown.
    #[must_use]
    pub fn says(self, title: &'static str, text: impl Into<String>) -> Self {
        Self { user: Some((title, text.into())), ..self }
    }

    /// The object is not there, or not for this token.
    #[must_use]
    pub fn missing(id: &str) -> Self {
        let message = format!(
            "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, \
             or does not support this operation."
        );
        Self::new(100, 33, message)
    }

    /// A permission that the token does not carry.
    #[must_use]
    pub fn permission(name: &str) -> Self {
        let message = format!("(#200) Requires the {name} permission.");
        Self { status: 403, ..Self::new(200, 0, message) }
    }

    /// A parameter that is not as it must be.
    #[must_use]
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new(100, 0, format!("(#100) {}", message.into()))
    }

    /// As the envelope has it.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "is_transient": self.code == 1 || self.code == 2,
            "fbtrace_id": "A1b2C3d4E5f6",
        });
        if self.subcode != 0 {
            error["error_subcode"] = json!(self.subcode);
        }
        if let Some((title, text)) = &self.user {
            error["error_user_title"] = json!(title);
            error["error_user_msg"] = json!(text);
        }
        json!({ "error": error })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, axum::Json(self.body())).into_response()
    }
}

/// What an answer is made of.
pub type Answer = Result<Value, Refusal>;

/// As a response.
pub fn respond(answer: Answer) -> Response {
    match answer {
        Ok(value) => axum::Json(value).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// A request, whatever way its parameters came: query, form, JSON or multipart are the same to a Graph API.
#[derive(Debug)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The path behind host and version, in parts.
    pub path: Vec<String>,
    /// Parameters.
    pub fields: BTreeMap<String, String>,
    /// Files: media type and content.
    pub files: BTreeMap<String, (String, Bytes)>,
    /// The token, from `access_token` or the header.
    pub token: Option<String>,
}

impl Asked {
    /// Reads a request to a versioned path.
    ///
    /// # Errors
    /// When the version is none, or the body cannot be read.
    pub async fn read(request: Request) -> Result<Self, Refusal> {
        let mut asked = Self::read_unversioned(request).await?;
        let version = if asked.path.is_empty() { String::new() } else { asked.path.remove(0) };
        if VERSIONS.contains(&version.as_str()) {
            return Ok(asked);
        }
        let message =
            "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version.";
        Err(Refusal::new(2635, 0, message))
    }

    /// Reads a request to a path without a version.
    ///
    /// # Errors
    /// When the body cannot be read.
    pub async fn read_unversioned(request: Request) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        // The first part is the host.
        let path = parts.uri.path().split('/').filter(|part| !part.is_empty()).skip(1).map(str::to_owned).collect();
        let mut asked =
            Self { method: parts.method, path, fields: BTreeMap::new(), files: BTreeMap::new(), token: None };
        asked.fields.extend(decoded(parts.uri.query().unwrap_or_default().as_bytes()));
        asked.take_body(&parts.headers, body).await?;
        asked.token = asked.fields.remove("access_token").or_else(|| bearer(&parts.headers));
        Ok(asked)
    }

    async fn take_body(&mut self, headers: &HeaderMap, body: Body) -> Result<(), Refusal> {
        let bytes = body.collect().await.map_err(|_| Refusal::new(1, 0, "The body is broken."))?.to_bytes();
        let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if kind.starts_with("multipart/") {
            let parts = multipart::parse(kind, &bytes);
            for part in parts.ok_or_else(|| Refusal::parameter("The multipart body is broken"))? {
                if part.file_name.is_some() {
                    self.files.insert(part.name, (part.mime.unwrap_or_default(), part.bytes));
                } else {
                    self.fields.insert(part.name.clone(), part.text());
                }
            }
            return Ok(());
        }
        if kind.starts_with("application/json") {
            let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) else {
                return Err(Refusal::parameter("The body is not a JSON object"));
            };
            self.fields.extend(object.into_iter().map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            }));
        } else {
            self.fields.extend(decoded(&bytes));
        }
        Ok(())
    }

    /// A parameter that is not empty.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// As the Graph API has it.
    pub fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.field(name).ok_or_else(|| Refusal::parameter(format!("The parameter {name} is required")))
    }

    /// Whether a parameter is on, or absent and on by default.
    #[must_use]
    pub fn is_on(&self, name: &str, default: bool) -> bool {
        self.field(name).map_or(default, |value| value == "true" || value == "1")
    }

    /// Only these parameters are known here.
    ///
    /// # Errors
    /// For any other.
    pub fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let common = ["appsecret_proof", "fields", "limit", "after"];
        let unknown = |name: &&String| !known.contains(&name.as_str()) && !common.contains(&name.as_str());
        match self.fields.keys().find(unknown) {
            Some(name) => Err(Refusal::parameter(format!("param {name} is not supported here"))),
            None => Ok(()),
        }
    }

    /// What the token stands for. With `proof`, the app requires an `appsecret_proof`.
    ///
    /// # Errors
    /// 190 with the subcode that tells why, as "Handle Errors" lists them.
    pub fn grant(&self, world: &World, network: &str, proof: bool) -> Result<Grant, Refusal> {
        let token = self.token.as_deref().unwrap_or_default();
        if token.is_empty() {
            return Err(Refusal::new(104, 0, "An access token is required to request this resource."));
        }
        let now = world.now();
        let (grant, past) = world.grants(|grants| (grants.find(token, now), grants.find_expired(token)));
        let grant = grant.filter(|grant| grant.network == network).ok_or_else(|| match past {
            Some(_) => {
                let message = "Error validating access token: Session has expired.";
                Refusal { status: 401, ..Refusal::new(190, 463, message) }
            }
            None => {
                let message = format!("Invalid OAuth access token - Cannot parse access token {token}");
                Refusal { status: 401, ..Refusal::new(190, 0, message) }
            }
        })?;
        match self.field("appsecret_proof") {
            None if proof => {
                let message = "API calls from the server require an appsecret_proof argument";
                return Err(Refusal::new(100, 0, message));
            }
            Some(given) if given != expected_proof(token, &grant.client_id) => {
                return Err(Refusal::new(100, 0, "Invalid appsecret_proof provided in the API argument"));
            }
            _ => {}
        }
        Ok(grant)
    }
}

/// The permission of a token.
///
/// # Errors
/// When it is lacking.
pub fn need(grant: &Grant, scope: &str) -> Result<(), Refusal> {
    if grant.scopes.iter().any(|granted| granted == scope) { Ok(()) } else { Err(Refusal::permission(scope)) }
}

/// The secret of a made-up app.
#[must_use]
pub fn secret_of(client_id: &str) -> String {
    format!("sandbox-secret-of-{}", client_id.trim_start_matches("sandbox-"))
}

fn expected_proof(token: &str, client_id: &str) -> String {
    let tag = cloud::crypto::tag(secret_of(client_id).as_bytes(), token.as_bytes());
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of a node that were asked for, and its id.
///
/// # Errors
/// For a field that such nodes do not have: `known` are all they can have, `node` the ones that this one has.
pub fn select(kind: &str, node: &Value, known: &[&str], asked: Option<&str>) -> Answer {
    let mut selected = Map::new();
    if let Some(id) = node.get("id") {
        selected.insert("id".to_owned(), id.clone());
    }
    for name in top_level(asked.unwrap_or_default()) {
        if name != "id" && !known.contains(&name.as_str()) {
            let message = format!("Tried accessing nonexisting field ({name}) on node type ({kind})");
            return Err(Refusal::parameter(message));
        }
        if let Some(value) = node.get(&name) {
            selected.insert(name, value.clone());
        }
    }
    Ok(Value::Object(selected))
}

/// The names of fields, without what is asked of them: `a,b{c,d},e.limit(0)` is `a`, `b`, `e`.
fn top_level(fields: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    let mut inside = false;
    for character in fields.chars() {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                names.push(String::new());
                inside = false;
                continue;
            }
            '.' => {}
            _ if depth == 0 && !inside => {
                if let Some(name) = names.last_mut() {
                    name.push(character);
                }
            }
            _ => {}
        }
        inside |= matches!(character, '{' | '(' | '.');
    }
    names.retain(|name| !name.is_empty());
    names
}

/// A header's text.
#[must_use]
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The token of an `Authorization` header; Graph APIs take `Bearer` and `OAuth`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, header::AUTHORIZATION.as_str())?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then(|| token.trim().to_owned())
}

fn decoded(form: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(form).map(|(name, value)| (name.into_owned(), value.into_owned()))
}
