//! Tokens: access and id tokens live five minutes, refresh tokens thirty days.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::error::PoolError;
use super::keys::Claims;
use super::store::{self, Family, User};
use super::trigger::Source;
use super::{CLIENT, Pool};
use crate::random;

/// Seconds that access and id tokens live: a removed member is out within five minutes.
pub(super) const LIFETIME: i64 = 300;
/// Milliseconds that a refresh token lives.
const REFRESH_LIFETIME: i64 = 30 * 24 * 3_600_000;

/// What a sign-in or a refresh gives.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) id: String,
    /// Only after a sign-in.
    pub(super) refresh: Option<String>,
}

impl Pool {
    /// Tokens for a person who just signed in, as the start of `family`.
    ///
    /// # Errors
    /// `Trigger`, or when the file cannot be written.
    pub(super) async fn issue(
        &self,
        user: &User,
        family: Family,
        source: Source,
        nonce: Option<&str>,
    ) -> Result<Tokens, PoolError> {
        let tokens = self.mint(user, &family, source, nonce).await?;
        let refresh = random::token();
        let (secret, expires) = (refresh.clone(), self.now() + REFRESH_LIFETIME);
        self.database.run(move |c| store::insert_family(c, &family, &secret, expires)).await?;
        Ok(Tokens { refresh: Some(refresh), ..tokens })
    }

    /// New access and id tokens for a refresh token.
    ///
    /// # Errors
    /// `NotAuthorized` when it is unknown, expired or revoked.
    pub(super) async fn refresh(&self, refresh: &str) -> Result<Tokens, PoolError> {
        let (refresh, now) = (refresh.to_owned(), self.now());
        let found = self
            .database
            .run(move |c| match store::family_by_refresh(c, &refresh, now)? {
                Some(family) => Ok(store::user_by_sub(c, &family.sub)?.map(|user| (family, user))),
                None => Ok(None),
            })
            .await?;
        let (family, user) = found.ok_or(PoolError::NotAuthorized("Invalid Refresh Token"))?;
        self.mint(&user, &family, Source::RefreshTokens, None).await
    }

    /// Ends the family of a refresh token. One that is not known is fine.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn revoke(&self, refresh: &str) -> Result<(), PoolError> {
        let (refresh, now) = (refresh.to_owned(), self.now());
        let revoke = move |c: &rusqlite::Connection| match store::family_by_refresh(c, &refresh, now)? {
            Some(family) => store::drop_family(c, &family.id),
            None => Ok(()),
        };
        Ok(self.database.run(revoke).await?)
    }

    /// The person behind a valid access token whose family still lives.
    ///
    /// # Errors
    /// `NotAuthorized` for every other token.
    pub(super) async fn bearer(&self, token: &str) -> Result<User, PoolError> {
        let invalid = || PoolError::NotAuthorized("Access Token has been revoked or is not valid");
        let claims = self.keys.verify(token, &self.issuer(), self.now() / 1000).ok_or_else(invalid)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(invalid);
        let (sub, family) = (text("sub")?, text("origin_jti")?);
        if text("token_use")? != "access" || !self.database.run(move |c| store::family_lives(c, &family)).await? {
            return Err(invalid());
        }
        self.person(sub).await?.ok_or_else(invalid)
    }

    async fn mint(
        &self,
        user: &User,
        family: &Family,
        source: Source,
        nonce: Option<&str>,
    ) -> Result<Tokens, PoolError> {
        let additions = self.token_generation(user, source, &family.scope).await?;
        let now = self.now() / 1000;
        let common = json!({
            "iss": self.issuer(), "sub": user.sub, "origin_jti": family.id, "event_id": random::uuid(),
            "auth_time": family.auth_time / 1000, "iat": now, "exp": now + LIFETIME,
        });
        let access = json!({ "token_use": "access", "client_id": CLIENT, "scope": family.scope, "username": user.sub,
            "jti": random::uuid() });
        let access = self.keys.sign(&merged([&common, &access], &additions.access))?;
        let mut id = json!({ "token_use": "id", "aud": CLIENT, "email": user.email, "email_verified": true,
            "name": user.name, "cognito:username": user.sub, "jti": random::uuid(), "at_hash": at_hash(&access) });
        if let Some(nonce) = nonce {
            id["nonce"] = nonce.into();
        }
        let id = self.keys.sign(&merged([&common, &id], &additions.id))?;
        Ok(Tokens { access, id, refresh: None })
    }
}

/// Claims that say who signed in, where and until when: as in Cognito, a trigger cannot change them.
const FIXED: [&str; 15] = [
    "iss",
    "sub",
    "aud",
    "client_id",
    "token_use",
    "scope",
    "username",
    "cognito:username",
    "exp",
    "iat",
    "auth_time",
    "jti",
    "origin_jti",
    "at_hash",
    "nonce",
];

fn merged(parts: [&Value; 2], additions: &Claims) -> Claims {
    let mut claims = Map::new();
    for part in parts.into_iter().filter_map(Value::as_object) {
        claims.extend(part.clone());
    }
    let allowed = additions.iter().filter(|(name, _)| !FIXED.contains(&name.as_str()));
    claims.extend(allowed.map(|(name, value)| (name.clone(), value.clone())));
    claims
}

fn at_hash(access: &str) -> String {
    let hash = digest(&SHA256, access.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}
