//! One post as one status, created at most once.

use domain::delivery::Failure;
use http::HeaderName;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::api::{at, is_absent};
use super::{Access, Mastodon};
use crate::http::{Body, Effect, Request};
use crate::network::{Job, MediaSource, Published, Steps};

/// Instances remember a key for an hour; the rest is for clocks that differ.
const KEY_IS_SAFE: SignedDuration = SignedDuration::from_mins(55);
/// How far an instance's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const PAGE: usize = 40;
const PAGES_MAX: usize = 5;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[derive(Deserialize)]
struct Status {
    id: String,
    uri: Option<String>,
    url: Option<String>,
    created_at: Option<Timestamp>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    media_attachments: Vec<Attached>,
}

#[derive(Deserialize)]
struct Attached {
    id: String,
}

#[derive(Deserialize)]
struct Source {
    text: String,
}

impl Mastodon {
    pub(super) async fn post_status(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        const PATH: &str = "/api/v1/statuses";
        let forgotten = self.clock.now().duration_since(job.created_at) > KEY_IS_SAFE;
        if forgotten && let Some(found) = self.find_status(job, access, steps).await? {
            return Ok(found);
        }
        let ids = self.attach_all(job, access, steps, media, forgotten).await?;
        let body = json!({"status": job.text, "media_ids": ids});
        let request = Request::post(at(access.instance, PATH), PATH, Body::Json(body))
            .bearer(access.token)
            .header(IDEMPOTENCY_KEY, &job.key);
        Ok(published(self.call(request, Effect::Visible).await?, access))
    }

    /// The job's post among the account's own since the key was drawn: the one with the uploaded
    /// files, or without files the one whose text is exactly the job's. An equal text that the user
    /// wrote in the same minutes by other means cannot be told from ours and counts as it.
    pub(super) async fn find_status(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &dyn Steps,
    ) -> Result<Option<Published>, Failure> {
        let mut before = None;
        for _ in 0..PAGES_MAX {
            let page = self.own_statuses(job, access, before.as_deref()).await?;
            let Some(oldest) = page.last() else { break };
            before = Some(oldest.id.clone());
            let more = page.len() == PAGE && is_recent(oldest, job);
            for status in page.into_iter().filter(|status| is_recent(status, job)) {
                if self.is_ours(&status, job, access, steps).await? {
                    return Ok(Some(published(status, access)));
                }
            }
            if !more {
                break;
            }
        }
        Ok(None)
    }

    async fn own_statuses(&self, job: &Job, access: Access<'_>, before: Option<&str>) -> Result<Vec<Status>, Failure> {
        let path = format!("/api/v1/accounts/{}/statuses", job.profile.remote_id);
        let mut url = at(access.instance, &path);
        url.query_pairs_mut()
            .append_pair("limit", &PAGE.to_string())
            .append_pair("exclude_reblogs", "true")
            .extend_pairs(before.map(|id| ("max_id", id)));
        let request = Request::get(url, "/api/v1/accounts/{id}/statuses").bearer(access.token);
        self.call(request, Effect::None).await
    }

    async fn is_ours(
        &self,
        status: &Status,
        job: &Job,
        access: Access<'_>,
        steps: &dyn Steps,
    ) -> Result<bool, Failure> {
        if status.media_attachments.len() != job.media.len() {
            return Ok(false);
        }
        if !job.media.is_empty() {
            let ours = (0..job.media.len()).map(|index| steps.get(&format!("media-{index}")));
            return Ok(ours.eq(status.media_attachments.iter().map(|file| Some(file.id.as_str()))));
        }
        let written = squeezed(&job.text);
        if !alike(&written, &squeezed(&plain(&status.content))) {
            return Ok(false);
        }
        // What was shown differs from what was written (mentions lose their domain, links are
        // shortened), so the source decides where the server offers it.
        let path = format!("/api/v1/statuses/{}/source", status.id);
        let request = Request::get(at(access.instance, &path), "/api/v1/statuses/{id}/source").bearer(access.token);
        match self.call::<Source>(request, Effect::None).await {
            Ok(source) => Ok(squeezed(&source.text) == written),
            Err(failure) if is_absent(&failure) => Ok(true),
            Err(failure) => Err(failure),
        }
    }
}

fn is_recent(status: &Status, job: &Job) -> bool {
    status.created_at.is_none_or(|created| created.duration_since(job.created_at) >= -SKEW)
}

fn published(status: Status, access: Access<'_>) -> Published {
    let permalink = status.url.or(status.uri).unwrap_or_else(|| access.instance.to_string());
    Published { remote_id: status.id, permalink }
}

/// The text of a status's HTML.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else { return unescaped(&text) };
        let tag = &rest[open..open + close];
        if tag.starts_with("<br") || tag.starts_with("</p") {
            text.push(' ');
        }
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    unescaped(&text)
}

fn unescaped(html: &str) -> String {
    const ENTITIES: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    ENTITIES.iter().fold(html.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// The words of a text: servers change white space.
fn squeezed(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Whether two texts may be the same post: every word that the server shows unchanged is the same.
fn alike(written: &[String], shown: &[String]) -> bool {
    let changes = |word: &String| word.contains('@') || word.contains("://");
    written.len() == shown.len()
        && written.iter().zip(shown).all(|(written, shown)| written == shown || changes(written))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_of_html_is_found() {
        let html = "<p>A &amp; B &lt;3<br />next</p><p>see <a href=\"https://x\"><span>https://</span>x</a></p>";
        assert_eq!(squeezed(&plain(html)), ["A", "&", "B", "<3", "next", "see", "https://x"]);
        assert_eq!(plain("&amp;lt;"), "&lt;");
        assert_eq!(plain("a <b"), "a ");
    }

    #[test]
    fn mentions_and_links_may_be_shown_differently() {
        let words = |text: &str| squeezed(text);
        assert!(alike(&words("hi @a@b.c see https://x/y"), &words("hi @a see x/y…")));
        assert!(!alike(&words("one two"), &words("one three")));
        assert!(!alike(&words("one"), &words("one two")));
    }

    proptest! {
        #[test]
        fn no_html_panics(html in "([<>&;/a-z ]|&amp;|<p>|\\PC){0,100}") {
            let _ = plain(&html);
        }
    }
}
