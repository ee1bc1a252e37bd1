//! What a document of Office before 2007 is.
//!
//! Such a file is a compound file: a small file system whose directory names what is in it (\[MS-CFB\], Compound File
//! Binary File Format). A text has a stream `WordDocument` in its root (\[MS-DOC\]), a presentation a stream
//! `PowerPoint Document` (\[MS-PPT\]). Documents embedded in others lie deeper and say nothing. Only the directory is read,
//! and of a text the first bytes, which tell whether it is encrypted.

use super::office::Office;

/// What a compound file begins with.
pub const MARK: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Most entries of a directory that are looked at: a file made to keep us busy has more.
const MOST_ENTRIES: usize = 4096;
/// Size of an entry, in bytes.
const ENTRY_BYTES: usize = 128;
/// Places of the allocation table that the header itself names.
const IN_HEADER: usize = 109;
/// Ends a chain of sectors.
const END: u32 = 0xffff_fffe;
/// Where a text says that it is encrypted, and by which bit.
const WORD_FLAGS: (usize, u16) = (10, 0x0100);

/// What a whole file is; nothing when it is another compound file, or damaged.
#[must_use]
pub fn kind(file: &[u8]) -> Option<Office> {
    let compound = Compound::open(file)?;
    let entries = compound.directory()?;
    let root = in_root(&entries)?;
    let find = |name: &str| root.iter().find(|entry| entry.is_named(name));
    let found = match (find("PowerPoint Document"), find("WordDocument")) {
        // What newer Office encrypts it wraps into a compound file.
        _ if find("EncryptedPackage").is_some() || find("EncryptedSummary").is_some() => Office::Encrypted,
        (Some(_), None) => Office::Slides,
        (None, Some(text)) if compound.is_encrypted(text) => Office::Encrypted,
        (None, Some(_)) if find("Macros").is_some() => Office::Macros,
        (None, Some(_)) => Office::Text,
        _ => return None,
    };
    Some(found)
}

/// A file in sectors.
struct Compound<'a> {
    file: &'a [u8],
    /// Size of a sector, in bytes.
    sector: usize,
}

/// An entry of the directory.
struct Entry<'a>(&'a [u8]);

impl Entry<'_> {
    fn is_named(&self, name: &str) -> bool {
        let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        short(self.0, 64).map(usize::from) == Some(wanted.len()) && self.0.starts_with(&wanted)
    }

    /// The entry beside it on the left and on the right, and the first of those in it.
    fn relatives(&self) -> Option<[usize; 3]> {
        let [left, right, child] = [68, 72, 76].map(|at| long(self.0, at).and_then(|id| usize::try_from(id).ok()));
        Some([left?, right?, child?])
    }
}

impl<'a> Compound<'a> {
    fn open(file: &'a [u8]) -> Option<Self> {
        let sector = match (file.starts_with(&MARK), short(file, 26)?, short(file, 30)?) {
            (true, 3, 9) => 512,
            (true, 4, 12) => 4096,
            _ => return None,
        };
        Some(Self { file, sector })
    }

    /// A sector, which may be cut off at the file's end.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let from = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let rest = self.file.get(from..).filter(|rest| !rest.is_empty())?;
        Some(&rest[..self.sector.min(rest.len())])
    }

    /// The sector that follows one in its chain.
    fn next(&self, number: u32) -> Option<u32> {
        let each = self.sector / 4;
        let number = usize::try_from(number).ok()?;
        let (table, at) = (number / each, number % each * 4);
        let place = if table < IN_HEADER {
            long(self.file, 76 + table * 4)?
        } else {
            // Each further list ends with the place of the next. A number beyond the file has no sector, so there are
            // never more of them than the file is long.
            let (lists, within) = ((table - IN_HEADER) / (each - 1), (table - IN_HEADER) % (each - 1));
            self.sector(u32::try_from(number).ok()?)?;
            let mut list = long(self.file, 68)?;
            for _ in 0..lists {
                list = long(self.sector(list)?, self.sector - 4)?;
            }
            long(self.sector(list)?, within * 4)?
        };
        long(self.sector(place)?, at)
    }

    /// Every entry of the directory.
    fn directory(&self) -> Option<Vec<Entry<'a>>> {
        let (mut entries, mut number) = (Vec::new(), long(self.file, 48)?);
        while number != END {
            entries.extend(self.sector(number)?.chunks_exact(ENTRY_BYTES).map(Entry));
            // A chain that bites its tail grows beyond every limit.
            if entries.len() > MOST_ENTRIES {
                return None;
            }
            number = self.next(number)?;
        }
        Some(entries)
    }

    fn is_encrypted(&self, text: &Entry<'_>) -> bool {
        let (at, bit) = WORD_FLAGS;
        let flags = long(text.0, 116).and_then(|start| short(self.sector(start)?, at));
        flags.is_some_and(|flags| flags & bit != 0)
    }
}

/// The entries of the root, which are a tree.
fn in_root<'a, 'b>(entries: &'b [Entry<'a>]) -> Option<Vec<&'b Entry<'a>>> {
    let [_, _, first] = entries.first()?.relatives()?;
    let (mut found, mut seen, mut next) = (Vec::new(), vec![false; entries.len()], vec![first]);
    while let Some(id) = next.pop() {
        // One that is not there is how a branch ends; one that was seen is there once.
        let Some(entry) = entries.get(id).filter(|_| !std::mem::replace(&mut seen[id], true)) else { continue };
        let [left, right, _] = entry.relatives()?;
        found.push(entry);
        next.extend([left, right]);
    }
    Some(found)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
#[path = "compound_tests.rs"]
mod tests;
