//! Stories of a page.

use std::collections::BTreeMap;

use domain::platform::Platform;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Shelf;
use crate::graph::{Answer, Asked, Refusal};
use crate::meta::Meta;
use crate::meta::people::Page;
use crate::world::{Shown, World};

#[derive(Debug)]
pub(super) struct Story {
    post: String,
    page: String,
    media: String,
    kind: &'static str,
    at: Timestamp,
}

/// `POST /{page}/photo_stories` of a staged photo.
pub(super) fn of_photo(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    asked.only(&["photo_id"])?;
    let id = asked.require("photo_id")?.to_owned();
    let mut shelf = meta.facebook();
    let photo = shelf.photos.get_mut(&id).filter(|photo| photo.page == page.id);
    let photo = photo.ok_or_else(|| Refusal::missing(&id))?;
    if photo.used {
        return Err(Refusal::parameter("The photo is published already"));
    }
    photo.used = true;
    let media = format!("image {} {} bytes", photo.mime, photo.length);
    let post = show(&meta.world, &mut shelf, page.id, (&id, "photo"), media);
    Ok(json!({"success": true, "post_id": post}))
}

/// Puts a story where people see it, and says its id.
pub(super) fn show(world: &World, shelf: &mut Shelf, page: &str, of: (&str, &'static str), media: String) -> String {
    let (post, at) = (world.number().to_string(), world.now());
    let (id, kind) = (of.0.to_owned(), of.1);
    shelf.stories.push(Story { post: post.clone(), page: page.to_owned(), media: id, kind, at });
    world.show(Shown {
        platform: Platform::Facebook,
        account: page.to_owned(),
        id: post.clone(),
        kind: "story",
        parent: None,
        text: String::new(),
        media: vec![media],
        notes: BTreeMap::new(),
        at,
    });
    post
}

/// `GET /{page}/stories`.
pub(super) fn list(meta: &Meta, page: &Page) -> Value {
    let shelf = meta.facebook();
    let mine = shelf.stories.iter().rev().filter(|story| story.page == page.id);
    let data: Vec<Value> = mine
        .map(|story| {
            json!({
                "post_id": story.post,
                "status": "PUBLISHED",
                "creation_time": story.at.as_second().to_string(),
                "media_type": story.kind,
                "media_id": story.media,
                "url": format!("https://www.facebook.com/stories/{}/{}", story.page, story.post),
            })
        })
        .collect();
    json!({ "data": data })
}
