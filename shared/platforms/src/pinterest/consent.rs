//! Allowing access, and renewing it: each renewal yields a new refresh token too, which is stored in place of
//! the old one.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::delivery::Failure;
use domain::platform::Platform;
use http::header::AUTHORIZATION;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::api::{at, rejected};
use super::{Pinterest, SITE};
use crate::http::{Body, Effect, Request};
use crate::network::{Connected, Credentials, Profile, Secret};
use crate::token::{Attempt, ClientApp, Consent, Granted, Scope, Token, Way};

const WAYS: &[Way] = &[Way {
    name: "default",
    app: "pinterest",
    scopes: &[
        Scope { name: "user_accounts:read", purpose: "see which account it is, and its figures", required: true },
        Scope { name: "boards:read", purpose: "list your boards", required: true },
        Scope { name: "boards:write", purpose: "put pins on your boards", required: true },
        Scope { name: "pins:read", purpose: "see whether a pin is there, and how it does", required: true },
        Scope { name: "pins:write", purpose: "create and delete pins", required: true },
    ],
}];

/// An answer of the token endpoint.
#[derive(Deserialize)]
struct Issued {
    access_token: Secret,
    expires_in: Option<i64>,
    refresh_token: Option<Secret>,
    refresh_token_expires_in: Option<i64>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    id: Option<String>,
    username: String,
    #[serde(default)]
    business_name: Option<String>,
    #[serde(default)]
    profile_image: Option<String>,
}

#[async_trait]
impl Consent for Pinterest {
    fn ways(&self) -> &'static [Way] {
        WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url: Url = format!("{SITE}/oauth/").parse().expect("a constant address");
        url.query_pairs_mut()
            .append_pair("client_id", &attempt.app.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &attempt.way.scope_names().join(","))
            .append_pair("state", &attempt.state);
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            // Apps of before 2025-09-25 get tokens that cannot be renewed for ever without it.
            ("continuous_refresh", "true".to_owned()),
        ];
        let issued = self.ask_for_token(&attempt.app, form).await.map_err(|failure| match failure {
            Failure::TokenExpired { message } | Failure::Revoked { message } | Failure::Rejected { message, .. } => {
                rejected("code-refused", message, "Connect the account again from the start.")
            }
            other => other,
        })?;
        let mut token = self.token(issued, attempt.way, None);
        let profile = self.profile(&token).await?;
        token.subject.clone_from(&profile.remote_id);
        let missing = attempt.way.missing(&token.scopes);
        Ok(Granted { accounts: vec![Connected { profile, credentials: Credentials::Token(token) }], missing })
    }
}

impl Pinterest {
    /// A new token for `old`, with the refresh token that replaces its own.
    pub(super) async fn renew(&self, old: &Token) -> Result<Token, Failure> {
        let spent = || Failure::Revoked { message: "the access cannot be renewed".to_owned() };
        let refresh = old.refresh_token.as_ref().ok_or_else(spent)?;
        let app = self.tools.apps.get(WAYS[0].app).await?;
        let form = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.expose().to_owned())];
        let issued = self.ask_for_token(&app, form).await.map_err(|failure| match failure {
            Failure::TokenExpired { message } | Failure::Rejected { message, .. } => Failure::Revoked { message },
            other => other,
        })?;
        Ok(self.token(issued, WAYS[0], Some(old)))
    }

    async fn ask_for_token(&self, app: &ClientApp, form: Vec<(&'static str, String)>) -> Result<Issued, Failure> {
        let basic = STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret.expose()));
        let request = Request::post(at("/oauth/token"), "/v5/oauth/token", Body::Form(form))
            .header(AUTHORIZATION, &format!("Basic {basic}"));
        self.call(request, Effect::None).await
    }

    /// What was issued; where the answer is silent, what was known before stays.
    fn token(&self, issued: Issued, way: Way, old: Option<&Token>) -> Token {
        let now = self.tools.clock.now();
        let scopes = issued.scope.as_deref().map(|scope| {
            scope.split([' ', ',']).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        });
        let asked = || way.scope_names().into_iter().map(str::to_owned).collect();
        Token {
            network: Platform::Pinterest,
            way: way.name.to_owned(),
            subject: old.map(|old| old.subject.clone()).unwrap_or_default(),
            access_token: issued.access_token,
            expires_at: after(now, issued.expires_in),
            refresh_expires_at: match &issued.refresh_token {
                Some(_) => after(now, issued.refresh_token_expires_in),
                None => old.and_then(|old| old.refresh_expires_at),
            },
            refresh_token: issued.refresh_token.or_else(|| old?.refresh_token.clone()),
            scopes: scopes.or_else(|| old.map(|old| old.scopes.clone())).unwrap_or_else(asked),
            extra: std::collections::BTreeMap::new(),
        }
    }

    /// The account that a token acts for.
    pub(super) async fn profile(&self, token: &Token) -> Result<Profile, Failure> {
        let request = Request::get(at("/user_account"), "/v5/user_account").bearer(token.access_token.expose());
        let account: Account = self.call(request, Effect::None).await?;
        let name = account.business_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        Ok(Profile {
            name: name.unwrap_or(&account.username).to_owned(),
            avatar_url: account.profile_image,
            url: Some(format!("{SITE}/{}/", account.username)),
            // Older answers have no id; the username is unique too.
            remote_id: account.id.unwrap_or_else(|| account.username.clone()),
            handle: account.username,
            instance: None,
            limits: None,
        })
    }
}

fn after(now: Timestamp, seconds: Option<i64>) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_secs(seconds?)).ok()
}
