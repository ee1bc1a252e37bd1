//! Pictures for tests, made when they are needed.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A picture with something to see in it.
///
/// # Panics
/// When it cannot be encoded.
#[must_use]
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let shade = |value: u32, most: u32| u8::try_from(value * 255 / most.max(1)).unwrap_or(u8::MAX);
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, width), shade(y, height), 128]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner()
}
