//! Finding an organization's post again (Posts API: find posts by author).

use domain::delivery::{COMMENT, Failure};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::api::{METHOD_HEADER, encoded, is_post, versioned};
use super::media::step;
use super::post::{published, recorded};
use super::{Access, Linkedin, little};
use crate::http::Effect;
use crate::network::{Holding, Job, Steps};

/// How far LinkedIn's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const PAGE: usize = 50;
const PAGES_MAX: usize = 5;

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    elements: Vec<Post>,
}

/// A post as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Post {
    id: String,
    author: String,
    #[serde(default)]
    commentary: String,
    #[serde(default)]
    content: Value,
    created_at: Option<i64>,
}

impl Post {
    /// Whether it is this job's: made since the key was drawn, with the files that were uploaded for it or, without any,
    /// with the same link and text. An equal post that somebody made in the same minutes by other means cannot be told from
    /// ours and counts as it.
    pub(super) fn is_of(&self, job: &Job, access: Access<'_>, steps: &dyn Steps) -> bool {
        let link = job.text_setting("link");
        let article = self.content["article"]["source"].as_str();
        self.author == access.author
            && self.is_recent(job)
            && (0..job.media.len()).all(|index| self.carries(steps.get(&step(index))))
            && (link.is_none() || article.is_none() || article == link)
            && words(&little::rendered(&self.commentary)).eq(words(&little::rendered(&little::escape(&job.text))))
    }

    fn is_recent(&self, job: &Job) -> bool {
        let created = self.created_at.and_then(|created| Timestamp::from_millisecond(created).ok());
        created.is_none_or(|created| created.duration_since(job.created_at) >= -SKEW)
    }

    /// Whether it carries a file, given what was recorded of its upload.
    fn carries(&self, upload: Option<&str>) -> bool {
        let upload: Option<Value> = upload.and_then(|upload| serde_json::from_str(upload).ok());
        let urn = upload.as_ref().and_then(|upload| upload["urn"].as_str());
        urn.is_some_and(|urn| mentions(&self.content, urn))
    }
}

/// Whether a URN stands anywhere in a value.
fn mentions(value: &Value, urn: &str) -> bool {
    match value {
        Value::String(text) => text == urn,
        Value::Array(values) => values.iter().any(|value| mentions(value, urn)),
        Value::Object(fields) => fields.values().any(|value| mentions(value, urn)),
        _ => false,
    }
}

/// The words of a text: white space may be changed on the way.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

impl Linkedin {
    /// What is there of a job. A member's posts cannot be read: of theirs only what was recorded is known.
    pub(super) async fn holding(&self, job: &Job, access: Access<'_>, steps: &dyn Steps) -> Result<Holding, Failure> {
        let urn = match recorded(steps) {
            Some(urn) => Some(urn.to_owned()),
            None if access.is_organization() => self.find(job, access, steps).await?,
            None => {
                return Err(Failure::Rejected {
                    code: "not-offered".to_owned(),
                    message: "LinkedIn lets nobody read a member's posts".to_owned(),
                    advice: "Look at the profile.".to_owned(),
                });
            }
        };
        Ok(match urn {
            None => Holding::Nothing,
            Some(_) if job.first_comment.is_some() && steps.get(COMMENT).is_none() => Holding::Part,
            Some(urn) => Holding::All(published(&urn)),
        })
    }

    /// The job's post among the author's, newest first.
    pub(super) async fn find(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &dyn Steps,
    ) -> Result<Option<String>, Failure> {
        for page in 0..PAGES_MAX {
            let path = format!(
                "/rest/posts?author={}&q=author&start={}&count={PAGE}&sortBy=CREATED",
                encoded(access.author),
                page * PAGE,
            );
            let request = versioned(Method::GET, &path, "/rest/posts", access).header(METHOD_HEADER, "FINDER");
            let Found { elements } = self.call(request, Effect::None).await?;
            let more = elements.len() == PAGE && elements.last().is_some_and(|oldest| oldest.is_recent(job));
            let ours = elements.into_iter().find(|post| is_post(&post.id) && post.is_of(job, access, steps));
            if let Some(post) = ours {
                return Ok(Some(post.id));
            }
            if !more {
                break;
            }
        }
        Ok(None)
    }

    pub(super) async fn read(&self, urn: &str, access: Access<'_>) -> Result<Post, Failure> {
        let path = format!("/rest/posts/{}", encoded(urn));
        self.call(versioned(Method::GET, &path, "/rest/posts/{urn}", access), Effect::None).await
    }
}
