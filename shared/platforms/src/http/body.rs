//! Bodies of requests, as plain data.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use domain::delivery::Failure;
use futures::stream::BoxStream;
use serde_json::Value;

/// A body.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// `application/json`.
    Json(Value),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(&'static str, String)>),
    /// A file as it is.
    Raw {
        /// Its media type.
        mime: String,
        /// Its content.
        bytes: Bytes,
    },
    /// A file that is read while it is sent.
    Stream {
        /// Its media type.
        mime: String,
        /// Its size in bytes.
        length: u64,
        /// Its content.
        chunks: Chunks,
    },
    /// `multipart/form-data`.
    Multipart(Vec<Part>),
}

/// What makes the pieces of a content, anew for each sending.
type Pieces = dyn Fn() -> BoxStream<'static, Result<Bytes, Failure>> + Send + Sync;

/// A content in pieces, made only while it is sent.
#[derive(Clone)]
pub struct Chunks(Arc<Pieces>);

impl Chunks {
    /// What `pieces` makes.
    #[must_use]
    pub fn new(pieces: impl Fn() -> BoxStream<'static, Result<Bytes, Failure>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(pieces))
    }

    /// The pieces, from the first. An error says why the content ends early.
    #[must_use]
    pub fn pieces(&self) -> BoxStream<'static, Result<Bytes, Failure>> {
        (self.0)()
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chunks")
    }
}

impl Body {
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::Raw { .. } | Self::Stream { .. } | Self::Multipart(_))
    }
}

/// A field of a multipart body.
#[derive(Clone)]
pub enum Part {
    /// A text field.
    Text {
        /// The field's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A file field.
    File {
        /// The field's name.
        name: &'static str,
        /// The file's name.
        file_name: String,
        /// Its media type.
        mime: String,
        /// Its content.
        bytes: Bytes,
    },
    /// A file field that is read while it is sent.
    Stream {
        /// The field's name.
        name: &'static str,
        /// The file's name.
        file_name: String,
        /// Its media type.
        mime: String,
        /// Its size in bytes.
        length: u64,
        /// Its content.
        chunks: Chunks,
    },
}
