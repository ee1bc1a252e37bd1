//! Records: posts under keys that the client chooses.

use std::collections::BTreeMap;

use axum::response::Response;
use domain::platform::Platform;
use serde_json::{Value, json};

use super::blobs::cid;
use super::{Bluesky, Call, PEOPLE, PUBLIC, invalid, refuse, validate};
use crate::answers::{Refused, field, json as answer};
use crate::world::Shown;

pub(super) const POSTS: &str = "app.bsky.feed.post";

/// A record, and the name of its content.
pub(super) struct Record {
    pub(super) value: Value,
    pub(super) cid: String,
}

pub(super) fn uri(did: &str, collection: &str, key: &str) -> String {
    format!("at://{did}/{collection}/{key}")
}

pub(super) fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, Refused> {
    body[name].as_str().ok_or_else(|| invalid(&format!("Input must have the property \"{name}\"")))
}

/// The repository a write names, which must be the caller's own.
fn own<'a>(body: &'a Value, did: &str) -> Result<(&'a str, &'a str), Refused> {
    let repo = text(body, "repo")?;
    let handle = PEOPLE.iter().find(|person| person.0 == did).map(|person| person.1);
    if repo != did && Some(repo) != handle {
        return Err(refuse(401, "AuthenticationRequired", "Could not find repo, or it is not yours"));
    }
    Ok((text(body, "collection")?, text(body, "rkey")?))
}

/// A key that is made of the time: thirteen characters of its own alphabet.
pub(super) fn is_tid(key: &str) -> bool {
    key.len() == 13
        && "234567abcdefghij".contains(&key[..1])
        && key.bytes().all(|byte| matches!(byte, b'2'..=b'7' | b'a'..=b'z'))
}

pub(super) async fn put(bluesky: &Bluesky, call: Call) -> Result<Response, Refused> {
    let did = bluesky.caller(&call)?;
    let body = call.json().await?;
    let (collection, key) = own(&body, &did)?;
    if collection != POSTS || !is_tid(key) {
        return Err(invalid("Invalid record key, or a collection that is not simulated"));
    }
    let value = &body["record"];
    let media = validate::post(&bluesky.held(), &did, value)?;
    let at = (did.clone(), collection.to_owned(), key.to_owned());
    let (uri, content) = (uri(&did, collection, key), cid("bafyrei", value.to_string().as_bytes()));
    let there = bluesky.held().records.get(&at).map(|record| record.cid.clone());
    // An identical record is no new commit, whatever the swap says.
    if there.as_ref() != Some(&content) {
        if body.as_object().is_some_and(|body| body.contains_key("swapRecord")) && body["swapRecord"] != json!(there) {
            return Err(refuse(400, "InvalidSwap", "Record was at another version"));
        }
        bluesky.pay(&did, if there.is_some() { 2 } else { 3 })?;
        bluesky.held().records.insert(at, Record { value: value.clone(), cid: content.clone() });
        // Changes are stored, but people go on seeing what they saw.
        if there.is_none() {
            bluesky.world.show(shown(bluesky, &did, uri.clone(), value, media));
        }
    }
    let commit = json!({"cid": content, "rev": key});
    Ok(answer(200, &json!({"uri": uri, "cid": content, "commit": commit, "validationStatus": "valid"})))
}

pub(super) fn shown(bluesky: &Bluesky, did: &str, uri: String, value: &Value, media: Vec<String>) -> Shown {
    let parent = value["reply"]["parent"]["uri"].as_str().map(str::to_owned);
    let mut notes = BTreeMap::new();
    let mut note = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            notes.insert(name.to_owned(), value);
        }
    };
    note("root", value["reply"]["root"]["uri"].as_str().map(str::to_owned));
    note("card", value["embed"]["external"]["uri"].as_str().map(str::to_owned));
    note("card title", value["embed"]["external"]["title"].as_str().map(str::to_owned));
    note("languages", value["langs"].as_array().map(|langs| json!(langs).to_string()));
    note("captions", value["embed"]["captions"].as_array().map(|captions| said(captions)));
    note("facets", value["facets"].as_array().map(|facets| facets.len().to_string()));
    Shown {
        platform: Platform::Bluesky,
        account: did.to_owned(),
        id: uri,
        kind: if parent.is_some() { "reply" } else { "post" },
        parent,
        text: value["text"].as_str().unwrap_or_default().to_owned(),
        media,
        notes,
        at: bluesky.world.now(),
    }
}

/// The languages of subtitles with the sizes of their files.
fn said(captions: &[Value]) -> String {
    let one = |caption: &Value| format!("{} {}", caption["lang"].as_str().unwrap_or_default(), caption["file"]["size"]);
    captions.iter().map(one).collect::<Vec<_>>().join(", ")
}

pub(super) fn get(bluesky: &Bluesky, call: &Call) -> Result<Response, Refused> {
    let wanted = |name: &str| field(&call.query, name).to_owned();
    let (repo, collection, key) = (wanted("repo"), wanted("collection"), wanted("rkey"));
    let person = PEOPLE.iter().find(|person| person.0 == repo || person.1 == repo);
    let (did, _, name) = person.ok_or_else(|| invalid(&format!("Could not find repo: {repo}")))?;
    let uri = uri(did, &collection, &key);
    if collection == "app.bsky.actor.profile" && key == "self" {
        let value = json!({"$type": "app.bsky.actor.profile", "displayName": name});
        return Ok(answer(200, &json!({"uri": uri, "cid": cid("bafyrei", uri.as_bytes()), "value": value})));
    }
    let held = bluesky.held();
    let record = held.records.get(&((*did).to_owned(), collection, key));
    let record = record.ok_or_else(|| refuse(400, "RecordNotFound", &format!("Could not locate record: {uri}")))?;
    Ok(answer(200, &json!({"uri": uri, "cid": record.cid, "value": record.value})))
}

pub(super) async fn delete(bluesky: &Bluesky, call: Call) -> Result<Response, Refused> {
    let did = bluesky.caller(&call)?;
    let body = call.json().await?;
    let (collection, key) = own(&body, &did)?;
    bluesky.pay(&did, 1)?;
    bluesky.held().records.remove(&(did.clone(), collection.to_owned(), key.to_owned()));
    bluesky.world.hide(Platform::Bluesky, &uri(&did, collection, key));
    Ok(answer(200, &json!({"commit": {"cid": cid("bafyrei", key.as_bytes()), "rev": key}})))
}

/// Posts with their figures, as anybody may see them.
pub(super) fn posts(bluesky: &Bluesky, call: &Call) -> Result<Response, Refused> {
    if call.host != PUBLIC {
        bluesky.caller(call)?;
    }
    let uris: Vec<&String> = call.query.iter().filter(|(name, _)| name == "uris").map(|(_, uri)| uri).collect();
    if uris.is_empty() || uris.len() > 25 {
        return Err(invalid("uris must have between 1 and 25 elements"));
    }
    let found = uris.into_iter().filter_map(|uri| {
        let shown = bluesky.world.find(Platform::Bluesky, uri)?;
        let all = bluesky.world.shown(Platform::Bluesky);
        let replies = all.iter().filter(|other| other.parent.as_deref() == Some(uri)).count();
        Some(json!({
            "uri": uri, "author": {"did": shown.account}, "record": {"text": shown.text}, "likeCount": 5,
            "repostCount": 2, "quoteCount": 1, "replyCount": replies, "bookmarkCount": 4,
        }))
    });
    Ok(answer(200, &json!({"posts": found.collect::<Vec<_>>()})))
}
