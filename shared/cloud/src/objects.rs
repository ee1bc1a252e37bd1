//! S3: media, reached by presigned requests from outside and by plain ones from functions.
//!
//! Every key names the tenant, and only a verified scope builds one. Uploads land in a folder of their
//! own and are copied into the library once checked: an upload address that still works can then no
//! longer change what was checked, and the bucket's own rule sweeps what nobody completed.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use bytes::Bytes;
use domain::tenancy::OrgScope;
use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::patience::Patience;
use crate::presign::ReadSigner;
use crate::reach::{self, BucketWall, Outside, Reach, UPLOADS};

/// Why an object could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object.
    #[error("there is no such object")]
    NotFound,
    /// It was replaced since it was looked at.
    #[error("the object was replaced")]
    Replaced,
    /// The service refused or was out of reach.
    #[error("the object store could not be reached: {0}")]
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// It is not the organization's in whose name it was asked for: a bug, stopped before it left.
    #[error(transparent)]
    Outside(#[from] Outside),
}

/// An address with its headers that carries its own permission.
#[derive(Debug, Clone)]
pub struct Presigned {
    /// The address.
    pub url: String,
    /// Headers that must be sent with it.
    pub headers: Vec<(String, String)>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// What the store says about an object.
#[derive(Debug, Clone)]
pub struct ObjectHead {
    /// Size in bytes.
    pub bytes: u64,
    /// Changes with the content.
    pub etag: String,
}

/// The media bucket: the library, or the folder of uploads.
#[derive(Debug, Clone)]
pub struct Objects {
    client: aws_sdk_s3::Client,
    bucket: String,
    folder: &'static str,
    reads: Arc<ReadSigner>,
}

impl Objects {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        let mut builder = aws_sdk_s3::config::Builder::from(sdk).timeout_config(Patience::FILES.config());
        if let Some(endpoint) = &config.endpoints.s3 {
            builder = builder.endpoint_url(endpoint).force_path_style(true);
        }
        Self {
            client: aws_sdk_s3::Client::from_conf(builder.interceptor(BucketWall).build()),
            bucket: config.bucket.clone(),
            folder: "",
            reads: Arc::new(ReadSigner::new(sdk)),
        }
    }

    /// The folder of uploads that are not checked yet.
    #[must_use]
    pub fn uploads(&self) -> Self {
        Self { folder: UPLOADS, ..self.clone() }
    }

    /// An address to upload exactly `bytes` bytes of `mime` to, once or more, until it expires.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`] when credentials cannot be had.
    pub async fn presign_put(
        &self,
        scope: &OrgScope,
        name: &str,
        mime: &str,
        bytes: u64,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Result<Presigned, ObjectError> {
        let lifetime_std = Duration::try_from(lifetime).map_err(unavailable)?;
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.key(scope, name))
            .content_type(mime)
            .content_length(i64::try_from(bytes).map_err(unavailable)?)
            .presigned(PresigningConfig::expires_in(lifetime_std).map_err(unavailable)?);
        let request = reach::within(Reach::org(scope), request).await.map_err(unavailable)?;
        // The browser sets the length itself and forbids scripts to.
        let headers = request
            .headers()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-length") && !name.eq_ignore_ascii_case("host"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(Presigned { url: request.uri().to_owned(), headers, expires_at: now + lifetime })
    }

    /// An address to read from, for an hour at least. Computed here, without a round trip; the same for a
    /// quarter of an hour, so that a browser shows the picture it has.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`] when credentials cannot be had.
    pub async fn presign_get(&self, scope: &OrgScope, name: &str) -> Result<String, ObjectError> {
        let key = self.key(scope, name);
        reach::within(Reach::org(scope), self.reads.sign(&self.client, &self.bucket, &key)).await
    }

    /// What the store says about an object.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn head(&self, scope: &OrgScope, name: &str) -> Result<ObjectHead, ObjectError> {
        let request = self.client.head_object().bucket(&self.bucket).key(self.key(scope, name));
        let answer = reach::within(Reach::org(scope), request.send()).await;
        let answer = answer.map_err(|error| match error.into_service_error() {
            error if error.is_not_found() => ObjectError::NotFound,
            error => unavailable(error),
        })?;
        Ok(ObjectHead {
            bytes: answer.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
            etag: answer.e_tag.unwrap_or_default(),
        })
    }

    /// A whole object, or its first `at_most` bytes.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn get(&self, scope: &OrgScope, name: &str, at_most: Option<u64>) -> Result<Bytes, ObjectError> {
        self.read(scope, name, at_most.map(|bytes| format!("bytes=0-{}", bytes.saturating_sub(1)))).await
    }

    /// Up to `bytes` bytes of an object from byte `from` on, which must be inside it.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn get_part(&self, scope: &OrgScope, name: &str, from: u64, bytes: u64) -> Result<Bytes, ObjectError> {
        let last = from.saturating_add(bytes).saturating_sub(1);
        self.read(scope, name, Some(format!("bytes={from}-{last}"))).await
    }

    async fn read(&self, scope: &OrgScope, name: &str, range: Option<String>) -> Result<Bytes, ObjectError> {
        let request = self.client.get_object().bucket(&self.bucket).key(self.key(scope, name)).set_range(range);
        let answer = reach::within(Reach::org(scope), request.send()).await;
        let answer = answer.map_err(|error| match error.into_service_error() {
            error if error.is_no_such_key() => ObjectError::NotFound,
            error => unavailable(error),
        })?;
        Ok(answer.body.collect().await.map_err(unavailable)?.into_bytes())
    }

    /// Stores an object that this system made itself, such as a thumbnail.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn put(&self, scope: &OrgScope, name: &str, mime: &str, body: Vec<u8>) -> Result<(), ObjectError> {
        let request = self.client.put_object().bucket(&self.bucket).key(self.key(scope, name));
        let request = request.content_type(mime).body(ByteStream::from(body));
        let answer = reach::within(Reach::org(scope), request.send()).await;
        answer.map(drop).map_err(|error| unavailable(error.into_service_error()))
    }

    /// Copies a checked upload to the same name in the library, if it is still the one with `etag`.
    ///
    /// # Errors
    /// [`ObjectError::Replaced`] when it was uploaded again in between.
    pub async fn adopt(&self, scope: &OrgScope, name: &str, etag: &str) -> Result<(), ObjectError> {
        let source = format!("{}/{}", self.bucket, self.uploads().key(scope, name));
        let request = self.client.copy_object().bucket(&self.bucket).key(self.key(scope, name));
        let request = request.copy_source(source).copy_source_if_match(etag);
        let answer = reach::within(Reach::org(scope), request.send()).await;
        answer.map(drop).map_err(|error| match error.into_service_error() {
            error if error.code() == Some("PreconditionFailed") => ObjectError::Replaced,
            error if error.code() == Some("NoSuchKey") => ObjectError::NotFound,
            error => unavailable(error),
        })
    }

    /// Removes an object. One that is gone already is fine.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn delete(&self, scope: &OrgScope, name: &str) -> Result<(), ObjectError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(self.key(scope, name));
        let answer = reach::within(Reach::org(scope), request.send()).await;
        answer.map(drop).map_err(|error| unavailable(error.into_service_error()))
    }

    fn key(&self, scope: &OrgScope, name: &str) -> String {
        format!("{}{}/{name}", self.folder, scope.org())
    }
}

pub(crate) fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> ObjectError {
    reach::refusal(&error).map_or_else(|| ObjectError::Unavailable(Box::new(error)), ObjectError::Outside)
}
