//! One post as one status, or as several: each created at most once.

use domain::delivery::{COMMENT, Failure, OUT};
use domain::insights::Insights;
use http::{HeaderName, Method};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{at, is_absent, rejected};
use super::search::{Sought, Status};
use super::{Access, Mastodon};
use crate::http::{Body, Effect, Request};
use crate::network::{Attachment, Holding, Job, MediaSource, Published, Steps, aside, shown};

/// Instances remember a key for an hour; the rest is for clocks that differ.
const KEY_IS_SAFE: SignedDuration = SignedDuration::from_mins(55);
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PATH: &str = "/api/v1/statuses";

/// One status of a job: 0 is the post, then come the parts of its thread, and last its first comment.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    number: usize,
    pub(super) text: &'a str,
    pub(super) media: &'a [Attachment],
}

impl<'a> Entry<'a> {
    /// The post and the parts of its thread, in order.
    pub(super) fn all(job: &'a Job) -> impl Iterator<Item = Self> {
        let first = std::iter::once((job.text.as_str(), job.media.as_slice()));
        let parts = job.thread.iter().map(|part| (part.text.as_str(), part.media.as_slice()));
        first.chain(parts).enumerate().map(|(number, (text, media))| Self { number, text, media })
    }

    /// The first comment.
    pub(super) fn comment(job: &'a Job) -> Option<Self> {
        Some(Self { number: job.thread.len() + 1, text: job.first_comment.as_deref()?, media: &[] })
    }

    /// The name of one of its steps.
    pub(super) fn step(&self, name: &str) -> String {
        if self.number == 0 { name.to_owned() } else { format!("part.{}.{name}", self.number) }
    }

    /// What makes a repeat recognizable to the instance.
    fn key(&self, job: &Job) -> String {
        if self.number == 0 { job.key.clone() } else { format!("{}-{}", job.key, self.number) }
    }

    /// The status itself. All parts are shown to the same people, behind the same warning, and may be quoted by the
    /// same.
    fn body(&self, job: &Job, media: &[String], parent: Option<&str>) -> Value {
        let mut body = json!({"status": self.text, "media_ids": media});
        if let Some(parent) = parent {
            body["in_reply_to_id"] = json!(parent);
        }
        let texts =
            [("visibility", "visibility"), ("spoiler", "spoiler_text"), ("quote_policy", "quote_approval_policy")];
        for (setting, field) in texts {
            if let Some(value) = job.text_setting(setting) {
                body[field] = json!(value);
            }
        }
        if let Some(language) = job.text_setting("language") {
            body["language"] = json!(language.trim().to_ascii_lowercase());
        }
        if job.flag("sensitive") {
            body["sensitive"] = json!(true);
        }
        let options = job.list_setting("poll");
        if self.number == 0 && !options.is_empty() {
            body["poll"] = json!({"options": options, "expires_in": poll_seconds(job)});
            for (setting, field) in [("poll_multiple", "multiple"), ("poll_hide_totals", "hide_totals")] {
                if job.flag(setting) {
                    body["poll"][field] = json!(true);
                }
            }
        }
        body
    }
}

/// A day, unless the post says otherwise.
fn poll_seconds(job: &Job) -> u32 {
    match job.text_setting("poll_duration") {
        Some("1h") => 3600,
        Some("6h") => 6 * 3600,
        Some("3d") => 3 * 86_400,
        Some("7d") => 7 * 86_400,
        _ => 86_400,
    }
}

/// What an instance tells of a status.
#[derive(Deserialize)]
struct Counts {
    favourites_count: Option<u64>,
    reblogs_count: Option<u64>,
    quotes_count: Option<u64>,
    replies_count: Option<u64>,
}

impl Mastodon {
    pub(super) async fn post_status(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        if !job.media.is_empty() && !job.list_setting("poll").is_empty() {
            let message = "a post has either a poll or files";
            return Err(rejected("poll-with-files", message, "Remove the poll or the files."));
        }
        let mut root: Option<Published> = None;
        let mut parent: Option<String> = None;
        for entry in Entry::all(job) {
            let made = self.post_entry(job, entry, parent.as_deref(), access, steps, media).await?;
            parent = Some(made.remote_id.clone());
            root.get_or_insert(made);
        }
        let root = root.ok_or_else(|| rejected("empty", "there is nothing to post", "Write something."))?;
        if let Some(comment) = Entry::comment(job) {
            aside(steps, COMMENT, async {
                let body = comment.body(job, &[], Some(&root.remote_id));
                self.create(job, comment, body, access).await.map(|made| made.id)
            })
            .await?;
        }
        Ok(root)
    }

    /// One status, unless an earlier attempt recorded it or, once its key is forgotten, it is found.
    async fn post_entry(
        &self,
        job: &Job,
        entry: Entry<'_>,
        parent: Option<&str>,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let step = format!("part.{}", entry.number);
        if let Some(known) = steps.get(&format!("{OUT}{step}")) {
            return recorded(known);
        }
        let forgotten = self.clock.now().duration_since(job.created_at) > KEY_IS_SAFE;
        let found =
            if forgotten { self.find_status(job, &Sought::part(entry, parent, steps), access).await? } else { None };
        let made = match found {
            Some(found) => found,
            None => {
                let ids = self.attach_entry(job, entry, access, steps, media, forgotten).await?;
                self.create(job, entry, entry.body(job, &ids, parent), access).await?
            }
        };
        let made = published(made, access);
        if !job.thread.is_empty() {
            let text = json!([made.remote_id, made.permalink]).to_string();
            shown(steps, &step, async { Ok(text) }).await?;
        }
        Ok(made)
    }

    async fn create(&self, job: &Job, entry: Entry<'_>, body: Value, access: Access<'_>) -> Result<Status, Failure> {
        let request = Request::post(at(access.instance, PATH), PATH, Body::Json(body))
            .bearer(access.token)
            .header(IDEMPOTENCY_KEY, &entry.key(job));
        self.call(request, Effect::Visible).await
    }

    /// What of the job is there: all, the beginning, or nothing.
    pub(super) async fn find_post(&self, job: &Job, access: Access<'_>, steps: &dyn Steps) -> Result<Holding, Failure> {
        let mut root: Option<Published> = None;
        let mut parent: Option<String> = None;
        for entry in Entry::all(job) {
            let sought = Sought::part(entry, parent.as_deref(), steps);
            let Some(found) = self.find_status(job, &sought, access).await? else {
                return Ok(if root.is_some() { Holding::Part } else { Holding::Nothing });
            };
            let found = published(found, access);
            parent = Some(found.remote_id.clone());
            root.get_or_insert(found);
        }
        Ok(Holding::from(root))
    }

    pub(super) async fn delete_status(&self, id: &str, access: Access<'_>) -> Result<(), Failure> {
        let url = at(access.instance, &status_path(id)?);
        let request = Request::new(Method::DELETE, url, "/api/v1/statuses/{id}").bearer(access.token);
        match self.send(request, Effect::None).await {
            Err(failure) if !is_absent(&failure) => Err(failure),
            _ => Ok(()),
        }
    }

    /// What the instance knows of a status; nobody is told of views or clicks.
    pub(super) async fn counts(&self, id: &str, access: Access<'_>) -> Result<Insights, Failure> {
        let url = at(access.instance, &status_path(id)?);
        let request = Request::get(url, "/api/v1/statuses/{id}").bearer(access.token);
        let counts: Counts = self.call(request, Effect::None).await?;
        let shares = [counts.reblogs_count, counts.quotes_count].into_iter().flatten();
        Ok(Insights {
            likes: counts.favourites_count,
            comments: counts.replies_count,
            shares: shares.reduce(u64::saturating_add),
            ..Insights::default()
        })
    }
}

/// Ids are of any kind on compatible servers, but never lead elsewhere.
fn status_path(id: &str) -> Result<String, Failure> {
    let ordinary = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let refused = || rejected("invalid-id", "that is no post of this server", "Look at the post.");
    ordinary.then(|| format!("{PATH}/{id}")).ok_or_else(refused)
}

/// What was recorded of a part.
pub(super) fn recorded(known: &str) -> Result<Published, Failure> {
    let unreadable = |_| Failure::Ambiguous { message: "what was recorded of a part is unreadable".to_owned() };
    let (remote_id, permalink) = serde_json::from_str(known).map_err(unreadable)?;
    Ok(Published { remote_id, permalink })
}

fn published(status: Status, access: Access<'_>) -> Published {
    let permalink = status.url.or(status.uri).unwrap_or_else(|| access.instance.to_string());
    Published { remote_id: status.id, permalink }
}
