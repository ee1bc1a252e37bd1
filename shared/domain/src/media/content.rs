//! What a file's bytes say about it, whatever its name and its sender claim.

use super::office::{self, Office};
use super::{DOC, DOCX, MediaType, PPT, PPTX, compound, subtitles};

/// Bytes from the beginning of a file that [`sniff`] wants to see.
pub const SNIFFED_BYTES: usize = 64;

/// Brands of MP4 files that browsers and networks play.
const MP4_BRANDS: [&[u8]; 13] = [
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1", b"M4V ",
];

/// First boxes of `QuickTime` files without brands.
const OLD_MOVIES: [&[u8]; 3] = [b"moov", b"mdat", b"wide"];

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// A type that the library takes.
    Taken(MediaType),
    /// Something else: what to call it, where it is known.
    Other(&'static str),
}

/// Tells what a file is by its first [`SNIFFED_BYTES`] bytes; an Office document only by all of them.
#[must_use]
pub fn sniff(head: &[u8]) -> Sniffed {
    let mime = match head {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => match office::kind(head) {
            Some(Office::Slides) => PPTX,
            Some(Office::Text) => DOCX,
            Some(other) => return Sniffed::Other(unusable(other)),
            None => return Sniffed::Other("a ZIP archive, or a part of one"),
        },
        _ if head.starts_with(&compound::MARK) => match compound::kind(head) {
            Some(Office::Slides) => PPT,
            Some(Office::Text) => DOC,
            Some(other) => return Sniffed::Other(unusable(other)),
            None => return Sniffed::Other("an Office document of another kind, or a part of one"),
        },
        [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => return sniff_brands(rest),
        // QuickTime is older than the box that names brands.
        [_, _, _, _, kind @ ..] if OLD_MOVIES.iter().any(|old| kind.starts_with(old)) => "video/quicktime",
        _ => match subtitles::kind(head) {
            Some(mime) => mime,
            None => return Sniffed::Other(name(head)),
        },
    };
    MediaType::of(mime).map_or(Sniffed::Other("a file of another type"), Sniffed::Taken)
}

/// Pictures and films of phones share MP4's container and differ in brand: first the main one, then,
/// behind four bytes of version, the compatible ones.
fn sniff_brands(brands: &[u8]) -> Sniffed {
    let main = brands.get(..4).unwrap_or_default();
    match main {
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
            return Sniffed::Other("a HEIC picture");
        }
        b"avif" | b"avis" => return Sniffed::Other("an AVIF picture"),
        _ => {}
    }
    let compatible = brands.get(8..).unwrap_or_default().chunks_exact(4);
    let plays = std::iter::once(main).chain(compatible).any(|brand| MP4_BRANDS.contains(&brand));
    let mime = match main {
        b"qt  " => Some("video/quicktime"),
        _ => plays.then_some("video/mp4"),
    };
    mime.and_then(MediaType::of).map_or(Sniffed::Other("a video of another kind"), Sniffed::Taken)
}

const fn unusable(office: Office) -> &'static str {
    match office {
        Office::Encrypted => "an Office document with a password",
        Office::Macros => "an Office document with macros",
        Office::Slides | Office::Text => "an Office document",
    }
}

fn name(head: &[u8]) -> &'static str {
    let text = head.trim_ascii_start();
    match head {
        [b'B', b'M', ..] => "a BMP picture",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "a TIFF picture",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "a WebM or Matroska video",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "a text in UTF-16",
        _ if text.starts_with(b"<svg") || text.starts_with(b"<?xml") => "an SVG or XML document",
        _ if text.starts_with(b"<") => "an HTML document",
        _ => "a file of another type",
    }
}

/// Whether a file that is read as a whole has its end. Decoders are lenient about a missing one and would fill the
/// rest with grey.
#[must_use]
pub fn is_whole(kind: MediaType, bytes: &[u8]) -> bool {
    match kind.mime {
        "image/jpeg" => jpeg_ends(bytes),
        "image/png" => bytes.windows(8).rev().any(|window| window == b"IEND\xae\x42\x60\x82"),
        "image/webp" => webp_size(bytes).is_some_and(|size| size <= bytes.len()),
        "image/gif" => bytes.iter().rev().find(|byte| **byte != 0) == Some(&b';'),
        // Some programs append a little behind the end mark.
        "application/pdf" => bytes[bytes.len().saturating_sub(2048)..].windows(5).any(|window| window == b"%%EOF"),
        _ => true,
    }
}

/// Goes from segment to segment and through the coded data to the end mark, so that the end of an
/// embedded preview is not taken for it.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    let mut coded = false;
    while let Some(&[mark, kind]) = bytes.get(at..at + 2).and_then(|pair| <&[u8; 2]>::try_from(pair).ok()) {
        match (mark, kind) {
            (0xff, 0xd9) => return true,
            // A mark without a segment, or bytes of the coded data that only look like one.
            (0xff, 0x00 | 0x01 | 0xd0..=0xd7) => at += 2,
            (0xff, 0xff) => at += 1,
            (0xff, _) => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4).and_then(|pair| <&[u8; 2]>::try_from(pair).ok())
                else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
                coded = kind == 0xda;
            }
            _ if coded => at += 1,
            _ => return false,
        }
    }
    false
}

/// Size that a WebP file claims to have.
fn webp_size(bytes: &[u8]) -> Option<usize> {
    let size = <[u8; 4]>::try_from(bytes.get(4..8)?).ok()?;
    usize::try_from(u32::from_le_bytes(size)).ok()?.checked_add(8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

    fn mime(head: &[u8]) -> &'static str {
        match sniff(head) {
            Sniffed::Taken(kind) => kind.mime,
            Sniffed::Other(name) => name,
        }
    }

    #[test]
    fn the_first_bytes_tell_the_type() {
        assert_eq!(mime(b"\xff\xd8\xff\xe0 and so on"), "image/jpeg");
        assert_eq!(mime(b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(mime(b"RIFF\x10\0\0\0WEBPVP8 "), "image/webp");
        assert_eq!(mime(b"GIF89a"), "image/gif");
        assert_eq!(mime(b"\0\0\0\x18ftypmp42\0\0\0\0isom"), "video/mp4");
        assert_eq!(mime(b"\0\0\0\x18ftypMSNV\0\0\0\0MSNVisom"), "video/mp4");
        assert_eq!(mime(b"\0\0\0\x14ftypqt  \0\0\0\0qt  "), "video/quicktime");
        assert_eq!(mime(b"\0\0\0\x08wide\0\0\0\x10mdat"), "video/quicktime");
        assert_eq!(mime(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(mime(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "a HEIC picture");
        assert_eq!(mime(b"  <svg onload=alert(1)>"), "an SVG or XML document");
        assert_eq!(mime(b"<!doctype html>"), "an HTML document");
        assert_eq!(mime(b"PK\x03\x04 and more"), "a ZIP archive, or a part of one");
        assert_eq!(mime(&compound::MARK), "an Office document of another kind, or a part of one");
        assert_eq!(mime(b"1\n00:00:01,000 --> 00:00:02,000\nHi"), "application/x-subrip");
        assert_eq!(mime(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi"), "text/vtt");
        assert_eq!(mime(b"\xff\xfe1\0\n\0"), "a text in UTF-16");
        assert_eq!(mime(b""), "a file of another type");
    }

    #[test]
    fn a_jpeg_ends_with_its_own_end_mark() {
        let jpeg = MediaType::of("image/jpeg").unwrap();
        let preview = b"\xff\xd8\xff\xe1\x00\x06\xff\xd9\xff\xd9\xff\xda\x00\x04\x01\x02\x10\xff\x00\xff\xd0\x20";
        assert!(!is_whole(jpeg, preview));
        assert!(is_whole(jpeg, &[&preview[..], b"\xff\xd9"].concat()));
        assert!(is_whole(jpeg, &[&preview[..], b"\xff\xd9 and a trailer"].concat()));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = sniff(&bytes);
            for kind in MediaType::ALL {
                let _ = is_whole(kind, &bytes);
            }
            prop_assert!(!is_whole(MediaType::ALL[1], &bytes));
        }
    }
}
