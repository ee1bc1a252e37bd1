//! A film for tests, box by box.

/// A box of an MP4 file.
///
/// # Panics
/// When its content is larger than a box may be.
#[must_use]
pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).expect("small");
    [&size.to_be_bytes()[..], kind, content].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A film of 2.5 s, turned by a quarter, whose description stands behind its content, as phones write it.
#[must_use]
pub fn film() -> Vec<u8> {
    let header = boxed(b"mvhd", &[words(&[0, 0, 0, 600, 1500]), vec![0; 80]].concat());
    let turned = [0, 1 << 16, 0, 1 << 16, 0, 0, 0, 0, 1 << 30];
    let track = boxed(b"tkhd", &words(&[&[0; 10][..], &turned, &[1920 << 16, 1080 << 16]].concat()));
    let handler = boxed(b"mdia", &boxed(b"hdlr", b"\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    let movie = boxed(b"moov", &[header, boxed(b"trak", &[track, handler].concat())].concat());
    [boxed(b"ftyp", b"isom\0\0\0\0isomavc1"), boxed(b"mdat", &vec![7; 300_000]), movie].concat()
}
