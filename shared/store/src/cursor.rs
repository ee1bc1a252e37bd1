//! Opaque cursors, bound to the list they came from.
//!
//! A cursor holds only a position within the partition; the partition itself always comes from the
//! caller's verified scope, so a forged cursor cannot leave the tenant. The checksum turns a cursor
//! used with another tenant, list or filter into an error instead of a surprising page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::StoreError;

/// Where a page begins and how long it is.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// Cursor of the page before.
    pub cursor: Option<String>,
    /// Most items wanted.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last.
    pub next_cursor: Option<String>,
}

pub(crate) fn encode(list: &str, position: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}\0{position}", checksum(list, position)))
}

pub(crate) fn decode(list: &str, cursor: &str) -> Result<String, StoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::Cursor)?;
    let text = String::from_utf8(bytes).map_err(|_| StoreError::Cursor)?;
    let (sum, position) = text.split_once('\0').ok_or(StoreError::Cursor)?;
    if sum == checksum(list, position) { Ok(position.to_owned()) } else { Err(StoreError::Cursor) }
}

fn checksum(list: &str, position: &str) -> String {
    cloud::crypto::sha256(format!("{list}\0{position}").as_bytes())[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_its_own_list_only() {
        let cursor = encode("ORG#1 FILE#", "FILE#7");
        assert_eq!(decode("ORG#1 FILE#", &cursor).unwrap(), "FILE#7");
        assert!(decode("ORG#2 FILE#", &cursor).is_err());
        assert!(decode("ORG#1 FILE#", "not a cursor").is_err());
    }
}
