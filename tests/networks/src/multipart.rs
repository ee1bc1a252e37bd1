//! `multipart/form-data` as the simulated networks read it: in order, since some of them care.

use bytes::Bytes;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: String,
    /// The file's name, if it is a file.
    pub(crate) file_name: Option<String>,
    /// The file's media type.
    pub(crate) mime: Option<String>,
    /// Its content.
    pub(crate) bytes: Bytes,
}

impl Field {
    /// Its content as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The fields of a body, in order; absent when it is no such form.
pub(crate) fn parse(content_type: &str, body: &Bytes) -> Option<Vec<Field>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.trim().strip_prefix("boundary=")?.trim_matches('"');
    let delimiter = format!("\r\n--{boundary}");
    let mut at = boundary.len() + 2;
    if !body.starts_with(&delimiter.as_bytes()[2..]) {
        return None;
    }
    let mut fields = Vec::new();
    while !body.get(at..)?.starts_with(b"--") {
        let content = at + find(&body[at..], b"\r\n\r\n")? + 4;
        let end = content + find(&body[content..], delimiter.as_bytes())?;
        fields.push(field(&body[at..content], body.slice(content..end))?);
        at = end + delimiter.len();
    }
    Some(fields)
}

fn field(head: &[u8], bytes: Bytes) -> Option<Field> {
    let head = std::str::from_utf8(head).ok()?;
    let header = |wanted: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition")?;
    let parameter = |wanted: &str| {
        let mut pairs = disposition.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.trim_matches('"').to_owned())
    };
    Some(Field {
        name: parameter("name")?,
        file_name: parameter("filename"),
        mime: header("content-type").map(str::to_owned),
        bytes,
    })
}

/// Where `wanted` begins. It begins with a carriage return, which few bytes of a file are.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(next) = bytes[from..].iter().position(|byte| *byte == wanted[0]) {
        let at = from + next;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_order_and_files_keep_their_bytes() {
        let body = Bytes::from_static(
            b"--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na b\r\n--x\r\ncontent-disposition: form-data; \
              name=\"file\"; filename=\"v.mp4\"\r\nContent-Type: video/mp4\r\n\r\n\r\n\r\n--\0\r\n--x--\r\n",
        );
        let fields = parse("multipart/form-data; boundary=x", &body).unwrap();
        assert_eq!((fields[0].name.as_str(), fields[0].text().as_str()), ("key", "a b"));
        assert_eq!(fields[1].file_name.as_deref(), Some("v.mp4"));
        assert_eq!(fields[1].mime.as_deref(), Some("video/mp4"));
        assert_eq!(&fields[1].bytes[..], b"\r\n\r\n--\0");
        assert!(parse("multipart/form-data; boundary=y", &body).is_none());
        assert!(parse("application/json", &body).is_none());
    }
}
