use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

fn photo(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        // Noise, which compresses badly, as photographs do.
        let n = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
        let [a, b, c, _] = n.to_le_bytes();
        Rgb([a, b, c])
    }))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn pixels(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).unwrap().to_rgb8().into_raw()
}

/// An EXIF block whose only entries are the orientation and a marker text.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS-SECRET");
    tiff
}

/// A JPEG with EXIF, XMP, a comment and data after its end.
fn tagged_jpeg(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Jpeg);
    let mut bytes = plain[..2].to_vec();
    let mut segment = |marker: u8, content: &[u8]| {
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(&u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        bytes.extend_from_slice(content);
    };
    segment(0xe1, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat());
    segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0XMP-SECRET");
    segment(0xfe, b"COMMENT-SECRET");
    bytes.extend_from_slice(&plain[2..]);
    bytes.extend_from_slice(b"TRAILER-SECRET");
    bytes
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(content.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|window| window == b"SECRET")
}

fn prepared(mime: &str, bytes: Vec<u8>, max_bytes: Option<u64>, max_pixels: Option<u64>) -> Prepared {
    prepare_now(mime, bytes.into(), ImageFit { max_width: None, max_pixels, max_bytes }).unwrap()
}

#[test]
fn a_jpeg_loses_its_metadata_and_nothing_else() {
    let picture = photo(40, 30);
    let tagged = tagged_jpeg(&picture, 1);
    assert!(tells(&tagged));
    let result = prepared("image/jpeg", tagged.clone(), None, None);
    assert!(!tells(&result.bytes));
    assert_eq!((result.width, result.height), (Some(40), Some(30)));
    assert_eq!(pixels(&result.bytes), pixels(&tagged));
    assert_eq!(result.bytes, encoded(&picture, ImageFormat::Jpeg));
}

#[test]
fn a_turned_jpeg_is_made_upright_before_its_metadata_goes() {
    let result = prepared("image/jpeg", tagged_jpeg(&photo(40, 30), 6), None, None);
    assert!(!tells(&result.bytes));
    assert_eq!((result.width, result.height), (Some(30), Some(40)));
    assert_eq!(dimensions(&result.bytes), Some((30, 40)));
}

#[test]
fn a_png_loses_its_texts_and_nothing_else() {
    let plain = encoded(&photo(20, 10), ImageFormat::Png);
    // After the header, which is 8 + 25 bytes.
    let mut tagged = plain[..33].to_vec();
    for (kind, content) in [(b"tEXt", "Author\0SECRET"), (b"iTXt", "SECRET"), (b"tIME", "SECRET."), (b"prVt", "SECRET")]
    {
        tagged.extend_from_slice(&chunk(kind, content.as_bytes()));
    }
    tagged.extend_from_slice(&plain[33..]);
    assert_eq!(strip::png(&tagged).unwrap(), plain);
}

#[test]
fn a_webp_loses_its_metadata_and_nothing_else() {
    let plain = encoded(&photo(20, 10), ImageFormat::WebP);
    let mut vp8x = b"VP8X\x0a\0\0\0\x0c\0\0\0".to_vec();
    vp8x.extend_from_slice(&[19, 0, 0, 9, 0, 0]);
    let mut tagged = [&plain[..12], &vp8x, &plain[12..], b"EXIF\x07\0\0\0SECRET!\0", b"XMP \x06\0\0\0SECRET"].concat();
    let size = u32::try_from(tagged.len() - 8).unwrap();
    tagged[4..8].copy_from_slice(&size.to_le_bytes());
    let result = strip::webp(&tagged).unwrap();
    assert!(!tells(&result));
    assert_eq!(result[20], 0, "the header no longer announces metadata");
    assert_eq!(pixels(&result), pixels(&plain));
}

#[test]
fn a_picture_that_is_too_large_is_made_to_fit() {
    let large = encoded(&photo(900, 600), ImageFormat::Png);
    assert!(large.len() > 1_000_000);
    let result = prepared("image/png", large, Some(200_000), None);
    assert_eq!(result.mime, "image/jpeg");
    assert!(result.bytes.len() <= 200_000);
    let (width, height) = (result.width.unwrap(), result.height.unwrap());
    assert_eq!(dimensions(&result.bytes), Some((width, height)));
    assert!((f64::from(width) / f64::from(height) - 1.5).abs() < 0.02);
}

#[test]
fn a_picture_with_too_many_pixels_is_scaled_down() {
    let result = prepared("image/png", encoded(&photo(300, 200), ImageFormat::Png), None, Some(15_000));
    assert!(result.width.unwrap() * result.height.unwrap() <= 15_000);
}

#[test]
fn what_is_transparent_turns_white() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(80, 80, Rgba([0, 0, 0, 0])));
    let result = prepared("image/png", encoded(&clear, ImageFormat::Png), None, Some(1_000));
    assert!(pixels(&result.bytes).iter().all(|channel| *channel > 250));
}

#[test]
fn a_gif_is_left_alone() {
    let gif = encoded(&photo(8, 8), ImageFormat::Gif);
    let result = prepared("image/gif", gif.clone(), Some(1), None);
    assert_eq!((&result.bytes[..], result.width), (&gif[..], Some(8)));
}

#[tokio::test]
async fn what_is_no_picture_is_rejected() {
    for mime in ["image/jpeg", "image/png", "image/webp", "image/tiff"] {
        let result = prepare(mime, Bytes::from_static(b"not a picture"), None, None).await;
        assert!(matches!(result, Err(Failure::Rejected { .. })), "{mime}");
    }
}

#[tokio::test]
async fn a_copy_for_an_address_is_a_jpeg_within_every_bound() {
    let fit = ImageFit { max_width: Some(1440), max_pixels: Some(2_000_000), max_bytes: Some(300_000) };
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(2000, 500, Rgba([10, 20, 30, 0])));
    for (picture, format) in
        [(photo(2000, 1500), ImageFormat::Jpeg), (photo(300, 3000), ImageFormat::Png), (glass, ImageFormat::WebP)]
    {
        let copy = fitted(encoded(&picture, format).into(), fit).await.unwrap();
        assert!(copy.starts_with(&[0xff, 0xd8, 0xff]) && copy.len() <= 300_000);
        let (width, height) = dimensions(&copy).unwrap();
        assert!(width <= 1440 && u64::from(width) * u64::from(height) <= 2_000_000, "{width} × {height}");
        let (wanted, got) = (picture.width() as f32 / picture.height() as f32, width as f32 / height as f32);
        assert!((wanted / got - 1.0).abs() < 0.02, "{wanted} {got}");
    }
    let tagged = tagged_jpeg(&photo(60, 40), 1);
    let copy = fitted(tagged.clone().into(), fit).await.unwrap();
    assert!(tells(&tagged) && !tells(&copy));
    assert_eq!(pixels(&copy), pixels(&tagged));
    assert!(matches!(fitted(Bytes::from_static(b"no picture"), fit).await, Err(Failure::Rejected { .. })));
}

proptest! {
    #[test]
    fn broken_files_do_no_harm(cut in 0_usize..2000, flip in 0_usize..2000, bits: u8) {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let mut bytes = encoded(&photo(24, 16), format);
            bytes.truncate(cut.max(1));
            let index = flip % bytes.len();
            bytes[index] ^= bits;
            for strip in [strip::jpeg, strip::png, strip::webp] {
                if let Some(stripped) = strip(&bytes) {
                    prop_assert!(stripped.len() <= bytes.len());
                }
            }
        }
    }
}
