//! Both logins, the account behind a token, and renewal.

use std::collections::BTreeMap;

use domain::delivery::Failure;
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::media::profile_address;
use super::{BY_FACEBOOK, DIRECT, Instagram};
use crate::graph::login::{Professional, USER_ID, authorize_url as facebook_dialog, refused_code};
use crate::graph::{Access, Fields, at, rejected};
use crate::http::{Body, Effect, Request};
use crate::network::{Connected, Credentials, Profile, Secret};
use crate::token::{Attempt, Granted, Token};

const DIALOG: &str = "https://www.instagram.com/oauth/authorize";
const CODES: &str = "https://api.instagram.com/";
/// Token exchanges have no version.
const TOKENS: &str = "https://graph.instagram.com/";
/// Browsers get this behind the code.
const TAIL: &str = "#_";
const FIELDS: &str = "id,username,name,profile_picture_url";

#[derive(Deserialize)]
struct Short {
    access_token: Secret,
    permissions: Option<Permissions>,
}

/// The answer to a code comes in one of two shapes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answered {
    Wrapped { data: Vec<Short> },
    Flat(Short),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Permissions {
    List(Vec<String>),
    Text(String),
}

#[derive(Deserialize)]
struct Long {
    access_token: Secret,
    expires_in: Option<i64>,
}

#[derive(Deserialize)]
struct Me {
    /// The account as the app knows whoever logged in.
    id: Option<String>,
    /// The professional account, which calls name.
    user_id: Option<String>,
    #[serde(default)]
    username: String,
    name: Option<String>,
    profile_picture_url: Option<String>,
}

/// Where to send the user.
pub(super) fn authorize_url(attempt: &Attempt) -> Url {
    if attempt.way.name == BY_FACEBOOK {
        return facebook_dialog(attempt);
    }
    let mut url: Url = DIALOG.parse().unwrap_or_else(|_| unreachable!("a constant"));
    url.query_pairs_mut()
        .append_pair("client_id", &attempt.app.client_id)
        .append_pair("redirect_uri", &attempt.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &attempt.way.scope_names().join(","))
        .append_pair("state", &attempt.state);
    url
}

impl Instagram {
    /// The account that logged in at Instagram.
    pub(super) async fn account_of_login(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let short = self.short_token(attempt, code).await.map_err(refused_code)?;
        let granted = match short.permissions {
            Some(Permissions::List(list)) => list,
            Some(Permissions::Text(text)) => text.split(',').map(|scope| scope.trim().to_owned()).collect(),
            None => attempt.way.scope_names().into_iter().map(str::to_owned).collect(),
        };
        let missing = attempt.way.optional_missing(&granted)?;
        let query = vec![
            ("grant_type", "ig_exchange_token".to_owned()),
            ("client_secret", attempt.app.client_secret.expose().to_owned()),
        ];
        let long = self.bought("access_token", "/access_token", query, &short.access_token).await;
        let long = long.map_err(refused_code)?;
        let mut token = Token {
            network: Platform::Instagram,
            way: attempt.way.name.to_owned(),
            subject: String::new(),
            expires_at: self.end_of(&long),
            access_token: long.access_token,
            refresh_token: None,
            refresh_expires_at: None,
            scopes: granted,
            extra: BTreeMap::new(),
        };
        let me = self.me(&Access { base: DIRECT, token: &token.access_token, proof: None }).await?;
        let profile = profile_of(&me)?;
        token.subject.clone_from(&profile.remote_id);
        token.extra.extend(me.id.map(|id| (USER_ID.to_owned(), Secret::new(id))));
        let account = Connected { profile, credentials: Credentials::Token(token) };
        Ok(Granted { accounts: vec![account], missing })
    }

    async fn short_token(&self, attempt: &Attempt, code: &str) -> Result<Short, Failure> {
        let form = vec![
            ("client_id", attempt.app.client_id.clone()),
            ("client_secret", attempt.app.client_secret.expose().to_owned()),
            ("grant_type", "authorization_code".to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            ("code", code.trim_end_matches(TAIL).to_owned()),
        ];
        let request = Request::post(at(CODES, "oauth/access_token"), "/oauth/access_token", Body::Form(form));
        let short = match self.graph.send::<Answered>(request, Effect::None).await? {
            Answered::Flat(short) => Some(short),
            Answered::Wrapped { data } => data.into_iter().next(),
        };
        short.ok_or_else(|| Failure::Transient { message: "Instagram gave no token for the code".to_owned() })
    }

    /// The professional accounts linked with the pages of whoever logged in at Facebook.
    pub(super) async fn accounts_of_pages(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let user = self.graph.log_in(attempt, code).await?;
        let missing = attempt.way.optional_missing(&user.granted)?;
        let fields = format!("id,name,access_token,instagram_business_account{{{FIELDS}}}");
        let pages = self.graph.pages(&user, &fields).await?;
        let linked = pages.into_iter().filter_map(|page| Some((page.instagram_business_account?, page.access_token?)));
        let accounts: Vec<Connected> = linked
            .map(|(account, access_token)| {
                let token = Token {
                    network: Platform::Instagram,
                    way: attempt.way.name.to_owned(),
                    subject: account.id.clone(),
                    access_token,
                    expires_at: None,
                    refresh_token: None,
                    refresh_expires_at: None,
                    scopes: user.granted.clone(),
                    extra: user.extra(),
                };
                Connected { profile: profile(account), credentials: Credentials::Token(token) }
            })
            .collect();
        if accounts.is_empty() {
            let message = "none of your pages is linked with a professional Instagram account";
            let advice =
                "Make the Instagram account a professional one, link it with a Facebook page, then connect again.";
            return Err(rejected("no-professional-account", message, advice));
        }
        Ok(Granted { accounts, missing })
    }

    /// The account as it is now.
    pub(super) async fn profile(&self, access: &Access<'_>, token: &Token) -> Result<Profile, Failure> {
        if token.way == BY_FACEBOOK {
            let query = vec![("fields", FIELDS.to_owned())];
            let account: Professional = self.graph.read(access, &token.subject, "/{account}", query).await?;
            return Ok(profile(account));
        }
        profile_of(&self.me(access).await?)
    }

    async fn me(&self, access: &Access<'_>) -> Result<Me, Failure> {
        let query = vec![("fields", format!("user_id,{FIELDS}"))];
        self.graph.read(access, "me", "/me", query).await
    }

    /// The token with 60 more days. One that ran out cannot be renewed: the user must connect again.
    pub(super) async fn renewed(&self, token: &Token) -> Result<Token, Failure> {
        let query = vec![("grant_type", "ig_refresh_token".to_owned())];
        let long = self.bought("refresh_access_token", "/refresh_access_token", query, &token.access_token).await?;
        let expires_at = self.end_of(&long);
        Ok(Token { access_token: long.access_token, expires_at, ..token.clone() })
    }

    /// A token for a token, which these endpoints want in the query.
    async fn bought(
        &self,
        path: &str,
        route: &'static str,
        mut query: Fields,
        token: &Secret,
    ) -> Result<Long, Failure> {
        query.push(("access_token", token.expose().to_owned()));
        let mut url = at(TOKENS, path);
        url.query_pairs_mut().extend_pairs(query);
        let access = Access { base: TOKENS, token, proof: None };
        self.graph.call(Request::get(url, route), &access, Effect::None).await
    }

    fn end_of(&self, long: &Long) -> Option<Timestamp> {
        let lives = SignedDuration::from_secs(long.expires_in?);
        self.graph.tools().clock.now().checked_add(lives).ok()
    }
}

fn profile(account: Professional) -> Profile {
    Profile {
        url: Some(profile_address(&account.username)),
        name: account.name.filter(|name| !name.is_empty()).unwrap_or_else(|| account.username.clone()),
        remote_id: account.id,
        handle: account.username,
        avatar_url: account.profile_picture_url,
        ..Profile::default()
    }
}

fn profile_of(me: &Me) -> Result<Profile, Failure> {
    let Some(id) = me.user_id.clone() else {
        let advice =
            "Make the account a professional one (Business or Creator) in the Instagram app, then connect again.";
        return Err(rejected("not-professional", "this is no professional Instagram account", advice));
    };
    Ok(profile(Professional {
        id,
        username: me.username.clone(),
        name: me.name.clone(),
        profile_picture_url: me.profile_picture_url.clone(),
    }))
}
