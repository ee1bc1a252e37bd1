//! Sessions: signing in, renewing, signing out, and the account's profile.

use domain::delivery::Failure;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::identity::{DidDocument, Located};
use super::xrpc::{is_absent, method, rejected};
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::network::{Credentials, Profile, Secret};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    did: String,
    access_jwt: Secret,
    refresh_jwt: Secret,
    did_doc: Option<DidDocument>,
}

#[derive(Deserialize)]
struct Current {
    did: String,
    handle: String,
    active: Option<bool>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    value: Value,
}

impl Bluesky {
    pub(super) async fn create_session(&self, account: &Located, password: &str) -> Result<Credentials, Failure> {
        const METHOD: &str = "com.atproto.server.createSession";
        let body = json!({"identifier": account.identifier, "password": password.trim()});
        let request = Request::post(method(&account.service, METHOD), METHOD, Body::Json(body));
        let tokens: Tokens = self.call(request, Effect::None).await.map_err(|failure| match failure {
            Failure::Revoked { message } => rejected(
                "AuthenticationRequired",
                message,
                "Check the handle, and create an app password in Bluesky's settings under Privacy and security.",
            ),
            other => other,
        })?;
        if account.did.as_ref().is_some_and(|did| *did != tokens.did) {
            return Err(rejected("WrongAccount", "the server signed in another account", "Check the handle."));
        }
        let named = tokens.did_doc.as_ref().and_then(DidDocument::pds).filter(|_| account.entry_point);
        Ok(credentials(named.unwrap_or_else(|| account.service.clone()), tokens))
    }

    pub(super) async fn refresh_session(&self, session: Session<'_>) -> Result<Credentials, Failure> {
        const METHOD: &str = "com.atproto.server.refreshSession";
        let url = method(session.service, METHOD);
        let request = Request::new(Method::POST, url, METHOD).bearer(session.refresh);
        let renewed = self.call::<Tokens>(request, Effect::None).await.map_err(spent)?;
        if renewed.did != session.did {
            return Err(Failure::Revoked { message: "the server renewed another account's session".to_owned() });
        }
        Ok(credentials(session.service.clone(), renewed))
    }

    pub(super) async fn delete_session(&self, session: Session<'_>) -> Result<(), Failure> {
        const METHOD: &str = "com.atproto.server.deleteSession";
        let url = method(session.service, METHOD);
        let request = Request::new(Method::POST, url, METHOD).bearer(session.refresh);
        let response = self.http.send(request).await.map_err(|error| error.classify(Effect::None))?;
        // Refused: the session is gone already.
        if response.status.is_server_error() {
            return Err(Failure::Transient { message: format!("the server answered {}", response.status) });
        }
        Ok(())
    }

    /// The account as its own server knows it. The picture's address is that of the network's
    /// public image service.
    pub(super) async fn profile(&self, session: Session<'_>) -> Result<Profile, Failure> {
        const METHOD: &str = "com.atproto.server.getSession";
        let request = Request::get(method(session.service, METHOD), METHOD).bearer(session.access);
        let current: Current = self.call(request, Effect::None).await?;
        if current.did != session.did {
            return Err(Failure::Revoked { message: "the session belongs to another account".to_owned() });
        }
        if current.active == Some(false) {
            let status = current.status.unwrap_or_else(|| "inactive".to_owned());
            let advice = "Sign in to Bluesky and see what it says.";
            return Err(rejected("AccountInactive", format!("the account is {status}"), advice));
        }
        let record = self.profile_record(session).await?;
        let name = record["displayName"].as_str().map(str::trim).filter(|name| !name.is_empty());
        let avatar = record["avatar"]["ref"]["$link"].as_str();
        Ok(Profile {
            name: name.unwrap_or(&current.handle).to_owned(),
            avatar_url: avatar.map(|cid| format!("https://cdn.bsky.app/img/avatar/plain/{}/{cid}@jpeg", session.did)),
            url: Some(format!("https://bsky.app/profile/{}", session.did)),
            instance: session.service.host_str().map(str::to_owned),
            remote_id: current.did,
            handle: current.handle,
            limits: None,
        })
    }

    /// The profile that the user filled in; null when there is none yet.
    async fn profile_record(&self, session: Session<'_>) -> Result<Value, Failure> {
        const METHOD: &str = "com.atproto.repo.getRecord";
        let mut url = method(session.service, METHOD);
        url.query_pairs_mut()
            .append_pair("repo", session.did)
            .append_pair("collection", "app.bsky.actor.profile")
            .append_pair("rkey", "self");
        match self.call::<Record>(Request::get(url, METHOD), Effect::None).await {
            Ok(record) => Ok(record.value),
            Err(failure) if is_absent(&failure) => Ok(Value::Null),
            Err(failure) => Err(failure),
        }
    }
}

fn credentials(service: Url, tokens: Tokens) -> Credentials {
    Credentials::Bluesky { service, did: tokens.did, access_jwt: tokens.access_jwt, refresh_jwt: tokens.refresh_jwt }
}

/// A refresh token that ran out, unlike an access token, can only be replaced by signing in again.
fn spent(failure: Failure) -> Failure {
    match failure {
        Failure::TokenExpired { message } => Failure::Revoked { message },
        other => other,
    }
}
