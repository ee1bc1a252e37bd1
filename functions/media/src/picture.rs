//! Pictures: their size as shown, and a small JPEG of them.

use std::io::Cursor;

use api::ApiError;
use bytes::Bytes;
use domain::media::{Facts, MAX_PIXELS, MediaType, THUMB_EDGE};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, ImageResult, Limits, RgbImage};
use tokio::sync::Semaphore;

use crate::check::{Content, Trouble};

/// Most memory that one picture may take while it is decoded.
const MAX_ALLOC: u64 = 512 * 1024 * 1024;
/// Quality of thumbnails, of 100.
const QUALITY: u8 = 82;
/// Largest colour profile that a thumbnail carries along, in bytes.
const PROFILE_BYTES: usize = 16 * 1024;

/// Few at a time: each may take up to [`MAX_ALLOC`].
static DECODING: Semaphore = Semaphore::const_new(2);

/// Decodes a picture away from the threads that serve requests.
pub(crate) async fn read(bytes: Bytes, kind: MediaType) -> Result<Content, Trouble> {
    let _turn = DECODING.acquire().await.map_err(|error| Trouble::Failed(ApiError::internal(error)))?;
    let decoded = tokio::task::spawn_blocking(move || decode(&bytes, kind)).await;
    decoded.map_err(|error| Trouble::Failed(ApiError::internal(error)))?
}

fn decode(bytes: &[u8], kind: MediaType) -> Result<Content, Trouble> {
    let format = ImageFormat::from_mime_type(kind.mime).ok_or_else(unreadable)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    // A small file can claim to be huge: its header is believed before anything is unpacked.
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || limits.reserve(decoder.total_bytes()).is_err() {
        return Err(too_many_pixels(width, height));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    let thumb = thumbnail(picture, orientation, profile).map_err(|error| Trouble::Failed(ApiError::internal(error)))?;
    let (width, height) = if turns(orientation) { (height, width) } else { (width, height) };
    let facts = Facts { width: Some(width), height: Some(height), thumb: true, ..Facts::default() };
    Ok(Content { facts, thumb: Some(thumb) })
}

/// Upright, on white, without metadata but for the colour profile, which keeps the colours right.
fn thumbnail(picture: DynamicImage, orientation: Orientation, profile: Option<Vec<u8>>) -> ImageResult<Vec<u8>> {
    let mut small = shrunk(on_white(picture));
    small.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    if let Some(profile) = profile.filter(|profile| fits(profile)) {
        // A profile that cannot be carried along only shifts colours a little.
        let _ = encoder.set_icc_profile(profile);
    }
    small.into_rgb8().write_with_encoder(encoder)?;
    Ok(jpeg)
}

/// A profile for RGB: grey and CMYK pictures were turned into RGB by decoding.
fn fits(profile: &[u8]) -> bool {
    profile.len() <= PROFILE_BYTES && profile.get(16..20) == Some(b"RGB ")
}

fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let picture = picture.into_rgba8();
    let flat = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        let mix = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        image::Rgb([mix(red), mix(green), mix(blue)])
    });
    flat.into()
}

/// In two steps where it pays: a fast coarse one, then a good one.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    if longest <= THUMB_EDGE {
        return picture;
    }
    let coarse = if longest > 4 * THUMB_EDGE { picture.thumbnail(2 * THUMB_EDGE, 2 * THUMB_EDGE) } else { picture };
    coarse.resize(THUMB_EDGE, THUMB_EDGE, FilterType::CatmullRom)
}

const fn turns(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

fn unreadable() -> Trouble {
    Trouble::refused("picture-unreadable", "The picture cannot be read.", "Export it again, then upload that.")
}

fn too_many_pixels(width: u32, height: u32) -> Trouble {
    let most = MAX_PIXELS / 1_000_000;
    let detail = format!("The picture has {width} × {height} pixels; at most {most} million can be taken.");
    Trouble::refused("picture-too-large", detail, "Export it smaller, then upload that.")
}

#[cfg(test)]
mod tests;
