//! Gates: who may answer a post, and whether it may be quoted.
//!
//! Each is a record of its own under the post's key. They are written in one commit with the post, as the network's own
//! app does it: nobody can answer before they are there, and what indexes posts, which marks a post as gated when it
//! meets the gate, has met the post before.

use domain::delivery::{Failure, GATES};
use serde::Deserialize;
use serde_json::{Value, json};

use super::record::{COLLECTION, Entry, Reference, record_key};
use super::xrpc::method;
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::network::{Job, Steps};

/// The collection of those that say who may answer.
pub(super) const REPLIES: &str = "app.bsky.feed.threadgate";
/// The collection of those that say who may quote.
pub(super) const QUOTES: &str = "app.bsky.feed.postgate";

/// The gates of a post, at least one.
pub(super) struct Gates {
    repo: String,
    key: String,
    records: Vec<(&'static str, Value)>,
}

#[derive(Deserialize)]
struct Applied {
    /// One for each write, in order. Older servers answer nothing.
    #[serde(default)]
    results: Vec<Reference>,
}

impl Gates {
    /// Those that the job's settings ask for.
    pub(super) fn of(job: &Job, session: Session<'_>) -> Result<Option<Self>, Failure> {
        let rule = |name: &str| vec![json!({"$type": format!("{REPLIES}#{name}")})];
        let allowed = match job.text_setting("reply_control") {
            Some("mentioned") => Some(rule("mentionRule")),
            Some("following") => Some(rule("followingRule")),
            Some("followers") => Some(rule("followerRule")),
            Some("nobody") => Some(Vec::new()),
            _ => None,
        };
        let refused = job.flag("no_quotes").then(|| json!([{"$type": format!("{QUOTES}#disableRule")}]));
        let replies = allowed.map(|rules| (REPLIES, "allow", json!(rules)));
        let quotes = refused.map(|rules| (QUOTES, "embeddingRules", rules));
        let wanted: Vec<_> = replies.into_iter().chain(quotes).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let key = record_key(&job.key, 0)?;
        let post = format!("at://{}/{COLLECTION}/{key}", session.did);
        let made = Entry::all(job).next().map(|entry| entry.created_at(job));
        let record = |(collection, name, rules): (&'static str, &str, Value)| {
            (collection, json!({"$type": collection, "post": post, name: rules, "createdAt": made}))
        };
        let records = wanted.into_iter().map(record).collect();
        Ok(Some(Self { repo: session.did.to_owned(), key, records }))
    }

    /// Records that they are about to be written, by their addresses, so that they are deleted with the post. Whether
    /// an earlier attempt came as far.
    pub(super) async fn begin(&self, steps: &mut dyn Steps) -> Result<bool, Failure> {
        if steps.get(GATES).is_some() {
            return Ok(true);
        }
        let address = |(collection, _): &(&str, Value)| format!("at://{}/{collection}/{}", self.repo, self.key);
        let addresses: Vec<String> = self.records.iter().map(address).collect();
        steps.record(GATES, addresses.join(" ")).await?;
        Ok(false)
    }

    /// The post and its gates as the writes of one commit, the post first.
    fn writes(&self, post: &Value) -> Vec<Value> {
        let create = |collection: &str, value: &Value| {
            json!({
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": collection,
                "rkey": self.key,
                "value": value,
            })
        };
        let gates = self.records.iter().map(|(collection, record)| create(collection, record));
        std::iter::once(create(COLLECTION, post)).chain(gates).collect()
    }
}

impl Bluesky {
    /// Puts a post with its gates, all or nothing, unless it is there. `begun`: an earlier attempt may have put it. A
    /// commit that would create what exists is refused as a whole, in words that servers do not agree on.
    pub(super) async fn put_gated(
        &self,
        job: &Job,
        entry: Entry<'_>,
        session: Session<'_>,
        record: Value,
        gates: &Gates,
        begun: bool,
    ) -> Result<Reference, Failure> {
        const METHOD: &str = "com.atproto.repo.applyWrites";
        if begun && let Some(found) = self.find_entry(job, entry, session).await? {
            return Ok(found);
        }
        let body = json!({"repo": session.did, "writes": gates.writes(&record)});
        let request = Request::post(method(session.service, METHOD), METHOD, Body::Json(body)).bearer(session.access);
        match self.call::<Applied>(request, Effect::Visible).await {
            Ok(Applied { results }) => match results.into_iter().next() {
                Some(made) => Ok(made),
                None => {
                    let found = self.find_entry(job, entry, session).await.map_err(Failure::in_doubt)?;
                    let message = "the server took the post and does not show it".to_owned();
                    found.ok_or(Failure::Ambiguous { message })
                }
            },
            Err(failure @ Failure::Rejected { .. }) if begun => {
                self.find_entry(job, entry, session).await?.ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}

#[cfg(test)]
#[path = "gates_tests.rs"]
mod tests;
