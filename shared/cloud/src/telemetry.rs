//! Logs and figures: JSON lines for CloudWatch, readable lines for a terminal. No secret, no post text.

use std::io::Write as _;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing_subscriber::EnvFilter;

/// The CloudWatch namespace of all figures; `template.yaml` names it too.
pub const NAMESPACE: &str = "Atelier";

/// Where the lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// By CloudWatch.
    Json,
    /// By a person.
    Readable,
}

/// The function whose figures these are, once CloudWatch reads them.
static FUNCTION: OnceLock<String> = OnceLock::new();

/// Starts logging; `RUST_LOG` narrows or widens it. A person is told of trouble only, CloudWatch of
/// every request, and of figures. A second call changes nothing.
pub fn start(lines: Lines) {
    let usual = match lines {
        Lines::Json => "info,aws_config=warn",
        Lines::Readable => "warn",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(false);
    drop(match lines {
        Lines::Json => builder.json().flatten_event(true).without_time().try_init(),
        Lines::Readable => builder.compact().with_writer(std::io::stderr).try_init(),
    });
    if lines == Lines::Json {
        // Tells this deployment's figures from another's in the same AWS account.
        let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "local".to_owned());
        FUNCTION.get_or_init(|| name);
    }
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
}

impl Unit {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Seconds => "Seconds",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// Figures of one moment, which CloudWatch makes metrics of: a log line in its embedded metric format.
/// None is ever by organization: each value of a dimension is a metric of its own.
#[derive(Debug, Clone)]
pub struct Figures {
    at: Timestamp,
    of: Option<(&'static str, &'static str)>,
    figures: Vec<(&'static str, Unit, i64)>,
}

impl Figures {
    /// None yet.
    #[must_use]
    pub const fn new(at: Timestamp) -> Self {
        Self { at, of: None, figures: Vec::new() }
    }

    /// All of them are of one kind: `name` is the dimension, such as `Network`.
    #[must_use]
    pub fn of(self, name: &'static str, value: &'static str) -> Self {
        Self { of: Some((name, value)), ..self }
    }

    /// One more.
    #[must_use]
    pub fn figure(mut self, name: &'static str, unit: Unit, value: i64) -> Self {
        self.figures.push((name, unit, value));
        self
    }

    /// Tells them, if CloudWatch reads along.
    pub fn write(&self) {
        let Some(function) = FUNCTION.get() else { return };
        let line = format!("{}\n", self.line(function));
        // In one call, so that no other line gets between; a figure lost is no reason to stop.
        drop(std::io::stdout().lock().write_all(line.as_bytes()));
    }

    fn line(&self, function: &str) -> Value {
        let dimensions: Vec<&str> = ["FunctionName"].into_iter().chain(self.of.map(|(name, _)| name)).collect();
        let definition = |(name, unit, _): &(&str, Unit, i64)| json!({ "Name": name, "Unit": unit.as_str() });
        let metrics: Vec<Value> = self.figures.iter().map(definition).collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": self.at.as_millisecond(),
                "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics }],
            }),
        );
        line.insert("FunctionName".to_owned(), function.into());
        line.extend(self.of.map(|(name, value)| (name.to_owned(), value.into())));
        line.extend(self.figures.iter().map(|(name, _, value)| ((*name).to_owned(), (*value).into())));
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_a_line_in_the_embedded_metric_format() {
        let at = Timestamp::from_millisecond(1_800_000_000_123).unwrap();
        let figures = Figures::new(at).of("Network", "bluesky").figure("DeliveriesPublished", Unit::Count, 1).figure(
            "PublishLatenessMs",
            Unit::Milliseconds,
            640,
        );
        let expected = json!({
            "_aws": {
                "Timestamp": 1_800_000_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Atelier",
                    "Dimensions": [["FunctionName", "Network"]],
                    "Metrics": [
                        { "Name": "DeliveriesPublished", "Unit": "Count" },
                        { "Name": "PublishLatenessMs", "Unit": "Milliseconds" },
                    ],
                }],
            },
            "FunctionName": "atelier-publish",
            "Network": "bluesky",
            "DeliveriesPublished": 1,
            "PublishLatenessMs": 640,
        });
        assert_eq!(figures.line("atelier-publish"), expected);
    }

    #[test]
    fn figures_without_a_kind_have_no_other_dimension() {
        let line = Figures::new(Timestamp::UNIX_EPOCH).figure("OverdueDeliveries", Unit::Count, 0).line("f");
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["FunctionName"]]));
        assert_eq!(line["OverdueDeliveries"], 0);
    }
}
