//! Lines for CloudWatch: one flat JSON object each. The fields of a request stand in each of its lines under the same
//! names, so that a query needs no path into nested spans.

use std::fmt::Debug;
use std::io::Write as _;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Writes a line to the output that Lambda collects.
pub(super) fn print(mut line: String) {
    line.push('\n');
    // In one call, so that no other line gets between; a line lost is no reason to stop.
    drop(std::io::stdout().lock().write_all(line.as_bytes()));
}

/// Makes a line of each event and hands it on.
pub(super) struct Json<W> {
    write: W,
}

impl<W> Json<W> {
    pub(super) const fn new(write: W) -> Self {
        Self { write }
    }
}

impl<S, W> Layer<S> for Json<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Fn(String) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    /// The event's own fields first, then those of its spans from the inside out; of two with one name the inner counts.
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Line::new(event.metadata().level().as_str());
        let mut own = Fields::default();
        event.record(&mut own);
        line.add(&own);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.add(fields);
            }
        }
        (self.write)(line.finish());
    }
}

/// A line under construction.
struct Line {
    text: String,
    names: Vec<&'static str>,
}

impl Line {
    fn new(level: &str) -> Self {
        let mut text = String::with_capacity(512);
        text.extend(["{\"level\":\"", level, "\""]);
        Self { text, names: Vec::with_capacity(16) }
    }

    fn add(&mut self, fields: &Fields) {
        for (name, value) in &fields.0 {
            if self.names.contains(name) {
                continue;
            }
            self.names.push(name);
            self.text.extend([",\"", name, "\":"]);
            self.text.push_str(&value.to_string());
        }
    }

    fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// Fields in the order in which they were recorded; those without a value are left out.
#[derive(Debug, Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let (name, value) = match (field.name(), value) {
            (_, Value::String(text)) if text.is_empty() => return,
            // The runtime's own names: the invocation, and the trace with the caller's and the sampling decision.
            ("requestId", value) => ("invocation_id", value),
            ("xrayTraceId", Value::String(header)) => ("trace_id", trace_id(&header).into()),
            (name, value) => (name, value),
        };
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, u64::try_from(value).unwrap_or(u64::MAX).into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

/// The trace's id in a tracing header `Root=1-…;Parent=…;Sampled=1`, as X-Ray shows it.
fn trace_id(header: &str) -> &str {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root=")).unwrap_or(header)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing::field;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// The lines that `act` writes.
    fn lines(act: impl FnOnce()) -> Vec<Value> {
        let lines: Arc<Mutex<Vec<Value>>> = Arc::default();
        let own = Arc::clone(&lines);
        let write = move |line: String| own.lock().unwrap().push(serde_json::from_str(&line).unwrap());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(Json::new(write)), act);
        lines.lock().unwrap().clone()
    }

    #[test]
    fn a_request_stands_in_each_of_its_lines_whenever_it_became_known() {
        let lines = lines(|| {
            let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
            let outer = tracing::error_span!("Lambda runtime invoke", requestId = "i-1", xrayTraceId = header);
            let _outer = outer.enter();
            let inner = tracing::error_span!("request", request_id = "r-1", org = field::Empty, route = "/a");
            let _inner = inner.enter();
            tracing::info!("early");
            inner.record("org", field::display("org_1"));
            tracing::warn!(status = 404_u16, route = "/b", "a \"late\" word");
        });
        let ids =
            json!({ "invocation_id": "i-1", "request_id": "r-1", "trace_id": "1-5759e988-bd862e3fe1be46a994272793" });
        let with = |more: Value| {
            let mut line = ids.clone();
            line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            line
        };
        let early = with(json!({ "level": "INFO", "message": "early", "route": "/a" }));
        let late = with(
            json!({ "level": "WARN", "message": "a \"late\" word", "route": "/b", "status": 404, "org": "org_1" }),
        );
        assert_eq!(lines, [early, late]);
    }

    #[test]
    fn nothing_is_told_of_what_is_not_known() {
        let none: Option<&str> = None;
        let lines = lines(|| tracing::error!(request_id = "", place = none, ms = 1.5, "outside"));
        assert_eq!(lines, [json!({ "level": "ERROR", "message": "outside", "ms": 1.5 })]);
    }
}
