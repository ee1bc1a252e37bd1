//! Files that the pages themselves need.

use api::{ApiError, Path};
use axum::response::{IntoResponse, Response};
use http::header;

/// Name under which the typeface is served: changes with its content, so that it can be kept for ever.
pub(crate) const TYPEFACE: &str = "inter-5.2.woff2";

/// Inter, variable in weight, Latin: SIL Open Font License, see `assets/inter.LICENSE`.
static INTER: &[u8] = include_bytes!("../assets/inter.woff2");

/// Get a file that the public pages need.
#[utoipa::path(
    get, path = "/p/assets/{name}", tag = "pages", params(("name" = String, Path)),
    responses((status = 200, body = [u8], content_type = "font/woff2"))
)]
pub(crate) async fn get_asset(Path(name): Path<String>) -> Response {
    if name != TYPEFACE {
        return ApiError::not_found().into_response();
    }
    let headers =
        [(header::CONTENT_TYPE, "font/woff2"), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, INTER).into_response()
}
