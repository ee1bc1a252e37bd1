//! Publishing part by part, and finding out what was published when an answer is lost.

use domain::delivery::{COMMENT, Failure, OUT};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::consent::page_of;
use super::container::{Container, Id, Piece, Status, Work, forgotten, is_not_yet, parts, step_of};
use super::{Listed, Threads, access};
use crate::graph::Patience;
use crate::http::Effect;
use crate::network::{Holding, Job, LostComment, MediaSource, Published, Steps, aside, shown};
use crate::token::Token;

/// How far Threads's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// Posts that are looked through: an account has published few since the doubtful attempt.
const LOOKED_THROUGH: &str = "25";

#[derive(Deserialize)]
struct Own {
    id: String,
    #[serde(default)]
    text: String,
    replied_to: Option<Id>,
}

#[derive(Deserialize)]
struct Place {
    permalink: String,
}

fn part(number: usize) -> String {
    format!("part.{number}")
}

/// The id of a part that is recorded as out.
fn out(steps: &dyn Steps, number: usize) -> Option<String> {
    steps.get(&format!("{OUT}{}", part(number))).map(str::to_owned)
}

impl Threads {
    /// Makes the first part's container.
    pub(super) async fn make_ready(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let patience = Patience::new(self.graph.tools());
        let mut work = Work { threads: self, job, token, steps, media, patience };
        work.container(parts(job)[0], None).await.map(drop)
    }

    pub(super) async fn publish_all(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let patience = Patience::new(self.graph.tools());
        let mut work = Work { threads: self, job, token, steps, media, patience };
        let mut ids: Vec<String> = Vec::new();
        for piece in parts(job) {
            let id = match out(work.steps, piece.number) {
                Some(id) => id,
                None => work.publish(piece, &ids).await?,
            };
            ids.push(id);
        }
        let first = ids.swap_remove(0);
        if let Some(comment) = &job.first_comment {
            let answer = self.answer(&first, comment, token, &mut work.patience);
            aside(work.steps, COMMENT, answer).await?;
        }
        Ok(self.published(job, first, token).await)
    }
}

impl Work<'_> {
    /// Publishes one part, unless its container was published by an attempt whose answer was lost.
    async fn publish(&mut self, piece: Piece<'_>, before: &[String]) -> Result<String, Failure> {
        let step = step_of(piece.number);
        let known = Container::of(self.steps, &step).filter(|_| self.job.unsettled);
        if let Some(known) = known {
            match self.threads.status(&known.id, self.token).await? {
                Status::Published => {
                    let found = self.threads.find(self.job, piece, before, self.token);
                    return shown(self.steps, &part(piece.number), found).await;
                }
                Status::Gone => self.forget(&step).await?,
                Status::Waiting | Status::Ready | Status::Broken(_) => {}
            }
        }
        let container = self.container(piece, before.last().map(String::as_str)).await?;
        let sent = self.send(&container.id, piece, before).await?;
        let Some(id) = sent else {
            self.forget(&step).await?;
            return Err(forgotten());
        };
        shown(self.steps, &part(piece.number), std::future::ready(Ok(id))).await
    }

    /// Publishes a container, waiting for it if need be; absent when Threads does not have it any more.
    async fn send(&mut self, id: &str, piece: Piece<'_>, before: &[String]) -> Result<Option<String>, Failure> {
        loop {
            let refused = match self.threads.send(id, self.token).await {
                Err(refused @ Failure::Rejected { .. }) => refused,
                other => return other.map(Some),
            };
            // A container publishes once: refused may mean that it did.
            match self.threads.status(id, self.token).await {
                Ok(Status::Published) => {
                    return self.threads.find(self.job, piece, before, self.token).await.map(Some);
                }
                Ok(Status::Gone) => return Ok(None),
                Ok(Status::Waiting | Status::Ready) if is_not_yet(&refused) => self.patience.wait("the post").await?,
                Err(failure @ Failure::Transient { .. }) if is_not_yet(&refused) => return Err(failure),
                _ => return Err(refused),
            }
        }
    }
}

impl Threads {
    /// Publishes a container: the one request that people see something of.
    async fn send(&self, container: &str, token: &Token) -> Result<String, Failure> {
        let path = format!("{}/threads_publish", token.subject);
        let fields = vec![("creation_id", container.to_owned())];
        let made = self.graph.write(&access(token), &path, "/{user}/threads_publish", fields, Effect::Visible).await;
        made.map(|Id { id }| id)
    }

    /// Answers a post with a text.
    async fn answer(
        &self,
        parent: &str,
        text: &str,
        token: &Token,
        patience: &mut Patience<'_>,
    ) -> Result<String, Failure> {
        let fields =
            vec![("media_type", "TEXT".to_owned()), ("text", text.to_owned()), ("reply_to_id", parent.to_owned())];
        let container = self.create(fields, token, patience).await?;
        self.send(&container, token).await
    }

    /// The id that a published container has as a post.
    ///
    /// # Errors
    /// Only [`Failure::Ambiguous`], or [`Failure::Internal`] in doubt: it is there, but which one it is could not be learned yet.
    async fn find(&self, job: &Job, piece: Piece<'_>, before: &[String], token: &Token) -> Result<String, Failure> {
        match self.look_for(job, piece, before, None, token).await {
            Ok(Some(id)) => Ok(id),
            Ok(None) => Err(Failure::Ambiguous {
                message: "Threads says that it is published and does not list it yet".to_owned(),
            }),
            Err(failure) => Err(failure.in_doubt()),
        }
    }

    /// The id of a first comment among the account's answers.
    pub(super) async fn find_lost(&self, lost: &LostComment, token: &Token) -> Result<Option<String>, Failure> {
        let piece = Piece { number: lost.job.thread.len() + 1, text: lost.text(), media: &[] };
        self.look_for(&lost.job, piece, &lost.known, Some(lost.until + SKEW), token).await
    }

    /// The id of a part among the account's posts, or its answers, before `until`. The text needs to tell it from few
    /// others: those that were made within minutes of it.
    async fn look_for(
        &self,
        job: &Job,
        piece: Piece<'_>,
        before: &[String],
        until: Option<Timestamp>,
        token: &Token,
    ) -> Result<Option<String>, Failure> {
        let parent = before.last();
        let edge = if parent.is_some() { "replies" } else { "threads" };
        let since = job.created_at.checked_sub(SKEW).unwrap_or(job.created_at);
        let mut fields = vec![
            ("fields", "id,text,timestamp,permalink,media_type,replied_to".to_owned()),
            ("since", since.as_second().to_string()),
            ("limit", LOOKED_THROUGH.to_owned()),
        ];
        fields.extend(until.map(|until| ("until", until.as_second().to_string())));
        let path = format!("{}/{edge}", token.subject);
        let own: Listed<Own> = self.graph.read(&access(token), &path, "/{user}/{edge}", fields).await?;
        let is_it = |post: &Own| {
            let below = post.replied_to.as_ref().map(|parent| &parent.id);
            below == parent && !before.contains(&post.id) && words(&post.text) == words(piece.text)
        };
        Ok(own.data.into_iter().rev().find(is_it).map(|post| post.id))
    }

    /// What Threads holds of a job. A first comment that was not begun counts as a part that is missing, so that
    /// publishing goes on with it.
    pub(super) async fn holding(&self, job: &Job, token: &Token, steps: &dyn Steps) -> Result<Holding, Failure> {
        let mut ids: Vec<String> = Vec::new();
        let parts = parts(job);
        for piece in &parts {
            let known = out(steps, piece.number);
            let id = match (known, Container::of(steps, &step_of(piece.number))) {
                (Some(id), _) => id,
                (None, None) => break,
                (None, Some(container)) => match self.status(&container.id, token).await? {
                    Status::Published => match self.look_for(job, *piece, &ids, None, token).await? {
                        Some(id) => id,
                        // It is there, so that it is not nothing, and going on asks again.
                        None => return Ok(Holding::Part),
                    },
                    _ => break,
                },
            };
            ids.push(id);
        }
        let comment_is_due = job.first_comment.is_some() && steps.get(COMMENT).is_none();
        Ok(match ids.first() {
            None => Holding::Nothing,
            Some(first) if ids.len() == parts.len() && !comment_is_due => {
                let found = self.published(job, first.clone(), token).await;
                if job.thread.is_empty() { Holding::All(found) } else { Holding::Thread(found, ids) }
            }
            Some(_) => Holding::Part,
        })
    }

    /// The post with its address. Where Threads does not tell it now, the account's page has to do: the post is out.
    async fn published(&self, job: &Job, id: String, token: &Token) -> Published {
        let fields = vec![("fields", "permalink".to_owned())];
        let place: Result<Place, Failure> = self.graph.read(&access(token), &id, "/{media}", fields).await;
        let permalink = place.map_or_else(|_| page_of(&job.profile.handle), |place| place.permalink);
        Published { remote_id: id, permalink }
    }
}

/// The words of a text: Threads trims it, and shows the topic in it without its mark.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(|word| word.trim_start_matches('#').to_owned()).collect()
}
