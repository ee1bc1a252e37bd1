//! Videos: size, length and coding from the few boxes that hold them, however large the file is.

use bytes::Bytes;
use cloud::Objects;
use domain::media::content::SNIFFED_BYTES;
use domain::media::mp4::{self, BoxHeader, HEADER_BYTES, Movie};
use domain::media::{Details, Facts, MediaType};
use domain::tenancy::OrgScope;

use crate::check::{Trouble, must_be};

/// Read at once while going from box to box.
const WINDOW_BYTES: u64 = 64 * 1024;
/// A film's description is far smaller, even of many hours.
const MOVIE_BYTES: u64 = 32 * 1024 * 1024;
/// A film recorded in fragments has thousands of boxes; its description is among the first.
const MOST_BOXES: usize = 32;

/// Where the content of an upload is read from.
pub(crate) struct Source<'a> {
    pub(crate) uploads: &'a Objects,
    pub(crate) scope: &'a OrgScope,
    pub(crate) name: &'a str,
    /// Size of the whole in bytes.
    pub(crate) bytes: u64,
}

impl Source<'_> {
    async fn read(&self, from: u64, bytes: u64) -> Result<Bytes, Trouble> {
        let bytes = bytes.min(self.bytes.saturating_sub(from));
        Ok(self.uploads.get_part(self.scope, self.name, from, bytes).await?)
    }
}

/// Reads what the film is.
pub(crate) async fn read(source: &Source<'_>, kind: MediaType) -> Result<Facts, Trouble> {
    let mut window = Window { from: 0, bytes: source.read(0, WINDOW_BYTES).await? };
    must_be(kind, &window.bytes[..SNIFFED_BYTES.min(window.bytes.len())])?;
    let mut movie = None;
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        let left = source.bytes - at;
        if left < 8 {
            break;
        }
        let header = window.read(source, at, HEADER_BYTES.min(left)).await?;
        let header = BoxHeader::parse(&header, left).ok_or_else(unreadable)?;
        if header.size > left {
            return Err(Trouble::cut_off());
        }
        if header.kind == *b"moov" && header.size <= MOVIE_BYTES {
            let content = window.read(source, at + header.header, header.size - header.header).await?;
            movie = mp4::movie(&content);
        }
        at += header.size;
    }
    let movie = movie.ok_or_else(unreadable)?;
    let Movie { width, height, duration_ms, rotation, codec, frame_rate, audio } = movie;
    let details = Details { codec, frame_rate, rotation: Some(rotation), audio: Some(audio), ..Details::default() };
    Ok(Facts { width: Some(width), height: Some(height), duration_ms, details, thumb: false })
}

fn unreadable() -> Trouble {
    Trouble::refused(
        "video-unreadable",
        "The video cannot be read: it has no picture track.",
        "Export it again as MP4 (H.264), then upload that.",
    )
}

/// The stretch of the file that was read last.
struct Window {
    from: u64,
    bytes: Bytes,
}

impl Window {
    async fn read(&mut self, source: &Source<'_>, at: u64, bytes: u64) -> Result<Bytes, Trouble> {
        if let Some(found) = self.slice(at, bytes) {
            return Ok(found);
        }
        *self = Self { from: at, bytes: source.read(at, bytes.max(WINDOW_BYTES)).await? };
        self.slice(at, bytes).ok_or_else(Trouble::cut_off)
    }

    fn slice(&self, at: u64, bytes: u64) -> Option<Bytes> {
        let from = usize::try_from(at.checked_sub(self.from)?).ok()?;
        let to = from.checked_add(usize::try_from(bytes).ok()?)?;
        (to <= self.bytes.len()).then(|| self.bytes.slice(from..to))
    }
}
