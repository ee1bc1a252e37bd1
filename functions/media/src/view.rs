//! How a file looks to clients.

use api::{ApiError, ApiResult, Tenant};
use domain::ids::FileId;
use domain::media::{Details, File, FileStatus, object_name, thumb_name};
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
    /// How a video's pictures are coded, such as `avc1`, where it is known.
    #[schema(required)]
    codec: Option<String>,
    /// Pictures of a video in a second, where it is known.
    #[schema(required, example = 29.97)]
    frame_rate: Option<f64>,
    /// Whether a video has sound, where it is known.
    #[schema(required)]
    audio: Option<bool>,
    /// Pages of a document, where they are known.
    #[schema(required)]
    pages: Option<u32>,
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
    let Details { codec, frame_rate, audio, pages, .. } = file.details;
    Ok(FileView {
        id: file.id,
        name: file.name,
        kind: file.mime,
        size: file.bytes,
        status: file.status,
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
        codec,
        frame_rate: frame_rate.map(|rate| f64::from(rate) / 1000.0),
        audio,
        pages,
        alt: file.alt,
        url,
        thumb_url,
        created_at: file.created_at,
        version: file.version,
    })
}

/// The file, unless there is none or its upload was abandoned.
pub(crate) async fn load<P>(tenant: &Tenant<P>, id: FileId) -> ApiResult<File> {
    let file: Option<File> = tenant.store.get(&OrgKey::File(id)).await?;
    file.filter(|file| !file.is_abandoned(tenant.now())).ok_or_else(ApiError::not_found)
}
