//! From a code to an account: a code buys a token of an hour, and that one a token of sixty days.

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::{Threads, access};
use crate::graph::at;
use crate::graph::login::refused_code;
use crate::http::{Body, Effect, Request};
use crate::network::{Connected, Credentials, Profile, Secret};
use crate::token::{Attempt, Consent, Granted, Scope, Token, Way};

const AUTHORIZE: &str = "https://threads.net/oauth/authorize";
/// The token endpoints have no version.
const HOST: &str = "https://graph.threads.net/";
/// How long a lasting token lives when Threads does not say, in seconds.
const LASTS: i64 = 60 * 24 * 3600;

const WAYS: &[Way] = &[Way {
    name: "default",
    app: "threads",
    scopes: &[
        Scope { name: "threads_basic", purpose: "see your profile and posts", required: true },
        Scope { name: "threads_content_publish", purpose: "publish posts", required: true },
        Scope { name: "threads_manage_replies", purpose: "publish threads and first comments", required: false },
        Scope {
            name: "threads_read_replies",
            purpose: "find parts of threads again after a lost answer",
            required: false,
        },
        Scope { name: "threads_manage_insights", purpose: "see how posts do", required: false },
        Scope { name: "threads_delete", purpose: "delete posts", required: false },
    ],
}];

#[derive(Deserialize)]
struct Issued {
    access_token: Secret,
    expires_in: Option<i64>,
}

#[derive(Deserialize)]
struct Inspected {
    data: About,
}

#[derive(Deserialize)]
struct About {
    #[serde(default)]
    scopes: Vec<String>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    #[serde(default)]
    name: String,
    threads_profile_picture_url: Option<String>,
}

#[async_trait]
impl Consent for Threads {
    fn ways(&self) -> &'static [Way] {
        WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url: Url = AUTHORIZE.parse().unwrap_or_else(|_| unreachable!("the address is a constant"));
        url.query_pairs_mut()
            .append_pair("client_id", &attempt.app.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &attempt.way.scope_names().join(","))
            .append_pair("state", &attempt.state);
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let short = self.buy(attempt, code.trim_end_matches("#_")).await.map_err(refused_code)?;
        let mut url = at(HOST, "access_token");
        url.query_pairs_mut()
            .append_pair("grant_type", "th_exchange_token")
            .append_pair("client_secret", attempt.app.client_secret.expose())
            .append_pair("access_token", short.access_token.expose());
        let request = Request::get(url, "/access_token");
        let issued: Issued = self.graph.send(request, Effect::None).await.map_err(refused_code)?;
        let mut token = self.kept(issued, attempt.way.name);
        token.scopes = self.scopes(&token).await.map_err(refused_code)?;
        let missing = attempt.way.optional_missing(&token.scopes)?;
        let profile = self.profile(&token).await?;
        token.subject.clone_from(&profile.remote_id);
        let credentials = Credentials::Token(token);
        Ok(Granted { accounts: vec![Connected { profile, credentials }], missing })
    }
}

impl Threads {
    async fn buy(&self, attempt: &Attempt, code: &str) -> Result<Issued, Failure> {
        let form = vec![
            ("client_id", attempt.app.client_id.clone()),
            ("client_secret", attempt.app.client_secret.expose().to_owned()),
            ("grant_type", "authorization_code".to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            ("code", code.to_owned()),
        ];
        let request = Request::post(at(HOST, "oauth/access_token"), "/oauth/access_token", Body::Form(form));
        self.graph.send(request, Effect::None).await
    }

    /// What the user allowed; the token's answer does not say.
    async fn scopes(&self, token: &Token) -> Result<Vec<String>, Failure> {
        let fields = vec![("input_token", token.access_token.expose().to_owned())];
        let inspected: Inspected = self.graph.read(&access(token), "debug_token", "/debug_token", fields).await?;
        Ok(inspected.data.scopes)
    }

    /// The account behind a token.
    pub(super) async fn profile(&self, token: &Token) -> Result<Profile, Failure> {
        let fields = vec![("fields", "id,username,name,threads_profile_picture_url".to_owned())];
        let user: User = self.graph.read(&access(token), "me", "/me", fields).await?;
        let name = Some(user.name).filter(|name| !name.trim().is_empty());
        Ok(Profile {
            remote_id: user.id,
            name: name.unwrap_or_else(|| user.username.clone()),
            url: Some(page_of(&user.username)),
            handle: user.username,
            avatar_url: user.threads_profile_picture_url,
            instance: None,
            limits: None,
        })
    }

    /// Sixty more days. Only a token that works, and that is a day old, can be renewed.
    pub(super) async fn renewed(&self, token: &Token) -> Result<Token, Failure> {
        if token.expires_at.is_some_and(|until| until <= self.graph.tools().clock.now()) {
            return Err(Failure::Revoked { message: "the access of sixty days has ended".to_owned() });
        }
        let mut url = at(HOST, "refresh_access_token");
        url.query_pairs_mut()
            .append_pair("grant_type", "th_refresh_token")
            .append_pair("access_token", token.access_token.expose());
        let issued = self.graph.call(Request::get(url, "/refresh_access_token"), &access(token), Effect::None).await?;
        let next = self.kept(issued, &token.way);
        Ok(Token { subject: token.subject.clone(), scopes: token.scopes.clone(), extra: token.extra.clone(), ..next })
    }

    fn kept(&self, issued: Issued, way: &str) -> Token {
        let lives = SignedDuration::from_secs(issued.expires_in.unwrap_or(LASTS));
        Token {
            network: Platform::Threads,
            way: way.to_owned(),
            subject: String::new(),
            access_token: issued.access_token,
            expires_at: self.graph.tools().clock.now().checked_add(lives).ok(),
            refresh_token: None,
            refresh_expires_at: None,
            scopes: Vec::new(),
            extra: std::collections::BTreeMap::new(),
        }
    }
}

/// The page of an account.
pub(super) fn page_of(username: &str) -> String {
    format!("https://www.threads.com/@{username}")
}
