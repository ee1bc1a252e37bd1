//! Removes metadata without touching what is shown. Each function answers `None` for bytes that it
//! does not fully understand; the caller then decodes and encodes anew, or refuses.

/// JPEG without application segments and comments, except those that decide about colours, and
/// without anything after the picture's end (motion pictures hide whole films there).
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.strip_prefix(&[0xff, 0xd8]).map(|_| &bytes[..2])?);
    let mut at = 2;
    loop {
        // Fill bytes may precede a marker.
        while bytes.get(at..at + 2)? == [0xff, 0xff] {
            at += 1;
        }
        let marker = bytes.get(at..at + 2).filter(|marker| marker[0] == 0xff)?[1];
        if marker == 0xd9 {
            out.extend_from_slice(&[0xff, 0xd9]);
            return Some(out);
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        let keep = match marker {
            0xe0 => segment.get(4..9) == Some(b"JFIF\0"),
            0xe2 => segment.get(4..16) == Some(b"ICC_PROFILE\0"),
            0xee => segment.get(4..9) == Some(b"Adobe"),
            0xe1..=0xef | 0xfe => false,
            _ => true,
        };
        if keep {
            out.extend_from_slice(segment);
        }
        at += segment.len();
        if marker == 0xda {
            let end = at + scan_length(bytes.get(at..)?)?;
            out.extend_from_slice(&bytes[at..end]);
            at = end;
        }
    }
}

/// How long compressed data runs before the next marker that is neither an escape nor a restart.
fn scan_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// PNG with only the chunks that decide what is shown.
pub(super) fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    const SHOWN: [&[u8; 4]; 16] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
        b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(SIGNATURE);
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let kind: &[u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (chunk, after) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        if SHOWN.contains(&kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        rest = after;
    }
}

/// WebP without EXIF and XMP.
pub(super) fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF_AND_XMP: u8 = 0x08 | 0x04;
    const SHOWN: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    let size = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    let known = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let mut rest = bytes.get(12..size.checked_add(8)?).filter(|_| known)?;
    let mut out = bytes[..12].to_vec();
    while !rest.is_empty() {
        let kind: &[u8; 4] = rest.get(..4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?)).ok()?;
        let padded = length.checked_add(length % 2)?.checked_add(8)?;
        let (chunk, after) = rest.split_at_checked(padded)?;
        let start = out.len();
        if SHOWN.contains(&kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"VP8X" {
            *out.get_mut(start + 8)? &= !EXIF_AND_XMP;
        }
        rest = after;
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Some(out)
}
