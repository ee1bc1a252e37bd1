//! Pictures and videos of public pages: a way from a lasting address to one that works for an hour.

use api::{App, Path};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::ids::FileId;
use domain::media::{object_name, thumb_name};
use http::{StatusCode, header};
use store::{OrgKey, OrgStore, PageFile};

use crate::answer::NoPage;
use crate::site::Site;

/// Half the life of the address it leads to.
const KEPT: &str = "public, max-age=1800";

/// Lead to a file that a public page shows.
#[utoipa::path(
    get, path = "/p/{slug}/media/{file}", tag = "pages", params(("slug" = String, Path), ("file" = FileId, Path)),
    responses((status = 302, description = "To the file."))
)]
pub(crate) async fn get_page_file(
    State(app): State<App>,
    Path((slug, file)): Path<(String, FileId)>,
) -> Result<Response, NoPage> {
    let (store, shown) = shown(&app, &slug, file).await?;
    lead(&app, &store, &object_name(file, &shown.mime)).await
}

/// Lead to a small JPEG of a file that a public page shows.
#[utoipa::path(
    get, path = "/p/{slug}/media/{file}/thumb", tag = "pages",
    params(("slug" = String, Path), ("file" = FileId, Path)),
    responses((status = 302, description = "To the JPEG."))
)]
pub(crate) async fn get_page_thumb(
    State(app): State<App>,
    Path((slug, file)): Path<(String, FileId)>,
) -> Result<Response, NoPage> {
    let (store, shown) = shown(&app, &slug, file).await?;
    if !shown.thumb {
        return Err(NoPage::Missing);
    }
    lead(&app, &store, &thumb_name(file)).await
}

/// The file, if the page shows it: everything else of the library stays private.
async fn shown(app: &App, slug: &str, file: FileId) -> Result<(OrgStore, PageFile), NoPage> {
    let store = Site::find(app, slug).await?;
    let shown = store.get::<PageFile>(&OrgKey::PageFile(file)).await?.ok_or(NoPage::Missing)?;
    Ok((store, shown))
}

async fn lead(app: &App, store: &OrgStore, name: &str) -> Result<Response, NoPage> {
    let url = app.cloud.objects().presign_get(store.scope(), name).await?;
    Ok((StatusCode::FOUND, [(header::LOCATION, url.as_str()), (header::CACHE_CONTROL, KEPT)]).into_response())
}
