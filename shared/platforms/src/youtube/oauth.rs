//! Google's OAuth 2.0 for web servers: consent with PKCE, access tokens of an hour, a refresh token that stays the same.
//!
//! The refresh token dies when the user takes the access back, after six months without use, and after seven days as long
//! as the app's consent screen is in testing.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::platform::Platform;
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::Youtube;
use super::api::{rejected, without_answer};
use crate::http::{Body, Effect, Request, Response};
use crate::network::{Connected, Credentials, Secret};
use crate::token::{Attempt, ClientApp, Consent, Granted, Scope, Token, Way, useless};

const AUTHORIZE: &str = "https://accounts.google.com/o/oauth2/v2/auth";
const TOKEN: &str = "https://oauth2.googleapis.com/token";
const REVOKE: &str = "https://oauth2.googleapis.com/revoke";
/// Name of the registration.
const APP: &str = "youtube";

static WAYS: [Way; 1] = [Way {
    name: "default",
    app: APP,
    scopes: &[
        Scope { name: "https://www.googleapis.com/auth/youtube.upload", purpose: "publish videos", required: true },
        Scope {
            name: "https://www.googleapis.com/auth/youtube.readonly",
            purpose: "see the channel, its playlists and how videos do",
            required: true,
        },
        Scope {
            name: "https://www.googleapis.com/auth/youtube.force-ssl",
            purpose: "write the first comment, add subtitles, add videos to playlists and delete them",
            required: false,
        },
    ],
}];

#[derive(Deserialize)]
struct Given {
    access_token: Secret,
    #[serde(default)]
    expires_in: Option<i64>,
    refresh_token: Option<Secret>,
    #[serde(default)]
    scope: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OauthError {
    error: String,
    error_description: String,
}

#[async_trait]
impl Consent for Youtube {
    fn ways(&self) -> &'static [Way] {
        &WAYS
    }

    /// `prompt=consent` with `access_type=offline` gives a refresh token each time, also to who connects again.
    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url = fixed(AUTHORIZE);
        url.query_pairs_mut()
            .append_pair("client_id", &attempt.app.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &attempt.way.scope_names().join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("access_type", "offline")
            .append_pair("prompt", "consent")
            .append_pair("include_granted_scopes", "true")
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let mut form = app_fields(&attempt.app);
        form.extend([
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            ("code_verifier", attempt.verifier.expose().to_owned()),
        ]);
        let given = self.ask_token(form).await.map_err(|failure| match failure {
            Failure::Revoked { message } => {
                rejected("code-refused", message, "Connect the account again from the start.")
            }
            other => other,
        })?;
        let scopes: Vec<String> = given.scope.split_whitespace().map(str::to_owned).collect();
        let missing = match attempt.way.optional_missing(&scopes) {
            Ok(missing) => missing,
            Err(left_out) => {
                let secret = given.refresh_token.as_ref().unwrap_or(&given.access_token);
                return Err(useless(left_out, self.revoke_secret(secret).await));
            }
        };
        let Some(refresh_token) = given.refresh_token else {
            let advice = "Remove Atelier from the Google account's connected apps, then connect again.";
            return Err(rejected("no-refresh-token", "Google gave access for an hour only", advice));
        };
        let profile = self.profile(given.access_token.expose()).await?;
        let token = Token {
            network: Platform::Youtube,
            way: attempt.way.name.to_owned(),
            subject: profile.remote_id.clone(),
            access_token: given.access_token,
            expires_at: self.until(given.expires_in),
            refresh_token: Some(refresh_token),
            refresh_expires_at: None,
            scopes,
            extra: BTreeMap::new(),
        };
        Ok(Granted { accounts: vec![Connected { profile, credentials: Credentials::Token(token) }], missing })
    }
}

impl Youtube {
    /// A fresh access token; the refresh token stays unless another one comes.
    pub(super) async fn renew(&self, old: &Token) -> Result<Token, Failure> {
        let Some(refresh_token) = &old.refresh_token else {
            return Err(Failure::Revoked { message: "there is no refresh token".to_owned() });
        };
        let mut form = app_fields(&self.apps.get(APP).await?);
        form.extend([("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh_token.expose().to_owned())]);
        let given = self.ask_token(form).await?;
        let scopes: Vec<String> = given.scope.split_whitespace().map(str::to_owned).collect();
        Ok(Token {
            access_token: given.access_token,
            expires_at: self.until(given.expires_in),
            refresh_token: given.refresh_token.or_else(|| old.refresh_token.clone()),
            scopes: if scopes.is_empty() { old.scopes.clone() } else { scopes },
            ..old.clone()
        })
    }

    /// Takes the access back. A token that Google no longer knows is a success.
    pub(super) async fn give_up(&self, token: &Token) -> Result<(), Failure> {
        self.revoke_secret(token.refresh_token.as_ref().unwrap_or(&token.access_token)).await
    }

    async fn revoke_secret(&self, secret: &Secret) -> Result<(), Failure> {
        let form = vec![("token", secret.expose().to_owned())];
        let request = Request::post(fixed(REVOKE), "/revoke", Body::Form(form));
        let response = self.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        match response.status {
            status if status.is_success() => Ok(()),
            StatusCode::BAD_REQUEST => Ok(()),
            _ => Err(refusal(&response)),
        }
    }

    async fn ask_token(&self, form: Vec<(&'static str, String)>) -> Result<Given, Failure> {
        let request = Request::post(fixed(TOKEN), "/token", Body::Form(form));
        let response = self.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        if !response.status.is_success() {
            return Err(refusal(&response));
        }
        response.json().ok_or_else(|| without_answer("Google sent an unreadable answer".to_owned(), Effect::None))
    }

    fn until(&self, seconds: Option<i64>) -> Option<jiff::Timestamp> {
        self.clock.now().checked_add(SignedDuration::from_secs(seconds?)).ok()
    }
}

/// One answer, one class, for the token endpoints, whose errors have another shape.
fn refusal(response: &Response) -> Failure {
    let status = response.status;
    let OauthError { error, error_description } = response.json().unwrap_or_default();
    let message = [error_description, error.clone()]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| format!("Google answered {status}"));
    match error.as_str() {
        "invalid_grant" => Failure::Revoked { message },
        "invalid_client" | "unauthorized_client" | "redirect_uri_mismatch" => rejected(
            &error,
            message,
            "The operator must check the registration at Google: id, secret, redirect address.",
        ),
        _ if status == StatusCode::TOO_MANY_REQUESTS => Failure::RateLimited { retry_at: None, message },
        "" => Failure::Transient { message },
        _ if status.is_server_error() => Failure::Transient { message },
        _ => rejected(&error, message, "Connect the account again from the start."),
    }
}

fn app_fields(app: &ClientApp) -> Vec<(&'static str, String)> {
    vec![("client_id", app.client_id.clone()), ("client_secret", app.client_secret.expose().to_owned())]
}

/// One of the fixed addresses above.
#[expect(clippy::expect_used, reason = "the addresses are constants of this file, and every test goes through them")]
fn fixed(address: &str) -> Url {
    address.parse().expect("a constant address is well formed")
}
