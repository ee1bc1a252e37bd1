//! Whether a record is a post, or a gate of one, by its lexicon.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Held, invalid, refuse};
use crate::answers::Refused;

const PICTURE_MAX_BYTES: u64 = 2_000_000;
const VIDEO_MAX_BYTES: u64 = 300_000_000;
const CAPTION_MAX_BYTES: u64 = 20_000;
const CAPTIONS_MAX: usize = 20;
/// Who may answer a post.
pub(super) const REPLIES: &str = "app.bsky.feed.threadgate";
/// Who may quote it.
pub(super) const QUOTES: &str = "app.bsky.feed.postgate";
const FIELDS: [&str; 9] = ["$type", "text", "createdAt", "langs", "facets", "embed", "reply", "tags", "labels"];

fn wrong(message: &str) -> Refused {
    invalid(&format!("Invalid app.bsky.feed.post record: {message}"))
}

/// What people will see of a post's files.
pub(super) fn post(held: &Held, did: &str, value: &Value) -> Result<Vec<String>, Refused> {
    let record = value.as_object().ok_or_else(|| wrong("Record must be an object"))?;
    if let Some(unknown) = record.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(wrong(&format!("unknown property \"{unknown}\"")));
    }
    let text = value["text"].as_str().ok_or_else(|| wrong("Record must have the property \"text\""))?;
    if value["$type"] != "app.bsky.feed.post" || !is_time(&value["createdAt"]) {
        return Err(wrong("Record/$type and Record/createdAt must be right"));
    }
    if text.graphemes(true).count() > 300 || text.len() > 3000 {
        return Err(wrong("Record/text must not be longer than 300 graphemes"));
    }
    let list = |name: &str| value[name].as_array().map(Vec::as_slice).unwrap_or_default();
    if list("langs").len() > 3 || !list("langs").iter().all(is_language) || list("tags").len() > 8 {
        return Err(wrong("Record/langs must not have more than 3 languages"));
    }
    facets(text, list("facets"))?;
    reply(value)?;
    embed(held, did, value)
}

pub(super) fn gate(collection: &str, value: &Value) -> Result<(), Refused> {
    let wrong = |message: &str| Err(invalid(&format!("Invalid {collection} record: {message}")));
    let (name, rules) = if collection == REPLIES {
        ("allow", &["mentionRule", "followerRule", "followingRule", "listRule"][..])
    } else {
        ("embeddingRules", &["disableRule"][..])
    };
    let known = ["$type", "post", "createdAt", name];
    if value["$type"] != collection
        || value.as_object().is_none_or(|all| all.keys().any(|key| !known.contains(&&**key)))
    {
        return wrong("Record/$type and its properties must be right");
    }
    if !is_time(&value["createdAt"]) || !value["post"].as_str().is_some_and(|post| post.starts_with("at://did:")) {
        return wrong("Record must have the properties \"post\" and \"createdAt\"");
    }
    let Some(given) = value.get(name) else { return Ok(()) };
    let is_rule = |rule: &Value| {
        let kind = rule["$type"].as_str().and_then(|kind| kind.strip_prefix(collection)?.strip_prefix('#'));
        kind.is_some_and(|kind| rules.contains(&kind) && (kind != "listRule" || rule["list"].is_string()))
    };
    match given.as_array() {
        Some(given) if given.len() <= 5 && given.iter().all(is_rule) => Ok(()),
        _ => wrong(&format!("Record/{name} must have at most 5 rules")),
    }
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
}

fn is_language(value: &Value) -> bool {
    let language = |text: &str| (2..=3).contains(&text.split('-').next().unwrap_or_default().len());
    value.as_str().is_some_and(language)
}

/// Ranges of bytes: on character boundaries, in order, without overlaps.
fn facets(text: &str, facets: &[Value]) -> Result<(), Refused> {
    let mut last = 0;
    for facet in facets {
        let byte = |name: &str| facet["index"][name].as_u64().and_then(|byte| usize::try_from(byte).ok());
        let (Some(start), Some(end)) = (byte("byteStart"), byte("byteEnd")) else {
            return Err(wrong("facet without an index"));
        };
        if start < last || end <= start || text.get(start..end).is_none() {
            return Err(wrong("facet with an impossible index"));
        }
        last = end;
        for feature in facet["features"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let needs = match feature["$type"].as_str() {
                Some("app.bsky.richtext.facet#mention") => "did",
                Some("app.bsky.richtext.facet#link") => "uri",
                Some("app.bsky.richtext.facet#tag") => "tag",
                _ => return Err(wrong("unknown facet")),
            };
            if feature[needs].as_str().is_none_or(str::is_empty) {
                return Err(wrong(&format!("facet without {needs}")));
            }
        }
    }
    Ok(())
}

/// References by address and content.
fn reply(value: &Value) -> Result<(), Refused> {
    if value.get("reply").is_none() {
        return Ok(());
    }
    for name in ["root", "parent"] {
        let reference = &value["reply"][name];
        let right = |name: &str, prefix: &str| reference[name].as_str().is_some_and(|text| text.starts_with(prefix));
        if !right("uri", "at://") || !right("cid", "bafyrei") {
            return Err(wrong(&format!("Record/reply/{name} must be a reference")));
        }
    }
    Ok(())
}

fn embed(held: &Held, did: &str, value: &Value) -> Result<Vec<String>, Refused> {
    let Some(embed) = value.get("embed") else { return Ok(Vec::new()) };
    match embed["$type"].as_str() {
        Some("app.bsky.embed.images") => {
            let images = embed["images"].as_array().map(Vec::as_slice).unwrap_or_default();
            if images.is_empty() || images.len() > 4 {
                return Err(wrong("Record/embed/images must have 1 to 4 elements"));
            }
            images.iter().map(|image| picture(held, did, image)).collect()
        }
        Some("app.bsky.embed.video") => {
            captions(held, did, embed)?;
            Ok(vec![blob(held, did, &embed["video"], "video/mp4", VIDEO_MAX_BYTES)?])
        }
        Some("app.bsky.embed.external") => {
            let external = &embed["external"];
            let complete = ["uri", "title", "description"].iter().all(|name| external[name].is_string());
            let address = external["uri"].as_str().is_some_and(|uri| uri.starts_with("http"));
            if complete && address { Ok(Vec::new()) } else { Err(wrong("Record/embed/external is incomplete")) }
        }
        _ => Err(wrong("unknown embed")),
    }
}

fn captions(held: &Held, did: &str, video: &Value) -> Result<(), Refused> {
    let Some(captions) = video.get("captions") else { return Ok(()) };
    let captions = captions.as_array().ok_or_else(|| wrong("Record/embed/captions must be an array"))?;
    if captions.len() > CAPTIONS_MAX {
        return Err(wrong("Record/embed/captions must not have more than 20 elements"));
    }
    for caption in captions {
        if !is_language(&caption["lang"]) {
            return Err(wrong("Record/embed/captions/lang must be a well-formed BCP 47 language tag"));
        }
        blob(held, did, &caption["file"], "text/vtt", CAPTION_MAX_BYTES)?;
    }
    Ok(())
}

fn picture(held: &Held, did: &str, image: &Value) -> Result<String, Refused> {
    if !image["alt"].is_string() {
        return Err(wrong("Record/embed/images must have the property \"alt\""));
    }
    if let Some(ratio) = image.get("aspectRatio")
        && (ratio["width"].as_u64() < Some(1) || ratio["height"].as_u64() < Some(1))
    {
        return Err(wrong("Record/embed/images/aspectRatio must be positive"));
    }
    blob(held, did, &image["image"], "image/", PICTURE_MAX_BYTES)
}

/// A file that was uploaded before, of the right type and size.
fn blob(held: &Held, did: &str, blob: &Value, mime: &str, max: u64) -> Result<String, Refused> {
    let link = blob["ref"]["$link"].as_str().unwrap_or_default().to_owned();
    let known = held.blobs.get(&(did.to_owned(), link.clone()));
    let known = known.ok_or_else(|| refuse(400, "BlobNotFound", &format!("Could not find blob: {link}")))?;
    if !known.mime.starts_with(mime) {
        return Err(refuse(400, "InvalidMimeType", &format!("Wrong type of file: {}", known.mime)));
    }
    if known.bytes > max || blob["size"].as_u64() != Some(known.bytes) {
        return Err(refuse(400, "BlobTooLarge", "This file is too large"));
    }
    let kind = mime.split('/').next().unwrap_or_default();
    Ok(format!("{kind} {} {} bytes", known.mime, known.bytes))
}
