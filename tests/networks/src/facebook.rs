//! Facebook Pages, Graph API v25.0: feed, photos, videos, reels, stories, comments and figures.
//!
//! From "Pages API — Posts", "Page Feed", "Page Photos", "Video API — Publish", "Video Thumbnails", "Reels
//! Publishing API", "Facebook Stories API", "Handle Errors", "Page Insights".

mod feed;
mod photo;
mod story;
mod talk;
mod video;

use std::collections::BTreeMap;

use http::Method;
use jiff::Timestamp;

use crate::graph::{Answer, Asked, Refusal, need, select};
use crate::meta::people::{self, Page};
use crate::meta::{Meta, PAGE_FIELDS, method, page_node};
use crate::oauth::Grant;

pub(crate) use video::upload;

/// What Facebook holds.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    photos: BTreeMap<String, photo::Photo>,
    videos: BTreeMap<String, video::Video>,
    posts: Vec<feed::Post>,
    comments: Vec<talk::Comment>,
    stories: Vec<story::Story>,
}

/// Everything behind a node that is none of Instagram's.
pub(crate) async fn answer(meta: &Meta, asked: &Asked, grant: &Grant) -> Answer {
    let id = asked.path[0].as_str();
    if let Some(page) = people::page(id) {
        return of_page(meta, asked, grant, page).await;
    }
    let owner = owner_of(meta, id).ok_or_else(|| Refusal::missing(id))?;
    as_page(grant, &owner)?;
    let edge = asked.path.get(1).map(String::as_str);
    match edge {
        Some("comments") => talk::comments(meta, asked, grant, id),
        Some("thumbnails") if asked.method == Method::POST => {
            need(grant, "pages_manage_posts")?;
            video::set_cover(meta, asked, id)
        }
        Some("insights" | "video_insights") => talk::insights(asked, grant),
        Some(_) => Err(Refusal::missing(id)),
        None if asked.method == Method::DELETE => {
            need(grant, "pages_manage_posts")?;
            delete(meta, id)
        }
        None => node(meta, asked, id),
    }
}

async fn of_page(meta: &Meta, asked: &Asked, grant: &Grant, page: &'static Page) -> Answer {
    let Some(edge) = asked.path.get(1) else {
        method(asked, &Method::GET)?;
        need(grant, "pages_read_engagement")?;
        return select("Page", &page_node(page, grant), PAGE_FIELDS, asked.field("fields"));
    };
    as_page(grant, page.id)?;
    need(grant, if asked.method == Method::GET { "pages_read_engagement" } else { "pages_manage_posts" })?;
    if asked.method != Method::GET && !page.tasks.contains(&"CREATE_CONTENT") {
        return Err(Refusal::permission("CREATE_CONTENT task, the"));
    }
    match (asked.method.as_str(), edge.as_str()) {
        ("POST", "feed") => feed::create(meta, asked, page),
        ("GET", "feed" | "published_posts") => feed::list(meta, asked, page),
        ("POST", "photos") => photo::create(meta, asked, page).await,
        ("POST", "photo_stories") => story::of_photo(meta, asked, page),
        ("GET", "stories") => Ok(story::list(meta, page)),
        ("POST", "videos") => video::create(meta, asked, page).await,
        ("GET", "videos") => video::list(meta, asked, page),
        ("POST", "video_reels") => video::phase(meta, asked, page, video::Kind::Reel),
        ("POST", "video_stories") => video::phase(meta, asked, page, video::Kind::Story),
        _ => Err(Refusal::missing(page.id)),
    }
}

/// Only a page's own token acts for it.
fn as_page(grant: &Grant, page: &str) -> Result<(), Refusal> {
    if grant.kind != "page" {
        let message = "(#200) This endpoint must be called with a page access token.";
        return Err(Refusal::new(200, 0, message));
    }
    if grant.user == page { Ok(()) } else { Err(Refusal::missing(page)) }
}

/// The page that something belongs to.
fn owner_of(meta: &Meta, id: &str) -> Option<String> {
    let shelf = meta.facebook();
    let post = shelf.posts.iter().find(|post| post.id == id).map(|post| post.page.clone());
    let comment = || shelf.comments.iter().find(|comment| comment.id == id).map(|comment| comment.page.clone());
    let photo = || shelf.photos.get(id).map(|photo| photo.page.clone());
    let video = || shelf.videos.get(id).map(|video| video.page.clone());
    post.or_else(comment).or_else(photo).or_else(video)
}

fn node(meta: &Meta, asked: &Asked, id: &str) -> Answer {
    method(asked, &Method::GET)?;
    let now = meta.world.now();
    let shelf = meta.facebook();
    if let Some(post) = shelf.posts.iter().find(|post| post.id == id) {
        return select("Post", &post.node(&shelf), feed::FIELDS, asked.field("fields"));
    }
    if let Some(video) = shelf.videos.get(id) {
        return select("Video", &video.node(id, &shelf, now), video::FIELDS, asked.field("fields"));
    }
    select("Node", &serde_json::json!({ "id": id }), &["id"], asked.field("fields"))
}

fn delete(meta: &Meta, id: &str) -> Answer {
    let mut shelf = meta.facebook();
    let shown = shelf.posts.iter().find(|post| post.id == id).map_or(id, |post| post.shown.as_str()).to_owned();
    shelf.posts.retain(|post| post.id != id && post.shown != id);
    shelf.comments.retain(|comment| comment.id != id);
    shelf.videos.remove(id);
    shelf.photos.remove(id);
    drop(shelf);
    meta.world.hide(domain::platform::Platform::Facebook, &shown);
    Ok(serde_json::json!({ "success": true }))
}

/// A time as the Graph API writes it.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}
