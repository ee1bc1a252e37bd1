//! How a simulated network reads a file from an address that it was given.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use url::Url;

/// A file that was read from an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The media type that its server says.
    pub mime: String,
    /// Its size in bytes.
    pub length: u64,
    /// Its beginning, at most [`HEAD`] bytes.
    pub head: Bytes,
}

/// Most bytes of a file that a network looks at.
pub const HEAD: usize = 64 * 1024;

/// Reads files for the networks.
#[async_trait]
pub trait Fetch: Send + Sync + fmt::Debug {
    /// The file at an address; absent when it cannot be read.
    async fn fetch(&self, url: &Url) -> Option<Fetched>;
}

/// Files by address, for tests without sockets.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<BTreeMap<String, Fetched>>>);

impl Shelf {
    /// Puts a file at an address.
    pub fn put(&self, url: &Url, mime: &str, content: &Bytes) {
        let head = content.slice(..content.len().min(HEAD));
        let file = Fetched { mime: mime.to_owned(), length: content.len() as u64, head };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_string(), file);
    }
}

#[async_trait]
impl Fetch for Shelf {
    async fn fetch(&self, url: &Url) -> Option<Fetched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(url.as_str()).cloned()
    }
}
