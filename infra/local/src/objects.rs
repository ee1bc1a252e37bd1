//! The stand-in for S3: files in a folder, reached only by signed or presigned requests.
//!
//! The object server writes to a draft and renames it, so a crash leaves no half object; it does not
//! sync, so we do before answering: what was accepted survives a power cut too.

mod forget;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderValue, Method, StatusCode, header};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

pub(crate) use forget::sweep_uploads;

use crate::Credentials;

/// The media bucket's name, and so its path on the public listener.
pub(crate) const BUCKET: &str = "atelier-media";

/// What every object's path begins with.
const PREFIX: &str = "/atelier-media/";

#[derive(Clone)]
struct Objects {
    service: S3Service,
    root: PathBuf,
    /// The one origin whose pages may use the bucket.
    origin: HeaderValue,
}

/// Serves the bucket from `root`, path style.
///
/// # Errors
/// When the folder cannot be made.
pub(crate) fn routes(root: PathBuf, credentials: &Credentials, origin: &str) -> anyhow::Result<Router> {
    std::fs::create_dir_all(root.join(BUCKET))?;
    let files =
        s3s_fs::FileSystem::new(&root).map_err(|error| anyhow::anyhow!("cannot use {}: {error:?}", root.display()))?;
    let mut builder = S3ServiceBuilder::new(files);
    // With a key pair set, the server refuses every request that is not signed with it.
    builder.set_auth(SimpleAuth::from_single(credentials.access_key.as_str(), credentials.secret_key.as_str()));
    let objects = Objects { service: builder.build(), root, origin: HeaderValue::from_str(origin)? };
    Ok(Router::new()
        .route(&format!("/{BUCKET}"), any(serve))
        .route(&format!("/{BUCKET}/"), any(serve))
        .route(&format!("/{BUCKET}/{{*key}}"), any(serve))
        .with_state(Arc::new(objects)))
}

async fn serve(State(objects): State<Arc<Objects>>, request: Request) -> Response {
    let from_page = request.headers().get(header::ORIGIN) == Some(&objects.origin);
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        objects.answer(request).await
    };
    let headers = response.headers_mut();
    // An uploaded file must never act as a page of this origin, whatever type it claims to have.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if from_page {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, objects.origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, PUT"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    }
    response
}

impl Objects {
    async fn answer(&self, request: Request) -> Response {
        let writes = matches!(*request.method(), Method::PUT | Method::POST);
        let deletes = *request.method() == Method::DELETE;
        let path = request.uri().path().to_owned();
        let request = request.map(s3s::Body::http_body_unsync);
        let response = match self.service.call(request).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                tracing::error!(?error, "the object store failed");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        if (writes || deletes) && response.status().is_success() {
            let root = self.root.clone();
            let settled = tokio::task::spawn_blocking(move || match path.strip_prefix(PREFIX) {
                Some(key) if deletes => forget::attributes(&root, key),
                _ => sync(&root, &path),
            });
            if !matches!(settled.await, Ok(Ok(()))) {
                tracing::error!("an object's change could not be finished on disk");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
        response
    }
}

/// Syncs an object's file, and the folders that name it and its attributes.
fn sync(root: &Path, path: &str) -> std::io::Result<()> {
    let relative = Path::new(path.trim_start_matches('/'));
    let plain = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let file = root.join(relative);
    // An upload in parts has no file before its last step.
    if plain && file.is_file() {
        std::fs::File::open(&file)?.sync_all()?;
        if let Some(parent) = file.parent() {
            std::fs::File::open(parent)?.sync_all()?;
        }
    }
    std::fs::File::open(root)?.sync_all()
}
