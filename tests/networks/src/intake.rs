//! What simulated networks receive: forms, and files that are counted while they arrive and never held.

use std::collections::BTreeMap;

use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt as _;
use url::form_urlencoded;

/// Most bytes of a file that are kept, to see what it is.
const HEAD: usize = 64;

/// Fields of a form or query, by name; of several with the same name the last.
pub(crate) type Fields = BTreeMap<String, String>;

/// A form that was posted.
pub(crate) struct Form {
    /// Its fields in order.
    pub(crate) pairs: Vec<(String, String)>,
}

impl Form {
    /// Reads a body of `application/x-www-form-urlencoded`.
    pub(crate) fn read(body: &[u8]) -> Self {
        Self { pairs: form_urlencoded::parse(body).into_owned().collect() }
    }

    /// The last field of this name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.pairs.iter().rev().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every field of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
}

/// What arrived of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrived {
    /// How many bytes.
    pub(crate) bytes: u64,
    /// The first few of them.
    pub(crate) head: Bytes,
}

/// Reads a body to its end, or to where the connection broke, and forgets it.
pub(crate) async fn swallow(body: Body) -> Arrived {
    let mut arrived = Arrived::default();
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        if arrived.bytes == 0 {
            arrived.head = Bytes::copy_from_slice(&piece[..piece.len().min(HEAD)]);
        }
        arrived.bytes += piece.len() as u64;
    }
    arrived
}

/// Whether a file begins like a video that networks take: MP4, or WebM and its kin.
pub(crate) fn is_video(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp") || head.starts_with(b"\x1a\x45\xdf\xa3")
}

/// What a `Content-Range` header of a request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// `bytes */total`: asks what is held.
    Asks,
    /// `bytes first-last/total`.
    Bytes {
        /// Offset of the first byte.
        first: u64,
        /// Offset of the last byte.
        last: u64,
        /// Size of the file.
        total: u64,
    },
}

impl Range {
    /// Reads the header's value.
    pub(crate) fn read(value: &str) -> Option<Self> {
        let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
        if range == "*" {
            return Some(Self::Asks);
        }
        let (first, last) = range.split_once('-')?;
        let (first, last, total) = (first.parse().ok()?, last.parse().ok()?, total.parse().ok()?);
        (first <= last && last < total).then_some(Self::Bytes { first, last, total })
    }
}
