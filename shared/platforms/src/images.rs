//! Pictures as networks get them: without metadata, upright, and small enough.
//!
//! Cameras write the place and the device into pictures, and networks pass them on. A picture that
//! needs nothing else is cleaned without loss; one that must be turned or made smaller is encoded
//! anew as JPEG. Animated GIFs are left alone: encoding them anew would lose the animation.

mod strip;

use std::io::Cursor;

use bytes::Bytes;
use domain::delivery::Failure;
use domain::rules::{ImageFit, Rule};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader};

use crate::network::{Attachment, MediaSource};

/// Decoding larger pictures could exhaust the process.
const DECODE_MAX_BYTES: u64 = 384 * 1024 * 1024;
const QUALITIES: [u8; 3] = [90, 82, 74];
/// Below this edge a picture that still does not fit is not worth sending.
const SMALLEST_EDGE: u32 = 64;

/// A picture ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// Its media type, which differs from the original's when it was encoded anew.
    pub(crate) mime: String,
    /// Its content.
    pub(crate) bytes: Bytes,
    /// Width in pixels, when known.
    pub(crate) width: Option<u32>,
    /// Height in pixels, when known.
    pub(crate) height: Option<u32>,
}

/// Prepares a picture without holding up other work.
///
/// # Errors
/// [`Failure::Rejected`] when it cannot be read or made to fit.
pub(crate) async fn prepare(
    mime: &str,
    bytes: Bytes,
    max_bytes: Option<u64>,
    max_pixels: Option<u64>,
) -> Result<Prepared, Failure> {
    let mime = mime.to_owned();
    let fit = ImageFit { max_width: None, max_pixels, max_bytes };
    elsewhere(move || prepare_now(&mime, bytes, fit)).await
}

/// Prepares a post's picture as a network's rule wants it: what it does not take as it is becomes a JPEG.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn prepare_for(rule: &Rule, mime: &str, bytes: Bytes) -> Result<Prepared, Failure> {
    prepare(taken(&rule.image_types, mime), bytes, rule.image_max_bytes, rule.image_max_pixels).await
}

/// A cover's picture as a network's rule wants it.
///
/// # Errors
/// As [`prepare`], and what reading the file fails with.
pub(crate) async fn cover(rule: &Rule, picture: &Attachment, media: &dyn MediaSource) -> Result<Prepared, Failure> {
    let wanted = rule.cover.as_ref().and_then(|cover| cover.picture.as_ref());
    let types = wanted.map_or(&[][..], |wanted| &wanted.types);
    let (max_bytes, max_pixels) = wanted.map_or((None, None), |wanted| (wanted.max_bytes, wanted.max_pixels));
    let bytes = media.bytes(&picture.file_id).await?;
    prepare(taken(types, &picture.mime), bytes, max_bytes, max_pixels).await
}

/// The type as which a picture is prepared: none where the network does not take it, so that it is encoded anew. An
/// animation is never touched.
fn taken<'a>(types: &[String], mime: &'a str) -> &'a str {
    if mime == "image/gif" || types.iter().any(|taken| taken == mime) { mime } else { "" }
}

/// A copy of a picture for networks that read it from an address: a JPEG, upright, without metadata,
/// within the bounds.
///
/// # Errors
/// [`Failure::Rejected`] when it cannot be read or made to fit.
pub async fn fitted(bytes: Bytes, fit: ImageFit) -> Result<Bytes, Failure> {
    let work = move || {
        // Whatever it is called: only what is a JPEG is left as it is coded.
        let mime = if bytes.starts_with(&[0xff, 0xd8, 0xff]) { "image/jpeg" } else { "" };
        prepare_now(mime, bytes, fit)
    };
    elsewhere(work).await.map(|prepared| prepared.bytes)
}

/// Works away from the threads that serve requests.
async fn elsewhere(work: impl FnOnce() -> Result<Prepared, String> + Send + 'static) -> Result<Prepared, Failure> {
    let result = tokio::task::spawn_blocking(work).await;
    let result = result.map_err(|_| Failure::internal("preparing a picture was interrupted"))?;
    result.map_err(|message| Failure::Rejected {
        code: "image-unusable".to_owned(),
        message,
        advice: "Save the picture anew as JPEG or PNG, or choose another one.".to_owned(),
    })
}

fn prepare_now(mime: &str, bytes: Bytes, fit: ImageFit) -> Result<Prepared, String> {
    if mime == "image/gif" {
        let (width, height) = dimensions(&bytes).unzip();
        return Ok(Prepared { mime: mime.to_owned(), bytes, width, height });
    }
    let stripped = match mime {
        "image/jpeg" => strip::jpeg(&bytes),
        "image/png" => strip::png(&bytes),
        "image/webp" => strip::webp(&bytes),
        _ => None,
    };
    if let (Some(stripped), Some((width, height)), true) = (stripped, dimensions(&bytes), is_upright(&bytes))
        && fit.max_bytes.is_none_or(|max| stripped.len() as u64 <= max)
        && shrinking(width, height, fit).is_none()
    {
        let bytes = stripped.into();
        return Ok(Prepared { mime: mime.to_owned(), bytes, width: Some(width), height: Some(height) });
    }
    encode_anew(&bytes, fit)
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(DECODE_MAX_BYTES);
    reader.limits(limits);
    Some(reader)
}

fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    reader(bytes)?.into_dimensions().ok()
}

fn is_upright(bytes: &[u8]) -> bool {
    let orientation = reader(bytes).and_then(|reader| reader.into_decoder().ok()?.orientation().ok());
    orientation.is_none_or(|orientation| orientation == Orientation::NoTransforms)
}

/// Turns the picture upright, puts what is transparent on white, and makes it smaller until it fits.
fn encode_anew(bytes: &[u8], fit: ImageFit) -> Result<Prepared, String> {
    let unreadable = "the picture cannot be read";
    let mut decoder =
        reader(bytes).ok_or(unreadable)?.into_decoder().map_err(|error| format!("{unreadable}: {error}"))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| format!("{unreadable}: {error}"))?;
    picture.apply_orientation(orientation);
    let mut picture = on_white(&picture);
    if let Some(factor) = shrinking(picture.width(), picture.height(), fit) {
        picture = scaled(&picture, factor);
    }
    loop {
        for quality in QUALITIES {
            let encoded = encode(&picture, quality, profile.clone())?;
            if fit.max_bytes.is_none_or(|max| encoded.len() as u64 <= max) {
                let (width, height) = (Some(picture.width()), Some(picture.height()));
                return Ok(Prepared { mime: "image/jpeg".to_owned(), bytes: encoded.into(), width, height });
            }
        }
        if picture.width().max(picture.height()) <= SMALLEST_EDGE {
            return Err("the picture cannot be made small enough".to_owned());
        }
        picture = scaled(&picture, 0.75);
    }
}

/// By which factor a picture of this size has to shrink, if it has to.
fn shrinking(width: u32, height: u32, fit: ImageFit) -> Option<f64> {
    let pixels = f64::from(width) * f64::from(height);
    #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^52")]
    let by_pixels = fit.max_pixels.map(|max| (max as f64 / pixels).sqrt());
    let by_width = fit.max_width.map(|max| f64::from(max) / f64::from(width));
    let factor = by_pixels.into_iter().chain(by_width).fold(1.0, f64::min);
    // A hair smaller, so that rounding cannot exceed the limit again.
    (factor < 1.0).then_some(factor * 0.999)
}

fn on_white(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.to_rgb8());
    }
    let rgba = picture.to_rgba8();
    let flat = image::RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0;
        let over = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(r), over(g), over(b)])
    });
    DynamicImage::ImageRgb8(flat)
}

fn scaled(picture: &DynamicImage, factor: f64) -> DynamicImage {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "smaller than a u32 and positive")]
    let edge = |length: u32| ((f64::from(length) * factor) as u32).max(1);
    picture.resize_exact(edge(picture.width()), edge(picture.height()), FilterType::Triangle)
}

fn encode(picture: &DynamicImage, quality: u8, profile: Option<Vec<u8>>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(profile) = profile {
        // A profile that JPEG cannot carry only shifts colours a little.
        let _ = encoder.set_icc_profile(profile);
    }
    picture.write_with_encoder(encoder).map_err(|error| format!("the picture cannot be encoded: {error}"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
