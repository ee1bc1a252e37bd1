//! The code's routes, the OpenAPI document and the template say the same, and the running product does it.

use std::path::Path;

use api::openapi::PUBLIC_ROUTES;
use reqwest::Method;
use tests::answer::Answer;
use tests::contract::{self, Permission, operations};
use tests::person::Person;
use tests::stack::stack;
use tests::template::{Route, Template};

fn routes() -> Vec<Route> {
    Template::read().and_then(|template| template.routes()).expect("the template's routes")
}

/// The route that API Gateway chooses.
fn chosen<'a>(routes: &'a [Route], method: &str, path: &str) -> Option<&'a Route> {
    let ranked = routes.iter().filter_map(|route| Some((route.rank(method, path)?, route)));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, route)| route)
}

#[test]
fn the_committed_document_is_the_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.json");
    let committed = std::fs::read_to_string(path).expect("openapi.json");
    assert!(committed == contract::text().expect("a document"), "openapi.json is stale: run `make gen`");
}

/// The document has one type of each name, so of two groups' one would stand for the other.
#[test]
fn a_name_means_one_type() {
    let mut known = std::collections::BTreeMap::new();
    for (group, part) in contract::groups() {
        for (name, schema) in part.components.map(|components| components.schemas).unwrap_or_default() {
            let schema = serde_json::to_value(schema).expect("JSON");
            let (first, meant) = known.entry(name.clone()).or_insert_with(|| (group, schema.clone()));
            assert_eq!(*meant, schema, "{name} of {first} and of {group}");
        }
    }
}

#[test]
fn every_operation_reaches_its_function() {
    let routes = routes();
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let route = chosen(&routes, operation.method, &operation.path);
        let route = route.unwrap_or_else(|| panic!("template.yaml has no route for {name}"));
        assert_eq!(route.function, operation.group, "{name}");
        assert_eq!(route.needs_token, !operation.public, "{name}: token");
    }
}

#[test]
fn every_route_of_the_template_is_used() {
    let (routes, operations) = (routes(), operations());
    for route in &routes {
        let used = operations
            .iter()
            .any(|operation| chosen(&routes, operation.method, &operation.path).is_some_and(|chosen| chosen == route));
        assert!(used, "nothing answers {} {}", route.method, route.path);
    }
}

/// What the gateway lets pass without a token is what handlers take without a caller.
#[test]
fn every_handler_says_who_may_use_it() {
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let permission = operation.permission.unwrap_or_else(|| panic!("{name}: no handler of its name"));
        assert_eq!(permission == Permission::Public, operation.public, "{name}");
    }
}

/// What `cargo lambda watch` asks for a path; it leaves tokens to the functions.
fn watched() -> Vec<Route> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("Cargo.toml");
    let (_, table) = manifest.split_once("[workspace.metadata.lambda.watch.router]\n").expect("the table of routes");
    let route = |line: &str| {
        let (path, function) = line.split_once(" = ").expect("a path and a function");
        let path = path.trim_matches('"').replace("{*path}", "{proxy+}");
        Route { method: "ANY".into(), path, function: function.trim_matches('"').into(), needs_token: false }
    };
    table.lines().take_while(|line| line.starts_with('"')).map(route).collect()
}

#[test]
fn every_operation_reaches_its_function_on_a_developers_machine() {
    let routes = watched();
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let route = chosen(&routes, operation.method, &operation.path);
        let route = route.unwrap_or_else(|| panic!("Cargo.toml has no route for {name}"));
        assert_eq!(route.function, operation.group, "{name}");
    }
}

#[test]
fn every_public_route_is_an_operation() {
    let operations = operations();
    for public in PUBLIC_ROUTES {
        let (method, path) = public.split_once(' ').expect("method and path");
        let prefix = path.strip_suffix('*');
        let fits = |own: &str| prefix.map_or(own == path, |prefix| own.starts_with(prefix));
        let known = operations.iter().any(|operation| operation.method == method && fits(&operation.path));
        assert!(known, "{public} is no operation");
    }
}

#[test]
fn every_operation_is_documented() {
    let document = serde_json::to_value(contract::document()).expect("a document");
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let found = &document["paths"][&operation.path][operation.method.to_lowercase()];
        assert!(found["operationId"].is_string(), "{name} has no name");
        assert!(found["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name} has no summary");
        let variables = operation.path.matches('{').count();
        let described = found["parameters"].as_array().into_iter().flatten();
        assert_eq!(
            described.filter(|parameter| parameter["in"] == "path").count(),
            variables,
            "{name}: path variables"
        );
    }
}

#[tokio::test]
async fn the_product_serves_the_document_and_its_docs() {
    let anonymous = Person::anonymous(&stack().origin);
    let served = anonymous.get("/openapi.json").await;
    let committed = serde_json::to_value(contract::document()).expect("a document");
    assert_eq!(served.expect(200), committed);
    let docs = anonymous.get("/docs").await;
    assert_eq!((docs.status, docs.header("content-type").starts_with("text/html")), (200, true));
    let health = anonymous.get("/health").await.expect(200);
    assert_eq!(health["status"], "ok");
}

#[tokio::test]
async fn every_operation_is_there_and_asks_for_a_token() {
    let anonymous = Person::anonymous(&stack().origin);
    // The public pages are documents, not operations: the journeys visit them.
    for operation in operations().into_iter().filter(|operation| operation.path.starts_with("/api/")) {
        let path = operation.path.trim_start_matches("/api").replace(['{', '}'], "x");
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let answer = Answer::to(anonymous.request(method.clone(), &path)).await;
        if operation.public {
            assert_ne!(answer.status, 401, "{} needs no token", answer.request);
            assert_ne!(answer.status, 405, "{} is not there", answer.request);
        } else {
            answer.problem(401, "not-signed-in");
        }
        let with_nonsense = anonymous.request(method, &path).bearer_auth("a.b.c");
        let refused = Answer::to(with_nonsense).await;
        assert!(operation.public || refused.status == 401, "{} took a made-up token", refused.request);
    }
}
