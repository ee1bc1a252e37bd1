//! Office documents for uploads.

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
