//! Office documents for uploads.

use domain::media::compound::MARK;

/// An Office document of these parts, which are empty: an archive as Office Open XML has it.
#[must_use]
pub fn office(parts: &[&str]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    let bytes = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    for name in std::iter::once(&"[Content_Types].xml").chain(parts) {
        let shared = [&[20, 0, 0, 0][..], &[0; 18], &bytes(name.len())[..2], &[0; 2]].concat();
        list.extend([&b"PK\x01\x02\x14\0"[..], &shared, &[0; 10], &bytes(file.len()), name.as_bytes()].concat());
        file.extend([&b"PK\x03\x04"[..], &shared, name.as_bytes()].concat());
    }
    let count = &bytes(parts.len() + 1)[..2];
    let place = [bytes(list.len()), bytes(file.len())].concat();
    file.extend([&list[..], b"PK\x05\x06\0\0\0\0", count, count, &place, &[0; 2]].concat());
    file
}

/// A document of Office before 2007 with this stream, which is empty: a compound file.
#[must_use]
pub fn old_office(stream: &str) -> Vec<u8> {
    let (none, end) = ([0xff; 4], [0xfe, 0xff, 0xff, 0xff]);
    let entry = |name: &str, child: [u8; 4]| {
        let mut entry: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let length = u8::try_from(entry.len()).unwrap_or(u8::MAX);
        entry.resize(64, 0);
        entry.extend([&[length, 0, 2, 1][..], &none, &none, &child].concat());
        entry.resize(116, 0);
        entry.extend(end);
        entry.resize(128, 0);
        entry
    };
    let mut file = [&MARK[..], &[0; 16], &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]].concat();
    file.resize(48, 0);
    file.extend([&[1, 0, 0, 0][..], &[0; 16], &end, &[0; 8]].concat());
    file.resize(512, 0xff);
    // The allocation table in the first sector, the directory in the second.
    file[76..80].fill(0);
    file.extend([&[0xfd, 0xff, 0xff, 0xff], &end[..]].concat());
    file.resize(1024, 0xff);
    file.extend([entry("Root Entry", [1, 0, 0, 0]), entry(stream, none)].concat());
    file.resize(1536, 0);
    file
}
