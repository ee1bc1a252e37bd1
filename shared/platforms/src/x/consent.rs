//! From a code to an account, and how access is renewed and given up: a confidential client, which proves itself by
//! HTTP Basic, with PKCE, which X requires.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::Limits;
use http::header::AUTHORIZATION;
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::X;
use super::api::{at, rejected};
use crate::http::{Body, Effect, Request, Response};
use crate::network::{Connected, Credentials, Profile, Secret};
use crate::token::{Attempt, ClientApp, Consent, Granted, Scope, Token, Way, useless};

const AUTHORIZE: &str = "https://x.com/i/oauth2/authorize";
const TOKEN: &str = "/2/oauth2/token";
const REVOKE: &str = "/2/oauth2/revoke";

const WAYS: &[Way] = &[Way {
    name: "default",
    app: "x",
    scopes: &[
        Scope { name: "tweet.read", purpose: "see your posts", required: true },
        Scope { name: "tweet.write", purpose: "publish posts", required: true },
        Scope { name: "users.read", purpose: "see your profile", required: true },
        Scope { name: "media.write", purpose: "upload pictures and videos", required: false },
        Scope { name: "offline.access", purpose: "publish while you are away", required: true },
    ],
}];

/// Characters that a subscriber may write.
const LONG_TEXT: usize = 25_000;

#[derive(Deserialize)]
struct Issued {
    access_token: Secret,
    expires_in: i64,
    refresh_token: Option<Secret>,
    scope: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
    error_description: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
    username: String,
    profile_image_url: Option<String>,
    subscription_type: Option<String>,
}

#[async_trait]
impl Consent for X {
    fn ways(&self) -> &'static [Way] {
        WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url: Url = AUTHORIZE.parse().unwrap_or_else(|_| unreachable!("the address is a constant"));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &attempt.app.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("scope", &attempt.way.scope_names().join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            ("code_verifier", attempt.verifier.expose().to_owned()),
        ];
        let issued = self.issue(&attempt.app, form).await.map_err(|failure| match failure {
            Failure::Revoked { message } => {
                rejected("code-refused", message, "Connect the account again from the start: a code lasts 30 seconds.")
            }
            other => other,
        })?;
        let mut token = self.kept(issued, attempt.way.name, attempt.way.scope_names());
        let missing = match attempt.way.optional_missing(&token.scopes) {
            Ok(missing) => missing,
            Err(left_out) => return Err(useless(left_out, self.give_up(&token).await)),
        };
        let profile = self.profile(&token.access_token).await?;
        token.subject.clone_from(&profile.remote_id);
        let credentials = Credentials::Token(token);
        Ok(Granted { accounts: vec![Connected { profile, credentials }], missing })
    }
}

impl X {
    /// The account behind a token. Subscribers may write long posts.
    pub(super) async fn profile(&self, token: &Secret) -> Result<Profile, Failure> {
        const PATH: &str = "/2/users/me";
        let mut url = at(PATH);
        url.query_pairs_mut().append_pair("user.fields", "id,username,name,profile_image_url,subscription_type");
        let request = Request::get(url, PATH).bearer(token.expose());
        let user: User = self.call(request, Effect::None).await?;
        let long = matches!(user.subscription_type.as_deref(), Some("Premium" | "PremiumPlus"));
        Ok(Profile {
            url: Some(format!("https://x.com/{}", user.username)),
            remote_id: user.id,
            name: user.name,
            handle: user.username,
            avatar_url: user.profile_image_url,
            instance: None,
            limits: long.then(|| Limits { text_max: Some(LONG_TEXT), ..Limits::default() }),
        })
    }

    /// The next pair of tokens. The refresh token works once.
    pub(super) async fn renewed(&self, token: &Token) -> Result<Token, Failure> {
        let Some(refresh_token) = &token.refresh_token else {
            return Err(Failure::Revoked { message: "X gave no refresh token".to_owned() });
        };
        let app = self.tools.apps.get(WAYS[0].app).await?;
        let form =
            vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh_token.expose().to_owned())];
        let issued = self.issue(&app, form).await?;
        let scopes = token.scopes.iter().map(String::as_str).collect();
        let next = self.kept(issued, &token.way, scopes);
        let refresh_token = next.refresh_token.clone().or_else(|| token.refresh_token.clone());
        Ok(Token { subject: token.subject.clone(), extra: token.extra.clone(), refresh_token, ..next })
    }

    /// Revokes both tokens. What X does not know any more is given up already.
    pub(super) async fn give_up(&self, token: &Token) -> Result<(), Failure> {
        let app = self.tools.apps.get(WAYS[0].app).await?;
        let refresh = token.refresh_token.iter().map(|secret| (secret, "refresh_token"));
        for (secret, hint) in refresh.chain([(&token.access_token, "access_token")]) {
            let form = vec![
                ("token", secret.expose().to_owned()),
                ("token_type_hint", hint.to_owned()),
                ("client_id", app.client_id.clone()),
            ];
            let request = proven(Request::post(at(REVOKE), REVOKE, Body::Form(form)), &app);
            let sent = self.tools.http.send(request).await;
            let response = sent.map_err(|error| error.classify(Effect::None))?;
            match self.refusal(&response) {
                failure @ (Failure::Transient { .. } | Failure::RateLimited { .. } | Failure::Throttled { .. })
                    if !response.status.is_success() =>
                {
                    return Err(failure);
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn issue(&self, app: &ClientApp, form: Vec<(&'static str, String)>) -> Result<Issued, Failure> {
        let request = proven(Request::post(at(TOKEN), TOKEN, Body::Form(form)), app);
        let sent = self.tools.http.send(request).await;
        let response = sent.map_err(|error| error.classify(Effect::None))?;
        let issued = response.json().filter(|_| response.status.is_success());
        issued.ok_or_else(|| self.refusal(&response))
    }

    /// What the token endpoints refuse with: their errors have a form of their own.
    fn refusal(&self, response: &Response) -> Failure {
        let refused: Option<Refused> = response.json();
        let refused = refused.filter(|refused| !refused.error.is_empty());
        match (response.status.as_u16(), refused) {
            (400 | 401, Some(refused)) => {
                let message = format!("{}: {}", refused.error, refused.error_description);
                if matches!(refused.error.as_str(), "unauthorized_client" | "invalid_client") {
                    let advice = "The operator of this installation must check the app's id and secret for X.";
                    return rejected("app-refused", message, advice);
                }
                Failure::Revoked { message }
            }
            (401, None) => Failure::Revoked { message: "X refuses the renewal".to_owned() },
            (429, _) => self.classify(response, Effect::None),
            _ => Failure::Transient { message: format!("X answered {} to a request for tokens", response.status) },
        }
    }

    fn kept(&self, issued: Issued, way: &str, asked: Vec<&str>) -> Token {
        let lives = SignedDuration::from_secs(issued.expires_in);
        let told = issued.scope.as_deref().map(|scopes| scopes.split(' ').collect());
        let scopes: Vec<&str> = told.unwrap_or(asked);
        Token {
            network: Platform::X,
            way: way.to_owned(),
            subject: String::new(),
            access_token: issued.access_token,
            expires_at: self.tools.clock.now().checked_add(lives).ok(),
            refresh_token: issued.refresh_token,
            refresh_expires_at: None,
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            extra: std::collections::BTreeMap::new(),
        }
    }
}

/// The request with the proof that it is our app's.
fn proven(request: Request, app: &ClientApp) -> Request {
    let pair = format!("{}:{}", app.client_id, app.client_secret.expose());
    request.header(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(pair)))
}
