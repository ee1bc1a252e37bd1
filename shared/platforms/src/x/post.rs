//! Posts ("Manage Posts"): one, or a thread in which each answers the one before, and the first comment, which answers
//! the first.

use std::time::Duration;

use domain::delivery::{COMMENT, Failure, OUT};
use serde::Deserialize;
use serde_json::{Value, json};

use super::X;
use super::api::{at, is_duplicate};
use super::search::Wanted;
use crate::http::{Body, Effect, Request};
use crate::network::{Attachment, Holding, Job, MediaSource, Published, Steps, aside, shown};
use crate::token::Token;

/// How long a post that is surely there may be missing among the account's posts.
const LAG: Duration = Duration::from_secs(10);

/// One post of a job.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) media: &'a [Attachment],
}

/// The posts that a job becomes, in order.
pub(super) fn parts(job: &Job) -> Vec<Piece<'_>> {
    let first = Piece { text: &job.text, media: &job.media };
    let rest = job.thread.iter().map(|part| Piece { text: &part.text, media: &part.media });
    std::iter::once(first).chain(rest).collect()
}

fn part(number: usize) -> String {
    format!("part.{number}")
}

/// The step under which the id of a part is recorded.
pub(super) fn step_of(number: usize) -> String {
    format!("{OUT}{}", part(number))
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl X {
    pub(super) async fn post_all(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        // All files first: a thread does not stop half-way for one.
        let files = self.upload_all(job, token, steps, media).await?;
        let mut ids: Vec<String> = Vec::new();
        for (number, piece) in parts(job).iter().enumerate() {
            let parent = ids.last().map(String::as_str);
            let body = body(job, piece, &files[number], parent);
            let id = shown(steps, &part(number), self.make(job, piece.text, body, parent, token)).await?;
            ids.push(id);
        }
        let first = ids.swap_remove(0);
        if let Some(comment) = &job.first_comment {
            let body = json!({"text": comment, "reply": {"in_reply_to_tweet_id": first}});
            aside(steps, COMMENT, self.create(body, token)).await?;
        }
        Ok(published(job, first))
    }

    /// Makes one post, unless an earlier attempt did. Since the account's timeline may lag behind, the refusal of a
    /// duplicate is a second reason to look.
    async fn make(
        &self,
        job: &Job,
        text: &str,
        body: Value,
        parent: Option<&str>,
        token: &Token,
    ) -> Result<String, Failure> {
        let wanted = Wanted { text, parent };
        if job.unsettled
            && let Some(found) = self.find(job, wanted, token).await?
        {
            return Ok(found);
        }
        let refused = match self.create(body, token).await {
            Err(failure) if is_duplicate(&failure) => failure,
            other => return other,
        };
        if let Some(found) = self.find(job, wanted, token).await? {
            return Ok(found);
        }
        self.tools.sleep.sleep(LAG).await;
        self.find(job, wanted, token).await?.ok_or(refused)
    }

    async fn create(&self, body: Value, token: &Token) -> Result<String, Failure> {
        const PATH: &str = "/2/tweets";
        let request = Request::post(at(PATH), PATH, Body::Json(body)).bearer(token.access_token.expose());
        self.call::<Created>(request, Effect::Visible).await.map(|created| created.id)
    }

    /// What X holds of a job. A first comment that was not begun counts as a part that is missing, so that
    /// publishing goes on with it.
    pub(super) async fn holding(&self, job: &Job, token: &Token, steps: &dyn Steps) -> Result<Holding, Failure> {
        let mut own = None;
        let mut ids: Vec<String> = Vec::new();
        let parts = parts(job);
        for (number, piece) in parts.iter().enumerate() {
            let parent = ids.last().map(String::as_str);
            let known = steps.get(&step_of(number)).map(str::to_owned);
            let found = match known {
                Some(id) => Some(id),
                None => {
                    if own.is_none() {
                        own = Some(self.own_posts(job, None, token).await?);
                    }
                    let wanted = Wanted { text: piece.text, parent };
                    own.as_deref().and_then(|own| wanted.among(own))
                }
            };
            let Some(found) = found else { break };
            ids.push(found);
        }
        let comment_is_due = job.first_comment.is_some() && steps.get(COMMENT).is_none();
        Ok(match ids.first() {
            None => Holding::Nothing,
            Some(first) if ids.len() == parts.len() && !comment_is_due => {
                let found = published(job, first.clone());
                if job.thread.is_empty() { Holding::All(found) } else { Holding::Thread(found, ids) }
            }
            Some(_) => Holding::Part,
        })
    }
}

/// A post's request: the schema allows nothing else, and nothing empty.
fn body(job: &Job, piece: &Piece<'_>, files: &[String], parent: Option<&str>) -> Value {
    let mut body = json!({});
    if !piece.text.is_empty() {
        body["text"] = json!(piece.text);
    }
    if !files.is_empty() {
        body["media"] = json!({"media_ids": files});
    }
    for (setting, name) in [("ai_generated", "made_with_ai"), ("paid_partnership", "paid_partnership")] {
        if job.flag(setting) {
            body[name] = json!(true);
        }
    }
    if let Some(parent) = parent {
        body["reply"] = json!({"in_reply_to_tweet_id": parent});
        return body;
    }
    if let Some(who) = job.text_setting("reply_settings").filter(|who| *who != "everyone") {
        body["reply_settings"] = json!(who);
    }
    let options = job.list_setting("poll");
    if !options.is_empty() {
        body["poll"] = json!({"options": options, "duration_minutes": minutes(job.text_setting("poll_duration"))});
    }
    body
}

/// How long a poll runs.
fn minutes(duration: Option<&str>) -> u32 {
    match duration {
        Some("1h") => 60,
        Some("6h") => 6 * 60,
        Some("3d") => 3 * 24 * 60,
        Some("7d") => 7 * 24 * 60,
        _ => 24 * 60,
    }
}

fn published(job: &Job, id: String) -> Published {
    let handle = Some(job.profile.handle.as_str()).filter(|handle| !handle.is_empty()).unwrap_or("i");
    Published { permalink: format!("https://x.com/{handle}/status/{id}"), remote_id: id }
}
