//! A first comment that was cut off before its network named it, looked for when its post is taken down.

use domain::delivery::{Delivery, Failure};
use domain::ids::OrgId;
use domain::post::{Post, Target};
use jiff::Timestamp;
use platforms::network::{LostComment, ThreadPart};
use platforms::{Credentials, Job, Network, Profile};

use crate::published::Publication;

/// What came of looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Looked {
    /// There was nothing to look for, or no way to.
    Away,
    /// It is there, by this id.
    Found(String),
    /// It was not there.
    Nowhere,
}

impl Looked {
    /// What has to go.
    pub(crate) fn id(&self) -> Option<&String> {
        match self {
            Self::Found(id) => Some(id),
            Self::Away | Self::Nowhere => None,
        }
    }

    /// The delivery with what is known of its comment now, when it was looked for at `at`.
    pub(crate) fn noted(self, delivery: &Delivery, at: Timestamp) -> Delivery {
        match self {
            Self::Away => delivery.clone(),
            Self::Found(id) => delivery.with_comment_sought(Some(id), at),
            Self::Nowhere => delivery.with_comment_sought(None, at),
        }
    }
}

/// The first comment of a publication that may be there without a name. `known`: the ids of all else, the post's own
/// behind its parts. Nothing where the content was changed since: what the comment said is not kept.
pub(crate) fn comment(org: OrgId, published: &Publication, post: &Post, known: &[String]) -> Option<LostComment> {
    let Publication { account, delivery } = published;
    let target = post.targets.iter().find(|target| target.account_id == account.id)?;
    let text = post.first_comment_for(target).filter(|_| post.revision == delivery.revision)?;
    if !delivery.has_lost_comment(true) {
        return None;
    }
    let receipt = delivery.receipt.as_ref()?;
    let job = job(org, post, target, text, delivery, Profile::from(account))?;
    // What is behind it, such as who may answer, is nothing that a comment could be taken for.
    let posts = known.iter().position(|id| *id == receipt.remote_id)? + 1;
    Some(LostComment { job, known: known[..posts].to_vec(), until: delivery.comment_lands_until()? })
}

fn job(org: OrgId, post: &Post, target: &Target, comment: &str, delivery: &Delivery, profile: Profile) -> Option<Job> {
    let key = delivery.key.as_ref()?;
    let part = |text: &str| ThreadPart { text: text.to_owned(), media: Vec::new() };
    Some(Job {
        org,
        post: post.id,
        account: target.account_id,
        revision: delivery.revision,
        key: key.id.clone(),
        created_at: key.created_at,
        text: post.text_for(target).to_owned(),
        media: Vec::new(),
        format: target.format,
        settings: target.settings.clone(),
        cover: None,
        subtitles: Vec::new(),
        thread: post.thread_for(target).into_iter().map(|(text, _)| part(text)).collect(),
        first_comment: Some(comment.to_owned()),
        profile,
        unsettled: true,
    })
}

/// Looks for it. Where the network refuses the question, the post goes all the same: that matters more, and a person
/// is told about the comment.
///
/// # Errors
/// Those that pass, and credentials that are to be renewed.
pub(crate) async fn look(
    network: &dyn Network,
    lost: Option<&LostComment>,
    credentials: &Credentials,
) -> Result<Looked, Failure> {
    let Some(lost) = lost else { return Ok(Looked::Away) };
    match network.find_comment(lost, credentials).await {
        Ok(Some(id)) => Ok(Looked::Found(id)),
        Ok(None) => Ok(Looked::Nowhere),
        Err(
            Failure::Rejected { .. }
            | Failure::Revoked { .. }
            | Failure::RateLimited { .. }
            | Failure::Throttled { .. },
        ) => Ok(Looked::Away),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
#[path = "lost_tests.rs"]
mod tests;
