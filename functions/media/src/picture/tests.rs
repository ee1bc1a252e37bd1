use domain::media::content::is_whole;
use image::{Rgb, Rgba, RgbaImage};

use super::*;

fn kind(mime: &str) -> MediaType {
    MediaType::of(mime).unwrap()
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.into().write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// Red on the left, blue on the right.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) })
}

/// The JPEG with an EXIF segment that says how to turn it.
fn turned(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [&b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..], &[orientation, 0, 0, 0], b"\0\0\0\0"].concat();
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, b"Exif\0\0", &tiff, &jpeg[2..]].concat()
}

fn thumb(content: Content) -> RgbImage {
    image::load_from_memory_with_format(&content.thumb.unwrap(), ImageFormat::Jpeg).unwrap().into_rgb8()
}

fn refusal(result: Result<Content, Trouble>) -> String {
    match result {
        Err(Trouble::Refused(problem)) => problem.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn every_type_is_read_and_shrunk() {
    let picture = two_halves(1200, 600);
    for (mime, format) in [
        ("image/jpeg", ImageFormat::Jpeg),
        ("image/png", ImageFormat::Png),
        ("image/webp", ImageFormat::WebP),
        ("image/gif", ImageFormat::Gif),
    ] {
        let bytes = encoded(picture.clone(), format);
        assert!(is_whole(kind(mime), &bytes), "{mime}");
        let content = decode(&bytes, kind(mime)).unwrap();
        assert_eq!((content.facts.width, content.facts.height), (Some(1200), Some(600)), "{mime}");
        assert_eq!(thumb(content).dimensions(), (480, 240), "{mime}");
    }
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let content = decode(&encoded(two_halves(60, 40), ImageFormat::Png), kind("image/png")).unwrap();
    assert_eq!(thumb(content).dimensions(), (60, 40));
}

#[test]
fn a_turned_picture_is_measured_and_shown_upright() {
    let jpeg = turned(&encoded(two_halves(600, 300), ImageFormat::Jpeg), 6);
    let content = decode(&jpeg, kind("image/jpeg")).unwrap();
    assert_eq!((content.facts.width, content.facts.height), (Some(300), Some(600)));
    let thumb = thumb(content);
    assert_eq!(thumb.dimensions(), (240, 480));
    // A quarter to the right brings the left half to the top.
    assert!(thumb.get_pixel(120, 60).0[0] > 200 && thumb.get_pixel(120, 420).0[2] > 200);
}

#[test]
fn what_is_transparent_becomes_white() {
    let clear = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
    let content = decode(&encoded(clear, ImageFormat::Png), kind("image/png")).unwrap();
    assert_eq!(thumb(content).get_pixel(4, 4).0, [255, 255, 255]);
}

#[test]
fn a_thumbnail_carries_no_metadata() {
    let jpeg = turned(&encoded(two_halves(60, 40), ImageFormat::Jpeg), 3);
    let small = decode(&jpeg, kind("image/jpeg")).unwrap().thumb.unwrap();
    assert!(!small.windows(4).any(|window| window == b"Exif"));
}

#[test]
fn a_cut_off_picture_is_noticed() {
    for (mime, format) in [
        ("image/jpeg", ImageFormat::Jpeg),
        ("image/png", ImageFormat::Png),
        ("image/webp", ImageFormat::WebP),
        ("image/gif", ImageFormat::Gif),
    ] {
        let bytes = encoded(two_halves(300, 200), format);
        let cut = &bytes[..bytes.len() * 9 / 10];
        assert!(!is_whole(kind(mime), cut), "{mime}");
    }
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_unread() {
    let mut png = encoded(two_halves(4, 4), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&sum);
    assert_eq!(refusal(decode(&png, kind("image/png"))), "picture-too-large");
}

#[test]
fn a_broken_picture_is_refused() {
    assert_eq!(refusal(decode(b"\x89PNG\r\n\x1a\nnonsense", kind("image/png"))), "picture-unreadable");
    assert_eq!(refusal(decode(b"", kind("image/jpeg"))), "picture-unreadable");
}

/// The checksum of a PNG chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}
