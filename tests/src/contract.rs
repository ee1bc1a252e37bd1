//! The product's contract, put together from every group's own part.

use std::path::Path;

use domain::role::Action;
use serde_json::Value;
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

/// The whole document. Each operation tells in `x-permission` what its handler's first argument asks for.
#[must_use]
pub fn document() -> OpenApi {
    let groups = groups();
    let handlers = groups.iter().map(|(group, _)| (*group, Handlers::of(group))).collect::<Vec<_>>();
    let asked = |name: &str| handlers.iter().find_map(|(_, handlers)| handlers.permission(name));
    let mut document = api::openapi::document(groups.into_iter().map(|(_, part)| part));
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            let permission = operation.operation_id.as_deref().and_then(asked);
            let value = permission.map_or(Value::Null, |permission| permission.name().into());
            operation.extensions.get_or_insert_default().insert("x-permission".to_owned(), value);
        }
    }
    document
}

/// Who may use an operation, as its handler's arguments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anybody: the handler takes no caller.
    Public,
    /// Whoever is signed in: `Caller`.
    SignedIn,
    /// Members who may do this: `Tenant<can::…>`.
    May(Action),
}

impl Permission {
    /// Its name in the document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignedIn => "signed-in",
            Self::May(action) => ACTIONS.iter().find(|(_, _, known)| *known == action).map_or("?", |(_, name, _)| name),
        }
    }
}

/// The permissions of `api::can`: the type's name, the document's, the action.
const ACTIONS: [(&str, &str, Action); 7] = [
    ("Read", "read", Action::Read),
    ("Write", "write", Action::Write),
    ("Publish", "publish", Action::Publish),
    ("ManageAccounts", "manage-accounts", Action::ManageAccounts),
    ("ManageMembers", "manage-members", Action::ManageMembers),
    ("ManageOrg", "manage-org", Action::ManageOrg),
    ("ReadAudit", "read-audit", Action::ReadAudit),
];

/// A group's source, to read handlers' signatures in.
struct Handlers(String);

impl Handlers {
    fn of(group: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions").join(group).join("src");
        let mut text = String::new();
        read_into(&folder, &mut text);
        Self(text)
    }

    /// What the handler of this name takes; nothing when there is none here.
    fn permission(&self, name: &str) -> Option<Permission> {
        let after = self.0.split_once(&format!("async fn {name}("))?.1;
        let arguments = after.split_once(") ->")?.0;
        if let Some((_, rest)) = arguments.split_once("Tenant<can::") {
            let named = rest.split_once('>')?.0;
            return ACTIONS.iter().find(|(known, _, _)| *known == named).map(|(_, _, action)| Permission::May(*action));
        }
        let signed_in = arguments.contains(": Caller");
        Some(if signed_in { Permission::SignedIn } else { Permission::Public })
    }
}

fn read_into(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_into(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap_or_default());
        }
    }
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
    /// Who may use it, as its handler says; nothing when the handler was not found.
    pub permission: Option<Permission>,
}

/// Every operation of every group.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (group, part) in groups() {
        let handlers = Handlers::of(group);
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
                    permission: operation.operation_id.as_deref().and_then(|name| handlers.permission(name)),
                });
            }
        }
    }
    operations
}
