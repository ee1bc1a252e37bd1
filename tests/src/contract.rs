//! The product's contract, put together from every group's own part.

use utoipa::openapi::OpenApi;

/// Every group's name and its part of the document.
#[must_use]
pub fn groups() -> Vec<(&'static str, OpenApi)> {
    vec![
        ("accounts", accounts::router().into_openapi()),
        ("auth", auth::router().into_openapi()),
        ("media", media::router().into_openapi()),
        ("orgs", orgs::router().into_openapi()),
        ("pages", pages::router().into_openapi()),
        ("posts", posts::router().into_openapi()),
    ]
}

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    api::openapi::document(groups().into_iter().map(|(_, part)| part))
}

/// The whole document as the committed `openapi.json` has it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text() -> anyhow::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

/// An operation: who answers it, where it is, and whether anybody may use it.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The group.
    pub group: &'static str,
    /// Upper case.
    pub method: &'static str,
    /// Path with variables.
    pub path: String,
    /// Whether it needs no token.
    pub public: bool,
    /// Whether it takes a JSON body.
    pub has_body: bool,
}

/// Every operation of every group.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (group, part) in groups() {
        for (path, item) in part.paths.paths {
            let methods = [
                ("GET", item.get),
                ("POST", item.post),
                ("PUT", item.put),
                ("PATCH", item.patch),
                ("DELETE", item.delete),
            ];
            for (method, operation) in methods {
                let Some(operation) = operation else { continue };
                operations.push(Operation {
                    group,
                    method,
                    path: path.clone(),
                    public: api::openapi::is_public(method, &path),
                    has_body: operation.request_body.is_some(),
                });
            }
        }
    }
    operations
}
