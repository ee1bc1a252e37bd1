//! Allowing access (Authorization Code Flow, Refresh Tokens with OAuth 2.0), and the accounts behind it.

use async_trait::async_trait;
use domain::delivery::Failure;
use domain::platform::Platform;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::api::{at, is_code, rejected, versioned};
use super::{API, Access, LOGIN, Linkedin};
use crate::graph::login::USER_ID;
use crate::http::{Body, Effect, Request};
use crate::network::{Connected, Credentials, Profile, Secret};
use crate::token::{Attempt, Consent, Granted, Scope, Token, Way};

/// The way of a person's own profile.
const PERSON: &str = "person";
/// The way of the organizations that a person may post for.
const ORGANIZATION: &str = "organization";

const fn scope(name: &'static str, purpose: &'static str) -> Scope {
    Scope { name, purpose, required: true }
}

/// Two registrations: the product that posts for organizations must be the only one of its app.
static WAYS: [Way; 2] = [
    Way {
        name: PERSON,
        app: "linkedin",
        scopes: &[
            scope("openid", "know who you are"),
            scope("profile", "show your name and picture"),
            Scope { name: "email", purpose: "tell accounts of the same name apart", required: false },
            scope("w_member_social", "publish posts as you"),
        ],
    },
    Way {
        name: ORGANIZATION,
        app: "linkedin-organization",
        scopes: &[
            scope("w_organization_social", "publish posts as an organization"),
            scope("r_organization_social", "find out whether a post is out when an answer is lost"),
            scope("rw_organization_admin", "list your organizations and show figures"),
        ],
    },
];

/// Roles that may post (Organization Access Control by Role).
const POSTING: [&str; 3] = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"];
const PAGE: usize = 100;
const PAGES_MAX: usize = 5;

#[derive(Deserialize)]
struct Issued {
    access_token: Secret,
    expires_in: Option<i64>,
    #[serde(default)]
    scope: String,
    refresh_token: Option<Secret>,
    refresh_token_expires_in: Option<i64>,
}

#[derive(Deserialize)]
struct Member {
    sub: String,
    #[serde(default)]
    name: String,
    picture: Option<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(default = "Vec::new")]
    elements: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    #[serde(alias = "organizationTarget")]
    organization: String,
    role: String,
    role_assignee: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    localized_name: String,
    vanity_name: Option<String>,
}

#[async_trait]
impl Consent for Linkedin {
    fn ways(&self) -> &'static [Way] {
        &WAYS
    }

    fn authorize_url(&self, attempt: &Attempt) -> Url {
        let mut url = at(LOGIN, "/oauth/v2/authorization");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &attempt.app.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("state", &attempt.state)
            .append_pair("scope", &attempt.way.scope_names().join(" "));
        url
    }

    async fn exchange(&self, attempt: &Attempt, code: &str) -> Result<Granted, Failure> {
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", attempt.redirect_uri.clone()),
            ("client_id", attempt.app.client_id.clone()),
            ("client_secret", attempt.app.client_secret.expose().to_owned()),
        ];
        let issued = self.issue(form).await.map_err(|failure| match failure {
            Failure::Rejected { code, message, .. } if code != "invalid_client" => {
                rejected("code-refused", message, "Connect the account again from the start.")
            }
            other => other,
        })?;
        let token = self.token(attempt.way.name, issued);
        let missing = attempt.way.missing(&token.scopes);
        let accounts = if attempt.way.name == ORGANIZATION {
            self.organizations(&token).await?
        } else {
            vec![self.member(token).await?]
        };
        if accounts.is_empty() {
            let message = "this LinkedIn member may not post for any organization";
            let advice =
                "Ask an administrator of the page to make you one, or a content administrator, then connect again.";
            return Err(rejected("no-organization", message, advice));
        }
        Ok(Granted { accounts, missing })
    }
}

impl Linkedin {
    async fn issue(&self, form: Vec<(&'static str, String)>) -> Result<Issued, Failure> {
        const PATH: &str = "/oauth/v2/accessToken";
        self.call(Request::post(at(LOGIN, PATH), PATH, Body::Form(form)), Effect::None).await
    }

    /// What was issued, acting for nobody yet. Scopes come with commas or spaces in between.
    fn token(&self, way: &str, issued: Issued) -> Token {
        let now = self.tools.clock.now();
        let after = |seconds: Option<i64>| now.checked_add(SignedDuration::from_secs(seconds?)).ok();
        let scopes = issued.scope.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned);
        Token {
            network: Platform::Linkedin,
            way: way.to_owned(),
            subject: String::new(),
            access_token: issued.access_token,
            expires_at: after(issued.expires_in),
            refresh_token: issued.refresh_token,
            refresh_expires_at: after(issued.refresh_token_expires_in),
            scopes: scopes.collect(),
            extra: std::collections::BTreeMap::new(),
        }
    }

    async fn member(&self, token: Token) -> Result<Connected, Failure> {
        let profile = self.member_profile(token.access_token.expose()).await?;
        let token = Token { subject: profile.remote_id.clone(), ..token };
        Ok(Connected { profile, credentials: Credentials::Token(token) })
    }

    /// The organizations that the member may post for, each with the same token.
    async fn organizations(&self, token: &Token) -> Result<Vec<Connected>, Failure> {
        let access = Access { token: token.access_token.expose(), author: "" };
        let mut accounts: Vec<Connected> = Vec::new();
        for page in 0..PAGES_MAX {
            let path =
                format!("/rest/organizationAcls?q=roleAssignee&state=APPROVED&start={}&count={PAGE}", page * PAGE);
            let request = versioned(Method::GET, &path, "/rest/organizationAcls", access);
            let roles: Page<Role> = self.call(request, Effect::None).await?;
            let full = roles.elements.len() == PAGE;
            for Role { organization, role, role_assignee } in roles.elements {
                let known = accounts.iter().any(|account| account.profile.remote_id == organization);
                if !known && POSTING.contains(&role.as_str()) {
                    let profile = self.organization_profile(Access { author: &organization, ..access }).await?;
                    let mut token = Token { subject: organization, ..token.clone() };
                    token.extra.extend(role_assignee.map(|member| (USER_ID.to_owned(), Secret::new(member))));
                    accounts.push(Connected { profile, credentials: Credentials::Token(token) });
                }
            }
            if !full {
                break;
            }
        }
        Ok(accounts)
    }

    /// The account behind a token, as it is now.
    pub(super) async fn profile(&self, access: Access<'_>) -> Result<Profile, Failure> {
        if access.is_organization() {
            self.organization_profile(access).await
        } else {
            self.member_profile(access.token).await
        }
    }

    /// LinkedIn tells neither a member's public handle nor their profile's address: the name stands for both.
    async fn member_profile(&self, token: &str) -> Result<Profile, Failure> {
        const PATH: &str = "/v2/userinfo";
        let request = Request::get(at(API, PATH), PATH).bearer(token);
        let member: Member = self.call(request, Effect::None).await?;
        Ok(Profile {
            remote_id: format!("urn:li:person:{}", member.sub),
            handle: member.name.clone(),
            name: member.name,
            avatar_url: member.picture,
            ..Profile::default()
        })
    }

    async fn organization_profile(&self, access: Access<'_>) -> Result<Profile, Failure> {
        let id: String =
            access.author.rsplit(':').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        let request = versioned(Method::GET, &format!("/rest/organizations/{id}"), "/rest/organizations/{id}", access);
        let organization: Organization = self.call(request, Effect::None).await?;
        let vanity = organization.vanity_name.filter(|name| !name.is_empty());
        let url = vanity.as_ref().map(|name| format!("https://www.linkedin.com/company/{name}/"));
        Ok(Profile {
            remote_id: access.author.to_owned(),
            handle: vanity.unwrap_or_else(|| organization.localized_name.clone()),
            name: organization.localized_name,
            url,
            ..Profile::default()
        })
    }

    /// Only apps that LinkedIn approved for it get refresh tokens; all others ask the user again.
    pub(super) async fn renew(&self, token: &Token) -> Result<Token, Failure> {
        let usable = |until: Option<Timestamp>| until.is_none_or(|until| until > self.tools.clock.now());
        let refresh = token.refresh_token.as_ref().filter(|_| usable(token.refresh_expires_at));
        let Some(refresh) = refresh else {
            let message = "LinkedIn's permission has run out, and only the user can give it again";
            return Err(Failure::Revoked { message: message.to_owned() });
        };
        let mut form = self.proof(token).await?;
        form.extend([("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.expose().to_owned())]);
        let issued = self.issue(form).await.map_err(|failure| match failure {
            Failure::Rejected { code, message, .. } if code != "invalid_client" => Failure::Revoked { message },
            other => other,
        })?;
        let renewed = self.token(&token.way, issued);
        let scopes = if renewed.scopes.is_empty() { token.scopes.clone() } else { renewed.scopes };
        Ok(Token {
            subject: token.subject.clone(),
            refresh_token: renewed.refresh_token.or_else(|| token.refresh_token.clone()),
            refresh_expires_at: renewed.refresh_expires_at.or(token.refresh_expires_at),
            scopes,
            extra: token.extra.clone(),
            ..renewed
        })
    }

    /// Gives a person's token up. That of organizations is kept: the member's other organizations, connected by the same
    /// consent, use it too.
    pub(super) async fn give_up(&self, token: &Token) -> Result<(), Failure> {
        const PATH: &str = "/oauth/v2/revoke";
        if token.way == ORGANIZATION {
            return Ok(());
        }
        let mut form = self.proof(token).await?;
        form.push(("token", token.access_token.expose().to_owned()));
        match self.send(Request::post(at(LOGIN, PATH), PATH, Body::Form(form)), Effect::None).await {
            Err(failure) if is_code(&failure, "invalid_client") => Err(failure),
            // Refused: the token is gone already.
            Ok(_) | Err(Failure::Revoked { .. } | Failure::TokenExpired { .. } | Failure::Rejected { .. }) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    async fn proof(&self, token: &Token) -> Result<Vec<(&'static str, String)>, Failure> {
        let way = WAYS.iter().find(|way| way.name == token.way).unwrap_or(&WAYS[0]);
        let app = self.tools.apps.get(way.app).await?;
        let secret = app.client_secret.expose().to_owned();
        Ok(vec![("client_id", app.client_id), ("client_secret", secret)])
    }
}
