//! Records: what a post, a part of its thread or its first comment is to the network.

use domain::delivery::Failure;
use domain::ids::Ulid;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::xrpc::rejected;
use crate::network::{Attachment, Job};

pub(super) const COLLECTION: &str = "app.bsky.feed.post";

/// A record by its address and its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    pub(super) uri: String,
    /// Servers may leave it out of what they show, but no reply can do without it.
    #[serde(default)]
    pub(super) cid: String,
}

/// What a record answers.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Reply {
    /// The first post of the thread.
    pub(super) root: Reference,
    /// The post that is answered.
    pub(super) parent: Reference,
}

/// One record of a job: 0 is the post, then come the parts of its thread, and last its first comment.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) number: u16,
    pub(super) text: &'a str,
    pub(super) media: &'a [Attachment],
}

impl<'a> Entry<'a> {
    /// The post and the parts of its thread, in order.
    pub(super) fn all(job: &'a Job) -> impl Iterator<Item = Self> {
        let first = std::iter::once((job.text.as_str(), job.media.as_slice()));
        let parts = job.thread.iter().map(|part| (part.text.as_str(), part.media.as_slice()));
        (0..).zip(first.chain(parts)).map(|(number, (text, media))| Self { number, text, media })
    }

    /// The first comment.
    pub(super) fn comment(job: &'a Job) -> Option<Self> {
        let number = u16::try_from(job.thread.len() + 1).unwrap_or(u16::MAX);
        Some(Self { number, text: job.first_comment.as_deref()?, media: &[] })
    }

    /// The name of one of its steps.
    pub(super) fn step(&self, name: &str) -> String {
        if self.number == 0 { name.to_owned() } else { format!("part.{}.{name}", self.number) }
    }

    /// Its key: the same for every attempt.
    pub(super) fn key(&self, job: &Job) -> Result<String, Failure> {
        record_key(&job.key, self.number)
    }

    /// When it says that it was made. Parts are a millisecond apart, as the network's own app makes them, so that
    /// they are listed in their order.
    pub(super) fn created_at(&self, job: &Job) -> String {
        created_at(job.created_at + SignedDuration::from_millis(i64::from(self.number)))
    }

    /// The record itself.
    pub(super) fn record(&self, job: &Job, facets: &[Value], files: &[Value], reply: Option<&Reply>) -> Value {
        let mut record = json!({
            "$type": COLLECTION,
            "text": self.text,
            "createdAt": self.created_at(job),
        });
        let card = job.text_setting("link").filter(|_| self.number == 0).map(card);
        let languages = job.list_setting("languages");
        if !facets.is_empty() {
            record["facets"] = json!(facets);
        }
        if let Some(embed) = embed(self.media, files).or(card) {
            record["embed"] = embed;
        }
        if !languages.is_empty() {
            record["langs"] = json!(languages);
        }
        if let Some(reply) = reply {
            record["reply"] = json!(reply);
        }
        record
    }
}

/// The record with subtitles of its film.
pub(super) fn with_captions(record: &mut Value, captions: Vec<Value>) {
    if !captions.is_empty() {
        record["embed"]["captions"] = captions.into();
    }
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

/// A link as a card. Whoever posts describes it: the network looks at no page, and neither do we.
fn card(link: &str) -> Value {
    json!({
        "$type": "app.bsky.embed.external",
        "external": {"uri": link, "title": title(link), "description": ""},
    })
}

/// Host and path.
fn title(link: &str) -> String {
    let Ok(url) = Url::parse(link) else { return link.to_owned() };
    let host = url.host_str().unwrap_or_default();
    format!("{}{}", host.trim_start_matches("www."), url.path().trim_end_matches('/'))
}

/// RFC 3339 in UTC with milliseconds, as the network's own apps write it.
fn created_at(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The record key of a job's part: a TID (microseconds and a clock id, in 13 characters) made from the
/// job's ULID, whose random bits fill what milliseconds leave open, and the part's number in microseconds.
/// Two jobs of one account meet with one chance in a million for each part, and only when claimed in the same
/// millisecond; reading back then tells them apart.
pub(super) fn record_key(key: &str, number: u16) -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let ulid = Ulid::from_string(key).map_err(|_| {
        rejected("invalid-key", "the delivery's key is not a ULID", "Duplicate the post and try again.")
    })?;
    let random = ulid.random();
    let micros = ulid.timestamp_ms() * 1000 + u64::try_from(random % 1000).unwrap_or(0) + u64::from(number);
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
        assert_eq!(record_key(&key, 0).unwrap(), "3ke6kg3wk2222".to_owned());
        assert!(record_key("short", 0).is_err());
    }

    #[test]
    fn times_have_milliseconds() {
        let time: Timestamp = "2026-11-21T10:00:00.123456789Z".parse().unwrap();
        assert_eq!(created_at(time), "2026-11-21T10:00:00.123Z");
        assert_eq!(created_at(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_card_is_titled_by_where_it_leads() {
        assert_eq!(title("https://www.example.com/benches/oak/?a=b"), "example.com/benches/oak");
        assert_eq!(title("https://example.com"), "example.com");
        assert_eq!(title("no address"), "no address");
    }

    proptest! {
        #[test]
        fn the_parts_of_a_post_have_keys_of_their_own_in_order(ms in 0_u64..1 << 43, random: u128) {
            let key = Ulid::from_parts(ms, random).to_string();
            let keys: Vec<String> = (0..30).map(|number| record_key(&key, number).unwrap()).collect();
            prop_assert!(keys.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn keys_are_valid_stable_and_in_order_of_time(a in 0_u64..1 << 43, b in 0_u64..1 << 43, random: u128) {
            let key = |ms| record_key(&Ulid::from_parts(ms, random).to_string(), 0).unwrap();
            prop_assert_eq!(key(a).len(), 13);
            prop_assert!("234567abcdefghij".contains(&key(a)[..1]));
            prop_assert!(key(a).bytes().all(|byte| b"234567abcdefghijklmnopqrstuvwxyz".contains(&byte)));
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }
}
