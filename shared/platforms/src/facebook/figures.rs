//! How posts do ("Page Insights"). An unknown metric fails a whole call, so each group is asked for by itself, and
//! what is not told is left out.

use domain::delivery::Failure;
use domain::insights::Insights;
use serde::Deserialize;
use serde_json::Value;

use super::Facebook;
use crate::graph::Access;
use crate::graph::login::List;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counters {
    shares: Option<Count>,
    comments: Option<Counted>,
    reactions: Option<Counted>,
    likes: Option<Counted>,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

#[derive(Deserialize)]
struct Counted {
    summary: Option<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    total_count: u64,
}

#[derive(Deserialize)]
struct Metric {
    name: String,
    values: Vec<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    value: Value,
}

impl Facebook {
    pub(super) async fn figures(&self, access: &Access<'_>, id: &str) -> Result<Insights, Failure> {
        // A post's id names its page first; anything else is a video.
        let post = id.contains('_');
        let fields = if post {
            "shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)"
        } else {
            "comments.limit(0).summary(true),likes.limit(0).summary(true)"
        };
        let counters: Counters = self.graph.read(access, id, "/{post}", vec![("fields", fields.to_owned())]).await?;
        let total = |counted: Option<Counted>| counted.and_then(|counted| Some(counted.summary?.total_count));
        let mut figures = Insights {
            likes: total(counters.reactions).or(total(counters.likes)),
            comments: total(counters.comments),
            shares: counters.shares.map(|shares| shares.count),
            ..Insights::default()
        };
        if post {
            figures.views = self.metric(access, id, "insights", "post_media_view").await;
            figures.reach = self.metric(access, id, "insights", "post_total_media_view_unique").await;
            figures.clicks = self.metric(access, id, "insights", "post_clicks").await;
        } else {
            figures.views = self.metric(access, id, "video_insights", "blue_reels_play_count").await;
        }
        Ok(figures)
    }

    /// One metric, if it can be had.
    async fn metric(&self, access: &Access<'_>, id: &str, edge: &str, name: &str) -> Option<u64> {
        let path = format!("{id}/{edge}");
        let query = vec![("metric", name.to_owned())];
        let metrics: List<Metric> = self.graph.read(access, &path, "/{post}/insights", query).await.ok()?;
        let metric = metrics.data.into_iter().find(|metric| metric.name == name)?;
        metric.values.last()?.value.as_u64()
    }
}
