//! The contract's schemas: what they are called, what they hold, and an example of each.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::prose;

const PREFIX: &str = "#/components/schemas/";
/// Examples stop here: schemas may hold themselves.
const DEEPEST: u8 = 6;

/// Every named schema.
pub(super) struct Schemas<'a> {
    named: Option<&'a Map<String, Value>>,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(contract: &'a Value) -> Self {
        Self { named: contract.pointer("/components/schemas").and_then(Value::as_object) }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.named.into_iter().flatten()
    }

    /// What kind of value it is, in a few words.
    pub(super) fn kind(&self, schema: &Value) -> Markup {
        if let Some(name) = name_of(schema) {
            return html! { a href={ "#schema-" (name) } { (name) } };
        }
        if let Some(choices) = choices(schema) {
            return html! {
                @for (index, choice) in choices.iter().enumerate() {
                    @if index > 0 { " or " }
                    (self.kind(choice))
                }
            };
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec!["any value"],
        };
        html! {
            @for (index, kind) in kinds.iter().enumerate() {
                @if index > 0 { " or " }
                @if *kind == "array" { "list of " (self.kind(&schema["items"])) } @else { (kind) }
            }
            @if let Some(format) = schema["format"].as_str() { " (" (format) ")" }
            @if let Some(values) = schema["enum"].as_array() {
                ": " @for (index, value) in values.iter().enumerate() { @if index > 0 { ", " } code { (plain(value)) } }
            }
        }
    }

    /// All about a named schema.
    pub(super) fn section(&self, name: &str, schema: &Value) -> Markup {
        let empty = Map::new();
        let fields = schema["properties"].as_object().unwrap_or(&empty);
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        html! {
            article.schema id={ "schema-" (name) } {
                h3 { a href={ "#schema-" (name) } { (name) } }
                @if let Some(text) = schema["description"].as_str() { p { (prose(text)) } }
                @if fields.is_empty() {
                    p.kind { (self.kind(schema)) }
                } @else {
                    dl.fields {
                        @for (field, schema) in fields {
                            dt {
                                code { (field) }
                                span.kind { (self.kind(schema)) }
                                @if required.iter().any(|name| name == field) { span.required { "required" } }
                            }
                            dd { (prose(schema["description"].as_str().unwrap_or_default())) }
                        }
                    }
                }
            }
        }
    }

    /// An example of its JSON.
    pub(super) fn example(&self, schema: &Value) -> Markup {
        let text = serde_json::to_string_pretty(&self.sample(schema, 0)).unwrap_or_default();
        html! { pre tabindex="0" aria-label="Example" { code { (text) } } }
    }

    fn sample(&self, schema: &Value, depth: u8) -> Value {
        let given =
            [schema.get("example"), schema.pointer("/examples/0"), schema.get("default"), schema.pointer("/enum/0")];
        if let Some(given) = given.into_iter().flatten().next() {
            return given.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(named) = name_of(schema).and_then(|name| self.named?.get(name)) {
            return self.sample(named, depth + 1);
        }
        if let Some(choices) = choices(schema) {
            let choice = choices.iter().find(|choice| choice["type"] != "null");
            return choice.map_or(Value::Null, |choice| self.sample(choice, depth + 1));
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").and_then(Value::as_str),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, schema)| (name.clone(), self.sample(schema, depth + 1)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Some("array") => json!([self.sample(&schema["items"], depth + 1)]),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(true),
            Some("string") if schema["format"] == "date-time" => json!("2026-11-24T08:00:00Z"),
            Some("string") => json!("…"),
            _ => Value::Null,
        }
    }
}

fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(PREFIX)
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    ["oneOf", "anyOf", "allOf"].into_iter().find_map(|name| schema[name].as_array())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
