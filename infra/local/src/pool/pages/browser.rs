//! What a browser carries: its session, and the token that proves a form is ours.

use axum::response::{AppendHeaders, IntoResponseParts};
use http::{HeaderMap, HeaderName, header};

use crate::pool::error::PoolError;
use crate::pool::{PREFIX, Pool, store};
use crate::random;

/// The cookie of a signed-in browser.
const SESSION: &str = "atelier_session";
/// The cookie of a browser between sign-up and confirmation.
const PENDING: &str = "atelier_pending";
/// The cookie that a form's hidden field must repeat.
const FORM: &str = "atelier_form";

/// Days that a browser stays signed in.
const SESSION_DAYS: i64 = 30;
/// Days that a sign-up can be confirmed in the same browser.
const PENDING_DAYS: i64 = 1;
const DAY: i64 = 24 * 3_600_000;

/// The cookies of a request.
#[derive(Clone, Debug, Default)]
pub(in crate::pool) struct Browser {
    pub(in crate::pool) session: Option<String>,
    pub(super) pending: Option<String>,
    form: Option<String>,
}

impl Browser {
    /// Reads the cookies.
    pub(in crate::pool) fn of(headers: &HeaderMap) -> Self {
        let mut browser = Self::default();
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        for (name, value) in lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                SESSION => browser.session = Some(value.to_owned()),
                PENDING => browser.pending = Some(value.to_owned()),
                FORM => browser.form = Some(value.to_owned()),
                _ => {}
            }
        }
        browser
    }

    /// The token for the next form: the one the browser has, or a new one.
    pub(super) fn form_token(&self) -> String {
        self.form.clone().filter(|token| token.len() == 43).unwrap_or_else(random::token)
    }

    /// Whether a form with this hidden field was shown by us to this browser.
    pub(super) fn sent(&self, field: &str) -> bool {
        self.form.as_deref().is_some_and(|token| token.len() == 43 && token == field)
    }

    /// Ends the session in the browser.
    pub(in crate::pool) fn forget_session() -> Cookie {
        Cookie { name: SESSION, value: String::new(), seconds: 0 }
    }

    /// Keeps the form token.
    pub(super) fn remember_form(token: &str) -> Cookie {
        Cookie { name: FORM, value: token.to_owned(), seconds: 24 * 3600 }
    }
}

/// A cookie to be set; scripts cannot read it, other sites cannot send it with forms.
pub(in crate::pool) struct Cookie {
    name: &'static str,
    value: String,
    seconds: i64,
}

impl Pool {
    /// Response headers that set the cookies.
    pub(in crate::pool) fn cookies<const N: usize>(&self, cookies: [Cookie; N]) -> impl IntoResponseParts + use<N> {
        let secure = if self.base_url.starts_with("https:") { "; Secure" } else { "" };
        AppendHeaders(cookies.map(|Cookie { name, value, seconds }| -> (HeaderName, String) {
            let cookie = format!("{name}={value}; Path={PREFIX}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
            (header::SET_COOKIE, cookie)
        }))
    }

    /// Whose signed-in session the browser carries, and since when (milliseconds).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(in crate::pool) async fn session(&self, browser: &Browser) -> Result<Option<(String, i64)>, PoolError> {
        self.carried(browser.session.clone(), "signed-in").await
    }

    /// Whose sign-up this browser began.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) async fn pending(&self, browser: &Browser) -> Result<Option<String>, PoolError> {
        Ok(self.carried(browser.pending.clone(), "pending").await?.map(|(sub, _)| sub))
    }

    async fn carried(&self, token: Option<String>, kind: &'static str) -> Result<Option<(String, i64)>, PoolError> {
        let Some(token) = token else { return Ok(None) };
        let now = self.now();
        Ok(self.database.run(move |c| store::session(c, &token, kind, now)).await?)
    }

    /// Signs the browser in.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn begin_session(&self, sub: String) -> Result<Cookie, PoolError> {
        self.begin(SESSION, "signed-in", sub, SESSION_DAYS).await
    }

    /// Remembers that this browser began a sign-up.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn begin_pending(&self, sub: String) -> Result<Cookie, PoolError> {
        self.begin(PENDING, "pending", sub, PENDING_DAYS).await
    }

    async fn begin(&self, name: &'static str, kind: &'static str, sub: String, days: i64) -> Result<Cookie, PoolError> {
        let (token, now) = (random::token(), self.now());
        let kept = token.clone();
        self.database.run(move |c| store::insert_session(c, &kept, &sub, kind, now, now + days * DAY)).await?;
        Ok(Cookie { name, value: token, seconds: days * DAY / 1000 })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::Browser;

    #[test]
    fn a_form_counts_only_with_the_token_of_its_browser() {
        let token = crate::random::token();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", format!("x=1; atelier_form={token}").parse().unwrap());
        let browser = Browser::of(&headers);
        assert!(browser.sent(&token));
        assert!(!browser.sent(&crate::random::token()));
        assert!(!Browser::default().sent(""));
    }
}
