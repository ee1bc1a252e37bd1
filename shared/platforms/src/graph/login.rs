//! Facebook Login for servers: from a code to the pages of a user ("Manually Build a Login Flow", "Get Long-Lived
//! Tokens").
//!
//! A code buys a token of hours, that one a token of 60 days, and with the latter the pages' own tokens have no end.
//! There is nothing to renew later: whatever ends a page's token (a changed password, a lost role, the app removed)
//! only the user can mend.

use std::collections::BTreeMap;

use domain::delivery::Failure;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::{Access, Fields, Graph, app_secret_proof, at, rejected};
use crate::http::{Body, Effect, Request};
use crate::network::Secret;
use crate::token::{Attempt, ClientApp};

/// Host and version of the Graph API.
pub(crate) const BASE: &str = "https://graph.facebook.com/v25.0/";
const DIALOG: &str = "https://www.facebook.com/v25.0/dialog/oauth";

/// Extra of a token: the user's id as the app knows it, which deauthorization and deletion requests name.
pub const USER_ID: &str = "user_id";
/// Extra of a token: when the user's own token ends, which a page's token outlives.
pub const USER_UNTIL: &str = "user_until";

/// A permission that lets pages be found which a business holds; asked for, but never needed.
const BUSINESSES: &str = "business_management";
const PER_PAGE: &str = "100";
const PAGES_MAX: usize = 20;

/// A user who allowed access.
#[derive(Debug)]
pub(crate) struct User {
    /// As the app knows them.
    pub(crate) id: String,
    /// What they allowed.
    pub(crate) granted: Vec<String>,
    /// When their token ends, if Facebook says so.
    pub(crate) until: Option<Timestamp>,
    token: Secret,
    app: ClientApp,
}

/// A page, with its token.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Page {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) picture: Option<Picture>,
    pub(crate) access_token: Option<Secret>,
    #[serde(default)]
    pub(crate) tasks: Vec<String>,
    pub(crate) instagram_business_account: Option<Professional>,
}

/// The picture of a page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Picture {
    pub(crate) data: PictureData,
}

/// Its content.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PictureData {
    pub(crate) url: Option<String>,
}

/// A professional Instagram account that a page is linked with.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Professional {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) profile_picture_url: Option<String>,
}

#[derive(Deserialize)]
struct Bought {
    access_token: Secret,
    expires_in: Option<i64>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Permission {
    permission: String,
    status: String,
}

/// A page of a list.
#[derive(Deserialize)]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

/// Where to send the user.
pub(crate) fn authorize_url(attempt: &Attempt) -> Url {
    let mut url: Url = DIALOG.parse().unwrap_or_else(|_| unreachable!("a constant"));
    url.query_pairs_mut()
        .append_pair("client_id", &attempt.app.client_id)
        .append_pair("redirect_uri", &attempt.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &attempt.way.scope_names().join(","))
        .append_pair("state", &attempt.state);
    url
}

/// What a code, or what it led to, was refused for. The user starts again whatever it is.
pub(crate) fn refused_code(failure: Failure) -> Failure {
    match failure {
        Failure::Revoked { message } | Failure::TokenExpired { message } | Failure::Rejected { message, .. } => {
            rejected("code-refused", message, "Connect the account again from the start.")
        }
        other => other,
    }
}

impl Graph {
    /// Turns a code into a user with a long-lived token.
    pub(crate) async fn log_in(&self, attempt: &Attempt, code: &str) -> Result<User, Failure> {
        let app = attempt.app.clone();
        let credentials = || -> Fields {
            vec![("client_id", app.client_id.clone()), ("client_secret", app.client_secret.expose().to_owned())]
        };
        let mut form = credentials();
        form.extend([("redirect_uri", attempt.redirect_uri.clone()), ("code", code.to_owned())]);
        let short = self.buy(form).await.map_err(refused_code)?;
        let mut form = credentials();
        let short_token = short.access_token.expose().to_owned();
        form.extend([("grant_type", "fb_exchange_token".to_owned()), ("fb_exchange_token", short_token)]);
        let long = self.buy(form).await.map_err(refused_code)?;
        let now = self.tools().clock.now();
        let until = long.expires_in.and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
        let mut user = User { id: String::new(), granted: Vec::new(), until, token: long.access_token, app };
        user.id = self.read::<Id>(&user.access(), "me", "/me", vec![("fields", "id".to_owned())]).await?.id;
        let permissions: List<Permission> =
            self.read(&user.access(), "me/permissions", "/me/permissions", Vec::new()).await?;
        let granted = permissions.data.into_iter().filter(|permission| permission.status == "granted");
        user.granted = granted.map(|permission| permission.permission).collect();
        Ok(user)
    }

    /// A token for what `form` offers. The secrets go in the body, where no log keeps them.
    async fn buy(&self, form: Fields) -> Result<Bought, Failure> {
        let url = at(BASE, "oauth/access_token");
        self.send(Request::post(url, "/oauth/access_token", Body::Form(form)), Effect::None).await
    }

    /// The pages of a user, those that businesses hold included where the user allows looking.
    pub(crate) async fn pages(&self, user: &User, fields: &str) -> Result<Vec<Page>, Failure> {
        let access = user.access();
        let mut pages: Vec<Page> = self.all(&access, "me/accounts", "/me/accounts", fields).await?;
        if user.granted.iter().any(|granted| granted == BUSINESSES) {
            // What cannot be looked at there only makes the choice smaller.
            let held: Vec<Id> = self.all(&access, "me/businesses", "/me/businesses", "id").await.unwrap_or_default();
            for business in held {
                for edge in ["owned_pages", "client_pages"] {
                    let path = format!("{}/{edge}", business.id);
                    let more = self.all(&access, &path, "/{business}/{pages}", fields).await;
                    pages.extend(more.unwrap_or_default());
                }
            }
        }
        let by_id: BTreeMap<String, Page> = pages.iter().rev().map(|page| (page.id.clone(), page.clone())).collect();
        let mut order: Vec<String> = Vec::new();
        for page in pages {
            if !order.contains(&page.id) {
                order.push(page.id);
            }
        }
        Ok(order.iter().filter_map(|id| by_id.get(id).cloned()).filter(|page| page.access_token.is_some()).collect())
    }

    /// Every item of a list, page by page.
    async fn all<T: DeserializeOwned>(
        &self,
        access: &Access<'_>,
        path: &str,
        route: &'static str,
        fields: &str,
    ) -> Result<Vec<T>, Failure> {
        let mut items = Vec::new();
        let mut after = None;
        for _ in 0..PAGES_MAX {
            let mut query: Fields = vec![("fields", fields.to_owned()), ("limit", PER_PAGE.to_owned())];
            query.extend(after.map(|after| ("after", after)));
            let list: List<T> =
                self.call(access.request(Method::GET, path, route, query), access, Effect::None).await?;
            items.extend(list.data);
            let paging = list.paging.filter(|paging| paging.next.is_some());
            after = paging.and_then(|paging| paging.cursors?.after);
            if after.is_none() {
                break;
            }
        }
        Ok(items)
    }
}

impl User {
    fn access(&self) -> Access<'_> {
        let proof = Some(app_secret_proof(&self.token, &self.app.client_secret));
        Access { base: BASE, token: &self.token, proof }
    }

    /// What a page's token keeps of the user.
    pub(crate) fn extra(&self) -> BTreeMap<String, Secret> {
        let mut extra = BTreeMap::from([(USER_ID.to_owned(), Secret::new(self.id.clone()))]);
        if let Some(until) = self.until {
            extra.insert(USER_UNTIL.to_owned(), Secret::new(until.to_string()));
        }
        extra
    }
}
