//! What an Office document is, and how many pages it has.
//!
//! Since Office 2007 a presentation or a text is a ZIP archive of parts with fixed names (ECMA-376, Office Open XML;
//! .ZIP File Format Specification). The list of parts stands at the archive's end, so only a whole file can be told.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// What an Office document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// A presentation (PPTX, PPT).
    Slides,
    /// A text (DOCX, DOC).
    Text,
    /// Either with programs in it.
    Macros,
    /// Either, readable only with a password.
    Encrypted,
}

/// Most parts that are looked at: a file made to keep us busy has more.
const MOST_PARTS: usize = 20_000;
/// Most that the document's own facts may unpack to, in bytes.
const FACTS_MAX: usize = 1024 * 1024;
/// Size of the record at an archive's end, in bytes, without the comment behind it.
const END_BYTES: usize = 22;
/// Size of an entry of the list, in bytes, without what is named in it.
const ENTRY_BYTES: usize = 46;
/// Size of what stands before a part's content, in bytes, likewise.
const PART_BYTES: usize = 30;

/// What a whole file is; nothing when it is no such archive, or cut off.
#[must_use]
pub fn kind(file: &[u8]) -> Option<Office> {
    let parts = parts(file)?;
    let has = |name: &[u8]| parts.iter().any(|part| part.name == name);
    if !has(b"[Content_Types].xml") {
        return None;
    }
    let found = match (has(b"ppt/presentation.xml"), has(b"word/document.xml")) {
        (true, false) => Office::Slides,
        (false, true) => Office::Text,
        _ => return None,
    };
    let macros = parts.iter().any(|part| part.name.ends_with(b"/vbaProject.bin"));
    Some(if macros { Office::Macros } else { found })
}

/// The number of its slides, or of the pages that it had when it was last saved, where it says so.
#[must_use]
pub fn pages(file: &[u8]) -> Option<u32> {
    let parts = parts(file)?;
    let pages = match kind(file)? {
        Office::Slides => u32::try_from(parts.iter().filter(|part| is_slide(part.name)).count()).ok(),
        Office::Text | Office::Macros | Office::Encrypted => {
            let facts = parts.iter().find(|part| part.name == b"docProps/app.xml")?.content(file)?;
            let text = String::from_utf8(facts).ok()?;
            text.split_once("<Pages>")?.1.split_once("</Pages>")?.0.trim().parse().ok()
        }
    };
    pages.filter(|pages| *pages > 0)
}

fn is_slide(name: &[u8]) -> bool {
    let number = name.strip_prefix(b"ppt/slides/slide").and_then(|rest| rest.strip_suffix(b".xml"));
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// One entry of an archive's list.
struct Part<'a> {
    name: &'a [u8],
    deflated: bool,
    packed: usize,
    at: usize,
}

impl Part<'_> {
    fn content(&self, file: &[u8]) -> Option<Vec<u8>> {
        let head = file.get(self.at..self.at.checked_add(PART_BYTES)?)?;
        let from = self.at + PART_BYTES + number(head, 26, 2)? + number(head, 28, 2)?;
        let packed = file.get(from..from.checked_add(self.packed)?).filter(|_| head.starts_with(b"PK\x03\x04"))?;
        if self.deflated {
            return decompress_to_vec_with_limit(packed, FACTS_MAX).ok();
        }
        (packed.len() <= FACTS_MAX).then(|| packed.to_vec())
    }
}

/// The list of an archive's parts.
fn parts(file: &[u8]) -> Option<Vec<Part<'_>>> {
    let tail = file.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
    let end = tail + file[tail..].windows(4).rposition(|mark| mark == b"PK\x05\x06")?;
    let record = file.get(end..end + END_BYTES)?;
    let (size, from) = (number(record, 12, 4)?, number(record, 16, 4)?);
    let mut list = file.get(from..from.checked_add(size)?)?;
    let mut parts = Vec::new();
    while list.starts_with(b"PK\x01\x02") && parts.len() < MOST_PARTS {
        let [name, extra, comment] = [28, 30, 32].map(|at| number(list, at, 2));
        let (name, behind) = (name?, extra? + comment?);
        parts.push(Part {
            name: list.get(ENTRY_BYTES..ENTRY_BYTES + name)?,
            deflated: number(list, 10, 2)? == 8,
            packed: number(list, 20, 4)?,
            at: number(list, 42, 4)?,
        });
        list = list.get(ENTRY_BYTES + name + behind..)?;
    }
    Some(parts)
}

/// The number of `length` bytes at a place, the lowest byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");

    /// An archive of these parts, the last of them deflated.
    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let (mut file, mut list) = (Vec::new(), Vec::new());
        for (index, (name, content)) in parts.iter().enumerate() {
            let deflated = index + 1 == parts.len();
            let content = content.as_bytes();
            let packed = if deflated { miniz_oxide::deflate::compress_to_vec(content, 6) } else { content.to_vec() };
            let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
            let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
            let method = [if deflated { 8 } else { 0 }, 0];
            let sizes = [long(packed.len()), long(content.len())].concat();
            let shared = [&[20, 0, 0, 0][..], &method, &[0; 8], &sizes, &short(name.len()), &[0; 2]].concat();
            list.extend([&b"PK\x01\x02\x14\0"[..], &shared, &[0; 10], &long(file.len()), name.as_bytes()].concat());
            file.extend([&b"PK\x03\x04"[..], &shared, name.as_bytes(), &packed].concat());
        }
        let (from, count) = (file.len(), u16::try_from(parts.len()).unwrap().to_le_bytes());
        let place = [u32::try_from(list.len()).unwrap().to_le_bytes(), u32::try_from(from).unwrap().to_le_bytes()];
        file.extend([&list[..], b"PK\x05\x06\0\0\0\0", &count, &count, &place.concat(), &[0; 2]].concat());
        file
    }

    #[test]
    fn the_parts_tell_what_it_is_and_how_long() {
        let slides = archive(&[
            TYPES,
            ("ppt/presentation.xml", ""),
            ("ppt/slides/slide1.xml", ""),
            ("ppt/slides/slide12.xml", ""),
        ]);
        assert_eq!((kind(&slides), pages(&slides)), (Some(Office::Slides), Some(2)));
        let facts = "<Properties><Pages>7</Pages></Properties>";
        let text = archive(&[TYPES, ("word/document.xml", "<w/>"), ("docProps/app.xml", facts)]);
        assert_eq!((kind(&text), pages(&text)), (Some(Office::Text), Some(7)));
        let silent = archive(&[TYPES, ("word/document.xml", "<w/>")]);
        assert_eq!((kind(&silent), pages(&silent)), (Some(Office::Text), None));
        let macros = archive(&[TYPES, ("word/document.xml", ""), ("word/vbaProject.bin", "")]);
        assert_eq!(kind(&macros), Some(Office::Macros));
    }

    #[test]
    fn any_other_archive_is_none() {
        assert_eq!(kind(&archive(&[("word/document.xml", "")])), None);
        assert_eq!(kind(&archive(&[TYPES, ("xl/workbook.xml", "")])), None);
        assert_eq!(kind(&archive(&[TYPES, ("word/document.xml", ""), ("ppt/presentation.xml", "")])), None);
        let whole = archive(&[TYPES, ("word/document.xml", "<w/>")]);
        assert_eq!(kind(&whole[..whole.len() - 30]), None);
        assert_eq!(kind(b"PK\x03\x04"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_changed_gets_an_answer(at in 0_usize..400, byte: u8, behind in proptest::collection::vec(any::<u8>(), 0..40)) {
            let facts = "<Pages>7</Pages>";
            let mut file = archive(&[TYPES, ("word/document.xml", "<w/>"), ("docProps/app.xml", facts)]);
            file.extend(behind);
            let length = file.len();
            file[at % length] = byte;
            let found = kind(&file);
            prop_assert_eq!(pages(&file).is_some() && found.is_none(), false);
        }
    }
}
