//! What became of a post: the status of its `publish_id` (document Get Post Status).

use std::time::Duration;

use domain::delivery::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Tiktok;
use crate::http::Effect;
use crate::network::{Job, Published};

/// How long one attempt waits for TikTok to finish, in pauses that grow to [`LONGEST_PAUSE`]: 30 questions a minute are
/// allowed. What takes longer is found by the next attempt.
const WAIT: SignedDuration = SignedDuration::from_secs(60);
/// How much of that is spent on waiting for the public id of what is posted already.
const WAIT_FOR_ID: SignedDuration = SignedDuration::from_secs(20);
/// In seconds.
const LONGEST_PAUSE: u64 = 5;

/// The state of a post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    status: String,
    fail_reason: String,
    /// Numbers of 64 bits, spelled like this.
    publicaly_available_post_id: Vec<Value>,
    uploaded_bytes: Option<u64>,
}

/// The state of a post, in our terms.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// TikTok has not finished. With a video: how many bytes it holds, if it says so.
    Processing(Option<u64>),
    /// Posted.
    Posted,
    /// Surely not posted, for this reason.
    Failed(String),
}

impl Status {
    /// The state in our terms.
    pub(super) fn state(&self) -> State {
        match self.status.as_str() {
            "PUBLISH_COMPLETE" => State::Posted,
            "FAILED" => State::Failed(self.fail_reason.clone()),
            _ => State::Processing(self.uploaded_bytes),
        }
    }

    /// The post's public id, once there is one. As text, since 64 bits do not fit everywhere.
    pub(super) fn post_id(&self) -> Option<String> {
        match self.publicaly_available_post_id.first()? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }
}

impl Tiktok {
    /// The status of a `publish_id`.
    pub(super) async fn status(&self, publish_id: &str, token: &str) -> Result<Status, Failure> {
        let body = json!({"publish_id": publish_id});
        self.ask("post/publish/status/fetch/", "", body, token, Effect::None).await
    }

    /// Waits until TikTok has posted what it was given completely.
    ///
    /// # Errors
    /// What [`Self::failed`] makes of a reason; [`Failure::Ambiguous`] when it is not known in time, or cannot be asked:
    /// it may be posted by itself any time.
    pub(super) async fn await_posted(&self, job: &Job, publish_id: &str, token: &str) -> Result<Published, Failure> {
        let start = self.clock.now();
        let mut posted_at: Option<Timestamp> = None;
        for question in 1.. {
            let status = self.status(publish_id, token).await.map_err(unsettled)?;
            let now = self.clock.now();
            match status.state() {
                State::Failed(reason) => return Err(self.failed(&reason)),
                State::Posted => {
                    let since = *posted_at.get_or_insert(now);
                    let given_up = now.duration_since(since) >= WAIT_FOR_ID;
                    if given_up || !is_public(job) || status.post_id().is_some() {
                        return Ok(published(job, publish_id, &status));
                    }
                }
                State::Processing(_) if now.duration_since(start) >= WAIT => break,
                State::Processing(_) => {}
            }
            self.sleep.sleep(Duration::from_secs(LONGEST_PAUSE.min(question))).await;
        }
        Err(Failure::Ambiguous { message: "TikTok is still processing it".to_owned() })
    }
}

/// After everything was handed over, only an expired token leaves no doubt about what to do.
fn unsettled(failure: Failure) -> Failure {
    match failure {
        Failure::TokenExpired { .. } => failure,
        other => other.in_doubt(),
    }
}

fn is_public(job: &Job) -> bool {
    job.text_setting("privacy") == Some("PUBLIC_TO_EVERYONE")
}

/// A post by its public id, or as long as it has none, which for posts that are not public is always, by its `publish_id`.
pub(super) fn published(job: &Job, publish_id: &str, status: &Status) -> Published {
    let profile = format!("https://www.tiktok.com/@{}", job.profile.handle);
    match status.post_id() {
        Some(id) => Published { permalink: permalink(job, &id), remote_id: id },
        None => Published { remote_id: publish_id.to_owned(), permalink: profile },
    }
}

/// Where people see a post.
pub(super) fn permalink(job: &Job, id: &str) -> String {
    let kind = if super::is_video(job) { "video" } else { "photo" };
    format!("https://www.tiktok.com/@{}/{kind}/{id}", job.profile.handle)
}
