//! One post as one record, or as several: each created at most once.
//!
//! The records' keys and their times of creation come from the job, files are uploaded and recorded
//! one by one, and mentions are resolved once and recorded, so every attempt sends the same records.

use std::collections::BTreeMap;

use domain::delivery::{COMMENT, Failure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::facets::{self, Span};
use super::gates::Gates;
use super::record::{COLLECTION, Entry, Reference, Reply, record_key, with_captions};
use super::xrpc::{is_absent, is_named, method, rejected};
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::network::{Holding, Job, MediaSource, Published, Steps, aside, shown};

#[derive(Deserialize)]
struct Found {
    #[serde(flatten)]
    reference: Reference,
    value: Value,
}

impl Bluesky {
    pub(super) async fn put_post(
        &self,
        job: &Job,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        if !job.media.is_empty() && job.text_setting("link").is_some() {
            let message = "a post has either a link card or files";
            return Err(rejected("link-with-files", message, "Remove the link or the files."));
        }
        let mut root: Option<Reference> = None;
        let mut parent: Option<Reference> = None;
        for entry in Entry::all(job) {
            let reply = root.clone().zip(parent).map(|(root, parent)| Reply { root, parent });
            let made = self.put_entry(job, entry, reply, session, steps, media).await?;
            root.get_or_insert_with(|| made.clone());
            parent = Some(made);
        }
        let root = root.ok_or_else(|| rejected("empty", "there is nothing to post", "Write something."))?;
        if let Some(comment) = Entry::comment(job) {
            let reply = Reply { root: root.clone(), parent: root.clone() };
            aside(steps, COMMENT, async {
                let spans = facets::detect(comment.text);
                let dids = self.look_up(&spans, session).await?;
                let record = comment.record(job, &facets::facets(&spans, &dids), &[], Some(&reply));
                self.put(job, comment, session, record).await.map(|made| made.uri)
            })
            .await?;
        }
        published(job, session, root)
    }

    async fn put_entry(
        &self,
        job: &Job,
        entry: Entry<'_>,
        reply: Option<Reply>,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Reference, Failure> {
        let spans = facets::detect(entry.text);
        let dids = self.mentions(entry, &spans, session, steps).await?;
        let facets = facets::facets(&spans, &dids);
        let mut fresh = false;
        loop {
            let files = self.upload_entry(entry, session, steps, media, fresh).await?;
            let mut record = entry.record(job, &facets, &files, reply.as_ref());
            if entry.number == 0 {
                let captions = self.upload_subtitles(job, session, steps, media, fresh).await?;
                with_captions(&mut record, captions);
            }
            let made = self.put_part(job, entry, session, steps, record).await;
            match made {
                // Servers collect files that no record uses; ours may be hours old after a retry.
                Err(failure) if !fresh && !files.is_empty() && is_blob_missing(&failure) => fresh = true,
                result => return result,
            }
        }
    }

    /// Puts the post, with its gates where it has some, or a part of a thread, which is recorded.
    async fn put_part(
        &self,
        job: &Job,
        entry: Entry<'_>,
        session: Session<'_>,
        steps: &mut dyn Steps,
        record: Value,
    ) -> Result<Reference, Failure> {
        let gates = if entry.number == 0 { Gates::of(job, session)? } else { None };
        let begun = match &gates {
            Some(gates) => gates.begin(steps).await?,
            None => false,
        };
        let act = async {
            match &gates {
                Some(gates) => self.put_gated(job, entry, session, record, gates, begun).await,
                None => self.put_or_find(job, entry, session, record).await,
            }
        };
        if job.thread.is_empty() {
            return act.await;
        }
        let name = format!("part.{}", entry.number);
        let known = shown(steps, &name, async { Ok(json!(act.await?).to_string()) }).await?;
        reference(&known)
    }

    async fn put_or_find(
        &self,
        job: &Job,
        entry: Entry<'_>,
        session: Session<'_>,
        record: Value,
    ) -> Result<Reference, Failure> {
        match self.put(job, entry, session, record).await {
            // The key is taken: by us, if an earlier attempt's answer was lost.
            Err(failure) if is_named(&failure, &["InvalidSwap"]) => {
                self.find_entry(job, entry, session).await?.ok_or(failure)
            }
            result => result,
        }
    }

    async fn put(
        &self,
        job: &Job,
        entry: Entry<'_>,
        session: Session<'_>,
        record: Value,
    ) -> Result<Reference, Failure> {
        const METHOD: &str = "com.atproto.repo.putRecord";
        let body = json!({
            "repo": session.did,
            "collection": COLLECTION,
            "rkey": entry.key(job)?,
            "swapRecord": null,
            "record": record,
        });
        let url = method(session.service, METHOD);
        let request = Request::post(url, METHOD, Body::Json(body)).bearer(session.access);
        self.call(request, Effect::Visible).await
    }

    /// What of the job is there: all, the beginning, or nothing.
    pub(super) async fn find_post(&self, job: &Job, session: Session<'_>) -> Result<Holding, Failure> {
        let mut root = None;
        for entry in Entry::all(job) {
            match (self.find_entry(job, entry, session).await?, &root) {
                (Some(found), None) => root = Some(found),
                (Some(_), Some(_)) => {}
                (None, None) => return Ok(Holding::Nothing),
                (None, Some(_)) => return Ok(Holding::Part),
            }
        }
        root.map_or(Ok(Holding::Nothing), |root| published(job, session, root).map(Holding::All))
    }

    /// The address of a first comment, whose key is known before it is made.
    pub(super) async fn find_lost(&self, job: &Job, session: Session<'_>) -> Result<Option<String>, Failure> {
        let Some(comment) = Entry::comment(job) else { return Ok(None) };
        Ok(self.find_entry(job, comment, session).await?.map(|found| found.uri))
    }

    /// The record under this part's key, if it is there. Another record under the key is no match.
    pub(super) async fn find_entry(
        &self,
        job: &Job,
        entry: Entry<'_>,
        session: Session<'_>,
    ) -> Result<Option<Reference>, Failure> {
        const METHOD: &str = "com.atproto.repo.getRecord";
        let mut url = method(session.service, METHOD);
        url.query_pairs_mut()
            .append_pair("repo", session.did)
            .append_pair("collection", COLLECTION)
            .append_pair("rkey", &entry.key(job)?);
        match self.call::<Found>(Request::get(url, METHOD), Effect::None).await {
            Ok(found) => {
                let ours =
                    found.value["text"] == entry.text && found.value["createdAt"] == entry.created_at(job).as_str();
                Ok(ours.then_some(found.reference))
            }
            Err(failure) if is_absent(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The DIDs of the mentioned handles, looked up once per part.
    async fn mentions(
        &self,
        entry: Entry<'_>,
        spans: &[Span],
        session: Session<'_>,
        steps: &mut dyn Steps,
    ) -> Result<BTreeMap<String, Option<String>>, Failure> {
        if facets::handles(spans).is_empty() {
            return Ok(BTreeMap::new());
        }
        let step = entry.step("mentions");
        if let Some(known) = steps.get(&step).and_then(|known| serde_json::from_str(known).ok()) {
            return Ok(known);
        }
        let dids = self.look_up(spans, session).await?;
        steps.record(&step, json!(dids).to_string()).await?;
        Ok(dids)
    }

    async fn look_up(&self, spans: &[Span], session: Session<'_>) -> Result<BTreeMap<String, Option<String>>, Failure> {
        let mut dids = BTreeMap::new();
        for handle in facets::handles(spans) {
            let did = match self.resolve_at(session.service, handle).await {
                Ok(did) => Some(did),
                Err(Failure::Rejected { .. }) => None,
                Err(failure) => return Err(failure),
            };
            dids.insert(handle.to_owned(), did);
        }
        Ok(dids)
    }
}

/// What was recorded of a part.
pub(super) fn reference(known: &str) -> Result<Reference, Failure> {
    serde_json::from_str(known)
        .map_err(|_| Failure::Ambiguous { message: "what was recorded of a part is unreadable".to_owned() })
}

fn is_blob_missing(failure: &Failure) -> bool {
    let Failure::Rejected { code, message, .. } = failure else {
        return false;
    };
    // The reference server has no name of its own for it.
    code == "BlobNotFound" || message.contains("Could not find blob")
}

fn published(job: &Job, session: Session<'_>, root: Reference) -> Result<Published, Failure> {
    let key = record_key(&job.key, 0)?;
    Ok(Published { permalink: format!("https://bsky.app/profile/{}/post/{key}", session.did), remote_id: root.uri })
}
