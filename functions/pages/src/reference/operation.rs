//! One operation of the contract.

use maud::{Markup, html};
use serde_json::Value;

use super::prose;
use super::schema::Schemas;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation: a method on a path.
pub(super) struct Operation<'a> {
    /// Its group.
    pub(super) tag: &'a str,
    id: &'a str,
    method: &'static str,
    path: &'a str,
    value: &'a Value,
}

impl<'a> Operation<'a> {
    /// Every operation, in the order of paths and of [`METHODS`].
    pub(super) fn all(contract: &'a Value) -> Vec<Self> {
        let paths = contract["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let value = item.get(method)?;
                let tag = value.pointer("/tags/0").and_then(Value::as_str).unwrap_or("other");
                let id = value["operationId"].as_str().unwrap_or(path);
                Some(Self { tag, id, method, path, value })
            })
        });
        operations.collect()
    }

    fn text(&self, name: &str) -> &'a str {
        self.value[name].as_str().unwrap_or_default()
    }

    fn title(&self) -> &'a str {
        self.text("summary").trim_end_matches('.')
    }

    /// Its line in the contents.
    pub(super) fn entry(&self) -> Markup {
        html! { li { a href={ "#" (self.id) } { (prose(self.title())) } } }
    }

    /// All about it.
    pub(super) fn section(&self, schemas: &Schemas<'_>) -> Markup {
        let open = self.value["security"].as_array().is_none_or(Vec::is_empty);
        html! {
            article.operation id=(self.id) {
                h3 { a href={ "#" (self.id) } { (prose(self.title())) } @if open { " " span.open { "open" } } }
                p.request { span class={ "method " (self.method) } { (self.method) } " " code { (self.path) } }
                @for paragraph in self.text("description").split("\n\n").filter(|text| !text.trim().is_empty()) {
                    p { (prose(paragraph)) }
                }
                (self.parameters(schemas))
                (self.body(schemas))
                (self.answers(schemas))
            }
        }
    }

    fn parameters(&self, schemas: &Schemas<'_>) -> Markup {
        let parameters = self.value["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        html! {
            @if !parameters.is_empty() {
                h4 { "Parameters" }
                dl.fields {
                    @for parameter in parameters {
                        dt {
                            code { (parameter["name"].as_str().unwrap_or_default()) }
                            span.kind { (parameter["in"].as_str().unwrap_or_default()) ", " (schemas.kind(&parameter["schema"])) }
                            @if parameter["required"] == true { span.required { "required" } }
                        }
                        dd { (prose(parameter["description"].as_str().unwrap_or_default())) }
                    }
                }
            }
        }
    }

    fn body(&self, schemas: &Schemas<'_>) -> Markup {
        let schema = self.value.pointer("/requestBody/content").and_then(first_schema);
        html! {
            @if let Some((_, schema)) = schema {
                h4 { "Body: " (schemas.kind(schema)) }
                (schemas.example(schema))
            }
        }
    }

    fn answers(&self, schemas: &Schemas<'_>) -> Markup {
        let answers = self.value["responses"].as_object().into_iter().flatten();
        html! {
            @for (status, answer) in answers.filter(|(status, _)| *status != "default") {
                h4 {
                    "Answer " (status)
                    @if let Some((kind, schema)) = first_schema(&answer["content"]) {
                        ": " (schemas.kind(schema))
                        @if kind != "application/json" { " " span.kind { (kind) } }
                    }
                }
                @if let Some(text) = answer["description"].as_str().filter(|text| !text.is_empty()) { p { (prose(text)) } }
                @if let Some(("application/json", schema)) = first_schema(&answer["content"]) { (schemas.example(schema)) }
            }
        }
    }
}

fn first_schema(content: &Value) -> Option<(&str, &Value)> {
    let (kind, media) = content.as_object()?.iter().next()?;
    Some((kind.as_str(), media.get("schema")?))
}
