//! The stand-in for a Cognito user pool: people, passwords, one-time codes, sessions and tokens;
//! its JSON protocol, and the hosted sign-in pages with OAuth 2.0 (authorization code and PKCE).

mod api;
mod codes;
mod error;
mod exchange;
mod guard;
mod keys;
mod oauth;
mod pages;
mod passwords;
mod people;
mod request;
mod store;
mod tokens;
mod trigger;
mod view;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;

pub(crate) use keys::{Claims, Keys};

use crate::SharedClock;
use crate::invoke::Invoker;
use crate::mail::{self, Mailbox};
use crate::secrets::Secrets;
use crate::sqlite::Sqlite;
use passwords::Passwords;

/// The page's client at the pool.
pub(crate) const CLIENT: &str = "atelier-spa";
/// The pool's id in trigger events.
const POOL: &str = "local_atelier";
/// Where the sign-in pages and OAuth endpoints are served.
pub(crate) const PREFIX: &str = "/_local/login";
/// How often expired codes and sessions are deleted.
const TIDY: Duration = Duration::from_secs(3600);

/// The user pool.
pub(crate) struct Pool {
    database: Sqlite,
    mailbox: Mailbox,
    clock: SharedClock,
    keys: Arc<Keys>,
    passwords: Passwords,
    invoker: Invoker,
    /// Atelier's public origin, without a trailing slash.
    base_url: String,
    /// Whether whoever waits for a code can look into the mailbox.
    mailbox_opens: bool,
}

impl Pool {
    /// Opens the pool's file and key.
    ///
    /// # Errors
    /// When one of them cannot be opened or made.
    pub(crate) fn open(
        path: &Path,
        origin: &url::Url,
        clock: SharedClock,
        secrets: &Secrets,
        mailbox: Mailbox,
        invoker: Invoker,
    ) -> anyhow::Result<Arc<Self>> {
        let pool = Arc::new(Self {
            database: store::open(path)?,
            mailbox,
            clock,
            keys: Arc::new(Keys::open(secrets)?),
            passwords: Passwords::new()?,
            invoker,
            base_url: origin.as_str().trim_end_matches('/').to_owned(),
            mailbox_opens: mail::is_on_this_machine(origin),
        });
        tokio::spawn(tidy(Arc::downgrade(&pool)));
        Ok(pool)
    }

    /// The issuer of every token.
    pub(crate) fn issuer(&self) -> String {
        issuer(&self.base_url)
    }

    /// What checks our tokens.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

/// The issuer for a public origin.
pub(crate) fn issuer(base_url: &str) -> String {
    format!("{base_url}{PREFIX}/pool")
}

/// The hosted pages and OAuth endpoints.
pub(crate) fn routes(pool: &Arc<Pool>) -> Router {
    pages::routes().merge(oauth::routes()).with_state(Arc::clone(pool))
}

async fn tidy(pool: std::sync::Weak<Pool>) {
    let mut ticks = tokio::time::interval(TIDY);
    loop {
        ticks.tick().await;
        let Some(pool) = pool.upgrade() else { return };
        let now = pool.now();
        if let Err(error) = pool.database.run(move |c| store::tidy(c, now)).await {
            tracing::error!(%error, "expired sessions could not be deleted");
        }
    }
}
