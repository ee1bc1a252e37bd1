//! The front end's built files, and what it needs to know about this process.

use std::path::{Path, PathBuf};

use anyhow::bail;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::json;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use url::Url;

use crate::{mail, pool};

/// Scripts, styles and fonts of our own; styles in attributes, which the component library sets;
/// pictures from anywhere (avatars of other networks); frames for the silent renewal of sign-ins.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob: https:; media-src 'self' blob: https:; font-src 'self' data:; \
                      connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/// The built front end in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    folder: Option<PathBuf>,
}

impl Site {
    /// Takes the folder, which must hold a build; without one, no pages are served.
    ///
    /// # Errors
    /// When there is no build; the message says what to do.
    pub(crate) fn open(folder: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(folder) = folder
            && !folder.join("index.html").is_file()
        {
            bail!(
                "the front end is not built (no index.html in {}): run `make run`, or set FRONTEND_DIST",
                folder.display()
            );
        }
        Ok(Self { folder: folder.map(Path::to_owned) })
    }

    /// Serves the files; addresses without a file get the page itself, which knows its own routes. `sandbox` is where
    /// the simulated networks show what people would see, when networks are simulated.
    pub(crate) fn routes(&self, base_url: &str, sandbox: Option<&Url>) -> Router {
        let config = config(base_url, sandbox);
        let routes = Router::new().route("/config.json", get(async move || Json(config)));
        let routes = match &self.folder {
            None => routes,
            Some(folder) => routes
                .nest_service("/assets", ServeDir::new(folder.join("assets")).precompressed_br().precompressed_gzip())
                .fallback_service(
                    ServeDir::new(folder)
                        .precompressed_br()
                        .precompressed_gzip()
                        .fallback(ServeFile::new(folder.join("index.html"))),
                ),
        };
        routes.layer(CompressionLayer::new()).layer(middleware::from_fn(headers))
    }
}

fn config(base_url: &str, sandbox: Option<&Url>) -> serde_json::Value {
    let login = |path: &str| format!("{base_url}{}{path}", pool::PREFIX);
    json!({
        "issuer": pool::issuer(base_url),
        "client_id": pool::CLIENT,
        "authorization_endpoint": login("/oauth2/authorize"),
        "token_endpoint": login("/oauth2/token"),
        "revocation_endpoint": login("/oauth2/revoke"),
        "end_session_endpoint": login("/logout"),
        "version": env!("CARGO_PKG_VERSION"),
        "embedded": true,
        "mailbox": mail::PATH,
        "sandbox": sandbox.is_some(),
        "sandbox_url": sandbox.map(Url::as_str),
    })
}

/// Files under `/assets` have their content's hash in their name and never change.
async fn headers(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with("/assets/");
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut response = next.run(request).await;
    let lasting = hashed && response.status().is_success();
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let all = [
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
