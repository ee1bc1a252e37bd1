//! Files for tests: made here, small, of the real formats.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use domain::delivery::Failure;
use domain::ids::{FileId, Ulid};
use domain::media::{DOC, DOCX, MediaUse, PPT, PPTX, SRT, VTT, compound};
use platforms::MediaSource;
use platforms::http::Chunks;
use platforms::network::in_pieces;
use url::Url;

use crate::fetch::Shelf;

/// A media library in memory, whose files also have addresses. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Library {
    shelf: Shelf,
    files: Arc<Mutex<BTreeMap<FileId, Bytes>>>,
}

impl Library {
    /// Reads the files for the networks.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        self.shelf.clone()
    }

    /// A file of a type with the given content; `video_ms` for videos.
    ///
    /// # Panics
    /// Never: the address is well formed.
    #[must_use]
    pub fn add(&self, mime: &str, size: (u32, u32), video_ms: Option<u64>, content: Bytes) -> MediaUse {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let id = FileId::new(Ulid::from(files.len() as u128 + 1));
        self.shelf.put(&address(id), mime, &content);
        let bytes = content.len() as u64;
        files.insert(id, content);
        MediaUse {
            file_id: id,
            mime: mime.to_owned(),
            bytes,
            width: Some(size.0),
            height: Some(size.1),
            duration_ms: video_ms,
            details: domain::media::Details::default(),
            alt: format!("Picture number {}", files.len()),
            thumb: true,
        }
    }

    /// A JPEG of 1080 by 1350 pixels by its facts; its content is a few bytes with a JPEG's beginning.
    #[must_use]
    pub fn jpeg(&self) -> MediaUse {
        self.add("image/jpeg", (1080, 1350), None, Bytes::from_static(b"\xff\xd8\xff\xe0\0\x10JFIF\0 picture"))
    }

    /// A PNG of the same size, likewise.
    #[must_use]
    pub fn png(&self) -> MediaUse {
        self.add("image/png", (1080, 1350), None, Bytes::from_static(b"\x89PNG\r\n\x1a\n picture"))
    }

    /// An upright MP4 of ten seconds and `bytes` bytes by its facts; its content has an MP4's beginning.
    #[must_use]
    pub fn mp4(&self, bytes: usize) -> MediaUse {
        let mut content = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
        content.resize(bytes.max(24), 7);
        self.add("video/mp4", (1080, 1920), Some(10_000), content.into())
    }

    /// A presentation of one slide.
    #[must_use]
    pub fn pptx(&self) -> MediaUse {
        let content = office(&["ppt/presentation.xml", "ppt/slides/slide1.xml"]);
        let file = self.add(PPTX, (0, 0), None, content);
        MediaUse { width: None, height: None, ..file }
    }

    /// A text.
    #[must_use]
    pub fn docx(&self) -> MediaUse {
        let file = self.add(DOCX, (0, 0), None, office(&["word/document.xml"]));
        MediaUse { width: None, height: None, ..file }
    }

    /// A presentation of Office before 2007.
    #[must_use]
    pub fn ppt(&self) -> MediaUse {
        let file = self.add(PPT, (0, 0), None, old_office("PowerPoint Document"));
        MediaUse { width: None, height: None, ..file }
    }

    /// A text of Office before 2007.
    #[must_use]
    pub fn doc(&self) -> MediaUse {
        let file = self.add(DOC, (0, 0), None, old_office("WordDocument"));
        MediaUse { width: None, height: None, ..file }
    }

    /// Subtitles in `SubRip` that say `text`.
    #[must_use]
    pub fn srt(&self, text: &str) -> MediaUse {
        let content = format!("1\r\n00:00:01,000 --> 00:00:02,500\r\n{text}\r\n");
        let file = self.add(SRT, (0, 0), None, content.into());
        MediaUse { width: None, height: None, thumb: false, ..file }
    }

    /// The same in `WebVTT`.
    #[must_use]
    pub fn vtt(&self, text: &str) -> MediaUse {
        let file = self.add(VTT, (0, 0), None, format!("WEBVTT\n\n00:01.000 --> 00:02.500\n{text}\n").into());
        MediaUse { width: None, height: None, thumb: false, ..file }
    }

    /// A PDF.
    #[must_use]
    pub fn pdf(&self) -> MediaUse {
        let pdf = self.add("application/pdf", (0, 0), None, Bytes::from_static(b"%PDF-1.7 pages"));
        MediaUse { width: None, height: None, ..pdf }
    }
}

/// An Office document of these parts, which are empty: an archive as Office Open XML has it.
#[must_use]
pub fn office(parts: &[&str]) -> Bytes {
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
    file.into()
}

/// A document of Office before 2007 with this stream, which is empty: a compound file.
#[must_use]
pub fn old_office(stream: &str) -> Bytes {
    let (none, end) = ([0xff; 4], [0xfe, 0xff, 0xff, 0xff]);
    let entry = |name: &str, child: [u8; 4]| {
        let mut entry: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let length = u8::try_from(entry.len()).unwrap_or(u8::MAX);
        entry.resize(64, 0);
        entry.extend([&[length, 0, 2, 1][..], &none, &none, &child].concat());
        entry.resize(116, 0);
        entry.extend(end);
        entry.resize(128, 0);
        entry
    };
    let mut file = [&compound::MARK[..], &[0; 16], &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]].concat();
    file.resize(48, 0);
    file.extend([&[1, 0, 0, 0][..], &[0; 16], &end, &[0; 8]].concat());
    file.resize(512, 0xff);
    // The allocation table in the first sector, the directory in the second.
    file[76..80].fill(0);
    file.extend([&[0xfd, 0xff, 0xff, 0xff], &end[..]].concat());
    file.resize(1024, 0xff);
    file.extend([entry("Root Entry", [1, 0, 0, 0]), entry(stream, none)].concat());
    file.resize(1536, 0);
    file.into()
}

fn address(id: FileId) -> Url {
    format!("https://media.test/{id}").parse().expect("an address")
}

fn gone() -> Failure {
    Failure::Rejected { code: "file-gone".into(), message: "no such file".into(), advice: "Replace it.".into() }
}

#[async_trait]
impl MediaSource for Library {
    async fn bytes(&self, file: &FileId) -> Result<Bytes, Failure> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned().ok_or_else(gone)
    }

    async fn range(&self, file: &FileId, from: u64, length: u64) -> Result<Bytes, Failure> {
        let whole = self.bytes(file).await?;
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(whole.len());
        Ok(whole.slice(at(from)..at(from.saturating_add(length))))
    }

    async fn url(&self, file: &FileId) -> Result<Url, Failure> {
        Ok(address(*file))
    }

    fn stream(&self, file: &FileId, length: u64) -> Chunks {
        in_pieces(self, *file, length)
    }
}
