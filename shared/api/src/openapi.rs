//! The OpenAPI document's base and what holds for every operation.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::problem::ProblemDocument;

/// Routes that need no token, as `METHOD path` or a path prefix ending in `*`. `template.yaml` and the
/// embedded gateway leave exactly these open; a test compares them.
pub const PUBLIC_ROUTES: [&str; 14] = [
    "GET /api/health",
    "GET /api/openapi.json",
    "GET /api/docs",
    "POST /api/auth/register",
    "POST /api/auth/confirm",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/logout",
    "POST /api/auth/forgot",
    "POST /api/auth/reset",
    "GET /api/accounts/callback/{platform}",
    "POST /api/accounts/deauthorized/{platform}",
    "POST /api/accounts/deletion/{platform}",
    "GET /p/*",
];

/// Whether a route needs no token.
#[must_use]
pub fn is_public(method: &str, path: &str) -> bool {
    PUBLIC_ROUTES.iter().any(|route| {
        let Some((route_method, route_path)) = route.split_once(' ') else {
            return false;
        };
        let fits = match route_path.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => route_path == path,
        };
        method.eq_ignore_ascii_case(route_method) && fits
    })
}

/// One document of all groups' documents, with the token's scheme and the problem answer everywhere.
#[must_use]
pub fn document(groups: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Atelier")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Publish once, everywhere, never twice and never silently lost. Every error is an RFC 9457 problem.",
        ))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    for group in groups {
        document.merge(group);
    }
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let mut schemas = vec![(ProblemDocument::name().into_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PUT", &mut item.put),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete(operation, is_public(method, path));
            }
        }
    }
    document
}

fn complete(operation: &mut Operation, public: bool) {
    if !public {
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
    }
    let problem = Ref::from_schema_name(ProblemDocument::name());
    let response = ResponseBuilder::new()
        .description("A problem: see its type and detail.")
        .content("application/problem+json", ContentBuilder::new().schema(Some(problem)).build())
        .build();
    operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(response));
}
