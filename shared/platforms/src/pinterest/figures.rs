//! Boards, and how a pin does.

use domain::delivery::Failure;
use domain::insights::Insights;
use domain::offers::{OfferedChoice, Offers};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Pinterest;
use super::api::{asking, segment};
use crate::http::{Effect, Request};
use crate::token::Token;

/// Boards asked for at once, the most that the API gives.
const PAGE: &str = "250";
/// Most pages of boards: a thousand of them.
const PAGES_MAX: usize = 4;
/// Figures reach back no further.
const DAYS: i64 = 89;
const METRICS: &str = "IMPRESSION,OUTBOUND_CLICK,SAVE,TOTAL_COMMENTS,TOTAL_REACTIONS";

#[derive(Deserialize)]
struct Boards {
    #[serde(default)]
    items: Vec<Board>,
    bookmark: Option<String>,
}

#[derive(Deserialize)]
struct Board {
    id: String,
    name: String,
    privacy: Option<String>,
}

impl Pinterest {
    /// The boards that may be chosen.
    pub(super) async fn boards(&self, token: &Token) -> Result<Offers, Failure> {
        let mut choices = Vec::new();
        let mut bookmark = String::new();
        for _ in 0..PAGES_MAX {
            let mut query = vec![("page_size", PAGE)];
            if !bookmark.is_empty() {
                query.push(("bookmark", &bookmark));
            }
            let request = Request::get(asking("/boards", &query), "/v5/boards").bearer(token.access_token.expose());
            let page: Boards = self.call(request, Effect::None).await?;
            choices.extend(page.items.into_iter().map(choice));
            match page.bookmark.filter(|next| !next.is_empty()) {
                Some(next) => bookmark = next,
                None => break,
            }
        }
        Ok(Offers { choices: [("board".to_owned(), choices)].into(), ..Offers::default() })
    }

    /// How a pin has done in the last ninety days; comments and reactions since it was made.
    pub(super) async fn figures(&self, pin: &str, token: &Token) -> Result<Insights, Failure> {
        let now = self.tools.clock.now();
        let (start, end) = (date(now - SignedDuration::from_hours(24 * DAYS)), date(now));
        let query = [("start_date", start.as_str()), ("end_date", &end), ("metric_types", METRICS)];
        let url = asking(&format!("/pins/{}/analytics", segment(pin)?), &query);
        let request = Request::get(url, "/v5/pins/{id}/analytics").bearer(token.access_token.expose());
        let answer: Value = self.call(request, Effect::None).await?;
        let figure = |name: &str| {
            let all = &answer["all"];
            number(&all["lifetime_metrics"][name]).or_else(|| number(&all["summary_metrics"][name]))
        };
        Ok(Insights {
            views: figure("IMPRESSION"),
            reach: None,
            likes: figure("TOTAL_REACTIONS"),
            comments: figure("TOTAL_COMMENTS"),
            shares: None,
            saves: figure("SAVE"),
            clicks: figure("OUTBOUND_CLICK"),
        })
    }
}

fn choice(board: Board) -> OfferedChoice {
    let label = match board.privacy.as_deref() {
        None | Some("PUBLIC") => board.name,
        Some(privacy) => format!("{} ({})", board.name, privacy.to_lowercase()),
    };
    OfferedChoice { value: board.id, label }
}

fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// Counts come as whole numbers and as fractions.
fn number(value: &Value) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are small and not negative")]
    let whole = |value: f64| (value >= 0.0).then_some(value as u64);
    value.as_u64().or_else(|| whole(value.as_f64()?))
}
