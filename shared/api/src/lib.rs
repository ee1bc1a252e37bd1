//! The HTTP edge: who calls, what they may do, how requests are read and how answers and errors look.

mod answer;
mod app;
mod caller;
mod development;
mod extract;
mod limit;
pub mod openapi;
mod problem;
mod routes;
mod serve;

pub use answer::{Answer, Idempotency, List};
pub use app::App;
pub use caller::{Caller, Permission, Tenant, can};
pub use development::Refusal;
pub use extract::{BODY_LIMIT, ETag, IfMatch, Json, Paging, Path, Query, Raw};
pub use problem::{ApiError, ApiResult, ProblemDocument};
pub use routes::{Part, Routes};
pub use serve::{finish, guard, serve, state, unknown_route};
/// For [`routes!`], which names it.
#[doc(hidden)]
pub use utoipa_axum;
