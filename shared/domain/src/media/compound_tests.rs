use proptest::prelude::{Strategy, any, prop_assert, proptest};

use super::*;

const FREE: u32 = 0xffff_ffff;
const TABLE: u32 = 0xffff_fffd;

/// An entry: its name, those beside it, and the first in it.
type Named<'a> = (&'a str, [u32; 3]);

fn entry((name, relatives): &Named<'_>, start: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let length = u8::try_from(bytes.len()).unwrap();
    bytes.resize(64, 0);
    bytes.extend([length, 0, 2, 1]);
    bytes.extend(relatives.iter().flat_map(|id| id.to_le_bytes()));
    bytes.resize(116, 0);
    bytes.extend(start.to_le_bytes());
    bytes.resize(128, 0);
    bytes
}

/// A file of 512-byte sectors with `entries` behind its root, whose first is 1. The first sector is the allocation
/// table, the second the beginning of every stream, and the directory follows.
fn file(entries: &[Named<'_>], stream: &[u8]) -> Vec<u8> {
    let root = [("Root Entry", [FREE, FREE, 1])];
    let directory: Vec<u8> = root.iter().chain(entries).flat_map(|named| entry(named, 1)).collect();
    let sectors = u32::try_from(directory.len().div_ceil(512)).unwrap();
    let chain = (2..2 + sectors).map(|number| if number == 1 + sectors { END } else { number + 1 });
    let table: Vec<u32> = [TABLE, END].into_iter().chain(chain).collect();
    let mut file = [&MARK[..], &[0; 16], &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]].concat();
    file.resize(48, 0);
    file.extend(2_u32.to_le_bytes());
    file.resize(68, 0);
    file.extend(END.to_le_bytes());
    file.extend([0; 8]);
    file.resize(512, 0xff);
    for content in
        [table.iter().flat_map(|place| place.to_le_bytes()).collect(), [stream, &[0; 16]].concat(), directory]
    {
        file.extend(content);
        let whole = file.len().next_multiple_of(512);
        file.resize(whole, 0xff);
    }
    file
}

const ALONE: [u32; 3] = [FREE; 3];

#[test]
fn the_names_in_the_root_tell_what_it_is() {
    assert_eq!(kind(&file(&[("WordDocument", ALONE)], b"")), Some(Office::Text));
    assert_eq!(kind(&file(&[("PowerPoint Document", ALONE)], b"")), Some(Office::Slides));
    let tree = [("Current User", [2, 3, FREE]), ("Pictures", ALONE), ("PowerPoint Document", ALONE)];
    assert_eq!(kind(&file(&tree, b"")), Some(Office::Slides), "wherever in the tree");
    assert_eq!(kind(&file(&[("Workbook", ALONE)], b"")), None, "a sheet");
    let macros = [("WordDocument", [FREE, 2, FREE]), ("Macros", ALONE)];
    assert_eq!(kind(&file(&macros, b"")), Some(Office::Macros));
}

#[test]
fn what_is_embedded_says_nothing() {
    let within = [("ObjectPool", [FREE, 3, 2]), ("PowerPoint Document", ALONE), ("WordDocument", ALONE)];
    assert_eq!(kind(&file(&within, b"")), Some(Office::Text));
    let sheet = [("Workbook", [FREE, 3, FREE]), ("WordDocument", ALONE), ("MBD0", [FREE, FREE, 2])];
    assert_eq!(kind(&file(&sheet, b"")), None);
}

#[test]
fn what_is_encrypted_is_told() {
    let word = |flags: u16| [&[0xec, 0xa5, 0, 0, 0, 0, 0, 0, 0, 0][..], &flags.to_le_bytes()].concat();
    assert_eq!(kind(&file(&[("WordDocument", ALONE)], &word(0x0100))), Some(Office::Encrypted));
    assert_eq!(kind(&file(&[("WordDocument", ALONE)], &word(0x1200))), Some(Office::Text));
    assert_eq!(kind(&file(&[("EncryptedPackage", ALONE)], b"")), Some(Office::Encrypted));
    let slides = [("EncryptedSummary", [FREE, 2, FREE]), ("PowerPoint Document", ALONE)];
    assert_eq!(kind(&file(&slides, b"")), Some(Office::Encrypted));
}

#[test]
fn a_directory_of_several_sectors_is_followed_and_one_without_an_end_is_not() {
    let names: Vec<String> = (2..40).map(|number| format!("Stream {number}")).collect();
    let mut entries: Vec<Named<'_>> =
        (3_u32..).zip(&names).map(|(id, name)| (name.as_str(), [FREE, id, FREE])).collect();
    entries.insert(0, ("First", [FREE, 2, FREE]));
    entries.push(("WordDocument", ALONE));
    let whole = file(&entries, b"");
    assert_eq!(kind(&whole), Some(Office::Text));
    assert_eq!(kind(&whole[..whole.len() - 512]), None, "cut off");
    let mut looping = whole;
    let last = 512 + (1 + (entries.len() + 1).div_ceil(4)) * 4;
    assert_eq!(looping[last..last + 4], END.to_le_bytes());
    looping[last..last + 4].copy_from_slice(&2_u32.to_le_bytes());
    assert_eq!(kind(&looping), None);
}

#[test]
fn a_far_table_is_found_through_its_lists() {
    let mut far = file(&[("WordDocument", ALONE)], b"");
    // The directory moves to a sector whose place in the table only a list names.
    let number = 109 * 128 + 5;
    let directory = far[3 * 512..4 * 512].to_vec();
    far.resize((number + 2) * 512, 0);
    let at = (number + 1) * 512;
    far[at..at + 512].copy_from_slice(&directory);
    far[48..52].copy_from_slice(&u32::try_from(number).unwrap().to_le_bytes());
    assert_eq!(kind(&far), None, "nothing says where it ends");
    far[68..72].copy_from_slice(&10_u32.to_le_bytes());
    far[11 * 512..11 * 512 + 4].copy_from_slice(&12_u32.to_le_bytes());
    far[13 * 512 + 20..13 * 512 + 24].copy_from_slice(&END.to_le_bytes());
    assert_eq!(kind(&far), Some(Office::Text));
}

/// What a hostile file may say anywhere: places that exist, places that do not, and loops.
fn places() -> impl Strategy<Value = u32> {
    proptest::prop_oneof![0_u32..8, any::<u32>(), proptest::prelude::Just(END)]
}

proptest! {
    #[test]
    fn whatever_is_changed_gets_an_answer(
        changes in proptest::collection::vec((0_usize..3072, places()), 1..12),
        length in 0_usize..3072,
    ) {
        let entries = [("Data", [FREE, 2, FREE]), ("WordDocument", [3, FREE, FREE]), ("1Table", ALONE), ("Last", ALONE)];
        let mut changed = file(&entries, b"");
        for (at, place) in changes {
            let at = at % (changed.len() - 4);
            changed[at..at + 4].copy_from_slice(&place.to_le_bytes());
        }
        let _ = kind(&changed);
        let cut = kind(&changed[..length.min(changed.len())]);
        prop_assert!(length >= 512 || cut.is_none());
    }

    #[test]
    fn any_bytes_behind_the_mark_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..4096), version in 3_u8..5) {
        let shift = if version == 3 { 9 } else { 12 };
        let mut file = [&MARK[..], &bytes].concat();
        file.resize(file.len().max(64), 0);
        file[26..32].copy_from_slice(&[version, 0, 0xfe, 0xff, shift, 0]);
        let _ = kind(&file);
    }
}
