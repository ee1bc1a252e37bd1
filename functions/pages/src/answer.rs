//! Answers that caches may keep, and pages for when something is wrong.

use api::ApiError;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use cloud::crypto::sha256;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use store::StoreError;

use crate::look;

/// For what changes when something is published: seconds fresh, then shown while it is fetched anew.
const BRIEFLY: &str = "public, max-age=5, stale-while-revalidate=30";

/// A text to answer with.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    status: StatusCode,
    kind: &'static str,
    cache: &'static str,
    policy: Option<String>,
    body: String,
}

impl Document {
    /// 200 with a body of this type.
    pub(crate) fn new(kind: &'static str, body: impl Into<String>) -> Self {
        Self { status: StatusCode::OK, kind, cache: BRIEFLY, policy: None, body: body.into() }
    }

    /// 200 with a page and the content security policy that it needs.
    pub(crate) fn page(html: String, policy: String) -> Self {
        Self { policy: Some(policy), ..Self::new("text/html; charset=utf-8", html) }
    }

    /// The same with another status.
    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same, kept by caches as this `Cache-Control` says.
    pub(crate) fn cached(self, cache: &'static str) -> Self {
        Self { cache, ..self }
    }

    /// The answer; 304 when the client has it already.
    pub(crate) fn answer(self, request: &HeaderMap) -> Response {
        // Weak, because compression on the way changes the bytes.
        let etag = format!("W/\"{}\"", &sha256(self.body.as_bytes())[..22]);
        let known = self.status == StatusCode::OK && knows(request, &etag);
        let mut response = match known {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => (self.status, Body::from(self.body)).into_response(),
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::CACHE_CONTROL, self.cache);
        set(header::ETAG, &etag);
        if !known {
            set(header::CONTENT_TYPE, self.kind);
        }
        if let Some(policy) = &self.policy {
            set(header::CONTENT_SECURITY_POLICY, policy);
            set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
        }
        response
    }
}

fn knows(request: &HeaderMap, etag: &str) -> bool {
    let bare = etag.trim_start_matches("W/");
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|known| known.trim() == "*" || known.split(',').any(|known| known.trim().trim_start_matches("W/") == bare))
}

/// Why there is no page to show.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// Nothing is at this address.
    Missing,
    /// It cannot be read now.
    Failed(ApiError),
}

impl From<StoreError> for NoPage {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Cursor => Self::Missing,
            error => Self::Failed(error.into()),
        }
    }
}

impl From<cloud::ObjectError> for NoPage {
    fn from(error: cloud::ObjectError) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for NoPage {
    /// A page in the same look: who reads it is no program.
    fn into_response(self) -> Response {
        let (status, title, advice) = match self {
            Self::Missing => {
                (StatusCode::NOT_FOUND, "There is nothing here", "Check the address for a slip, or go back.")
            }
            // The problem's own answer logs its cause.
            Self::Failed(error) => (
                error.into_response().status(),
                "This page cannot be shown right now",
                "Nothing is lost. Try again in a few seconds.",
            ),
        };
        look::notice(title, advice).status(status).answer(&HeaderMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(etag: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(etag).unwrap())])
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let first = Document::new("text/plain", "hello").answer(&HeaderMap::new());
        let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(first.status(), StatusCode::OK);
        for known in [etag.clone(), format!("\"x\", {etag}"), etag.trim_start_matches("W/").to_owned(), "*".into()] {
            let again = Document::new("text/plain", "hello").answer(&asking(&known));
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers()[header::ETAG], etag.as_str());
        }
        assert_eq!(Document::new("text/plain", "other").answer(&asking(&etag)).status(), StatusCode::OK);
    }

    #[test]
    fn nothing_here_is_a_page_with_a_404() {
        let response = NoPage::Missing.into_response();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    }
}
