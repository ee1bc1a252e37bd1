//! Boards and the pins on them.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use domain::platform::Platform;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::source::{Source, Taken};
use super::{Caller, Pinterest, READ, WRITE, refuse};
use crate::answers::Refused;
use crate::world::Shown;

/// Hosts that are taken for spam.
const BLOCKED: [&str; 3] = ["bit.ly", "tinyurl.com", "spam.example"];

/// A pin.
#[derive(Clone)]
pub(super) struct Pin {
    pub(super) id: String,
    pub(super) owner: String,
    board: String,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
    alt_text: Option<String>,
    pub(super) kind: &'static str,
    at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPin {
    board_id: Option<String>,
    board_section_id: Option<String>,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
    alt_text: Option<String>,
    #[serde(default, rename = "dominant_color")]
    _dominant_color: Option<String>,
    #[serde(default, rename = "sponsor_id")]
    _sponsor_id: Option<String>,
    parent_pin_id: Option<String>,
    media_source: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    page_size: Option<usize>,
    bookmark: Option<String>,
}

impl Page {
    /// A page of `all`, and where the next begins.
    fn of(&self, all: Vec<Value>) -> Result<Value, Refused> {
        let size = self.page_size.unwrap_or(25);
        if !(1..=250).contains(&size) {
            return Err(refuse(400, 1, "page_size must be between 1 and 250"));
        }
        let from: usize = match &self.bookmark {
            None => 0,
            Some(bookmark) => bookmark.parse().map_err(|_| refuse(400, 1, "Invalid bookmark"))?,
        };
        let next = (from + size < all.len()).then(|| (from + size).to_string());
        let items: Vec<Value> = all.into_iter().skip(from).take(size).collect();
        Ok(json!({"items": items, "bookmark": next}))
    }
}

pub(super) async fn boards(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["boards:read"], READ)?;
    let boards = caller.person.3.iter().map(|(id, name, privacy)| {
        json!({"id": id, "name": name, "description": "", "privacy": privacy, "owner": {"username": caller.person.1}})
    });
    Ok(caller.answer(200, &page.of(boards.collect())?))
}

pub(super) async fn of_board(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Path(board): Path<String>,
    Query(page): Query<Page>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["boards:read", "pins:read"], READ)?;
    owns(&caller, &board)?;
    let held = pinterest.held();
    let pins = held.pins.iter().rev().filter(|pin| pin.board == board).map(shown);
    Ok(caller.answer(200, &page.of(pins.collect())?))
}

pub(super) async fn of_user(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["boards:read", "pins:read"], READ)?;
    let held = pinterest.held();
    let pins = held.pins.iter().rev().filter(|pin| pin.owner == caller.person.1).map(shown);
    Ok(caller.answer(200, &page.of(pins.collect())?))
}

fn owns(caller: &Caller, board: &str) -> Result<(), Refused> {
    let known = super::PEOPLE.iter().any(|person| person.3.iter().any(|(id, _, _)| *id == board));
    if caller.person.3.iter().any(|(id, _, _)| *id == board) {
        Ok(())
    } else if known {
        Err(refuse(403, 7, "You are not permitted to access that resource."))
    } else {
        Err(refuse(404, 40, "Board not found."))
    }
}

pub(super) async fn create(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let scopes = ["boards:read", "boards:write", "pins:read", "pins:write"];
    let caller = pinterest.caller(&headers, &scopes, WRITE)?;
    let bad = |message: String| refuse(400, 1, &message);
    let new: NewPin = serde_json::from_slice(&body).map_err(|error| bad(format!("Invalid request: {error}")))?;
    let board = new.board_id.clone().ok_or_else(|| bad("'board_id' is required".to_owned()))?;
    owns(&caller, &board)?;
    check(&new).map_err(bad)?;
    let source = new.media_source.clone().ok_or_else(|| bad("'media_source' is required".to_owned()))?;
    let source: Source =
        serde_json::from_value(source).map_err(|error| bad(format!("Invalid 'media_source': {error}")))?;
    let owner = caller.person.1;
    let Taken { kind, media, cover } = pinterest.take(source, owner).await?;
    let pin = Pin {
        id: pinterest.world.number().to_string(),
        owner: owner.to_owned(),
        board,
        title: new.title,
        description: new.description,
        link: new.link,
        alt_text: new.alt_text,
        kind,
        at: pinterest.world.now(),
    };
    pinterest.world.show(seen(&pin, caller.person.0, media, cover.as_ref()));
    pinterest.held().pins.push(pin.clone());
    Ok(caller.answer(201, &shown(&pin)))
}

fn check(new: &NewPin) -> Result<(), String> {
    let lengths = [
        ("title", &new.title, 100),
        ("description", &new.description, 800),
        ("link", &new.link, 2048),
        ("alt_text", &new.alt_text, 500),
    ];
    for (name, text, max) in lengths {
        if text.as_ref().is_some_and(|text| text.chars().count() > max) {
            return Err(format!("'{name}' is too long: at most {max} characters"));
        }
    }
    if new.board_section_id.is_some() || new.parent_pin_id.is_some() {
        return Err("there is no such section or pin".to_owned());
    }
    let Some(link) = &new.link else { return Ok(()) };
    let url: url::Url = link.parse().map_err(|_| "'link' is not a valid address".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("'link' is not a valid address".to_owned());
    }
    if url.host_str().is_some_and(|host| BLOCKED.contains(&host)) {
        return Err("Sorry! Pins cannot link to that site: it may lead to spam.".to_owned());
    }
    Ok(())
}

fn seen(pin: &Pin, account: &str, media: Vec<String>, cover: Option<&String>) -> Shown {
    let mut notes =
        BTreeMap::from([("board".to_owned(), pin.board.clone()), ("media".to_owned(), pin.kind.to_owned())]);
    for (name, text) in
        [("title", pin.title.as_ref()), ("link", pin.link.as_ref()), ("alt", pin.alt_text.as_ref()), ("cover", cover)]
    {
        if let Some(text) = text {
            notes.insert(name.to_owned(), text.clone());
        }
    }
    Shown {
        platform: Platform::Pinterest,
        account: account.to_owned(),
        id: pin.id.clone(),
        kind: "post",
        parent: None,
        text: pin.description.clone().unwrap_or_default(),
        media,
        notes,
        at: pin.at,
    }
}

/// A pin as the API shows it. Its time has no zone; UTC is meant.
fn shown(pin: &Pin) -> Value {
    json!({
        "id": pin.id, "created_at": pin.at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "link": pin.link,
        "title": pin.title, "description": pin.description, "alt_text": pin.alt_text, "board_id": pin.board,
        "board_owner": {"username": pin.owner}, "is_owner": true, "pin_metrics": null,
        "media": {"media_type": pin.kind, "images": {"600x": {"url": format!("https://i.pinimg.com/600x/{}.jpg", pin.id)}}},
    })
}

pub(super) async fn show(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let caller = pinterest.caller(&headers, &["boards:read", "pins:read"], READ)?;
    let pin = pinterest.pin(&id, &caller)?;
    Ok(caller.answer(200, &shown(&pin)))
}

pub(super) async fn delete(
    State(pinterest): State<Pinterest>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let scopes = ["boards:read", "boards:write", "pins:read", "pins:write"];
    let caller = pinterest.caller(&headers, &scopes, WRITE)?;
    let pin = pinterest.pin(&id, &caller)?;
    pinterest.held().pins.retain(|held| held.id != pin.id);
    pinterest.world.hide(Platform::Pinterest, &pin.id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Pinterest {
    /// A pin of the caller's.
    pub(super) fn pin(&self, id: &str, caller: &Caller) -> Result<Pin, Refused> {
        let held = self.held();
        let pin = held.pins.iter().find(|pin| pin.id == id).ok_or_else(|| refuse(404, 50, "Pin not found."))?;
        if pin.owner == caller.person.1 { Ok(pin.clone()) } else { Err(refuse(403, 7, "That is not your Pin.")) }
    }
}
