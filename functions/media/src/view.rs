//! How a file looks to clients.

use api::{ApiError, ApiResult, Tenant};
use domain::ids::FileId;
use domain::media::{File, FileStatus, object_name, thumb_name};
use jiff::Timestamp;
use serde::Serialize;
use store::OrgKey;
use utoipa::ToSchema;

/// A file of the media library.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileView {
    id: FileId,
    name: String,
    /// MIME type.
    #[serde(rename = "type")]
    #[schema(example = "image/jpeg")]
    kind: String,
    /// Size in bytes.
    size: u64,
    status: FileStatus,
    /// Width in pixels, as shown.
    #[schema(required)]
    width: Option<u32>,
    /// Height in pixels, as shown.
    #[schema(required)]
    height: Option<u32>,
    /// Length of a video in milliseconds, where it is known.
    #[schema(required)]
    duration_ms: Option<u64>,
    /// Alternative text: what a person who cannot see it should know.
    alt: String,
    /// Where its content can be read for an hour; null while it is uploading.
    #[schema(required)]
    url: Option<String>,
    /// Where a small JPEG of it can be read for an hour; null where there is none.
    #[schema(required)]
    thumb_url: Option<String>,
    created_at: Timestamp,
    version: u64,
}

/// A file with addresses to read it at. They are computed here, without a round trip.
pub(crate) async fn show<P>(tenant: &Tenant<P>, file: File) -> ApiResult<FileView> {
    let (objects, scope) = (tenant.cloud.objects(), tenant.scope());
    let ready = file.status == FileStatus::Ready;
    let url = match ready {
        true => Some(objects.presign_get(&scope, &object_name(file.id, &file.mime)).await?),
        false => None,
    };
    let thumb_url = match ready && file.thumb {
        true => Some(objects.presign_get(&scope, &thumb_name(file.id)).await?),
        false => None,
    };
    let File {
        id, name, mime: kind, bytes: size, status, width, height, duration_ms, alt, created_at, version, ..
    } = file;
    Ok(FileView { id, name, kind, size, status, width, height, duration_ms, alt, url, thumb_url, created_at, version })
}

/// The file, unless there is none or its upload was abandoned.
pub(crate) async fn load<P>(tenant: &Tenant<P>, id: FileId) -> ApiResult<File> {
    let file: Option<File> = tenant.store.get(&OrgKey::File(id)).await?;
    file.filter(|file| !file.is_abandoned(tenant.now())).ok_or_else(ApiError::not_found)
}
