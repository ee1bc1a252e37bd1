//! How many pages a PDF document has.
//!
//! Each node of its page tree says how many pages are below it, so the largest such number is the
//! root's. Nodes stand in the file as they are or, since PDF 1.5, compressed within object streams.
//! An encrypted document may hide them: then nothing is known.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Most that one object stream may unpack to, in bytes: a small file can claim to be huge.
const UNPACKED_MAX: usize = 16 * 1024 * 1024;
/// Most that all of them together may.
const UNPACKED_ALL: usize = 256 * 1024 * 1024;
/// Most places that are looked at: a file made to keep us busy has more.
const MOST_PLACES: usize = 10_000;
/// How far around a node's name its dictionary is looked at, in bytes. The list of a large node's
/// children may be longer, and its count beyond it.
const NEAR: usize = 64 * 1024;

/// The number of pages, where the file shows it.
#[must_use]
pub fn pages(file: &[u8]) -> Option<u32> {
    let mut most = counted(file);
    let mut left = UNPACKED_ALL;
    for (at, _) in found(file, b"/ObjStm").take(MOST_PLACES) {
        let Some(stream) = stream_behind(file, at) else { continue };
        match decompress_to_vec_zlib_with_limit(stream, UNPACKED_MAX.min(left)) {
            Ok(objects) => {
                left -= objects.len();
                most = most.max(counted(&objects));
            }
            Err(error) => left -= error.output.len().min(left),
        }
        if left == 0 {
            break;
        }
    }
    most.filter(|pages| *pages > 0)
}

/// The largest count of a page-tree node in `bytes`.
fn counted(bytes: &[u8]) -> Option<u32> {
    found(bytes, b"/Pages")
        .take(MOST_PLACES)
        .filter_map(|(at, end)| {
            // `/Type /Pages`, not the catalog's reference to the tree and not a longer name.
            let named = bytes[..at].trim_ascii_end().ends_with(b"/Type");
            let whole = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
            (named && whole).then(|| count_around(bytes, at, end)).flatten()
        })
        .max()
}

/// The number behind `/Count` in the dictionary around a place: dictionaries within it are skipped.
fn count_around(bytes: &[u8], at: usize, end: usize) -> Option<u32> {
    let begin = opening(bytes, at)?;
    let dictionary = &bytes[begin..bytes.len().min(end + NEAR)];
    let mut depth = 0;
    let mut index = 0;
    while index < dictionary.len() {
        match &dictionary[index..] {
            [b'<', b'<', ..] => (depth, index) = (depth + 1, index + 2),
            [b'>', b'>', ..] if depth <= 1 => return None,
            [b'>', b'>', ..] => (depth, index) = (depth - 1, index + 2),
            rest if depth == 1 && rest.starts_with(b"/Count") => {
                let digits = rest[b"/Count".len()..].trim_ascii_start();
                let digits = &digits[..digits.iter().take_while(|byte| byte.is_ascii_digit()).count()];
                return std::str::from_utf8(digits).ok()?.parse().ok();
            }
            _ => index += 1,
        }
    }
    None
}

/// Where the dictionary around a place begins.
fn opening(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0;
    let mut index = at;
    while index >= 2 && at - index < NEAR {
        match &bytes[index - 2..index] {
            b">>" => (depth, index) = (depth + 1, index - 2),
            b"<<" if depth == 0 => return Some(index - 2),
            b"<<" => (depth, index) = (depth - 1, index - 2),
            _ => index -= 1,
        }
    }
    None
}

/// The content of the stream whose dictionary is around `at`.
fn stream_behind(file: &[u8], at: usize) -> Option<&[u8]> {
    let near = &file[at..file.len().min(at + NEAR)];
    let (_, begin) = found(near, b"stream").next()?;
    let content = &file[at + begin..];
    Some(content.strip_prefix(b"\r\n").or_else(|| content.strip_prefix(b"\n")).unwrap_or(content))
}

/// Where a word stands: its beginning and its end.
fn found<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let first = word.first().copied();
    let places = bytes.iter().enumerate().filter(move |(_, byte)| Some(**byte) == first);
    places.filter(move |(at, _)| bytes[*at..].starts_with(word)).map(move |(at, _)| (at, at + word.len()))
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use proptest::prelude::{any, proptest};

    use super::*;

    const TREE: &[u8] = b"<< /Type /Pages /Kids [3 0 R << /X 1 >>] /Count 12 >> << /Count 4 /Type/Pages >>";

    #[test]
    fn the_root_counts_all_pages() {
        let plain = [&b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj "[..], TREE].concat();
        assert_eq!(pages(&plain), Some(12));
        let flat = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 7>>endobj";
        assert_eq!(pages(flat), Some(7));
        assert_eq!(pages(b"%PDF-1.4 nothing /Type /PagesTree /Count 9"), None);
    }

    #[test]
    fn compressed_objects_are_looked_into() {
        let packed = compress_to_vec_zlib(b"2 0 <</Type/Pages/Count 301/Kids[]>>", 6);
        let file = [b"%PDF-1.5\n5 0 obj <</Type/ObjStm/Filter/FlateDecode>>\nstream\r\n", &packed[..], b"\nendstream"];
        assert_eq!(pages(&file.concat()), Some(301));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let packed = compress_to_vec_zlib(&vec![b' '; UNPACKED_MAX + 1], 6);
        let file = [&b"<</Type/ObjStm>>stream\n"[..], &packed].concat();
        assert_eq!(pages(&file.repeat(20)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(<<|>>|/Type ?/Pages|/Count [0-9]{0,12}|stream\n|/ObjStm| ){0,40}") {
            let _ = pages(&bytes);
            let _ = pages(text.as_bytes());
        }
    }
}
