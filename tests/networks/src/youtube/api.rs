//! Videos, channels, playlists and comments.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::platform::Platform;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Channel, FORCE_SSL, READ, Refused, Video, Youtube, answer, channel, refuse, signup_required};
use crate::intake::Fields;
use crate::world::Shown;

const LIST: u32 = 1;
const WRITE: u32 = 50;
const COMMENT_MAX_CHARS: usize = 10_000;

/// A video as its owner sees it.
pub(super) fn resource(id: &str, video: &Video, now: Timestamp) -> Value {
    let processed = now >= video.processed_at;
    let (upload, processing) = match video.failure {
        Some(_) => ("failed", "failed"),
        None if processed => ("processed", "succeeded"),
        None => ("uploaded", "processing"),
    };
    let mut resource = json!({
        "kind": "youtube#video",
        "id": id,
        "snippet": {
            "publishedAt": video.at.to_string(),
            "channelId": video.channel.id,
            "title": video.metadata.snippet.title,
            "description": video.metadata.snippet.description,
        },
        "status": {"uploadStatus": upload, "privacyStatus": video.privacy, "madeForKids": video.metadata.status.self_declared_made_for_kids},
        "processingDetails": {"processingStatus": processing},
        "statistics": {"viewCount": "12", "likeCount": "3", "favoriteCount": "0", "commentCount": "1"},
    });
    if let Some(reason) = video.failure {
        resource["status"]["failureReason"] = reason.into();
    }
    resource
}

/// `videos.list` by ids.
pub(super) async fn videos(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    answer(list_videos(&youtube, &query, &headers))
}

fn list_videos(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[READ, FORCE_SSL])?;
    youtube.spend(&grant, LIST)?;
    let now = youtube.world.now();
    let parts = parts(query)?;
    let ids = query.get("id").map_or("", String::as_str);
    let state = youtube.state();
    let mine = |video: &&Video| video.privacy != "private" || video.channel.id == grant.user;
    let items = ids.split(',').filter_map(|id| {
        let video = state.videos.get(id).filter(mine)?;
        Some(only(resource(id, video, now), &parts))
    });
    Ok(json!({"kind": "youtube#videoListResponse", "items": items.collect::<Vec<_>>()}))
}

/// `videos.delete`.
pub(super) async fn delete_video(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    match remove(&youtube, &query, &headers) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => *refused,
    }
}

fn remove(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<(), Refused> {
    let grant = youtube.who(headers, &[FORCE_SSL])?;
    youtube.spend(&grant, WRITE)?;
    let id = query.get("id").map_or("", String::as_str);
    let mut state = youtube.state();
    match state.videos.get(id).map(|video| video.channel.id == grant.user) {
        None => Err(refuse(
            404,
            "youtube.video",
            "videoNotFound",
            "The video that you are trying to delete cannot be found.",
        )),
        Some(false) => {
            Err(refuse(403, "youtube.video", "forbidden", "The video that you are trying to delete cannot be deleted."))
        }
        Some(true) => {
            state.videos.remove(id);
            youtube.world.hide(Platform::Youtube, id);
            Ok(())
        }
    }
}

/// `channels.list` of the token's own channel.
pub(super) async fn channels(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    answer(list_channels(&youtube, &query, &headers))
}

fn list_channels(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[READ, FORCE_SSL])?;
    youtube.spend(&grant, LIST)?;
    let parts = parts(query)?;
    mine(query)?;
    let Some(Channel { id, title, handle, uploads, long_uploads, .. }) = channel(&grant.user) else {
        return Ok(json!({"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}));
    };
    let item = json!({
        "kind": "youtube#channel",
        "id": id,
        "snippet": {"title": title, "customUrl": handle, "thumbnails": {"default": {"url": "https://yt3.ggpht.com/picture=s88"}}},
        "contentDetails": {"relatedPlaylists": {"uploads": uploads}},
        "statistics": {"viewCount": "100", "subscriberCount": "7", "videoCount": "2"},
        "status": {"privacyStatus": "public", "longUploadsStatus": long_uploads},
    });
    Ok(json!({"kind": "youtube#channelListResponse", "items": [only(item, &parts)]}))
}

/// `playlists.list` of the token's own channel.
pub(super) async fn playlists(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    answer(list_playlists(&youtube, &query, &headers))
}

fn list_playlists(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[READ, FORCE_SSL])?;
    youtube.spend(&grant, LIST)?;
    let parts = parts(query)?;
    mine(query)?;
    let lists = channel(&grant.user).map(|channel| channel.playlists.as_slice()).unwrap_or_default();
    let items = lists.iter().map(|(id, title)| {
        only(
            json!({"kind": "youtube#playlist", "id": id, "snippet": {"title": title, "channelId": grant.user}}),
            &parts,
        )
    });
    Ok(json!({"kind": "youtube#playlistListResponse", "items": items.collect::<Vec<_>>()}))
}

/// `playlistItems.list`, of the uploads of the token's own channel only: nothing here asks for others.
pub(super) async fn playlist_items(
    State(youtube): State<Youtube>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    answer(list_items(&youtube, &query, &headers))
}

fn list_items(youtube: &Youtube, query: &Fields, headers: &HeaderMap) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[READ, FORCE_SSL])?;
    youtube.spend(&grant, LIST)?;
    let parts = parts(query)?;
    let playlist = query.get("playlistId").map_or("", String::as_str);
    let Some(channel) = channel(&grant.user).filter(|channel| channel.uploads == playlist) else {
        return Err(refuse(404, "youtube.playlistItem", "playlistNotFound", "The playlist cannot be found."));
    };
    let most = query.get("maxResults").and_then(|most| most.parse().ok()).unwrap_or(5_usize);
    let state = youtube.state();
    let mut own: Vec<_> = state.videos.iter().filter(|(_, video)| video.channel.id == channel.id).collect();
    own.sort_by_key(|(_, video)| std::cmp::Reverse(video.at));
    let items = own.into_iter().take(most).map(|(id, video)| {
        let whole = resource(id, video, video.at);
        let item = json!({
            "kind": "youtube#playlistItem",
            "id": format!("UUitem-{id}"),
            "snippet": whole["snippet"],
            "contentDetails": {"videoId": id, "videoPublishedAt": whole["snippet"]["publishedAt"]},
        });
        only(item, &parts)
    });
    Ok(json!({"kind": "youtube#playlistItemListResponse", "items": items.collect::<Vec<_>>()}))
}

/// `playlistItems.insert`.
pub(super) async fn add_to_playlist(State(youtube): State<Youtube>, headers: HeaderMap, body: Bytes) -> Response {
    answer(insert_item(&youtube, &headers, &body))
}

fn insert_item(youtube: &Youtube, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[FORCE_SSL])?;
    youtube.spend(&grant, WRITE)?;
    let snippet = snippet(body)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (playlist, video) = (text(&snippet["playlistId"]), text(&snippet["resourceId"]["videoId"]));
    let own = channel(&grant.user).is_some_and(|channel| channel.playlists.iter().any(|(id, _)| *id == playlist));
    if !own {
        return Err(refuse(404, "youtube.playlistItem", "playlistNotFound", "The playlist cannot be found."));
    }
    let known = youtube.state().videos.contains_key(&video);
    if snippet["resourceId"]["kind"] != "youtube#video" || !known {
        return Err(refuse(404, "youtube.playlistItem", "videoNotFound", "Video not found."));
    }
    if let Some(mut shown) = youtube.world.find(Platform::Youtube, &video) {
        youtube.world.hide(Platform::Youtube, &video);
        shown.notes.insert("playlist".to_owned(), playlist);
        youtube.world.show(shown);
    }
    Ok(json!({"kind": "youtube#playlistItem", "id": format!("PLitem-{}", youtube.world.number()), "snippet": snippet}))
}

/// `commentThreads.insert`.
pub(super) async fn comment(State(youtube): State<Youtube>, headers: HeaderMap, body: Bytes) -> Response {
    answer(insert_comment(&youtube, &headers, &body))
}

fn insert_comment(youtube: &Youtube, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let grant = youtube.who(headers, &[FORCE_SSL])?;
    youtube.spend(&grant, WRITE)?;
    let Some(channel) = channel(&grant.user) else { return Err(signup_required()) };
    let snippet = snippet(body)?;
    let text = snippet["topLevelComment"]["snippet"]["textOriginal"].as_str().unwrap_or_default();
    let id = snippet["videoId"].as_str().unwrap_or_default();
    let Some(video) = youtube.state().videos.get(id).cloned() else {
        return Err(refuse(404, "youtube.commentThread", "videoNotFound", "The video cannot be found."));
    };
    if video.metadata.status.self_declared_made_for_kids || video.privacy == "private" {
        return Err(refuse(403, "youtube.commentThread", "commentsDisabled", "The video has disabled comments."));
    }
    if text.is_empty() || text.chars().count() > COMMENT_MAX_CHARS {
        return Err(refuse(400, "youtube.commentThread", "commentTextRequired", "The comment has no proper text."));
    }
    let comment = format!("Ug{}", youtube.world.number());
    youtube.world.show(Shown {
        platform: Platform::Youtube,
        account: channel.id.to_owned(),
        id: comment.clone(),
        kind: "comment",
        parent: Some(id.to_owned()),
        text: text.to_owned(),
        media: Vec::new(),
        notes: std::collections::BTreeMap::new(),
        at: youtube.world.now(),
    });
    Ok(json!({"kind": "youtube#commentThread", "id": comment, "snippet": snippet}))
}

fn snippet(body: &[u8]) -> Result<Value, Refused> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    match value.get("snippet") {
        Some(snippet) if snippet.is_object() => Ok(snippet.clone()),
        _ => Err(refuse(400, "global", "required", "Required parameter: snippet")),
    }
}

fn parts(query: &Fields) -> Result<Vec<String>, Refused> {
    let part = query.get("part").filter(|part| !part.is_empty());
    let part = part.ok_or_else(|| refuse(400, "global", "required", "No filter selected: part is required."))?;
    Ok(part.split(',').map(str::to_owned).collect())
}

fn mine(query: &Fields) -> Result<(), Refused> {
    let mine = query.get("mine").is_some_and(|mine| mine == "true");
    if mine { Ok(()) } else { Err(refuse(400, "youtube.parameter", "missingRequiredParameter", "No filter selected.")) }
}

/// A resource with only the parts asked for.
fn only(mut resource: Value, parts: &[String]) -> Value {
    if let Some(fields) = resource.as_object_mut() {
        fields.retain(|name, _| name == "kind" || name == "id" || parts.contains(name));
    }
    resource
}
