//! Looking for a job's statuses among the account's own.

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::api::{at, is_absent, rejected};
use super::status::Entry;
use super::{Access, Mastodon};
use crate::http::{Effect, Request};
use crate::network::{Job, LostComment, Steps};

/// How far an instance's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const PAGE: usize = 40;
const PAGES_MAX: usize = 5;

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) uri: Option<String>,
    pub(super) url: Option<String>,
    created_at: Option<Timestamp>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    media_attachments: Vec<Attached>,
    in_reply_to_id: Option<String>,
}

#[derive(Deserialize)]
struct Attached {
    id: String,
}

#[derive(Deserialize)]
struct Source {
    text: String,
}

/// What is looked for.
pub(super) struct Sought<'a> {
    pub(super) entry: Entry<'a>,
    /// The status that it answers.
    pub(super) parent: Option<&'a str>,
    /// The uploaded files, as far as they were recorded.
    files: Vec<Option<&'a str>>,
    /// Statuses that are known to be others.
    others: &'a [String],
}

impl<'a> Sought<'a> {
    /// A part of a job, as an answer to `parent`.
    pub(super) fn part(entry: Entry<'a>, parent: Option<&'a str>, steps: &'a dyn Steps) -> Self {
        let files = (0..entry.media.len()).map(|index| steps.get(&entry.step(&format!("media-{index}"))));
        Self { entry, parent, files: files.collect(), others: &[] }
    }
}

impl Mastodon {
    /// The id of a first comment among the account's own statuses.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when the account wrote too much since then to be looked through.
    pub(super) async fn find_lost(&self, lost: &LostComment, access: Access<'_>) -> Result<Option<String>, Failure> {
        let Some(entry) = Entry::comment(&lost.job) else { return Ok(None) };
        let sought = Sought { entry, parent: lost.parent(), files: Vec::new(), others: &lost.known };
        match self.look_through(&lost.job, &sought, access).await? {
            (Some(found), _) => Ok(Some(found.id)),
            (None, true) => Ok(None),
            (None, false) => {
                let message = "the account has written too much since then to be looked through";
                Err(rejected("too-far-back", message, "Look for the comment yourself."))
            }
        }
    }

    /// A part of the job among the account's own statuses since the key was drawn, as an answer to `parent`: the one
    /// with the uploaded files, or without files the one whose text is exactly the part's. An equal text that the
    /// user wrote in the same minutes by other means cannot be told from ours and counts as it.
    pub(super) async fn find_status(
        &self,
        job: &Job,
        sought: &Sought<'_>,
        access: Access<'_>,
    ) -> Result<Option<Status>, Failure> {
        self.look_through(job, sought, access).await.map(|(found, _)| found)
    }

    /// What is found, and whether everything was looked through for it.
    async fn look_through(
        &self,
        job: &Job,
        sought: &Sought<'_>,
        access: Access<'_>,
    ) -> Result<(Option<Status>, bool), Failure> {
        let mut before = None;
        for _ in 0..PAGES_MAX {
            let page = self.own_statuses(job, access, before.as_deref()).await?;
            let Some(oldest) = page.last() else { return Ok((None, true)) };
            before = Some(oldest.id.clone());
            let more = page.len() == PAGE && is_recent(oldest, job);
            for status in page.into_iter().filter(|status| is_recent(status, job)) {
                let may_be = status.in_reply_to_id.as_deref() == sought.parent && !sought.others.contains(&status.id);
                if may_be && self.is_ours(&status, sought, access).await? {
                    return Ok((Some(status), true));
                }
            }
            if !more {
                return Ok((None, true));
            }
        }
        Ok((None, false))
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

    async fn is_ours(&self, status: &Status, sought: &Sought<'_>, access: Access<'_>) -> Result<bool, Failure> {
        let entry = sought.entry;
        if status.media_attachments.len() != entry.media.len() {
            return Ok(false);
        }
        if !entry.media.is_empty() {
            let ours = sought.files.iter().copied();
            return Ok(ours.eq(status.media_attachments.iter().map(|file| Some(file.id.as_str()))));
        }
        let written = squeezed(entry.text);
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
