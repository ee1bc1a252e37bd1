//! One post as one record, created at most once.
//!
//! The record's key and its time of creation come from the job, files are uploaded and recorded
//! one by one, and mentions are resolved once and recorded, so every attempt sends the same record.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::delivery::Failure;
use domain::ids::Ulid;
use domain::platform::Platform;
use domain::rules::rule;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::facets::{self, Span};
use super::xrpc::{is_absent, is_named, method, rejected};
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};
use crate::images::{self, Prepared};
use crate::network::{Attachment, Job, MediaSource, Published, Steps};

const COLLECTION: &str = "app.bsky.feed.post";
const MENTIONS: &str = "mentions";

#[derive(Deserialize)]
struct Put {
    uri: String,
}

#[derive(Deserialize)]
struct Found {
    uri: String,
    value: Value,
}

#[derive(Deserialize)]
struct Uploaded {
    blob: Value,
}

impl Bluesky {
    pub(super) async fn put_post(
        &self,
        job: &Job,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let spans = facets::detect(&job.text);
        let dids = self.mentions(&spans, session, steps).await?;
        let facets = facets::facets(&spans, &dids);
        let mut fresh = false;
        loop {
            let files = self.upload_all(job, session, steps, media, fresh).await?;
            let record = record(job, &facets, embed(&job.media, &files));
            match self.put(job, session, record).await {
                // Servers collect files that no record uses; ours may be hours old after a retry.
                Err(failure) if !fresh && !files.is_empty() && is_blob_missing(&failure) => fresh = true,
                // The key is taken: by us, if an earlier attempt's answer was lost.
                Err(failure) if is_named(&failure, &["InvalidSwap"]) => {
                    return self.find_post(job, session).await?.ok_or(failure);
                }
                result => return result,
            }
        }
    }

    async fn put(&self, job: &Job, session: Session<'_>, record: Value) -> Result<Published, Failure> {
        const METHOD: &str = "com.atproto.repo.putRecord";
        let rkey = record_key(&job.key)?;
        let body = json!({
            "repo": session.did,
            "collection": COLLECTION,
            "rkey": rkey,
            "swapRecord": null,
            "record": record,
        });
        let url = method(session.service, METHOD);
        let request = Request::post(url, METHOD, Body::Json(body)).bearer(session.access);
        let put: Put = self.call(request, Effect::Visible).await?;
        Ok(published(session.did, &rkey, put.uri))
    }

    /// The post under this job's key, if it is there. Another record under the key is no match.
    pub(super) async fn find_post(&self, job: &Job, session: Session<'_>) -> Result<Option<Published>, Failure> {
        const METHOD: &str = "com.atproto.repo.getRecord";
        let rkey = record_key(&job.key)?;
        let mut url = method(session.service, METHOD);
        url.query_pairs_mut()
            .append_pair("repo", session.did)
            .append_pair("collection", COLLECTION)
            .append_pair("rkey", &rkey);
        match self.call::<Found>(Request::get(url, METHOD), Effect::None).await {
            Ok(found) => {
                let ours = found.value["text"] == job.text.as_str()
                    && found.value["createdAt"] == created_at(job.created_at).as_str();
                Ok(ours.then(|| published(session.did, &rkey, found.uri)))
            }
            Err(failure) if is_absent(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The DIDs of the mentioned handles, looked up once per job.
    async fn mentions(
        &self,
        spans: &[Span],
        session: Session<'_>,
        steps: &mut dyn Steps,
    ) -> Result<BTreeMap<String, Option<String>>, Failure> {
        let handles = facets::handles(spans);
        if handles.is_empty() {
            return Ok(BTreeMap::new());
        }
        if let Some(known) = steps.get(MENTIONS).and_then(|known| serde_json::from_str(known).ok()) {
            return Ok(known);
        }
        let mut dids = BTreeMap::new();
        for handle in handles {
            let did = match self.resolve_at(session.service, handle).await {
                Ok(did) => Some(did),
                Err(Failure::Rejected { .. }) => None,
                Err(failure) => return Err(failure),
            };
            dids.insert(handle.to_owned(), did);
        }
        steps.record(MENTIONS, json!(dids).to_string()).await?;
        Ok(dids)
    }

    /// Uploads what is not yet recorded as uploaded; everything when `fresh`.
    pub(super) async fn upload_all(
        &self,
        job: &Job,
        session: Session<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        fresh: bool,
    ) -> Result<Vec<Value>, Failure> {
        let mut files = Vec::with_capacity(job.media.len());
        for (index, attachment) in job.media.iter().enumerate() {
            let step = format!("blob-{index}");
            let known = steps.get(&step).filter(|_| !fresh).and_then(|known| serde_json::from_str(known).ok());
            let file = match known {
                Some(file) => file,
                None => {
                    let bytes = media.bytes(&attachment.file_id).await?;
                    let file = self.upload(attachment, bytes, session).await?;
                    steps.record(&step, file.to_string()).await?;
                    file
                }
            };
            files.push(file);
        }
        Ok(files)
    }

    /// Uploads one file: `{"blob":…, "width":…, "height":…}`. Uploads are named by their content, so
    /// a repeat changes nothing.
    async fn upload(&self, attachment: &Attachment, bytes: Bytes, session: Session<'_>) -> Result<Value, Failure> {
        const METHOD: &str = "com.atproto.repo.uploadBlob";
        let file = if attachment.mime.starts_with("video/") {
            let Attachment { mime, width, height, .. } = attachment.clone();
            Prepared { mime, bytes, width, height }
        } else {
            let limit = rule(Platform::Bluesky).image_max_bytes;
            images::prepare(&attachment.mime, bytes, limit, None).await?
        };
        let body = Body::Raw { mime: file.mime, bytes: file.bytes };
        let request = Request::post(method(session.service, METHOD), METHOD, body).bearer(session.access);
        let uploaded: Uploaded = self.call(request, Effect::None).await?;
        Ok(json!({"blob": uploaded.blob, "width": file.width, "height": file.height}))
    }
}

fn record(job: &Job, facets: &[Value], embed: Option<Value>) -> Value {
    let mut record = json!({
        "$type": COLLECTION,
        "text": job.text,
        "createdAt": created_at(job.created_at),
    });
    if !facets.is_empty() {
        record["facets"] = json!(facets);
    }
    if let Some(embed) = embed {
        record["embed"] = embed;
    }
    record
}

fn embed(media: &[Attachment], files: &[Value]) -> Option<Value> {
    let with_ratio = |mut part: Value, file: &Value| {
        // Without it, the app shows a square until the picture has loaded.
        if file["width"].as_u64() > Some(0) && file["height"].as_u64() > Some(0) {
            part["aspectRatio"] = json!({"width": file["width"], "height": file["height"]});
        }
        part
    };
    let (first, file) = media.iter().zip(files).next()?;
    if first.mime.starts_with("video/") {
        let video = json!({"$type": "app.bsky.embed.video", "video": file["blob"], "alt": first.alt});
        return Some(with_ratio(video, file));
    }
    let images =
        media.iter().zip(files).map(|(image, file)| with_ratio(json!({"image": file["blob"], "alt": image.alt}), file));
    Some(json!({"$type": "app.bsky.embed.images", "images": images.collect::<Vec<_>>()}))
}

fn is_blob_missing(failure: &Failure) -> bool {
    let Failure::Rejected { code, message, .. } = failure else {
        return false;
    };
    // The reference server has no name of its own for it.
    code == "BlobNotFound" || message.contains("Could not find blob")
}

fn published(did: &str, rkey: &str, uri: String) -> Published {
    Published { remote_id: uri, permalink: format!("https://bsky.app/profile/{did}/post/{rkey}") }
}

/// RFC 3339 in UTC with milliseconds, as the network's own apps write it.
fn created_at(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The record key of a job: a TID (microseconds and a clock id, in 13 characters) made from the
/// job's ULID, whose random bits fill what milliseconds leave open. Two jobs of one account meet
/// with one chance in a million, and only when claimed in the same millisecond; reading back then
/// tells them apart.
fn record_key(key: &str) -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let ulid = Ulid::from_string(key).map_err(|_| {
        rejected("invalid-key", "the delivery's key is not a ULID", "Duplicate the post and try again.")
    })?;
    let random = ulid.random();
    let micros = ulid.timestamp_ms() * 1000 + u64::try_from(random % 1000).unwrap_or(0);
    let clock_id = u64::try_from(random / 1000 % 1024).unwrap_or(0);
    let tid = ((micros << 10) | clock_id) & (u64::MAX >> 1);
    let digit = |position: u32| char::from(ALPHABET[usize::try_from(tid >> (5 * position) & 31).unwrap_or(0)]);
    Ok((0..13).rev().map(digit).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_record_key_is_a_tid_of_the_claims_time() {
        let key = Ulid::from_parts(1_700_000_000_000, 0).to_string();
        // Known from the protocol's own implementation for this instant and clock id 0.
        assert_eq!(record_key(&key).unwrap(), "3ke6kg3wk2222".to_owned());
        assert!(record_key("short").is_err());
    }

    #[test]
    fn times_have_milliseconds() {
        let time: Timestamp = "2026-11-21T10:00:00.123456789Z".parse().unwrap();
        assert_eq!(created_at(time), "2026-11-21T10:00:00.123Z");
        assert_eq!(created_at(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }

    proptest! {
        #[test]
        fn keys_are_valid_stable_and_in_order_of_time(a in 0_u64..1 << 43, b in 0_u64..1 << 43, random: u128) {
            let key = |ms| record_key(&Ulid::from_parts(ms, random).to_string()).unwrap();
            prop_assert_eq!(key(a).len(), 13);
            prop_assert!("234567abcdefghij".contains(&key(a)[..1]));
            prop_assert!(key(a).bytes().all(|byte| b"234567abcdefghijklmnopqrstuvwxyz".contains(&byte)));
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }
}
