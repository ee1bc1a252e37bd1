//! Bodies of requests, as plain data.

use bytes::Bytes;
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
    /// `multipart/form-data`.
    Multipart(Vec<Part>),
}

impl Body {
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::Raw { .. } | Self::Multipart(_))
    }
}

/// A field of a multipart body.
#[derive(Clone)]
pub enum Part {
    /// A text field.
    Text {
        /// The field's name.
        name: &'static str,
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
}
