//! Uploads: an address to send the file to, then the check that takes it into the library.

use std::collections::BTreeMap;

use api::{Answer, ApiError, ApiResult, Idempotency, Json, Path, Tenant, can};
use cloud::{ObjectError, ObjectHead, Presigned};
use domain::ids::FileId;
use domain::media::{
    self, Details, File, FileStatus, MediaType, UPLOAD_KEPT, UPLOAD_LIFETIME, object_name, thumb_name,
};
use domain::problem::Problem;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Condition, OrgKey, StoreError};
use utoipa::ToSchema;

use crate::check::{self, Content, Trouble};
use crate::library::remove_objects;
use crate::view::{FileView, load, show};

/// A file that is about to be uploaded.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CreateFile {
    #[schema(example = "morning.jpg")]
    name: String,
    /// MIME type: JPEG, PNG, WebP, GIF, MP4, `QuickTime`, PDF, a document of Office, or subtitles in `SubRip` or `WebVTT`.
    #[serde(rename = "type")]
    #[schema(example = "image/jpeg")]
    kind: String,
    /// Size in bytes: at most 20 MB for a picture, 4 GB for a video, 100 MB for a document, 1 MB for subtitles.
    #[schema(example = 482_113)]
    size: u64,
}

/// A file, and where to send its content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedFile {
    file: FileView,
    upload: Upload,
}

/// A request that uploads the content, exactly as long and of the type announced.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    #[schema(example = "PUT")]
    method: &'static str,
    url: String,
    /// Headers to send with it.
    headers: BTreeMap<String, String>,
    expires_at: Timestamp,
}

impl From<Presigned> for Upload {
    fn from(presigned: Presigned) -> Self {
        let Presigned { url, headers, expires_at } = presigned;
        Self { method: "PUT", url, headers: headers.into_iter().collect(), expires_at }
    }
}

/// Begin an upload.
///
/// Send the content to `upload.url`, then complete the file. One that is not completed within a day
/// vanishes.
#[utoipa::path(
    post, path = "/api/media", tag = "media",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer the same.")),
    responses((status = 201, body = CreatedFile))
)]
pub(crate) async fn create_file(
    tenant: Tenant<can::Write>,
    idempotency: Idempotency,
    Json(input): Json<CreateFile>,
) -> ApiResult<Answer> {
    if let Some(answer) = idempotency.replay(&input).await? {
        return Ok(answer);
    }
    let kind = validate(&input)?;
    let file = new_file(&tenant, &input, kind);
    let name = object_name(file.id, kind.mime);
    let uploads = tenant.cloud.objects().uploads();
    let upload =
        uploads.presign_put(&tenant.scope(), &name, kind.mime, file.bytes, tenant.now(), UPLOAD_LIFETIME).await?;
    let writes = vec![tenant.store.put(&OrgKey::File(file.id), &file, Condition::Absent)?];
    let created = CreatedFile { file: show(&tenant, file).await?, upload: upload.into() };
    idempotency.commit(&input, writes, Answer::created(&created)?.version(1), ApiError::from).await
}

fn validate(input: &CreateFile) -> ApiResult<MediaType> {
    let mut problems: Vec<Problem> = media::validate_name(&input.name).into_iter().collect();
    let kind = MediaType::of(&input.kind);
    if kind.is_none() {
        problems.push(Problem::error(
            "/type",
            "type-not-taken",
            "Files of this type are not taken.",
            "Use a JPEG, PNG, WebP or GIF picture, an MP4 or QuickTime video, a PDF document, or SRT or VTT subtitles.",
        ));
    }
    if input.size == 0 {
        problems.push(Problem::error("/size", "file-empty", "The file is empty.", "Choose another file."));
    }
    match kind {
        Some(kind) if input.size > kind.max_bytes => Err(too_large(kind)),
        Some(kind) if problems.is_empty() => Ok(kind),
        _ => Err(ApiError::rule_broken(problems)),
    }
}

fn too_large(kind: MediaType) -> ApiError {
    let what = match kind {
        kind if kind.is_video() => "A video",
        kind if kind.is_document() => "A document",
        kind if kind.is_subtitles() => "A file of subtitles",
        _ => "A picture",
    };
    let most = match kind.max_bytes / (1024 * 1024) {
        megabytes if megabytes >= 1024 => format!("{} GB", megabytes / 1024),
        megabytes => format!("{megabytes} MB"),
    };
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "Too large",
        format!("{what} may have {most} at most. Export it smaller, then upload that."),
    )
}

fn new_file(tenant: &Tenant<can::Write>, input: &CreateFile, kind: MediaType) -> File {
    File {
        id: FileId::new(tenant.ulid()),
        name: input.name.trim().to_owned(),
        mime: kind.mime.to_owned(),
        bytes: input.size,
        status: FileStatus::Uploading,
        width: None,
        height: None,
        duration_ms: None,
        details: Details::default(),
        alt: String::new(),
        thumb: false,
        used_by: Vec::new(),
        created_by: tenant.caller.user,
        created_at: tenant.now(),
        version: 1,
        expires: Some((tenant.now() + UPLOAD_KEPT).as_second()),
    }
}

/// Take an uploaded file into the library.
///
/// Its content is checked: size, type, whether it is whole and can be read. What fails is removed, and
/// the answer says why. Completing a file again changes nothing.
#[utoipa::path(
    post, path = "/api/media/{id}/complete", tag = "media", params(("id" = FileId, Path)),
    responses((status = 200, body = FileView))
)]
pub(crate) async fn complete_file(tenant: Tenant<can::Write>, Path(id): Path<FileId>) -> ApiResult<Answer> {
    let file = load(&tenant, id).await?;
    if file.status == FileStatus::Ready {
        return answer(&tenant, file).await;
    }
    let uploads = tenant.cloud.objects().uploads();
    let checked = match uploads.head(&tenant.scope(), &object_name(id, &file.mime)).await {
        Ok(head) => check::content(&uploads, &tenant.scope(), &file, &head).await.map(|content| (head, content)),
        Err(ObjectError::NotFound) => Err(not_there(&tenant, &file)),
        Err(error) => Err(Trouble::Failed(error.into())),
    };
    match checked {
        Ok((head, content)) => accept(&tenant, file, &head, content).await,
        Err(Trouble::Failed(error)) => Err(error),
        Err(Trouble::Refused(problem)) => {
            discard(&tenant, &file).await?;
            Err(ApiError::rule_broken(vec![*problem]))
        }
    }
}

fn not_there(tenant: &Tenant<can::Write>, file: &File) -> Trouble {
    if tenant.now() < file.created_at + UPLOAD_LIFETIME {
        return Trouble::Failed(ApiError::conflict(
            "Nothing has arrived yet. Send the content to the upload address, then complete the file.",
        ));
    }
    Trouble::refused("upload-expired", "The upload was not finished in time.", "Upload the file again.")
}

/// First the objects, then the item that names them: a crash in between leaves an upload that can be
/// completed again.
async fn accept(tenant: &Tenant<can::Write>, file: File, head: &ObjectHead, content: Content) -> ApiResult<Answer> {
    let (objects, scope) = (tenant.cloud.objects(), tenant.scope());
    let name = object_name(file.id, &file.mime);
    match objects.adopt(&scope, &name, &head.etag).await {
        Ok(()) => {}
        Err(ObjectError::Replaced) => return Err(changed()),
        // Somebody else completed it a moment ago.
        Err(ObjectError::NotFound) => return settled(tenant, &file).await,
        Err(error) => return Err(error.into()),
    }
    if let Some(thumb) = content.thumb {
        objects.put(&scope, &thumb_name(file.id), "image/jpeg", thumb).await?;
    }
    let ready = file.ready(content.facts);
    let put = tenant.store.put(&OrgKey::File(file.id), &ready, Condition::Version(file.version))?;
    let audit = tenant.audit("media.upload", &file.id, format!("Uploaded the file {}.", file.name))?;
    match tenant.store.transact(vec![put, audit]).await {
        Ok(()) => {
            remove_objects(tenant, &file).await;
            answer(tenant, ready).await
        }
        Err(StoreError::Conflict(_)) => settled(tenant, &ready).await,
        Err(error) => Err(error.into()),
    }
}

/// What became of a file that somebody else changed while it was checked.
async fn settled(tenant: &Tenant<can::Write>, ours: &File) -> ApiResult<Answer> {
    match tenant.store.get::<File>(&OrgKey::File(ours.id)).await? {
        Some(file) if file.status == FileStatus::Ready => answer(tenant, file).await,
        Some(_) => Err(changed()),
        None => {
            remove_objects(tenant, ours).await;
            Err(ApiError::not_found())
        }
    }
}

fn changed() -> ApiError {
    ApiError::conflict("The file was changed while it was checked. Complete it again.")
}

async fn discard(tenant: &Tenant<can::Write>, file: &File) -> ApiResult<()> {
    let delete = tenant.store.delete(&OrgKey::File(file.id), Condition::Version(file.version));
    match tenant.store.transact(vec![delete]).await {
        Ok(()) => {
            remove_objects(tenant, file).await;
            Ok(())
        }
        Err(StoreError::Conflict(_)) => Err(changed()),
        Err(error) => Err(error.into()),
    }
}

async fn answer(tenant: &Tenant<can::Write>, file: File) -> ApiResult<Answer> {
    let version = file.version;
    Ok(Answer::ok(&show(tenant, file).await?)?.version(version))
}
