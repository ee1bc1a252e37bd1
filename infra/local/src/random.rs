//! Random values of the stand-ins: tokens, one-time codes, identifiers.

use cloud::{Random, SystemRandom};

/// `N` bytes from the operating system's generator.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom.fill(&mut bytes);
    bytes
}

/// An unguessable token of 256 bits, safe in addresses and cookies.
pub(crate) fn token() -> String {
    SystemRandom.secret()
}

/// A one-time code of six digits, each equally likely.
pub(crate) fn code() -> String {
    // Of 2^32 values the remainder that would favour small codes is 1 in 4,000,000: irrelevant here.
    format!("{:06}", u32::from_be_bytes(bytes()) % 1_000_000)
}

/// A random (version 4) UUID.
pub(crate) fn uuid() -> String {
    let mut b = bytes::<16>();
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let hex: String = b.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_have_six_digits_and_uuids_their_version() {
        for _ in 0..100 {
            let code = super::code();
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
            let uuid = super::uuid();
            assert!(uuid.len() == 36 && uuid.as_bytes()[14] == b'4');
        }
    }
}
