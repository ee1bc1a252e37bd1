//! What a pin is made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{Pinterest, refuse};
use crate::answers::Refused;

const PICTURES: [&str; 6] = ["image/bmp", "image/jpeg", "image/png", "image/tiff", "image/gif", "image/webp"];
const PICTURE_MAX_BYTES: u64 = 20_000_000;
const BASE64_MAX_BYTES: usize = 10_000_000;

/// A pin's source, as the API describes it.
#[derive(Deserialize)]
#[serde(tag = "source_type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Source {
    ImageUrl {
        url: String,
        #[serde(default, rename = "is_standard")]
        _is_standard: Option<bool>,
    },
    ImageBase64 {
        content_type: String,
        data: String,
        #[serde(default, rename = "is_standard")]
        _is_standard: Option<bool>,
    },
    MultipleImageUrls {
        items: Vec<Address>,
        #[serde(default)]
        index: usize,
    },
    MultipleImageBase64 {
        items: Vec<Picture>,
        #[serde(default)]
        index: usize,
    },
    VideoId {
        media_id: String,
        cover_image_url: Option<String>,
        cover_image_content_type: Option<String>,
        cover_image_data: Option<String>,
        cover_image_key_frame_time: Option<u64>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    url: String,
    #[serde(default, rename = "title")]
    _title: Option<String>,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "link")]
    _link: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Picture {
    content_type: String,
    data: String,
    #[serde(default, rename = "title")]
    _title: Option<String>,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "link")]
    _link: Option<String>,
}

/// What people will see of a source.
pub(super) struct Taken {
    pub(super) kind: &'static str,
    /// One entry for each file.
    pub(super) media: Vec<String>,
    /// What stands for a video.
    pub(super) cover: Option<String>,
}

impl Taken {
    const fn of(kind: &'static str, media: Vec<String>) -> Self {
        Self { kind, media, cover: None }
    }
}

fn bad(message: &str) -> Refused {
    refuse(400, 1, message)
}

impl Pinterest {
    /// What people will see of a source.
    pub(super) async fn take(&self, source: Source, owner: &str) -> Result<Taken, Refused> {
        match source {
            Source::ImageUrl { url, .. } => Ok(Taken::of("image", vec![self.read(&url).await?])),
            Source::ImageBase64 { content_type, data, .. } => {
                Ok(Taken::of("image", vec![decode(&content_type, &data)?]))
            }
            Source::MultipleImageUrls { items, index } => {
                count(items.len(), index)?;
                let mut media = Vec::new();
                for item in items {
                    media.push(self.read(&item.url).await?);
                }
                Ok(Taken::of("multiple_images", media))
            }
            Source::MultipleImageBase64 { items, index } => {
                count(items.len(), index)?;
                let media =
                    items.iter().map(|item| decode(&item.content_type, &item.data)).collect::<Result<_, _>>()?;
                Ok(Taken::of("multiple_images", media))
            }
            Source::VideoId {
                media_id,
                cover_image_url,
                cover_image_content_type,
                cover_image_data,
                cover_image_key_frame_time,
            } => {
                let sent = cover_image_content_type.zip(cover_image_data);
                let cover = match (cover_image_url, sent, cover_image_key_frame_time) {
                    (Some(url), None, None) => self.read(&url).await?,
                    (None, Some((content_type, data)), None) => decode(&content_type, &data)?,
                    (None, None, Some(second)) => format!("second {second}"),
                    _ => return Err(bad("A video pin needs exactly one cover image")),
                };
                let (now, held) = (self.world.now(), self.held());
                let media = held.media.get(&media_id).filter(|media| media.owner == owner);
                let media = media.ok_or_else(|| bad("Unknown media_id"))?;
                match media.status(now) {
                    "succeeded" => {
                        let files = vec![format!("video video/mp4 {} bytes", media.bytes())];
                        Ok(Taken { cover: Some(cover), ..Taken::of("video", files) })
                    }
                    other => Err(bad(&format!("The media is not ready: {other}"))),
                }
            }
        }
    }

    /// The picture at an address.
    async fn read(&self, url: &str) -> Result<String, Refused> {
        let file = self.world.fetch(url).await.ok_or_else(|| bad("Sorry, we could not fetch the image"))?;
        if !PICTURES.contains(&file.mime.as_str()) || file.length > PICTURE_MAX_BYTES {
            return Err(bad("Sorry, we cannot use that image"));
        }
        Ok(format!("image {} {} bytes", file.mime, file.length))
    }
}

fn count(items: usize, index: usize) -> Result<(), Refused> {
    if (2..=5).contains(&items) && index < items { Ok(()) } else { Err(bad("A carousel has 2 to 5 images")) }
}

fn decode(content_type: &str, data: &str) -> Result<String, Refused> {
    let bytes = STANDARD.decode(data).map_err(|_| bad("The image is not base64"))?;
    let right = match content_type {
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        _ => false,
    };
    if !right || bytes.len() > BASE64_MAX_BYTES {
        return Err(bad("Sorry, we cannot use that image"));
    }
    Ok(format!("image {content_type} {} bytes", bytes.len()))
}
