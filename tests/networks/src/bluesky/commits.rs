//! Several records in one commit: all or nothing.

use axum::response::Response;
use serde_json::{Value, json};

use super::blobs::cid;
use super::records::{POSTS, Record, is_tid, shown, text, uri};
use super::{Bluesky, Call, PEOPLE, invalid, refuse, validate};
use crate::answers::{Refused, json as answer};

const WRITES_MAX: usize = 200;
const CREATE: &str = "com.atproto.repo.applyWrites#create";

/// A record that is to be created.
struct Creation<'a> {
    collection: &'a str,
    key: &'a str,
    value: &'a Value,
    media: Vec<String>,
}

pub(super) async fn apply(bluesky: &Bluesky, call: Call) -> Result<Response, Refused> {
    let did = bluesky.caller(&call)?;
    let body = call.json().await?;
    let repo = text(&body, "repo")?;
    if repo != did && PEOPLE.iter().all(|person| person.0 != did || person.1 != repo) {
        return Err(refuse(401, "AuthenticationRequired", "Could not find repo, or it is not yours"));
    }
    let writes = body["writes"].as_array().ok_or_else(|| invalid("Input must have the property \"writes\""))?;
    if writes.len() > WRITES_MAX {
        return Err(invalid("Too many writes. Max: 200"));
    }
    let made: Result<Vec<_>, Refused> = writes.iter().map(|write| creation(bluesky, &did, write)).collect();
    let made = made?;
    let at = |one: &Creation<'_>| (did.clone(), one.collection.to_owned(), one.key.to_owned());
    if made.iter().any(|one| bluesky.held().records.contains_key(&at(one))) {
        return Err(refuse(500, "InternalServerError", "Internal Server Error"));
    }
    bluesky.pay(&did, 3 * u32::try_from(made.len()).unwrap_or(u32::MAX))?;
    let results: Vec<Value> = made.iter().map(|one| create(bluesky, &did, one)).collect();
    for post in made.iter().filter(|one| one.collection == POSTS) {
        let mut seen = shown(bluesky, &did, uri(&did, POSTS, post.key), post.value, post.media.clone());
        for gate in &made {
            seen.notes.extend(noted(&seen.id, gate, post.key));
        }
        bluesky.world.show(seen);
    }
    let commit = json!({"cid": cid("bafyrei", body.to_string().as_bytes()), "rev": did});
    Ok(answer(200, &json!({"commit": commit, "results": results})))
}

fn creation<'a>(bluesky: &Bluesky, did: &str, write: &'a Value) -> Result<Creation<'a>, Refused> {
    if write["$type"] != CREATE {
        return Err(invalid("Action not supported, or not simulated"));
    }
    let (collection, key, value) = (text(write, "collection")?, text(write, "rkey")?, &write["value"]);
    if !is_tid(key) {
        return Err(invalid("Invalid record key"));
    }
    let media = match collection {
        POSTS => validate::post(&bluesky.held(), did, value)?,
        validate::REPLIES | validate::QUOTES => validate::gate(collection, value).map(|()| Vec::new())?,
        _ => return Err(invalid("A collection that is not simulated")),
    };
    Ok(Creation { collection, key, value, media })
}

fn create(bluesky: &Bluesky, did: &str, one: &Creation<'_>) -> Value {
    let content = cid("bafyrei", one.value.to_string().as_bytes());
    let at = (did.to_owned(), one.collection.to_owned(), one.key.to_owned());
    bluesky.held().records.insert(at, Record { value: one.value.clone(), cid: content.clone() });
    json!({
        "$type": "com.atproto.repo.applyWrites#createResult",
        "uri": uri(did, one.collection, one.key), "cid": content, "validationStatus": "valid",
    })
}

/// What a gate does to a post: nothing unless it names it and lies under its key.
fn noted(post: &str, gate: &Creation<'_>, key: &str) -> Option<(String, String)> {
    if gate.key != key || gate.value["post"] != post {
        return None;
    }
    let rules = |name: &str| {
        let rules = gate.value[name].as_array()?;
        let names = rules.iter().filter_map(|rule| rule["$type"].as_str()?.split('#').nth(1));
        Some(names.collect::<Vec<_>>().join(", "))
    };
    match gate.collection {
        validate::REPLIES => Some(("replies".to_owned(), format!("[{}]", rules("allow")?))),
        validate::QUOTES => Some(("quotes".to_owned(), format!("[{}]", rules("embeddingRules")?))),
        _ => None,
    }
}
