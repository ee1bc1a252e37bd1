//! What is out: found again, and its figures.

use domain::delivery::Failure;
use domain::insights::Insights;
use domain::target::Format;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use super::container::Status;
use super::{Instagram, is_video};
use crate::graph::login::List;
use crate::graph::{Access, is_gone, same_words, time};
use crate::network::{Job, Published};
use crate::token::Token;

/// How far Instagram's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const LISTED: &str = "25";

#[derive(Deserialize)]
struct Media {
    id: String,
    #[serde(default)]
    caption: String,
    timestamp: Option<String>,
    permalink: Option<String>,
    #[serde(default)]
    media_type: String,
}

#[derive(Deserialize)]
struct Counters {
    like_count: Option<u64>,
    comments_count: Option<u64>,
    #[serde(default)]
    media_product_type: String,
}

#[derive(Deserialize)]
struct Metric {
    name: String,
    #[serde(default)]
    values: Vec<Measured>,
    total_value: Option<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    value: Value,
}

impl Instagram {
    /// What became of a container that may have been published: absent = it surely was not.
    pub(super) async fn outcome(
        &self,
        job: &Job,
        container: &str,
        access: &Access<'_>,
        token: &Token,
    ) -> Result<Option<Published>, Failure> {
        let published = match self.status(container, access).await {
            Ok((status, _)) => status == Status::Published,
            // Dropped altogether: only the list of media can tell.
            Err(failure) if is_gone(&failure) => return self.find_media(job, access, token).await,
            Err(failure) => return Err(failure),
        };
        if !published {
            return Ok(None);
        }
        let found = self.find_media(job, access, token).await?;
        // It is out for certain, so it is listed sooner or later; it must not be made again.
        let waits = || Failure::Transient { message: "Instagram does not list the published post yet".to_owned() };
        found.map(Some).ok_or_else(waits)
    }

    /// The account's newest media since the key was drawn of the same kind and with the same words. An equal one that
    /// the user posted in the same minutes by other means cannot be told from ours and counts as it.
    async fn find_media(&self, job: &Job, access: &Access<'_>, token: &Token) -> Result<Option<Published>, Failure> {
        let story = job.format == Format::Story;
        let (edge, route) = if story { ("stories", "/{account}/stories") } else { ("media", "/{account}/media") };
        let path = format!("{}/{edge}", token.subject);
        let query =
            vec![("fields", "id,caption,timestamp,permalink,media_type".to_owned()), ("limit", LISTED.to_owned())];
        let media: List<Media> = self.graph.read(access, &path, route, query).await?;
        let kind = kind_of(job);
        let ours = media.data.into_iter().find(|media| {
            let at = media.timestamp.as_deref().and_then(time);
            let recent = at.is_none_or(|at| at >= job.created_at - SKEW);
            recent && media.media_type == kind && (story || same_words(&media.caption, &job.text))
        });
        Ok(ours.map(|media| {
            let permalink = media.permalink.unwrap_or_else(|| profile_address(&job.profile.handle));
            Published { remote_id: media.id, permalink }
        }))
    }

    /// Where people see it. It is out whatever becomes of this call.
    pub(super) async fn permalink(&self, id: &str, access: &Access<'_>, job: &Job) -> String {
        let query = vec![("fields", "id,permalink".to_owned())];
        let media = self.graph.read::<Media>(access, id, "/{media}", query).await;
        media.ok().and_then(|media| media.permalink).unwrap_or_else(|| profile_address(&job.profile.handle))
    }

    pub(super) async fn figures(&self, access: &Access<'_>, id: &str) -> Result<Insights, Failure> {
        let query = vec![("fields", "like_count,comments_count,media_product_type".to_owned())];
        let counters: Counters = self.graph.read(access, id, "/{media}", query).await?;
        let story = counters.media_product_type == "STORY";
        let metrics = if story { "views,reach,shares" } else { "views,reach,saved,shares" };
        let query = vec![("metric", metrics.to_owned())];
        // Refused for want of the permission, or while fewer than five people saw it: the counters stand.
        let told: Option<List<Metric>> =
            self.graph.read(access, &format!("{id}/insights"), "/{media}/insights", query).await.ok();
        let told = told.map(|list| list.data).unwrap_or_default();
        let figure = |name: &str| {
            let metric = told.iter().find(|metric| metric.name == name)?;
            metric.total_value.as_ref().or(metric.values.last())?.value.as_u64()
        };
        Ok(Insights {
            views: figure("views"),
            reach: figure("reach"),
            likes: counters.like_count,
            comments: counters.comments_count,
            shares: figure("shares"),
            saves: figure("saved"),
            clicks: None,
        })
    }
}

fn kind_of(job: &Job) -> &'static str {
    match job.media.first() {
        _ if job.format == Format::Post && job.media.len() > 1 => "CAROUSEL_ALBUM",
        Some(file) if is_video(&file.mime) => "VIDEO",
        _ => "IMAGE",
    }
}

/// An account's page.
pub(super) fn profile_address(username: &str) -> String {
    format!("https://www.instagram.com/{username}/")
}
