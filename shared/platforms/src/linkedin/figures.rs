//! How an organization's post does (Share Statistics).

use domain::delivery::Failure;
use domain::insights::Insights;
use http::Method;
use serde::Deserialize;

use super::api::{encoded, rejected, versioned};
use super::{Access, Linkedin};
use crate::http::Effect;
use crate::network::NOT_OFFERED;

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    elements: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    total_share_statistics: Totals,
}

/// Counts. Those of shares and likes can be negative when more were taken back than given in the time asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    impression_count: Option<i64>,
    unique_impressions_count: Option<i64>,
    click_count: Option<i64>,
    like_count: Option<i64>,
    comment_count: Option<i64>,
    share_count: Option<i64>,
}

impl Linkedin {
    /// The figures of an organization's post; all absent when LinkedIn has none yet.
    pub(super) async fn figures_of(&self, urn: &str, access: Access<'_>) -> Result<Insights, Failure> {
        const PATH: &str = "/rest/organizationalEntityShareStatistics";
        if !access.is_organization() {
            let message = "LinkedIn tells a member's figures only to approved partners";
            return Err(rejected(NOT_OFFERED, message, "Look at the post's own statistics at LinkedIn."));
        }
        let list = if urn.starts_with("urn:li:ugcPost:") { "ugcPosts" } else { "shares" };
        // The list's own brackets are syntax and stay as they are.
        let path = format!(
            "{PATH}?q=organizationalEntity&organizationalEntity={}&{list}=List({})",
            encoded(access.author),
            encoded(urn),
        );
        let Found { elements } = self.call(versioned(Method::GET, &path, PATH, access), Effect::None).await?;
        let Some(Element { total_share_statistics: totals }) = elements.into_iter().next() else {
            return Ok(Insights::default());
        };
        let count = |figure: Option<i64>| figure.map(|figure| u64::try_from(figure).unwrap_or(0));
        Ok(Insights {
            views: count(totals.impression_count),
            reach: count(totals.unique_impressions_count),
            likes: count(totals.like_count),
            comments: count(totals.comment_count),
            shares: count(totals.share_count),
            saves: None,
            clicks: count(totals.click_count),
        })
    }
}
