//! Whether an upload is what it was announced to be.

use api::ApiError;
use cloud::{ObjectError, ObjectHead, Objects};
use domain::media::content::{Sniffed, is_whole, sniff};
use domain::media::{Facts, File, MediaType, object_name};
use domain::problem::Problem;
use domain::tenancy::OrgScope;

use crate::document;
use crate::picture;
use crate::subtitles;
use crate::video::{self, Source};

/// What a checked upload holds.
#[derive(Debug)]
pub(crate) struct Content {
    /// What it shows.
    pub(crate) facts: Facts,
    /// A small JPEG of it.
    pub(crate) thumb: Option<Vec<u8>>,
}

/// Why an upload was not accepted.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The upload itself is wrong: it goes.
    Refused(Box<Problem>),
    /// It could not be checked now: it stays.
    Failed(ApiError),
}

impl Trouble {
    /// The upload itself is wrong.
    pub(crate) fn refused(code: &str, detail: impl Into<String>, fix: &str) -> Self {
        Self::Refused(Box::new(Problem::error("", code, detail, fix)))
    }

    /// The upload ends before its content does.
    pub(crate) fn cut_off() -> Self {
        Self::refused("file-cut-off", "The file is cut off: its end is missing.", "Export it again, then upload that.")
    }
}

impl From<ObjectError> for Trouble {
    fn from(error: ObjectError) -> Self {
        Self::Failed(error.into())
    }
}

/// Reads the upload and checks it against what was announced.
pub(crate) async fn content(
    uploads: &Objects,
    scope: &OrgScope,
    file: &File,
    head: &ObjectHead,
) -> Result<Content, Trouble> {
    if head.bytes != file.bytes {
        let detail = format!("{} bytes arrived, {} were announced.", head.bytes, file.bytes);
        return Err(Trouble::refused("size-differs", detail, "Upload the file again."));
    }
    let name = object_name(file.id, &file.mime);
    let unknown = || Trouble::Failed(ApiError::internal(format!("a stored file has the type {}", file.mime)));
    let kind = MediaType::of(&file.mime).ok_or_else(unknown)?;
    if kind.is_video() {
        let source = Source { uploads, scope, name: &name, bytes: head.bytes };
        return video::read(&source, kind).await.map(|facts| Content { facts, thumb: None });
    }
    let bytes = uploads.get(scope, &name, None).await?;
    must_be(kind, &bytes)?;
    if !is_whole(kind, &bytes) {
        return Err(Trouble::cut_off());
    }
    match kind {
        kind if kind.is_document() => document::read(bytes, kind).await,
        kind if kind.is_subtitles() => subtitles::read(&bytes, kind),
        kind => picture::read(bytes, kind).await,
    }
}

/// That the content is of the announced type.
pub(crate) fn must_be(kind: MediaType, head: &[u8]) -> Result<(), Trouble> {
    match sniff(head) {
        Sniffed::Taken(found) if found == kind => Ok(()),
        // The one grew out of the other, and many programs name MP4 files `.mov`.
        Sniffed::Taken(found) if found.mime == "video/mp4" && kind.mime == "video/quicktime" => Ok(()),
        Sniffed::Taken(found) => Err(differs(kind, found.label())),
        Sniffed::Other(label) => Err(differs(kind, label)),
    }
}

fn differs(announced: MediaType, found: &str) -> Trouble {
    Trouble::refused(
        "type-differs",
        format!("The file was announced as {}, but it is {found}.", announced.label()),
        "Give it the ending of what it is, or export it as JPEG, PNG, WebP, GIF, MP4, MOV, PDF, PPTX, DOCX, PPT, DOC, SRT or VTT, then upload that.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_another_type_is_named() {
        let jpeg = MediaType::of("image/jpeg").unwrap();
        let Err(Trouble::Refused(problem)) = must_be(jpeg, b"%PDF-1.7\n") else { panic!("accepted") };
        assert_eq!(problem.detail, "The file was announced as a JPEG picture, but it is a PDF document.");
        assert!(must_be(jpeg, b"\xff\xd8\xff\xe0").is_ok());
        assert!(must_be(jpeg, b"GIF89a").is_err());
        let (mp4, mov) = (MediaType::of("video/mp4").unwrap(), MediaType::of("video/quicktime").unwrap());
        let film = b"\0\0\0\x18ftypmp42\0\0\0\0isom";
        assert!(must_be(mov, film).is_ok() && must_be(mp4, film).is_ok());
        let (srt, vtt) = (MediaType::of("application/x-subrip").unwrap(), MediaType::of("text/vtt").unwrap());
        assert!(must_be(srt, b"1\n00:00:01,000 --> 00:00:02,000\nHi").is_ok() && must_be(vtt, b"WEBVTT\n").is_ok());
        for (kind, other) in [(srt, &b"WEBVTT\n"[..]), (srt, b"%PDF-1.7\n"), (vtt, b"1\n00:00:01,000 --> 00:00:02,000")]
        {
            assert!(must_be(kind, other).is_err());
        }
        assert!(must_be(mp4, b"\0\0\0\x14ftypqt  \0\0\0\0qt  ").is_err());
    }
}
