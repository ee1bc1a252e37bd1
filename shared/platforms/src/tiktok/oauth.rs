//! Login Kit v2: consent with a `client_key` and comma-separated scopes; access for a day, and a refresh token of a year
//! that may change with every use. For web apps it has no PKCE.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::platform::Platform;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::Tiktok;
use super::api::{at, rejected};
use crate::http::{Body, Effect, Request, Response};
use crate::network::{Connected, Credentials, Secret};
use crate::token::{Attempt, ClientApp, Consent, Granted, Scope, Token, Way, useless};

const AUTHORIZE: &str = "https://www.tiktok.com/v2/auth/authorize/";
/// Name of the registration.
const APP: &str = "tiktok";
/// The scope without which lost photos cannot be found.
pub(super) const LIST: &str = "video.list";

static WAYS: [Way; 1] = [Way {
    name: "default",
    app: APP,
    scopes: &[
        Scope { name: "user.info.basic", purpose: "see the account's name and picture", required: true },
        Scope {
            name: "user.info.profile",
            purpose: "see the account's handle, for links to its posts",
            required: true,
        },
        Scope { name: "video.publish", purpose: "publish videos and photos", required: true },
        Scope { name: LIST, purpose: "find its public posts again and see how they do", required: false },
    ],
}];

#[derive(Deserialize)]
struct Given {
    open_id: String,
    #[serde(default)]
    scope: String,
    access_token: Secret,
    expires_in: Option<i64>,
    refresh_token: Option<Secret>,
    refresh_expires_in: Option<i64>,
}

/// The shape of errors at these endpoints, which may come with any status.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OauthError {
    error: String,
    error_description: String,
}

#[async_trait]
impl Consent for Tiktok {
    fn ways(&self) -> &'static [Way] {
        &WAYS
    }

    #[expect(clippy::expect_used, reason = "the address is a constant of this file")]
    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url: Url = AUTHORIZE.parse().expect("a constant address is well formed");
        url.query_pairs_mut()
            .append_pair("client_key", &attempt.app.client_id)
            .append_pair("scope", &attempt.way.scope_names().join(","))
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("state", &attempt.state);
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let mut form = app_fields(&attempt.app);
        form.extend([
            ("code", code.to_owned()),
            ("grant_type", "authorization_code".to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
        ]);
        let given = self.ask_token(form).await.map_err(|failure| match failure {
            Failure::Revoked { message } => {
                rejected("code-refused", message, "Connect the account again from the start.")
            }
            other => other,
        })?;
        let mut token = Token {
            network: Platform::Tiktok,
            way: attempt.way.name.to_owned(),
            subject: String::new(),
            access_token: Secret::new(""),
            expires_at: None,
            refresh_token: None,
            refresh_expires_at: None,
            scopes: Vec::new(),
            extra: BTreeMap::new(),
        };
        token = self.with(token, given);
        let missing = match attempt.way.optional_missing(&token.scopes) {
            Ok(missing) => missing,
            Err(left_out) => return Err(useless(left_out, self.give_up(&token).await)),
        };
        let profile = self.profile(token.access_token.expose()).await?;
        Ok(Granted { accounts: vec![Connected { profile, credentials: Credentials::Token(token) }], missing })
    }
}

impl Tiktok {
    /// Fresh tokens. The old refresh token may be spent even when the answer is lost.
    pub(super) async fn renew(&self, old: &Token) -> Result<Token, Failure> {
        let Some(refresh_token) = &old.refresh_token else {
            return Err(Failure::Revoked { message: "there is no refresh token".to_owned() });
        };
        let mut form = app_fields(&self.apps.get(APP).await?);
        form.extend([("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh_token.expose().to_owned())]);
        let given = self.ask_token(form).await?;
        Ok(self.with(old.clone(), given))
    }

    /// Takes the access back; a success is answered with nothing. A token that TikTok no longer knows is one, too.
    pub(super) async fn give_up(&self, token: &Token) -> Result<(), Failure> {
        let mut form = app_fields(&self.apps.get(APP).await?);
        form.push(("token", token.access_token.expose().to_owned()));
        let request = Request::post(at("oauth/revoke/")?, "oauth/revoke/", Body::Form(form));
        let response = self.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        let OauthError { error, .. } = response.json().unwrap_or_default();
        match error.as_str() {
            "" if response.status.is_success() => Ok(()),
            "invalid_grant" | "invalid_request" | "access_token_invalid" => Ok(()),
            _ => Err(refusal(&response)),
        }
    }

    async fn ask_token(&self, form: Vec<(&'static str, String)>) -> Result<Given, Failure> {
        let request = Request::post(at("oauth/token/")?, "oauth/token/", Body::Form(form));
        let response = self.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        // An error may come with status 200, so what was given decides.
        response.json().ok_or_else(|| refusal(&response))
    }

    fn with(&self, token: Token, given: Given) -> Token {
        let until = |seconds: Option<i64>| -> Option<Timestamp> {
            self.clock.now().checked_add(SignedDuration::from_secs(seconds?)).ok()
        };
        let scopes: Vec<String> = given.scope.split(',').map(|scope| scope.trim().to_owned()).collect();
        Token {
            subject: given.open_id,
            access_token: given.access_token,
            expires_at: until(given.expires_in),
            refresh_token: given.refresh_token.or(token.refresh_token),
            refresh_expires_at: until(given.refresh_expires_in).or(token.refresh_expires_at),
            scopes: if given.scope.is_empty() { token.scopes } else { scopes },
            ..token
        }
    }
}

/// One answer, one class, for the token endpoints.
fn refusal(response: &Response) -> Failure {
    let OauthError { error, error_description } = response.json().unwrap_or_default();
    let message = [error_description, error.clone()]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| format!("TikTok answered {}", response.status));
    match error.as_str() {
        "invalid_grant" => Failure::Revoked { message },
        "invalid_client" | "unauthorized_client" => rejected(
            &error,
            message,
            "The operator must check the registration at TikTok: key, secret, redirect address.",
        ),
        _ if response.status == StatusCode::TOO_MANY_REQUESTS => Failure::RateLimited { retry_at: None, message },
        "" => Failure::Transient { message },
        _ if response.status.is_server_error() => Failure::Transient { message },
        _ => rejected(&error, message, "Connect the account again from the start."),
    }
}

fn app_fields(app: &ClientApp) -> Vec<(&'static str, String)> {
    vec![("client_key", app.client_id.clone()), ("client_secret", app.client_secret.expose().to_owned())]
}
