//! Statuses: posted once under a key, shown, searched and deleted.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::platform::Platform;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{TEXT_MAX, html, length};
use super::media::Media;
use super::{ANY, Caller, DELETING, MEDIA_MAX, Mastodon, POSTING, invalid, refuse};
use crate::answers::{Refused, header};
use crate::world::Shown;

/// How long a key is remembered.
const KEY_KEPT: SignedDuration = SignedDuration::from_hours(1);
const QUOTE_POLICIES: [&str; 3] = ["public", "followers", "nobody"];
const VISIBILITIES: [&str; 4] = ["public", "unlisted", "private", "direct"];

/// A status.
#[derive(Clone)]
pub(super) struct Status {
    id: String,
    host: String,
    pub(super) user: String,
    text: String,
    spoiler: String,
    visibility: String,
    language: Option<String>,
    quotes: Option<String>,
    sensitive: bool,
    media: Vec<(String, Media)>,
    poll: Option<Poll>,
    parent: Option<String>,
    at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct NewStatus {
    #[serde(default)]
    status: String,
    #[serde(default)]
    media_ids: Vec<String>,
    poll: Option<Poll>,
    in_reply_to_id: Option<String>,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    spoiler_text: String,
    visibility: Option<String>,
    language: Option<String>,
    quote_approval_policy: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Poll {
    options: Vec<String>,
    expires_in: i64,
    #[serde(default)]
    multiple: bool,
    #[serde(default)]
    hide_totals: bool,
}

impl Poll {
    fn check(&self) -> Result<(), Refused> {
        if !(2..=4).contains(&self.options.len()) {
            return Err(invalid("Poll options must have between 2 and 4 items"));
        }
        if self.options.iter().any(|option| option.trim().is_empty() || option.chars().count() > 50) {
            return Err(invalid("Poll options can't be longer than 50 characters each"));
        }
        let mut distinct = self.options.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < self.options.len() {
            return Err(invalid("Poll options contain duplicate items"));
        }
        if !(300..=2_629_746).contains(&self.expires_in) {
            return Err(invalid("Poll duration is too short or too far into the future"));
        }
        Ok(())
    }
}

pub(super) async fn create(
    State(mastodon): State<Mastodon>,
    Path(host): Path<String>,
    headers: HeaderMap,
    Json(new): Json<NewStatus>,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "write:statuses", POSTING)?;
    let now = mastodon.world.now();
    let key = header(&headers, "idempotency-key").map(|key| (caller.user.clone(), key.to_owned()));
    if let Some(key) = &key {
        let known = mastodon.held().keys.get(key).cloned();
        let known = known.filter(|(_, since)| now.duration_since(*since) < KEY_KEPT);
        if let Some(first) = known.and_then(|(id, _)| mastodon.find(&id, &host)) {
            return Ok(caller.answer(200, &mastodon.view(&first)));
        }
    }
    mastodon.check(&new, &host)?;
    let files = mastodon.attach(&new.media_ids, &caller.user)?;
    let status = Status {
        id: mastodon.world.number().to_string(),
        host,
        user: caller.user.clone(),
        text: new.status,
        spoiler: new.spoiler_text,
        visibility: new.visibility.unwrap_or_else(|| "public".to_owned()),
        // What is no language is passed over.
        language: new.language.filter(|code| is_code(code)),
        quotes: new.quote_approval_policy,
        sensitive: new.sensitive,
        media: new.media_ids.into_iter().zip(files).collect(),
        poll: new.poll,
        parent: new.in_reply_to_id,
        at: now,
    };
    mastodon.world.show(status.shown(&caller));
    let mut held = mastodon.held();
    held.statuses.push(status.clone());
    if let Some(key) = key {
        held.keys.insert(key, (status.id.clone(), now));
    }
    drop(held);
    Ok(caller.answer(200, &mastodon.view(&status)))
}

/// ISO 639, in the small letters that its table has.
fn is_code(language: &str) -> bool {
    (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase())
}

impl Mastodon {
    fn check(&self, new: &NewStatus, host: &str) -> Result<(), Refused> {
        if new.status.trim().is_empty() && new.media_ids.is_empty() {
            return Err(invalid("Text can't be blank"));
        }
        if length(&new.status) + length(&new.spoiler_text) > TEXT_MAX {
            return Err(invalid(&format!("Text character limit of {TEXT_MAX} exceeded")));
        }
        if new.visibility.as_ref().is_some_and(|name| !VISIBILITIES.contains(&name.as_str())) {
            return Err(invalid("Visibility is not included in the list"));
        }
        if new.quote_approval_policy.as_ref().is_some_and(|name| !QUOTE_POLICIES.contains(&name.as_str())) {
            return Err(invalid("Quote approval policy is not included in the list"));
        }
        if new.media_ids.len() > MEDIA_MAX || (new.poll.is_some() && !new.media_ids.is_empty()) {
            return Err(refuse(422, "Cannot attach more than 4 files, or files to a poll"));
        }
        if let Some(parent) = &new.in_reply_to_id
            && self.find(parent, host).is_none()
        {
            return Err(refuse(404, "The post you are trying to reply to does not seem to exist."));
        }
        new.poll.as_ref().map_or(Ok(()), Poll::check)
    }

    fn find(&self, id: &str, host: &str) -> Option<Status> {
        self.held().statuses.iter().find(|status| status.id == id && status.host == host).cloned()
    }

    fn view(&self, status: &Status) -> Value {
        let held = self.held();
        let replies = held.statuses.iter().filter(|other| other.parent.as_deref() == Some(&status.id)).count();
        let name = status.user.split('@').next().unwrap_or_default();
        let address = format!("https://{}/@{name}/{}", status.host, status.id);
        let media: Vec<Value> = status.media.iter().map(|(id, media)| media.view(id, true)).collect();
        let poll = status.poll.as_ref().map(|poll| {
            let options: Vec<Value> =
                poll.options.iter().map(|title| json!({"title": title, "votes_count": 0})).collect();
            let ends = status.at + SignedDuration::from_secs(poll.expires_in);
            json!({"id": status.id, "options": options, "expires_at": ends, "expired": false, "multiple": poll.multiple})
        });
        json!({
            "id": status.id, "uri": format!("https://{}/users/{name}/statuses/{}", status.host, status.id),
            "url": address, "created_at": status.at, "content": html(&status.text, &status.host),
            "spoiler_text": status.spoiler, "visibility": status.visibility, "language": status.language, "sensitive": status.sensitive,
            "media_attachments": media, "poll": poll, "in_reply_to_id": status.parent,
            "favourites_count": 6, "reblogs_count": 2, "quotes_count": 1, "replies_count": replies,
        })
    }
}

impl Status {
    fn shown(&self, caller: &Caller) -> Shown {
        let mut notes = BTreeMap::from([("visibility".to_owned(), self.visibility.clone())]);
        notes.insert("instance".to_owned(), self.host.clone());
        if !self.spoiler.is_empty() {
            notes.insert("warning".to_owned(), self.spoiler.clone());
        }
        if let Some(cover) = self.media.iter().find_map(|(_, media)| media.thumbnail.clone()) {
            notes.insert("cover".to_owned(), cover);
        }
        if self.sensitive {
            notes.insert("sensitive".to_owned(), "yes".to_owned());
        }
        for (name, value) in [("language", &self.language), ("quotes", &self.quotes)] {
            notes.extend(value.clone().map(|value| (name.to_owned(), value)));
        }
        if let Some(poll) = &self.poll {
            let marks = [(poll.multiple, "several answers"), (poll.hide_totals, "totals hidden")];
            let marks = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| (mark.to_owned(), "yes".to_owned()));
            notes.extend(marks);
            notes.insert("poll".to_owned(), format!("{} ({} s)", poll.options.join(" | "), poll.expires_in));
        }
        Shown {
            platform: Platform::Mastodon,
            account: caller.id.to_owned(),
            id: self.id.clone(),
            kind: if self.parent.is_some() { "reply" } else { "post" },
            parent: self.parent.clone(),
            text: self.text.clone(),
            media: self.media.iter().map(|(_, media)| media.shown()).collect(),
            notes,
            at: self.at,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Page {
    limit: Option<usize>,
    max_id: Option<u64>,
    since_id: Option<u64>,
}

pub(super) async fn of_account(
    State(mastodon): State<Mastodon>,
    Path((host, account)): Path<(String, String)>,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "read:statuses", ANY)?;
    if account != caller.id {
        return Err(refuse(404, "Record not found"));
    }
    let statuses = mastodon.held().statuses.clone();
    let wanted = |status: &&Status| {
        let id: u64 = status.id.parse().unwrap_or_default();
        status.user == caller.user
            && page.max_id.is_none_or(|max| id < max)
            && page.since_id.is_none_or(|since| id > since)
    };
    let limit = page.limit.unwrap_or(20).min(40);
    let found: Vec<Value> =
        statuses.iter().rev().filter(wanted).take(limit).map(|status| mastodon.view(status)).collect();
    Ok(caller.answer(200, &json!(found)))
}

pub(super) async fn show(
    State(mastodon): State<Mastodon>,
    Path((host, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "read:statuses", ANY)?;
    let status = mastodon.find(&id, &host).ok_or_else(|| refuse(404, "Record not found"))?;
    Ok(caller.answer(200, &mastodon.view(&status)))
}

pub(super) async fn source(
    State(mastodon): State<Mastodon>,
    Path((host, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "read:statuses", ANY)?;
    let status = mastodon.find(&id, &host).filter(|status| status.user == caller.user);
    let status = status.ok_or_else(|| refuse(404, "Record not found"))?;
    Ok(caller.answer(200, &json!({"id": status.id, "text": status.text, "spoiler_text": status.spoiler})))
}

pub(super) async fn delete(
    State(mastodon): State<Mastodon>,
    Path((host, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let caller = mastodon.caller(&host, &headers, "write:statuses", DELETING)?;
    let status = mastodon.find(&id, &host).filter(|status| status.user == caller.user);
    let status = status.ok_or_else(|| refuse(404, "Record not found"))?;
    let mut view = mastodon.view(&status);
    view["text"] = json!(status.text);
    mastodon.held().statuses.retain(|held| held.id != status.id);
    mastodon.world.hide(Platform::Mastodon, &status.id);
    Ok(caller.answer(200, &view))
}
