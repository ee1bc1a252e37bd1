//! The library itself: find, describe, delete.

use api::{Answer, ApiError, ApiResult, IfMatch, Json, List, Paging, Path, Query, Tenant, can};
use cloud::{ObjectError, Objects};
use domain::ids::FileId;
use domain::media::{self, File, FileStatus, UsedBy, fitted_name, is_still, object_name, thumb_name};
use domain::post::{Post, excerpt};
use domain::rules::ImageFit;
use domain::series::Series;
use domain::tenancy::OrgScope;
use futures::future::try_join_all;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Change, Condition, Order, OrgKey, OrgList, StoreError};
use utoipa::{IntoParams, ToSchema};

use crate::view::{FileView, load, show};

/// Which files a list has.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Part of the name or the alternative text.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Most items wanted.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// List the files of the library, newest first.
///
/// Uploads that are not completed are left out. A search may answer a page that is shorter than
/// asked for, or empty, while `next_cursor` shows that more follows.
#[utoipa::path(
    get, path = "/api/media", tag = "media", params(Search), responses((status = 200, body = List<FileView>))
)]
pub(crate) async fn list_files(tenant: Tenant<can::Read>, Query(search): Query<Search>) -> ApiResult<Answer> {
    let page = Paging { cursor: search.cursor, limit: search.limit }.request(50, 200)?;
    let words = search.q.unwrap_or_default().trim().to_lowercase();
    let keep = |file: &File| file.status == FileStatus::Ready && file.mentions(&words);
    let found = tenant.store.search(OrgList::Files, Order::Descending, &words, &page, keep).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for file in found.items {
        items.push(show(&tenant, file).await?);
    }
    Answer::ok(&List { items, next_cursor: found.next_cursor })
}

/// Get a file.
#[utoipa::path(
    get, path = "/api/media/{id}", tag = "media", params(("id" = FileId, Path)),
    responses((status = 200, body = FileView))
)]
pub(crate) async fn get_file(tenant: Tenant<can::Read>, Path(id): Path<FileId>) -> ApiResult<Answer> {
    let file = load(&tenant, id).await?;
    let version = file.version;
    Ok(Answer::ok(&show(&tenant, file).await?)?.version(version))
}

/// What can be changed of a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct UpdateFile {
    /// Absent: stays.
    name: Option<String>,
    /// Alternative text. Absent: stays.
    alt: Option<String>,
}

/// Rename a file, or describe it.
///
/// Posts keep the description that they were saved with; save a post again to take over the new one.
#[utoipa::path(
    patch, path = "/api/media/{id}", tag = "media",
    params(("id" = FileId, Path), ("If-Match" = String, Header, description = "The version that was read.")),
    responses((status = 200, body = FileView))
)]
pub(crate) async fn update_file(
    tenant: Tenant<can::Write>,
    Path(id): Path<FileId>,
    if_match: IfMatch,
    Json(input): Json<UpdateFile>,
) -> ApiResult<Answer> {
    let problems = input.name.as_deref().and_then(media::validate_name).into_iter();
    let problems: Vec<_> = problems.chain(input.alt.as_deref().and_then(media::validate_alt)).collect();
    if !problems.is_empty() {
        return Err(ApiError::rule_broken(problems));
    }
    let mut file = load(&tenant, id).await?;
    if_match.must_be(file.version)?;
    let seen = Condition::Version(file.version);
    file.name = input.name.map_or(file.name, |name| name.trim().to_owned());
    file.alt = input.alt.unwrap_or(file.alt);
    file.version += 1;
    let change = Change::default().set("name", &file.name)?.set("alt", &file.alt)?.add("version", 1);
    let change = tenant.store.change(&OrgKey::File(id), change, seen);
    let audit = tenant.audit("media.update", &id, "Renamed or described a file.")?;
    tenant.store.transact(vec![change, audit]).await.map_err(|error| match error {
        StoreError::Conflict(_) => ApiError::stale_version(),
        error => error.into(),
    })?;
    let version = file.version;
    Ok(Answer::ok(&show(&tenant, file).await?)?.version(version))
}

/// Delete a file.
///
/// Refused while a draft or a post that is not out yet uses it, and while the public page shows it.
#[utoipa::path(
    delete, path = "/api/media/{id}", tag = "media", params(("id" = FileId, Path)),
    responses((status = 204, description = "Deleted."))
)]
pub(crate) async fn delete_file(tenant: Tenant<can::Write>, Path(id): Path<FileId>) -> ApiResult<StatusCode> {
    let file = load(&tenant, id).await?;
    let (post, series) = tokio::try_join!(needing_post(&tenant, &file), needing_series(&tenant, &file))?;
    if let Some(series) = series {
        let excerpt = excerpt(&series.content.text);
        return Err(ApiError::in_use(format!(
            "A post that repeats uses this file: “{excerpt}”. Take it out of that series, or stop the series, first."
        )));
    }
    if let Some(post) = post {
        let excerpt = post.excerpt();
        return Err(ApiError::in_use(format!(
            "A draft or a post that is not out yet uses this file: “{excerpt}”. Take it out of that post first."
        )));
    }
    // A post that is saved with it in between adds itself to `used_by`.
    let unused_since = Condition::Length("used_by", file.used_by.len());
    let writes = vec![
        tenant.store.delete(&OrgKey::File(id), unused_since),
        tenant.store.check(&OrgKey::PageFile(id), Condition::Absent),
        tenant.audit("media.delete", &id, format!("Deleted the file {}.", file.name))?,
    ];
    tenant.store.transact(writes).await.map_err(|error| match error {
        error if error.is_conflict_at(1) => {
            ApiError::in_use("A post on your public page shows this file, so it has to stay.")
        }
        error => error.into(),
    })?;
    remove_objects(&tenant, &file).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn needing_post<P>(tenant: &Tenant<P>, file: &File) -> ApiResult<Option<Post>> {
    let key = |user: &UsedBy| if let UsedBy::Post(post) = user { Some(OrgKey::Post(*post)) } else { None };
    let keys: Vec<OrgKey> = file.used_by.iter().filter_map(key).collect();
    let posts: Vec<Post> = tenant.store.get_all(&keys).await?;
    Ok(posts.into_iter().find(|post| post.needs_files() && post.file(file.id).is_some()))
}

async fn needing_series<P>(tenant: &Tenant<P>, file: &File) -> ApiResult<Option<Series>> {
    let key = |user: &UsedBy| if let UsedBy::Series(series) = user { Some(OrgKey::Series(*series)) } else { None };
    let keys: Vec<OrgKey> = file.used_by.iter().filter_map(key).collect();
    let series: Vec<Series> = tenant.store.get_all(&keys).await?;
    Ok(series.into_iter().find(|series| series.needs_file(file.id)))
}

/// Removes what is stored of a file whose item is gone. Nothing names it any more, so what cannot be
/// removed now only takes space.
pub(crate) async fn remove_objects<P>(tenant: &Tenant<P>, file: &File) {
    let (objects, scope) = (tenant.cloud.objects(), tenant.scope());
    let name = object_name(file.id, &file.mime);
    let removed = match file.status {
        FileStatus::Uploading => objects.uploads().delete(&scope, &name).await,
        FileStatus::Ready => remove_all(objects, &scope, file, name).await,
    };
    if let Err(error) = removed {
        tracing::error!(file = %file.id, %error, "a deleted file's object is left behind");
    }
}

/// The original last: while it is there, copies can be made anew and nothing is missed.
async fn remove_all(objects: &Objects, scope: &OrgScope, file: &File, name: String) -> Result<(), ObjectError> {
    let thumb = file.thumb.then(|| thumb_name(file.id));
    let copies = ImageFit::all().iter().filter(|_| is_still(&file.mime)).map(|fit| fitted_name(file.id, fit));
    let copies: Vec<String> = thumb.into_iter().chain(copies).collect();
    try_join_all(copies.iter().map(|copy| objects.delete(scope, copy))).await?;
    objects.delete(scope, &name).await
}
