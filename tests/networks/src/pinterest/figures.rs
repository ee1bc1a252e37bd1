//! How a pin does.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ANALYTICS, Pinterest, refuse};
use crate::answers::Refused;

const METRICS: [(&str, u64); 9] = [
    ("IMPRESSION", 320),
    ("OUTBOUND_CLICK", 14),
    ("PIN_CLICK", 41),
    ("SAVE", 9),
    ("SAVE_RATE", 0),
    ("TOTAL_COMMENTS", 3),
    ("TOTAL_REACTIONS", 21),
    ("USER_FOLLOW", 1),
    ("PROFILE_VISIT", 5),
];
/// What is told since the pin was made, not only of the days asked for.
const LIFETIME: [&str; 2] = ["TOTAL_COMMENTS", "TOTAL_REACTIONS"];

#[derive(Deserialize)]
pub(super) struct Asked {
    start_date: Date,
    end_date: Date,
    metric_types: String,
}

pub(super) async fn of_pin(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["boards:read", "pins:read"], ANALYTICS)?;
    pinterest.pin(&id, &caller)?;
    let today = pinterest.world.now().to_zoned(TimeZone::UTC).date();
    let back = (today - asked.start_date).get_days();
    if back > 90 || asked.end_date < asked.start_date || asked.end_date > today {
        return Err(refuse(400, 1, "start_date must be at most 90 days back, and end_date not before it"));
    }
    let (mut summary, mut lifetime) = (Map::new(), Map::new());
    for name in asked.metric_types.split(',') {
        let Some((_, value)) = METRICS.iter().find(|(known, _)| *known == name) else {
            return Err(refuse(400, 1, &format!("Unknown metric type {name}")));
        };
        let part = if LIFETIME.contains(&name) { &mut lifetime } else { &mut summary };
        part.insert(name.to_owned(), json!(value));
    }
    let all: Value = json!({
        "daily_metrics": [{"date": asked.end_date.to_string(), "data_status": "PROCESSING", "metrics": {}}],
        "lifetime_metrics": lifetime, "summary_metrics": summary,
    });
    Ok(caller.answer(200, &json!({"all": all})))
}
