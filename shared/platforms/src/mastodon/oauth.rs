//! Registration with an instance, signing in with a code and PKCE, and the account behind a token.

use domain::delivery::Failure;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::api::{at, rejected};
use super::{Access, Mastodon, instance};
use crate::http::{Body, Effect, Request};
use crate::network::{Connected, Credentials, Profile, Secret, foreign_credentials};

/// Enough to read back and to publish, and nothing more.
const SCOPES: &str = "read:accounts read:statuses write:statuses write:media";

/// Our registration with one instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Origin of the instance.
    pub instance: Url,
    /// Our name there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: Secret,
}

#[derive(Deserialize)]
struct Token {
    access_token: Secret,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    username: String,
    #[serde(default)]
    display_name: String,
    avatar: Option<String>,
    url: Option<String>,
}

impl Mastodon {
    /// Registers with the instance that a user names, as a host, an address or a handle.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with advice when that is not such a server; others may pass.
    pub async fn register(&self, instance: &str, redirect_uri: &str) -> Result<App, Failure> {
        let instance = instance::normal(instance, self.http.allow_loopback())?;
        let body = json!({
            "client_name": "Atelier",
            "redirect_uris": redirect_uri,
            "scopes": SCOPES,
            "website": Url::parse(redirect_uri).ok().map(|url| url.origin().ascii_serialization()),
        });
        let request = Request::post(at(&instance, "/api/v1/apps"), "/api/v1/apps", Body::Json(body));
        let registered: Registered = self.call(request, Effect::None).await.map_err(|failure| match failure {
            Failure::Rejected { code, message, .. } if code != "address-refused" => {
                rejected("no-instance", message, "Check the server's address: it does not answer like Mastodon.")
            }
            other => other,
        })?;
        Ok(App { instance, client_id: registered.client_id, client_secret: registered.client_secret })
    }

    /// Where to send the user. `challenge` is the SHA-256 of the verifier, base64url.
    #[must_use]
    pub fn authorize_url(&self, app: &App, redirect_uri: &str, state: &str, challenge: &str) -> Url {
        let mut url = at(&app.instance, "/oauth/authorize");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &app.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", SCOPES)
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// Turns the code that the user came back with into a connected account.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when the code is not accepted; others may pass, but the code may be
    /// spent: the user starts again.
    pub async fn exchange(
        &self,
        app: &App,
        redirect_uri: &str,
        code: &str,
        verifier: &str,
    ) -> Result<Connected, Failure> {
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("client_id", app.client_id.clone()),
            ("client_secret", app.client_secret.expose().to_owned()),
            ("redirect_uri", redirect_uri.to_owned()),
            ("code_verifier", verifier.to_owned()),
        ];
        let request = Request::post(at(&app.instance, "/oauth/token"), "/oauth/token", Body::Form(form));
        let token: Token = self.call(request, Effect::None).await.map_err(|failure| match failure {
            Failure::Revoked { message } | Failure::Rejected { message, .. } => {
                rejected("code-refused", message, "Connect the account again from the start.")
            }
            other => other,
        })?;
        let credentials = Credentials::Mastodon {
            instance: app.instance.clone(),
            access_token: token.access_token,
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
        };
        let profile = self.profile(Access::of(&credentials)?).await?;
        Ok(Connected { profile, credentials })
    }

    /// The account behind a token, with its instance's limits.
    pub(super) async fn profile(&self, access: Access<'_>) -> Result<Profile, Failure> {
        const PATH: &str = "/api/v1/accounts/verify_credentials";
        let request = Request::get(at(access.instance, PATH), PATH).bearer(access.token);
        let account: Account = self.call(request, Effect::None).await?;
        let limits = self.limits(access.instance).await?;
        let host = access.instance.host_str().unwrap_or_default().to_owned();
        let name = Some(account.display_name.trim()).filter(|name| !name.is_empty());
        Ok(Profile {
            name: name.unwrap_or(&account.username).to_owned(),
            handle: format!("{}@{host}", account.username),
            remote_id: account.id,
            avatar_url: account.avatar,
            url: account.url,
            instance: Some(host),
            limits: Some(limits),
        })
    }

    pub(super) async fn revoke_token(&self, credentials: &Credentials) -> Result<(), Failure> {
        let Credentials::Mastodon { instance, access_token, client_id, client_secret } = credentials else {
            return Err(foreign_credentials());
        };
        let form = vec![
            ("client_id", client_id.clone()),
            ("client_secret", client_secret.expose().to_owned()),
            ("token", access_token.expose().to_owned()),
        ];
        let request = Request::post(at(instance, "/oauth/revoke"), "/oauth/revoke", Body::Form(form));
        match self.send(request, Effect::None).await {
            // Refused: the token or the registration is gone already.
            Ok(_) | Err(Failure::Revoked { .. } | Failure::Rejected { .. }) => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}
