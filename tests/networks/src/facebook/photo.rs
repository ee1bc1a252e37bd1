//! Photos of a page, posted or staged.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::platform::Platform;
use serde_json::json;

use super::feed::Post;
use crate::graph::{Answer, Asked, Refusal};
use crate::meta::Meta;
use crate::meta::people::Page;
use crate::world::Shown;

const PHOTO_MAX_BYTES: u64 = 10_000_000;

#[derive(Debug)]
pub(super) struct Photo {
    pub(super) page: String,
    pub(super) mime: &'static str,
    pub(super) length: u64,
    pub(super) alt: String,
    /// Whether a post or story has it.
    pub(super) used: bool,
}

/// `POST /{page}/photos`, from `source` or `url`.
pub(super) async fn create(meta: &Meta, asked: &Asked, page: &Page) -> Answer {
    asked.only(&["url", "message", "caption", "published", "temporary", "alt_text_custom"])?;
    let (head, length) = content(meta, asked).await?;
    let mime = kind(&head).ok_or_else(|| {
        Refusal::new(324, 2_069_019, "Missing or invalid image file")
            .says("Your photo can't be uploaded", "This photo's format is not supported.")
    })?;
    if length > PHOTO_MAX_BYTES {
        return Err(Refusal::new(100, 1_366_046, "(#100) Your photos couldn't be uploaded")
            .says("Can't read files", "Photos should be less than 4 MB and saved as JPG, PNG, GIF or TIFF files."));
    }
    let alt = asked.field("alt_text_custom").unwrap_or_default().to_owned();
    let published = asked.is_on("published", true);
    let id = meta.world.number().to_string();
    let photo = Photo { page: page.id.to_owned(), mime, length, alt, used: published };
    let mut shelf = meta.facebook();
    shelf.photos.insert(id.clone(), photo);
    if !published {
        return Ok(json!({ "id": id }));
    }
    let (now, post_id) = (meta.world.now(), format!("{}_{}", page.id, meta.world.number()));
    let message = asked.field("message").or_else(|| asked.field("caption")).unwrap_or_default().trim().to_owned();
    shelf.posts.push(Post {
        id: post_id.clone(),
        page: page.id.to_owned(),
        message: message.clone(),
        link: None,
        targets: vec![id.clone()],
        created: now,
        shown: post_id.clone(),
        listed: now,
    });
    drop(shelf);
    meta.world.show(Shown {
        platform: Platform::Facebook,
        account: page.id.to_owned(),
        id: post_id.clone(),
        kind: "post",
        parent: None,
        text: message,
        media: vec![format!("image {mime} {length} bytes")],
        notes: BTreeMap::new(),
        at: now,
    });
    Ok(json!({"id": id, "post_id": post_id}))
}

async fn content(meta: &Meta, asked: &Asked) -> Result<(Bytes, u64), Refusal> {
    if let Some((_, content)) = asked.files.get("source") {
        return Ok((content.clone(), content.len() as u64));
    }
    let url = asked.field("url").ok_or_else(|| Refusal::new(324, 0, "(#324) Requires upload file"))?;
    let fetched = meta.world.fetch(url).await;
    let fetched = fetched.ok_or_else(|| Refusal::new(100, 0, "(#100) The image could not be read from its url"))?;
    Ok((fetched.head, fetched.length))
}

/// The type of a picture by its beginning.
pub(super) fn kind(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 6] = [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
    ];
    known.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, mime)| mime)
}
