//! Multipart bodies, as they come.

use bytes::Bytes;
use http::{HeaderMap, header};

/// A field of a multipart body.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) content: Bytes,
}

/// The fields of a `multipart/form-data` body; absent when it is none.
pub(super) fn fields(headers: &HeaderMap, body: &Bytes) -> Option<Vec<Field>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = kind.strip_prefix("multipart/form-data")?.split("boundary=").nth(1)?.trim_matches('"');
    let mark = format!("--{boundary}");
    let mut rest = body.slice(find(body, mark.as_bytes())? + mark.len()..);
    let end = format!("\r\n{mark}");
    let mut fields = Vec::new();
    while rest.starts_with(b"\r\n") {
        let head_end = find(&rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let name = head.split("name=\"").nth(1)?.split('"').next()?.to_owned();
        rest = rest.slice(head_end + 4..);
        let length = find(&rest, end.as_bytes())?;
        fields.push(Field { name, content: rest.slice(..length) });
        rest = rest.slice(length + end.len()..);
    }
    rest.starts_with(b"--").then_some(fields)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
