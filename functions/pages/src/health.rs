//! Whether the process answers.

use api::{Answer, ApiResult};
use serde::Serialize;
use utoipa::ToSchema;

/// A process that answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    version: &'static str,
}

/// Tell whether the process answers, and its version.
#[utoipa::path(get, path = "/api/health", tag = "pages", responses((status = 200, body = Health)))]
pub(crate) async fn get_health() -> ApiResult<Answer> {
    Answer::ok(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
