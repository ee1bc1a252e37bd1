//! A connection that is under way at the network: what was begun, by whom, in which browser.
//!
//! The `state` that travels through the network names only the organization and a nonce, signed. What
//! it stands for lies in the table, sealed, for ten minutes, and is taken out once. The callback also
//! needs the cookie of the browser that began, so a link cannot plant an account in another's session.

use api::{ApiResult, Caller};
use cloud::crypto::{self, CryptoError, sha256};
use domain::ids::{OrgId, UserId};
use domain::platform::Platform;
use domain::tenancy::OrgScope;
use http::{HeaderMap, header};
use platforms::Secret;
use platforms::mastodon::App;
use serde::{Deserialize, Serialize};
use store::{OrgKey, OrgStore};

use crate::desk::Desk;
use crate::kept;

const PURPOSE: &str = "connect";
const COOKIE: &str = "atelier_connect";
const SECURE: &str = "__Secure-";

/// What was begun.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The network.
    pub(crate) platform: Platform,
    /// Which registration and scopes it is about.
    pub(crate) begun: Begun,
    /// Proves to the network that whoever began also finishes.
    pub(crate) verifier: Secret,
    /// Hash of the cookie's secret.
    browser: String,
    /// Who began.
    pub(crate) user: UserId,
    name: String,
    email: String,
}

/// Which registration and scopes an attempt is about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Begun {
    /// Ours with the instance that the user named.
    Instance(App),
    /// One of the network's ways, by name.
    Way(String),
}

/// What travels outside.
#[derive(Debug)]
pub(crate) struct Started {
    /// Through the network and back.
    pub(crate) state: String,
    /// In the browser's cookie.
    pub(crate) browser_secret: String,
}

impl Pending {
    /// Begins: stores what the callback will need.
    pub(crate) async fn start(
        desk: &Desk,
        store: &OrgStore,
        caller: &Caller,
        platform: Platform,
        begun: Begun,
    ) -> ApiResult<(Self, Started)> {
        let random = &desk.app.cloud.random;
        let (nonce, browser_secret) = (random.secret(), random.secret());
        let pending = Self {
            platform,
            begun,
            verifier: Secret::new(random.secret()),
            browser: sha256(browser_secret.as_bytes()),
            user: caller.user,
            name: caller.name.clone(),
            email: caller.email.clone(),
        };
        kept::keep(desk, store, &OrgKey::Connect(nonce.clone()), &pending).await?;
        let keys = desk.app.cloud.secrets().state_keys().await?;
        let state = keys.sign(PURPOSE, &format!("{} {nonce}", store.org()));
        Ok((pending, Started { state, browser_secret }))
    }

    /// Takes out what a `state` stands for, once: `None` for a state that is not ours or another
    /// network's, was used, is too old, or came back in another browser.
    pub(crate) async fn take(
        desk: &Desk,
        platform: Platform,
        state: &str,
        headers: &HeaderMap,
    ) -> ApiResult<Option<(OrgStore, Self)>> {
        let keys = desk.app.cloud.secrets().state_keys().await?;
        let Some((org, nonce)) = named(keys.verify(PURPOSE, state)) else { return Ok(None) };
        let store = desk.app.table.org(OrgScope::from_verified_secret(org));
        let place = OrgKey::Connect(nonce);
        let Some(pending) = kept::look::<Self>(desk, &store, &place).await? else { return Ok(None) };
        if !pending.is_of(headers) || pending.platform != platform {
            return Ok(None);
        }
        // Of two callbacks with the same state, the one that removes it goes on.
        match store.transact(vec![kept::take(&store, &place)]).await {
            Ok(()) => Ok(Some((store, pending))),
            Err(error) if error.is_conflict() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The PKCE challenge of the verifier (`S256`).
    pub(crate) fn challenge(&self) -> String {
        sha256(self.verifier.expose().as_bytes())
    }

    /// Who began, for what is done in their name.
    pub(crate) fn caller(&self) -> Caller {
        Caller { user: self.user, email: self.email.clone(), name: self.name.clone(), acting: None }
    }

    fn is_of(&self, headers: &HeaderMap) -> bool {
        browser_secret(headers).is_some_and(|secret| crypto::same(&sha256(secret.as_bytes()), &self.browser))
    }
}

/// The organization and nonce that a state of ours names.
fn named(verified: Result<String, CryptoError>) -> Option<(OrgId, String)> {
    let text = verified.ok()?;
    let (org, nonce) = text.split_once(' ')?;
    Some((org.parse().ok()?, nonce.to_owned()))
}

/// The cookie that keeps a secret in the browser until the callback. `Lax`, since the callback is a
/// navigation that another site causes.
pub(crate) fn cookie(secret: &str, base_url: &str) -> String {
    baked(secret, kept::LIFETIME.as_secs(), base_url)
}

/// The cookie that removes [`cookie`]'s.
pub(crate) fn spent_cookie(base_url: &str) -> String {
    baked("", 0, base_url)
}

/// Its name keeps a page without TLS from planting one (RFC 6265bis, "Cookie Name Prefixes"). `__Host-` would widen it
/// to all paths.
fn baked(value: &str, age: impl std::fmt::Display, base_url: &str) -> String {
    let (prefix, secure) = if base_url.starts_with("https://") { (SECURE, "; Secure") } else { ("", "") };
    format!("{prefix}{COOKIE}={value}; Path=/api/accounts/callback; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

fn browser_secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| name.strip_prefix(SECURE).unwrap_or(name) == COOKIE).map(|(_, secret)| secret)
}

#[cfg(test)]
mod tests {
    use domain::ids::Ulid;
    use http::HeaderValue;

    use super::*;

    fn pending() -> Pending {
        let app = App {
            instance: "https://m.example/".parse().unwrap(),
            client_id: "client".into(),
            client_secret: Secret::new("hush"),
        };
        Pending {
            platform: Platform::Mastodon,
            begun: Begun::Instance(app),
            verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            browser: sha256(b"browser"),
            user: UserId::new(Ulid::from(1_u128)),
            name: "Ada".into(),
            email: "ada@example.com".into(),
        }
    }

    fn with_cookies(cookies: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(cookie));
        }
        headers
    }

    #[test]
    fn only_the_browser_that_began_may_finish() {
        let pending = pending();
        assert!(pending.is_of(&with_cookies(&["a=b; atelier_connect=browser; c=d"])));
        assert!(pending.is_of(&with_cookies(&["a=b", "atelier_connect=browser"])));
        assert!(pending.is_of(&with_cookies(&["__Secure-atelier_connect=browser"])));
        for cookies in [&[][..], &["atelier_connect=other"], &["xatelier_connect=browser"], &["atelier_connect="]] {
            assert!(!pending.is_of(&with_cookies(cookies)), "{cookies:?}");
        }
    }

    #[test]
    fn a_state_is_ours_only_with_our_signature() {
        let org = OrgId::new(Ulid::from(7_u128));
        let named = |key: &[u8], state: &str| named(crypto::verify(key, PURPOSE, state));
        let state = crypto::sign(b"key", PURPOSE, &format!("{org} nonce"));
        assert_eq!(named(b"key", &state), Some((org, "nonce".to_owned())));
        assert_eq!(named(b"other", &state), None);
        let cursor = crypto::sign(b"key", "cursor", &format!("{org} nonce"));
        for foreign in ["", "a.b", cursor.as_str(), &state[1..]] {
            assert_eq!(named(b"key", foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_cookie_is_for_the_callback_alone() {
        let secure = cookie("s", "https://atelier.example");
        for part in [
            "__Secure-atelier_connect=s;",
            "Path=/api/accounts/callback;",
            "HttpOnly",
            "SameSite=Lax",
            "; Secure",
            "Max-Age=600",
        ] {
            assert!(secure.contains(part), "{part}");
        }
        assert!(!cookie("s", "http://localhost:4000").contains("Secure"));
        let spent = spent_cookie("https://atelier.example");
        assert!(spent.starts_with("__Secure-atelier_connect=;") && spent.contains("Max-Age=0"));
    }

    #[test]
    fn the_challenge_is_the_verifiers_hash() {
        // The example of RFC 7636, appendix B.
        assert_eq!(pending().challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let text = format!("{:?}", pending());
        assert!(!text.contains("hush") && !text.contains("dBjft"), "{text}");
    }
}
