//! Figures: log lines in CloudWatch's embedded metric format.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{FUNCTION, NAMESPACE};

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

    /// All of them are of one kind: `name` is the dimension, such as `Network`. They count by function as well, so
    /// that alarms need no list of kinds.
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
        super::lines::print(self.line(function).to_string());
    }

    fn line(&self, function: &str) -> Value {
        let mut dimensions = vec![vec!["FunctionName"]];
        dimensions.extend(self.of.map(|(name, _)| vec!["FunctionName", name]));
        let definition = |(name, unit, _): &(&str, Unit, i64)| json!({ "Name": name, "Unit": unit.as_str() });
        let metrics: Vec<Value> = self.figures.iter().map(definition).collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": self.at.as_millisecond(),
                "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics }],
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
                    "Dimensions": [["FunctionName"], ["FunctionName", "Network"]],
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
