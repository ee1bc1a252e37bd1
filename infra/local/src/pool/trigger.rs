//! Calls the trigger function with the events Cognito sends.

use serde_json::{Value, json};

use super::error::PoolError;
use super::keys::Claims;
use super::store::User;
use super::{CLIENT, POOL, Pool};
use crate::aws::REGION;

/// The function that AWS would call by the pool's configuration.
const FUNCTION: &str = "identity";

/// Why tokens are made; Cognito's name for it goes into the event.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// On the hosted pages.
    HostedAuth,
    /// Through the JSON protocol.
    Authentication,
    /// With a refresh token.
    RefreshTokens,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::HostedAuth => "TokenGeneration_HostedAuth",
            Self::Authentication => "TokenGeneration_Authentication",
            Self::RefreshTokens => "TokenGeneration_RefreshTokens",
        }
    }
}

/// What the function adds to the tokens.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) id: Claims,
    pub(super) access: Claims,
}

impl Pool {
    /// Tells the function that somebody confirmed their address.
    ///
    /// # Errors
    /// `Trigger` with the function's words.
    pub(super) async fn post_confirmation(&self, user: &User) -> Result<(), PoolError> {
        let user = &User { confirmed: true, ..user.clone() };
        let mut event = envelope("1", "PostConfirmation_ConfirmSignUp", user);
        event["response"] = json!({});
        self.call(event).await.map(drop)
    }

    /// Asks the function which claims to add.
    ///
    /// # Errors
    /// `Trigger` with the function's words.
    pub(super) async fn token_generation(
        &self,
        user: &User,
        source: Source,
        scope: &str,
    ) -> Result<Additions, PoolError> {
        let mut event = envelope("2", source.name(), user);
        let scopes: Vec<&str> = scope.split(' ').collect();
        event["request"]["scopes"] = json!(scopes);
        event["request"]["groupConfiguration"] =
            json!({ "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null });
        event["response"] = json!({ "claimsAndScopeOverrideDetails": null });
        let answer = self.call(event).await?;
        let details = &answer["response"]["claimsAndScopeOverrideDetails"];
        let added = |token: &str| details[token]["claimsToAddOrOverride"].as_object().cloned().unwrap_or_default();
        Ok(Additions { id: added("idTokenGeneration"), access: added("accessTokenGeneration") })
    }

    /// Without the function there is no trigger, as in a pool that has none configured.
    async fn call(&self, event: Value) -> Result<Value, PoolError> {
        if !self.invoker.knows(FUNCTION) {
            return Ok(event);
        }
        self.invoker.invoke(FUNCTION, event).await.map_err(|error| {
            tracing::error!(%error, "the identity trigger failed");
            PoolError::Trigger(format!("{FUNCTION} failed with error {error}."))
        })
    }
}

fn envelope(version: &str, source: &str, user: &User) -> Value {
    json!({
        "version": version, "triggerSource": source, "region": REGION, "userPoolId": POOL, "userName": user.sub,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT },
        "request": { "userAttributes": {
            "sub": user.sub, "email": user.email, "email_verified": user.confirmed.to_string(), "name": user.name,
            "cognito:user_status": if user.confirmed { "CONFIRMED" } else { "UNCONFIRMED" },
        } },
    })
}
